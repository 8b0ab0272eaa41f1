"""What is no number is noticed wherever it comes in: named by the plant before it is read, let through by the laws."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from math import inf, isnan, nan

import numpy as np
import pytest

from sim.plant.advance import ALL
from sim.plant.discharge import chemistry
from sim.plant.plant import CHECK_EVERY, SLOW_EVERY, PlantDivergedError
from sim.plant.plasma.burn import burn
from sim.plant.records import names_of, new
from sim.plant.rf.motors import Motor, drag
from sim.plant.sound import sound
from sim.plant.species import COUNT, O2
from sim.plant.state import State
from sim.plant.surface.film import covered, thin
from sim.plant.surface.removal import adsorbed, root_yield
from sim.plant.thermal.chiller import Chiller, ChillerSpec, effort_pct
from sim.plant.thermal.heat import Heat, share
from sim.plant.tool import section
from sim.plant.vacuum.chamber import Vacuum
from sim.plant.vacuum.dry_pump import DryPump, DryPumpSpec, dry_speed_m3_s, turn_dry_pump
from sim.plant.vacuum.gauges import Gauge, GaugesSpec, capacitance_pa, wide_pa
from sim.plant.vacuum.mfc import Mfcs, MfcSpec, delay_setpoints
from sim.plant.vacuum.pumping import exchange
from sim.plant.vacuum.turbo import Turbo, TurboSpec, turn_turbo
from sim.plant.vacuum.valves import towards
from sim.wiring import Commands
from tests.sim.plant.plant_bench import live, ready, twin

VALUES = (nan, inf, -inf)
NAMES = tuple(names_of(State))
KINDS = ("flowing", "cleaning")
FIELDS = {re.sub(r"\[.*", "", name): place for place, name in reversed(list(enumerate(NAMES)))}  # each with its first
LAST = {re.sub(r"\[.*", "", name): place for place, name in enumerate(NAMES)}
AT_ONCE = ("vacuum.", "rf.", "plasma.", "walls.", "source", "quench_s")
SOON = ("tool.", "thermal.", "light.", "utilities.", "surface.film.mean_nm", "surface.tin.mean_nm", "dice.uniforms")


@cache
def untouched(kind: str, phase: int) -> bytes:
    """What becomes of it when nobody interferes."""
    return live(ready(kind), 0.01 * (phase + CHECK_EVERY)).numbers.tobytes()


@pytest.mark.parametrize("phase", [0, 2])  # of the slow rooms' step
@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_no_number_is_named_or_was_never_read(kind, phase):
    """By its name, its law or table, and the numbers beside it: fast rooms' at once, others when a law reads them, what
    none reads within a second.
    """
    start = live(ready(kind), 0.01 * phase)
    named = 0
    for number, field in enumerate(FIELDS):
        for place in {FIELDS[field], LAST[field]}:
            plant = twin(start)
            plant.numbers[place] = VALUES[number % len(VALUES)]
            try:
                live(plant, 0.01 * CHECK_EVERY)
            except PlantDivergedError as died:
                said = str(died)
                assert re.match(r"the simulated plant, at \d+\.\d\d s: ", said)
                # what no law reads before it has gone further, shows where it comes out: by its room
                meant = "surface" if field.startswith("surface.") else re.escape(NAMES[place])
                assert re.search(rf"has diverged: [^;]*{meant}|nor are [^;:]*dice\.", said), said
                assert re.search(r"s: .*(\.py\)|, no law,) has diverged", said), said
                assert re.search(r"\w+ = (-?[\d.]+|-?inf|nan)", said), said  # what stands beside it
                if field.startswith(AT_ONCE):
                    assert plant.time_s - start.time_s == pytest.approx(0.01), said
                elif field.startswith(SOON):
                    assert plant.time_s - start.time_s <= 0.01 * (SLOW_EVERY + 1), said
                named += 1
            else:
                assert plant.numbers.tobytes() == untouched(kind, phase), NAMES[place]
    assert named > 0.9 * len(FIELDS)


COMMANDS = [field.name for field in fields(Commands) if field.name not in ("stage_target_mm", "stage_mm", "rf_permit")]
COMMANDS = [name for name in COMMANDS if not name.startswith(("lamp_", "buzzer"))]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_no_number_is_named(name, value):
    plant = ready("cleaning")
    commands = plant.wiring.commands
    told = getattr(commands, name)
    if isinstance(told, dict):
        told[list(told)[-1]] = value
    else:
        setattr(commands, name, value)
    with pytest.raises(PlantDivergedError, match=rf"what a device asks for, no law, has diverged: commands\.{name}"):
        plant.step()


def test_cooling_water_that_is_no_number_is_named():
    plant = ready("flowing")
    plant.wiring.sensors.water_flowing = nan
    with pytest.raises(PlantDivergedError, match=r"water is not finite"):
        plant.step()


def test_it_stays_dead():
    """A plant that has diverged says so again, and does not go on with what it has."""
    plant = ready("cleaning")
    plant.state.walls.gamma_o = nan
    for _ in range(3):
        with pytest.raises(PlantDivergedError, match=r"walls\.gamma_o is not finite"):
            plant.step()


# --- laws: what is none goes through them, whichever side of a comparison it is on


def source_of_nothing() -> float:
    gas = new(Vacuum)
    exchange(gas, O2, nan, 1.0, 0.0, 0.01)
    return float(gas.molecules[O2])


def film_cell() -> float:
    plant = ready("cleaning")
    surface = plant.state.surface
    surface.film.film_m[3, 4] = nan
    thin(surface.film, surface.maps, 3e-10, 1e-12, 1e-12)
    return float(surface.film.mean_nm)


def dry_pump() -> float:
    pump, spec = new(DryPump, available=1.0, fraction=nan), section("dry_pump", DryPumpSpec)
    turn_dry_pump(pump, spec, 1.0, 100.0, 10.0, 0.05)
    return float(pump.fraction)


def turbo() -> float:
    rotor = new(Turbo, available=1.0, fraction=1.0)
    turn_turbo(rotor, section("turbo", TurboSpec), 1.0, 100.0, nan, 0.05)
    return float(rotor.fraction)


def gear() -> float:
    motor = new(Motor, motor_pct=50.0, pct=nan)
    drag(motor)
    return float(motor.pct)


def no_walls() -> float:
    """Recombination that is no number must not be a gas that does not recombine."""
    plant = ready("cleaning")
    plant.state.walls.mask_o_hz = nan
    s = plant.state
    chemistry(s, 0.01)
    return float(s.vacuum.gas.molecules[O2])


def no_power() -> float:
    """A discharge without a number for its power is none that goes out."""
    s = ready("cleaning").state
    burn(s.plasma, s.work, s.tool.plasma, nan, 100.0, 0.01)
    assert s.plasma.lit == 1.0
    return float(s.plasma.electron_density_m3)


def no_gas() -> float:
    s = ready("cleaning").state
    s.work.gas_m3[O2] = nan
    burn(s.plasma, s.work, s.tool.plasma, 300.0, 100.0, 0.01)
    assert s.plasma.lit == 1.0
    return float(s.plasma.electron_temperature_ev)


def chiller() -> float:
    spec = section("chiller", ChillerSpec)
    return effort_pct(new(Chiller, available=1.0, bath_c=20.0), spec, True, 1.0, nan, 0.05)


def heat() -> float:
    told = new(Heat)
    share(told, 300.0, 200.0, nan, 0.0231, 0.07, 0.6, 0.3)
    return float(told.mask_w)


GAUGES = section("gauges", GaugesSpec)
THROUGH: dict[str, Callable[[], float]] = {
    "exchange": source_of_nothing,
    "thin": film_cell,
    "covered": lambda: covered(nan, 3e-10),
    "towards": lambda: towards(nan, 1.0, 0.1),
    "dry pump": dry_pump,
    "dry pump's speed": lambda: dry_speed_m3_s(section("dry_pump", DryPumpSpec), 1.0, nan, 1.0),
    "turbo": turbo,
    "gear": gear,
    "reactions": no_walls,
    "power": no_power,
    "gas": no_gas,
    "chiller": chiller,
    "heat": heat,
    "yield": lambda: root_yield(1.0, 4.0, nan),
    "sites": lambda: adsorbed(nan, 0.0, 1.0),
    "capacitance gauge": lambda: capacitance_pa(new(Gauge), GAUGES, 1.0, nan, 0.01),
    "wide gauge": lambda: wide_pa(new(Gauge), GAUGES, 1.0, np.ones(COUNT), nan, 0.05),
}


@pytest.mark.parametrize("law", THROUGH)
def test_a_law_lets_through_what_is_no_number(law):
    assert isnan(THROUGH[law]())


@pytest.mark.parametrize("waited_s", [1e300, inf, nan, 5.0])
def test_a_delay_line_has_an_end_however_long_it_has_waited(waited_s):
    mfcs, spec = new(Mfcs, waited_s=waited_s), section("mfc", MfcSpec)
    delay_setpoints(mfcs, np.full(4, 7.0), spec.dead_time_s, 0.01)
    if not isnan(waited_s):
        assert (mfcs.delayed_sccm == 7.0).all() and mfcs.waited_s < 0.01


@pytest.mark.parametrize("value", VALUES)
def test_the_look_over_memory_sees_every_place_and_only_what_is_none(value):
    numbers = np.array([0.0, -0.0, 5e-324, -1.7976931348623157e308, 1.7976931348623157e308, 1.0, 2.2e-308])
    assert sound(numbers, 0, len(numbers))
    for place in range(len(numbers)):
        spoilt = numbers.copy()
        spoilt[place] = value
        assert not sound(spoilt, 0, len(numbers))
        assert sound(spoilt, 0, place) and sound(spoilt, place + 1, len(numbers))


def test_all_numbers_of_the_plant_are_looked_at():
    assert len(NAMES) == ALL

"""The plant as a whole: repeats itself to the bit, survives what it is told, says what can be set, and why it died."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from hashlib import sha256
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plant.faults import PLANT_FAULTS
from sim.plant.parameters import PARAMETERS
from sim.plant.plant import SUB_STEP_S, Plant, PlantDivergedError
from sim.plant.plasma.plasma import ignite
from sim.plant.records import place_of
from sim.plant.state import State, tool_of
from sim.plant.tool import ToolError, read_tables
from sim.plant.vacuum.room import at_speed
from sim.wiring import GASES, VALVES
from tests.sim.plant.plant_bench import BACKING_PA, all_finite, fresh, live, matched, pumping, ready, twin, wrong

ROOT = Path(__file__).parents[3]

# --- it repeats itself -----------------------------------------------------------------------------------------


def act_one(plant: Plant) -> None:
    """Mask, gas, power, arcs."""
    plant.load_mask("organic", 3.0)
    commands = plant.wiring.commands
    commands.flow_setpoint_sccm.update(o2=100.0, n2=20.0)
    commands.valve_open.update(o2=True, n2=True)
    commands.throttle_target_pct = 25.0
    live(plant, 5.0, matched)
    commands.rf_forward_w = 400.0
    plant.inject("plasma.arc", {"rate": 5.0}, True)
    live(plant, 5.0, matched)


def act_two(plant: Plant) -> None:
    """Out and on again, worse walls, more gas, a leak that grows."""
    plant.inject("plasma.extinguish", {}, True)
    plant.inject("chamber.leak", {"growth": 1e-5}, True)
    plant.set_parameter("wall_recombination", 0.2)
    plant.wiring.commands.flow_setpoint_sccm["o2"] = 150.0
    live(plant, 5.03, matched)
    plant.wiring.commands.rf_forward_w = 0.0
    live(plant, 3.0, matched)


def history(seed: int, tool: int = 0) -> Plant:
    plant = pumping(seed, tool)
    act_one(plant)
    act_two(plant)
    return plant


def assert_same(one: Plant, other: Plant) -> None:
    assert one.truth() == other.truth()
    assert one.wiring == other.wiring
    assert one.numbers.tobytes() == other.numbers.tobytes()


def test_one_seed_and_one_tool_are_one_history():
    assert_same(history(7, 3), history(7, 3))


def test_another_seed_or_tool_is_another():
    first, seed, tool = history(7), history(8), history(7, 1)
    assert first.truth() != seed.truth() != tool.truth() != first.truth()
    assert first.truth()["arcs"] != seed.truth()["arcs"]  # of chance
    assert first.truth()["chamber_pressure_pa"] == pytest.approx(seed.truth()["chamber_pressure_pa"], rel=0.02)


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.03, 4.99])
def test_goes_on_the_same_after_being_saved(after_s):
    plant = pumping(3)
    act_one(plant)
    live(plant, after_s, matched)
    saved = twin(plant)
    for each in (plant, saved):
        act_two(each)
    assert_same(plant, saved)


def test_saving_takes_nothing_away():
    plant, reference = ready("cleaning"), ready("cleaning")
    for _ in range(20):
        pickle.dumps(plant)
        plant.truth(), plant.outcome(), plant.parameters()
        live(plant, 0.01)
        live(reference, 0.01)
    assert_same(plant, reference)


def test_a_saved_plant_is_as_fast_as_a_new_one():
    """Its memory has the very layout for which the laws were compiled; else every call would look it up anew."""
    plant = fresh()
    assert twin(plant).memory.dtype is plant.memory.dtype


def spark() -> str:
    """A short life with everything in it, lit by hand; its bits."""
    plant = fresh(5)
    commands, state = plant.wiring.commands, plant.state
    plant.load_mask("organic", 3.0)
    at_speed(state.vacuum, state.tool.vacuum, BACKING_PA)
    state.vacuum.gas.molecules[:] *= 1e-4
    commands.turbo_on = commands.dry_pump_on = commands.chiller_on = True
    commands.valve_open.update(o2=True, isolation=True, foreline=True)
    commands.flow_setpoint_sccm["o2"] = 100.0
    commands.rf_forward_w = 450.0
    live(plant, 0.1, matched)
    ignite(state.plasma, state.tool.plasma)
    live(plant, 0.3, matched)
    assert state.plasma.lit == 1.0
    return sha256(plant.numbers.tobytes()).hexdigest()


def test_the_interpreter_gives_the_compiler_s_bits():
    code = "from tests.sim.plant.test_plant import spark; print(spark())"
    environment = {**os.environ, "MASKGLOW_INTERPRET": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code]
    told = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == spark()


# --- it survives what it is told -------------------------------------------------------------------------------


@pytest.mark.parametrize("dt", [0.02, 0.0, 0.005, nan])
def test_only_its_own_sub_step(dt):
    plant = fresh()
    with pytest.raises(ValueError, match=r"0\.01"):
        plant.step(dt)
    assert plant.time_s == 0.0


def test_time_is_counted_in_sub_steps():
    plant = live(fresh(), 7.0)
    assert plant.time_s == 700 * SUB_STEP_S


COMMANDS = st.fixed_dictionaries(
    {
        "flow_setpoint_sccm": st.fixed_dictionaries({gas: st.floats(0.0, 500.0) for gas in GASES}),
        "valve_open": st.fixed_dictionaries({valve: st.booleans() for valve in VALVES}),
        "throttle_target_pct": st.floats(0.0, 100.0),
        "throttle_speed": st.floats(0.001, 1.0),
        "rf_forward_w": st.sampled_from([0.0, 50.0, 600.0]),
        "match_load_target_pct": st.floats(0.0, 100.0),
        "match_tune_target_pct": st.floats(0.0, 100.0),
        "turbo_on": st.booleans(),
        "dry_pump_on": st.booleans(),
        "chiller_on": st.booleans(),
        "chiller_setpoint_c": st.floats(-20.0, 100.0),
    }
)
MASKS = st.sampled_from([("organic", "binary"), ("carbon", "euv"), ("tin", "euv"), ("haze", "phase-shift")])


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["fresh", "burning"]),
    MASKS,
    st.lists(COMMANDS, min_size=1, max_size=4),
    st.sampled_from(sorted(PLANT_FAULTS)),
    st.integers(0, 9),
)
def test_every_truth_stays_possible(start, mask, orders, fault, seed):
    plant = fresh(seed) if start == "fresh" else ready("burning")
    plant.load_mask(mask[0], 8.0, mask[1])
    plant.inject(fault, {}, True)
    for order in orders:
        for name, value in order.items():
            setattr(plant.wiring.commands, name, value)
        live(plant, 1.5)
        assert wrong(plant) == []
        assert all_finite(plant)


# --- what can be set -------------------------------------------------------------------------------------------


def value_of(plant: Plant, name: str) -> float:
    return {told: value for told, value, *_ in plant.parameters()}[name]


def test_parameters_say_what_they_are():
    listed = ready("burning").parameters()
    assert [name for name, *_ in listed] == list(PARAMETERS)
    for name, value, unit, low, high, text in listed:
        assert unit and text and low < high, name
        assert low <= value <= high, name


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_takes_both_ends_of_its_range_and_the_plasma_survives_them(name):
    entry = PARAMETERS[name]
    for end in (entry.low, entry.high):
        plant = ready("burning")
        before = plant.numbers.copy()
        plant.set_parameter(name, end)
        assert value_of(plant, name) == pytest.approx(end)
        told = value_of(plant, name)
        assert np.count_nonzero(plant.numbers != before) >= (told != value_of(ready("burning"), name))
        live(plant, 2.0, matched)
        assert wrong(plant) == []
        assert all_finite(plant)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_refused_beyond_its_range(name):
    plant, entry = fresh(), PARAMETERS[name]
    before = plant.numbers.tobytes()
    for beyond in (entry.low - 1.0, entry.high * 1.01 + 1.0, nan, inf, -inf):
        with pytest.raises(ValueError) as refused:
            plant.set_parameter(name, beyond)
        for word in (name, f"{entry.low:g}..{entry.high:g}", entry.unit):
            assert word in str(refused.value)
    assert plant.numbers.tobytes() == before


def test_unknown_parameter_names_the_known():
    with pytest.raises(KeyError, match="film_nm"):
        fresh().set_parameter("colour", 1.0)


def test_a_film_that_is_set_leaves_the_rest_of_the_mask():
    plant = fresh()
    plant.load_mask("tin", 1.0)
    plant.state.surface.ion_dose_m2 = 1e20
    plant.set_parameter("film_nm", 5.0)
    truth = plant.truth()
    assert truth["film_mean_nm"] == pytest.approx(5.0)
    assert truth["tin_mean_nm"] == pytest.approx(1.0)
    assert truth["hydrogen_ion_dose_m2"] == 1e20
    assert plant.wiring.sensors.quartz_film_nm == pytest.approx(5.0)


@pytest.mark.parametrize("table", read_tables())
def test_every_table_of_the_tool_file_is_wanted(table):
    tables = read_tables()
    del tables[table]
    with pytest.raises((ToolError, KeyError), match=table):
        tool_of(tables)


# --- why it died -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [nan, inf])
@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("vacuum.gas.molecules[0]", "pressure_pa = "),
        ("vacuum.gas.temperature_k", "pressure_pa = "),
        ("vacuum.turbo.fraction", "bearing_c = "),
        ("rf.load_motor.pct", "speed_pct_s = "),
        ("plasma.zone_temperature_k", "electron_density_m3 = "),
        ("walls.seasoned_o", "gamma_o = "),
        ("surface.tin.tin_m[3, 4]", "mean_nm = "),
        ("surface.film.carbon_m3", "o_need = "),
        ("thermal.chuck_c", "wall_c = "),
        ("thermal.mask.layer_c[2]", "down_w = "),
        ("light.window_depth", "fouling_rate = "),
        ("utilities.energy_kwh", "total_w = "),
        ("tool.plasma.coupling", "coupling_density_m3 = "),
        ("breakdown_factor", "strikes = "),
    ],
)
def test_a_number_that_is_none_is_named_with_its_room_and_neighbours(path, beside, value):
    plant = ready("cleaning")
    put(plant, path, value)
    with pytest.raises(PlantDivergedError) as died:
        live(plant, 1.0)
    said, room = str(died.value), path.rpartition(".")[0]
    room_name = path.partition(".")[0]
    assert re.match(rf"the simulated plant, at \d+\.\d\d s: .* has diverged: {room_name}.* is not finite", said), said
    assert path in said or f"{room}." in said, said
    assert beside in said, said
    assert len(said) < 2000


def test_what_is_asked_last_is_not_blamed_first():
    """Sensors repeat what is wrong in the rooms; a discharge that fails stops before the gas has it."""
    plant = ready("burning")
    plant.state.plasma.zone_temperature_k = nan
    with pytest.raises(PlantDivergedError, match=r"diverged: plasma\.\S+ is not finite"):
        live(plant, 1.0)
    assert np.isfinite(plant.state.vacuum.gas.pressure_pa)
    assert np.isfinite(plant.wiring.sensors.chamber_gauge_pa)


def put(plant: Plant, path: str, value: float) -> None:
    plant.numbers[place_of(State, path)] = value


@pytest.mark.parametrize("command", ["rf_forward_w", "throttle_target_pct", "chiller_setpoint_c"])
def test_a_command_that_is_no_number_is_named(command):
    plant = ready("burning")
    setattr(plant.wiring.commands, command, nan)
    with pytest.raises(PlantDivergedError, match=f"commands.{command} is not finite"):
        live(plant, 1.0)

"""Faults of the plant: each does what its text says beside a sound twin, and ends when it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

import pytest

from sim.plant.faults import PLANT_FAULTS
from sim.plant.plant import Plant
from sim.wiring import GASES, VALVES
from tests.sim.plant.plant_bench import fresh, live, matched, nothing, ready, twin, wrong

Probe = Callable[[Plant], float]
Act = Callable[[Plant], None]


@dataclass(frozen=True)
class Effect:
    """What a fault does to ``of`` within ``seconds`` after ``act`` was done to it and to its sound twin."""

    kind: str  # of plant_bench.ready
    of: Probe
    low: float = -inf  # of faulty over sound; of faulty less sound; or, "stuck", how far at least the sound one moves
    high: float = inf
    by: str = "ratio"
    act: Act = nothing
    seconds: float = 2.0
    params: Mapping[str, float] = field(default_factory=dict)
    undo: Act = nothing  # done to both when it has ended
    ends: str = "alike"  # after ``after`` seconds both are alike again; "kept": what it has done until then stays
    after: float = 5.0
    like: float = 0.02


def sensor(name: str) -> Probe:
    return lambda plant: float(getattr(plant.wiring.sensors, name))


def truth(name: str) -> Probe:
    return lambda plant: plant.truth()[name]


def light(*lines: str) -> Probe:
    return lambda plant: sum(plant.wiring.sensors.oes_photons[line] for line in lines)


def opened(valve: str) -> Probe:
    return lambda plant: float(plant.wiring.sensors.valve_opened[valve])


def ask(**commands: float) -> Act:
    def act(plant: Plant) -> None:
        for name, value in commands.items():
            setattr(plant.wiring.commands, name, value)

    return act


def turn(valve: str) -> Act:
    def act(plant: Plant) -> None:
        plant.wiring.commands.valve_open[valve] ^= True

    return act


def more_gas(plant: Plant) -> None:
    for gas in GASES:
        plant.wiring.commands.valve_open[gas] = True
        plant.wiring.commands.flow_setpoint_sccm[gas] += 20.0


def falls(kind: str, of: Probe) -> Effect:
    """A flag that goes from true to false."""
    return Effect(kind, of, -1.0, -1.0, "difference")


PRESSURE, PLASMA = truth("chamber_pressure_pa"), truth("plasma_on")
CO = ("co_451", "co_483", "co_519", "co_561")
SHUT = {"act": turn("isolation"), "undo": turn("isolation"), "seconds": 10.0, "after": 30.0}
DONE = {"by": "difference", "ends": "kept"}
EFFECTS: dict[str, Effect] = {
    # 1e-3 Pa m3/s into 30 l for 10 s, less what goes while the valve closes
    "chamber.leak": Effect("pumping", PRESSURE, 0.28, 0.34, "difference", **SHUT),
    # 2 ml of air within 200 s: 5 % of 6.8 Pa, less the same
    "chamber.virtual_leak": Effect("pumping", PRESSURE, 0.28, 0.34, "difference", **SHUT),
    "chamber.outgassing": Effect("pumping", truth("outgassing_pa_m3_s"), 9.0, 10.01),
    "plasma.extinguish": Effect("burning", PLASMA, -1.0, -1.0, "difference", seconds=0.5, params={"for": 1.0}),
    "plasma.no_ignite": Effect("flowing", PLASMA, -1.0, -1.0, "difference", ask(rf_forward_w=450.0)),
    "plasma.arc": Effect("burning", sensor("arc_count"), 4.0, 20.0, **DONE, seconds=5.0),
    "match.detune": Effect("burning", truth("reflected_power_w"), 10.0, 200.0, "difference", seconds=1.0),
    "match.drift": Effect(
        "burning", lambda plant: plant.state.rf.detune, 0.0099, 0.0101, **DONE, params={"pct_per_h": 1800.0}
    ),
    "match.wear": Effect(
        "pumping",
        sensor("match_tune_pct"),
        0.499,
        0.501,
        "difference",
        ask(match_tune_target_pct=40.0),
        undo=ask(match_tune_target_pct=50.0),
    ),
    "throttle.stuck": Effect("flowing", truth("throttle_pct"), 0.499, 0.501, act=ask(throttle_target_pct=60.0)),
    "throttle.closed": Effect("flowing", PRESSURE, 2.5, 4.0, after=40.0),
    "throttle.wear": Effect(
        "flowing", truth("throttle_pct"), 0.249, 0.251, "difference", ask(throttle_target_pct=20.0)
    ),
    "walls.drift": Effect(
        "flowing", lambda plant: plant.state.walls.seasoned_o, -0.101, -0.099, **DONE, params={"per_h": 180.0}
    ),
    "walls.fresh": Effect("burning", truth("o_density_m3"), -1e20, -1e19, **DONE, like=0.2),
    "window.fouling": Effect("burning", truth("window_depth"), 3.9e-3, 4.1e-3, **DONE),
    "oes.flat": Effect("burning", light("o_777", "ar_750"), 0.0, 0.0),
    "oes.step": Effect("cleaning", light("o_777", "ar_750", *CO), 0.6999, 0.7001),
    "co_line.step": Effect("cleaning", light(*CO), 0.2999, 0.3001),
    "chiller.off": Effect(
        "pumping",
        sensor("chiller_bath_c"),
        -2.5,
        -1.0,
        "difference",
        ask(chiller_setpoint_c=30.0),
        seconds=30.0,
        undo=ask(chiller_setpoint_c=20.0),
        after=200.0,
    ),
    "dry_pump.off": Effect("flowing", truth("foreline_pressure_pa"), 3.0, 30.0, seconds=20.0, after=60.0),
    "turbo.off": Effect("flowing", sensor("turbo_speed_hz"), 0.8, 0.97, seconds=20.0, after=60.0),
    "lid.open": falls("pumping", sensor("lid_closed")),
    "water.off": falls("pumping", sensor("water_flowing")),
    "chain.open": falls("pumping", sensor("chain_closed")),
    "exhaust.off": falls("pumping", sensor("exhaust_flowing")),
    "h2_detector.alarm": falls("pumping", sensor("h2_detector_clear")),
    **{f"{valve}_valve.stuck": Effect("flowing", opened(valve), 1.0, by="stuck", act=turn(valve)) for valve in VALVES},
}
for gas in GASES:
    flow = truth(f"{gas}_flow_sccm")
    EFFECTS[f"{gas}_mfc.drift"] = Effect("flowing", flow, -5.01, -4.99, "difference", more_gas)
    factor = {"o2": 0.995, "h2": 1.01, "ar": 1.395, "n2": 1.0 / 1.395}[gas]  # paper: correction factors
    EFFECTS[f"{gas}_mfc.wrong_gas"] = Effect("flowing", flow, factor - 0.002, factor + 0.002, "ratio", more_gas)
    EFFECTS[f"{gas}_mfc.clog"] = Effect("flowing", flow, 19.0, by="stuck", act=more_gas)
for gauge in ("chamber_gauge", "guard_gauge", "wide_gauge"):
    reading = sensor(f"{gauge}_pa")
    EFFECTS[f"{gauge}.off"] = Effect("flowing", reading, 0.0, 0.0)
    EFFECTS[f"{gauge}.drift"] = Effect("flowing", reading, 0.48, 0.52, "difference")
    EFFECTS[f"{gauge}.stuck"] = Effect("flowing", reading, 1.0, by="stuck", act=ask(throttle_target_pct=100.0))


def test_every_fault_has_its_effect_here():
    assert set(EFFECTS) == set(PLANT_FAULTS)


@pytest.mark.parametrize("key", PLANT_FAULTS)
def test_does_what_it_says_and_ends(key):
    effect = EFFECTS[key]
    sound, faulty = ready(effect.kind), ready(effect.kind)
    before = effect.of(sound)
    faulty.inject(key, effect.params, True)
    for plant in (sound, faulty):
        both_live(plant, effect.act, effect.seconds, key)
    well, ill = effect.of(sound), effect.of(faulty)
    if effect.by == "stuck":
        assert ill == pytest.approx(before, rel=1e-4, abs=1e-3)
        assert abs(well - before) >= effect.low
    else:
        assert effect.low <= (ill - well if effect.by == "difference" else ill / well) <= effect.high
    faulty.inject(key, {}, False)
    for plant in (sound, faulty):
        both_live(plant, effect.undo, effect.after, key)
        assert wrong(plant) == []
    still = 0.0 if effect.ends == "alike" else ill - well
    scale = abs(effect.of(sound)) if effect.ends == "alike" else abs(still)
    assert effect.of(faulty) - effect.of(sound) == pytest.approx(still, abs=effect.like * scale)


def both_live(plant: Plant, act: Act, seconds: float, key: str) -> None:
    act(plant)
    live(plant, seconds, matched if plant.wiring.commands.rf_forward_w > 0.0 else nothing)


@pytest.mark.parametrize("key", PLANT_FAULTS)
def test_beginning_and_ending_twice_is_as_once(key):
    once = fresh()
    once.inject(key, {}, True)
    again = twin(once)
    again.inject(key, {}, True)
    assert again.numbers.tobytes() == once.numbers.tobytes()
    for plant in (once, again, again):
        plant.inject(key, {}, False)
    assert again.numbers.tobytes() == once.numbers.tobytes()
    assert again.wiring == once.wiring and again.drifts == once.drifts == {}


@pytest.mark.parametrize(
    ("key", "parameter", "value"),
    [
        ("chamber.leak", "leak_pa_m3_s", 1e-5),
        ("chamber.virtual_leak", "virtual_leak_m3_s", 1e-6),
        ("chamber.outgassing", "outgassing_pa_m_s", 1e-4),
        ("plasma.arc", "arc_per_s", 0.5),
        ("match.wear", "match_play_pct", 0.3),
        ("throttle.wear", "throttle_backlash_pct", 0.2),
        ("window.fouling", "window_fouling", 100.0),
    ],
)
def test_ends_in_what_was_set_before(key, parameter, value):
    plant = fresh()
    plant.set_parameter(parameter, value)
    plant.inject(key, {}, True)
    live(plant, 0.1)
    assert told(plant, parameter) != pytest.approx(value)
    plant.inject(key, {}, False)
    assert told(plant, parameter) == pytest.approx(value)


def told(plant: Plant, parameter: str) -> float:
    return {name: value for name, value, *_ in plant.parameters()}[parameter]


def test_two_steps_of_light_are_two_faults():
    plant = ready("cleaning")
    before = dict(plant.wiring.sensors.oes_photons)
    plant.inject("oes.step", {"factor": 0.5}, True)
    plant.inject("co_line.step", {"factor": 0.5}, True)
    live(plant, 0.05, matched)
    after = plant.wiring.sensors.oes_photons
    assert after["ar_750"] == pytest.approx(0.5 * before["ar_750"], rel=0.01)
    assert after["co_483"] == pytest.approx(0.25 * before["co_483"], rel=0.01)
    plant.inject("co_line.step", {}, False)
    live(plant, 0.05, matched)
    assert after["co_483"] == pytest.approx(0.5 * before["co_483"], rel=0.01)


def test_a_discharge_that_was_put_out_stays_out_its_time_and_comes_back():
    plant = ready("burning")
    plant.inject("plasma.extinguish", {"for": 0.3}, True)
    dark = 0
    for _ in range(200):
        live(plant, 0.01, matched)
        dark += plant.state.plasma.lit == 0.0
    assert 30 <= dark <= 80  # and the first electron is waited for
    plant.inject("plasma.extinguish", {"for": float("inf")}, True)
    live(plant, 5.0, matched)
    assert plant.state.plasma.lit == 0.0
    plant.inject("plasma.extinguish", {}, False)
    live(plant, 2.0, matched)
    assert plant.state.plasma.lit == 1.0


def test_without_water_the_turbo_gets_hot():
    wet, dry = ready("pumping"), ready("pumping")
    dry.inject("water.off", {}, True)
    for plant in (wet, dry):
        live(plant, 120.0)
    assert dry.wiring.sensors.turbo_bearing_c > wet.wiring.sensors.turbo_bearing_c + 1.0


def test_without_water_a_burning_tool_gets_hot():
    """Bath, chuck and mask within minutes, walls within an hour; the cooler stands still, and the meter says so."""
    wet, dry = ready("burning"), ready("burning")
    dry.inject("water.off", {}, True)
    for plant in (wet, dry):
        plant.wiring.commands.chiller_setpoint_c = 15.0
        live(plant, 120.0, matched)
    assert wet.wiring.sensors.chiller_power_pct < -50.0 and dry.wiring.sensors.chiller_power_pct == 0.0
    assert dry.truth()["power_chiller_w"] < wet.truth()["power_chiller_w"] - 100.0
    for name, more_k in (("bath_temperature_c", 2.0), ("chuck_temperature_c", 2.0), ("wall_temperature_c", 0.003)):
        assert dry.truth()[name] > wet.truth()[name] + more_k, name
    assert dry.truth()["mask_temperature_c"] > wet.truth()["mask_temperature_c"] + 0.1


def test_the_text_explains_every_parameter():
    for key, kind in PLANT_FAULTS.items():
        assert set(re.findall(r"`(\w+)`", kind.meaning)) == set(kind.parameters), key
        assert key == f"{kind.target}.{kind.type}"


def test_unknown_fault_and_parameter_are_named():
    plant = fresh()
    with pytest.raises(KeyError, match=r"chamber\.leak"):
        plant.inject("chamber.singing", {}, True)
    with pytest.raises(ValueError, match="loudness"):
        plant.inject("chamber.leak", {"loudness": 1.0}, True)

"""Closed loops on small plants by hand: they hold, they survive nonsense, they do not wind up."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.loops.endpoint import SETTLE_S, Endpoint
from controller.loops.pressure import PA_M3_S_PER_SCCM, PressureControl
from controller.loops.rf_power import RfPower, RfState
from controller.loops.temperature import TemperatureControl
from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE

LOOP = load_machine(REFERENCE)[0].loop
ENDPOINT = load_machine(REFERENCE)[0].endpoint["CO"]
DT = 0.05
NONSENSE = st.none() | st.floats(-1e6, 1e6, allow_nan=False)


class Chamber:
    """30 l, pumped through a throttle whose speed is ``wear`` times what the loop has learnt."""

    def __init__(self, wear: float = 1.0) -> None:
        self.loop = PressureControl(LOOP.pressure, 0.03)
        self.wear, self.pressure, self.flow, self.position, self.now = wear, 0.01, 0.0, 100.0, 0.0
        self.trace: list[float] = []

    def run(self, setpoint: float | None, flow: float, seconds: float, blind: bool = False) -> Chamber:
        for _ in range(round(seconds / DT)):
            self.now += DT
            values = {} if blind else {LOOP.pressure.actual: self.pressure, LOOP.pressure.flow: flow}
            asked = self.loop.step(setpoint, values, self.now)
            target = 100.0 if asked is None else asked
            self.position += max(min(target - self.position, 8.0), -8.0)
            speed = self.wear * math.exp(float(_interp(self.position, self.loop)))
            for _ in range(10):
                self.pressure += (flow * PA_M3_S_PER_SCCM - self.pressure * speed) / 0.03 * DT / 10
            self.trace.append(self.pressure)
        return self


def _interp(position: float, loop: PressureControl) -> float:
    import numpy as np

    return float(np.interp(position, loop.pct, loop.log_speed))


@pytest.mark.parametrize("wear", [0.6, 1.0, 1.5])
@pytest.mark.parametrize(("setpoint", "flow"), [(8.0, 160.0), (5.0, 60.0), (20.0, 160.0), (12.0, 180.0)])
def test_pressure_arrives_and_stays(wear, setpoint, flow):
    chamber = Chamber(wear).run(setpoint, flow, 20.0)
    assert chamber.pressure == pytest.approx(setpoint, rel=0.02)
    assert max(chamber.trace) < 1.3 * setpoint, "no overshoot to speak of"
    chamber.run(setpoint, flow, 10.0)
    assert max(chamber.trace[-100:]) - min(chamber.trace[-100:]) < 0.02 * setpoint


def test_pressure_follows_a_step_of_setpoint_and_of_flow():
    chamber = Chamber().run(8.0, 160.0, 15.0).run(12.0, 160.0, 15.0)
    assert chamber.pressure == pytest.approx(12.0, rel=0.02)
    chamber.run(12.0, 100.0, 15.0)
    assert chamber.pressure == pytest.approx(12.0, rel=0.02)


def test_pressure_does_not_wind_up_where_it_cannot_win():
    """Ten minutes of a setpoint out of reach; back within reach it is there as soon as after a fresh start."""
    chamber = Chamber().run(0.05, 160.0, 600.0)
    assert abs(chamber.loop.integral) < 2.0
    chamber.run(8.0, 160.0, 15.0)
    assert chamber.pressure == pytest.approx(8.0, rel=0.02)
    high = Chamber().run(55.0, 2.0, 300.0)  # far too little gas
    high.run(8.0, 160.0, 15.0)
    assert high.pressure == pytest.approx(8.0, rel=0.03)


def test_pressure_that_is_blind_holds_still():
    chamber = Chamber().run(8.0, 160.0, 15.0)
    before = chamber.loop.position_pct
    integral = chamber.loop.integral
    assert chamber.loop.step(8.0, {}, chamber.now + DT) == before
    assert chamber.loop.integral == integral
    chamber.run(8.0, 160.0, 600.0, blind=True).run(8.0, 160.0, 5.0)
    assert chamber.pressure == pytest.approx(8.0, rel=0.03)


def test_pressure_off_lets_go():
    chamber = Chamber().run(8.0, 160.0, 5.0)
    assert chamber.loop.step(0.0, {}, 99.0) is None and chamber.loop.step(None, {}, 99.1) is None
    assert chamber.loop.integral == 0.0


@given(st.lists(st.tuples(NONSENSE, NONSENSE, st.floats(0.001, 60.0)), max_size=40))
def test_pressure_is_never_poisoned(inputs: list[Any]):
    loop = PressureControl(LOOP.pressure, 0.03)
    for n, (pressure, flow, setpoint) in enumerate(inputs):
        values = {LOOP.pressure.actual: pressure, LOOP.pressure.flow: flow}
        values = {name: value for name, value in values.items() if value is not None}
        position = loop.step(setpoint, values, n * DT)
        assert position is not None and 0.0 <= position <= 100.0
        assert math.isfinite(loop.integral)
    chamber = Chamber()
    chamber.loop, chamber.now = loop, len(inputs) * DT
    assert chamber.run(8.0, 160.0, 20.0).pressure == pytest.approx(8.0, rel=0.03)


class Plasma:
    """An RF loop on a generator that does what it is told; the test says whether plasma burns."""

    def __init__(self) -> None:
        self.loop, self.now, self.out = RfPower(LOOP.rf_power), 0.0, dict[str, Any]()
        self.powers: list[float] = []

    def run(self, wanted: float, seconds: float, plasma: bool | None = True, reflected: float | None = 0.0) -> Plasma:
        for _ in range(round(seconds / DT)):
            self.now = round(self.now + DT, 6)
            lit = plasma and self.on
            values = {LOOP.rf_power.plasma: lit, LOOP.rf_power.reflected: reflected}
            self.out = self.loop.step(wanted, 120.0, {k: v for k, v in values.items() if v is not None}, self.now)
            self.powers.append(self.out[LOOP.rf_power.setpoint])
        return self

    @property
    def on(self) -> bool:
        return bool(self.out.get(LOOP.rf_power.enable))


def test_strike_prove_ramp_hold():
    plasma = Plasma().run(0.0, 0.5)
    assert not plasma.on
    plasma.run(450.0, DT)
    assert plasma.on and plasma.powers[-1] == LOOP.rf_power.strike_w
    limit = plasma.out[LOOP.rf_power.time_limit]
    assert limit == 150.0, "the generator's own limit goes with the strike; the driver writes it first"
    plasma.run(450.0, 3.0)
    assert plasma.loop.state is RfState.ON and plasma.powers[-1] == 450.0 and plasma.loop.strikes == 1
    assert plasma.out[LOOP.rf_power.time_limit] == limit, "not another one under power"
    steps = [b - a for a, b in zip(plasma.powers[12:], plasma.powers[13:], strict=False)]
    assert max(steps) <= LOOP.rf_power.ramp_w_per_s * DT + 1e-6
    plasma.run(0.0, DT)
    assert not plasma.on and plasma.powers[-1] == 0.0, "off is at once, whatever the ramp"


def test_a_small_power_is_not_struck_with_a_large_one():
    assert max(Plasma().run(120.0, 3.0).powers) == 120.0


def test_no_plasma_three_attempts_with_pauses_then_failed():
    plasma = Plasma()
    states = []
    for _ in range(600):
        plasma.run(450.0, DT, plasma=False)
        states.append(plasma.on)
    strikes = sum(b and not a for a, b in zip([False, *states], states, strict=False))
    assert strikes == plasma.loop.strikes == LOOP.rf_power.attempts
    assert plasma.loop.failed and not plasma.on
    assert sum(states) * DT <= LOOP.rf_power.attempts * (LOOP.rf_power.strike_window_s + 2 * DT)
    plasma.run(450.0, 60.0)
    assert not plasma.on, "failed stays failed"
    plasma.loop.reset()
    plasma.run(450.0, 2.0)
    assert plasma.loop.state is RfState.ON


def test_unknown_plasma_is_no_plasma():
    plasma = Plasma().run(450.0, 5.0).run(450.0, 0.5, plasma=None)
    assert not plasma.on and plasma.loop.losses == 1


def test_lost_plasma_is_off_in_time_cools_and_strikes_again():
    plasma = Plasma().run(450.0, 20.0)
    n = 0
    while plasma.on:
        plasma.run(450.0, DT, plasma=False)
        n += 1
    assert LOOP.rf_power.lost_after_s - DT <= n * DT <= LOOP.rf_power.lost_after_s + 2 * DT
    plasma.run(450.0, LOOP.rf_power.cool_down_s - 2 * DT, plasma=False)
    assert not plasma.on
    plasma.run(450.0, 5.0)
    assert plasma.loop.state is RfState.ON and plasma.loop.losses == 1 and plasma.loop.strikes == 2


def test_a_flicker_shorter_than_that_is_none():
    plasma = Plasma().run(450.0, 5.0)
    for _ in range(5):
        plasma.run(450.0, LOOP.rf_power.lost_after_s - 2 * DT, plasma=False).run(450.0, 1.0)
    assert plasma.loop.losses == 0 and plasma.on


def test_fold_back_on_reflection_and_back_again():
    plasma = Plasma().run(450.0, 5.0).run(450.0, 2.0, reflected=70.0)
    assert plasma.powers[-1] == pytest.approx(450.0 - 2.0 * 30.0 * 2.0, abs=10)
    plasma.run(450.0, 60.0, reflected=90.0)
    assert plasma.powers[-1] == pytest.approx(45.0), "never less than a tenth: the interlock decides about off"
    plasma.run(450.0, 30.0)
    assert plasma.powers[-1] == 450.0
    plasma.run(450.0, 1.0, reflected=None)
    assert plasma.powers[-1] < 450.0, "unknown is not low"


def test_a_reset_leaves_a_burning_plasma_alone():
    """Resetting interlocks during a clean used to switch RF off and strike anew."""
    plasma = Plasma().run(450.0, 5.0)
    plasma.loop.reset()
    plasma.run(450.0, DT)
    assert plasma.on and plasma.powers[-1] == 450.0 and plasma.loop.strikes == 1


@given(st.lists(st.tuples(st.floats(0, 550), st.sampled_from([True, False, None]), NONSENSE), max_size=60))
def test_rf_asks_for_nothing_beyond_what_is_wanted(inputs: list[Any]):
    plasma = Plasma()
    most = 0.0
    for wanted, lit, reflected in inputs:
        most = max(most, wanted)
        plasma.run(wanted, DT, lit, reflected)
        power = plasma.powers[-1]
        assert math.isfinite(power) and 0.0 <= power <= most
        assert wanted > 0 or (power == 0.0 and not plasma.on)
        assert plasma.on or power == 0.0


def test_temperature_removes_the_offset_and_stays_in_its_limits():
    loop, chuck, bath, now = TemperatureControl(LOOP.temperature), 22.0, 20.0, 0.0
    told = 20.0
    for _ in range(round(2400 / DT)):
        now += DT
        out = loop.step(22.0, {LOOP.temperature.actual: chuck}, now)
        told = out[LOOP.temperature.setpoint]
        assert LOOP.temperature.low_c <= told <= LOOP.temperature.high_c and out[LOOP.temperature.enable] is True
        bath += (told - bath) * DT / 30.0
        chuck += (bath + 5.0 - chuck) * DT / 60.0  # five degrees of plasma heat
    assert chuck == pytest.approx(22.0, abs=0.5)


def test_temperature_out_of_reach_does_not_wind_up():
    loop = TemperatureControl(LOOP.temperature)
    for n in range(20_000):
        loop.step(15.0, {LOOP.temperature.actual: 55.0}, n * DT)
    assert abs(loop.integral_c) < 60.0
    assert loop.told_c == LOOP.temperature.low_c
    assert loop.step(None, {}, 9999.0) == {}


def test_temperature_unknown_keeps_what_it_said():
    loop = TemperatureControl(LOOP.temperature)
    assert loop.step(22.0, {}, 0.0)[LOOP.temperature.setpoint] == 22.0
    loop.step(22.0, {LOOP.temperature.actual: 30.0}, 0.05)
    told = loop.told_c
    assert loop.step(22.0, {}, 60.0)[LOOP.temperature.setpoint] == told


def light(detector: Endpoint, ratios: list[float | None], now: float = 0.0, plasma: bool = True) -> float:
    for ratio in ratios:
        now += DT
        values = {} if ratio is None else {ENDPOINT.signal: ratio * 40_000.0, ENDPOINT.reference: 40_000.0}
        detector.step(plasma, values, now)
    return now


def seconds(ratio: float, duration: float) -> list[float]:
    return [ratio] * round(duration / DT)


def test_endpoint_found_when_the_light_has_fallen_and_rests():
    detector = Endpoint(ENDPOINT)
    now = light(detector, seconds(0.01, 60.0))
    assert not detector.found and detector.level == pytest.approx(1.0)
    fall = [0.01 - 0.0088 * n / 400 for n in range(400)]
    now = light(detector, fall, now)
    assert not detector.found, "still falling"
    light(detector, seconds(0.0012, 30.0), now)
    assert detector.found and detector.level == pytest.approx(0.12, abs=0.02)


def test_endpoint_is_not_fooled():
    for ratios in (
        seconds(0.01, 120.0),  # no fall
        seconds(0.01, 60.0) + seconds(0.008, 60.0),  # too small a fall
        [0.01 + 0.004 * math.sin(n * 0.05) for n in range(2400)],  # a swing
        seconds(0.01, SETTLE_S - 0.5),
        [0.0] * 2000,  # no product at all
        [None] * 500,
    ):
        detector = Endpoint(ENDPOINT)
        light(detector, list(ratios))
        assert not detector.found


@pytest.mark.parametrize("film", [True, False], ids=["film", "clean mask"])
def test_endpoint_in_noise_is_that_of_the_film(film):
    """A third of the light is noise, as with resist on the simulated tool; forty masks each."""
    for seed in range(40):
        random = Random(seed)
        detector = Endpoint(ENDPOINT)
        gone_s, found_s = 200.0, None
        for scan in range(300 * 20):
            now = scan * 0.05
            if scan % 2 == 0:  # ten spectra a second
                height = 0.013 * min(1.0, max(0.0, (gone_s - now) / 10.0)) if film else 0.0
                ratio = height + random.gauss(0.0, 0.0037)
            detector.step(True, {ENDPOINT.signal: ratio * 18000.0, ENDPOINT.reference: 18000.0}, now)
            if detector.found and found_s is None:
                found_s = now
        assert found_s is None if not film else found_s is not None and 0.0 < found_s - (gone_s - 5.0) < 40.0, seed


def test_endpoint_holds_its_breath_without_plasma_and_begins_anew_when_told():
    detector = Endpoint(ENDPOINT)
    now = light(detector, seconds(0.01, 30.0))
    highest = detector.highest
    now = light(detector, seconds(0.0, 20.0), now, plasma=False)
    assert not detector.found and detector.highest == highest
    detector.reset()
    assert detector.level is None and detector.highest == 0.0 and not detector.found


@given(st.lists(st.tuples(NONSENSE, NONSENSE, st.booleans()), max_size=60))
def test_endpoint_survives_nonsense(inputs: list[Any]):
    detector = Endpoint(ENDPOINT)
    for n, (signal, reference, plasma) in enumerate(inputs):
        values = {ENDPOINT.signal: signal, ENDPOINT.reference: reference}
        detector.step(plasma, {k: v for k, v in values.items() if v is not None}, n * DT)
        assert detector.level is None or math.isfinite(detector.level)

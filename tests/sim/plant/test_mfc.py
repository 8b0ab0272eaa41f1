"""Mass-flow controllers: dead time, lags, limits, errors of their sensors, gases they were not made for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plant.vacuum.mfc import LINES, control_flow, cross_gas, felt_sccm
from sim.plant.vacuum.room import alone, specification

SPEC = specification().mfc
O2_LINE, H2_LINE, AR_LINE, N2_LINE = range(LINES)


class Line:
    """Four controllers, their shut-off valves open."""

    def __init__(self) -> None:
        self.mfcs = alone(specification()).mfcs
        self.setpoint, self.opened = np.zeros(LINES), np.ones(LINES)

    def live(self, seconds: float, dt: float = 0.01) -> None:
        for _ in range(round(seconds / dt)):
            control_flow(self.mfcs, SPEC, self.setpoint, self.opened, 0, dt)

    def flow(self, line: int = O2_LINE) -> float:
        return float(self.mfcs.flow_sccm[line])

    def sensor(self, line: int = O2_LINE) -> float:
        return felt_sccm(self.mfcs, SPEC, line, 0.0)


@pytest.mark.parametrize("dt", [0.001, 0.01, 0.02])
def test_dead_time_then_two_lags(dt):
    line = Line()
    line.setpoint[O2_LINE] = 100.0
    line.live(SPEC.dead_time_s - 0.02, dt)
    assert line.flow() == 0.0
    line.live(0.04, dt)
    assert 0.0 < line.flow() < 20.0  # a second order starts gently
    line.live(SPEC.lag_s - 0.02, dt)
    assert line.flow() == pytest.approx(63.2, abs=11.0)
    line.live(1.0, dt)
    assert line.flow() == pytest.approx(100.0, rel=1e-4)


def test_settles_as_a_modern_controller():
    """PHYSICS a.6: within 2 % in 0.3..0.75 s."""
    line, settled = Line(), 0.0
    line.setpoint[O2_LINE] = 100.0
    for step in range(100):
        line.live(0.01)
        if abs(line.flow() - 100.0) > 2.0:
            settled = (step + 1) * 0.01
    assert 0.3 < settled < 0.75


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-10.0, 1e4), st.floats(0.0, 1.0), st.sampled_from([0.001, 0.01, 0.1])), max_size=20)
)
def test_flow_stays_within_the_valve(history):
    line = Line()
    for setpoint, opened, dt in history:
        line.setpoint[:], line.opened[:] = setpoint, opened
        line.live(5 * dt, dt)
        assert np.all(line.mfcs.flow_sccm >= 0.0)
        assert np.all(line.mfcs.flow_sccm <= SPEC.overdrive * line.mfcs.full_scale_sccm * opened + 1e-9)


def test_valve_ends_above_full_scale():
    line = Line()
    line.setpoint[O2_LINE] = 1000.0
    line.live(3.0)
    assert line.flow() == pytest.approx(1.1 * 200.0, rel=1e-4)


def test_closed_shut_off_valve_stops_the_gas():
    line = Line()
    line.setpoint[O2_LINE] = 100.0
    line.live(2.0)
    line.opened[O2_LINE] = 0.0
    line.live(0.01)
    assert line.flow() == 0.0
    line.opened[O2_LINE] = 1.0
    line.live(2.0)
    assert line.flow() == pytest.approx(100.0, rel=1e-4)


def test_a_machine_without_a_line_stays_dry():
    line = Line()
    line.mfcs.full_scale_sccm[H2_LINE] = 0.0
    line.setpoint[H2_LINE] = 50.0
    line.live(2.0)
    assert line.flow(H2_LINE) == 0.0


def test_zero_error_is_hidden_from_its_own_sensor():
    line = Line()
    line.mfcs.zero_sccm[O2_LINE] = 5.0
    line.setpoint[O2_LINE] = 100.0
    line.live(2.0)
    assert line.flow() == pytest.approx(95.0, rel=1e-4)
    assert line.sensor() == pytest.approx(100.0, rel=1e-4)
    line.setpoint[O2_LINE] = 0.0
    line.live(3.0)
    assert line.flow() == 0.0
    assert line.sensor() == 5.0


def test_zero_drifts():
    line = Line()
    line.mfcs.zero_rate_sccm_s[N2_LINE] = 0.01
    line.live(10.0)
    assert line.mfcs.zero_sccm[N2_LINE] == pytest.approx(0.1)


def test_span_error():
    line = Line()
    line.mfcs.span[AR_LINE] = 0.02
    line.setpoint[AR_LINE] = 51.0
    line.live(2.0)
    assert line.flow(AR_LINE) == pytest.approx(50.0, rel=1e-4)
    assert line.sensor(AR_LINE) == pytest.approx(51.0, rel=1e-4)


def test_argon_through_a_controller_made_for_nitrogen():
    assert cross_gas(N2_LINE, AR_LINE) == pytest.approx(1.395)
    assert cross_gas(AR_LINE, AR_LINE) == 1.0
    line = Line()
    line.mfcs.calibrated_for[AR_LINE] = N2_LINE
    line.setpoint[AR_LINE] = 50.0
    line.live(2.0)
    assert line.flow(AR_LINE) == pytest.approx(1.395 * 50.0, rel=1e-4)
    assert line.sensor(AR_LINE) == pytest.approx(50.0, rel=1e-4)


def test_stuck_control_valve_keeps_its_flow():
    line = Line()
    line.setpoint[O2_LINE] = 100.0
    line.live(2.0)
    line.mfcs.stuck[O2_LINE] = 1.0
    line.setpoint[O2_LINE] = 0.0
    line.live(2.0)
    assert line.flow() == pytest.approx(100.0, rel=1e-4)


def test_noise_of_a_sensor_is_its_own():
    line = Line()
    line.mfcs.flow_sccm[O2_LINE] = 100.0
    one = felt_sccm(line.mfcs, SPEC, O2_LINE, 1.0) - felt_sccm(line.mfcs, SPEC, O2_LINE, 0.0)
    assert one == pytest.approx(8e-4 * 100.0 + 1e-4 * 200.0)

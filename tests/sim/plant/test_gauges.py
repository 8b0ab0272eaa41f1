"""Gauges: lag, saturation, noise of the published size, zero and span, gas dependence, stuck and off."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plant.records import new
from sim.plant.species import AR, COUNT, H2, H2O, N2
from sim.plant.vacuum.gauges import Gauge, capacitance_pa, gas_factor, wide_pa
from sim.plant.vacuum.room import specification
from tests.sim.plant.vacuum_bench import Bench

SPEC = specification().gauges


def only(index: int):
    molecules = np.zeros(COUNT)
    molecules[index] = 3e20
    return molecules


@pytest.mark.parametrize("dt", [0.001, 0.01])
def test_lag_is_first_order(dt):
    gauge, reading = new(Gauge), 0.0
    for _ in range(round(SPEC.lag_s / dt)):
        reading = capacitance_pa(gauge, SPEC, 10.0, 0.0, dt)
    assert reading == pytest.approx(6.321, rel=1e-3)


def test_saturates_at_full_scale():
    bench = Bench()
    bench.live(1.0)
    assert bench.fast.chamber_gauge_pa == bench.fast.guard_gauge_pa == SPEC.full_scale_pa
    assert bench.slow.wide_gauge_pa == pytest.approx(101325.0, rel=0.001)


def test_noise_has_its_size():
    gauge = new(Gauge, felt_pa=8.0)
    quiet = capacitance_pa(gauge, SPEC, 8.0, 0.0, 0.01)
    loud = capacitance_pa(gauge, SPEC, 8.0, 1.0, 0.01)
    assert loud - quiet == pytest.approx(1e-3 * 8.0 + 3e-5 * 133.322)


def test_zero_span_and_drift():
    gauge = new(Gauge, felt_pa=10.0, offset_pa=0.5, drift_pa_s=0.1, span=0.02)
    assert capacitance_pa(gauge, SPEC, 10.0, 0.0, 1.0) == pytest.approx(10.2 + 0.6)
    assert gauge.offset_pa == pytest.approx(0.6)


def test_stuck_keeps_and_off_gives_nothing():
    gauge = new(Gauge, felt_pa=5.0)
    first = capacitance_pa(gauge, SPEC, 5.0, 0.0, 0.01)
    gauge.stuck = 1.0
    assert capacitance_pa(gauge, SPEC, 50.0, 1.0, 0.01) == first
    gauge.off = 1.0
    assert capacitance_pa(gauge, SPEC, 50.0, 1.0, 0.01) == 0.0
    gauge.stuck = gauge.off = 0.0
    assert capacitance_pa(gauge, SPEC, 50.0, 0.0, 1.0) == pytest.approx(50.0)


def test_wide_gauge_depends_on_the_gas():
    assert gas_factor(10.0, only(N2)) == 1.0
    assert gas_factor(10.0, only(AR)) == pytest.approx(1 / 1.7, abs=0.001)
    assert gas_factor(10.0, only(H2)) == gas_factor(10.0, only(H2O)) == 2.0
    assert gas_factor(1e-3, only(AR)) == pytest.approx(1 / 0.8)
    assert gas_factor(9e4, only(AR)) == 1.0
    assert gas_factor(1.0, np.zeros(COUNT)) == 1.0


@given(st.floats(0.0, 2e5), st.lists(st.floats(0.0, 1e24), min_size=COUNT, max_size=COUNT), st.floats(-5.0, 5.0))
def test_wide_gauge_reads_something(pressure, molecules, z):
    assert 0.2 < gas_factor(pressure, np.array(molecules)) < 3.1
    reading = wide_pa(new(Gauge), SPEC, pressure, np.array(molecules), z, 0.05)
    assert SPEC.wide_low_pa <= reading <= SPEC.wide_high_pa


def test_wide_factor_has_no_jumps():
    decades = np.linspace(-6.0, 5.0, 2000)
    for index in range(COUNT):
        factors = [gas_factor(10.0**decade, only(index)) for decade in decades]
        assert np.max(np.abs(np.diff(factors))) < 0.02

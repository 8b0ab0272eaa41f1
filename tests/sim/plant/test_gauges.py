"""Gauges: lag, saturation, noise of the published size, gas dependence."""

import statistics

import pytest

from sim.plant.gas import AR, N2, SPECIES
from sim.plant.gauges import CapacitanceGauge, gas_factor
from sim.plant.noise import Noise
from sim.plant.tool import load_tool
from tests.sim.plant.conftest import live, with_gas

SPEC = load_tool().gauges


def test_lag_is_first_order():
    gauge, noise = CapacitanceGauge(SPEC, 0.001, 0.0), Noise(0)
    for _ in range(round(SPEC.lag_s / 0.001)):
        reading = gauge.step(0.001, 10.0, noise)
    assert reading == pytest.approx(6.32, rel=0.03)


def test_saturates_at_full_scale(plant):
    live(plant, 1.0)
    sensors = plant.wiring.sensors
    assert sensors.chamber_gauge_pa == sensors.guard_gauge_pa == SPEC.full_scale_pa
    assert sensors.wide_gauge_pa == pytest.approx(101325.0, rel=0.1)


def test_noise_has_its_size():
    plant = with_gas(n2=150.0)
    readings = []
    for _ in range(2000):
        plant.step()
        readings.append(plant.wiring.sensors.chamber_gauge_pa)
    wanted = SPEC.noise_of_reading * statistics.mean(readings) + SPEC.noise_of_full_scale * SPEC.full_scale_pa
    assert statistics.stdev(readings) == pytest.approx(wanted, rel=0.1)
    assert statistics.mean(readings) == pytest.approx(plant.vacuum.pressure_pa, rel=0.002)


def test_two_capacitance_gauges_are_independent():
    plant = with_gas(n2=150.0)
    apart = []
    for _ in range(200):
        plant.step()
        apart.append(plant.wiring.sensors.chamber_gauge_pa - plant.wiring.sensors.guard_gauge_pa)
    assert statistics.stdev(apart) > 0.0


def test_wide_gauge_depends_on_the_gas():
    def only(i):
        return [1.0 if n == i else 0.0 for n in range(len(SPECIES))]

    assert gas_factor(10.0, only(N2)) == 1.0
    assert gas_factor(10.0, only(AR)) == pytest.approx(1 / 1.7)
    assert gas_factor(1e-3, only(AR)) == pytest.approx(1 / 0.8)
    assert gas_factor(9e4, only(AR)) == 1.0

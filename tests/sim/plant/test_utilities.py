"""Utilities: the meter is the integral of what each part draws, idle and process apart."""

from __future__ import annotations

import pytest

from sim.plant.records import new
from sim.plant.tool import section
from sim.plant.utilities import Utilities, UtilitiesSpec, draw, meter, supply, used

SPEC = section("utilities", UtilitiesSpec)


def test_power_of_every_part():
    state = new(Utilities)
    draw(state, SPEC, 350.0, 120.0, 260.0, True, -400.0)
    assert state.power_w.tolist() == [60 + 500.0, 120.0, 260.0, 300 + 200.0, 180.0]
    assert state.total_w == sum(state.power_w)
    draw(state, SPEC, 0.0, 0.0, 0.0, False, 500.0)
    assert state.total_w == 60.0 + 180.0


def test_heating_costs_itself_and_cooling_its_share():
    state = new(Utilities)
    draw(state, SPEC, 0.0, 0.0, 0.0, True, 400.0)
    assert state.power_w[3] == SPEC.chiller_idle_w + 400.0


def test_the_meters_add_up_idle_and_process_apart():
    state = new(Utilities)
    for process, seconds in ((0.0, 100), (1.0, 50)):
        state.process = process
        draw(state, SPEC, 350.0 * process, 100.0, 250.0, True, -100.0)
        supply(state, SPEC, 2.0 * process, True, 0.1, True)
        for _ in range(seconds):
            meter(state, 1.0)
    told = used(state)
    assert sum(value for name, value in told.items() if name.endswith("kwh")) == pytest.approx(state.energy_kwh)
    assert told["generator_process_kwh"] == pytest.approx(560.0 * 50 / 3.6e6)
    assert told["nitrogen_idle_m3"] == pytest.approx(SPEC.purge_slm * 100 / 60e3)
    assert told["nitrogen_process_m3"] == pytest.approx((SPEC.purge_slm + 2.0) * 50 / 60e3)
    assert told["air_idle_m3"] == pytest.approx(100 * (1e-4 * 0.1 + SPEC.air_bleed_slm / 60e3))
    assert told["water_process_m3"] == pytest.approx(6.2 * 50 / 60e3)

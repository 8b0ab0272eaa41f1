"""Temperatures: no heat is lost, times and drops as published, the coolant's dead time."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plant.records import new
from sim.plant.thermal.chiller import ChillerSpec
from sim.plant.thermal.heat import Heat, ion_w_m2, share
from sim.plant.thermal.mask import Mask, MaskSpec, conduct, gap_w_m2_k
from sim.plant.thermal.thermal import Thermal, ThermalSpec, heat_content_j, rest, step
from sim.plant.tool import section

SPEC, MASK, CHILLER = section("thermal", ThermalSpec), section("mask", MaskSpec), section("chiller", ChillerSpec)
DT = 0.05


def at_rest() -> Thermal:
    state = new(Thermal)
    rest(state, SPEC)
    return state


def live(
    state: Thermal, seconds: float, on: float = 1.0, setpoint_c: float = 22.0, gap_pa: float = 8.0, water: float = 1.0
) -> None:
    for _ in range(round(seconds / DT)):
        step(state, SPEC, MASK, CHILLER, gap_pa, on, setpoint_c, water, DT)


@settings(max_examples=30)
@given(
    mask_w=st.floats(0.0, 90.0),
    chuck_w=st.floats(0.0, 200.0),
    wall_w=st.floats(0.0, 300.0),
    setpoint_c=st.floats(10.0, 60.0),
    water=st.sampled_from([0.0, 1.0]),
)
def test_heat_is_conserved(mask_w, chuck_w, wall_w, setpoint_c, water):
    state = at_rest()
    state.heat.mask_w, state.heat.chuck_w, state.heat.wall_w = mask_w, chuck_w, wall_w
    before, given_j = heat_content_j(state, SPEC, MASK, CHILLER), 0.0
    for _ in range(600):
        lost_w = CHILLER.insulation_w_k * (state.chiller.bath_c - SPEC.room_c)
        to_water_w = SPEC.wall_water_w_k * (state.wall_c - SPEC.water_c)
        if not water:
            to_water_w = SPEC.wall_room_w_k * (state.wall_c - SPEC.room_c)
        step(state, SPEC, MASK, CHILLER, 8.0, 1.0, setpoint_c, water, DT)
        given_j += DT * (mask_w + chuck_w + wall_w + state.chiller.heat_w - lost_w - to_water_w)
    assert heat_content_j(state, SPEC, MASK, CHILLER) - before == pytest.approx(given_j, abs=1.0)


def test_the_mask_heats_as_published():
    """500..4000 W/m2: 0.05..0.39 K/s and 2.3..18 K across (computed for quartz of 6.35 mm)."""
    for flux, rate_k_s, drop_k in ((500.0, 0.048, 2.3), (4000.0, 0.39, 18.0)):
        mask = new(Mask)
        mask.layer_c[:] = 22.0
        watts = flux * MASK.side_m**2
        for _ in range(round(2.0 / DT)):
            conduct(mask, MASK, watts, 0.0, 22.0, 22.0, DT)
        early = float(mask.layer_c.mean())
        assert (early - 22.0) / 2.0 == pytest.approx(rate_k_s, rel=0.1)
        cold = new(Mask)
        cold.layer_c[:] = 22.0
        good_contact = section("mask", MaskSpec)
        good_contact.contact_w_m2_k, good_contact.emissivity = 1e4, 0.0
        for _ in range(round(200.0 / DT)):
            conduct(cold, good_contact, watts, 0.0, 22.0, 22.0, DT)
        layers = (5 - 1) / 5  # between the middles of the outer layers
        assert cold.layer_c[0] - cold.layer_c[-1] == pytest.approx(drop_k * layers, rel=0.1)


def test_gas_in_the_gap_carries_heat_up_to_its_limit():
    assert gap_w_m2_k(MASK, 0.0) == MASK.contact_w_m2_k
    assert gap_w_m2_k(MASK, 1e5) == MASK.contact_w_m2_k + MASK.gas_contact_limit_w_m2_k


def test_ions_heat_as_published():
    assert ion_w_m2(1e20, 20.0) == pytest.approx(670.0, rel=0.01)


@given(load_w=st.floats(0.0, 1000.0), part=st.floats(0.0, 1.0), ions=st.floats(0.0, 20000.0))
def test_the_shares_of_heat_are_the_whole(load_w, part, ions):
    heat = new(Heat)
    share(heat, load_w, part * load_w, ions, 0.0231, 0.07, 0.6, 0.3)
    assert heat.mask_w + heat.chuck_w + heat.wall_w == pytest.approx(load_w)
    assert min(heat.mask_w, heat.chuck_w, heat.wall_w) >= -1e-9


def test_the_chuck_feels_the_bath_only_after_the_hose():
    state = at_rest()
    live(state, 60.0)
    before = state.chuck_c
    state.chiller.bath_c += 20.0
    live(state, CHILLER.hose_s - 2 * DT)
    assert abs(state.chuck_c - before) < 0.01
    live(state, 1.0)
    assert state.chuck_c > before + 0.1


def test_the_chiller_brings_the_chuck_to_its_setpoint_and_stops_when_told():
    state = at_rest()
    live(state, 1500.0, setpoint_c=40.0)
    assert state.chiller.bath_c == pytest.approx(40.0, abs=0.3) and state.chuck_c == pytest.approx(40.0, abs=1.0)
    state.chiller.available = 0.0
    live(state, 5.0, setpoint_c=40.0)
    assert state.chiller.effort_pct == 0.0 and state.chiller.heat_w == 0.0


def test_without_water_the_walls_warm_to_what_the_room_takes():
    """T = T_end + (T - T_end) exp(-t h/C), T_end = T_room + P/h; with water h and T_end are the water's."""
    state, light = at_rest(), section("thermal", ThermalSpec)
    light.wall_j_k, light.chuck_wall_w_k = 270.0, 0.0  # a hundredth of the wall: the same in a hundredth of the time
    state.heat.wall_w = 200.0
    begin_c = state.wall_c
    for water, by_w_k, to_c in ((1.0, SPEC.wall_water_w_k, SPEC.water_c), (0.0, SPEC.wall_room_w_k, SPEC.room_c)):
        end_c, seconds = to_c + 200.0 / by_w_k, 270.0 / by_w_k
        for _ in range(round(seconds / DT)):
            step(state, light, MASK, CHILLER, 8.0, 0.0, 22.0, water, DT)
        assert state.wall_c == pytest.approx(end_c + (begin_c - end_c) * exp(-1.0), abs=0.5)
        begin_c = state.wall_c
    assert begin_c > SPEC.water_c + 200.0 / SPEC.wall_water_w_k + 5.0


def test_without_water_the_chiller_heats_but_does_not_cool():
    wet, dry = at_rest(), at_rest()
    for state, water in ((wet, 1.0), (dry, 0.0)):
        live(state, 600.0, setpoint_c=30.0, water=water)
        assert state.chiller.bath_c == pytest.approx(30.0, abs=0.3)
        state.heat.chuck_w, before_pct = 300.0, state.chiller.integral_pct
        live(state, 1200.0, setpoint_c=18.0, water=water)
    assert wet.chiller.bath_c == pytest.approx(18.0, abs=0.5)
    assert dry.chiller.heat_w == 0.0 and dry.chiller.integral_pct == before_pct  # no wind-up
    assert dry.chiller.bath_c > 35.0 and dry.chuck_c > wet.chuck_c + 15.0
    live(dry, 1800.0, setpoint_c=18.0, water=1.0)  # water again
    assert dry.chiller.bath_c == pytest.approx(18.0, abs=0.5)

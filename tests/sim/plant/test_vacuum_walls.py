"""Walls: water fades as 1/t, room air and moist nitrogen bring it back, leaks rise straight and holes bend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plant.records import new
from sim.plant.species import AIR, ATMOSPHERE_PA, H2O
from sim.plant.vacuum.chamber import Vacuum
from sim.plant.vacuum.room import alone, specification
from sim.plant.vacuum.walls import filled_pool, give_water, hotter, pool_after
from tests.sim.plant.vacuum_bench import Bench, evacuated

CHAMBER = specification().chamber
SECONDS = [60.0 * 1.3**k for k in range(25)]  # a minute to ten hours


def fading() -> dict[float, float]:
    """Outgassing [Pa m3/s] over time [s] in a perfect vacuum, from walls at rest with air."""
    gas = alone(specification()).gas
    gas.molecules[:] = 0.0
    found, now = {}, 0.0
    for seconds in SECONDS:
        give_water(gas, CHAMBER, seconds * 0.999 - now)
        give_water(gas, CHAMBER, seconds * 0.002)
        now = seconds * 1.001
        found[seconds] = float(gas.outgassing_pa_m3_s)
    return found


def test_water_fades_as_one_over_t():
    at_one_hour = CHAMBER.outgassing_pa_m_s * CHAMBER.area_m2
    for seconds, found in fading().items():
        assert found == pytest.approx(at_one_hour * 3600.0 / seconds, rel=0.17), seconds


def test_one_hour_after_air_it_is_what_the_tool_says():
    by_time = fading()
    before = max(seconds for seconds in SECONDS if seconds <= 3600.0)
    interpolated = by_time[before] * before / 3600.0
    assert interpolated == pytest.approx(CHAMBER.outgassing_pa_m_s * CHAMBER.area_m2, rel=0.03)


@given(st.floats(0.0, 12.0), st.floats(1e-7, 1e-3), st.floats(0.0, 5.0), st.floats(1e-3, 1e4))
def test_a_pool_comes_to_rest_at_its_isotherm(filling, end, uptake, dt):
    once = pool_after(filling, end, uptake, dt)
    twice = pool_after(pool_after(filling, end, uptake, 0.5 * dt), end, uptake, 0.5 * dt)
    assert once == pytest.approx(twice, rel=1e-6, abs=1e-9)  # exact, whatever the step
    rest = filled_pool(end, uptake)
    assert min(filling, rest) - 1e-9 <= once <= max(filling, rest) + 1e-9
    assert pool_after(filling, end, uptake, 1e12) == pytest.approx(rest, rel=1e-6, abs=1e-6)


def test_warm_walls_give_more():
    assert hotter(0.95, 308.15, 298.15) == pytest.approx(3.32, abs=0.05)  # exp(0.95 eV/k (1/298 - 1/308))


def test_air_wets_in_seconds_and_moist_nitrogen_a_little():
    def wetted(water_pa: float, seconds: float) -> float:
        return pool_after(dry, 1.0 / CHAMBER.fast_end_s, CHAMBER.fast_uptake_per_s_pa * water_pa, seconds)

    dry = pool_after(9.0, 1.0 / CHAMBER.fast_end_s, 0.0, 3600.0)
    full = filled_pool(1.0 / CHAMBER.fast_end_s, CHAMBER.fast_uptake_per_s_pa * AIR[H2O] * ATMOSPHERE_PA)
    assert wetted(AIR[H2O] * ATMOSPHERE_PA, 30.0) == pytest.approx(full, abs=0.01)
    assert dry < wetted(1.0, 600.0) < 0.5 * full


def test_walls_take_up_water_from_moist_gas():
    spec = specification()
    gas = new(Vacuum, temperature_k=298.15, wall_temperature_k=298.15, outgassing_pa_m_s=2e-5)
    gas.molecules[H2O] = 1e22
    give_water(gas, spec.chamber, 0.01)
    assert gas.inflow[H2O] < 0.0
    assert gas.fast_filling > 0.0


def rises(leak: float = 0.0, hole: float = 0.0) -> tuple[float, float]:
    """What a closed chamber rises in the first and in the second minute, by leaks alone."""
    bench = evacuated()
    bench.gas.outgassing_pa_m_s = 0.0
    bench.gas.leak_pa_m3_s, bench.gas.virtual_leak_m3_s = leak, hole
    bench.set_valves(isolation=False)
    bench.live(2.0)
    at = [bench.gas.pressure_pa]
    for _ in range(2):
        bench.live(60.0)
        at.append(bench.gas.pressure_pa)
    return at[1] - at[0], at[2] - at[1]


def test_a_real_leak_rises_straight_and_a_virtual_one_bends():
    real, virtual = rises(leak=1e-3), rises(hole=1e-8)
    assert real[0] == pytest.approx(60.0 * 1e-3 / CHAMBER.volume_m3, rel=0.001)
    assert real[1] == pytest.approx(real[0], rel=0.001)
    assert virtual[0] > 0.5 * real[0]  # as large, but
    assert virtual[1] < 0.8 * virtual[0]  # bled with V/C = 200 s


def test_a_hole_fills_again_at_air():
    bench = Bench()
    bench.gas.trapped_molecules[:] = 0.0
    bench.gas.virtual_leak_m3_s = 1e-8
    bench.live(200.0)
    held = bench.gas.trapped_molecules.sum() / (bench.gas.molecules.sum() * CHAMBER.trapped_m3 / CHAMBER.volume_m3)
    assert held == pytest.approx(1.0 - 0.368, abs=0.01)


def test_outgassing_fades_and_a_leak_does_not():
    def rise(leak: float) -> tuple[float, float]:
        bench = evacuated()
        bench.gas.leak_pa_m3_s = leak
        bench.set_valves(isolation=False)
        bench.live(2.0)
        at = [bench.gas.pressure_pa]
        for _ in range(2):
            bench.live(40.0)
            at.append(bench.gas.pressure_pa)
        return at[1] - at[0], at[2] - at[1]

    tight, leaky = rise(0.0), rise(1e-3)
    assert tight[1] < 0.8 * tight[0]
    assert leaky[1] - tight[1] == pytest.approx(leaky[0] - tight[0], rel=0.01)

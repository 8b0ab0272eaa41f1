"""What the walls do to the gas: two pools of water, a real leak, and a trapped volume that bleeds (virtual leak).

Owns the pools' kinetics. All molecules cross as ``inflow``; a negative one goes into the wall.
"""

from __future__ import annotations

from math import exp, expm1, log1p

from sim.plant.law import law
from sim.plant.species import AIR, ATMOSPHERE_PA, BOLTZMANN_J_K, CHARGE_C, COUNT, H2O
from sim.plant.vacuum.chamber import ChamberSpec, Vacuum

HOUR_S = 3600.0  # paper: outgassing rates are tabled one hour after air (O'Hanlon; Dayton)


@law
def pool_after(filling: float, end_per_s: float, uptake_per_s: float, dt: float) -> float:
    """Exact step of dy/dt = g - k (exp(y) - 1), for the filling y of a pool.

    Elovich kinetics (activation energy falls as the surface fills): without uptake g [1/s] the pool gives 1/t until it
    ends at the rate k [1/s]; with it, it comes to rest at Temkin's isotherm exp(y) = 1 + g/k.
    """
    both = uptake_per_s + end_per_s
    return filling - log1p((end_per_s * exp(filling) / both - 1.0) * -expm1(-both * dt))


@law
def filled_pool(end_per_s: float, uptake_per_s: float) -> float:
    """Filling of a pool at rest with what it takes up."""
    return log1p(uptake_per_s / end_per_s)


@law
def hotter(activation_ev: float, temperature_k: float, reference_k: float) -> float:
    """Arrhenius factor of desorption between two wall temperatures."""
    return exp(activation_ev * CHARGE_C / BOLTZMANN_J_K * (1.0 / reference_k - 1.0 / temperature_k))


@law
def give_water(s: Vacuum, chamber: ChamberSpec, dt: float) -> None:
    """Desorb (or take up) water from both pools: q = -K dy/dt each, K = q(1 h) A 3600 s [Pa m3].

    The fast pool has but a share of K, so that both together give q(1 h) after one hour.
    """
    kt = BOLTZMANN_J_K * s.wall_temperature_k
    water_pa = s.molecules[H2O] * BOLTZMANN_J_K * s.temperature_k / chamber.volume_m3
    heat = hotter(chamber.water_ev, s.wall_temperature_k, chamber.wall_temperature_k)
    fast = pool_after(s.fast_filling, heat / chamber.fast_end_s, chamber.fast_uptake_per_s_pa * water_pa, dt)
    slow = pool_after(s.slow_filling, heat / chamber.slow_end_s, chamber.slow_uptake_per_s_pa * water_pa, dt)
    given = chamber.fast_share * (s.fast_filling - fast) + s.slow_filling - slow
    s.fast_filling, s.slow_filling = fast, slow
    s.outgassing_pa_m3_s = s.outgassing_pa_m_s * chamber.area_m2 * HOUR_S * given / dt
    s.inflow[H2O] += s.outgassing_pa_m3_s / kt


@law
def leak(s: Vacuum) -> None:
    """Room air through a real hole: the same at all low pressures, hence a straight rise."""
    driven = s.leak_pa_m3_s * max(1.0 - s.pressure_pa / ATMOSPHERE_PA, 0.0) / (BOLTZMANN_J_K * s.wall_temperature_k)
    for i in range(COUNT):
        s.inflow[i] += driven * AIR[i]


@law
def bleed(s: Vacuum, chamber: ChamberSpec, dt: float) -> None:
    """Trapped gas relaxes towards the chamber's density with V_t/C: a rise that fades. Exact for a slow chamber."""
    if s.virtual_leak_m3_s <= 0.0:
        return
    part = -expm1(-s.virtual_leak_m3_s * dt / chamber.trapped_m3)
    for i in range(COUNT):
        moved = part * (s.trapped_molecules[i] - s.molecules[i] * chamber.trapped_m3 / chamber.volume_m3)
        s.trapped_molecules[i] -= moved
        s.inflow[i] += moved / dt

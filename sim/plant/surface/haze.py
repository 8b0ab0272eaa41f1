"""Haze on the mask, as ammonium sulphate: what a plasma hardly removes. Sulphur is not among the plant's elements.

Owns the map of haze. The organic part of a haze is loaded as an organic film; the sulphate only sputters and, hot,
loses ammonia.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid
from sim.plant.surface.exchange import H_ATOM, N_ATOM, O_ATOM, Exchange, ammonia
from sim.plant.surface.film import EMPTY_M, covered
from sim.plant.surface.maps import CELLS, SIDE, Maps
from sim.plant.surface.removal import arrhenius, root_yield


class HazeSpec(Record):
    """Section [haze]."""

    units_m3: float  # formula units (NH4)2SO4
    monolayer_m: float
    organic_part: float  # of the thickness that is loaded
    sputter_yield: float
    sputter_threshold_ev: float
    thermal_prefactor_m_s: float
    thermal_activation_ev: float


class Haze(Record):
    """Ammonium sulphate."""

    mean_nm: float
    haze_m: Floats = grid(21, 21)


@law
def wear_off(
    haze: Haze,
    spec: HazeSpec,
    maps: Maps,
    exchange: Exchange,
    area_m2: float,
    dt: float,
    heavy_flux: float,
    ion_ev: float,
    surface_k: float,
) -> None:
    """dh/dt = -(Y(E) Gamma_i/n + v0 exp(-E/kT)) where it covers and is bare; the first to the walls, 2 NH3 by heat."""
    haze_m, bare, ions = haze.haze_m, maps.bare, maps.ions
    by_ions = dt * root_yield(spec.sputter_yield, spec.sputter_threshold_ev, ion_ev) * heavy_flux / spec.units_m3
    by_heat = dt * arrhenius(spec.thermal_prefactor_m_s, spec.thermal_activation_ev, surface_k)
    total = wanted = wanted_heat = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            thickness, free = haze_m[row, column], bare[row, column]
            cover = covered(thickness, spec.monolayer_m)
            want_heat = by_heat * cover * free
            want = want_heat + by_ions * ions[row, column] * cover * free
            left = max(thickness - want, 0.0)
            haze_m[row, column] = left
            bare[row, column] = free * (1.0 - cover)
            total += left
            wanted += want
            wanted_heat += want_heat
    mean_nm = total / CELLS * 1e9
    units_per_nm = 1e-9 * area_m2 * spec.units_m3
    units = (haze.mean_nm - mean_nm) * units_per_nm / dt
    haze.mean_nm = mean_nm
    by_gas = wanted_heat / wanted if wanted > 0.0 else 0.0
    ammonia(exchange, dt, by_gas * units)
    landed = (1.0 - by_gas) * units * dt
    if mean_nm < EMPTY_M * 1e9:  # the last traces land on the walls
        landed += mean_nm * units_per_nm
        finish(haze)
    exchange.wall[H_ATOM] += 8.0 * landed
    exchange.wall[O_ATOM] += 4.0 * landed
    exchange.wall[N_ATOM] += 2.0 * landed


@law
def finish(haze: Haze) -> None:
    """No haze any more."""
    haze.mean_nm = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            haze.haze_m[row, column] = 0.0

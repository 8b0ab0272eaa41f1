"""Absorber (Cr, MoSi or TaBN) and bare quartz of a mask: oxidation of the one, sputter loss of both.

Owns their maps, each the depth in its own material. Their oxides are stable in hydrogen.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid
from sim.plant.surface.exchange import Exchange
from sim.plant.surface.maps import CELLS, SIDE, Maps
from sim.plant.surface.removal import arrhenius, root_yield


class AbsorberSpec(Record):
    """Section [absorber]."""

    oxide_m3: float  # O atoms
    atoms_m3: float
    cr_limit_m: float
    mosi_limit_m: float
    tabn_limit_m: float
    o_prefactor: float
    o_activation_ev: float
    o_cap: float
    sputter_yield: float
    sputter_threshold_ev: float
    quartz_m3: float  # formula units SiO2
    quartz_sputter_yield: float
    quartz_threshold_ev: float


class Absorber(Record):
    """Damage to what makes the pattern and, on a quartz mask, to what carries it."""

    limit_m: float  # of the oxide of this mask's material
    oxide_mean_nm: float
    oxide_m: Floats = grid(21, 21)
    lost_m: Floats = grid(21, 21)
    quartz_lost_m: Floats = grid(21, 21)


@law
def absorber_oxidation(spec: AbsorberSpec, surface_k: float) -> float:
    """O atoms kept per O atom on a fresh surface: A exp(-E/kT), capped."""
    return min(arrhenius(spec.o_prefactor, spec.o_activation_ev, surface_k), spec.o_cap)


@law
def absorber_needs(
    absorber: Absorber, spec: AbsorberSpec, o_flux: float, dt: float, surface_k: float
) -> tuple[float, float]:
    """The most O and the O wanted by the absorber [1/m2/s]; see exchange.supplied."""
    oxygen = absorber_oxidation(spec, surface_k) * o_flux
    return min(oxygen, spec.oxide_m3 * max(absorber.limit_m - absorber.oxide_mean_nm * 1e-9, 0.0) / dt), oxygen


@law
def wear(
    absorber: Absorber,
    spec: AbsorberSpec,
    maps: Maps,
    exchange: Exchange,
    absorber_m2: float,
    dt: float,
    o_flux: float,
    heavy_flux: float,
    ion_ev: float,
    surface_k: float,
) -> None:
    """dx/dt = g (1 - x/L) for the oxide, implicit; sputter loss by heavy ions."""
    grow = dt * absorber_oxidation(spec, surface_k) * o_flux / spec.oxide_m3
    loss = dt * root_yield(spec.sputter_yield, spec.sputter_threshold_ev, ion_ev) * heavy_flux / spec.atoms_m3
    quartz = dt * root_yield(spec.quartz_sputter_yield, spec.quartz_threshold_ev, ion_ev) * heavy_flux / spec.quartz_m3
    if grow + loss + quartz <= 0.0:
        return
    oxide_m, lost_m, quartz_lost_m = absorber.oxide_m, absorber.lost_m, absorber.quartz_lost_m
    bare, radicals, ions = maps.bare, maps.radicals, maps.ions
    per_limit = 1.0 / absorber.limit_m
    total = grown = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            free, before = bare[row, column], oxide_m[row, column]
            rise, hits = grow * radicals[row, column] * free, ions[row, column] * free
            after = (before + rise) / (1.0 + rise * per_limit)
            oxide_m[row, column] = after
            lost_m[row, column] += loss * hits
            quartz_lost_m[row, column] += quartz * hits
            total += after
            grown += after - before
    absorber.oxide_mean_nm = total / CELLS * 1e9
    exchange.o_need += grown * spec.oxide_m3 * absorber_m2 / CELLS / dt

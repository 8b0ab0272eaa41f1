"""The ruthenium cap of an EUV mask: oxide that comes and goes, metal that leaves as RuO4, hydrogen that gets under it,
and the Mo/Si beneath once the cap is through.

Owns what happens to the cap where no contamination covers it. Oxygen and hydrogen are balanced; metal is only counted.
"""

from __future__ import annotations

from math import exp, sqrt

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid
from sim.plant.surface.arriving import Arriving
from sim.plant.surface.exchange import O_ATOM, Exchange, watered
from sim.plant.surface.maps import CELLS, SIDE, Maps
from sim.plant.surface.multilayer import MultilayerSpec
from sim.plant.surface.removal import EV_PER_K, arrhenius, root_yield


class RutheniumSpec(Record):
    """Section [ruthenium]."""

    cap_m: float
    metal_m3: float  # Ru atoms
    oxide_m3: float  # O atoms of RuO2
    metal_per_oxide: float  # thickness of Ru in a thickness of RuO2
    oxide_limit_m: float
    last_oxide_m: float  # reduction slows below this
    o_prefactor: float
    o_activation_ev: float
    o_cap: float
    o2_prefactor: float
    o2_activation_ev: float
    h_reduction: float  # O of the oxide per H
    h2_prefactor: float
    h2_activation_ev: float
    suboxide_o_per_ru: float
    peroxide_o_per_ru: float
    peroxide_threshold_ev: float
    peroxide_ev: float
    tetroxide_yield: float  # Ru per ion on a surface that is all RuO3, hot
    tetroxide_half_k: float
    tetroxide_activation_ev: float
    tetroxide_o_part: float  # Ru per O atom at most
    sputter_yield: float
    sputter_threshold_ev: float
    silicon_m3: float
    light_yield: float  # Si per hydrogen ion
    light_threshold_ev: float
    layers_threshold_ev: float  # hydrogen ions above this go through the molybdenum too
    barrier_ev: float  # of hydrogen into clean Ru
    barrier_with_tin_ev: float
    blister_m2: float  # hydrogen under the cap at which blisters are expected


class Cap(Record):
    """State of the cap."""

    oxide_mean_nm: float
    hydrogen_m2: float  # atoms that went under the cap, mean over the mask
    oxide_m: Floats = grid(21, 21)  # RuO2
    lost_m: Floats = grid(21, 21)  # Ru
    layers_lost_m: Floats = grid(21, 21)  # Mo/Si


@law
def oxidation(spec: RutheniumSpec, surface_k: float) -> float:
    """O atoms kept per O atom on bare metal: A exp(-0.3 eV/kT), capped. Placed inside McCoy 2015."""
    return min(arrhenius(spec.o_prefactor, spec.o_activation_ev, surface_k), spec.o_cap)


@law
def molecular_oxidation(spec: RutheniumSpec, surface_k: float) -> float:
    """O2 that react per O2: nothing to see below 470 K (J.Phys.Chem.C 111 10988)."""
    return min(arrhenius(spec.o2_prefactor, spec.o2_activation_ev, surface_k), spec.o_cap)


@law
def molecular_reduction(spec: RutheniumSpec, surface_k: float) -> float:
    """O of the oxide per H2: below 370 K already (same source)."""
    return min(arrhenius(spec.h2_prefactor, spec.h2_activation_ev, surface_k), spec.h_reduction)


@law
def peroxide(spec: RutheniumSpec, ion_ev: float) -> float:
    """Part of a surface in an O2 plasma that ions have made RuO3, the last step before RuO4 (Lee 1998; Amirov 2024)."""
    over = max(sqrt(ion_ev) - sqrt(spec.peroxide_threshold_ev), 0.0)
    return over / (over + sqrt(spec.peroxide_ev))


@law
def oxygen_part(spec: RutheniumSpec, ion_ev: float) -> float:
    """O in all atoms of a Ru surface in an O2 plasma: suboxide and RuO3 mixed."""
    part = peroxide(spec, ion_ev)
    o_per_ru = (1.0 - part) * spec.suboxide_o_per_ru + part * spec.peroxide_o_per_ru
    return o_per_ru / (1.0 + o_per_ru)


@law
def tetroxide(spec: RutheniumSpec, o_flux: float, ion_flux: float, ion_ev: float, surface_k: float) -> float:
    """Ru that leaves as RuO4 [1/m2/s]: ions above 20 eV make it, heat above about 80 degC lets it go, O limits it."""
    hotter = spec.tetroxide_activation_ev / EV_PER_K * (1.0 / surface_k - 1.0 / spec.tetroxide_half_k)
    released = 1.0 / (1.0 + exp(min(hotter, 700.0)))
    wanted = spec.tetroxide_yield * peroxide(spec, ion_ev) * released * ion_flux
    return min(wanted, spec.tetroxide_o_part * o_flux)


@law
def layer_erosion(spec: RutheniumSpec, light: float, heavy: float, ion_ev: float) -> float:
    """Open Mo/Si taken [m/s] by hydrogen ions (from 5 eV, Kuznetsov 2010) and heavy ones; fluxes [1/m2/s]."""
    by_light = root_yield(spec.light_yield, spec.light_threshold_ev, ion_ev) * light
    by_heavy = root_yield(spec.sputter_yield, spec.sputter_threshold_ev, ion_ev) * heavy
    return (by_light + by_heavy) / spec.silicon_m3


@law
def erosion_depth(spec: RutheniumSpec, mirror: MultilayerSpec, heavy: float, ion_ev: float) -> float:
    """How far [m] such ions can go: hydrogen below 50 eV stops at the first molybdenum."""
    sputters = heavy > 0.0 and ion_ev > spec.sputter_threshold_ev
    if sputters or ion_ev >= spec.layers_threshold_ev:
        return mirror.pairs * (mirror.silicon_m + mirror.molybdenum_m)
    return mirror.silicon_m


@law
def permeation(spec: RutheniumSpec, h_flux: float, under_tin: float, surface_k: float) -> float:
    """Hydrogen [1/m2/s] that gets under the cap: exp(-E/kT) per atom; tin lowers E (Onwudinanti 2019, DFT)."""
    clean = arrhenius(1.0, spec.barrier_ev, surface_k)
    with_tin = arrhenius(1.0, spec.barrier_with_tin_ev, surface_k)
    return h_flux * (clean + under_tin * (with_tin - clean))


@law
def cap_needs(
    cap: Cap, spec: RutheniumSpec, arriving: Arriving, under_tin: float, dt: float, surface_k: float
) -> tuple[float, float, float, float]:
    """The most O, the O wanted, the most H and the H wanted by the cap [1/m2/s]; see exchange.supplied."""
    by_metal = 4.0 * tetroxide(spec, arriving.o, arriving.ions, arriving.ion_ev, surface_k)
    oxygen = oxidation(spec, surface_k) * arriving.o + 2.0 * molecular_oxidation(spec, surface_k) * arriving.o2
    reduced = spec.h_reduction * arriving.h + molecular_reduction(spec, surface_k) * arriving.h2
    there = spec.oxide_m3 * cap.oxide_mean_nm * 1e-9 / dt
    room = max(spec.oxide_m3 * spec.oxide_limit_m / dt - there, 0.0)
    under = permeation(spec, arriving.h, under_tin, surface_k)
    o_most, h_most = min(oxygen, room + reduced), 2.0 * min(reduced, there + oxygen)
    return o_most + by_metal, oxygen + by_metal, h_most + under, 2.0 * reduced + under


@law
def live(
    cap: Cap,
    spec: RutheniumSpec,
    mirror: MultilayerSpec,
    maps: Maps,
    exchange: Exchange,
    arriving: Arriving,
    clear_m2: float,
    dt: float,
    under_tin: float,
    o_part: float,
    h_part: float,
    surface_k: float,
) -> None:
    """dx/dt = g (1 - x/L) - r x/(x + x_last) for the oxide, implicit; metal and layers by their own rates.

    ``o_part``, ``h_part``: of what arrives, as the gas can supply (exchange.supplied).
    """
    heavy = arriving.ions * (1.0 - arriving.light_part)
    by_atoms, by_molecules = oxidation(spec, surface_k), molecular_oxidation(spec, surface_k)
    oxygen = o_part * (by_atoms * arriving.o + 2.0 * by_molecules * arriving.o2)
    hydrogen = h_part * (spec.h_reduction * arriving.h + molecular_reduction(spec, surface_k) * arriving.h2)
    grow, shrink = dt * oxygen / spec.oxide_m3, dt * hydrogen / spec.oxide_m3
    as_gas = o_part * tetroxide(spec, arriving.o, arriving.ions, arriving.ion_ev, surface_k)
    sputtered = root_yield(spec.sputter_yield, spec.sputter_threshold_ev, arriving.ion_ev) * heavy
    loss = dt * (as_gas + sputtered) / spec.metal_m3
    erosion = dt * layer_erosion(spec, arriving.ions * arriving.light_part, heavy, arriving.ion_ev)
    depth = erosion_depth(spec, mirror, heavy, arriving.ion_ev)
    limit, last, per_limit = spec.oxide_limit_m, spec.last_oxide_m, 1.0 / spec.oxide_limit_m
    per_oxide = 1.0 / spec.metal_per_oxide
    oxide_m, lost_m, layers_lost_m = cap.oxide_m, cap.lost_m, cap.layers_lost_m
    bare, radicals, ions = maps.bare, maps.radicals, maps.ions
    total = freed = grown = shed = metal = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            free, before, lost = bare[row, column], oxide_m[row, column], lost_m[row, column]
            here = radicals[row, column] * free
            hits = ions[row, column] * free
            rise, fall = grow * here, shrink * here
            fade = fall / (before + min(rise, limit) + last)  # no more than falls in
            after = (before + rise) / (1.0 + rise * per_limit + fade)
            freed += fade * after
            grown += after - before
            room = spec.cap_m - lost
            gone = min(loss * hits, room)
            if room <= 0.0:
                worn = layers_lost_m[row, column]
                layers_lost_m[row, column] = max(min(worn + erosion * hits, depth), worn)
            lost_m[row, column] = lost + gone
            metal += gone
            kept = min(after, (room - gone) * per_oxide)  # no oxide without metal
            oxide_m[row, column] = kept
            shed += after - kept
            total += kept
    cap.oxide_mean_nm = total / CELLS * 1e9
    under = permeation(spec, h_part * arriving.h, under_tin, surface_k) * maps.bare_mean
    cap.hydrogen_m2 += under * dt
    exchange.h_need += under * clear_m2
    per_cell = clear_m2 / CELLS / dt
    exchange.o_need += (grown + freed) * spec.oxide_m3 * per_cell
    watered(exchange, freed * spec.oxide_m3 * per_cell)
    exchange.wall[O_ATOM] += shed * spec.oxide_m3 * per_cell * dt
    volatile = 0.0 if as_gas <= 0.0 else as_gas / (as_gas + sputtered)
    tetroxide_o = 4.0 * volatile * metal * spec.metal_m3 * per_cell
    exchange.o_need += tetroxide_o
    exchange.wall[O_ATOM] += tetroxide_o * dt

"""Tin on the mask: H atoms take it as SnH4, O atoms make it SnO2, which H atoms must reduce first.

Owns the map of tin and of the oxygen bound to it. Removal is by radicals even in a plasma (Braginsky, JAP 111 093304).
"""

from __future__ import annotations

from math import exp

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid
from sim.plant.species import H2, MASS_AMU, SNH4
from sim.plant.surface.arriving import flux_m2s
from sim.plant.surface.exchange import O_ATOM, SN_ATOM, Exchange, hydride, watered
from sim.plant.surface.film import EMPTY_M, covered
from sim.plant.surface.maps import CELLS, SIDE, Maps
from sim.plant.surface.removal import EV_PER_K, root_yield


class TinSpec(Record):
    """Section [tin]."""

    atoms_m3: float
    monolayer_m: float
    h_yield: float  # Sn per H
    back_half_k: float  # surface temperature at which half of the SnH4 decomposes before it leaves
    back_activation_ev: float
    sputter_yield: float
    sputter_threshold_ev: float
    oxide_o_m2: float  # oxygen atoms of a passivated surface
    o_sticking: float
    h_reduction: float  # O of the oxide per H
    wall_sticking: float  # of SnH4 on metal at wall_reference_k
    wall_reference_k: float
    wall_activation_ev: float


class Tin(Record):
    """Tin and its oxide."""

    mean_nm: float
    cover_mean: float  # part of the mask under tin, weighted with radicals
    tin_m: Floats = grid(21, 21)
    oxygen_m2: Floats = grid(21, 21)  # atoms bound to tin


@law
def back_part(spec: TinSpec, surface_k: float) -> float:
    """Part of the SnH4 that decomposes on the hot metal where it is made: a logistic in 1/T, half at back_half_k."""
    steepness = spec.back_activation_ev / EV_PER_K
    return 1.0 / (1.0 + exp(min(steepness * (1.0 / surface_k - 1.0 / spec.back_half_k), 700.0)))


@law
def etched(spec: TinSpec, h_flux: float, surface_k: float) -> float:
    """Net Sn [1/m2/s] that H atoms take from bare tin as SnH4."""
    return spec.h_yield * (1.0 - back_part(spec, surface_k)) * h_flux


@law
def wall_loss_per_s(spec: TinSpec, area_m2: float, volume_m3: float, gas_k: float, wall_k: float) -> float:
    """How fast SnH4 decomposes on the chamber's metal [1/s]: s(T_wall) v/4 A/V; for Arriving.snh4_loss_per_s."""
    hotter = (1.0 / wall_k - 1.0 / spec.wall_reference_k) / EV_PER_K
    sticking = min(spec.wall_sticking * exp(-spec.wall_activation_ev * hotter), 1.0)
    return sticking * flux_m2s(1.0, gas_k, MASS_AMU[SNH4]) * area_m2 / volume_m3


@law
def redeposit(exchange: Exchange, dt: float, snh4: float, loss_per_s: float) -> None:
    """SnH4 -> Sn on the walls and 2 H2; ``snh4`` [molecules] in the chamber."""
    lost = snh4 * loss_per_s / (1.0 + dt * loss_per_s)
    exchange.source[SNH4] -= lost
    exchange.source[H2] += 2.0 * lost
    exchange.wall[SN_ATOM] += lost * dt


@law
def tin_needs(tin: Tin, spec: TinSpec, dt: float, o_flux: float, h_flux: float) -> tuple[float, float, float]:
    """The most O, the O wanted and the H wanted by tin [1/m2/s]; see exchange.supplied."""
    if tin.mean_nm <= 0.0:
        return 0.0, 0.0, 0.0
    oxygen = spec.o_sticking * o_flux
    hydrogen = (4.0 * spec.h_yield + 2.0 * spec.h_reduction) * h_flux
    return min(oxygen, spec.oxide_o_m2 / dt + spec.h_reduction * h_flux), oxygen, hydrogen


@law
def etch(
    tin: Tin,
    spec: TinSpec,
    maps: Maps,
    exchange: Exchange,
    area_m2: float,
    dt: float,
    o_flux: float,
    h_flux: float,
    heavy_flux: float,
    ion_ev: float,
    surface_k: float,
) -> None:
    """Per cell: dh/dt = -(etched (1 - p) + sputtered)/n_Sn where tin is bare, p = passivated part;
    dO/dt = s Gamma_O (1 - p) - r Gamma_H p, implicit. Ions of hydrogen do not sputter tin, heavy ones do.
    What is bare of film becomes what is bare of tin too.
    """
    tin_m, oxygen, bare, radicals, ions = tin.tin_m, tin.oxygen_m2, maps.bare, maps.radicals, maps.ions
    by_h = dt * etched(spec, h_flux, surface_k) / spec.atoms_m3
    by_ions = dt * root_yield(spec.sputter_yield, spec.sputter_threshold_ev, ion_ev) * heavy_flux / spec.atoms_m3
    oxidise, reduce = dt * spec.o_sticking * o_flux / spec.oxide_o_m2, dt * spec.h_reduction * h_flux / spec.oxide_o_m2
    total = wanted = wanted_h = shed = freed = grown = cover_sum = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            thickness = tin_m[row, column]
            cover = covered(thickness, spec.monolayer_m)
            free = bare[row, column]
            full = spec.oxide_o_m2 * cover
            before = oxygen[row, column]
            passive = min(before / full, 1.0) if full > 0.0 else 0.0
            here = radicals[row, column] * free
            want_h = by_h * here * (1.0 - passive) * cover
            want = want_h + by_ions * ions[row, column] * free * cover
            left = max(thickness - want, 0.0)
            if thickness > 0.0:
                full *= left / thickness  # its oxide goes with it
            kept = min(before, full)
            a, b = oxidise * here, reduce * here
            after = (kept + a * full) / (1.0 + a + b)
            tin_m[row, column], oxygen[row, column] = left, after
            bare[row, column] = free * (1.0 - cover)
            total += left
            wanted += want
            wanted_h += want_h
            shed += before - kept
            freed += b * after
            grown += after - kept
            cover_sum += cover * here
    tin.cover_mean = cover_sum / CELLS
    mean_nm = total / CELLS * 1e9
    per_cell, atoms_per_nm = area_m2 / CELLS / dt, 1e-9 * area_m2 * spec.atoms_m3
    atoms = (tin.mean_nm - mean_nm) * atoms_per_nm / dt
    tin.mean_nm = mean_nm
    if mean_nm < EMPTY_M * 1e9:  # the last traces land on the walls
        exchange.wall[SN_ATOM] += mean_nm * atoms_per_nm
        exchange.wall[O_ATOM] += finish(tin) * per_cell * dt
    by_gas = wanted_h / wanted if wanted > 0.0 else 0.0
    hydride(exchange, by_gas * atoms)
    exchange.wall[SN_ATOM] += (1.0 - by_gas) * atoms * dt
    exchange.o_need += (grown + freed) * per_cell
    watered(exchange, (freed + by_gas * shed) * per_cell)
    exchange.wall[O_ATOM] += (1.0 - by_gas) * shed * per_cell * dt


@law
def finish(tin: Tin) -> float:
    """No tin any more; returns the oxygen that was still bound to it, summed over cells [1/m2]."""
    left = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            left += tin.oxygen_m2[row, column]
            tin.tin_m[row, column] = tin.oxygen_m2[row, column] = 0.0
    tin.mean_nm = tin.cover_mean = 0.0
    return left

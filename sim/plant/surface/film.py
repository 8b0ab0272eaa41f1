"""Film of carbon and hydrogen on the mask (organic, EUV-grown carbon, resist): a map of thickness, and what removes it.

Owns the film's thickness. Rates are means over the mask times the maps of radicals and ions; film that is sputtered
rather than burnt lands on the walls.
"""

from __future__ import annotations

from math import exp

from sim.plant.law import law
from sim.plant.records import Floats, Record, grid
from sim.plant.surface.exchange import C_ATOM, H_ATOM, Exchange, burnt, hydrated, nitrided
from sim.plant.surface.maps import CELLS, SIDE, Maps
from sim.plant.surface.removal import Channels

FILM_CLASSES = ("organic", "carbon", "resist")  #: Film.film_class is the place in here
EMPTY_M = 1.0e-12  # assumed: a thousandth of a nanometre on average: take the rest away and stop computing
THICK = 40.0  # assumed: in monolayers; above, a film covers all within a float


class FilmSpec(Record):
    """Section [film]."""

    organic_carbon_m3: float
    carbon_carbon_m3: float
    resist_carbon_m3: float
    organic_h_per_c: float
    carbon_h_per_c: float
    resist_h_per_c: float
    co_part: float  # of the carbon that burns; the rest leaves as CO2
    monolayer_m: float


class Film(Record):
    """A film of one class."""

    film_class: float
    carbon_m3: float
    h_per_c: float
    mean_nm: float
    max_nm: float
    min_nm: float
    carbon_per_s: float  # atoms that leave now
    film_m: Floats = grid(21, 21)


@law
def covered(thickness_m: float, monolayer_m: float) -> float:
    """Part of a cell under a layer of this mean thickness: 1 - exp(-h/h0), so that the end of a clean is a tail."""
    layers = thickness_m / monolayer_m
    return 1.0 if layers >= THICK else 1.0 - exp(-layers)


@law
def thin(film: Film, maps: Maps, monolayer_m: float, by_radicals_m: float, by_ions_m: float) -> None:
    """Take off so much [m] on average where the film covers; leaves thicknesses, extremes and what is bare."""
    film_m, bare, radicals, ions = film.film_m, maps.bare, maps.radicals, maps.ions
    total, most, least = 0.0, 0.0, 1.0
    for row in range(SIDE):
        for column in range(SIDE):
            thickness = film_m[row, column]
            cover = covered(thickness, monolayer_m)
            wanted = (by_radicals_m * radicals[row, column] + by_ions_m * ions[row, column]) * cover
            left = max(thickness - wanted, 0.0)
            film_m[row, column] = left
            bare[row, column] = 1.0 - cover
            total += left
            most, least = max(most, left), min(least, left)
    film.mean_nm = total / CELLS * 1e9
    film.max_nm, film.min_nm = most * 1e9, least * 1e9


@law
def finish(film: Film) -> None:
    """No film any more."""
    film.mean_nm = film.max_nm = film.min_nm = 0.0
    for row in range(SIDE):
        for column in range(SIDE):
            film.film_m[row, column] = 0.0


@law
def remove(
    film: Film,
    spec: FilmSpec,
    maps: Maps,
    exchange: Exchange,
    area_m2: float,
    dt: float,
    channels: Channels,
) -> None:
    """dh/dt = -(sum of channels)/n_C where the film covers. What burns goes to the gas, what sputters to the walls,
    and so do the last traces.
    """
    o_thermal, h_thermal, o_ion, h_ion, n_ion, sputter = channels
    by_radicals, by_ions = o_thermal + h_thermal, o_ion + h_ion + n_ion + sputter
    total = by_radicals + by_ions
    before_nm = film.mean_nm
    scale = dt / film.carbon_m3
    thin(film, maps, spec.monolayer_m, scale * by_radicals, scale * by_ions)
    atoms_per_nm = 1e-9 * area_m2 * film.carbon_m3
    carbon = (before_nm - film.mean_nm) * atoms_per_nm / dt
    film.carbon_per_s = carbon
    per_total = carbon / total if total > 0.0 else 0.0
    by_o, by_h, by_n = per_total * (o_thermal + o_ion), per_total * (h_thermal + h_ion), per_total * n_ion
    burnt(exchange, by_o, film.h_per_c, spec.co_part)
    hydrated(exchange, by_h, film.h_per_c)
    nitrided(exchange, by_n, film.h_per_c)
    bare = carbon - by_o - by_h - by_n
    landed = bare * dt
    if film.mean_nm < EMPTY_M * 1e9:
        landed += film.mean_nm * atoms_per_nm
        finish(film)
    exchange.wall[C_ATOM] += landed
    exchange.wall[H_ATOM] += landed * film.h_per_c


@law
def film_needs(film: Film, spec: FilmSpec, channels: Channels) -> tuple[float, float, float]:
    """The most (O, H, N) atoms [1/m2/s] that these channels can use: those of a mask that is all covered."""
    o_thermal, h_thermal, o_ion, h_ion, n_ion, _ = channels
    o_per_c = 2.0 - spec.co_part + 0.5 * film.h_per_c
    by_h, by_n = (4.0 - film.h_per_c) * (h_thermal + h_ion), max(1.0 - film.h_per_c, 0.0) * n_ion
    return o_per_c * (o_thermal + o_ion), by_h + by_n, n_ion

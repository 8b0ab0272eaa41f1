"""Laying a mask in, with what is on it, and counting the atoms that it carries.

Owns the names of contaminations. Plain Python: once per mask, not in the loop.
"""

from __future__ import annotations

import numpy as np

from sim.plant.species import ELEMENTS
from sim.plant.surface.exchange import C_ATOM, H_ATOM, N_ATOM, O_ATOM, SN_ATOM, clear
from sim.plant.surface.film import FILM_CLASSES
from sim.plant.surface.maps import average, fill, uneven
from sim.plant.surface.surface import BINARY, EUV, PHASE_SHIFT, Surface, SurfaceSpec

CONTAMINATIONS = (*FILM_CLASSES, "tin", "haze")
MASK_KINDS = {"binary": BINARY, "phase-shift": PHASE_SHIFT, "euv": EUV}
THICKEST_NM = 5000.0  # assumed: more is a coating, not contamination


def load(
    surface: Surface, spec: SurfaceSpec, contamination: str, nm: float, seed: int, mask_kind: float = BINARY
) -> None:
    """Put a new mask in with ``nm`` of contamination on average; ValueError for an unknown class or thickness.

    What has landed on the walls stays there.
    """
    _check(contamination, nm)
    surface.mask_kind = mask_kind
    surface.ion_dose_m2 = surface.atom_dose_m2 = 0.0
    surface.tin.mean_nm = surface.tin.cover_mean = surface.haze.mean_nm = 0.0
    cap, absorber = surface.cap, surface.absorber
    cap.oxide_mean_nm = cap.hydrogen_m2 = absorber.oxide_mean_nm = 0.0
    for layer in (
        surface.tin.tin_m,
        surface.tin.oxygen_m2,
        surface.haze.haze_m,
        cap.oxide_m,
        cap.lost_m,
        cap.layers_lost_m,
        absorber.oxide_m,
        absorber.lost_m,
        absorber.quartz_lost_m,
    ):
        layer[:] = 0.0
    limits = {BINARY: spec.absorber.cr_limit_m, PHASE_SHIFT: spec.absorber.mosi_limit_m}
    absorber.limit_m = limits.get(mask_kind, spec.absorber.tabn_limit_m)
    fill(surface.maps, spec.maps)
    clear(surface.exchange)
    _set_film(surface, spec, "organic", 0.0, seed)
    contaminate(surface, spec, contamination, nm, seed)


def contaminate(surface: Surface, spec: SurfaceSpec, contamination: str, nm: float, seed: int) -> None:
    """Set one contamination of the mask that is in; the others stay as they are, but a film replaces the film.

    Part of a haze is organic: it comes as an organic film above the sulphate.
    """
    _check(contamination, nm)
    if contamination == "tin":
        surface.tin.tin_m[:] = nm * 1e-9 * uneven(spec.maps.film_spread, seed)
        surface.tin.oxygen_m2[:] = 0.0
        surface.tin.mean_nm = average(surface.tin.tin_m) * 1e9
    elif contamination == "haze":
        organic = spec.haze.organic_part * nm
        surface.haze.haze_m[:] = (nm - organic) * 1e-9 * uneven(spec.maps.film_spread, seed)
        surface.haze.mean_nm = average(surface.haze.haze_m) * 1e9
        _set_film(surface, spec, "organic", organic, seed)
    else:
        _set_film(surface, spec, contamination, nm, seed)


def _check(contamination: str, nm: float) -> None:
    if contamination not in CONTAMINATIONS:
        raise ValueError(f"film class {contamination!r}: must be one of {', '.join(CONTAMINATIONS)}")
    if not 0.0 <= nm <= THICKEST_NM:
        raise ValueError(f"film of {nm} nm: must be within 0..{THICKEST_NM:g} nm")


def _set_film(surface: Surface, spec: SurfaceSpec, film_class: str, nm: float, seed: int) -> None:
    film = surface.film
    film.film_class = float(FILM_CLASSES.index(film_class))
    film.carbon_m3 = getattr(spec.film, f"{film_class}_carbon_m3")
    film.h_per_c = getattr(spec.film, f"{film_class}_h_per_c")
    film.film_m[:] = nm * 1e-9 * uneven(spec.maps.film_spread, seed)
    film.mean_nm = average(film.film_m) * 1e9
    film.max_nm, film.min_nm = float(film.film_m.max()) * 1e9, float(film.film_m.min()) * 1e9
    film.carbon_per_s = 0.0


def atoms(surface: Surface, spec: SurfaceSpec) -> dict[str, float]:
    """Atoms of each of ELEMENTS that the mask carries beyond what it is made of."""
    area_m2 = spec.maps.mask_side_m**2
    clear_m2 = area_m2 * spec.maps.clear_part
    carbon = float(surface.film.film_m.mean()) * area_m2 * surface.film.carbon_m3
    salt = float(surface.haze.haze_m.mean()) * area_m2 * spec.haze.units_m3
    on = np.zeros(len(ELEMENTS))
    on[C_ATOM] = carbon
    on[H_ATOM] = carbon * surface.film.h_per_c + 8.0 * salt + surface.cap.hydrogen_m2 * clear_m2
    on[N_ATOM] = 2.0 * salt
    on[SN_ATOM] = float(surface.tin.tin_m.mean()) * area_m2 * spec.tin.atoms_m3
    on[O_ATOM] = (
        4.0 * salt
        + float(surface.tin.oxygen_m2.mean()) * area_m2
        + float(surface.cap.oxide_m.mean()) * clear_m2 * spec.ruthenium.oxide_m3
        + float(surface.absorber.oxide_m.mean()) * (area_m2 - clear_m2) * spec.absorber.oxide_m3
    )
    return {element: float(count) for element, count in zip(ELEMENTS, on, strict=True)}

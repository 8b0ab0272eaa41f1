"""The mask's surface: contamination, what removes it, and what the plasma does to the mask itself.

Owns the order of these laws and the doses. Time steps of 50 ms; nothing to do costs nothing.
"""

from __future__ import annotations

from typing import Any, get_type_hints

from sim.plant.law import law
from sim.plant.records import Floats, Record, new
from sim.plant.species import H2, N2, O2, SNH4, H, N, O
from sim.plant.surface.absorber import Absorber, AbsorberSpec, absorber_needs, wear
from sim.plant.surface.arriving import Arriving
from sim.plant.surface.exchange import Exchange, clear, settle, supplied
from sim.plant.surface.film import Film, FilmSpec, film_needs, remove
from sim.plant.surface.haze import Haze, HazeSpec, wear_off
from sim.plant.surface.maps import Maps, MapSpec, average, lay_bare
from sim.plant.surface.multilayer import MultilayerSpec
from sim.plant.surface.phase_shift import PhaseShiftSpec
from sim.plant.surface.removal import RemovalSpec, channels, rationed
from sim.plant.surface.ruthenium import Cap, RutheniumSpec, cap_needs, live
from sim.plant.surface.tin import Tin, TinSpec, etch, redeposit, tin_needs
from sim.plant.tool import read_tables, section

BINARY, PHASE_SHIFT, EUV = map(
    float, range(3)
)  #: Surface.mask_kind: Cr on quartz, MoSi on quartz, TaBN on Ru-capped Mo/Si
OXIDE_SEEN_NM = 1.0e-3  # assumed: less oxide than this is not worth a loop over the mask
OXYGEN_WAKES_K = 400.0  # paper: O2 leaves Ru alone below 470 K (J.Phys.Chem.C 111 10988); far below, it is not asked


class SurfaceSpec(Record):
    """All sections of this room."""

    maps: MapSpec
    removal: RemovalSpec
    film: FilmSpec
    tin: TinSpec
    haze: HazeSpec
    ruthenium: RutheniumSpec
    mirror: MultilayerSpec
    absorber: AbsorberSpec
    phase_shift: PhaseShiftSpec


#: which table each field is
TABLES = {"surface": "maps", "multilayer": "mirror"} | {
    name: name for name in ("removal", "film", "tin", "haze", "ruthenium", "absorber", "phase_shift")
}
OF_MASK = ("mask_side_m",)  #: fields of [surface] that table [mask] gives


class Surface(Record):
    """State of the mask in the chamber; ``arriving`` is set by who calls ``step``."""

    mask_kind: float
    ion_dose_m2: float  # hydrogen ions on bare mask since it was laid in
    atom_dose_m2: float  # hydrogen atoms
    arriving: Arriving
    exchange: Exchange
    maps: Maps
    film: Film
    tin: Tin
    haze: Haze
    cap: Cap
    absorber: Absorber


@law
def quiet(surface: Surface, gas: Floats, surface_k: float) -> bool:
    """Whether nothing can change on the mask or by it."""
    arriving = surface.arriving
    if arriving.o + arriving.h + arriving.n + arriving.ions != 0.0 or surface.haze.mean_nm > 0.0:
        return False
    if arriving.snh4_loss_per_s * gas[SNH4] != 0.0:
        return False
    if surface.mask_kind != EUV:
        return True
    reduces = arriving.h2 > 0.0 and surface.cap.oxide_mean_nm > OXIDE_SEEN_NM
    return not reduces and not (arriving.o2 > 0.0 and surface_k > OXYGEN_WAKES_K)


@law
def uncover(surface: Surface) -> None:
    """Bare mask where there is no film; film, tin and haze then cover it in their turn."""
    if surface.film.mean_nm <= 0.0 and (
        surface.maps.bare_mean < 1.0 or surface.tin.mean_nm + surface.haze.mean_nm > 0.0
    ):
        lay_bare(surface.maps)


@law
def step(surface: Surface, spec: SurfaceSpec, dt: float, surface_k: float, gas: Floats) -> None:
    """Advance by ``dt``: mask surface at ``surface_k``, ``gas`` [molecules per species in the chamber].

    Fluxes come from ``surface.arriving``; flows to the gas and uptakes stay in ``surface.exchange`` till the next step.
    """
    exchange, film, tin, haze = surface.exchange, surface.film, surface.tin, surface.haze
    clear(exchange)
    film.carbon_per_s = 0.0
    if quiet(surface, gas, surface_k):
        return
    arriving, maps, cap, absorber = surface.arriving, surface.maps, surface.cap, surface.absorber
    ions, ion_ev, capped = arriving.ions, arriving.ion_ev, surface.mask_kind == EUV
    area_m2 = spec.maps.mask_side_m * spec.maps.mask_side_m
    # what the gas can supply
    wanted = channels(spec.removal, arriving.o, arriving.h, arriving.n, ions, ion_ev, surface_k)
    under_tin = tin.cover_mean
    o_film, h_film, n_film = film_needs(film, spec.film, wanted) if film.mean_nm > 0.0 else (0.0, 0.0, 0.0)
    o_most, o_all, h_tin = tin_needs(tin, spec.tin, dt, arriving.o, arriving.h)
    o_dark_most, o_dark = absorber_needs(absorber, spec.absorber, arriving.o, dt, surface_k)
    o_most, o_all = o_most + o_film + o_dark_most, o_all + o_film + o_dark
    h_most = h_all = h_film + h_tin
    if capped:
        o_cap_most, o_cap, h_cap_most, h_cap = cap_needs(cap, spec.ruthenium, arriving, under_tin, dt, surface_k)
        o_most, o_all, h_most, h_all = o_most + o_cap_most, o_all + o_cap, h_most + h_cap_most, h_all + h_cap
    o_part = supplied(area_m2 * o_most, area_m2 * o_all, dt, gas[O], gas[O2])
    h_part = supplied(area_m2 * h_most, area_m2 * h_all, dt, gas[H], gas[H2])
    n_part = supplied(area_m2 * n_film, area_m2 * n_film, dt, gas[N], gas[N2])
    o_flux, h_flux, heavy = o_part * arriving.o, h_part * arriving.h, ions * (1.0 - arriving.light_part)
    # contamination, from the top
    uncover(surface)
    soiled = film.mean_nm + tin.mean_nm + haze.mean_nm > 0.0
    if film.mean_nm > 0.0:
        remove(film, spec.film, maps, exchange, area_m2, dt, rationed(wanted, o_part, h_part, n_part))
    if tin.mean_nm > 0.0:
        etch(tin, spec.tin, maps, exchange, area_m2, dt, o_flux, h_flux, heavy, ion_ev, surface_k)
    if haze.mean_nm > 0.0:
        wear_off(haze, spec.haze, maps, exchange, area_m2, dt, heavy, ion_ev, surface_k)
    redeposit(exchange, dt, gas[SNH4], arriving.snh4_loss_per_s)
    maps.bare_mean = average(maps.bare) if soiled else 1.0
    # the mask itself, where it is bare
    clear_m2 = area_m2 * spec.maps.clear_part
    if capped:
        ruthenium, mirror = spec.ruthenium, spec.mirror
        live(cap, ruthenium, mirror, maps, exchange, arriving, clear_m2, dt, under_tin, o_part, h_part, surface_k)
    wear(absorber, spec.absorber, maps, exchange, area_m2 - clear_m2, dt, o_flux, heavy, ion_ev, surface_k)
    surface.ion_dose_m2 += dt * maps.bare_mean * ions * arriving.light_part
    surface.atom_dose_m2 += dt * maps.bare_mean * arriving.h
    settle(exchange, gas, dt)


def specification(tables: dict[str, Any] | None = None) -> SurfaceSpec:
    """The room's sections of the nominal tool (or of ``tables``)."""
    spec = new(SurfaceSpec)
    tables = read_tables() if tables is None else tables
    kinds = get_type_hints(SurfaceSpec)
    for table, name in TABLES.items():
        setattr(spec, name, section(table, kinds[name], tables, OF_MASK if name == "maps" else ()))
    spec.maps.mask_side_m = tables["mask"]["side_m"]
    return spec

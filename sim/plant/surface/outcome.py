"""What a run has done to the mask: residue, damage, dose, and the optical price of it.

Owns the names of these results. On demand, from the state; nothing here runs in the loop.
"""

from __future__ import annotations

from typing import Any

from sim.plant.records import Floats
from sim.plant.surface.film import FILM_CLASSES
from sim.plant.surface.multilayer import euv_reflectance
from sim.plant.surface.phase_shift import phase_change_deg, transmission_change_pct
from sim.plant.surface.surface import EUV, PHASE_SHIFT, Surface, SurfaceSpec

NM = 1.0e-9  # paper: SI, exact
PROBE_M = 1.0e-10  # assumed: small against every layer


def residue_m(surface: Surface) -> Floats:
    """Map of all that is still on the mask [m]."""
    total: Floats = surface.film.film_m + surface.tin.tin_m + surface.haze.haze_m
    return total


def residue_map_nm(surface: Surface) -> list[list[float]]:
    """The same for a file: rows of cells [nm], to the picometre."""
    return [[round(float(cell) / NM, 3) for cell in row] for row in residue_m(surface)]


def outcome(surface: Surface, spec: SurfaceSpec) -> dict[str, float]:
    """Residue, damage and dose of the mask in the chamber by name, and costs(); depths as mean and worst place."""
    residue = residue_m(surface) / NM
    cap, absorber = surface.cap, surface.absorber
    result = {
        "residue_mean_nm": float(residue.mean()),
        "residue_max_nm": float(residue.max()),
        "residue_min_nm": float(residue.min()),
        "residue_spread_nm": float(residue.std()),
        "film_mean_nm": surface.film.mean_nm,
        "tin_mean_nm": surface.tin.mean_nm,
        "haze_mean_nm": surface.haze.mean_nm,
        "absorber_oxide_nm": absorber.oxide_mean_nm,
        "hydrogen_ion_dose_m2": surface.ion_dose_m2,
        "hydrogen_atom_dose_m2": surface.atom_dose_m2,
        **_depths("absorber_lost", absorber.lost_m),
    }
    if surface.mask_kind == EUV:
        result |= {
            "cap_oxide_nm": cap.oxide_mean_nm,
            **_depths("cap_lost", cap.lost_m),
            **_depths("multilayer_lost", cap.layers_lost_m),
            "hydrogen_under_cap_m2": cap.hydrogen_m2,
            "blister_risk": cap.hydrogen_m2 / spec.ruthenium.blister_m2,  # above 1: expected
        }
    else:
        result |= _depths("quartz_lost", absorber.quartz_lost_m)
    return {name: float(value) for name, value in (result | costs(surface, spec)).items()}


def costs(surface: Surface, spec: SurfaceSpec) -> dict[str, float]:
    """What residue and damage cost in light: reflectance at 13.5 nm, or phase and transmission at 193 nm."""
    if surface.mask_kind == EUV:
        now, clean = reflectance_map(surface, spec), clean_reflectance(spec)
        return {
            "euv_reflectance_mean": float(now.mean()),
            "euv_reflectance_min": float(now.min()),
            "euv_reflectance_lost": float(clean - now.mean()),
            "euv_reflectance_range": float(now.max() - now.min()),
        }
    if surface.mask_kind == PHASE_SHIFT:
        lost, quartz = surface.absorber.lost_m, surface.absorber.quartz_lost_m
        phase = phase_change_deg(spec.phase_shift, lost, quartz)
        transmission = transmission_change_pct(spec.phase_shift, lost)
        return {
            "phase_change_deg": float(phase.mean()),
            "phase_range_deg": float(phase.max() - phase.min()),
            "transmission_change_pct": float(transmission.mean()),
        }
    return {}


def reflectance_map(surface: Surface, spec: SurfaceSpec) -> Any:
    """EUV reflectance of each cell: residue, oxide and what is left of the cap on what is left of the mirror."""
    cap, ruthenium = surface.cap, spec.ruthenium
    metal = ruthenium.cap_m - cap.lost_m - ruthenium.metal_per_oxide * cap.oxide_m
    on_top = [
        (FILM_CLASSES[int(surface.film.film_class)], surface.film.film_m),
        ("haze", surface.haze.haze_m),
        ("tin", surface.tin.tin_m),
        ("ruo2", cap.oxide_m),
        ("ru", metal.clip(0.0)),
    ]
    return euv_reflectance(spec.mirror, on_top, cap.layers_lost_m)


def clean_reflectance(spec: SurfaceSpec) -> float:
    """EUV reflectance of a mask as made."""
    return float(euv_reflectance(spec.mirror, [("ru", spec.ruthenium.cap_m)]))


def sensitivities(spec: SurfaceSpec) -> dict[str, float]:
    """Cost of the first nanometre of each harm, from a tenth of it: reflectance, degrees, percent."""
    cap, clean = spec.ruthenium.cap_m, clean_reflectance(spec)
    oxidised = [("ruo2", PROBE_M), ("ru", cap - spec.ruthenium.metal_per_oxide * PROBE_M)]
    stacks = {
        **{material: [(material, PROBE_M), ("ru", cap)] for material in (*FILM_CLASSES, "tin", "haze")},
        "cap_oxide": oxidised,
        "cap_lost": [("ru", cap - PROBE_M)],
    }
    per_nm = NM / PROBE_M
    return {
        **{
            f"euv_reflectance_per_nm_{harm}": per_nm * (float(euv_reflectance(spec.mirror, stack)) - clean)
            for harm, stack in stacks.items()
        },
        "phase_deg_per_nm_absorber": per_nm * float(phase_change_deg(spec.phase_shift, PROBE_M, 0.0)),
        "phase_deg_per_nm_quartz": per_nm * float(phase_change_deg(spec.phase_shift, 0.0, PROBE_M)),
        "transmission_pct_per_nm_absorber": per_nm * float(transmission_change_pct(spec.phase_shift, PROBE_M)),
    }


def _depths(name: str, depth_m: Floats) -> dict[str, float]:
    return {f"{name}_nm": float(depth_m.mean()) / NM, f"{name}_max_nm": float(depth_m.max()) / NM}

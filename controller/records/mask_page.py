"""What a simulated run has done to the mask, for the report: a map of what is left, and damage, dose and their price.

Owns the words. Only a simulator knows these numbers; a tool's report has no such section.
"""

from __future__ import annotations

from html import escape
from typing import Any

CELL = 16  #: of the map [px]
#: name in the outcome -> words, form
FIGURES = {
    "residue_mean_nm": ("left on the mask, mean", "{:.3f} nm"),
    "residue_max_nm": ("left, thickest place", "{:.3f} nm"),
    "residue_spread_nm": ("left, standard deviation over the mask", "{:.3f} nm"),
    "tin_mean_nm": ("tin left", "{:.3f} nm"),
    "haze_mean_nm": ("haze left", "{:.3f} nm"),
    "absorber_oxide_nm": ("oxide grown on the absorber", "{:.3f} nm"),
    "absorber_lost_nm": ("absorber lost", "{:.4f} nm"),
    "quartz_lost_nm": ("quartz lost", "{:.4f} nm"),
    "cap_oxide_nm": ("oxide on the ruthenium cap", "{:.3f} nm"),
    "cap_lost_nm": ("ruthenium lost", "{:.4f} nm"),
    "multilayer_lost_nm": ("multilayer lost", "{:.4f} nm"),
    "hydrogen_ion_dose_m2": ("hydrogen ions on bare mask", "{:.2e} per m²"),
    "hydrogen_atom_dose_m2": ("hydrogen atoms on bare mask", "{:.2e} per m²"),
    "blister_risk": ("hydrogen under the cap, part of what blisters", "{:.2f}"),
    "euv_reflectance_mean": ("EUV reflectance, mean", "{:.4f}"),
    "euv_reflectance_lost": ("EUV reflectance lost", "{:.4f}"),
    "phase_change_deg": ("phase change at 193 nm", "{:.2f}°"),
    "transmission_change_pct": ("transmission change at 193 nm", "{:.3f} %"),
    "particle_risk_kpa": ("pressure changed faster than stirs particles", "{:.1f} kPa"),
}


def figures(outcome: dict[str, Any]) -> list[tuple[str, str]]:
    """(words, value) of everything that is not nothing; what is left is always said."""
    told = []
    for name, (words, form) in FIGURES.items():
        value = outcome.get(name)
        if value is not None and (value != 0.0 or name.startswith("residue")):
            told.append((words, form.format(value)))
    return told


def spoken(outcome: dict[str, Any]) -> str:
    """One line for a terminal."""
    left = f"{outcome['residue_max_nm']:.2f} nm at the thickest place"
    harm = [f"{words} {value}" for words, value in figures(outcome) if not words.startswith(("left", "tin", "haze"))]
    return f"{left}; {', '.join(harm[:2]) or 'no damage'}"


def section(outcome: dict[str, Any]) -> str:
    """Map and table."""
    rows = "".join(f"<tr><td>{escape(words)}</td><td class='n'>{value}</td></tr>" for words, value in figures(outcome))
    return (
        f"<div style='display:flex;flex-wrap:wrap;gap:12px 32px;align-items:flex-start'><div>"
        f"{_map(outcome['residue_map_nm'])}</div><div style='flex:1;min-width:380px'><table>{rows}</table></div></div>"
    )


def _map(cells: list[list[float]]) -> str:
    """Each cell the darker the more is left there; the scale is said, for a map without one says nothing."""
    most = max(max(row) for row in cells)
    side = CELL * len(cells)
    drawn = "".join(
        f'<rect x="{CELL * x}" y="{CELL * y}" width="{CELL}" height="{CELL}" '
        f'style="fill:var(--s1);fill-opacity:{value / most if most else 0.0:.2f}"/>'
        for y, row in enumerate(cells)
        for x, value in enumerate(row)
    )
    words = f"left on the mask (152 mm): clear none, full {most:.3f} nm" if most else "nothing is left on the mask"
    return (
        f'<svg viewBox="-1 -1 {side + 2} {side + 2}" style="width:340px" shape-rendering="crispEdges" role="img" '
        f'aria-label="{words}">{drawn}<rect width="{side}" height="{side}" style="fill:none;stroke:var(--line)"/></svg>'
        f"<span class='meta'>{words}</span>"
    )

"""What may be set on a plant before or during a run: `--set NAME=VALUE`, `--list-parameters`.

Owns names, units, ranges and meanings; the values live in the rooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.plant.plant import Plant


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of one room of the plant."""

    unit: str
    low: float
    high: float
    text: str
    room: str  # attribute of the plant, "" for the plant itself
    field: str


PARAMETERS: dict[str, Parameter] = {
    "film_nm": Parameter("nm", 0.0, 5000.0, "mean thickness of the film on the mask", "", "film_nm"),
    "leak_pa_m3_s": Parameter("Pa m3/s", 0.0, 1e-2, "air leak of the chamber", "vacuum", "leak_pa_m3_s"),
    "outgassing_pa_m_s": Parameter(
        "Pa m/s", 0.0, 1e-2, "water from the walls, one hour after air", "vacuum", "outgassing_pa_m_s"
    ),
    "path_factor": Parameter("1", 0.5, 1.5, "conductance to the turbo over nominal", "vacuum", "path_factor"),
    "wall_recombination": Parameter("1", 1e-4, 0.5, "loss probability of O at the walls", "plasma", "o_recombination"),
    "wall_recombination_h": Parameter(
        "1", 1e-4, 0.5, "loss probability of H at the walls", "plasma", "h_recombination"
    ),
    "coupling": Parameter("1", 0.2, 1.0, "part of the load power that heats electrons", "plasma", "coupling"),
    "chuck_flux_fraction": Parameter(
        "1", 0.02, 1.0, "ion flux at the mask over the mean axial flux", "plasma", "chuck_flux_fraction"
    ),
    "breakdown_factor": Parameter("1", 0.5, 5.0, "breakdown voltage over nominal", "plasma", "breakdown_factor"),
    "window_transmission": Parameter("1", 0.01, 2.0, "of the spectrometer's window", "", "window_transmission"),
}


def set_parameter(plant: Plant, name: str, value: float) -> None:
    """Set one; KeyError names the known ones, ValueError the range and unit."""
    if name not in PARAMETERS:
        raise KeyError(f"no plant parameter {name!r}; known: {', '.join(PARAMETERS)}")
    entry = PARAMETERS[name]
    if not entry.low <= value <= entry.high:
        raise ValueError(f"{name} = {value:g}: must be within {entry.low:g}..{entry.high:g} {entry.unit}")
    setattr(_room(plant, entry), entry.field, float(value))


def list_parameters(plant: Plant) -> list[tuple[str, float, str, float, float, str]]:
    """(name, value, unit, low, high, text) of every parameter."""
    return [
        (name, float(getattr(_room(plant, entry), entry.field)), entry.unit, entry.low, entry.high, entry.text)
        for name, entry in PARAMETERS.items()
    ]


def _room(plant: Plant, entry: Parameter) -> object:
    return getattr(plant, entry.room) if entry.room else plant

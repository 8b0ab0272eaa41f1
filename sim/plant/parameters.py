"""What may be set on a plant before or during a run: `--set NAME=VALUE`, `--list-parameters`.

Owns names, units, ranges and meanings; the values live in the rooms' records.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sim.plant.spread import parameters_of

if TYPE_CHECKING:
    from sim.plant.plant import Plant


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a plant: its unit, range and meaning, and where it is, "room.record.field" or "...[place]"."""

    unit: str
    low: float
    high: float
    text: str
    path: str


GAUGES = {"chamber_gauge": "chamber gauge", "guard_gauge": "guard gauge", "wide_gauge": "wide-range gauge"}
GASES = ("o2", "h2", "ar", "n2")
PARAMETERS: dict[str, Parameter] = {
    "film_nm": Parameter("nm", 0.0, 5000.0, "mean thickness of the film on the mask", "film_nm"),
    "leak_pa_m3_s": Parameter("Pa m3/s", 0.0, 1e-2, "air leak of the chamber", "vacuum.gas.leak_pa_m3_s"),
    "virtual_leak_m3_s": Parameter(
        "m3/s", 0.0, 1e-3, "conductance of a trapped volume to the chamber", "vacuum.gas.virtual_leak_m3_s"
    ),
    "outgassing_pa_m_s": Parameter(
        "Pa m/s", 0.0, 1e-2, "water from the walls, one hour after air", "vacuum.gas.outgassing_pa_m_s"
    ),
    "path_factor": Parameter("1", 0.5, 1.5, "conductance to the turbo over nominal", "vacuum.gas.path_factor"),
    "throttle_backlash_pct": Parameter("%", 0.0, 10.0, "play in the throttle's gear", "vacuum.throttle.backlash_pct"),
    "match_play_pct": Parameter("%", 0.0, 10.0, "play in the gear of the tune capacitor", "rf.tune_motor.play_pct"),
    "arc_per_s": Parameter("1/s", 0.0, 50.0, "arcs while the plasma burns", "rf.arc_per_s"),
    "breakdown_factor": Parameter("1", 0.5, 5.0, "breakdown voltage over nominal", "breakdown_factor"),
    "coupling": Parameter("1", 0.2, 1.0, "part of the load power that heats electrons", "tool.plasma.coupling"),
    "chuck_flux_fraction": Parameter(
        "1", 0.02, 1.0, "ion flux at the mask over the mean axial flux", "tool.plasma.chuck_flux_fraction"
    ),
    "wall_recombination": Parameter("1", 1e-4, 0.5, "loss probability of O at seasoned walls", "tool.walls.seasoned_o"),
    "wall_recombination_h": Parameter(
        "1", 1e-4, 0.5, "loss probability of H at seasoned walls", "tool.walls.seasoned_h"
    ),
    "wall_seasoning": Parameter("1", 0.0, 1.0, "how seasoned the walls are for oxygen", "walls.seasoned_o"),
    "wall_seasoning_h": Parameter("1", 0.0, 1.0, "how seasoned the walls are for hydrogen", "walls.seasoned_h"),
    "window_transmission": Parameter("1", 0.01, 2.0, "of the spectrometer's window at 500 nm", "light.window_depth"),
    "window_fouling": Parameter("1", 0.0, 1e6, "how fast the window gets dirty, over nominal", "light.fouling_rate"),
    **{
        f"{name}_span": Parameter("1", -0.5, 0.5, f"error of the span of the {text}", f"vacuum.{name}.span")
        for name, text in GAUGES.items()
    },
    **{
        f"{gas}_mfc_span": Parameter("1", -0.5, 0.5, f"error of the span of the {gas} MFC", f"vacuum.mfcs.span[{i}]")
        for i, gas in enumerate(GASES)
    },
}


def set_parameter(plant: Plant, name: str, value: float) -> None:
    """Set one; KeyError names the known ones, ValueError the range and unit."""
    if name not in PARAMETERS:
        raise KeyError(f"no plant parameter {name!r}; known: {', '.join(PARAMETERS)}")
    entry = PARAMETERS[name]
    if not entry.low <= value <= entry.high:
        raise ValueError(f"{name} = {value:g}: must be within {entry.low:g}..{entry.high:g} {entry.unit}")
    write(plant, entry.path, -log(value) if name == "window_transmission" else float(value))


def list_parameters(plant: Plant) -> list[tuple[str, float, str, float, float, str]]:
    """(name, value, unit, low, high, text) of every parameter."""
    return [
        (name, _value(plant, name), entry.unit, entry.low, entry.high, entry.text) for name, entry in PARAMETERS.items()
    ]


def spread(plant: Plant) -> None:
    """Draw the parameters in which this tool differs from the nominal one: errors around 0, others by a factor."""
    for name, factor in parameters_of(plant.tool).items():
        entry, value = PARAMETERS[name], _value(plant, name)
        drawn = value + log(factor) if value == 0.0 else value * factor
        set_parameter(plant, name, min(max(drawn, entry.low), entry.high))


def _value(plant: Plant, name: str) -> float:
    value = read(plant, PARAMETERS[name].path)
    return exp(-value) if name == "window_transmission" else value


def read(plant: Plant, path: str) -> float:
    """The number at ``path`` of a plant's state."""
    record, name, place = _find(plant, path)
    value = getattr(record, name)
    return float(value if place is None else value[place])


def write(plant: Plant, path: str, value: float) -> None:
    """Set the number at ``path``."""
    record, name, place = _find(plant, path)
    if place is None:
        setattr(record, name, value)
    else:
        getattr(record, name)[place] = value


def _find(plant: Plant, path: str) -> tuple[Any, str, int | None]:
    if path == "film_nm":
        return plant, path, None
    room, _, last = path.rpartition(".")
    name, bracket, place = last.partition("[")
    record = attrgetter(room)(plant.state) if room else plant.state
    return record, name, int(place.rstrip("]")) if bracket else None

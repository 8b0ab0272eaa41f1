"""What one simulated run is made of, read from the words of a command line: seed, parameters, faults.

Owns the refusal of what the simulator does not know, all reasons at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.faults import Fault, list_faults, parse_fault
from sim.plant.faults import PLANT_FAULTS
from sim.plant.parameters import PARAMETERS
from sim.world import World

REFERENCE = (
    Path(__file__).parents[1] / "controller" / "machine" / "reference.toml"
)  #: only its tables of lines are read


@dataclass
class Settings:
    """What one simulated run is made of."""

    machine: Path = REFERENCE
    seed: int = 0
    tool: int = 0
    set: dict[str, float] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class BadSettingError(ValueError):
    """Something that the simulator does not know; carries every reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def read_settings(
    machine: str | Path, seed: int, sets: Sequence[str], faults: Sequence[str], tool: int = 0
) -> Settings:
    """Settings from ``NAME=VALUE`` and ``TARGET.TYPE@T[:k=v,…]`` texts; BadSettingError with every reason."""
    settings, reasons = Settings(Path(machine), seed, tool), list[str]()
    if seed < 0:
        reasons.append(f"--seed {seed}: a seed is a whole number from 0")
    if tool < 0:
        reasons.append(f"--tool {tool}: a tool is a whole number; 0 is the nominal one")
    for text in sets:
        name, _, value = text.partition("=")
        try:
            settings.set[name] = _in_range(name, value)
        except ValueError as error:
            reasons.append(f"--set {text}: {error}")
    targets = World(machine).fault_targets if faults else []
    for text in faults:
        try:
            settings.faults.append(parse_fault(text, targets, PLANT_FAULTS))
        except ValueError as error:
            reasons.append(f"--fault: {error}")
    if reasons:
        raise BadSettingError(reasons)
    return settings


def _in_range(name: str, value: str) -> float:
    if name not in PARAMETERS:
        raise ValueError(f"there is no parameter {name!r}; known: {', '.join(PARAMETERS)}")
    parameter = PARAMETERS[name]
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a number") from None
    if not math.isfinite(number) or not parameter.low <= number <= parameter.high:
        raise ValueError(f"must be within {parameter.low:g}..{parameter.high:g} {parameter.unit}")
    return number


def parameters_text(machine: str | Path) -> str:
    """Every parameter that `--set` can change, one a line."""
    plant = World(machine).plant
    return "\n".join(
        f"{name:22} {value:<10.4g} {unit:9} {low:g}..{high:g}  {text}"
        for name, value, unit, low, high, text in plant.parameters()
    )


def faults_text(machine: str | Path) -> str:
    """Every fault that `--fault` can inject, one a line, and the lines and devices that it may hit."""
    lines = ["Of lines and devices (" + ", ".join(World(machine).fault_targets) + "):"]
    own = ["Of the plant:"]
    for kind in list_faults(PLANT_FAULTS):
        said = ",".join(f"{key}={value}" for key, value in kind.parameters.items())
        is_plant = f"{kind.target}.{kind.type}" in PLANT_FAULTS
        name = f"{kind.target}.{kind.type}" if is_plant else f"TARGET.{kind.type}"
        (own if is_plant else lines).append(f"  {name}@T{':' + said if said else ''}  {kind.meaning}")
    return "\n".join([*lines, *own])

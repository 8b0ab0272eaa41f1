"""What one simulated run is made of, read from the words of a command line: seed, parameters, faults.

Owns the refusal of what the simulator does not know, all reasons at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


def list_parameters(machine: str | Path, tool: int = 0) -> list[dict[str, Any]]:
    """Every parameter that `--set` can change, with its value on this tool; BadSettingError for a tool that is none."""
    tool = read_settings(machine, 0, [], [], tool).tool
    keys = ("name", "value", "unit", "low", "high", "meaning")
    return [dict(zip(keys, row, strict=True)) for row in World(machine, tool=tool).plant.parameters()]


def parameters_text(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same, one a line."""
    form = "{name:22} {value:<10.4g} {unit:9} {low:g}..{high:g}  {meaning}"
    return [form.format(**row) for row in rows]


def every_fault(machine: str | Path) -> tuple[list[str], list[dict[str, Any]]]:
    """Lines and devices that faults of the wire may hit, and every fault that `--fault` can inject."""
    rows = []
    for kind in list_faults(PLANT_FAULTS):
        name = f"{kind.target}.{kind.type}"
        of = "plant" if name in PLANT_FAULTS else "wire"
        defaults = {key: _number_or_word(value) for key, value in kind.parameters.items()}
        fault = name if of == "plant" else f"TARGET.{kind.type}"
        rows.append({"fault": fault, "of": of, "parameters": defaults, "meaning": kind.meaning})
    return World(machine).fault_targets, rows


def _number_or_word(value: Any) -> Any:
    """JSON knows no infinity."""
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def faults_text(targets: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same, one a line."""
    lines = ["Of lines and devices (" + ", ".join(targets) + "):"]
    own = ["Of the plant:"]
    for row in rows:
        said = ",".join(f"{key}={value}" for key, value in row["parameters"].items())
        text = f"  {row['fault']}@T{':' + said if said else ''}  {row['meaning']}"
        (own if row["of"] == "plant" else lines).append(text)
    return [*lines, *own]

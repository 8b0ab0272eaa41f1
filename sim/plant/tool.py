"""What the simulated tool is made of: tables of ``sim/tools/*.toml`` as records, units in the names.

Owns reading and refusing (unknown, missing, non-numeric, non-finite). No physics here; sources stand beside each number
in the file, and what a section means in the room that declares it.
"""

from __future__ import annotations

import math
import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sim.plant.records import Record, dtype_of, new

TOOLS = Path(__file__).resolve().parents[1] / "tools"
REFERENCE = TOOLS / "reference.toml"

R = TypeVar("R", bound=Record)


class ToolError(ValueError):
    """A tool file says something that the plant does not understand."""


def read_tables(path: Path | str = REFERENCE) -> dict[str, Any]:
    """The tables of a tool file, the caller's own to change."""
    return deepcopy(_read(Path(path)))


@cache
def _read(path: Path) -> dict[str, Any]:
    with open(path, "rb") as file:
        return tomllib.load(file)


def section(name: str, record: type[R], tables: dict[str, Any] | None = None) -> R:
    """Table ``name`` of the nominal tool (or of ``tables``) as a record; ToolError names table and key."""
    table = (read_tables() if tables is None else tables).get(name)
    if not isinstance(table, dict):
        raise ToolError(f"[{name}]: must be a table")
    known = set(dtype_of(record).names or ())
    if unknown := sorted(set(table) - known):
        raise ToolError(f"[{name}]: unknown {', '.join(unknown)}")
    if missing := sorted(known - set(table)):
        raise ToolError(f"[{name}]: missing {', '.join(missing)}")
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ToolError(f"[{name}] {key}: must be a finite number, not {value!r}")
        if value <= 0.0 < _read(REFERENCE).get(name, {}).get(key, 0.0):
            raise ToolError(f"[{name}] {key}: must be above 0, as in the reference tool, not {value!r}")
    return new(record, **{key: float(value) for key, value in table.items()})

"""What the simulated tool is made of: tables of ``sim/tools/*.toml`` as records, units in the names.

Owns reading and refusing (unknown, missing, non-numeric, non-finite), every reason at once. No physics here; sources
stand beside each number in the file, and what a section means in the room that declares it.
"""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sim.plant.records import Record, dtype_of, new

TOOLS = Path(__file__).resolve().parents[1] / "tools"
REFERENCE = TOOLS / "reference.toml"

R = TypeVar("R", bound=Record)

OF_ANY_SIGN = ("stray_x_ohm", "arc_x_ohm", "feed_x_ohm")  #: reactances; all other numbers of a tool are above 0, …
MAY_BE_NONE = ("virtual_leak_m3_s", "character", "backlash_pct")  #: … but for these, which may be 0
PARTS = ("_share", "_fraction", "_part", "efficiency")  #: ends of names of what is a part of a whole
MOST = {"character": 2.0}  # computed: vacuum/path.py knows 0, 1 and 2


class ToolError(ValueError):
    """A tool file says something that the plant does not understand; a line a reason."""


def read_tables(path: Path | str = REFERENCE) -> dict[str, Any]:
    """The tables of a tool file, the caller's own to change."""
    return deepcopy(_read(Path(path)))


@cache
def _read(path: Path) -> dict[str, Any]:
    with open(path, "rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise ToolError(f"{path}: not TOML: {error}") from None


def refuse_unknown(tables: Iterable[str], known: Iterable[str], file: Path | str) -> list[str]:
    """Why tables that nobody reads are refused: they would be thought to do something."""
    said = ", ".join(f"[{name}]" for name in sorted(known))
    return [f"{file}: [{name}]: unknown table; known: {said}" for name in sorted(set(tables) - set(known))]


def section(name: str, record: type[R], tables: dict[str, Any] | None = None, derived: Iterable[str] = ()) -> R:
    """Table ``name`` of the nominal tool (or of ``tables``) as a record; ToolError names table and key.

    ``derived``: fields that come from another table; here they are unknown, and stay 0.
    """
    tables = read_tables() if tables is None else tables
    if reasons := list(wrong(name, record, tables, derived)):
        raise ToolError("\n".join(reasons))
    return new(record, **{key: float(value) for key, value in tables[name].items()})


def wrong(name: str, record: type[Record], tables: dict[str, Any], derived: Iterable[str] = ()) -> Iterator[str]:
    """Every reason why table ``name`` cannot be this record."""
    table = tables.get(name)
    if not isinstance(table, dict):
        yield f"[{name}]: must be a table"
        return
    known = set(dtype_of(record).names or ()) - set(derived)
    if unknown := sorted(set(table) - known):
        yield f"[{name}]: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}"
    if missing := sorted(known - set(table)):
        yield f"[{name}]: missing {', '.join(missing)}"
    for key in sorted(known & set(table)):
        value = table[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
            yield f"[{name}] {key}: must be a finite number, not {value!r}"
        elif value <= 0.0 and not (key in OF_ANY_SIGN or (value == 0.0 and key in MAY_BE_NONE)):
            yield f"[{name}] {key}: must be {'0 or more' if key in MAY_BE_NONE else 'above 0'}, not {value!r}"
        elif value > (most := 1.0 if key.endswith(PARTS) else MOST.get(key, math.inf)):
            yield f"[{name}] {key}: must be at most {most:g}, not {value!r}"

"""Tool N: a plausible sister of the reference tool, every number within a stated tolerance of it.

Owns the drawing. Tolerances stand in ``tools/spread.toml``: 0.1 means a factor between 1/1.1 and 1.1. Tool 0 is
nominal; the same number is always the same tool, and each of its numbers is drawn for itself: a new tolerance changes
no other.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from copy import deepcopy
from math import exp, log
from typing import Any
from zlib import crc32

import numpy as np

from sim.plant.tool import TOOLS, ToolError, read_tables, refuse_unknown

SPREAD = TOOLS / "spread.toml"
KINDS = ("tool", "parameter")


def tolerances() -> dict[str, float]:
    """By name: "section.key" of the tool file, or a parameter of `--set`."""
    tables = read_tables(SPREAD)
    found = {f"{section}.{key}": float(tol) for section, keys in tables["tool"].items() for key, tol in keys.items()}
    return found | {name: float(tol) for name, tol in tables["parameter"].items()}


def check(nominal: dict[str, Any], parameters: Container[str], spread: dict[str, Any] | None = None) -> None:
    """ToolError with every tolerance of ``spread`` (of the file) that belongs to nothing, or is none."""
    tables = read_tables(SPREAD) if spread is None else spread
    reasons = refuse_unknown(tables, KINDS, SPREAD) + list(_wrong(tables, nominal, parameters))
    if reasons:
        raise ToolError("\n".join(reasons))


def _wrong(tables: dict[str, Any], nominal: dict[str, Any], parameters: Container[str]) -> Iterator[str]:
    if missing := [kind for kind in KINDS if not isinstance(tables.get(kind), dict)]:
        yield f"{SPREAD}: {', '.join(f'[{kind}]' for kind in missing)}: must be a table"
        return
    for section, keys in tables["tool"].items():
        known = nominal.get(section)
        if known is None or not isinstance(keys, dict):
            yield f"{SPREAD}: [tool.{section}]: there is no table [{section}] in the tool file"
            continue
        for key, tolerance in keys.items():
            if key not in known:
                yield f"{SPREAD}: [tool.{section}] {key}: there is no such key in [{section}] of the tool file"
            yield from _no_tolerance(f"[tool.{section}] {key}", tolerance)
    for name, tolerance in tables["parameter"].items():
        if name not in parameters:
            yield f"{SPREAD}: [parameter] {name}: there is no such parameter; --list-parameters prints them"
        yield from _no_tolerance(f"[parameter] {name}", tolerance)


def _no_tolerance(where: str, value: object) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < math.inf:
        yield f"{SPREAD}: {where}: must be a tolerance from 0 (0.1: a factor between 1/1.1 and 1.1), not {value!r}"


def factor(name: str, tool: int, tolerance: float) -> float:
    """What tool number ``tool`` multiplies the nominal ``name`` by; 1 for tool 0."""
    if tool == 0:
        return 1.0
    chance = float(np.random.default_rng([tool, crc32(name.encode())]).uniform(-1.0, 1.0))
    return exp(log(1.0 + tolerance) * chance)


def tables_of(nominal: dict[str, Any], tool: int) -> dict[str, Any]:
    """The tables of tool ``tool``, of a file and tolerances that ``check`` has let through."""
    tables = deepcopy(nominal)
    for name, tolerance in tolerances().items():
        section, dot, key = name.partition(".")
        if dot:
            tables[section][key] *= factor(name, tool, tolerance)
    return tables


def parameters_of(tool: int) -> dict[str, float]:
    """Factors for the parameters of `--set`."""
    return {name: factor(name, tool, tol) for name, tol in tolerances().items() if "." not in name}

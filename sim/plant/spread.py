"""Tool N: a plausible sister of the reference tool, every number within a stated tolerance of it.

Owns the drawing. Tolerances stand in ``tools/spread.toml``: 0.1 means a factor between 1/1.1 and 1.1. Tool 0 is
nominal; the same number is always the same tool, and each of its numbers is drawn for itself: a new tolerance changes
no other.
"""

from __future__ import annotations

from copy import deepcopy
from math import exp, log
from typing import Any
from zlib import crc32

import numpy as np

from sim.plant.tool import TOOLS, ToolError, read_tables


def tolerances() -> dict[str, float]:
    """By name: "section.key" of the tool file, or a parameter of `--set`."""
    tables = read_tables(TOOLS / "spread.toml")
    found = {f"{section}.{key}": float(tol) for section, keys in tables["tool"].items() for key, tol in keys.items()}
    return found | {name: float(tol) for name, tol in tables["parameter"].items()}


def factor(name: str, tool: int, tolerance: float) -> float:
    """What tool number ``tool`` multiplies the nominal ``name`` by; 1 for tool 0."""
    if tool == 0:
        return 1.0
    chance = float(np.random.default_rng([tool, crc32(name.encode())]).uniform(-1.0, 1.0))
    return exp(log(1.0 + tolerance) * chance)


def tables_of(nominal: dict[str, Any], tool: int) -> dict[str, Any]:
    """The tables of tool ``tool``; ToolError when a tolerance belongs to nothing."""
    tables = deepcopy(nominal)
    for name, tolerance in tolerances().items():
        section, dot, key = name.partition(".")
        if not dot:
            continue
        if key not in tables.get(section, {}):
            raise ToolError(f"spread.toml: there is no {key} in [{section}] of the tool file")
        tables[section][key] *= factor(name, tool, tolerance)
    return tables


def parameters_of(tool: int) -> dict[str, float]:
    """Factors for the parameters of `--set`."""
    return {name: factor(name, tool, tol) for name, tol in tolerances().items() if "." not in name}

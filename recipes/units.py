"""Quantities as people write them, and the one unit that each has inside.

Owns parsing of "150 mTorr" into internal units. Knows no machine and no recipe.
"""

from __future__ import annotations

import math
import re

#: dimension -> {unit as written: (factor, offset)}; internal value = written * factor + offset
DIMENSIONS: dict[str, dict[str, tuple[float, float]]] = {
    "pa": {
        "Pa": (1.0, 0.0),
        "kPa": (1e3, 0.0),
        "mbar": (100.0, 0.0),
        "Torr": (101325.0 / 760.0, 0.0),  # definition of the torr
        "mTorr": (101.325 / 760.0, 0.0),
    },
    "sccm": {"sccm": (1.0, 0.0), "slm": (1000.0, 0.0)},
    "w": {"W": (1.0, 0.0), "kW": (1000.0, 0.0)},
    "v": {"V": (1.0, 0.0)},
    "pct": {"%": (1.0, 0.0)},
    "c": {"°C": (1.0, 0.0), "degC": (1.0, 0.0), "C": (1.0, 0.0), "K": (1.0, -273.15)},
    "s": {"s": (1.0, 0.0), "ms": (1e-3, 0.0), "min": (60.0, 0.0), "h": (3600.0, 0.0)},
    "counts": {"counts": (1.0, 0.0)},
    "hz": {"Hz": (1.0, 0.0)},
    "lpm": {"l/min": (1.0, 0.0)},
    "nm": {"nm": (1.0, 0.0)},
}

_QUANTITY = re.compile(r"^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*?)?\s*$", re.ASCII)


class UnitError(ValueError):
    """A quantity that cannot be read; the text says what was expected."""


def parse(text: object, dimension: str) -> float:
    """Read a quantity such as "8 Pa" into the internal unit of ``dimension`` (a tag-name ending: "pa", "s", "w"…).

    A bare number is refused: whoever reads a recipe must see the unit.
    """
    factor, offset, number = _split(text, DIMENSIONS[dimension])
    return number * factor + offset


def parse_rate(text: object, dimension: str) -> float:
    """Read a rate such as "100 W/s" or "0.5 Pa/min" into internal units per second."""
    units = {
        f"{unit}/{per}": (factor / seconds, 0.0)
        for unit, (factor, _) in DIMENSIONS[dimension].items()
        for per, (seconds, _) in DIMENSIONS["s"].items()
    }
    factor, _, number = _split(text, units)
    return number * factor


def dimension_of(name: str) -> str | None:
    """The dimension that a quantity's name ends in ("chamber_pressure_pa" -> "pa"); None for flags and pure numbers."""
    ending = name.rsplit("_", 1)[-1]
    return ending if ending in DIMENSIONS else None


def _split(text: object, units: dict[str, tuple[float, float]]) -> tuple[float, float, float]:
    some = ", ".join(list(units)[:4])
    if not isinstance(text, str):
        raise UnitError(f"{text!r} has no unit: write a quantity in quotes, with one of {some}")
    match = _QUANTITY.match(text)
    if match is None:
        raise UnitError(f"{text!r} is not a number with a unit (one of {some})")
    number = float(match[1])
    if not math.isfinite(number):
        raise UnitError(f"{text!r} is not a finite number")
    unit = (match[2] or "").replace("µ", "u")
    if unit not in units:
        given = f"the unit {unit!r}" if unit else "no unit"
        raise UnitError(f"{text!r} has {given}: expected one of {', '.join(units) if len(units) < 8 else some}")
    factor, offset = units[unit]
    return factor, offset, number


def format_s(seconds: float) -> str:
    """A duration as m:ss, for people."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"

"""The shared vocabulary of the house: what a value is called, what it may be, and how far it can be trusted.

Owns Quality, Reading, Tag and Output. Knows no device, no line and no clock.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal, NamedTuple

Kind = Literal["number", "flag", "text", "array"]

#: A quantity's name ends in its unit; this is how that unit is shown.
UNITS = {
    "pa": "Pa",
    "sccm": "sccm",
    "w": "W",
    "v": "V",
    "a": "A",
    "pct": "%",
    "c": "°C",
    "s": "s",
    "ms": "ms",
    "h": "h",
    "hz": "Hz",
    "lpm": "l/min",
    "counts": "counts",
    "kwh": "kWh",
    "kg": "kg",
    "nm": "nm",
    "mm": "mm",
    "nmps": "nm/s",
    "m3": "m⁻³",
    "ev": "eV",
    "ohm": "Ω",
}


def unit_of(name: str) -> str:
    """The unit that a tag's name ends in, as shown to people; empty for flags, texts and pure numbers."""
    return UNITS.get(name.rsplit("_", 1)[-1], "")


class Quality(IntEnum):
    """How far a reading can be trusted. Anything but GOOD counts as unknown in every decision."""

    GOOD = 0
    SIMULATED = 1
    STALE = 2
    BAD = 3


class Reading(NamedTuple):
    """A value, the time at which the device said it [s, the clock of the run], and its quality."""

    value: Any
    time_s: float
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, slots=True)
class Tag:
    """A measured or reported quantity, declared once on its driver's class.

    ``text`` begins with "Measure", "Get" or "Count" and carries ``[unit, range]``. A finite number outside
    ``low..high`` is of BAD quality. ``stale_s`` None means three periods, at least 0.5 s.
    """

    name: str
    text: str
    low: float | None = None
    high: float | None = None
    period_s: float = 0.25
    stale_s: float | None = None
    kind: Kind = "number"

    @property
    def unit(self) -> str:
        """Unit for display, from the name's ending."""
        return unit_of(self.name) if self.kind == "number" else ""

    @property
    def stale_after_s(self) -> float:
        """Age [s] from which a reading no longer counts as GOOD."""
        return self.stale_s if self.stale_s is not None else max(3 * self.period_s, 0.5)


@dataclass(frozen=True, slots=True)
class Output:
    """A quantity that the controller may set, declared once on its driver's class.

    ``text`` begins with "Set" or "Switch". ``safe`` is what the line's worker writes when the scan's lease has run
    out; None leaves the device as it is (pumps keep turning). ``refresh_s`` rewrites an unchanged value that often
    (device watchdogs); None writes on change only. ``off_first``: after its device was lost, it stays at ``safe`` until
    off has been asked of it once (what makes energy is never switched on again blindly). ``readback`` names the tag of
    the same device in which it is found again, and how far the two may differ; the bus compares them.
    """

    name: str
    text: str
    safe: float | bool | None
    low: float | None = None
    high: float | None = None
    kind: Kind = "number"
    refresh_s: float | None = None
    off_first: bool = False
    readback: tuple[str, float] | None = None

    @property
    def unit(self) -> str:
        """Unit for display, from the name's ending."""
        return unit_of(self.name) if self.kind == "number" else ""


def quality_of(tag: Tag, value: Any) -> Quality:
    """GOOD unless the value is missing, not finite, or outside the tag's declared range."""
    low, high = bounds_of(tag)
    return Quality.GOOD if value is not None and (low is None or low <= value <= high) else Quality.BAD


def bounds_of(tag: Tag) -> tuple[float | None, float]:
    """Lowest and highest GOOD value of a tag, finite; no lowest where it is not a number."""
    if tag.kind != "number":
        return None, 0.0
    return -sys.float_info.max if tag.low is None else tag.low, sys.float_info.max if tag.high is None else tag.high

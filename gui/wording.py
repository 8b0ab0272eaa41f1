"""How numbers, times, states and names are said on every screen. Owns wording only; decides nothing."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import Any

from gui.i18n import tr

DASH = "—"
TAG_UNITS = {"pa", "w", "v", "c", "pct", "sccm", "lpm", "s", "ms", "counts", "hz", "a", "h", "kwh", "nm", "nmps", "mm"}
GASES = {"o2": "O₂", "h2": "H₂", "ar": "Ar", "n2": "N₂"}

#: unit state -> (word of the title panel, icon)
STATES = {
    "idle": ("Ready", "circle-check"),
    "running": ("Processing", "play"),
    "complete": ("Complete", "circle-check"),
    "pausing": ("Pausing", "pause"),
    "paused": ("Paused", "pause"),
    "holding": ("Stopping", "octagon-pause"),
    "held": ("On hold", "octagon-pause"),
    "restarting": ("Going on", "play"),
    "stopping": ("Ending safely", "flag"),
    "stopped": ("Ended early", "flag"),
    "aborting": ("Aborting", "circle-x"),
    "aborted": ("Aborted", "circle-x"),
}


def number(value: Any, unit: str = "") -> str:
    """A number as people read it: three figures or so, narrow spaces in thousands, a dash for none."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if not isinstance(value, int | float) or not math.isfinite(value):
        return DASH
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    if unit in ("W", "Hz", "counts", "%", "V"):
        return f"{value:.0f}".replace("-0", "0") if size < 0.5 else f"{value:.0f}"
    if unit == "Pa":
        return _pressure(value)
    if unit == "kWh":
        return f"{value:.3f}" if size < 0.1 else f"{value:.2f}"
    return "0.0" if size < 0.05 else f"{value:.1f}"


def _pressure(value: float) -> str:
    if value == 0:
        return "0"
    size = abs(value)
    for least, decimals in ((100, 0), (10, 1), (0.1, 2), (0.01, 3)):
        if size >= least:
            return f"{value:.{decimals}f}"
    power = math.floor(math.log10(size))
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value / 10**power:.1f}·10{raised}"


def with_unit(value: Any, unit: str) -> str:
    """A number and its unit, or a dash alone."""
    shown = number(value, unit)
    return f"{shown} {unit}" if unit and shown != DASH else shown


def minutes(seconds: float | None, *, wide: bool = False) -> str:
    """m:ss, or h:mm:ss from an hour up; ``wide`` writes mm:ss. A dash for none."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60:02d}:{rest % 60:02d}" if wide else f"{rest // 60}:{rest % 60:02d}"


def step_name(step: dict[str, Any]) -> str:
    """A step's name as a label: file names of procedures become words."""
    return plain(str(step.get("name", "")))


def plain(words: str) -> str:
    """pump-down -> Pump down; O2 -> O₂."""
    words = words.replace("-", " ").replace("_", " ").strip()
    words = re.sub(r"\b([OHNohn])2\b", lambda gas: gas.group(1).upper() + "₂", words)
    words = re.sub(r"\b(?:rf|dc|oes|mfc|io)\b", lambda short: short.group(0).upper(), words)
    words = re.sub(r"\bar\b(?= (?:MFC|flow|valve|evidence))", "Ar", words)
    return words[:1].upper() + words[1:]


def tag_words(name: str) -> str:
    """reflected_power_w -> Reflected power: the unit stands at the value."""
    head, _, last = name.rpartition("_")
    return plain(head if last in TAG_UNITS and head else name)


def small(words: str) -> str:
    """Words within a sentence: the first letter small, but not of what is written in capitals."""
    kept = not words[1:2].islower() or words.startswith("Ar ")
    return words if kept else words[:1].lower() + words[1:]


def local(iso: str | None) -> datetime | None:
    """An ISO time in the time zone of this screen; None when it is none."""
    try:
        return datetime.fromisoformat(iso).astimezone() if isinstance(iso, str) else None
    except (ValueError, OverflowError):
        return None


def clock_of(iso: str | None, later_s: float = 0.0, *, seconds: bool = True) -> str:
    """HH:MM:SS of an ISO time, ``later_s`` after it, on the screen's own clock; a dash for none."""
    at = local(iso)
    if at is None or not math.isfinite(later_s):
        return DASH
    return (at + timedelta(seconds=later_s)).strftime("%H:%M:%S" if seconds else "%H:%M")


def date_of(iso: str | None, later_s: float = 0.0) -> str:
    """YYYY-MM-DD of an ISO time, ``later_s`` after it."""
    at = local(iso)
    return DASH if at is None else (at + timedelta(seconds=later_s)).strftime("%Y-%m-%d")


def age(seconds: float) -> str:
    """How long ago: m:ss under an hour, then hours and minutes."""
    return minutes(seconds) if seconds < 3600 else f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d} h"

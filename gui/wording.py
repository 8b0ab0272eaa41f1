"""How numbers, times, states and names are said on every screen. Owns wording only; decides nothing."""

from __future__ import annotations

import math
from typing import Any

from gui.i18n import tr

DASH = "—"
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
        return f"{value:.0f}" if unit != "%" or size < 1 or size >= 99.95 or unit == "%" else f"{value:.1f}"
    if unit == "Pa":
        return _pressure(value)
    if unit == "kWh":
        return f"{value:.3f}" if size < 0.1 else f"{value:.2f}"
    return f"{value:.1f}"


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
    """pump-down -> Pump down."""
    words = words.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def clock_of(iso: str | None) -> str:
    """HH:MM:SS out of an ISO time."""
    return iso[11:19] if isinstance(iso, str) and len(iso) >= 19 else DASH

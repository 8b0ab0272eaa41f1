"""Where a value lies: track, usual band, pointer above, set-point notch below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.painting import box
from gui.theme import colour


@dataclass(frozen=True)
class Range:
    """Places on the bar as fractions of its length; None where there is nothing to mark."""

    pointer: float | None = None
    notch: float | None = None
    band: tuple[float, float] | None = None
    outside: str | None = None  #: token that fills the part beyond the band


def scale(value: float | None, setpoint: float | None, low: float, high: float) -> Range:
    """A range from numbers: round the set point (band ±5 %, assumed: usual) or over the whole span without one."""
    band = None
    if setpoint:
        band, low, high = (1 / 3, 2 / 3), 0.85 * setpoint, 1.15 * setpoint
    span = (high - low) or 1.0

    def place(number: float | None) -> float | None:
        return None if number is None else round(min(1.0, max(0.0, (number - low) / span)), 3)

    return Range(place(value), place(setpoint or None), band)


def range_bar(p: QPainter, x: float, y: float, w: float, model: Range, ink: str = "value") -> None:
    """Draw a bar 7 u high; pointer and notch stand 6 u over and under it."""
    box(p, (x, y, w, 7), "sunken", radius=3.5)
    if model.band:
        low, high = model.band
        box(p, (x + low * w, y, (high - low) * w, 7), "normal", radius=0)
        for edge in (low, high):
            box(p, (x + edge * w - 1, y - 1, 2, 9), "text3", radius=0)
        if model.outside and model.pointer is not None and not low <= model.pointer <= high:
            start, end = sorted((model.pointer, high if model.pointer > high else low))
            box(p, (x + start * w, y, (end - start) * w, 7), model.outside, radius=0)
    p.setPen(Qt.PenStyle.NoPen)
    if model.notch is not None:
        at = x + model.notch * w
        p.setBrush(colour("text2"))
        p.drawPolygon(QPolygonF([QPointF(at, y + 8), QPointF(at - 5, y + 14), QPointF(at + 5, y + 14)]))
    if model.pointer is not None:
        at = x + model.pointer * w
        p.setBrush(colour(ink))
        p.drawPolygon(QPolygonF([QPointF(at, y + 1), QPointF(at - 6, y - 7), QPointF(at + 6, y - 7)]))
        p.drawRect(QRectF(at - 1, y - 1, 2, 8))

"""Process symbols: bright fill = open or on, dark fill and a bar = closed or off, dashed with ? = not known."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.painting import box, hatch, icon, line, pen, text
from gui.theme import MEDIUM, SEMIBOLD, colour
from gui.widgets.tool_model import CLOSED, FAULT, MOVING, OPEN, UNKNOWN


def valve(p: QPainter, x: float, y: float, state: str, *, upright: bool = False, size: float = 24.0) -> None:
    """A bow-tie round (x, y)."""
    p.save()
    p.translate(x, y)
    if upright:
        p.rotate(90)
    half, high = size / 2, size * 0.4
    dashed = state in (UNKNOWN, FAULT)
    p.setPen(pen("equip_line", 2 if not dashed else 1.6, dashed=dashed))
    p.setBrush(colour("equip_on" if state in (OPEN, MOVING) else "card" if dashed else "equip_off"))
    for side in (-half, half):
        p.drawPolygon(QPolygonF([QPointF(0, 0), QPointF(side, -high), QPointF(side, high)]))
    if state == CLOSED:
        line(p, 0, -high, 0, high, "equip_line", 2.4)
    p.restore()
    if state == MOVING:
        icon(p, x + 6, y - 22, "loader", 16, "accent")
    elif dashed:
        icon(p, x + 6, y - 22, "circle-question-mark" if state == UNKNOWN else "circle-alert", 16, "text")


def throttle(p: QPainter, x: float, y: float, open_part: float | None) -> None:
    """A butterfly: its blade stands as far as it is open."""
    p.setPen(pen("equip_line", 2, dashed=open_part is None))
    p.setBrush(colour("equip_on" if open_part else "equip_off" if open_part == 0 else "card"))
    p.drawEllipse(QPointF(x, y), 14, 14)
    if open_part is not None:
        turn = math.radians(90.0 * min(1.0, max(0.0, open_part)))
        dx, dy = 12 * math.cos(turn), 12 * math.sin(turn)
        line(p, x - dx, y - dy, x + dx, y + dy, "equip_line", 3.4)


def pump(p: QPainter, x: float, y: float, on: bool | None, *, turbo: bool, r: float = 26.0) -> None:
    """A circle: blades for a turbo pump, narrowing lines for a dry pump."""
    p.setPen(pen("equip_line", 2, dashed=on is None))
    p.setBrush(colour("card" if on is None else "equip_on" if on else "equip_off"))
    p.drawEllipse(QPointF(x, y), r, r)
    ink = "equip_line" if on is not True else "alarm_line"
    if turbo:
        line(p, x, y - r * 0.7, x, y + r * 0.7, ink, 1.6)
        for i in (-1, 0, 1):
            line(p, x - r * 0.6, y + i * r * 0.36 - 3, x + r * 0.6, y + i * r * 0.36 + 3, ink, 1.6)
    else:
        side = math.sqrt(max(0.0, r * r - (r * 0.55) ** 2))
        for sign in (-1, 1):
            line(p, x - side, y + sign * r * 0.55, x + r * 0.96, y + sign * r * 0.26, ink, 1.6)


def plate(p: QPainter, rect: tuple[float, float, float, float], *, old: bool = False, strong: bool = False) -> None:
    """The ground of a value on the tool: raised, or hatched when what it shows is old."""
    if old:
        box(p, rect, "card", "line2", 8, 1.4, dashed=True)
        hatch(p, rect, 8)
    else:
        box(p, rect, "raised", "text3" if strong else "line2", 8, 1.4 if strong else 1.0)


def bubble(p: QPainter, rect: tuple[float, float, float, float], tag: str, value: str, unit: str, *, old: bool) -> None:
    """A gauge."""
    x, y, w, h = rect
    box(p, rect, "card" if old else "raised", "line2", h / 2, 1.2, dashed=old)
    if old:
        hatch(p, rect, h / 2)
    text(p, (x + 11, y, 26, h), tag, 13, MEDIUM, "text2")
    wide = text(p, (x + 36, y, w - 62, h), value, 19, SEMIBOLD, "text3" if old else "value")
    text(p, (x + 36 + wide + 5, y + 1, 26, h), unit, 13, token="text2")


def bar(
    p: QPainter, rect: tuple[float, float, float, float], part: float | None, tick: float | None, *, old: bool
) -> None:
    """A value as a bar with its set point as a tick."""
    x, y, w, h = rect
    box(p, rect, "sunken", radius=h / 2)
    if part is not None and part > 0.005:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(colour("text3" if old else "accent"))
        p.drawRoundedRect(QRectF(x, y, max(h, w * min(1.0, part)), h), h / 2, h / 2)
    if tick is not None and tick > 0:
        box(p, (x + w * min(1.0, tick) - 1, y - 3, 2.4, h + 6), "text", radius=0)

"""Alarm priorities by shape, colour and number. The only thing on screen that blinks, all in one phase."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from gui.painting import pen, text
from gui.theme import SEMIBOLD, colour


def badge(p: QPainter, x: float, y: float, size: float, priority: int, *, filled: bool = True) -> None:
    """A badge in the square at (x, y); ``filled`` False is the off phase of the blink, or a cleared alarm."""
    priority = min(4, max(1, priority))
    token = f"p{priority}"
    path = _shape(x, y, size, priority)
    p.setPen(pen("alarm_line", 1.6) if filled else pen(token, 2.4))
    p.setBrush(colour(token if filled else "raised"))
    p.drawPath(path)
    drop = size * (0.16 if priority == 2 else 0.0)
    ink = f"p{priority}_on" if filled else "text"
    text(p, (x, y + drop, size, size - drop), str(priority), max(12, round(size * 0.46)), SEMIBOLD, ink, "centre")


def lit(state: str, phase: bool) -> bool:
    """Whether a badge is filled: new ones blink, seen ones are steady, cleared ones an outline."""
    if state in ("new", "latched_new"):
        return phase
    return state != "cleared"


def _shape(x: float, y: float, s: float, priority: int) -> QPainterPath:
    path, edge = QPainterPath(), 1.0
    if priority == 1:
        m = s / 2
        corners = [(m, edge), (s - edge, m), (m, s - edge), (edge, m)]
    elif priority == 2:
        corners = [(s / 2, s * 0.05), (s - edge, s * 0.93), (edge, s * 0.93)]
    elif priority == 3:
        inset = s * 0.08
        corners = [(inset, inset), (s - inset, inset), (s - inset, s - inset), (inset, s - inset)]
    else:
        path.addEllipse(QRectF(x + s * 0.05, y + s * 0.05, s * 0.9, s * 0.9))
        return path
    path.addPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))
    path.closeSubpath()
    return path

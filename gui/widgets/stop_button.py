"""STOP: bottom right, always there, acts on press, asks nothing. Not a safety function: that is the red EMO button."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPolygonF

from gui.i18n import tr
from gui.painting import box, fitted, hatch, text
from gui.theme import MEDIUM, SEMIBOLD, colour
from gui.widgets.painted import Painted


@dataclass(frozen=True)
class Stop:
    """``active``: RF, gas or motion is on, or not known to be off. ``linked``: a press will arrive.

    ``able``: a press changes something. ``pressed``: it was struck a moment ago. ``said``: what became of it.
    """

    active: bool = True
    linked: bool = False
    able: bool = True
    pressed: bool = False
    said: tuple[str, str] = ("", "")


class StopButton(Painted):
    """160 × 92 u. Emits `struck` on press; never takes the focus, so that no Enter strikes it."""

    struck = Signal()

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(160, 92)
        self.show_model(Stop())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Strike. Without a link it is tried all the same; the look promises nothing."""
        self.struck.emit()

    def _told(self) -> None:
        m: Stop = self.model
        self.setAccessibleName(tr("STOP") if m.linked else tr("STOP has no link"))
        does = ", ".join(each for each in m.said if each) or tr("RF off, gas closed, vacuum held")
        self.setAccessibleDescription(does if m.linked else self._advice())

    def _advice(self) -> str:
        return tr("Press the red EMO button on the tool.")

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Stop = self.model
        if not m.linked:
            box(p, (0, 0, w, h), "sunken", "line2", 10, 2, dashed=True)
            hatch(p, (2, 2, w - 4, h - 4))
            text(p, (4, 12, w - 8, 24), tr("STOP has no link."), 16, SEMIBOLD, "text", "centre")
            text(p, (10, 38, w - 20, 42), self._advice(), 13, MEDIUM, "text", "centre", wrap=True)
            return
        red = m.active and m.able
        if red:
            box(p, (0, 0, w, h), "stop", radius=10)
        else:
            box(p, (0, 0, w, h), "raised", "p1", 10, 3)
        ink = "stop_on" if red else "p1"
        if m.pressed:  # a second edge inside: seen in the same instant, in both looks
            box(p, (5, 5, w - 10, h - 10), None, ink, 7, 4)
        if m.said[0]:
            text(p, (10, 12, w - 20, 28), m.said[0], 20, SEMIBOLD, ink, "centre")
            fitted(p, (12, 42, w - 24, 38), m.said[1], (14, 13), MEDIUM, ink if red else "text", "centre")
            return
        self._octagon(p, 36, h / 2, 20, ink, "stop" if red else "raised")
        text(p, (66, 16, w - 70, 36), tr("STOP"), 28, SEMIBOLD, ink)
        sub = tr("RF off · safe") if m.able else tr("run is ending")
        text(p, (66, 48, w - 70, 20), sub, 13, SEMIBOLD, ink if red else "text")

    def _octagon(self, p: QPainter, x: float, y: float, r: float, ink: str, hole: str) -> None:
        k = r * 0.414
        corners = [(-k, -r), (k, -r), (r, -k), (r, k), (k, r), (-k, r), (-r, k), (-r, -k)]
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(colour(ink))
        p.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))
        box(p, (x - 8, y - 8, 16, 16), hole, radius=2)

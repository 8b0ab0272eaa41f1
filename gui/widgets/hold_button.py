"""Hold to confirm: what makes energy or moves air starts only after a steady press."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath

from gui.i18n import tr
from gui.painting import as_many, box, fits, fitted, icon, text, width_of
from gui.theme import MEDIUM, REGULAR, SEMIBOLD, colour
from gui.widgets.steady import Steady


@dataclass(frozen=True)
class Hold:
    """What a hold button shows. ``why`` not empty blocks it, and cancels a hold under way."""

    text: str
    sub: str
    icon: str = "play"
    why: str = ""
    blocked_text: str = ""
    seconds: float = 1.5
    style: str = "primary"  #: primary, outline, command


class HoldButton(Steady):
    """Emits `confirmed` once a press lasted; cancels on release, slide-off, focus loss, hide and block.

    A tap on a blocked one emits `clicked`, so that the window can show all reasons.
    """

    @property
    def holding(self) -> bool:
        """A press is under way and counts."""
        return self._frames.isActive()

    @property
    def progress(self) -> float:
        """How much of the hold is done, 0..1."""
        if not self.holding or self.model is None:
            return 0.0
        return min(1.0, self._since.elapsed() / 1000 / float(self.model.seconds))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin, unless blocked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.down = True
            self._begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Sliding off cancels."""
        if not QRectF(self.rect()).contains(QPointF(event.position())):
            self.cancel()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Letting go cancels; on a blocked one it asks for the reasons."""
        blocked = self.model is not None and bool(self.model.why)
        asks = self.down and blocked and QRectF(self.rect()).contains(QPointF(event.position()))
        self.cancel()
        if asks:
            self.clicked.emit()

    def cancel(self) -> None:
        """Forget the press."""
        self.down = False
        super().cancel()

    def _begin(self) -> None:
        if self.model is not None and not self.model.why and self.isEnabled():
            super()._begin()

    def _advance(self) -> None:
        if self.progress >= 1.0:
            self.cancel()
            self.confirmed.emit()
        self.update()

    def _told(self) -> None:
        m: Hold = self.model
        self.setAccessibleName(m.text)
        self.setAccessibleDescription(m.why or m.sub)
        if m.why:
            self.cancel()

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Hold = self.model
        small = m.style == "command"
        if m.why:
            box(p, (0, 0, w, h), "sunken" if not small else None, "line2", 8, 1.4, dashed=True)
            ink, sign, head = "text2", "lock" if not small else m.icon, m.blocked_text or m.text
        else:
            ink = self._ground(p, w, h, m)
            sign, head = m.icon, m.text
        left = 46.0 if small else 62.0
        icon(p, 12 if small else 20, h / 2 - (12 if small else 14), sign, 24 if small else 28, ink)
        sizes = (15, 13) if small else (20, 15)
        middle = h / 2 if small else h * (0.30 if m.why else 0.36)
        weight = MEDIUM if small else SEMIBOLD
        if small:
            text(p, (left, middle - 21, w - left - 6, 21), head, sizes[0], weight, ink)
            short = not m.why or width_of(m.why, sizes[1]) <= w - left - 6
            sub = (m.why or m.sub) if short else tr("tap: why not")
            text(p, (left, middle, w - left - 6, 19), sub, sizes[1], REGULAR, ink)
        else:
            text(p, (left, middle - 14, w - left - 12, 28), head, sizes[0], weight, ink)
            room = (left, middle + 15, w - left - 12, h - middle - 22)
            said = as_many((m.why or m.sub).split("; "), "; ", lambda words: fits(words, room[2], room[3], 13))
            said = said if fits(said, room[2], room[3], 13) else tr("Tap to see why not.")
            fitted(p, room, said, (sizes[1], 14, 13), REGULAR, ink, top=True)
        self._focus_ring(p)

    def _ground(self, p: QPainter, w: float, h: float, m: Hold) -> str:
        primary = m.style == "primary"
        box(p, (0, 0, w, h), "accent" if primary else "raised", "accent" if m.style == "outline" else None, 8, 2)
        fill = QPainterPath()
        fill.addRoundedRect(QRectF(0, 0, w, h), 8, 8)
        p.save()
        p.setClipPath(fill)
        p.fillRect(QRectF(0, 0, w * self.progress, h), colour("accent2" if primary else "accent_soft"))
        p.restore()
        if m.style != "command":
            p.setOpacity(0.35)
            box(p, (10, h - 8, w - 20, 3), "on_accent" if primary else "line2", radius=1.5)
            p.setOpacity(1.0)
            box(p, (10, h - 8, (w - 20) * self.progress, 3), "on_accent" if primary else "text", radius=1.5)
        return "on_accent" if primary else "text"

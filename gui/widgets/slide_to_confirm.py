"""Slide to confirm: throws something away, so it takes a whole deliberate movement."""

from __future__ import annotations

from PySide6.QtGui import QMouseEvent, QPainter

from gui.painting import box, icon, text
from gui.theme import MEDIUM
from gui.widgets.steady import Steady

THUMB = 120.0
SPACE_S = 1.5


class SlideToConfirm(Steady):
    """At least 320 × 84 u; the model is its label. Emits `confirmed` when the thumb is let go at the far end."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)
        self.place = 0.0
        self._grip: float | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the thumb; elsewhere nothing happens."""
        x = event.position().x()
        if x <= 6 + THUMB:
            self._grip = x

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The thumb follows."""
        if self._grip is not None:
            self.place = min(1.0, max(0.0, (event.position().x() - self._grip) / self._travel()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """At the end it counts, elsewhere it goes back."""
        done = self._grip is not None and self.place >= 0.97
        self.cancel()
        if done:
            self.confirmed.emit()

    def cancel(self) -> None:
        """Back to the start."""
        self._grip, self.place = None, 0.0
        super().cancel()

    def _advance(self) -> None:
        self.place = min(1.0, self._since.elapsed() / 1000 / SPACE_S)
        if self.place >= 1.0:
            self.cancel()
            self.confirmed.emit()
        self.update()

    def _travel(self) -> float:
        return max(1.0, self.width() - 12 - THUMB)

    def _told(self) -> None:
        self.setAccessibleName(str(self.model))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        box(p, (0, 0, w, h), "sunken", "line2", h / 2, 1.2)
        left = 6 + self.place * self._travel()
        if self.place < 0.4:
            text(p, (6 + THUMB + 8, 0, w - THUMB - 40, h), str(self.model), 18, MEDIUM, "text", "centre")
        box(p, (left, 6, THUMB, h - 12), "accent2" if self.place else "accent", radius=(h - 12) / 2)
        icon(p, left + THUMB / 2 - 14, h / 2 - 14, "chevrons-right", 28, "on_accent")
        self._focus_ring(p, h / 2)

"""Base of what takes a steady press: a clock that runs while it is pressed, and everything that throws a press away.

Owns clock and cancelling. What a press is, and when it has lasted, is said by the hold button and the slide.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent

from gui.widgets.painted import Pressable

FRAME_MS = 16


class Steady(Pressable):
    """Emits `confirmed` at the end of a press; letting go, losing the focus and being hidden cancel it."""

    confirmed = Signal()

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self._since = QElapsedTimer()
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._advance)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space held is a press."""
        if event.key() != Qt.Key.Key_Space:
            event.ignore()
        elif not event.isAutoRepeat():
            self._begin()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space up cancels."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.cancel()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Losing the focus cancels."""
        self.cancel()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Being hidden cancels."""
        self.cancel()
        super().hideEvent(event)

    def let_go(self) -> None:
        """Forget a press that is under way."""
        self.cancel()

    def cancel(self) -> None:
        """Forget the press."""
        self._frames.stop()
        self.update()

    def _begin(self) -> None:
        self._since.start()
        self._frames.start()

    def _advance(self) -> None:
        """A frame of the press: shows how far it is, and emits `confirmed` when it has lasted."""
        raise NotImplementedError

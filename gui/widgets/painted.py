"""Base of every painted widget: draws its last model, and only again when the model is another one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.painting import pen


class Painted(QWidget):
    """Shows a model (any value that compares); subclasses draw it in `_paint`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: Any = None

    def show_model(self, model: Any) -> None:
        """Show a model; nothing is repainted when it equals the last one."""
        if model == self.model:
            return
        self.model = model
        self._told()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the model."""
        if self.model is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint(painter, float(self.width()), float(self.height()))
        painter.end()

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        raise NotImplementedError

    def _told(self) -> None:
        """Called after the model changed: accessible words are set here."""


class Pressable(Painted):
    """Acts on release inside, by finger, or by Enter and Space when it has the focus."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.down = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger comes down."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._set_down(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A finger goes up: it counts only inside."""
        was, inside = self.down, QRectF(self.rect()).contains(QPointF(event.position()))
        self._set_down(False)
        if was and inside:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space press it."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Drop the focus ring."""
        self._set_down(False)
        self.update()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint when enabled changes."""
        self.update()
        super().changeEvent(event)

    def let_go(self) -> None:
        """Forget a press that is under way."""
        self._set_down(False)

    def _set_down(self, down: bool) -> None:
        self.down = down
        self.update()

    def _focus_ring(self, p: QPainter, radius: float = 8) -> None:
        if self.hasFocus() and self.focus_by_key:
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(pen("text", 2))
            p.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    @property
    def focus_by_key(self) -> bool:
        """Whether the ring is worth drawing: a finger needs none."""
        window = self.window()
        return bool(window.property("keyboard"))

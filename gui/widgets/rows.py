"""A list of rows of one height, painted by the page; touch chooses, arrows move, and a long list scrolls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.painting import pen

SIDE = 6  #: between the rows and a scroll bar [u]
Paint = Callable[[QPainter, float, float, Any, bool], None]  #: painter, width, height, row, chosen


class Rows(QScrollArea):
    """`chosen` is emitted with a row's key (the first entry of each row is its key)."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, high: int, paint: Paint, *, choose: bool = True, gap: int = 0) -> None:
        super().__init__(parent)
        self.body = _Body(self, high, paint, choose, gap)
        self.setWidget(self.body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_rows(self, rows: list[tuple[Any, ...]], key: Any = None) -> None:
        """Show these rows, the one with this key as chosen."""
        if rows != self.body.rows or key != self.body.key:
            self.body.rows, self.body.key = rows, key
            self.body.setMinimumHeight(len(rows) * (self.body.high + self.body.gap))
            self.body.setAccessibleDescription("; ".join(str(row[0]) for row in rows[:50]))
            self.body.update()

    def keys_in_view(self) -> list[Any]:
        """Keys of the rows of which at least half is in view."""
        part, high = self.body.high + self.body.gap, self.body.high
        top = self.verticalScrollBar().value()
        foot = top + self.viewport().height()
        return [row[0] for i, row in enumerate(self.body.rows) if top <= i * part + high / 2 <= foot]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """What is shown."""
        return self.body.rows


class _Body(QWidget):
    def __init__(self, owner: Rows, high: int, paint: Paint, choose: bool, gap: int) -> None:
        super().__init__()
        self.owner, self.high, self.paint, self.gap = owner, high, paint, gap
        self.rows: list[tuple[Any, ...]] = []
        self.key: Any = None
        self._down: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choose else Qt.FocusPolicy.NoFocus)
        self._choose = choose

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only the rows in view."""
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        part = self.high + self.gap
        first, last = event.rect().top() // part, event.rect().bottom() // part
        for i in range(max(0, first), min(len(self.rows), last + 1)):
            p.save()
            p.translate(0, i * part)
            row = self.rows[i]
            here = self._choose and row[0] == self.key and self.key is not None
            self.paint(p, float(self.width() - SIDE), float(self.high), row, here)
            if here and self.hasFocus() and self.window().property("keyboard"):
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(pen("text", 2))
                p.drawRoundedRect(QRectF(1, 1, self.width() - SIDE - 2, self.high - 2), 8, 8)
            p.restore()
        p.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger comes down on a row."""
        self._down = self._at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It counts when it goes up on the same row."""
        if self._down is not None and self._down == self._at(event.position()):
            self._take(self._down)
        self._down = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self.rows:
            event.ignore()
            return
        here = next((i for i, row in enumerate(self.rows) if row[0] == self.key), -1)
        self._take(min(len(self.rows) - 1, max(0, here + step)))

    def _take(self, i: int) -> None:
        if self._choose and 0 <= i < len(self.rows):
            self.owner.ensureVisible(0, i * (self.high + self.gap) + self.high // 2, 0, self.high)
            self.owner.chosen.emit(self.rows[i][0])

    def _at(self, point: QPointF) -> int | None:
        i, inside = divmod(int(point.y()), self.high + self.gap)
        return i if 0 <= i < len(self.rows) and inside < self.high else None

"""A keyboard for names and notes, for panels without one. A scanner or a real keyboard types into the same line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit

from gui.i18n import tr
from gui.sheets.sheet import Sheet, TextButton
from gui.theme import font

ROWS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM_./")
LONGEST = 80


class TextPadSheet(Sheet):
    """`done(text)` is called with what was typed; an empty text is not taken."""

    wide, high = 900, 560

    def __init__(
        self, title: str, sub: str, start: str, done: Callable[[str], None], close: Callable[[], None]
    ) -> None:
        super().__init__()
        self.title_words, self.sub = title, sub
        self._done = done
        self.line = QLineEdit(start, self)
        self.line.setFont(font(20))
        self.line.setMaxLength(LONGEST)
        self.line.setAccessibleName(title)
        self.line.returnPressed.connect(self._finish)
        self.keys = [TextButton(self, sign, size=22) for row in ROWS for sign in row]
        for key in self.keys:
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            key.clicked.connect(lambda sign=key.model[0]: self.line.insert(sign))
        self.space, self.delete = TextButton(self, tr("Space"), size=16), TextButton(self, tr("Delete"), size=16)
        self.cancel, self.enter = TextButton(self, tr("Cancel"), "quiet"), TextButton(self, tr("Done"), "primary")
        for key in (self.space, self.delete):
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.space.clicked.connect(lambda: self.line.insert(" "))
        self.delete.clicked.connect(self.line.backspace)
        self.cancel.clicked.connect(close)
        self.enter.clicked.connect(self._finish)
        self.setFocusProxy(self.line)

    def _finish(self) -> None:
        words = self.line.text().strip()
        if words:
            self._done(words)

    def place(self, card: QRect) -> None:
        """The line, four rows of keys, and the foot."""
        x, y = card.x() + 28, card.y()
        self.line.setGeometry(x, y + 88, card.width() - 56, 64)
        for i, key in enumerate(self.keys):
            key.setGeometry(x + i % 10 * 85, y + 166 + i // 10 * 73, 79, 65)
        foot = y + card.height() - 88
        for button, left, wide in ((self.cancel, 0, 164), (self.space, 172, 320), (self.delete, 500, 160)):
            button.setGeometry(x + left, foot, wide, 64)
        self.enter.setGeometry(x + 668, foot, 176, 64)

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """Heading."""
        self.heading(p, self.title_words, self.sub)

"""All reasons why something cannot be done now."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from gui.i18n import tr
from gui.painting import height_of, icon, text
from gui.sheets.sheet import Sheet, TextButton


class ReasonsSheet(Sheet):
    """A list; one button to close it. A long list grows the card up to the page, then counts the rest."""

    wide = 640

    def __init__(self, title: str, reasons: list[str]) -> None:
        super().__init__()
        self.heading_words, self.reasons = title, reasons
        self.close_button = TextButton(self, tr("Close"))
        heights = [max(44.0, height_of(each, self.wide - 110, 16) + 18) for each in reasons]
        shown = 0
        while shown < len(heights) and sum(heights[: shown + 1]) <= 400:
            shown += 1
        self.rows = list(zip(reasons[:shown], heights[:shown], strict=True))
        self.more = len(reasons) - shown
        self.high = round(78 + sum(heights[:shown]) + (30 if self.more else 0) + 96)

    def says(self, title: str, reasons: list[str]) -> bool:
        """Whether this is what it shows."""
        return (self.heading_words, self.reasons) == (title, reasons)

    def place(self, card: QRect) -> None:
        """The button at the foot."""
        self.close_button.setGeometry(card.x() + card.width() - 228, card.y() + card.height() - 84, 200, 64)

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """Heading and reasons."""
        self.heading(p, self.heading_words, "")
        y = 74.0
        for words, high in self.rows:
            icon(p, 30, y + 8, "circle-alert", 24, "text")
            text(p, (68, y + 9, w - 100, high), words, 16, wrap=True, top=True)
            y += high
        if self.more:
            text(p, (68, y, w - 100, 24), tr("and {n} more", n=self.more), 15, token="text2")

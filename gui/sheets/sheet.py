"""Base of all sheets: a veil over page, commands and navigation, a card on it, and holes for title panel and STOP."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from gui.painting import box, text
from gui.theme import MEDIUM, REGULAR, SEMIBOLD, colour
from gui.widgets.painted import Pressable

TITLE_HIGH = 84
STOP_ROOM = QRect(-174, -106, 174, 106)  #: from the lower right corner: STOP and a hand's breadth around it
VEIL = 0.42


class Sheet(QWidget):
    """A card of a fixed size in the middle of the page. Esc closes it."""

    wide, high = 620, 470
    framed = False  #: a dark frame, for what must not be overlooked

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)

    def card(self) -> QRect:
        """Where the card lies in the sheet, centred over the page."""
        page_wide, page_high = self.width() - 176, self.height() - 76
        return QRect((page_wide - self.wide) // 2, max(12, (page_high - self.high) // 2), self.wide, self.high)

    def fit(self, window_size: QRect) -> None:
        """Lie over the window but for title panel and STOP; the holes let touches through."""
        self.setGeometry(0, TITLE_HIGH, window_size.width(), window_size.height() - TITLE_HIGH)
        hole = STOP_ROOM.translated(self.width(), self.height())
        self.setMask(QRegion(self.rect()) - QRegion(hole))
        self.place(self.card())

    def place(self, card: QRect) -> None:
        """Put the children on the card."""

    def refresh(self) -> None:
        """Show the picture of this moment."""

    def dress(self, theme: str) -> None:
        """The theme has changed."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Veil and card."""
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colour("veil"))
        veil.setAlphaF(VEIL)
        p.fillRect(self.rect(), veil)
        card = self.card()
        rect = (float(card.x()), float(card.y()), float(card.width()), float(card.height()))
        box(p, rect, "card", "text" if self.framed else None, 14, 3)
        p.translate(card.topLeft())
        self.draw(p, float(card.width()), float(card.height()))
        p.end()

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """Draw what is not a child; (0, 0) is the card's corner."""

    def heading(self, p: QPainter, words: str, sub: str = "", left: float = 28) -> None:
        """The two lines at the top of most sheets."""
        text(p, (left, 18, self.wide - left - 24, 36), words, 24, SEMIBOLD)
        text(p, (left, 54, self.wide - left - 24, 24), sub, 15, token="text2")


class TextButton(Pressable):
    """A plain key or answer of a sheet; the model is (words, style, chosen)."""

    def __init__(self, parent: QWidget, words: str, style: str = "raised", size: int = 18) -> None:
        super().__init__(parent)
        self.size_u = size
        self.show_model((words, style, False))

    def choose(self, chosen: bool) -> None:
        """Mark as the chosen one of several."""
        words, style, _ = self.model
        self.show_model((words, style, chosen))

    def _told(self) -> None:
        self.setAccessibleName(self.model[0])

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        words, style, chosen = self.model
        ink = "text"
        if chosen:
            box(p, (0, 0, w, h), "accent_soft", "accent", 8, 2)
        elif style == "primary":
            box(p, (0, 0, w, h), "accent2" if self.down else "accent", radius=8)
            ink = "on_accent"
        elif style == "quiet":
            box(p, (0, 0, w, h), "accent_soft" if self.down else None, "line2", 8, 1.2)
        else:
            box(p, (0, 0, w, h), "accent_soft" if self.down else "raised", radius=8)
        weight = SEMIBOLD if style == "primary" else MEDIUM if self.size_u < 26 else REGULAR
        text(p, (6, 0, w - 12, h), words, self.size_u, weight, ink, "centre")
        self._focus_ring(p)

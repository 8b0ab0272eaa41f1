"""Throw the rest of the recipe away: takes a whole slide."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from gui.i18n import tr
from gui.painting import text
from gui.sheets.sheet import Sheet, TextButton
from gui.widgets.slide_to_confirm import SlideToConfirm


class AbortSheet(Sheet):
    """`abort()` is called when the slide arrives."""

    wide, high = 620, 350

    def __init__(self, abort: Callable[[], None], close: Callable[[], None]) -> None:
        super().__init__()
        self.slide = SlideToConfirm(self)
        self.slide.show_model(tr("Slide to abort"))
        self.slide.confirmed.connect(abort)
        self.close_button = TextButton(self, tr("Go on with the run"), "quiet")
        self.close_button.clicked.connect(close)

    def place(self, card: QRect) -> None:
        """The slide over the way out."""
        self.slide.setGeometry(card.x() + 28, card.y() + 156, 564, 84)
        self.close_button.setGeometry(card.x() + 28, card.y() + 258, 564, 64)

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """What an abort means."""
        self.heading(p, tr("Abort this run?"))
        said = tr(
            "Everything goes off at once and the rest of the recipe is thrown away. "
            "The run cannot be resumed; the mask needs a look before it is used."
        )
        text(p, (28, 62, w - 56, 84), said, 16, token="text2", wrap=True, top=True)

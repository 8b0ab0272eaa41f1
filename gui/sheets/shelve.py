"""Put an alarm aside for a while, with a reason. It comes back by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from gui.i18n import tr
from gui.painting import box, fitted, text
from gui.sheets.sheet import Sheet, TextButton
from gui.store import priority_of
from gui.theme import MEDIUM, REGULAR, SEMIBOLD
from gui.widgets.alarm_badge import badge
from gui.widgets.command_button import Command, CommandButton
from gui.widgets.painted import Pressable
from gui.wording import clock_of

TIMES = ((900, "15 min"), (3600, "1 h"), (4 * 3600, "4 h"), (8 * 3600, "8 h"))
REASONS = ("Sensor fault, work order open", "Maintenance in progress", "Known, waiting for part")


class Radio(Pressable):
    """(words, chosen)."""

    def _told(self) -> None:
        self.setAccessibleName(self.model[0])

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        words, chosen = self.model
        box(p, (4, h / 2 - 13, 26, 26), "raised", "accent" if chosen else "line2", 13, 2 if chosen else 1.4)
        if chosen:
            box(p, (10, h / 2 - 7, 14, 14), "accent", radius=7)
        text(p, (44, 0, w - 48, h), words, 16, MEDIUM if chosen else REGULAR)
        self._focus_ring(p)


class ShelveSheet(Sheet):
    """`shelve(seconds, why)` is called once."""

    wide, high = 620, 500

    def __init__(
        self, alarm: dict[str, Any], utc: str | None, shelve: Callable[[int, str], None], close: Callable[[], None]
    ) -> None:
        super().__init__()
        self.alarm, self.utc = alarm, utc
        self.seconds, self.why = TIMES[1][0], REASONS[0]
        self.times = [TextButton(self, tr(words)) for _, words in TIMES]
        for button, (seconds, _) in zip(self.times, TIMES, strict=True):
            button.clicked.connect(lambda seconds=seconds: self._choose(seconds=seconds))
        self.reasons = [Radio(self) for _ in REASONS]
        for radio, words in zip(self.reasons, REASONS, strict=True):
            radio.clicked.connect(lambda words=words: self._choose(why=words))
        self.cancel, self.go = TextButton(self, tr("Cancel"), "quiet"), CommandButton(self)
        self.cancel.clicked.connect(close)
        self.go.clicked.connect(lambda: shelve(self.seconds, self.why))
        self._choose()

    def _choose(self, seconds: int | None = None, why: str | None = None) -> None:
        self.seconds, self.why = seconds or self.seconds, why or self.why
        for button, (each, _) in zip(self.times, TIMES, strict=True):
            button.choose(each == self.seconds)
        for radio, words in zip(self.reasons, REASONS, strict=True):
            radio.show_model((tr(words), words == self.why))
        until = clock_of(self.utc, self.seconds, seconds=False)
        self.go.show_model(Command(tr("Shelve until {time}", time=until), "timer", style="primary"))

    def place(self, card: QRect) -> None:
        """Times in a row, reasons in a column, answers at the foot."""
        x, y = card.x(), card.y()
        for i, button in enumerate(self.times):
            button.setGeometry(x + 28 + i * 142, y + 122, 132, 64)
        for i, radio in enumerate(self.reasons):
            radio.setGeometry(x + 24, y + 224 + i * 56, 560, 48)
        self.cancel.setGeometry(x + 28, y + card.height() - 92, 200, 68)
        self.go.setGeometry(x + 244, y + card.height() - 92, 348, 68)

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """Badge and headings."""
        badge(p, 28, 28, 40, priority_of(self.alarm))
        fitted(p, (84, 12, w - 100, 42), tr("Shelve: {alarm}", alarm=self.alarm.get("name")), (22, 18, 15), MEDIUM)
        said = tr("It stays hidden from the banner, then comes back by itself.")
        text(p, (84, 52, w - 100, 24), said, 15, token="text2")
        text(p, (28, 94, 300, 22), tr("How long"), 14, SEMIBOLD, "text2")
        text(p, (28, 198, 300, 22), tr("Why"), 14, SEMIBOLD, "text2")

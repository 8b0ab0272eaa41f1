"""The nine buttons at the bottom: same order, same words, on every page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.i18n import tr
from gui.painting import box, icon, text
from gui.theme import MEDIUM, SEMIBOLD, colour
from gui.widgets.alarm_badge import badge
from gui.widgets.painted import Pressable

#: page -> (word, icon), in the order of F1 to F9
PLACES = {
    "overview": ("Overview", "layout-dashboard"),
    "run": ("Run", "play"),
    "recipes": ("Recipes", "list-ordered"),
    "trends": ("Trends", "chart-line"),
    "metrology": ("Metrology", "scan"),
    "energy": ("Energy", "leaf"),
    "alarms": ("Alarms", "bell"),
    "service": ("Service", "wrench"),
    "users": ("Users", "users"),
}


@dataclass(frozen=True)
class Place:
    """One button: its word, icon, whether its page is shown, and the badge of the alarms' one."""

    word: str
    icon: str
    here: bool = False
    alarm: int | None = None
    lit: bool = True


class NavButton(Pressable):
    """One page."""

    def _told(self) -> None:
        self.setAccessibleName(self.model.word)

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Place = self.model
        if m.here or self.down:
            box(p, (4, 4, w - 8, h - 10), "card", radius=8)
        if m.here:
            box(p, (w / 2 - 24, 4, 48, 4), "accent", radius=2)
        ink = "text" if m.here else "text2"
        icon(p, w / 2 - 14, 14, m.icon, 28, ink)
        text(p, (2, 41, w - 4, 22), m.word, 15, SEMIBOLD if m.here else MEDIUM, ink, "centre")
        if m.alarm is not None:
            badge(p, w / 2 + 10, 4, 28, m.alarm, filled=m.lit)
        self._focus_ring(p)


class Navigation(QWidget):
    """All nine; emits the name of the page that was chosen."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: dict[str, NavButton] = {}
        for name in PLACES:
            button = NavButton(self)
            button.clicked.connect(lambda page=name: self.chosen.emit(page))
            self.buttons[name] = button

    def show_place(self, here: str, alarm: int | None, lit: bool) -> None:
        """Mark the page shown, and the most urgent alarm."""
        for name, (word, sign) in PLACES.items():
            urgent = alarm if name == "alarms" else None
            self.buttons[name].show_model(Place(tr(word), sign, name == here, urgent, lit or urgent is None))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Nine equal parts."""
        part = self.width() / len(self.buttons)
        for i, button in enumerate(self.buttons.values()):
            button.setGeometry(round(i * part), 0, round((i + 1) * part) - round(i * part), self.height())

    def paintEvent(self, event: object) -> None:
        """The ground."""
        p = QPainter(self)
        p.fillRect(self.rect(), colour("chrome"))
        p.end()

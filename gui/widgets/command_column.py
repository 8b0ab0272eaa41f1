"""The commands of the page, at the right edge, top down; in the demo a plate that says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gui.i18n import tr
from gui.painting import box, icon, text
from gui.theme import MEDIUM, SEMIBOLD, colour
from gui.widgets.command_button import Command, CommandButton
from gui.widgets.hold_button import Hold, HoldButton

TOP, HIGH, WIDE, GAP, WIDE_GAP = 12, 64, 152, 8, 20


class Offered(Protocol):
    """A command, as pages make it."""

    @property
    def shows(self) -> Command | Hold: ...  # noqa: D102
    @property
    def act(self) -> Callable[[], None]: ...  # noqa: D102
    @property
    def gap(self) -> bool: ...  # noqa: D102


class CommandColumn(QWidget):
    """Keeps one button a place, as long as the kind of command in that place stays the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: list[CommandButton | HoldButton] = []
        self.acts: list[Callable[[], None]] = []
        self.demo = False

    def show_offers(self, offers: Sequence[Offered], demo: bool) -> None:
        """Show these commands and no others."""
        self.acts = [each.act for each in offers]
        y = TOP
        for place, offer in enumerate(offers):
            button = self._button(place, isinstance(offer.shows, Hold))
            y += WIDE_GAP - GAP if offer.gap and place else 0
            button.setGeometry(12, y, WIDE, HIGH)
            if button.model is not None and button.model.text != offer.shows.text:
                button.let_go()  # a press that began on another command must not end on this one
            button.show_model(offer.shows)
            button.show()
            y += HIGH + GAP
        for button in self.buttons[len(offers) :]:
            button.hide()
        if demo != self.demo:
            self.demo = demo
            self.update()

    def press(self, place: int) -> None:
        """A key asks for a command: a tap acts, a hold takes the focus, so that Space can be held."""
        if place >= len(self.acts):
            return
        button = self.buttons[place]
        if isinstance(button, HoldButton):
            button.setFocus()
        else:
            self.acts[place]()

    def _button(self, place: int, hold: bool) -> CommandButton | HoldButton:
        wanted = HoldButton if hold else CommandButton
        if place < len(self.buttons) and type(self.buttons[place]) is wanted:
            return self.buttons[place]
        made = wanted(self)
        made.clicked.connect(lambda: self._act(place))
        if isinstance(made, HoldButton):
            made.confirmed.connect(lambda: self._act(place))
        if place < len(self.buttons):
            self.buttons[place].hide()
            self.buttons[place].deleteLater()
            self.buttons[place] = made
        else:
            self.buttons.append(made)
        return made

    def _act(self, place: int) -> None:
        if place < len(self.acts):
            self.acts[place]()

    def paintEvent(self, event: object) -> None:
        """The ground and the demo's plate."""
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.fillRect(self.rect(), colour("chrome"))
        if self.demo:
            y = float(self.height() - 180)
            box(p, (12, y, WIDE, 52), "card", "sim", 8, 1.5, dashed=True)
            icon(p, 22, y + 14, "flask-conical", 24, "sim")
            text(p, (54, y + 7, 108, 20), tr("Simulator"), 14, SEMIBOLD, "sim")
            text(p, (54, y + 26, 108, 18), tr("demo users"), 13, MEDIUM, "sim")
        p.end()

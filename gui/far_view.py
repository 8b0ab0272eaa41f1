"""Overview after a minute without a touch: a few words that can be read from across the room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent, QPainter

from gui.i18n import tr
from gui.painting import as_many, box, fitted, icon, largest, text, width_of
from gui.store import TagStore
from gui.theme import MEDIUM, REGULAR, SEMIBOLD, colour
from gui.titles import banner, headline
from gui.widgets.alarm_badge import badge
from gui.widgets.hero import glance
from gui.widgets.painted import Painted
from gui.widgets.step_bar import Bar, step_bar


@dataclass(frozen=True)
class Far:
    """What can be read from across the room."""

    state: str
    sub: str
    mask: str
    recipe: str
    number: str
    under: str
    bar: Bar
    alarm: tuple[int, str, str, bool] | None = None  #: priority, name, text, lit


def far_of(store: TagStore, lit: bool) -> Far:
    """The run in a few large words, or the alarm that matters most."""
    head, run, top = headline(store), glance(store), banner(store, lit)
    alarm = None if top.priority is None or not top.id else (top.priority, top.words, top.sub, top.filled)
    return Far(head.word, run.step, run.mask, run.recipe, run.number, run.under, run.bar, alarm)


class FarView(Painted):
    """Overview after a minute without a touch. Any touch returns, and does nothing else."""

    touched = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Back to the page."""
        self.touched.emit()

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Far = self.model
        p.fillRect(self.rect(), colour("bg"))
        box(p, (12, 12, w - 24, h - 24))
        right = w - 48
        room = w - 96 - 340
        if m.alarm is None:
            text(p, (48, 34, room, 110), m.state, largest(m.state, room, (88, 76, 64), SEMIBOLD), SEMIBOLD)
            text(p, (48, 136, room, 50), m.sub, largest(m.sub, room, (38, 32, 26), MEDIUM), MEDIUM, "text2", free=True)
            text(p, (right - 440, 56, 440, 70), m.mask, 56, SEMIBOLD, align="right", ids=True, free=True)
            text(p, (right - 440, 136, 440, 50), m.recipe, 36, REGULAR, "text2", "right", free=True)
        else:
            self._alarm(p, w, *m.alarm)
            text(p, (right - 400, 330, 400, 50), m.mask, 40, SEMIBOLD, align="right", ids=True, free=True)
        size = largest(m.number, 645, (230, 180, 140, 110), SEMIBOLD)
        text(p, (40, 196, 660, 220), m.number, size, SEMIBOLD, "value")
        text(p, (right - 330, 266, 330, 60), m.under, largest(m.under, 330, (44, 36, 28)), REGULAR, "text2", "right")
        step_bar(p, 48, h - 184, w - 96, 92, m.bar, labels=False)
        icon(p, 48, h - 64, "arrow-right", 24, "text2")
        text(p, (82, h - 66, 500, 28), tr("Touch anywhere for details"), 18, token="text2")

    def _alarm(self, p: QPainter, w: float, priority: int, name: str, said: str, lit: bool) -> None:
        badge(p, 46, 40, 124, priority, filled=lit)
        size = largest(name, w - 250, (64, 52, 42, 34), SEMIBOLD)
        fitted(p, (198, 36, w - 240, 88), name, (size, 30), SEMIBOLD)
        room = w - 260
        shown = as_many(said.split(" · "), " · ", lambda words: width_of(words, 22) <= room)
        fitted(p, (200, 122, room, 62), shown, (32, 26, 24, 22), token="text2")

"""A command of the right column, a tile of a list, a choice: one button that says why it cannot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont, QPainter

from gui.i18n import tr
from gui.painting import box, fits, height_of, icon, text
from gui.theme import MEDIUM, REGULAR, SEMIBOLD
from gui.widgets.painted import Pressable


@dataclass(frozen=True)
class Command:
    """What a button shows. ``why`` not empty = it cannot be done now, and this is the reason."""

    text: str
    icon: str = ""
    sub: str = ""
    why: str = ""
    style: str = "raised"  #: raised, quiet, primary
    selected: bool = False
    busy: bool = False


class CommandButton(Pressable):
    """At least 64 u high. A blocked one can be tapped too: the window then shows all reasons."""

    def _told(self) -> None:
        m: Command = self.model
        self.setAccessibleName(m.text)
        self.setAccessibleDescription(m.why or m.sub)

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Command = self.model
        ink = "text"
        if m.why:
            box(p, (0, 0, w, h), None, "line2", 8, 1.2, dashed=True)
            ink = "text2"
        elif m.style == "primary":
            box(p, (0, 0, w, h), "accent2" if self.down else "accent", radius=8)
            ink = "on_accent"
        elif self.down or m.selected:
            box(p, (0, 0, w, h), "accent_soft", "accent", 8, 2)
        elif m.style == "quiet":
            box(p, (0, 0, w, h), None, "line2", 8, 1.2)
        else:
            box(p, (0, 0, w, h), "raised", radius=8)
        self._words(p, w, h, m, ink)
        self._focus_ring(p)

    def _words(self, p: QPainter, w: float, h: float, m: Command, ink: str) -> None:
        sub = m.sub
        if m.busy:
            sub = "…"
        left = 12.0
        if m.icon:
            icon(p, 12, h / 2 - 12, m.icon, 24, ink)
            left = 46.0
        if m.why and not m.busy:
            head = min(height_of(m.text, w - left - 8, 15, MEDIUM), 40)
            sub = m.why if fits(m.why, w - left - 8, h - head - 6, 13) else tr("tap: why not")
        big = m.style == "primary"
        size, weight = (18, SEMIBOLD) if big else (15, MEDIUM)
        room = w - left - 8
        if not m.icon and not sub:
            text(p, (8, 0, w - 16, h), m.text, size, weight, ink, "centre", wrap=True)
        elif not sub:
            text(p, (left, 0, room, h), m.text, size, weight, ink, wrap=True)
        else:
            self._two(p, left, room, h, m, sub, size, weight, ink)

    def _two(
        self,
        p: QPainter,
        left: float,
        room: float,
        h: float,
        m: Command,
        sub: str,
        size: int,
        weight: QFont.Weight,
        ink: str,
    ) -> None:
        small = 13
        head = min(height_of(m.text, room, size, weight), 40)
        tail = min(height_of(sub, room, small), h - head - 6)
        top = max(2.0, (h - head - tail - 2) / 2)
        text(p, (left, top, room, head), m.text, size, weight, ink, wrap=True, top=True)
        soft = ink if ink == "on_accent" else "text2"
        if tail < 30:
            text(p, (left, top + head, room, 18), sub, small, REGULAR, soft)
        else:
            text(p, (left, top + head, room, tail), sub, small, REGULAR, soft, wrap=True, top=True)

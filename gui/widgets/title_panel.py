"""The title panel: page and tool, state, alarm banner, who works, clock. Same place on every page, never covered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.i18n import tr
from gui.painting import as_many, box, fitted, icon, largest, line, text, width_of
from gui.theme import MEDIUM, SEMIBOLD, colour
from gui.titles import Banner, Headline
from gui.widgets.alarm_badge import badge
from gui.widgets.painted import Painted, Pressable


class Identity(Painted):
    """(page, tool, demo): which page of which tool, and whether the tool is a simulator."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        page, tool, demo = self.model
        self._mark(p)
        text(p, (74, 14, w - 76, 30), page, 22, MEDIUM)
        if demo:
            x = 74 + width_of(page, 22, MEDIUM) + 8
            box(p, (x, 18, 48, 24), None, "sim", 6, 1.5, dashed=True)
            text(p, (x, 18, 48, 24), tr("SIM"), 14, SEMIBOLD, "sim", "centre")
        text(p, (74, 45, w - 80, 22), tool, largest(tool, w - 80, (15, 14, 13)), token="text2", free=True)

    def _mark(self, p: QPainter) -> None:
        box(p, (14, 18, 48, 48), "card", radius=10)
        p.setPen(colour("accent"))
        p.setBrush(colour("card"))
        p.drawEllipse(20, 24, 36, 36)
        box(p, (26, 30, 24, 24), "card", radius=0)
        box(p, (28, 32, 20, 20), "text", radius=3)


class StateCard(Painted):
    """State of the unit in the largest words of the panel."""

    def _told(self) -> None:
        m: Headline = self.model
        self.setAccessibleName(tr("State"))
        self.setAccessibleDescription(f"{m.word}, {m.sub}")

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Headline = self.model
        box(p, (0, 0, w, h), "card")
        icon(p, 14, h / 2 - 18, m.icon, 36)
        size = largest(m.word, w - 66, (30, 27, 24), SEMIBOLD)
        text(p, (58, 3, w - 64, 38), m.word, size, SEMIBOLD)
        text(p, (58, 39, w - 62, 20), m.sub, largest(m.sub, w - 64, (14, 13), MEDIUM), MEDIUM, "text2")


class AlarmBanner(Pressable):
    """The alarm that matters most. A tap shows it on its page; Ack says that it was seen."""

    acknowledged = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ack = AckButton(self)
        self.ack.show_model(tr("Ack"))
        self.ack.clicked.connect(lambda: self.acknowledged.emit(self.model.id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ack at the right end."""
        self.ack.setGeometry(self.width() - 86, 6, 78, self.height() - 12)

    def _told(self) -> None:
        m: Banner = self.model
        self.ack.setVisible(bool(m.id))
        self.setAccessibleName(m.words)
        self.setAccessibleDescription(m.sub)

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Banner = self.model
        if m.priority is None:
            box(p, (0, 0, w, h), None, "line2", 10, 1.2)
            icon(p, 18, h / 2 - 12, "bell", 24, "text2")
            text(p, (56, 0, w - 66, h), m.words, 16, MEDIUM, "text2")
        else:
            self._frame(p, w, h, m.priority)
            badge(p, 12, h / 2 - 21, 42, m.priority, filled=m.filled)
            room = w - 70 - (94 if m.id else 12)
            long = width_of(m.words, 13, MEDIUM) > room
            fitted(p, (66, 6, room, 36 if long else 28), m.words, (18, 16, 15, 14, 13), MEDIUM)
            if not long:
                said = as_many(m.sub.split(" · "), " · ", lambda words: width_of(words, 13) <= room)
                fitted(p, (66, 35, room, 20), said, (14, 13), token="text2")
            else:
                text(p, (66, 40, room, 18), m.sub.split(" · ")[0], 13, token="text2")
        self._focus_ring(p, 10)

    def _frame(self, p: QPainter, w: float, h: float, priority: int) -> None:
        box(p, (0, 0, w, h), "alarm_line")
        box(p, (1, 1, w - 2, h - 2), f"p{priority}", radius=9)
        box(p, (4, 4, w - 8, h - 8), "alarm_line", radius=7)
        box(p, (5, 5, w - 10, h - 10), "raised", radius=6)


class AckButton(Pressable):
    """Ack in the banner; the model is its word."""

    def _told(self) -> None:
        self.setAccessibleName(tr("Acknowledge"))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        box(p, (0, 0, w, h), "accent_soft" if self.down else "card", "line2", 8, 1.2)
        text(p, (0, 0, w, h), str(self.model), 16, MEDIUM, "text", "centre")
        self._focus_ring(p)


class Who(Pressable):
    """Line and control, and the user; a tap logs in or out."""

    def _told(self) -> None:
        self.setAccessibleName(str(self.model[3]))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        sign, words, sign2, words2 = self.model
        if self.down:
            box(p, (0, 0, w, h), "accent_soft", radius=8)
        for y, mark, said in ((6, sign, words), (37, sign2, words2)):
            icon(p, 4, y + 1, mark, 20, "text2")
            size = largest(said, w - 34, (14, 13), MEDIUM)
            text(p, (30, y, w - 32, 22), said, size, MEDIUM, "text2", free=True)
        self._focus_ring(p)


class Clock(Painted):
    """(time, date)."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        time, date = self.model
        line(p, 0.5, 18, 0.5, h - 18, "line2", 1.2)
        text(p, (4, 12, w - 16, 34), time, 25, SEMIBOLD, align="right")
        text(p, (4, 46, w - 16, 22), date, 15, token="text2", align="right")


class TitlePanel(QWidget):
    """84 u high, over the whole width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.identity, self.state, self.clock = Identity(self), StateCard(self), Clock(self)
        self.banner, self.who = AlarmBanner(self), Who(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns of the design guide, section 4; the banner takes what is left."""
        w = self.width()
        self.identity.setGeometry(0, 0, 232, 84)
        self.state.setGeometry(236, 10, 252, 64)
        self.banner.setGeometry(500, 10, w - 356 - 500, 64)
        self.who.setGeometry(w - 350, 10, 208, 64)
        self.clock.setGeometry(w - 136, 0, 136, 84)

    def paintEvent(self, event: object) -> None:
        """The ground."""
        p = QPainter(self)
        p.fillRect(self.rect(), colour("chrome"))
        p.end()

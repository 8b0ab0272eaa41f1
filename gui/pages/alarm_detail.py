"""One alarm: what it means, what to do, what happens otherwise, its last minute, and three answers."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.feed import Feed
from gui.i18n import tr
from gui.pages.alarm_cards import Words, words_height
from gui.pages.alarm_models import limit_of, tag_of
from gui.pages.page import Shell
from gui.painting import box
from gui.sheets.shelve import ShelveSheet
from gui.store import priority_of
from gui.titles import UNSEEN
from gui.widgets.command_button import Command, CommandButton
from gui.widgets.plot_card import PlotCard
from gui.wording import tag_words, with_unit

TREND_S = 60
TREND_HIGH = 84
TREND_TICKS = 10
TREND_POINTS = 240


class AlarmDetail(QWidget):
    """The right card of the Alarms page."""

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent)
        self.shell = shell
        self.alarm: dict[str, Any] | None = None
        self.words = Words(self)
        self.trend = PlotCard(self, ground="raised", top=28, times=False)
        self.ack, self.tool, self.shelve = CommandButton(self), CommandButton(self), CommandButton(self)
        self.ack.clicked.connect(self._acknowledge)
        self.tool.clicked.connect(lambda: shell.go("overview"))
        self.shelve.clicked.connect(self._shelve)
        self.feed = Feed(shell.verbs, "trend", TREND_TICKS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Answers at the foot, trend over them, words above."""
        w, h = self.width(), self.height()
        half = (w - 28 - 10) // 2
        self.ack.setGeometry(14, h - 150, w - 28, 66)
        self.tool.setGeometry(14, h - 76, half, 64)
        self.shelve.setGeometry(14 + half + 10, h - 76, half, 64)
        self.trend.setGeometry(14, h - 150 - TREND_HIGH - 8, w - 28, TREND_HIGH)
        self._words_room()

    def _words_room(self) -> None:
        foot = 150 + (TREND_HIGH + 8 if self.trend.isVisibleTo(self) else 0)
        self.words.setGeometry(0, 0, self.width(), self.height() - foot - 8)

    def show_alarm(self, alarm: dict[str, Any] | None) -> None:
        """Show this one, or that there is none."""
        self.alarm = alarm
        for button in (self.ack, self.tool, self.shelve):
            button.setVisible(alarm is not None)
        if alarm is None:
            self.trend.hide()
            self._words_room()
            self.words.show_model((4, False, "", "", [], ""))
            return
        blink = alarm.get("state") in ("new", "latched_new")
        filled = alarm.get("state") != "cleared" and (self.shell.lit or not blink)
        to_do = [str(each) for each in alarm.get("to_do") or []][:3]
        said = (str(alarm.get("means") or ""), to_do, str(alarm.get("otherwise") or ""))
        self.words.show_model((priority_of(alarm), filled, str(alarm.get("name")), *said))
        self._answers(alarm)
        self._trend(alarm)

    def _answers(self, alarm: dict[str, Any]) -> None:
        ack = self._why_not_ack(alarm)
        self.ack.show_model(Command(tr("Acknowledge"), "check", "", ack[0] if ack else "", "primary"))
        self.tool.show_model(Command(tr("Show on tool"), "circle-dot"))
        shelve = self._why_not_shelve(alarm)
        self.shelve.show_model(Command(tr("Shelve"), "timer", "", shelve[0] if shelve else ""))

    def _why_not_ack(self, alarm: dict[str, Any]) -> list[str]:
        seen = [] if alarm.get("state") in UNSEEN else [tr("Already seen.")]
        return seen + self.shell.verbs.reasons("acknowledge")

    def _why_not_shelve(self, alarm: dict[str, Any]) -> list[str]:
        ours = []
        if priority_of(alarm) == 1:
            ours.append(tr("not for priority 1"))
        elif (self.shell.store.user or {}).get("role") == "operator":
            ours.append(tr("needs an engineer"))
        if alarm.get("shelved_until_s") is not None:
            ours.append(tr("Already put aside."))
        return ours + self.shell.verbs.reasons("shelve")

    def _acknowledge(self) -> None:
        if self.alarm is None:
            return
        why = self._why_not_ack(self.alarm)
        if why:
            self.shell.show_reasons(tr("Not now: {what}", what=tr("Acknowledge")), why)
        else:
            self.shell.verbs.do("acknowledge", alarm=self.alarm["id"])

    def _shelve(self) -> None:
        alarm = self.alarm
        if alarm is None:
            return
        why = self._why_not_shelve(alarm)
        if why:
            self.shell.show_reasons(tr("Not now: {what}", what=tr("Shelve")), why)
            return

        def go(seconds: int, reason: str) -> None:
            self.shell.close_sheet(sheet)
            self.shell.verbs.do("shelve", alarm=alarm["id"], seconds=seconds, why=reason)

        utc = self.shell.store.picture.get("utc")
        sheet = ShelveSheet(alarm, utc, go, lambda: self.shell.close_sheet(sheet))
        self.shell.open_sheet(sheet)

    def _trend(self, alarm: dict[str, Any]) -> None:
        tag = tag_of(self.shell.store, alarm)
        _, _, _, means, to_do, otherwise = self.words.model
        room = self.height() - 150 - TREND_HIGH - 16
        tag = tag if words_height(float(self.width()), means, to_do, otherwise) <= room else ""  # words before lines
        self.trend.setVisible(bool(tag))
        self._words_room()
        if not tag:
            return
        self.feed.tick(tags=[tag], seconds=TREND_S, points=TREND_POINTS)
        seen = self.shell.store.see(tag)
        value = with_unit(seen.value, seen.unit) if seen.live else tr("old data")
        heading = tr("{tag} · last 60 s", tag=tag_words(tag))
        self.trend.show_model((heading, value, tr("no data")))
        if not isinstance(self.feed.data, dict):
            return
        from gui.widgets.plots import Curve, Picture

        times = tuple(self.feed.data.get("time_s") or ())
        values = tuple((self.feed.data.get("values") or {}).get(tag) or ())
        end = float(times[-1]) if times else 0.0
        curve = Curve(tuple(each - end for each in times), values)
        self.trend.show_pictures([Picture((curve,), (-float(TREND_S), 0.0), level=limit_of(alarm, tag))])

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card."""
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(p, (0, 0, self.width(), self.height()))
        p.end()

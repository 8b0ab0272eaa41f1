"""Alarms: the list, one alarm with its three answers, the history, what is put aside, and how often they come."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent

from gui.feed import Feed
from gui.i18n import tr
from gui.pages.alarm_cards import Counters, RateStrip, Tab, draw_alarm, draw_event
from gui.pages.alarm_detail import AlarmDetail
from gui.pages.alarm_models import active_rows, counts, history_rows, rate, shelved_rows
from gui.pages.offer import Offer
from gui.pages.page import Page, Shell
from gui.painting import box, icon, text
from gui.theme import MEDIUM
from gui.titles import UNSEEN
from gui.widgets.command_button import Command
from gui.widgets.rows import Rows

HISTORY_TICKS = 30
HISTORY = 500
TABS = ("active", "shelved", "history", "statistics")
ARMED_TICKS = 50  #: a second tap on Ack page counts within five seconds
STRIP_HIGH = 150


class AlarmsPage(Page):
    """The list left, the chosen alarm right."""

    title = "Alarms"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.tab, self.key = "active", ""
        self.tabs = {name: Tab(self) for name in TABS}
        for name, tab in self.tabs.items():
            tab.clicked.connect(lambda name=name: self.show_tab(name))
        self.counters, self.strip = Counters(self), RateStrip(self)
        self.list = Rows(self, 84, draw_alarm)
        self.history = Rows(self, 48, draw_event, choose=False)
        self.list.chosen.connect(self.choose)
        self.detail = AlarmDetail(self, shell)
        self.feed = Feed(self.verbs, "alarm_history", HISTORY_TICKS)
        self._armed: tuple[str, ...] = ()  #: what the first tap on Ack page saw
        self._armed_ticks = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """694 for the list, the rest for the alarm; a wide screen gives the list more."""
        w, h = self.width(), self.height()
        wide = 694 if w < 1200 else w - 12 - 12 - 12 - 460
        x = 20
        for tab, part in zip(self.tabs.values(), (100, 116, 88, 104), strict=True):
            tab.setGeometry(x, 16, part, 56)
            x += part + 6
        self.counters.setGeometry(12 + wide - 244, 20, 236, 52)
        body = h - 12 - 80 - 8
        self.list.setGeometry(18, 84, wide - 12, body - STRIP_HIGH - 8)
        self.history.setGeometry(18, 84, wide - 12, body)
        self.strip.setGeometry(28, h - 12 - STRIP_HIGH - 4, wide - 32, STRIP_HIGH)
        self.detail.setGeometry(12 + wide + 12, 12, w - wide - 36, h - 24)
        self._wide = wide

    def choose(self, key: object) -> None:
        """Show this alarm."""
        self.key = str(key)
        self.refresh()

    def show_tab(self, name: str) -> None:
        """Another list."""
        self.tab = name
        self.refresh()

    def refresh(self) -> None:
        """The picture of this moment."""
        store = self.store
        self._disarm()
        self.feed.tick(limit=HISTORY)
        words = {
            "active": tr("Active {n}", n=len(store.alarms)),
            "shelved": tr("Shelved {n}", n=len(store.shelved)),
            "history": tr("History"),
            "statistics": tr("Statistics"),
        }
        for name, tab in self.tabs.items():
            tab.show_model((words[name], name == self.tab))
        self.counters.show_model(counts(store.alarms))
        rows = shelved_rows(store) if self.tab == "shelved" else active_rows(store, self.shell.lit)
        keys = [row[0] for row in rows]
        if self.key not in keys:
            self.key = str(keys[0]) if keys else ""
        self.list.show_rows(rows, self.key)
        events = self.feed.data if isinstance(self.feed.data, list) else []
        if self.tab == "history":
            self.history.show_rows(history_rows(events, store))
        self.list.setVisible(self.tab in ("active", "shelved") and bool(rows))
        self.history.setVisible(self.tab == "history")
        self.strip.setVisible(self.tab != "history")
        self.strip.show_model((tuple(rate(events, store.time_s)), str(store.picture.get("utc") or "")[:16]))
        self.detail.show_alarm(self.alarm)
        self._empty(rows, events)

    @property
    def alarm(self) -> dict[str, Any] | None:
        """The chosen alarm, active or shelved."""
        listed: list[dict[str, Any]] = self.store.picture.get("alarms") or []
        return next((each for each in listed if each.get("id") == self.key), None)

    def _empty(self, rows: list[tuple[Any, ...]], events: list[dict[str, Any]]) -> None:
        said = {
            "active": "" if rows else tr("No active alarms. Nothing to do."),
            "shelved": "" if rows else tr("Nothing is put aside."),
            "history": "" if events else tr("No alarm since the controller was started."),
            "statistics": tr("Not yet. The rate of the last 8 h stands below; each run's report has the rest."),
        }[self.tab]
        if said != getattr(self, "_said", None):
            self._said = said
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The list's card, and a sentence where it is empty."""
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(p, (12, 12, self._wide, self.height() - 24))
        if getattr(self, "_said", ""):
            sign, ink = ("hourglass", "text2") if self.tab == "statistics" else ("circle-check", "ok")
            icon(p, 12 + self._wide / 2 - 20, 220, sign, 40, ink)
            text(p, (60, 266, self._wide - 96, 56), self._said, 18, MEDIUM, "text2", "centre", wrap=True)
        p.end()

    def offers(self) -> list[Offer]:
        """Acknowledge what is in view, reset what is latched."""
        why = self._why_not_page()
        sub = tr("tap again: {n}", n=len(self._armed)) if self._armed else tr("{n} new", n=len(self._new_in_view()))
        busy, armed = "acknowledge" in self.verbs.busy, bool(self._armed)
        shows = Command(tr("Ack page"), "check-check", sub, why[0] if why else "", selected=armed, busy=busy)
        found = [Offer(shows, self._ack_page)]
        found.append(self.verb("reset_interlocks", tr("Reset trips"), "rotate-ccw"))
        later = tr("The lists cannot be filtered yet. They stand in order of urgency.")
        found += [self.buzzer_offer(), self.not_yet(tr("Filter"), "list-ordered", later)]
        found.append(self.not_yet(tr("Export"), "arrow-right", tr("Use the run's report and trace.csv until then.")))
        return found + self.control_offer()

    def _new_in_view(self) -> tuple[str, ...]:
        """Unseen alarms among the rows that the list shows at this moment."""
        shown = self.list.keys_in_view() if self.tab == "active" else []
        new = {str(each.get("id")) for each in self.store.alarms if each.get("state") in UNSEEN}
        return tuple(str(key) for key in shown if str(key) in new)

    def _why_not_page(self) -> list[str]:
        if self.tab != "active":
            return [tr("Show the active ones first.")]
        why = [] if self._armed or self._new_in_view() else [tr("Nothing new here.")]
        return why + self.verbs.reasons("acknowledge")

    def _ack_page(self) -> None:
        """The first tap notes what is in view; another soon after acknowledges that, and nothing that came since."""
        if why := self._why_not_page():
            self.shell.show_reasons(tr("Not now: {what}", what=tr("Ack page")), why)
            return
        if not self._armed:
            self._armed, self._armed_ticks = self._new_in_view(), ARMED_TICKS
            return
        unseen = {str(each.get("id")) for each in self.store.alarms if each.get("state") in UNSEEN}
        armed, self._armed = self._armed, ()
        for number in armed:
            if number in unseen:
                self.verbs.do("acknowledge", alarm=number)

    def _disarm(self) -> None:
        self._armed_ticks -= 1
        if self._armed_ticks <= 0 or self.tab != "active":
            self._armed = ()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page: a first tap is forgotten."""
        self._armed = ()

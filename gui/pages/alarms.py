"""Alarms: the list, one alarm with its three answers, the history, what is put aside, and how often they come."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent

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
TABS = ("active", "shelved", "history")
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """694 for the list, the rest for the alarm; a wide screen gives the list more."""
        w, h = self.width(), self.height()
        wide = 694 if w < 1200 else w - 12 - 12 - 12 - 460
        x = 20
        for tab, part in zip(self.tabs.values(), (112, 124, 108), strict=True):
            tab.setGeometry(x, 16, part, 56)
            x += part + 8
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
        self.feed.tick(limit=HISTORY)
        words = {
            "active": tr("Active {n}", n=len(store.alarms)),
            "shelved": tr("Shelved {n}", n=len(store.shelved)),
            "history": tr("History"),
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
            self.history.show_rows(history_rows(events, store.units))
        self.list.setVisible(self.tab != "history" and bool(rows))
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
            "history": "" if events else tr("No alarm has come yet."),
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
            icon(p, 12 + self._wide / 2 - 20, 220, "circle-check", 40, "ok")
            text(p, (24, 272, self._wide - 24, 30), self._said, 18, MEDIUM, "text2", "centre")
        p.end()

    def offers(self) -> list[Offer]:
        """Acknowledge what is in view, reset what is latched."""
        new = sum(each.get("state") in UNSEEN for each in self.store.alarms)
        why = [] if new else [tr("Nothing new.")]
        why += self.verbs.reasons("acknowledge")
        sub = tr("{n} new", n=new)
        shows = Command(tr("Ack all"), "check-check", sub, why[0] if why else "", busy="acknowledge" in self.verbs.busy)
        found = [Offer(shows, lambda: self._ack_all(why))]
        found.append(self.verb("reset_interlocks", tr("Reset trips"), "rotate-ccw"))
        return found + self.control_offer()

    def _ack_all(self, why: list[str]) -> None:
        if why:
            self.shell.show_reasons(tr("Not now: {what}", what=tr("Ack all")), why)
        else:
            self.verbs.do("acknowledge", alarm="*")

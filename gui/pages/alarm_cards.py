"""Painters of the Alarms page: rows, tabs, counters, the rate strip, and the words of one alarm."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPainter

from gui.i18n import tr
from gui.pages.alarm_models import RATE_S, hours
from gui.painting import as_many, box, fits, fitted, height_of, icon, largest, line, pen, text, width_of
from gui.theme import MEDIUM, REGULAR, SEMIBOLD
from gui.widgets.alarm_badge import badge
from gui.widgets.painted import Painted, Pressable


def draw_alarm(p: QPainter, w: float, h: float, row: tuple[Any, ...], chosen: bool) -> None:
    """A row of `active_rows`."""
    _, priority, filled, time, ago, name, sub, state, sign, new, value, limit = row
    if chosen:
        box(p, (0, 1, w, h - 2), "accent_soft", "accent", 8, 2)
    else:
        line(p, 8, h - 0.5, w - 8, h - 0.5)
    badge(p, 11, h / 2 - 22, 44, priority, filled=filled)
    text(p, (71, 14, 84, 26), time, 17, MEDIUM)
    text(p, (71, 42, 84, 22), ago, 14, token="text2")
    column = 150.0 if value else 0.0
    room = w - 162 - 148 - column
    if value:
        size = largest(value, column - 14, (17, 15, 14), SEMIBOLD)
        text(p, (w - 148 - column, 14, column - 14, 26), value, size, SEMIBOLD, "value", "right")
        fitted(p, (w - 148 - column, 40, column - 14, 36), limit, (13,), token="text2", align="right", top=True)
    long = width_of(name, 15, MEDIUM) > room
    fitted(p, (162, 6 if long else 14, room, 42 if long else 26), name, (18, 17, 16, 15), MEDIUM)
    high = 34.0
    said = as_many(sub.split(" · "), " · ", lambda words: fits(words, room, high, 13))
    fitted(p, (162, 46 if long else 42, room, high), said, (14, 13), token="text2", top=True)
    icon(p, w - 140, h / 2 - 12, sign, 24, "text" if new else "text2")
    weight, ink = (SEMIBOLD, "text") if new else (REGULAR, "text2")
    text(p, (w - 110, 0, 106, h), state, 15, weight, ink, wrap=True)


def draw_event(p: QPainter, w: float, h: float, row: tuple[Any, ...], chosen: bool) -> None:
    """A row of `history_rows`."""
    _, priority, time, event, number, name, said = row
    line(p, 8, h - 0.5, w - 8, h - 0.5)
    badge(p, 14, h / 2 - 13, 26, priority, filled=event == tr("Raised"))
    text(p, (56, 0, 84, h), time, 15, MEDIUM)
    fitted(p, (136, 0, 74, h), event, (15, 14, 13), MEDIUM)
    text(p, (216, 0, 64, h), number, 14, token="text2")
    fitted(p, (282, 0, 180, h), name, (15, 14, 13), MEDIUM)
    room = w - 478
    said = as_many(said.split(" · "), " · ", lambda words: fits(words, room, h - 6, 13))
    shown = said if fits(said, room, h - 6, 13) else tr("several conditions")
    fitted(p, (470, 0, room, h), shown, (14, 13), token="text2")


class Tab(Pressable):
    """(words, here)."""

    def _told(self) -> None:
        self.setAccessibleName(self.model[0])

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        words, here = self.model
        if here or self.down:
            box(p, (0, 0, w, h), "raised", radius=8)
        if here:
            box(p, (14, h - 7, w - 28, 3), "accent", radius=1.5)
        text(p, (4, 0, w - 8, h), words, 16, SEMIBOLD if here else MEDIUM, "text" if here else "text2", "centre")
        self._focus_ring(p)


class Counters(Painted):
    """How many of each priority."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        part = w / 4
        for i, count in enumerate(self.model):
            box(p, (i * part, 2, part - 6, h - 4), "raised", radius=8)
            p.setOpacity(1.0 if count else 0.4)
            badge(p, i * part + 5, h / 2 - 13, 26, i + 1, filled=count > 0)
            p.setOpacity(1.0)
            text(p, (i * part + 31, 0, part - 38, h), str(count), 16, MEDIUM, align="centre")


class RateStrip(Painted):
    """(counts, utc): alarms per ten minutes over the last eight hours; below one on average is the goal."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        counts, utc = self.model
        average = sum(counts) / max(1, len(counts))
        text(p, (0, 0, w / 2, 22), tr("Alarms per 10 minutes, last 8 h"), 14, SEMIBOLD, "text2")
        said = tr("average {n} · goal: below 1", n=f"{average:.1f}")
        text(p, (w / 2, 0, w / 2, 22), said, 14, token="text2", align="right")
        top, foot = 30.0, h - 24
        most = max(2, *counts)
        one = (foot - top) / most
        step = w / len(counts)
        for i, count in enumerate(counts):
            if count:
                box(p, (i * step + 1, foot - count * one, max(3.0, step - 4), count * one), "line2", radius=2)
        p.setPen(pen("text2", 1, dashed=True))
        p.drawLine(0, round(foot - one), round(w), round(foot - one))
        text(p, (0, foot - one - 20, 20, 18), "1", 13, token="text2")
        line(p, 0, foot, w, foot, "line2")
        for i in range(5):
            x = i * w / 4
            side, left = ("left", x) if i == 0 else ("right", x - 60) if i == 4 else ("centre", x - 30)
            text(p, (left, foot + 3, 60, 20), hours(utc, RATE_S * (1 - i / 4)), 13, token="text2", align=side)


class Words(Painted):
    """(priority, filled, name, means, to do, otherwise): what one alarm says. None = nothing is chosen."""

    def _told(self) -> None:
        self.setAccessibleName(tr("Alarm"))
        self.setAccessibleDescription("" if self.model is None else ". ".join(str(each) for each in self.model[2:4]))

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        priority, filled, name, means, to_do, otherwise = self.model
        if not name:
            hint = tr("What an alarm means, and what to do about it, stands here.")
            text(p, (40, h / 2 - 60, w - 80, 60), hint, 16, token="text2", align="centre", wrap=True)
            return
        badge(p, 14, 16, 52, priority, filled=filled)
        fitted(p, (76, 14, w - 86, 56), name, (20, 18, 16), MEDIUM)
        y = 78.0
        for head, said in _parts(means, to_do, otherwise):
            y = self._part(p, w, y, head, said)

    def _part(self, p: QPainter, w: float, y: float, head: str, said: list[str]) -> float:
        text(p, (18, y, w - 36, 22), head, 14, SEMIBOLD, "text2")
        y += 23
        left = 42.0 if len(said) > 1 else 18.0
        for i, words in enumerate(said):
            high = height_of(words, w - left - 14, 16)
            if len(said) > 1:
                text(p, (18, y, 20, 20), str(i + 1), 15, SEMIBOLD, "text2")
            text(p, (left, y, w - left - 14, high), words, 16, wrap=True, top=True)
            y += high + 6
        return y + 4


def words_height(w: float, means: str, to_do: list[str], otherwise: str) -> float:
    """How high the words of an alarm are at a width [u]."""
    y = 78.0
    for _, said in _parts(means, to_do, otherwise):
        left = 42.0 if len(said) > 1 else 18.0
        y += 27 + sum(height_of(words, w - left - 14, 16) + 6 for words in said)
    return y


def _parts(means: str, to_do: list[str], otherwise: str) -> list[tuple[str, list[str]]]:
    parts = [(tr("What it means"), [means]), (tr("What to do"), to_do), (tr("If you do nothing"), [otherwise])]
    return [(head, said) for head, said in parts if any(said)]

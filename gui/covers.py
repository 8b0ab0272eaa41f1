"""What lies over the page while there is nothing live to show: start-up and lost connection.

Covers take the page's place only; title panel, navigation and STOP stay. They never cover an answer that is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QPainter

from controller.service.messages import VERSION
from gui.i18n import tr
from gui.painting import box, fitted, hatch, icon, line, text
from gui.store import TagStore
from gui.theme import MEDIUM, REGULAR, SEMIBOLD, colour
from gui.widgets.painted import Painted
from gui.wording import minutes, plain


@dataclass(frozen=True)
class Row:
    """One line of the start-up: name, state (done, now, wait, bad), and what it says."""

    name: str
    state: str
    said: str = ""


def start_rows(store: TagStore, where: str, retry_s: float | None) -> list[Row]:
    """What has been reached on the way from nothing to a live picture."""
    devices: dict[str, Any] = store.picture.get("devices") or {}
    spoken = store.hello.get("version")
    if store.heard and spoken not in (None, VERSION):
        said = tr("it speaks version {theirs}, this screen {ours}: update one of them", theirs=spoken, ours=VERSION)
        first = Row(tr("Controller link"), "bad", said)
    elif store.heard:
        first = Row(tr("Controller link"), "done", where)
    elif retry_s is None:
        first = Row(tr("Controller link"), "now", tr("connecting to {where}", where=where))
    else:
        said = tr("no answer from {where}, tries again in {s} s", where=where, s=f"{retry_s:.0f}")
        first = Row(tr("Controller link"), "bad", said)
    rows = [first, Row(tr("Tool description"), "done" if store.description else "wait", "")]
    rows.append(Row(tr("First picture of the tool"), "done" if store.active else "wait"))
    mfcs = {name: each for name, each in devices.items() if name.endswith("_mfc")}
    for name, each in devices.items():
        if name not in mfcs:
            rows.append(_device_row(plain(name), [each]))
    if mfcs:
        rows.insert(3, _device_row(tr("Mass flow controllers"), list(mfcs.values())))
    return rows[:12]


def _device_row(name: str, devices: list[dict[str, Any]]) -> Row:
    ready = sum(each.get("state") == "ready" for each in devices)
    lost = next((each for each in devices if each.get("state") == "lost"), None)
    said = f"{ready} / {len(devices)}" if len(devices) > 1 else str(devices[0].get("text", ""))
    if lost is not None:
        return Row(name, "bad", str(lost.get("text") or tr("does not answer")))
    return Row(name, "done" if ready == len(devices) else "now", said)


class StartUp(Painted):
    """(rows, machine): the list of what is reached."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        rows: tuple[Row, ...] = self.model
        p.fillRect(self.rect(), colour("bg"))
        wide, high = 760.0, 142.0 + 44 * len(rows)
        left, top = (w - wide) / 2, max(12.0, (h - high) / 2 - 8)
        box(p, (left, top, wide, high))
        x, room = left + 32, wide - 64
        text(p, (x, top + 20, room, 40), tr("Starting up"), 28, MEDIUM)
        text(
            p,
            (x, top + 62, room, 24),
            tr("Interlocks and safe states are the controller's; they need no screen."),
            15,
            token="text2",
        )
        done = sum(row.state == "done" for row in rows) / max(1, len(rows))
        box(p, (x, top + 98, room, 10), "sunken", radius=5)
        box(p, (x, top + 98, max(10.0, room * done), 10), "accent", radius=5)
        for i, row in enumerate(rows):
            self._row(p, x, top + 122 + 44 * i, room, row, last=i == len(rows) - 1)

    def _row(self, p: QPainter, x: float, y: float, w: float, row: Row, *, last: bool) -> None:
        sign, ink = {
            "done": ("check", "ok"),
            "now": ("loader", "accent"),
            "bad": ("circle-alert", "text"),
            "wait": ("circle-dashed", "text2"),
        }[row.state]
        icon(p, x + 2, y + 10, sign, 24, ink)
        strong = row.state in ("now", "bad")
        wide = text(
            p,
            (x + 46, y, 260, 44),
            row.name,
            17,
            MEDIUM if strong else REGULAR,
            "text2" if row.state == "wait" else "text",
        )
        weight = MEDIUM if strong else REGULAR
        fitted(p, (x + 58 + wide, y, w - 58 - wide, 43), row.said, (15, 14, 13), weight, "text2", "right")
        if not last:
            line(p, x, y + 43.5, x + w, y + 43.5)


class NoConnection(Painted):
    """(age, next try, veiled): what to do, and a veil over a page whose values do not show their age by themselves."""

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        age, retry, veiled = self.model
        if veiled:
            p.setOpacity(0.5)
            p.fillRect(self.rect(), colour("bg"))
            p.setOpacity(1.0)
            hatch(p, (12, 172, w - 24, h - 184), strength=0.16)
        box(p, (12, 12, w - 24, 148), "card", "text", 10, 3)
        icon(p, 40, 56, "unplug", 56)
        text(p, (124, 22, w - 330, 40), tr("No connection to the tool controller"), 28, MEDIUM)
        text(
            p,
            (124, 66, w - 330, 24),
            tr("Values below are old. The controller and its interlocks go on without this screen."),
            16,
        )
        text(p, (124, 90, w - 330, 24), tr("To stop the tool now, press the red EMO button."), 16, MEDIUM)
        text(p, (w - 200, 18, 172, 70), minutes(age), 56, SEMIBOLD, align="right")
        text(p, (w - 230, 94, 202, 24), tr("since the last word"), 15, MEDIUM, "text2", "right")
        said = tr("tries again now") if retry is None else tr("tries again in {s} s", s=f"{retry:.0f}")
        text(p, (w - 230, 120, 202, 24), said, 15, MEDIUM, "text2", "right")
        self._advice(p, w - 416, 172)

    def _advice(self, p: QPainter, x: float, y: float) -> None:
        box(p, (x, y, 404, 206), "card", "line2", 10, 1.2)
        text(p, (x + 16, y + 10, 300, 24), tr("What to do"), 15, SEMIBOLD, "text2")
        rows = (
            tr("Look at the light tower: is the tool still running?"),
            tr("Check the network cable at the panel."),
            tr("If it stays off 2 minutes, call maintenance."),
        )
        for i, words in enumerate(rows):
            text(p, (x + 16, y + 42 + 52 * i, 24, 46), str(i + 1), 16, SEMIBOLD, "text2")
            text(p, (x + 44, y + 42 + 52 * i, 346, 46), words, 16, wrap=True)

"""Pictures with holes: a controller of another day may leave things out. Nothing may fall over, nothing look good."""

from __future__ import annotations

from typing import Any

import pytest

from gui.widgets.navigation import PLACES
from tests.gui import script_link, tool
from tests.gui.conftest import Show, ticks

EMPTY: dict[str, Any] = {"type": "update", "seq": 1, "full": True, "time_s": 5.0, "tags": {}}
NULLS = dict.fromkeys(tool.running()["unit"])
PICTURES: dict[str, dict[str, Any]] = {
    "nothing": EMPTY,
    "no run": EMPTY | {"unit": {"state": "running"}, "utc": "not a time"},
    "nulls": EMPTY | {"unit": NULLS | {"state": "running"}},
    "odd state": EMPTY | {"unit": {"state": "dancing", "steps": []}},
    "held without steps": EMPTY | {"unit": {"state": "held", "run": {}, "steps": []}},
    "bare alarm": tool.running(alarms=[{"id": "X", "priority": 9, "state": "odd"}, {"id": "Y"}]),
    "bare step": tool.running(unit={"steps": [{}, {"name": "a", "state": "now"}], "index": 7}),
    "bare verdict": tool.idle(unit={"state": "complete", "verdict": {}, "run": {}}),
    "bad readings": tool.running(tags={name: [None] for name in tool.NUMBERS}),
    "words for numbers": tool.running(tags={name: ["text", 999.9, "GOOD"] for name in tool.NUMBERS}),
    "bare checks": tool.idle(checks=[{}, {"name": "a", "ok": None, "reason": None}]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pages_stand_on_a_picture_with_holes(show: Show, name: str) -> None:
    window, _ = show(PICTURES[name])
    for page in PLACES:
        window.go(page)
        ticks(window)
        window.grab()


def test_pages_stand_on_empty_answers(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in ({}, [], None, {"time_s": [], "values": {}}, {"time_s": [1.0], "values": {"load_power_w": [None]}}):
        monkeypatch.setattr(script_link, "answer", lambda what, args, data=data: data)
        window, _ = show(tool.running(alarms=tool.ALARMS))
        for page in ("overview", "run", "alarms"):
            window.go(page)
            ticks(window, 2)
            window.grab()


def test_a_description_with_holes(show: Show) -> None:
    window, link = show(tool.idle(), "run")
    bare = {"type": "description", "recipes": [{"file": "a", "name": "b"}], "users": [{"id": "c", "name": ""}]}
    link.inbox.append(bare)
    ticks(window, 2)
    window.sheets.ask_who()
    window.grab()

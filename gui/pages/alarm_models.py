"""What the Alarms page lists, and how often alarms come. Plain data, no painting."""

from __future__ import annotations

import math
import re
from typing import Any

from gui.conditions import told
from gui.i18n import tr
from gui.store import TagStore, priority_of
from gui.wording import DASH, age, clock_of, minutes

RATE_S = 8 * 3600.0  #: the strip shows eight hours …
BIN_S = 600.0  #: … in parts of ten minutes
STATES = {
    "new": ("New", "circle-dot"),
    "seen": ("Seen", "check"),
    "cleared": ("Gone, not seen", "circle-dashed"),
    "latched_new": ("Latched, new", "lock"),
    "latched_seen": ("Latched", "lock"),
}
EVENTS = {
    "raised": "Raised",
    "cleared": "Gone",
    "acknowledged": "Seen",
    "reset": "Reset",
    "shelved": "Shelved",
    "unshelved": "Back from shelf",
}
Row = tuple[Any, ...]


def active_rows(store: TagStore, lit: bool) -> list[Row]:
    """(id, priority, filled, time, age, name, sub, state word, state icon, new, value, limit)."""
    units = store.units
    return [_row(alarm, store.time_s, lit, units) for alarm in store.alarms]


def _row(alarm: dict[str, Any], now_s: float, lit: bool, units: dict[str, str]) -> Row:
    state = str(alarm.get("state", ""))
    word, sign = STATES.get(state, (state, "circle-dot"))
    new = state in ("new", "latched_new", "cleared")
    filled = state != "cleared" and (lit or state not in ("new", "latched_new"))
    what, limit = told(str(alarm.get("text") or ""), units)
    first = tr("first of a chain") if alarm.get("first_out") else ""
    sub = " · ".join(each for each in (first, str(alarm.get("id")), "" if limit else what) if each)
    return (
        alarm.get("id"),
        priority_of(alarm),
        filled,
        clock_of(alarm.get("raised_utc")),
        age(max(0.0, now_s - float(alarm.get("raised_s") or now_s))),
        str(alarm.get("name")),
        sub,
        tr(word),
        sign,
        new,
        what if limit else "",
        limit,
    )


def shelved_rows(store: TagStore) -> list[Row]:
    """The same columns for what is put aside: how long still, in place of the state."""
    rows, units = [], store.units
    for alarm in store.shelved:
        left = float(alarm.get("shelved_until_s") or 0.0) - store.time_s
        row = list(_row(alarm, store.time_s, True, units))
        row[2], row[7], row[8], row[9] = False, tr("{t} left", t=minutes(left)), "timer", False
        rows.append(tuple(row))
    return rows


def history_rows(events: list[dict[str, Any]], store: TagStore) -> list[Row]:
    """(key, priority, time, what happened, id, name, text), newest first."""
    units = store.units
    newest = sorted(events, key=lambda each: -float(each.get("time_s") or 0.0))
    return [
        (
            f"{each.get('time_s')}-{each.get('id')}-{each.get('event')}-{n}",
            priority_of(each),
            clock_of(each.get("utc")),
            tr(EVENTS.get(str(each.get("event")), str(each.get("event")))),
            str(each.get("id", "")),
            store.alarm_name(str(each.get("id", ""))),
            " · ".join(part for part in told(str(each.get("text") or ""), units) if part),
        )
        for n, each in enumerate(newest)
    ]


def rate(events: list[dict[str, Any]], now_s: float) -> list[int]:
    """How many alarms were raised in each ten minutes of the last eight hours, oldest first."""
    count = [0] * round(RATE_S / BIN_S)
    for each in events:
        back = now_s - float(each.get("time_s") or -math.inf)
        if each.get("event") == "raised" and 0 <= back < RATE_S:
            count[len(count) - 1 - int(back // BIN_S)] += 1
    return count


def counts(alarms: list[dict[str, Any]]) -> tuple[int, int, int, int]:
    """How many of each priority."""
    found = [0, 0, 0, 0]
    for alarm in alarms:
        found[priority_of(alarm) - 1] += 1
    return found[0], found[1], found[2], found[3]


def tag_of(store: TagStore, alarm: dict[str, Any]) -> str:
    """The first number tag that the alarm's text names; empty when it names none."""
    tags = store.description.get("tags", {})
    words: list[str] = re.findall(r"[a-z][a-z0-9_]+", str(alarm.get("text") or ""))
    for word in words:
        if tags.get(word, {}).get("kind") == "number":
            return word
    return ""


def limit_of(alarm: dict[str, Any], tag: str) -> float | None:
    """The number that the tag is compared with in the alarm's text; None when there is none to be sure of."""
    number = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
    found = re.search(rf"\b{re.escape(tag)}\b(?:\s*\([^)]*\))?\s*[<>]=?\s*{number}", str(alarm.get("text") or ""))
    return float(found.group(1)) if found else None


def hours(utc: str | None, back_s: float) -> str:
    """HH:MM some time ago."""
    return clock_of(utc, -back_s, seconds=False) if utc else DASH

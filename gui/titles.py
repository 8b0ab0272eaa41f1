"""What the title panel says: state and one line under it, the alarm to show, who works. Plain data, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gui.conditions import told
from gui.i18n import tr
from gui.store import Seen, TagStore, priority_of
from gui.waits import waits_for
from gui.widgets.step_words import groups_of, now_of
from gui.wording import DASH, STATES, clock_of, minutes, plain, with_unit

UNSEEN = ("new", "cleared", "latched_new")
RUNNING = ("running", "pausing", "paused", "holding", "held", "restarting", "stopping", "aborting")
FINE_PA = (0.1, 100.0)  # DESIGN 4: the controlling gauge ends at 133 Pa; below 0.1 Pa it is within its own drift
SAFE_HOLD = ("paused", "holding", "held", "aborting", "aborted")


@dataclass(frozen=True)
class Headline:
    """State word, icon, and the line under it."""

    word: str
    icon: str
    sub: str


@dataclass(frozen=True)
class Banner:
    """The alarm to show; priority None = an empty banner. ``id`` empty = nothing to acknowledge."""

    words: str
    sub: str = ""
    priority: int | None = None
    id: str = ""
    filled: bool = True


def headline(store: TagStore) -> Headline:
    """State of the unit, never from an old picture."""
    word, sign = STATES.get(store.state, ("Unknown", "circle-question-mark"))
    if not store.picture:
        return Headline(tr("Starting"), "loader", tr("no picture of the tool yet"))
    if store.link_old:
        return Headline(tr("Unknown"), "circle-question-mark", tr("last known: {state}", state=tr(word)))
    if store.state == "idle" and store.picture.get("allowed", {}).get("start"):
        word, sign = "Not ready", "hourglass"
    if store.state == "complete" and (store.unit.get("verdict") or {}).get("verdict") not in (None, "pass"):
        sign = "circle-x"  # the recipe ran to its end; that says nothing about the mask
    return Headline(tr(word), sign, _under(store))


def _under(store: TagStore) -> str:
    if store.state in SAFE_HOLD:
        return rf_words(store)
    if store.state in RUNNING:
        here, count = now_of(groups_of(store.unit.get("steps") or []))
        left = store.unit.get("run_remaining_s")
        step = tr("Step {n} / {all}", n=here + 1, all=count)
        if store.unit.get("remaining_s") is None and waits_for(store):
            return tr("{step} · waits", step=step)
        return step if left is None else tr("{step} · {left} left", step=step, left=minutes(left))
    if store.state in ("complete", "stopped"):
        verdict = store.unit.get("verdict") or {}
        return tr("Verdict: {word}", word=plain(str(verdict.get("verdict", DASH)))) if verdict else rf_words(store)
    return tr("Chamber {pressure}", pressure=chamber_pressure(store))


def rf_words(store: TagStore) -> str:
    """Whether RF is proven off, in words; never a promise without a reading."""
    rf = store.see("rf_on")
    if not rf.live:
        return tr("RF not known")
    return tr("RF on") if rf.value else tr("RF off · gas off") if gas_closed(store) else tr("RF off")


def gas_closed(store: TagStore) -> bool | None:
    """Whether all gas shut-off valves are proven closed; None when one is not known."""
    names = [name for name in store.description.get("actuators", {}) if name.endswith("_flow_sccm")]
    seen = [store.see(name.replace("_flow_sccm", "_valve_closed")) for name in names]
    if not seen or not all(each.live for each in seen):
        return None
    return all(bool(each.value) for each in seen)


def chamber_pressure(store: TagStore) -> str:
    """The chamber's pressure from the gauge that can read it: the fine one up to its end, then the wide one."""
    return with_unit(store.number(pressure_tag(store)), "Pa")


def pressure_tag(store: TagStore) -> str:
    """The gauge that can read the chamber's pressure of this moment."""
    fine, wide = store.see("chamber_pressure_pa"), store.see("wide_pressure_pa")
    reads = _counts(store, fine) and FINE_PA[0] <= float(fine.value) <= FINE_PA[1]
    return "chamber_pressure_pa" if reads or not _counts(store, wide) else "wide_pressure_pa"


def _counts(store: TagStore, seen: Seen) -> bool:
    """A number of this moment; of the last one, while the link is lost: its old value is still to be seen."""
    right = isinstance(seen.value, int | float) and not isinstance(seen.value, bool)
    return right and (seen.live or store.link_old)


def banner(store: TagStore, lit: bool) -> Banner:
    """The most urgent alarm nobody has seen, newest first; else how many are known; else none."""
    if store.picture and store.link_old:
        since = clock_of(store.picture.get("utc"))
        return Banner(tr("Connection lost"), tr("{time} · values are old", time=since), 1, filled=lit)
    unseen = [each for each in store.alarms if each.get("state") in UNSEEN]
    if unseen:
        top = min(unseen, key=lambda each: (priority_of(each), -float(each.get("raised_s") or 0.0)))
        what, limit = told(str(top.get("text") or ""), store.units)
        sub = " · ".join(each for each in (clock_of(top.get("raised_utc")), what or str(top.get("id")), limit) if each)
        filled = lit if top["state"] != "cleared" else False
        return Banner(str(top.get("name")), sub, priority_of(top), str(top.get("id")), filled)
    if not store.picture or not store.active:
        return Banner(tr("Alarms are not known yet"))
    if store.alarms:
        top = store.alarms[0]
        n = len(store.alarms)
        words = tr("1 alarm, seen") if n == 1 else tr("{n} alarms, all seen", n=n)
        return Banner(words, str(top.get("name")), priority_of(top))
    return Banner(tr("No active alarms"))


def urgent(store: TagStore) -> tuple[int | None, bool]:
    """Priority for the badge of the navigation, and whether one of that priority is new (blinks)."""
    if not store.alarms:
        return None, False
    first = min(priority_of(each) for each in store.alarms)
    new = any(priority_of(each) == first and each.get("state") in UNSEEN for each in store.alarms)
    return first, new


def who(store: TagStore, me: str) -> tuple[str, str, str, str]:
    """Two lines with their icons: line and control, and the user."""
    if not store.heard:
        line, sign = tr("No connection"), "unplug"
    elif not store.active:
        line, sign = tr("Connected · waiting"), "network"
    elif store.picture.get("control") == me:
        line, sign = tr("Connected · in control"), "network"
    else:
        line, sign = tr("Connected · view only"), "network"
    if store.user is None:
        return sign, line, "log-in", tr("Log in")
    user: dict[str, Any] = store.user
    return sign, line, "user", f"{user.get('name')} · {plain(str(user.get('role', '')))}"

"""The run at a glance: mask, recipe, step bar, and the time that is left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPainter

from gui.conditions import reason
from gui.i18n import tr
from gui.painting import as_many, box, fits, fitted, icon, largest, line, text, width_of
from gui.store import TagStore
from gui.theme import MEDIUM, SEMIBOLD
from gui.titles import RUNNING
from gui.waits import waits_for
from gui.widgets.painted import Painted
from gui.widgets.step_bar import Bar, blocks_of, step_bar
from gui.widgets.step_words import groups_of, label_of, now_of
from gui.wording import DASH, STATES, clock_of, minutes, plain, step_name

Notes = tuple[str, ...]
HELD = ("pausing", "paused", "holding", "held")


@dataclass(frozen=True)
class Glance:
    """What the hero draws."""

    mask: str
    recipe: str
    run: str
    step: str
    bar: Bar
    note: Notes
    number: str
    under: str
    sign: str = ""  #: an icon in place of the number


def glance(store: TagStore) -> Glance:
    """The run of this moment, the last one's verdict, or that there is none."""
    unit = store.unit
    run = unit.get("run")
    if not isinstance(run, dict):
        return _no_run(store)
    groups = groups_of(unit.get("steps") or [])
    here, count = now_of(groups)
    name = label_of(groups[here]) if groups else DASH
    step = tr("Step {n} / {all} · {name}", n=here + 1, all=count, name=name)
    recipe = f"{plain(str(run.get('recipe', '')))}  v{run.get('version', '')}"
    user = tr("started {time} by {user}", time=clock_of(run.get("started_utc"), seconds=False), user=run.get("user"))
    bar = Bar(blocks_of(unit.get("steps") or [], unit.get("clock_s")), store.state in HELD)
    mask = str(run.get("mask") or tr("no mask"))
    if store.state in ("complete", "stopped", "aborted"):
        return Glance(mask, recipe, user, tr(STATES[store.state][0]), bar, _after(store), *_ended(store))
    left = unit.get("run_remaining_s")
    until = clock_of(store.picture.get("utc"), float(left), seconds=False) if left is not None else DASH
    under = tr("left · ends {time}", time=until) if left is not None else tr("longer than usual")
    waits = waits_for(store)
    if waits and unit.get("remaining_s") is None:  # the clock of the whole run stands still: it is no countdown now
        under = tr("{t} left after this", t=minutes(left)) if left is not None else tr("longer than usual")
        return Glance(mask, recipe, user, step, bar, note(store, waits), tr("Waits"), under, "hourglass")
    return Glance(mask, recipe, user, step, bar, note(store, waits), minutes(left, wide=True), under)


def note(store: TagStore, waits: list[str]) -> Notes:
    """Under the step bar: what is waited for, or what ends the step; as many parts as have room are shown."""
    unit = store.unit
    if unit.get("operator_message"):
        return (str(unit["operator_message"]),)
    if waits:
        return (tr("Waits for: {what}", what=waits[0]), *waits[1:])
    if store.state in ("holding", "held", "aborting") and unit.get("reasons"):
        first, *rest = [reason(str(each), store.units) for each in unit["reasons"]]
        return (tr("Held by: {why}", why=first), *rest)
    if store.state == "restarting":
        return (tr("Goes back to the setpoints before it goes on."),)
    steps, index = unit.get("steps") or [], store.index
    if not 0 <= index < len(steps):
        return ()
    step = steps[index]
    left = unit.get("remaining_s")
    over = tr("{step}: {t}", step=step_name(step), t=minutes(unit.get("clock_s")))
    if left is not None:
        over = tr(
            "{step}: {t}, about {left} left", step=step_name(step), t=minutes(unit.get("clock_s")), left=minutes(left)
        )
    lost = float(unit.get("lost_plasma_s") or 0.0)
    return (tr("{note} · {t} of RF without plasma", note=over, t=minutes(lost)) if lost >= 1 else over,)


def _after(store: TagStore) -> Notes:
    reasons = (store.unit.get("verdict") or {}).get("reasons") or store.unit.get("reasons") or []
    if reasons:
        return tuple(reason(str(each), store.units) for each in reasons)
    return (tr("Plasma on for {t}", t=minutes(store.unit.get("plasma_on_s"))),)


def _ended(store: TagStore) -> tuple[str, str, str]:
    verdict = store.unit.get("verdict") or {}
    word = str(verdict.get("verdict") or DASH)
    energy = verdict.get("energy_kwh")
    under = tr("verdict") if energy is None else tr("verdict · {e} kWh", e=f"{energy:.2f}")
    sign = {"pass": "circle-check", "fail": "circle-x", "aborted": "circle-x"}.get(word, "")
    return plain(word), under, sign


def _no_run(store: TagStore) -> Glance:
    why = store.picture.get("allowed", {}).get("start") or []
    said = tuple(reason(str(each), store.units) for each in why) or (tr("Choose mask and recipe on the Run page."),)
    vented = store.see("at_atmosphere")
    lid = tr("Put a mask in, close the lid.") if vented.live and vented.value else tr("Under vacuum.")
    step = tr("Ready for a run") if not why else tr("Not ready for a run")
    return Glance(tr("No mask in work"), lid, "", step, Bar(()), said, "", "")


class Hero(Painted):
    """148 u high, the whole width."""

    def _told(self) -> None:
        m: Glance = self.model
        self.setAccessibleName(tr("Run"))
        self.setAccessibleDescription(f"{m.mask}, {m.recipe}, {m.step}, {m.number} {m.under}")

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        m: Glance = self.model
        box(p, (0, 0, w, h))
        line(p, 284.5, 18, 284.5, h - 18)
        text(p, (20, 12, 256, 22), tr("Mask"), 14, token="text2")
        size = largest(m.mask, 256, (36, 30, 26, 22), SEMIBOLD)
        text(p, (20, 32, 258, 44), m.mask, size, SEMIBOLD, ids=True, free=True)
        text(p, (20, 82, 258, 28), m.recipe, largest(m.recipe, 258, (18, 16, 15, 14, 13), MEDIUM), MEDIUM, free=True)
        text(p, (20, 110, 258, 24), m.run, 15, token="text2", free=True)
        ends = w if not m.number else w - 244
        room = ends - 302 - 18
        text(p, (302, 10, room, 32), m.step, 21, MEDIUM)
        if m.bar.blocks:
            step_bar(p, 302, 48, room, 42, m.bar)
            said = as_many(m.note, "; ", lambda words: width_of(words, 15) <= room or fits(words, room, 33, 13))
            fitted(p, (302, 114, room, 33), said, (15, 14, 13), token="text2")
        else:
            said = as_many(m.note, "; ", lambda words: fits(words, room, 92, 15))
            fitted(p, (302, 48, room, 92), said, (17, 16, 15), token="text2", top=True)
        if m.number:
            self._time(p, w, h, m)

    def _time(self, p: QPainter, w: float, h: float, m: Glance) -> None:
        line(p, w - 243.5, 18, w - 243.5, h - 18)
        size = largest(m.number, 206 - (46 if m.sign else 0), (72, 60, 50, 40), SEMIBOLD)
        wide = text(p, (w - 232, 16, 212, 78), m.number, size, SEMIBOLD, "value", "right")
        if m.sign:
            icon(p, w - 20 - wide - 52, 36, m.sign, 40)
        text(p, (w - 232, 102, 212, 28), m.under, 17, MEDIUM, "text2", "right")


def running(store: TagStore) -> bool:
    """Whether a run is under way."""
    return store.state in RUNNING

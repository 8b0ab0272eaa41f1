"""What next? After STOP, or a hold by an interlock: stay, end safely, or go on. None is coloured beforehand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from gui.actions import Actions
from gui.conditions import reason
from gui.i18n import tr
from gui.painting import as_many, box, fits, fitted, icon, largest, text
from gui.sheets.sheet import Sheet
from gui.store import TagStore
from gui.theme import SEMIBOLD
from gui.titles import gas_closed, pressure_tag
from gui.widgets.hold_button import Hold, HoldButton
from gui.widgets.painted import Pressable
from gui.widgets.step_words import groups_of, label_of, now_of, plan_s, spent_s
from gui.wording import DASH, minutes, number, small, with_unit

VACUUM_PA = 100.0  #: below it the chamber counts as under vacuum: where RF may be lit (DESIGN 4)


class Choice(Pressable):
    """(words, sub, icon, why not): one of the answers."""

    def _told(self) -> None:
        self.setAccessibleName(self.model[0])
        self.setAccessibleDescription(self.model[3] or self.model[1])

    def _paint(self, p: QPainter, w: float, h: float) -> None:
        words, sub, sign, why = self.model
        ink = "text2" if why else "text"
        fill = None if why else "accent_soft" if self.down else "raised"
        box(p, (0, 0, w, h), fill, "line2" if why else "accent", 8, 1.4 if why else 2, dashed=bool(why))
        icon(p, 18, h / 2 - 14, "lock" if why else sign, 28, ink)
        text(p, (62, 16, w - 70, 30), words, largest(words, w - 70, (20, 18, 17), SEMIBOLD), SEMIBOLD, ink)
        room = (62.0, 46.0, w - 70, h - 50)
        said = why if not why or fits(why, room[2], room[3], 13) else tr("Tap to see why not.")
        fitted(p, room, said or sub, (14, 13), token="text2", top=True)
        self._focus_ring(p)


class StoppedSheet(Sheet):
    """Shows what was measured, never what ought to be."""

    wide, high, framed = 820, 480, True

    def __init__(
        self, store: TagStore, verbs: Actions, stay: Callable[[], None], ask: Callable[[str, str], None]
    ) -> None:
        super().__init__()
        self.store, self.verbs = store, verbs
        self.stay, self.end = Choice(self), Choice(self)
        self.go_on = HoldButton(self)
        self.stay.clicked.connect(stay)
        self.end.clicked.connect(lambda: ask("stop", tr("End run safely")))
        self.go_on.confirmed.connect(lambda: ask("restart", tr("Go on")))
        self.go_on.clicked.connect(lambda: ask("restart", tr("Go on")))
        self._said: tuple[object, ...] = ()
        self.refresh()

    def place(self, card: QRect) -> None:
        """Three answers side by side."""
        for i, button in enumerate((self.stay, self.end, self.go_on)):
            button.setGeometry(card.x() + 28 + i * 258, card.y() + 250, 248, 96)

    def refresh(self) -> None:
        """Follow the readings."""
        groups = groups_of(self.store.unit.get("steps") or [])
        step = now_of(groups)[0] + 1
        self.stay.show_model((tr("Stay stopped"), tr("close this and look"), "wrench", ""))
        why_end, why_on = self.verbs.reasons("stop"), self.verbs.reasons("restart")
        self.end.show_model((tr("End run safely"), tr("purge, then vent"), "flag", (why_end or [""])[0]))
        words = tr("Go on with step {n}", n=step)
        self.go_on.show_model(Hold(words, tr("hold 1.5 s"), "play", (why_on or [""])[0], words, style="outline"))
        said = (self._headline(), self._facts(), tuple(self.store.unit.get("reasons") or []))
        if said != self._said:
            self._said = said
            self.update()

    def _headline(self) -> tuple[str, str]:
        rf, gas = self.store.see("rf_on"), gas_closed(self.store)
        if not rf.live:
            return tr("Stopped. RF is not known."), tr("The RF generator gives no reading. Look at the light tower.")
        if rf.value:
            return tr("Stopping. RF is still on."), tr("If RF does not go off now, press the red EMO button.")
        after = self.store.unit.get("rf_off_ms")
        took = tr("RF off after {ms} ms.", ms=f"{after:.0f}") if isinstance(after, int | float) else tr("RF is off.")
        gases = {True: tr("Gas closed."), False: tr("Gas is still open."), None: tr("Gas valves not known.")}[gas]
        pa = self.store.number(pressure_tag(self.store))
        if pa is None:
            vacuum = tr("Pressure not known.")
        else:
            vacuum = tr("Vacuum held.") if pa < VACUUM_PA else tr("No vacuum: {pa}.", pa=with_unit(pa, "Pa"))
        return tr("Stopped. RF is off."), f"{took} {gases} {vacuum}"

    def _facts(self) -> tuple[tuple[str, str], ...]:
        forward, pressure = self.store.see("forward_power_w"), self.store.see(pressure_tag(self.store))
        groups = groups_of(self.store.unit.get("steps") or [])
        here, _ = now_of(groups)
        label = label_of(groups[here]) if groups else tr("Step")
        spent = spent_s(groups[here], None) if groups else None
        planned = plan_s(groups[here]) if groups else None
        gas = {True: tr("closed"), False: tr("open"), None: DASH}[gas_closed(self.store)]
        return (
            (tr("RF forward"), with_unit(forward.value, "W") if forward.live else DASH),
            (tr("Pressure"), f"{number(pressure.value, 'Pa')} Pa" if pressure.live else DASH),
            (label, f"{minutes(spent)} / {minutes(planned)}"),
            (tr("Gas valves"), gas),
        )

    def draw(self, p: QPainter, w: float, h: float) -> None:
        """Heading, four facts, and what to keep in mind."""
        words, sub = self._headline()
        icon(p, 26, 22, "octagon-pause", 56)
        text(p, (102, 18, w - 120, 40), words, 28, SEMIBOLD)
        text(p, (102, 60, w - 120, 24), sub, 16, token="text2")
        for i, (label, value) in enumerate(self._facts()):
            x = 28 + i * 193
            box(p, (x, 112, 183, 76), "raised", radius=8)
            text(p, (x + 12, 120, 160, 22), label, 14, token="text2", free=True)
            text(p, (x + 12, 142, 165, 36), value, 24, SEMIBOLD, "value")
        text(p, (28, 206, 400, 28), tr("What next?"), 18, SEMIBOLD)
        self._notes(p, w)

    def _notes(self, p: QPainter, w: float) -> None:
        icon(p, 28, 360, "info", 24, "text2")
        marked = tr("The run is marked as interrupted. Measure this mask before release.")
        text(p, (64, 361, w - 92, 24), marked, 16, token="text2")
        room = w - 92
        said = as_many(self.held_by(), "; ", lambda words: fits(words, room, 34, 13))
        fitted(p, (64, 388, room, 36), said, (15, 14, 13), token="text2")
        warn = tr("Smoke, smell or danger: press the red EMO button on the tool.")
        text(p, (64, 430, w - 92, 24), warn, 15, SEMIBOLD)

    def held_by(self) -> tuple[str, ...]:
        """Why the run stands: who pressed STOP, or what held it."""
        found = [reason(str(each), self.store.units) for each in self.store.unit.get("reasons") or []]
        return (tr("Held by: {why}", why=small(found[0])), *found[1:]) if found else ()

"""What a page is: it shows the store and lists commands for the right column. Pages know no window, only a shell."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.i18n import tr
from gui.pages.offer import Offer
from gui.sheets.sheet import Sheet
from gui.store import TagStore
from gui.widgets.command_button import Command
from gui.widgets.hold_button import Hold


class Shell(Protocol):
    """What a page may ask of the window around it."""

    store: TagStore
    verbs: Actions
    lit: bool  #: phase of the one blink

    def go(self, page: str) -> None: ...  # noqa: D102
    def open_sheet(self, sheet: Sheet) -> None: ...  # noqa: D102
    def close_sheet(self, sheet: Sheet) -> None: ...  # noqa: D102
    def show_reasons(self, title: str, reasons: list[str]) -> None: ...  # noqa: D102
    def ask(self, verb: str, words: str, **arguments: object) -> None: ...  # noqa: D102


class Page(QWidget):
    """Base of all pages. `refresh` is called at most ten times a second, and only while the page is visible."""

    title = ""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell

    @property
    def store(self) -> TagStore:
        """The picture."""
        return self.shell.store

    @property
    def verbs(self) -> Actions:
        """What may be asked of the controller."""
        return self.shell.verbs

    def refresh(self) -> None:
        """Show the picture of this moment."""

    def offers(self) -> list[Offer]:
        """Commands of the right column, top down, at most eight."""
        return []

    def minimumSizeHint(self) -> QSize:
        """Pages take what the frame gives."""
        return QSize(0, 0)

    # --- offers that several pages share ---------------------------------------------------------------------

    def not_yet(self, words: str, icon: str, instead: str, *, gap: bool = False) -> Offer:
        """A command of the design that is not built: it stands in its place and says so, and what to do instead."""
        shows = Command(words, icon, why=tr("not yet"))
        return Offer(shows, lambda: self.shell.show_reasons(tr("Not yet: {what}", what=words), [instead]), gap)

    def buzzer_offer(self) -> Offer:
        """The buzzer has no silence of its own yet."""
        instead = tr("The screen cannot silence the buzzer by itself yet. Acknowledge the alarms: then it stops.")
        return self.not_yet(tr("Silence buzzer"), "bell", instead, gap=True)

    def verb(self, verb: str, words: str, icon: str, sub: str = "", *, gap: bool = False) -> Offer:
        """A tap that asks for a verb; a blocked one tells all reasons."""
        why = self.verbs.reasons(verb)
        shows = Command(words, icon, sub, why[0] if why else "", busy=verb in self.verbs.busy)
        return Offer(shows, lambda: self.shell.ask(verb, words), gap)

    def held_verb(self, verb: str, words: str, icon: str, seconds: float = 1.0) -> Offer:
        """A hold that asks for a verb."""
        why = self.verbs.reasons(verb)
        sub = tr("hold {seconds} s", seconds=f"{seconds:g}")
        shows = Hold(words, sub, icon, why[0] if why else "", seconds=seconds, style="command")
        return Offer(shows, lambda: self.shell.ask(verb, words), False)

    def control_offer(self) -> list[Offer]:
        """Take control, while somebody else (or nobody) has it."""
        if self.store.user is None or self.store.picture.get("control") == self.verbs.link.name:
            return []
        return [self.verb("take_control", tr("Take control"), "monitor", gap=True)]

    def run_offers(self) -> list[Offer]:
        """What a run that is under way can be asked, in its order of use."""
        state, found = self.store.state, []
        if self.store.unit.get("operator_message"):
            found.append(self.verb("confirm", tr("Confirm: done"), "check"))
        if state in ("paused", "pausing"):
            found.append(self.held_verb("resume", tr("Resume"), "play", 1.5))  # it may light the plasma, as START does
        elif state == "running":
            found.append(self.verb("pause", tr("Pause after step"), "pause"))
        if state == "running":
            found.append(self.held_verb("end_step", tr("End step now"), "step-forward"))
        if state in ("complete", "stopped", "aborted"):
            found.append(self.verb("reset", tr("Make ready"), "rotate-ccw", tr("for the next mask")))
        return found

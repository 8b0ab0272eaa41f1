"""Run: set one up while none is under way, follow it while one is."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedLayout

from gui.i18n import tr
from gui.pages.offer import Offer
from gui.pages.page import Page, Shell
from gui.pages.run_progress import RunProgress
from gui.pages.run_setup import RunSetup
from gui.sheets.abort import AbortSheet
from gui.sheets.text_pad import TextPadSheet
from gui.titles import RUNNING
from gui.widgets.command_button import Command

FOLLOWED = (*RUNNING, "complete", "stopped", "aborted")


class RunPage(Page):
    """Shows one of its two faces, by the state of the unit."""

    title = "Run"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.setup, self.progress = RunSetup(shell), RunProgress(shell)
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.setup)
        self.stack.addWidget(self.progress)

    def refresh(self) -> None:
        """Only the face that is shown."""
        self.setup.follow()
        face = self.progress if self.store.state in FOLLOWED else self.setup
        if self.stack.currentWidget() is not face:
            self.stack.setCurrentWidget(face)
        face.refresh()

    def offers(self) -> list[Offer]:
        """Run verbs, abort, note."""
        found = self.run_offers()
        if self.store.state in RUNNING and self.store.state != "aborting":
            why = self.verbs.reasons("abort")
            shows = Command(tr("Abort run"), "circle-x", tr("slide to confirm"), why[0] if why else "")
            found.append(Offer(shows, self._abort))
        if self.store.state in RUNNING:
            why = self.verbs.reasons("note")
            shows = Command(tr("Add note"), "message-square-plus", why=why[0] if why else "")
            found.append(Offer(shows, self._note, gap=True))
        return found + self.control_offer()

    def _abort(self) -> None:
        if self.verbs.reasons("abort"):
            self.shell.ask("abort", tr("Abort run"))
            return
        sheet = AbortSheet(lambda: self._really_abort(sheet), lambda: self.shell.close_sheet(sheet))
        self.shell.open_sheet(sheet)

    def _really_abort(self, sheet: AbortSheet) -> None:
        self.shell.close_sheet(sheet)
        self.shell.ask("abort", tr("Abort run"))

    def _note(self) -> None:
        if self.verbs.reasons("note"):
            self.shell.ask("note", tr("Add note"))
            return
        title, sub = tr("A note for this run"), tr("It stays with the run's record.")
        sheet = TextPadSheet(
            title, sub, "", lambda words: self._send_note(sheet, words), lambda: self.shell.close_sheet(sheet)
        )
        self.shell.open_sheet(sheet)

    def _send_note(self, sheet: TextPadSheet, words: str) -> None:
        self.shell.close_sheet(sheet)
        self.verbs.do("note", text=words)

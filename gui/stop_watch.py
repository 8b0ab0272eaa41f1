"""What became of the last STOP: sent, taken, refused, or without an answer. Counts ticks; the window sends.

Owns words only. RF is told as it is measured, never as it ought to be.
"""

from __future__ import annotations

import math
from typing import Any

from gui.conditions import reason
from gui.i18n import tr
from gui.store import TagStore
from gui.titles import rf_words

PRESSED_TICKS = 4  #: how long the button looks pressed, so that a short tap is seen too
PATIENCE_TICKS = 10  #: without an answer for 1.0 s, STOP counts as unanswered
SHOWN_TICKS = 40  #: what became of it stays on the button that long, or until the next press
SILENT_TICKS = 300  #: that there was no answer stays longer
ENDING = ("stopping", "aborting")
Said = tuple[str, list[str]]  #: title and sentences of a sheet


class StopWatch:
    """`struck` at each press, `hear` each message, `tick` ten times a second; those two may have words for a sheet."""

    def __init__(self, store: TagStore) -> None:
        self.store = store
        self.fate = ""  #: "", sent, taken, refused, unsent, silent
        self.ticks = 0  #: since the press, or since its fate was known
        self.pressed = 0  #: ticks for which the button still looks pressed
        self._number = ""

    def struck(self, number: str) -> None:
        """STOP went out with this id; empty when it did not go out."""
        self.fate, self.ticks, self.pressed, self._number = "sent" if number else "unsent", 0, PRESSED_TICKS, number

    def hear(self, message: dict[str, Any]) -> Said | None:
        """Take an answer; what to say where STOP was refused."""
        number = str(message.get("id", ""))
        if message["type"] not in ("done", "denied") or not number.startswith("stop-"):
            return None
        refused = message["type"] == "denied"
        if number == self._number:
            self.fate, self.ticks = "refused" if refused else "taken", 0
        return (tr("STOP was refused"), self._why(message)) if refused else None

    def tick(self) -> Said | None:
        """A tenth of a second has passed; what to say where no answer came in time."""
        self.ticks += 1
        self.pressed = max(0, self.pressed - 1)
        if self.fate == "sent" and self.ticks >= PATIENCE_TICKS:
            self.fate, self.ticks = "silent", 0
            return unanswered()
        if self.ticks >= {"taken": SHOWN_TICKS, "refused": SHOWN_TICKS, "silent": SILENT_TICKS}.get(
            self.fate, math.inf
        ):
            self.fate = ""
        return None

    def words(self) -> tuple[str, str]:
        """Two lines for the button; empty when there is nothing to say."""
        if self.fate == "sent":
            return tr("STOP sent"), tr("waits for the answer")
        if self.fate == "taken":
            return tr("STOP taken"), rf_words(self.store)
        if self.fate == "refused":
            return tr("STOP refused"), rf_words(self.store)
        if self.fate == "silent":
            return tr("No answer"), tr("Press the red EMO button.")
        return ("", "")

    def _why(self, message: dict[str, Any]) -> list[str]:
        if self.store.state in ENDING and not self.store.link_old:
            return [tr("The tool is already ending the run. {rf}", rf=rf_sentence(self.store))]
        reasons = [reason(str(each), self.store.units) for each in message.get("reasons") or []]
        rf = self.store.see("rf_on")
        return reasons if rf.live and not rf.value else [*reasons, rf_sentence(self.store)]


def unanswered() -> Said:
    """Nobody said that STOP was taken."""
    return tr("STOP has no answer"), [tr("STOP did not get an answer. Press the red EMO button on the tool.")]


def rf_sentence(store: TagStore) -> str:
    """RF as it is measured at this moment, and what to do where it is not off."""
    rf = store.see("rf_on")
    if not rf.live:
        return tr("It is not known whether RF is off. Look at the light tower; if in doubt, press the red EMO button.")
    if rf.value:
        return tr("RF is still on. If it does not go off now, press the red EMO button on the tool.")
    return tr("RF is off.")

"""What a verb of a screen does: who may give it, what it needs, and what becomes of it in the scan.

Owns roles and arguments. Every refusal carries all reasons. Commands run in the scan's thread between two scans, where
whatever raises ends the scanning: all that a client sent is converted and checked before it gets there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from controller.clock import utc_now
from controller.records.log import log_event
from controller.records.recorder import Texts
from controller.runtime import NotRunningError, Runtime
from controller.scan.alarms import MAX_SHELVED_S, MIN_SHELVED_S, SHELVED_WORDS
from controller.scan.scan import Answer
from controller.scan.unit_state import Order
from controller.service.messages import VERBS
from controller.service.picture import Picture
from controller.service.users import ROLES, User
from recipes.files import FileRefused
from recipes.store import LIBRARY, find_named, load_recipe, prepare

ROLE_OF = {"shelve": "engineer", "start draft": "engineer"}  #: everything else an operator may do
LONGEST_NOTE = 500
MAKES_SAFE = ("end-safe", "abort-safe")  #: procedures that start without room for records: a full disk traps no mask
PLAIN = ("restart", "pause", "resume", "stop", "abort", "reset", "end_step", "confirm")


class Commands:
    """The verbs of one controller."""

    def __init__(self, runtime: Runtime, picture: Picture, recipes: Path = LIBRARY) -> None:
        """``recipes``: the folder of the recipes that may be started."""
        self.runtime = runtime
        self.library = recipes
        self.picture = picture
        self._runs = 0

    def do(self, verb: str, args: dict[str, Any], who: User | None, station: str) -> list[str]:
        """Do a verb; returns every reason why not. ``station`` is the screen it came from."""
        if verb not in VERBS:
            return [f"there is no verb {verb!r}; known: {', '.join(VERBS)}"]
        if reasons := _not_allowed(who, ROLE_OF.get(verb, ROLES[0])) if verb != "hold" else []:
            return reasons
        name = who.name if who else f"STOP at {station}"  # nobody else does anything without a login
        try:
            reasons = self._do(verb, args, who, name)
        except NotRunningError as error:
            reasons = [
                f"the controller's core does not answer ({error}); use the red EMO button on the tool if in doubt"
            ]
        log_event("command", verb=verb, args=args, user=who.id if who else "", station=station, refused=reasons)
        return reasons

    def _do(self, verb: str, args: dict[str, Any], who: User | None, name: str) -> list[str]:
        scan = self.runtime.scan
        if verb == "start":
            return self._start(args, who)
        if verb in ("hold", *PLAIN):
            return self._answer(lambda: scan.command(verb, f"operator {name}"))
        if verb == "reset_interlocks":
            return self._answer(scan.reset_interlocks)
        if verb == "acknowledge":
            return self._acknowledge(str(args.get("alarm", "")))
        if verb == "shelve":
            return self._shelve(args, name)
        if verb == "note":
            return self._note(str(args.get("text", "")).strip(), name)
        return []  # take_control is the server's own

    def _start(self, args: dict[str, Any], who: User | None) -> list[str]:
        mask = args.get("mask")
        if not isinstance(mask, str) or not mask.strip() or len(mask) > 60 or not mask.isprintable():
            return ["the mask has no identity: type or scan it"]
        view = self.runtime.built.view
        try:
            loaded = load_recipe(find_named(str(args.get("recipe", "")), self.library))
            header = loaded.recipe.recipe
            program = prepare(loaded, view)
            finish, abort = (prepare(load_recipe(find_named(each)), view) for each in (header.finish, header.abort))
        except FileRefused as refused:
            return [str(finding) for finding in refused.findings]
        reasons = []
        if header.status == "retired":
            reasons = [f"{header.name} is retired: choose another recipe"]
        elif header.status != "released":
            reasons = _not_allowed(who, ROLE_OF["start draft"], "run a recipe that is not released")
        if header.name not in MAKES_SAFE:
            reasons += self.runtime.why_no_record()
        if reasons:
            return reasons
        self._runs += 1
        run_id = f"{utc_now():%Y%m%d-%H%M%S}-{self._runs}"
        order = Order(run_id, program, finish, abort, mask.strip(), who.name if who else "", loaded.sha256)
        texts = Texts(
            self.runtime.built.machine,
            self.runtime.built.document.text,
            loaded.document.text,
            {"name": header.name, "version": header.version, "sha256": loaded.sha256},
        )
        usual = [] if self.runtime.why_no_record() else self.runtime.usual_times(loaded.sha256)

        def begin() -> Answer:
            answer = self.runtime.scan.start(order)
            if answer.ok:
                self.runtime.recorder.texts, self.picture.usual_s = texts, usual
            return answer

        return self._answer(begin)

    def _acknowledge(self, alarm: str) -> list[str]:
        scan = self.runtime.scan

        def work() -> Answer:
            if alarm != "*":
                return scan.acknowledge(alarm)
            for each in scan.alarms.unseen():
                scan.acknowledge(each.id)
            return Answer(True, [])

        return self._answer(work)

    def _shelve(self, args: dict[str, Any], name: str) -> list[str]:
        alarm, seconds, why = str(args.get("alarm", "")), args.get("seconds"), str(args.get("why", "")).strip()
        lasts_s = seconds if isinstance(seconds, int | float) and not isinstance(seconds, bool) else 0.0
        if not MIN_SHELVED_S <= lasts_s <= MAX_SHELVED_S:
            bounds = f"{MIN_SHELVED_S:g} to {MAX_SHELVED_S:g} ({SHELVED_WORDS})"
            return [f"shelving needs seconds, a number from {bounds}"]
        if len(why) > LONGEST_NOTE:
            return [f"a reason has at most {LONGEST_NOTE} characters"]
        because = f"{name}: {why}" if why else ""
        return self._answer(lambda: self.runtime.scan.shelve(alarm, float(lasts_s), because))

    def _note(self, text: str, name: str) -> list[str]:
        if not text or len(text) > LONGEST_NOTE:
            return [f"a note has 1 to {LONGEST_NOTE} characters"]
        return self._answer(lambda: self.runtime.scan.note(f"{name}: {text}"))

    def _answer(self, work: Callable[[], Answer]) -> list[str]:
        return self.runtime.call(work).reasons


def _not_allowed(who: User | None, least: str, what: str = "do this") -> list[str]:
    if who is None:
        return ["log in first"]
    if ROLES.index(who.role) < ROLES.index(least):
        return [f"only an {least} may {what}"]
    return []

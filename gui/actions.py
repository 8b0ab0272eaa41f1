"""What a finger may ask of the controller: verbs become messages, answers find who asked.

Owns ids, the wait for an answer and the reasons of this side (no link, nobody logged in, somebody else in control).
All other reasons come from the controller; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from gui.conditions import reason
from gui.i18n import tr
from gui.store import TagStore

Answer = Callable[[Any], None]
Refusal = Callable[[str, list[str]], None]


class LinkLike(Protocol):
    """What actions and window need of a link; tests and pictures bring their own."""

    name: str

    def send(self, message: dict[str, Any]) -> bool: ...  # noqa: D102
    def stop_now(self) -> str: ...  # noqa: D102
    def take(self) -> list[dict[str, Any]]: ...  # noqa: D102
    def age_s(self) -> float | None: ...  # noqa: D102
    def retry_in_s(self) -> float | None: ...  # noqa: D102
    def retry(self) -> None: ...  # noqa: D102


@dataclass
class Actions:
    """Sends verbs and queries; `refused` is called with the verb and all reasons when one is denied."""

    link: LinkLike
    store: TagStore
    refused: Refusal = lambda verb, reasons: None
    busy: set[str] = field(default_factory=set)  #: verbs sent and not answered
    _count: int = 0
    _verbs: dict[str, str] = field(default_factory=dict)
    _queries: dict[str, Answer] = field(default_factory=dict)
    _login: Answer | None = None

    def reasons(self, verb: str) -> list[str]:
        """Why a verb cannot be done now; empty when it can. A verb the controller does not speak of is not allowed."""
        if self.store.link_old:
            return [tr("No connection to the tool.")]
        if self.store.user is None:
            return [tr("Log in first.")]
        in_control = self.store.picture.get("control")
        if verb != "take_control" and in_control != self.link.name:
            who = in_control or tr("Nobody")
            return [tr("{who} has control. Take control first.", who=who)]
        allowed: dict[str, list[str]] = self.store.picture.get("allowed") or {}
        if verb not in allowed:
            return [] if verb == "take_control" else [tr("The controller does not offer this now.")]
        return [reason(each, self.store.units) for each in allowed[verb]]

    def do(self, verb: str, **arguments: Any) -> None:
        """Ask for a verb. What it depended on is the picture's version, so that the controller can tell an old one."""
        why = self.reasons(verb)
        if why:
            self.refused(verb, why)
            return
        number = self._next()
        version = self.store.picture.get("version", 0)
        sent = self.link.send({"type": "do", "id": number, "verb": verb, "args": arguments, "version": version})
        if not sent:
            self.refused(verb, [tr("No connection to the tool.")])
            return
        self._verbs[number] = verb
        self.busy.add(verb)

    def query(self, what: str, answer: Answer, **arguments: Any) -> None:
        """Ask for data; `answer` is called with it, or never."""
        number = self._next()
        if self.link.send({"type": "query", "id": number, "what": what, "args": arguments}):
            self._queries[number] = answer

    def log_in(self, user: str, pin: str, answer: Answer) -> bool:
        """Send name and PIN; `answer` gets the login message. False when there is no link."""
        self._login = answer
        return self.link.send({"type": "login", "user": user, "pin": pin})

    def log_out(self) -> None:
        """Leave the session to nobody."""
        self.link.send({"type": "logout"})

    def hear(self, message: dict[str, Any]) -> None:
        """Take an answer of the controller."""
        kind, number = message["type"], str(message.get("id", ""))
        if kind == "login" and self._login is not None:
            waiting, self._login = self._login, None
            waiting(message)
        elif kind == "answer" and number in self._queries:
            self._queries.pop(number)(message.get("data") or {})
        elif kind in ("done", "denied"):
            self._queries.pop(number, None)
            verb = self._verbs.pop(number, "")
            self.busy.discard(verb)
            if kind == "denied" and verb:
                self.refused(verb, [reason(str(each), self.store.units) for each in message.get("reasons") or []])
        elif kind == "hello":
            self._verbs.clear()
            self._queries.clear()
            self.busy.clear()

    def _next(self) -> str:
        self._count += 1
        return str(self._count)

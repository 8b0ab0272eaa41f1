"""One question asked again and again, never before the last answer came, never faster than it may be drawn."""

from __future__ import annotations

from functools import partial
from typing import Any

from gui.actions import Actions

PATIENCE = 50  #: ticks after which an answer counts as lost [0.1 s]


class Feed:
    """`tick` at every refresh (ten a second); `data` is the last answer, None before the first."""

    def __init__(self, verbs: Actions, what: str, every: int) -> None:
        self.what, self.every = what, every  #: ticks between two questions [0.1 s]
        self.data: dict[str, Any] | list[Any] | None = None
        self._verbs = verbs
        self._due, self._waiting = 0, 0
        self._asked: dict[str, Any] = {}

    def tick(self, **arguments: Any) -> None:
        """Ask, if it is time. A question with other arguments is asked at once, and the old answer forgotten."""
        if arguments != self._asked:
            self._asked, self.data, self._due, self._waiting = arguments, None, 0, 0
        self._due -= 1
        self._waiting -= 1
        if self._due <= 0 and self._waiting <= 0:
            self._due, self._waiting = self.every, PATIENCE
            self._verbs.query(self.what, partial(self._hear, arguments), **arguments)

    def again(self) -> None:
        """Ask at the next tick."""
        self._due = 0

    def _hear(self, asked: dict[str, Any], data: Any) -> None:
        if asked == self._asked:
            self.data, self._waiting = data, 0

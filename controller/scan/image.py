"""The process image: the last reading of every tag, and which of them can be trusted now.

Owns quality over time. `values` holds the GOOD readings only, and is all that any decision ever sees.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from drivers.bus import Arrival, Bus
from drivers.tags import Quality, Reading, Tag

_GOOD = Quality.GOOD


class Image:
    """Readings by machine tag name. Arrays are kept, but stay out of `values`."""

    def __init__(self, tags: dict[str, Tag], stale_after_s: dict[str, float]) -> None:
        self.tags = tags
        self.stale_after_s = stale_after_s
        self.values: dict[str, Any] = {}  #: GOOD readings only
        self.taken: list[Arrival] = []  #: what came in with the last scan
        self._last: dict[str, Any] = {}  # last value of every tag, whatever its quality
        self._times: dict[str, float] = {}
        self._quality: dict[str, Quality] = {}
        self._stale_after = [(name, stale_after_s[name]) for name in tags if name in stale_after_s]
        self._arrays = {name for name, tag in tags.items() if tag.kind == "array"}
        self._youngest_s = min(stale_after_s.values(), default=0.0) - 1e-6  # no reading turns STALE younger than this
        self._all_fresh_until_s = -math.inf  # until then there is nothing to look for

    def take(self, buses: Iterable[Bus], now: float) -> None:
        """Take every reading whose last byte was in by ``now`` [s], then let old ones turn STALE."""
        self.taken = taken = []
        for bus in buses:
            inbox = bus.inbox
            while inbox and inbox[0].ready_s <= now:
                arrival = inbox.popleft()
                taken.append(arrival)
                self._store(arrival)
                if arrival.time_s + self._youngest_s < self._all_fresh_until_s:
                    self._all_fresh_until_s = arrival.time_s + self._youngest_s
        if now >= self._all_fresh_until_s:
            self._let_turn_stale(now)

    def _let_turn_stale(self, now: float) -> None:
        times, values = self._times, self.values
        soonest = math.inf
        for name, after in self._stale_after:
            if name in values:
                until = times[name] + after
                if now - times[name] > after:
                    self._quality[name] = Quality.STALE
                    del values[name]
                elif until < soonest:
                    soonest = until
        self._all_fresh_until_s = soonest - 1e-6  # a little early, because sums round

    def put(self, name: str, value: Any, now: float) -> None:
        """A value that the core itself made; None means unknown."""
        self._last[name] = value
        self._times[name] = now
        if value is None:
            self._quality[name] = Quality.BAD
            self.values.pop(name, None)
        else:
            self._quality[name] = _GOOD
            self.values[name] = value

    def reading(self, name: str) -> Reading:
        """The last reading of a tag; BAD with no value if there never was one."""
        if name not in self._times:
            return Reading(None, 0.0, Quality.BAD)
        return Reading(self._last[name], self._times[name], self._quality[name])

    def _store(self, arrival: Arrival) -> None:
        time = arrival.time_s
        last, times, qualities, values = self._last, self._times, self._quality, self.values
        for name, value, quality in arrival.items:
            last[name] = value
            times[name] = time
            qualities[name] = quality
            if quality is _GOOD and name not in self._arrays:
                values[name] = value
            elif name in values:
                del values[name]

"""The process image: the last reading of every tag, and which of them can be trusted now.

Owns quality over time. `values` holds the GOOD readings only, and is all that any decision ever sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drivers.bus import Arrival, Bus
from drivers.tags import Quality, Reading, Tag

_GOOD, _STALE = Quality.GOOD, Quality.STALE


class Image:
    """Readings by machine tag name. Arrays are kept, but stay out of `values`."""

    def __init__(self, tags: dict[str, Tag], stale_after_s: dict[str, float]) -> None:
        self.tags = tags
        self.readings: dict[str, Reading] = {}
        self.values: dict[str, Any] = {}
        self.taken: list[Arrival] = []  #: what came in with the last scan
        self._stale_after = [(name, stale_after_s[name]) for name in tags if name in stale_after_s]
        self._arrays = {name for name, tag in tags.items() if tag.kind == "array"}

    def take(self, buses: Iterable[Bus], now: float) -> None:
        """Take every reading whose last byte was in by ``now`` [s], then let old ones turn STALE."""
        self.taken = taken = []
        for bus in buses:
            inbox = bus.inbox
            while inbox and inbox[0].ready_s <= now:
                arrival = inbox.popleft()
                taken.append(arrival)
                self._store(arrival.name, arrival.reading)
        readings, values = self.readings, self.values
        for name, after in self._stale_after:
            last = readings.get(name)
            if last is not None and now - last.time_s > after and last.quality is _GOOD:
                readings[name] = Reading(last.value, last.time_s, _STALE)
                values.pop(name, None)

    def put(self, name: str, value: Any, now: float) -> None:
        """A value that the core itself made; None means unknown."""
        if value is None:
            self.readings[name] = Reading(None, now, Quality.BAD)
            self.values.pop(name, None)
        else:
            self.readings[name] = Reading(value, now)
            self.values[name] = value

    def reading(self, name: str) -> Reading:
        """The last reading of a tag; BAD with no value if there never was one."""
        return self.readings.get(name, Reading(None, 0.0, Quality.BAD))

    def _store(self, name: str, reading: Reading) -> None:
        self.readings[name] = reading
        if name in self._arrays:
            return
        if reading.quality is _GOOD:
            self.values[name] = reading.value
        else:
            self.values.pop(name, None)

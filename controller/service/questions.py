"""What a screen may ask for: curves, the history of alarms, past runs, the last spectrum. Reads only."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from controller.clock import utc_now
from controller.records.history import History
from controller.records.store import Store, StoreError
from controller.runtime import Runtime

MOST_POINTS = 4000
MOST_TAGS = 40
ALARMS_KEPT = 1000
Answered = tuple[Any, list[str]]


class Questions:
    """Answers from memory and from the store; `follow` is called after every scan."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.utc: Callable[[], datetime] = utc_now
        image = runtime.scan.image
        self.history = History([name for name, tag in image.tags.items() if tag.kind in ("number", "flag")])
        self._arrays = [name for name, tag in image.tags.items() if tag.kind == "array"]
        self._alarms: deque[dict[str, Any]] = deque(maxlen=ALARMS_KEPT)

    def follow(self) -> None:
        """Keep what the last scan brought."""
        scan = self.runtime.scan
        self.history.take(scan.image.values, scan.now)
        for event in scan.alarm_events:
            told = {"time_s": event.time_s, "utc": self.utc().isoformat(timespec="seconds"), "id": event.id}
            self._alarms.append({**told, "priority": event.priority, "event": event.event, "text": event.text})

    def answer(self, what: str, args: dict[str, Any]) -> Answered:
        """The answer to a question, or every reason why there is none."""
        known: dict[str, Callable[[dict[str, Any]], Answered]] = {
            "trend": self._trend,
            "run_trend": self._run_trend,
            "alarm_history": lambda args: (list(self._alarms)[-_whole(args, "limit", 200) :][::-1], []),
            "runs": self._runs,
            "spectrum": lambda _: (self._spectrum(), []),
        }
        if what not in known:
            return None, [f"there is no question {what!r}; known: {', '.join(known)}"]
        try:
            return known[what](args)
        except (TypeError, ValueError, OverflowError) as error:
            return None, [f"{what}: {error}"]

    def _trend(self, args: dict[str, Any]) -> Answered:
        seconds = float(args.get("seconds", 600.0))
        if not math.isfinite(seconds) or seconds <= 0:
            raise ValueError("seconds must be above zero")
        return self._curves(args, self.runtime.scan.now - seconds, 0.0), []

    def _run_trend(self, args: dict[str, Any]) -> Answered:
        started = self.runtime.scan.unit.started_s
        return self._curves(args, started, started), []

    def _curves(self, args: dict[str, Any], since_s: float, zero_s: float) -> dict[str, Any]:
        tags = args.get("tags")
        if not isinstance(tags, list) or not all(isinstance(name, str) for name in tags) or len(tags) > MOST_TAGS:
            raise ValueError(f"tags must be a list of at most {MOST_TAGS} names")
        curves = self.history.trend(tags, since_s, min(_whole(args, "points", 1000), MOST_POINTS))
        curves["time_s"] = [round(t - zero_s, 2) for t in curves["time_s"]]
        return curves

    def _runs(self, args: dict[str, Any]) -> Answered:
        try:
            store = Store(self.runtime.store_path)
        except StoreError as error:
            return None, [str(error)]
        try:
            return store.runs(_whole(args, "limit", 50)), []
        finally:
            store.close()

    def _spectrum(self) -> dict[str, Any]:
        for name in self._arrays:
            value = self.runtime.scan.image.reading(name).value
            if value is not None:
                return {"counts": [float(count) for count in value]}
        return {"counts": []}


def _whole(args: dict[str, Any], name: str, default: int) -> int:
    value = args.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 100_000:
        raise ValueError(f"{name} must be a whole number from 1 to 100000")
    return value

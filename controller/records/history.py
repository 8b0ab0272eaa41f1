"""The last hour of every scalar tag, in memory, for the curves of the screens. Owns the ring and its thinning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

EVERY_S = 0.2  #: distance of two rows [s]
ROWS = 18_000  #: one hour


class History:
    """A ring of rows; written by one thread, read by others. A reading that is not GOOD is NaN."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.where = {name: number for number, name in enumerate(names)}
        self._data = np.full((ROWS, len(names) + 1), math.nan, dtype=np.float64)
        self._count = 0
        self._next_s = -math.inf

    def take(self, values: Mapping[str, Any], now: float) -> None:
        """Keep the GOOD values of this scan, if a row is due."""
        if now < self._next_s:
            return
        self._next_s = now + EVERY_S
        row = [now]
        row += [values.get(name, math.nan) for name in self.names]
        self._data[self._count % ROWS] = row
        self._count += 1

    def trend(self, tags: Sequence[str], since_s: float, points: int) -> dict[str, Any]:
        """Rows from ``since_s`` on, at most ``points`` a tag; lowest and highest of each bucket are kept."""
        rows = self._since(since_s)
        known = [name for name in tags if name in self.where]
        buckets = max(points // 2, 1)
        if len(rows) <= points:
            keep = np.arange(len(rows))
            return _told(rows, keep, {name: rows[keep, self.where[name] + 1] for name in known})
        edges = np.linspace(0, len(rows), buckets + 1).astype(int)[:-1]
        first, second = edges, np.minimum(edges + 1, len(rows) - 1)
        keep = np.ravel(np.column_stack([first, second]))
        values = {}
        for name in known:
            column = rows[:, self.where[name] + 1]
            low, high = np.fmin.reduceat(column, edges), np.fmax.reduceat(column, edges)
            values[name] = np.ravel(np.column_stack([low, high]))
        return _told(rows, keep, values)

    def _since(self, since_s: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        count = self._count
        if count <= ROWS:
            rows = self._data[:count]
        else:
            cut = count % ROWS
            rows = np.concatenate([self._data[cut:], self._data[:cut]])
        return rows[np.searchsorted(rows[:, 0], since_s) :]


def _told(rows: Any, keep: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "time_s": [round(float(t), 2) for t in rows[keep, 0]],
        "values": {
            name: [None if math.isnan(v) else float(f"{v:.5g}") for v in column] for name, column in values.items()
        },
    }

"""Slow change of one number of the plant: wear, fouling, growing leaks, zeros that move.

Owns the motion; which number and how fast is said by faults.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any


@dataclass
class Drift:
    """``path`` (room.record.field) changes by ``rate`` a second, within limits."""

    path: str
    rate: float
    low: float = float("-inf")
    high: float = float("inf")

    def move(self, state: Any, dt: float) -> None:
        """Advance by ``dt``."""
        room, _, name = self.path.rpartition(".")
        record = attrgetter(room)(state) if room else state
        value = float(getattr(record, name))
        setattr(record, name, min(max(value + self.rate * dt, self.low), self.high))

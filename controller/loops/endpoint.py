"""Optical endpoint, first version: a product line over a reference line, smoothed; found when it has fallen and rests.

The ratio takes out what changes all light alike (power, fouling). Owns the detector's state; which step watches, and
the shortest and longest time, belong to the recipe.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.machine.model import EndpointTable
from recipes.conditions import Values

SETTLE_S = 3.0  #: the light of a new plasma is not judged before this  # assumed: match and power ramp


@dataclass
class Endpoint:
    """One detector. `level` is the smoothed ratio relative to the highest seen (1 = full, 0 = no product)."""

    table: EndpointTable
    ratio: float | None = None
    highest: float = 0.0
    slope_per_s: float = 0.0
    level: float | None = None
    found: bool = False
    lit_s: float | None = None
    resting_s: float | None = None
    last_s: float | None = None

    def reset(self) -> None:
        """Begin anew: a step starts to watch."""
        self.ratio = self.level = self.lit_s = self.resting_s = self.last_s = None
        self.highest = self.slope_per_s = 0.0
        self.found = False

    def step(self, plasma: bool, values: Values, now: float) -> None:
        """One scan; without plasma or light the detector holds its breath."""
        signal, reference = values.get(self.table.signal), values.get(self.table.reference)
        dt = 0.0 if self.last_s is None else now - self.last_s
        self.last_s = now
        if not plasma or signal is None or reference is None or reference <= 0:
            self.lit_s = self.resting_s = None
            return
        if self.lit_s is None:
            self.lit_s = now
        if now - self.lit_s < SETTLE_S:
            return
        ratio = signal / reference
        if self.ratio is None:
            self.ratio = ratio
        weight = min(dt / self.table.smooth_s, 1.0)
        change = (ratio - self.ratio) * weight
        self.ratio += change
        if dt > 0:
            self.slope_per_s += (change / dt - self.slope_per_s) * weight
        self.highest = max(self.highest, self.ratio)
        if self.highest > 0:
            self._judge(now)

    def _judge(self, now: float) -> None:
        assert self.ratio is not None
        self.level = self.ratio / self.highest
        fallen = self.level <= 1 - self.table.drop_pct / 100
        resting = abs(self.slope_per_s) <= self.table.plateau_pct_per_s / 100 * self.highest
        if not (fallen and resting):
            self.resting_s = None
            return
        if self.resting_s is None:
            self.resting_s = now
        self.found = self.found or now - self.resting_s >= self.table.hold_s

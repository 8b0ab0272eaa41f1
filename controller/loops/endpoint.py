"""Optical endpoint, first version: a product line over a reference line, smoothed; found when it has fallen and rests.

What has not stood clear of the noise cannot fall: on a clean mask nothing is found. The ratio takes out what changes
all light alike (power, fouling). Owns the detector's state; which step watches, and the shortest and longest time,
belong to the recipe.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from controller.machine.model import EndpointTable
from recipes.conditions import Values

SETTLE_S = 3.0  #: the light of a new plasma is not judged before this  # assumed: match and power ramp
CLEAR = 10.0  #: product is there when the smoothed ratio is so many times its own noise  # assumed: noise alone makes 5


@dataclass
class Endpoint:
    """One detector. `level` is the smoothed ratio relative to the highest seen (1 = full, 0 = no product)."""

    table: EndpointTable
    ratio: float | None = None
    variance: float = 0.0  #: of single ratios about the smoothed one
    smoothed_s: float = 0.0  #: time of light in the smoothed ratio: a mean at first, fading from ``smooth_s`` on
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
        self.highest = self.slope_per_s = self.variance = self.smoothed_s = 0.0
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
        if now - self.lit_s < SETTLE_S or dt <= 0:
            return
        ratio = signal / reference
        if self.ratio is None:
            self.ratio = ratio
        smooth_s = self.table.smooth_s
        self.smoothed_s = min(self.smoothed_s + dt, smooth_s)
        weight = dt / self.smoothed_s
        difference = ratio - self.ratio
        self.ratio += difference * weight
        self.variance += (difference * difference - self.variance) * weight
        if self.smoothed_s < smooth_s:
            return  # the first readings are a mean of few: no height to fall from
        self.slope_per_s += (difference * weight / dt - self.slope_per_s) * weight
        self.highest = max(self.highest, self.ratio)
        if self.highest > CLEAR * sqrt(self.variance * dt / (2.0 * smooth_s)):
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

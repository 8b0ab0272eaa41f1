"""The leak check: a rate of rise told apart into a leak (linear) and outgassing (saturating).

Owns the fit. Source of the model: PHYSICS a.5, p = p0 + a·t + b·ln(1 + t/τ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Samples = np.ndarray[Any, np.dtype[np.float64]]
#: outgassing time constants tried [s], so close that the noise hides the steps between them; slower outgassing cannot
#: be told from a leak in such a check and counts as one  # assumed: from a tenth of to five times a usual check
TAUS_S = np.geomspace(3.0, 300.0, 200)
SURE = 3.0  #: standard deviations of noise that what is said of the leak allows for  # assumed
TOLD_APART = 0.5  #: a leak is known when the bounds on it lie this part of the whole rise apart, or less  # assumed
POINTS = 200  #: so many means of readings are fitted, at least  # assumed: enough for any bend that can be seen


@dataclass(frozen=True)
class RateOfRiseResult:
    """What a leak check found. Rates in Pa/s.

    The limit is compared with the whole rise: outgassing only ever adds to it, so no leak is larger.
    """

    rate_pa_s: float  #: mean rise over the whole check: what the limit is compared with
    leak_pa_s: float  #: linear part, a real leak: the best estimate; where it is not told apart, the most it can be
    leak_least_pa_s: float  #: bounds on the leak within the noise, for any outgassing that fits
    leak_most_pa_s: float
    outgassing_pa_s: float  #: mean rise that is not leak; where it is not told apart, the least it can be
    told_apart: bool  #: whether the noise allows to say which part of the rise is a leak
    verdict: str  #: "tight", "leak", "outgassing", "both" or "leak and outgassing not told apart"

    @property
    def leak_spread_pa_s(self) -> float:
        """One standard deviation of the leak."""
        return (self.leak_most_pa_s - self.leak_least_pa_s) / (2.0 * SURE)

    def throughput_pa_m3_s(self, volume_m3: float) -> float:
        """The leak as a throughput [Pa·m³/s] for a chamber volume [m³]."""
        return self.leak_pa_s * volume_m3


def rate_of_rise(times_s: Sequence[float], pressures_pa: Sequence[float], limit_pa_s: float) -> RateOfRiseResult:
    """Fit a pressure rise in an isolated chamber.

    Arrays of equal length n >= 8, times in s, pressures in Pa. Raises ValueError when there is too little to fit.
    """
    t = np.asarray(times_s, dtype=float)
    p = np.asarray(pressures_pa, dtype=float)
    if len(t) < 8 or t[-1] <= t[0]:
        raise ValueError(f"only {len(t)} pressure readings: too few for a rate of rise")
    t, p = _thinned(t, p)
    slope = float(np.polyfit(t - t[0], p, 1)[0])
    best, least, most = _leak(t, p, max(slope, 0.0))
    told_apart = most - least <= TOLD_APART * max(slope, 0.0)
    leak = best if told_apart else most
    gas = max(slope - leak, 0.0)
    return RateOfRiseResult(
        slope, leak, least, most, gas, told_apart, _verdict(slope, leak, gas, limit_pa_s, told_apart)
    )


def _thinned(t: Samples, p: Samples) -> tuple[Samples, Samples]:
    """Means of equally many readings each: the scan that asks must not wait long, and noise stays as it is."""
    each = max(len(t) // POINTS, 1)
    whole = len(t) // each * each
    return t[:whole].reshape(-1, each).mean(axis=1), p[:whole].reshape(-1, each).mean(axis=1)


def _leak(t: Samples, p: Samples, slope: float) -> tuple[float, float, float]:
    """Best, least and most leak [Pa/s] that explains the rise together with some outgassing, neither below zero.

    With the straight line taken out of the logarithm, the leak is what the straight line's slope leaves beside the
    outgassing: a = slope - b·c, and for each time constant the cost is a parabola over it. All leaks between zero and
    the slope count (there outgassing is not negative) whose cost lies within the noise of the lowest one.
    """
    t, p = t - t.mean(), p - p.mean()
    bent = np.log1p((t - t[0]) / TAUS_S[:, None])
    bent -= bent.mean(axis=1, keepdims=True)
    line = bent @ t / (t @ t)  # c: the mean slope of each logarithm
    bent -= line[:, None] * t
    rest = p - (p @ t) / (t @ t) * t
    power = np.einsum("ij,ij->i", bent, bent)
    free = slope - line * (bent @ rest) / power
    floor = rest @ rest - (bent @ rest) ** 2 / power
    width = line**2 / power  # of the parabola
    bound = np.clip(free, 0.0, slope)
    cost = floor + (bound - free) ** 2 / width
    best = float(bound[np.argmin(cost)])
    allowed = float(cost.min()) * (1.0 + SURE**2 / (len(t) - 4))
    reach = np.sqrt(np.maximum(allowed - floor, 0.0) * width)
    fits = cost <= allowed
    least, most = np.clip((free - reach)[fits], 0.0, slope), np.clip((free + reach)[fits], 0.0, slope)
    return best, float(least.min()), float(most.max())


def _verdict(slope: float, leak: float, gas: float, limit: float, told_apart: bool) -> str:
    if slope <= limit:
        return "tight"
    if not told_apart:
        return "leak and outgassing not told apart"
    if leak <= 0.25 * slope:
        return "outgassing"
    return "leak" if gas <= 0.25 * slope else "both"

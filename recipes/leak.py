"""The leak check: a rate of rise told apart into a leak (linear) and outgassing (saturating).

Owns the fit. Source of the model: PHYSICS a.5, p = p0 + a·t + b·ln(1 + t/τ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: outgassing time constants tried [s]; the best fit wins  # assumed: from a tenth of to five times a usual check
TAUS_S = np.geomspace(3.0, 300.0, 25)


@dataclass(frozen=True)
class RateOfRiseResult:
    """What a leak check found. Rates in Pa/s, spreads are one standard deviation."""

    rate_pa_s: float  #: mean rise over the whole check: what the limit is compared with
    leak_pa_s: float  #: linear part, a real leak
    leak_spread_pa_s: float
    outgassing_pa_s: float  #: the rest at the end of the check
    verdict: str  #: "tight", "leak", "outgassing" or "both"

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
    t = t - t[0]
    slope = float(np.polyfit(t, p, 1)[0])
    best, best_cost, spread = np.zeros(3), np.inf, 0.0
    for tau in TAUS_S:
        design = np.column_stack([np.ones_like(t), t, np.log1p(t / tau)])
        solution, *_ = np.linalg.lstsq(design, p, rcond=None)
        residual = p - design @ solution
        cost = float(residual @ residual)
        if cost < best_cost:
            best, best_cost = np.append(solution, tau)[[0, 1, 2]], cost
            variance = cost / (len(t) - 3)
            spread = float(np.sqrt(variance * np.linalg.inv(design.T @ design)[1, 1]))
            gas = float(solution[2] / (tau + t[-1]))
    # a fit with more freedom than the data can bear is no evidence: fall back on the straight line
    leak = float(best[1])
    if spread > 0.5 * abs(slope) or not 0 <= leak <= 1.5 * max(slope, 0.0):
        leak, gas = slope, 0.0
    return RateOfRiseResult(slope, leak, spread, gas, _verdict(slope, leak, gas, limit_pa_s))


def _verdict(slope: float, leak: float, gas: float, limit: float) -> str:
    if slope <= limit:
        return "tight"
    if leak <= 0.25 * slope:
        return "outgassing"
    return "leak" if gas <= 0.25 * slope else "both"

"""Optics of an attenuated phase-shift mask at 193 nm: what lost MoSi and etched quartz do to phase and transmission.

Owns thin-film formulas without interference; a degree per nanometre is what counts.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from sim.plant.records import Record


class PhaseShiftSpec(Record):
    """Section [phase_shift]."""

    wavelength_m: float
    n: float
    k: float
    quartz_n: float
    transmission: float  # of the intensity, over that of clear quartz


def phase_change_deg(spec: PhaseShiftSpec, film_lost_m: Any, quartz_lost_m: Any) -> Any:
    """360 (n - 1) d/lambda: less film shifts less, deeper quartz between the film shifts more."""
    path = (spec.quartz_n - 1.0) * quartz_lost_m - (spec.n - 1.0) * film_lost_m
    return 360.0 * path / spec.wavelength_m


def transmission_change_pct(spec: PhaseShiftSpec, film_lost_m: Any) -> Any:
    """T (exp(4 pi k d/lambda) - 1), in percent of the clear field."""
    return 100.0 * spec.transmission * np.expm1(4.0 * pi * spec.k * film_lost_m / spec.wavelength_m)

"""How well gas flows from the chamber to the turbo, through isolation valve and throttle.

Owns the three characters of throttle valves; conductances in m3/s of N2 at room temperature.
"""

from __future__ import annotations

from math import cos, pi

from sim.plant.law import law
from sim.plant.records import Record

BUTTERFLY, PENDULUM, EQUAL_PERCENTAGE = range(3)  #: values of PathSpec.character


class PathSpec(Record):
    """Chamber to turbo."""

    character: float
    open_m3_s: float
    leak_m3_s: float
    butterfly_exponent: float
    pendulum_exponent: float
    throttle_stroke_s: float
    throttle_steps: float
    backlash_pct: float


@law
def butterfly(opening: float, exponent: float) -> float:
    """(1 - cos theta)^a of a flap turned by theta = 0..90 degrees, ``opening`` 0..1 of it. Source: O'Hanlon."""
    bare: float = (1.0 - cos(0.5 * pi * opening)) ** exponent
    return bare


@law
def pendulum(opening: float, exponent: float) -> float:
    """x^n of a plate that swings aside, as its free area does (PHYSICS a.3)."""
    bare: float = opening**exponent
    return bare


@law
def conductance_m3_s(spec: PathSpec, pct: float) -> float:
    """C = C_leak + (C_open - C_leak) f(x) of the throttle; of equal percentage C = C_leak (C_open/C_leak)^x."""
    opening = 0.01 * pct
    if spec.character == EQUAL_PERCENTAGE:
        equal: float = spec.leak_m3_s * (spec.open_m3_s / spec.leak_m3_s) ** opening
        return equal
    if spec.character == PENDULUM:
        bare = pendulum(opening, spec.pendulum_exponent)
    else:
        bare = butterfly(opening, spec.butterfly_exponent)
    return spec.leak_m3_s + (spec.open_m3_s - spec.leak_m3_s) * bare

"""When a discharge starts: the breakdown voltage of the gas in the gap, and the wait for the first electron.

Owns ignition. What burns afterwards is the plasma room's.
"""

from __future__ import annotations

from math import exp, log

from sim.plant.law import law
from sim.plant.records import Floats, Record
from sim.plant.species import AR, H2
from sim.plant.vacuum.chamber import total

NEVER_V = 1e9  # assumed: no gas, no breakdown
STEEPEST = 0.6  # assumed: below this share of (p L)_min electrons reach the wall before they ionise: steeper branch


class BreakdownSpec(Record):
    """Minima of the curve U(pL) at 13.56 MHz, and how long the first electron is waited for."""

    ar_v: float
    h2_v: float
    other_v: float
    ar_pa_m: float
    h2_pa_m: float
    other_pa_m: float
    warm_delay_s: float
    cold_delay_s: float
    cooling_s: float


@law
def curve(x: float) -> float:
    """U/U_min over x = pL/(pL)_min: Paschen's x/(1 + ln x), continued as 1/x where electrons are lost to the walls.

    Source: similarity law U = psi(pL) of RF breakdown (Lisovskiy, EPL 82 15001); the short-gap branch is assumed.
    """
    if x >= STEEPEST:
        return x / (1.0 + log(x))
    return STEEPEST / (1.0 + log(STEEPEST)) * STEEPEST / x


@law
def breakdown_v(spec: BreakdownSpec, molecules: Floats, pressure_pa: float, gap_m: float) -> float:
    """Peak voltage at which a mixture breaks down [V]; minima weighted by mole (assumed)."""
    count = total(molecules)
    if count <= 0.0 or pressure_pa <= 0.0:
        return NEVER_V
    argon, hydrogen = molecules[AR] / count, molecules[H2] / count
    other = 1.0 - argon - hydrogen
    least = argon * spec.ar_v + hydrogen * spec.h2_v + other * spec.other_v
    at = argon * spec.ar_pa_m + hydrogen * spec.h2_pa_m + other * spec.other_pa_m
    needed: float = least * curve(pressure_pa * gap_m / at)
    return needed


@law
def mean_delay_s(spec: BreakdownSpec, idle_s: float) -> float:
    """Mean wait for the first electron: short while charges and metastables remain, long in a rested chamber."""
    return spec.cold_delay_s + (spec.warm_delay_s - spec.cold_delay_s) * exp(-idle_s / spec.cooling_s)


@law
def strikes(spec: BreakdownSpec, electrode_v: float, needed_v: float, idle_s: float, chance: float, dt: float) -> bool:
    """Whether it lights within ``dt``: exponential delay, the rarer the closer to breakdown (1 - U_bd/U)."""
    if electrode_v <= needed_v:
        return False
    rate = (1.0 - needed_v / electrode_v) / mean_delay_s(spec, idle_s)
    return chance < 1.0 - exp(-rate * dt)

"""The chamber's walls: how plasma and air season them, and what stays there.

Owns the recombination coefficients: they span decades between surfaces and drift, hence a state, never a constant. How
radicals die with them is recombination.py's.
"""

from __future__ import annotations

from math import exp, log

from sim.plant.law import law
from sim.plant.records import Floats, Record, new
from sim.plant.species import H, O


class WallsSpec(Record):
    """Table [walls]."""

    diffusion_length_m: float
    seasoned_o: float
    fresh_o: float
    seasoned_h: float
    fresh_h: float
    seasoned_n: float
    fresh_n: float
    oh: float
    blocking_n2_share: float
    no_share: float
    nh3_share: float
    season_s: float
    unseason_s: float
    air_s: float
    air_floor: float


class Walls(Record):
    """Seasoning, 0 fresh .. 1 seasoned, by oxygen and by hydrogen; the coefficients that follow; deposits [atoms]."""

    seasoned_o: float
    seasoned_h: float
    gamma_o: float
    gamma_h: float
    gamma_n: float
    carbon: float
    tin: float
    mask_o_hz: float  # what the mask's film takes, per free atom: one more loss
    mask_h_hz: float
    mask_n_hz: float


def seasoned(spec: WallsSpec) -> Walls:
    """Walls of a tool in use."""
    walls = new(Walls, seasoned_o=1.0, seasoned_h=1.0)
    set_gammas(walls, spec)
    return walls


@law
def between(fresh: float, seasoned: float, share: float) -> float:
    """Geometric mean of two coefficients: they differ by factors, not by amounts."""
    return fresh * exp(share * log(seasoned / fresh))


@law
def set_gammas(walls: Walls, spec: WallsSpec) -> None:
    """Recombination coefficients from the seasoning; nitrogen's follows oxygen's (both need free metal sites)."""
    walls.gamma_o = between(spec.fresh_o, spec.seasoned_o, walls.seasoned_o)
    walls.gamma_h = between(spec.fresh_h, spec.seasoned_h, walls.seasoned_h)
    walls.gamma_n = between(spec.fresh_n, spec.seasoned_n, walls.seasoned_o)


@law
def season(walls: Walls, spec: WallsSpec, molecules: Floats, lit: float, air: float, dt: float) -> None:
    """Slow drift: plasma seasons the walls by what radicals it holds, and undoes the other gas's seasoning; air both.

    ds/dt = x (1 - s)/tau - (1 - x) s/tau_un with x the share of O (of H) among O and H; room air (``air`` 1) within
    tau_air down to a floor. All assumed: first-mask effects are published, their law is not.
    """
    if lit > 0.0:
        o, h = molecules[O], molecules[H]
        if o + h > 0.0:
            x = o / (o + h)
            walls.seasoned_o = drifted(walls.seasoned_o, x / spec.season_s, (1.0 - x) / spec.unseason_s, dt)
            walls.seasoned_h = drifted(walls.seasoned_h, (1.0 - x) / spec.season_s, x / spec.unseason_s, dt)
    if air > 0.0:
        keep = 1.0 / (1.0 + air * dt / spec.air_s)
        walls.seasoned_o = min(walls.seasoned_o, spec.air_floor + max(0.0, walls.seasoned_o - spec.air_floor) * keep)
        walls.seasoned_h = min(walls.seasoned_h, spec.air_floor + max(0.0, walls.seasoned_h - spec.air_floor) * keep)
    set_gammas(walls, spec)


@law
def drifted(share: float, up_hz: float, down_hz: float, dt: float) -> float:
    """One implicit step of ds/dt = up (1 - s) - down s."""
    return (share + dt * up_hz) / (1.0 + dt * (up_hz + down_hz))

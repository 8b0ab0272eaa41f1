"""Shut-off valves with travel time, and the motor of the throttle with its steps and its worn gear.

Owns positions. What a position lets through stands in path.py; nothing here knows a pressure.
"""

from __future__ import annotations

from math import floor

from sim.plant.cables import FORELINE, GAS_0, ISOLATION, VENT
from sim.plant.law import law
from sim.plant.records import Floats, Record, vector
from sim.plant.vacuum.path import PathSpec

COUNT = 8  #: shut-off valves, in the order of sim.wiring.VALVES


class ValvesSpec(Record):
    """Travel times."""

    isolation_s: float
    foreline_s: float
    vent_s: float
    soft_pump_s: float
    gas_s: float


class Valves(Record):
    """Shut-off valves in the order of sim.wiring.VALVES; 0 closed, 1 open."""

    position: Floats = vector(COUNT)
    stuck: Floats = vector(COUNT)
    changed: float  # some valve has moved since this was last set to 0: look at the end switches


class Throttle(Record):
    """Flap and motor; the readback is the motor's."""

    pct: float  # flap: 0 closed, 100 open
    motor_pct: float
    backlash_pct: float  # play between them; grows with wear
    travelled_pct: float  # all the way that the motor has gone
    stuck: float


@law
def towards(here: float, goal: float, most: float) -> float:
    """One step of at most ``most`` towards ``goal``."""
    return min(here + most, goal) if goal > here else max(here - most, goal)


@law
def travel_s(spec: ValvesSpec, valve: int) -> float:
    """Travel time of a valve [s]."""
    if valve >= GAS_0:
        return spec.gas_s
    if valve == ISOLATION:
        return spec.isolation_s
    if valve == FORELINE:
        return spec.foreline_s
    return spec.vent_s if valve == VENT else spec.soft_pump_s


@law
def move_valves(s: Valves, spec: ValvesSpec, wanted: Floats, dt: float) -> None:
    """Travel towards what is ``wanted`` (1 open); a stuck valve stays where it is."""
    for i in range(COUNT):
        goal = 1.0 if wanted[i] > 0.0 else 0.0
        if s.position[i] != goal and s.stuck[i] == 0.0:
            s.position[i] = towards(s.position[i], goal, dt / travel_s(spec, i))
            s.changed = 1.0


@law
def move_throttle(s: Throttle, spec: PathSpec, target_pct: float, speed: float, dt: float) -> None:
    """Motor steps towards the target at ``speed`` (fraction of full); the flap follows when the play is taken up."""
    if s.stuck > 0.0:
        return
    step_pct = 100.0 / spec.throttle_steps
    target = step_pct * floor(min(100.0, max(0.0, target_pct)) / step_pct + 0.5)
    most = 100.0 / spec.throttle_stroke_s * min(1.0, max(0.001, speed)) * dt
    before = s.motor_pct
    s.motor_pct = towards(before, min(100.0, target), most)
    s.travelled_pct += abs(s.motor_pct - before)
    play = 0.5 * s.backlash_pct
    s.pct = min(max(min(max(s.pct, s.motor_pct - play), s.motor_pct + play), 0.0), 100.0)

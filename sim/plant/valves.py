"""Valves: solenoid and pneumatic shut-offs with travel time and end switches, and the throttle's butterfly.

Owns positions. Conductances in between are the vacuum's; nothing here knows a pressure.
"""

from __future__ import annotations

from math import cos, pi

from sim.plant.tool import PathSpec, ValvesSpec
from sim.wiring import GASES, VALVES, Sensors


class Valves:
    """Every shut-off valve; ``position`` runs from 0 closed to 1 open."""

    __slots__ = ("_goal", "_rate", "_resting", "position", "stuck")

    def __init__(self, spec: ValvesSpec) -> None:
        travel = {
            "isolation": spec.isolation_s,
            "foreline": spec.foreline_s,
            "vent": spec.vent_s,
            "soft_pump": spec.soft_pump_s,
            **dict.fromkeys(GASES, spec.gas_s),
        }
        self._rate = {name: 1.0 / travel[name] for name in VALVES}
        self.position = dict.fromkeys(VALVES, 0.0)
        self.stuck: set[str] = set()
        self._goal = dict.fromkeys(VALVES, False)
        self._resting = True

    def step(self, dt: float, valve_open: dict[str, bool], sensors: Sensors) -> None:
        """Travel towards ``valve_open`` and throw the end switches; a stuck valve stays where it is."""
        if self._resting and valve_open == self._goal:
            return
        self._goal.update(valve_open)
        self._resting = True
        position = self.position
        for name, rate in self._rate.items():
            goal = 1.0 if valve_open[name] else 0.0
            here = position[name]
            if here != goal and name not in self.stuck:
                travel = rate * dt
                here = min(goal, here + travel) if goal > here else max(goal, here - travel)
                position[name] = here
                sensors.valve_opened[name] = here == 1.0
                sensors.valve_closed[name] = here == 0.0
            if here != goal:
                self._resting = False


class Throttle:
    """The butterfly's motor."""

    __slots__ = ("_rate_pct_s", "pct", "stuck")

    def __init__(self, spec: PathSpec) -> None:
        self._rate_pct_s = 100.0 / spec.throttle_stroke_s
        self.pct = 100.0
        self.stuck = False

    def step(self, dt: float, target_pct: float, speed: float) -> float:
        """Travel towards ``target_pct`` (0..100) at ``speed`` (fraction of full); return the position [%]."""
        pct = self.pct
        if target_pct != pct and not self.stuck:
            travel = self._rate_pct_s * min(1.0, max(0.001, speed)) * dt
            target = min(100.0, max(0.0, target_pct))
            self.pct = pct = min(target, pct + travel) if target > pct else max(target, pct - travel)
        return pct


def butterfly_m3_s(spec: PathSpec, pct: float) -> float:
    """C = C_leak + (C_open - C_leak)(1 - cos theta)^a [m3/s N2]; theta 0..90 deg. Source: O'Hanlon."""
    opening: float = (1.0 - cos(pct * (pi / 200.0))) ** spec.exponent
    return spec.leak_m3_s + (spec.open_m3_s - spec.leak_m3_s) * opening

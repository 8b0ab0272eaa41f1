"""The dry pump: a scroll that takes gas from the foreline, with ramp, motor and warmth.

Owns the shaft, and S(p) of each gas.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.vacuum.valves import towards


class DryPumpSpec(Record):
    """Dry pump."""

    speed_m3_s: float
    ultimate_pa: float
    nominal_hz: float
    ramp_s: float
    idle_w: float
    load_w: float
    load_pa: float
    warm_k_per_w: float
    warm_s: float


class DryPump(Record):
    """Shaft, motor and warmth."""

    fraction: float  # of nominal speed
    power_w: float
    temperature_c: float
    available: float


@law
def dry_speed_m3_s(spec: DryPumpSpec, fraction: float, inlet_pa: float, conductance_factor: float) -> float:
    """S = S0 (1 - r p_ult/p): what is displaced less what leaks back through the clearances.

    The leak is molecular, hence r = sqrt(28/M): the ultimate pressure of H2 is 3.7 times that of N2.
    """
    return spec.speed_m3_s * fraction * max(1.0 - conductance_factor * spec.ultimate_pa / max(inlet_pa, 1e-9), 0.0)


@law
def turn_dry_pump(s: DryPump, spec: DryPumpSpec, on: float, speed_pct: float, inlet_pa: float, dt: float) -> None:
    """Ramp the speed; gas at the inlet loads the motor."""
    goal = min(0.01 * speed_pct, 1.0) if on > 0.0 and s.available > 0.0 else 0.0
    s.fraction = towards(s.fraction, goal, dt / spec.ramp_s)
    s.power_w = s.fraction * (spec.idle_w + spec.load_w * inlet_pa / (inlet_pa + spec.load_pa))


@law
def warm_dry_pump(s: DryPump, spec: DryPumpSpec, room_c: float, dt: float) -> None:
    """First-order temperature above the room."""
    s.temperature_c += (room_c + spec.warm_k_per_w * s.power_w - s.temperature_c) * min(1.0, dt / spec.warm_s)

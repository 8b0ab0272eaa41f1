"""From the turbo's exhaust to the dry pump: two volumes joined by the foreline valve.

Owns their balance in each species; what the dry pump takes is counted in ``pumped``.
"""

from __future__ import annotations

from math import expm1

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.species import CONDUCTANCE_FACTOR, COUNT
from sim.plant.vacuum.chamber import Vacuum, pressure_pa
from sim.plant.vacuum.dry_pump import DryPumpSpec, dry_speed_m3_s


class ForelineSpec(Record):
    """Volumes between turbo and dry pump."""

    volume_m3: float
    exhaust_volume_m3: float
    valve_m3_s: float
    switch_pa: float


@law
def join(s: Vacuum, spec: ForelineSpec, position: float, dt: float) -> None:
    """Through the foreline valve both volumes relax towards one density (viscous flow: the same for all gases)."""
    if position <= 0.0:
        return
    v1, v2 = spec.exhaust_volume_m3, spec.volume_m3
    part = -expm1(-dt * position * spec.valve_m3_s * (1.0 / v1 + 1.0 / v2))
    for i in range(COUNT):
        n1, n2 = s.exhaust_molecules[i], s.foreline_molecules[i]
        moved = part * (n1 * v2 - n2 * v1) / (v1 + v2)
        s.exhaust_molecules[i] = n1 - moved
        s.foreline_molecules[i] = n2 + moved


@law
def drain(s: Vacuum, spec: ForelineSpec, pump: DryPumpSpec, fraction: float, dt: float) -> None:
    """The dry pump takes S_i N_i/V of each species; trapezoidal, a step is a small part of V/S."""
    if fraction <= 0.0:
        return
    for i in range(COUNT):
        speed = dry_speed_m3_s(pump, fraction, s.foreline_pa, CONDUCTANCE_FACTOR[i])
        half = min(0.5 * dt * speed / spec.volume_m3, 1.0)
        gone = s.foreline_molecules[i] * 2.0 * half / (1.0 + half)
        s.foreline_molecules[i] -= gone
        s.pumped[i] += gone


@law
def back_up(s: Vacuum, spec: ForelineSpec, valve: float, pump: DryPumpSpec, fraction: float, dt: float) -> None:
    """Advance exhaust and foreline by ``dt`` and take their pressures."""
    join(s, spec, valve, dt)
    drain(s, spec, pump, fraction, dt)
    s.exhaust_pa = pressure_pa(s.exhaust_molecules, s.wall_temperature_k, spec.exhaust_volume_m3)
    s.foreline_pa = pressure_pa(s.foreline_molecules, s.wall_temperature_k, spec.volume_m3)

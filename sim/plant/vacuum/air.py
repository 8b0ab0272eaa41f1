"""Gas that comes from outside by intention: the N2 vent, the open lid, a mask being changed; and relief.

Owns the room's side of the chamber. What crosses the lid is counted in ``pumped``, both ways.
"""

from __future__ import annotations

from math import expm1

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.species import AIR, ATMOSPHERE_PA, BOLTZMANN_J_K, COUNT, H2O, N2
from sim.plant.vacuum.chamber import ChamberSpec, Vacuum, feel_pressure
from sim.plant.vacuum.walls import pool_after


class VentSpec(Record):
    """Restricted line of dry N2."""

    throughput_pa_m3_s: float
    line_pa: float
    fade: float
    water_ppm: float


@law
def vent(s: Vacuum, spec: VentSpec, position: float) -> None:
    """Choked orifice on a regulated line: constant throughput, fading as the chamber nears the line's pressure."""
    head = min(max((spec.line_pa - s.pressure_pa) / (spec.fade * spec.line_pa), 0.0), 1.0)
    flow = position * spec.throughput_pa_m3_s * head / (BOLTZMANN_J_K * s.wall_temperature_k)
    water = 1e-6 * spec.water_ppm
    s.inflow[N2] += flow * (1.0 - water)
    s.inflow[H2O] += flow * water


@law
def mix_with_room(s: Vacuum, chamber: ChamberSpec, part: float) -> None:
    """Replace ``part`` (0..1) of the chamber's gas by room air at room pressure."""
    room = ATMOSPHERE_PA * chamber.volume_m3 / (BOLTZMANN_J_K * s.temperature_k)
    for i in range(COUNT):
        moved = part * (room * AIR[i] - s.molecules[i])
        s.molecules[i] += moved
        s.pumped[i] -= moved


@law
def relieve(s: Vacuum, chamber: ChamberSpec, dt: float) -> None:
    """Above room pressure the lid lifts off its seal and lets the excess out."""
    part = dt / (chamber.relief_s + dt) * (1.0 - ATMOSPHERE_PA / s.pressure_pa)
    for i in range(COUNT):
        gone = part * s.molecules[i]
        s.molecules[i] -= gone
        s.pumped[i] += gone


@law
def meet_room(s: Vacuum, chamber: ChamberSpec, dt: float) -> None:
    """An open lid exchanges gas with the room; a closed one only lets out."""
    if s.lid_open > 0.0:
        mix_with_room(s, chamber, -expm1(-dt / chamber.lid_exchange_s))
    elif s.pressure_pa > ATMOSPHERE_PA:
        relieve(s, chamber, dt)


@law
def move_lid(s: Vacuum, chamber: ChamberSpec) -> None:
    """Open or close the lid as wanted; under vacuum the room's pressure holds it."""
    can = s.lid_open > 0.0 or s.pressure_pa >= chamber.lid_lifts_pa
    s.lid_open = 1.0 if s.lid_wanted > 0.0 and can else 0.0


@law
def change_mask(s: Vacuum, chamber: ChamberSpec, seconds: float) -> None:
    """Let room air in for ``seconds``, as while a mask is laid in; nothing under vacuum. Risk is counted anew."""
    if s.pressure_pa < chamber.lid_lifts_pa:
        return
    mix_with_room(s, chamber, -expm1(-seconds / chamber.lid_exchange_s))
    water_pa = AIR[H2O] * ATMOSPHERE_PA
    s.fast_filling = pool_after(
        s.fast_filling, 1.0 / chamber.fast_end_s, chamber.fast_uptake_per_s_pa * water_pa, seconds
    )
    s.slow_filling = pool_after(
        s.slow_filling, 1.0 / chamber.slow_end_s, chamber.slow_uptake_per_s_pa * water_pa, seconds
    )
    feel_pressure(s, chamber, seconds)
    s.particle_risk_kpa = 0.0

"""The chamber and the gas in it: what it is made of, its state, and pressure as a result.

Owns the records. Where gas comes from stands in walls.py and air.py, where it goes in pumping.py and foreline.py.
"""

from __future__ import annotations

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector
from sim.plant.species import BOLTZMANN_J_K, COUNT


class ChamberSpec(Record):
    """The vessel, what its walls give off, and its lid."""

    volume_m3: float
    area_m2: float
    wall_temperature_k: float
    outgassing_pa_m_s: float
    water_ev: float
    fast_share: float
    fast_end_s: float
    fast_uptake_per_s_pa: float
    slow_end_s: float
    slow_uptake_per_s_pa: float
    leak_pa_m3_s: float
    trapped_m3: float
    virtual_leak_m3_s: float
    lid_exchange_s: float
    lid_lifts_pa: float
    atm_switch_pa: float
    relief_s: float
    stirring_pa_s: float


class Vacuum(Record):
    """All gas of the tool, in molecules per species, and what one would measure of it.

    Over any time: molecules + exhaust_molecules + foreline_molecules grow by inflow and sources, less ``pumped``, plus
    ``unmet``.
    """

    molecules: Floats = vector(COUNT)  # in the chamber
    exhaust_molecules: Floats = vector(COUNT)  # between turbo and foreline valve
    foreline_molecules: Floats = vector(COUNT)  # between foreline valve and dry pump
    trapped_molecules: Floats = vector(COUNT)  # in a blind hole behind a screw: the virtual leak
    inflow: Floats = vector(COUNT)  # molecules/s of gas lines, walls, leaks and vent in the last sub-step
    pumped: Floats = vector(COUNT)  # molecules that have left by the dry pump and over the lid
    unmet: Floats = vector(COUNT)  # molecules that sinks asked for and that were not there
    pressure_pa: float
    temperature_k: float  # mean gas temperature of the chamber
    wall_temperature_k: float
    inlet_pa: float  # at the turbo's flange
    exhaust_pa: float
    foreline_pa: float
    throughput_pa_m3_s: float  # through the turbo, at wall temperature
    path_factor: float  # this tool's conductance over the nominal one
    outgassing_pa_m_s: float  # water from the walls one hour after air, per area
    fast_filling: float  # filling of the fast pool of water: 0 empty, about 9 in equilibrium with room air
    slow_filling: float
    outgassing_pa_m3_s: float  # water that leaves the walls now; negative when they take it up
    leak_pa_m3_s: float  # of room air, through a real hole
    virtual_leak_m3_s: float  # conductance from the trapped volume
    lid_wanted: float  # as the world wants it; under vacuum only its switch follows
    lid_open: float
    pressure_rate_pa_s: float
    particle_risk_kpa: float  # change made faster than stirs up particles, since the mask was laid in


@law
def total(molecules: Floats) -> float:
    """Sum over all species."""
    s = 0.0
    for i in range(COUNT):
        s += molecules[i]
    return s


@law
def pressure_pa(molecules: Floats, temperature_k: float, volume_m3: float) -> float:
    """p = sum(N) k T/V [Pa]."""
    return total(molecules) * BOLTZMANN_J_K * temperature_k / volume_m3


@law
def feel_pressure(s: Vacuum, chamber: ChamberSpec, dt: float) -> None:
    """Take the pressure of the chamber, how fast it changes, and what change was fast enough to stir up particles.

    Risk [kPa] = integral of |dp/dt| while |dp/dt| exceeds the stirring limit (PHYSICS a.4, 2..5 kPa/s).
    """
    before = s.pressure_pa
    s.pressure_pa = pressure_pa(s.molecules, s.temperature_k, chamber.volume_m3)
    s.pressure_rate_pa_s = (s.pressure_pa - before) / dt
    if abs(s.pressure_rate_pa_s) > chamber.stirring_pa_s:
        s.particle_risk_kpa += 1e-3 * abs(s.pressure_pa - before)

"""What falls on the mask: fluxes of radicals, molecules and ions.

Owns the quantities that the other rooms give to this one, and the flux of a gas onto a wall.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.species import AMU_KG, BOLTZMANN_J_K


class Arriving(Record):
    """Per m2 and second at the mask, means over it."""

    o: float
    h: float
    n: float
    o2: float
    h2: float
    ions: float
    ion_ev: float
    light_part: float  # of the ions, those of hydrogen alone
    snh4_loss_per_s: float  # how fast SnH4 decomposes on the walls, tin.wall_loss_per_s


@law
def speed_m_s(temperature_k: float, amu: float) -> float:
    """Mean thermal speed, sqrt(8kT/(pi M))."""
    return sqrt(8.0 * BOLTZMANN_J_K * temperature_k / (pi * amu * AMU_KG))


@law
def flux_m2s(density_m3: float, temperature_k: float, amu: float) -> float:
    """Of a gas onto a wall, n v/4."""
    return 0.25 * density_m3 * speed_m_s(temperature_k, amu)

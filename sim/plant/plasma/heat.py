"""Gas temperature: hot between the electrodes, at wall temperature around them, one pressure everywhere.

Owns how the zone warms. What warms it is the plasma's absorbed power.
"""

from __future__ import annotations

from math import pi

from sim.plant.law import law
from sim.plant.plasma.spec import PlasmaSpec
from sim.plant.records import Floats
from sim.plant.species import COUNT

#: heat conductivity by species [W/m/K]  # paper: at 400 K, order of handbook values; atoms assumed
CONDUCTIVITY = (0.034, 0.23, 0.022, 0.033, 0.032, 0.025, 0.05, 0.026, 0.05, 0.3, 0.05, 0.04, 0.033, 0.037, 0.025, 0.015)


@law
def conductivity(molecules: Floats) -> float:
    """Of the mixture [W/m/K], weighted by moles (assumed)."""
    weighted, count = 0.0, 0.0
    for i in range(COUNT):
        count += molecules[i]
        weighted += molecules[i] * CONDUCTIVITY[i]
    return weighted / count if count > 0.0 else CONDUCTIVITY[0]


@law
def zone_k(spec: PlasmaSpec, molecules: Floats, absorbed_w: float, wall_k: float, before_k: float, dt: float) -> float:
    """T_zone - T_wall = P_gas l/(2 pi R^2 kappa): heat conducts to both electrodes within milliseconds, a short lag."""
    rise = 0.0
    if absorbed_w > 0.0:
        area_m2 = 2.0 * pi * spec.zone_radius_m * spec.zone_radius_m
        rise = spec.gas_heat_fraction * absorbed_w * spec.gas_conduction_length_m / (conductivity(molecules) * area_m2)
    after_k = before_k + dt / (spec.gas_lag_s + dt) * (wall_k + rise - before_k)
    return wall_k if rise == 0.0 and abs(after_k - wall_k) < 1e-3 else after_k


@law
def chamber_mean_k(share: float, zone_k: float, wall_k: float) -> float:
    """T in p V = N k T, with ``share`` of the volume at ``zone_k``: 1/T = share/T_zone + (1 - share)/T_wall."""
    return 1.0 / (share / zone_k + (1.0 - share) / wall_k)

"""Loss of atoms at the walls: diffusion, then recombination with probability gamma.

Owns one law. Gamma spans decades between surfaces and drifts with seasoning: it is a parameter, never a constant.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.gas import AMU_KG, ATMOSPHERE_PA, BOLTZMANN_J_K, ZERO_C_K
from sim.plant.tool import ChamberSpec


def atom_loss_per_s(
    chamber: ChamberSpec,
    amu: float,
    diffusivity_m2_s: float,
    pressure_pa: float,
    temperature_k: float,
    gamma: float,
) -> float:
    """1/k = Lambda^2/D + 2V(2 - gamma)/(A v gamma) [1/s] (Chantry); D at 273 K and 1 atm scaled ~ T^1.75/p.

    ``diffusivity_m2_s``: O in O2 2.4e-5, H in H2 1.5e-4.  # assumed: kinetic-theory order
    """
    lambda2 = 1.0 / ((pi / chamber.height_m) ** 2 + (2.405 / chamber.radius_m) ** 2)
    diffusivity = diffusivity_m2_s * ATMOSPHERE_PA / max(pressure_pa, 1e-3) * (temperature_k / ZERO_C_K) ** 1.75
    speed = sqrt(8.0 * BOLTZMANN_J_K * temperature_k / (pi * amu * AMU_KG))
    surface_s = 2.0 * chamber.volume_m3 * (2.0 - gamma) / (chamber.area_m2 * speed * gamma)
    loss: float = 1.0 / (lambda2 / diffusivity + surface_s)
    return loss

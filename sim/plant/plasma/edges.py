"""Edges of the plasma: how density falls to the walls, and the sheath in front of them.

Owns small laws of Lieberman & Lichtenberg; no state.
"""

from __future__ import annotations

from math import log, pi, sqrt

from sim.plant.law import law
from sim.plant.records import Floats
from sim.plant.species import AMU_KG, CHARGE_C, COUNT, ELECTRON_KG, EPSILON_0

#: ion-neutral cross section by species [m2]
#: paper: argon 1e-18 (Lieberman & Lichtenberg); assumed: others between O2+ 5e-19 and that, light ones less
ION_CROSS_SECTION_M2 = (
    7e-19,
    4e-19,
    1e-18,
    7e-19,
    7e-19,
    9e-19,
    8e-19,
    8e-19,
    4e-19,
    3e-19,
    4e-19,
    5e-19,
    7e-19,
    8e-19,
    9e-19,
    1e-18,
)
AXIAL = 0.86 / pi  # paper: of the diffusion term in h_L
BESSEL_ZERO = 2.405  # computed: first zero of J0, the radial profile of diffusion
RADIAL = 0.80 / (BESSEL_ZERO * 0.5191)  # paper: same in h_R, J1(2.405) = 0.5191


@law
def mean_free_path_m(gas_m3: Floats) -> float:
    """lambda_i = 1/(sum n sigma_i) [m]."""
    inverse = 1e-9
    for i in range(COUNT):
        inverse += gas_m3[i] * ION_CROSS_SECTION_M2[i]
    return 1.0 / inverse


@law
def axial_edge(height_m: float, free_path_m: float, cold: float) -> float:
    """h_L = 0.86/sqrt(3 + L/(2 lambda) + (0.86 L u_B/(pi D_a))^2), edge over centre density.

    u_B/D_a = v_i/(lambda u_B), so that only ``cold`` = 8 T_i/(pi T_e) remains of mass and temperatures.
    """
    x = AXIAL * height_m / free_path_m
    return 0.86 / sqrt(3.0 + 0.5 * height_m / free_path_m + x * x * cold)


@law
def radial_edge(radius_m: float, free_path_m: float, cold: float) -> float:
    """h_R = 0.80/sqrt(4 + R/lambda + (0.80 R u_B/(2.405 J1(2.405) D_a))^2)."""
    x = RADIAL * radius_m / free_path_m
    return 0.80 / sqrt(4.0 + radius_m / free_path_m + x * x * cold)


@law
def electronegative(alpha: float, gamma: float) -> float:
    """(1 + 3 alpha/gamma)/(1 + alpha), alpha = n-/n_e, gamma = T_e/T_i: negative ions keep from the edge (Lee)."""
    return (1.0 + 3.0 * alpha / gamma) / (1.0 + alpha)


@law
def floating_potential_v(electron_temperature_ev: float, ion_amu: float) -> float:
    """V_s = T_e ln sqrt(M/(2 pi m)) [V]."""
    return electron_temperature_ev * 0.5 * log(ion_amu * AMU_KG / (2.0 * pi * ELECTRON_KG))


@law
def sheath_m(edge_density_m3: float, electron_temperature_ev: float, voltage_v: float) -> float:
    """Child-law sheath s = (sqrt 2/3) lambda_De (2 V/T_e)^(3/4) [m]."""
    debye = sqrt(EPSILON_0 * electron_temperature_ev / (CHARGE_C * max(edge_density_m3, 1.0)))
    thickness: float = 0.4714 * debye * (2.0 * voltage_v / electron_temperature_ev) ** 0.75
    return thickness

"""Edges of the plasma: how density falls to the walls, and the sheath in front of them.

Owns small laws of Lieberman & Lichtenberg; no state.
"""

from __future__ import annotations

from math import log, pi, sqrt

from sim.plant.gas import AMU_KG, CHARGE_C, ELECTRON_KG, EPSILON_0


def mean_free_path_m(gas_m3: float, cross_section_m2: float) -> float:
    """lambda_i = 1/(n_g sigma_i) [m]."""
    return 1.0 / (gas_m3 * cross_section_m2)


def edge_area_m2(radius_m: float, height_m: float, free_path_m: float) -> tuple[float, float]:
    """Effective loss area 2 pi R^2 h_L + 2 pi R L h_R [m2], and h_L itself.

    h_L = 0.86/sqrt(3 + L/(2 lambda)), h_R = 0.80/sqrt(4 + R/lambda); the diffusion term of high pressure is left out.
    Source: Lieberman & Lichtenberg, 10.2.
    """
    h_l = 0.86 / sqrt(3.0 + 0.5 * height_m / free_path_m)
    h_r = 0.80 / sqrt(4.0 + radius_m / free_path_m)
    return 2.0 * pi * radius_m * (radius_m * h_l + height_m * h_r), h_l


def floating_potential_v(electron_temperature_ev: float, ion_amu: float) -> float:
    """V_s = T_e ln sqrt(M/(2 pi m)) [V]."""
    return electron_temperature_ev * 0.5 * log(ion_amu * AMU_KG / (2.0 * pi * ELECTRON_KG))


def sheath_m(edge_density_m3: float, electron_temperature_ev: float, voltage_v: float) -> float:
    """Child-law sheath s = (sqrt 2/3) lambda_De (2 V/T_e)^(3/4) [m]."""
    debye = sqrt(EPSILON_0 * electron_temperature_ev / (CHARGE_C * max(edge_density_m3, 1.0)))
    thickness: float = 0.4714 * debye * (2.0 * voltage_v / electron_temperature_ev) ** 0.75
    return thickness

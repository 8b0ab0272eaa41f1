"""How radicals die on the walls: diffusion, then recombination with probability gamma.

Owns the law of Chantry and which reactions it drives. The coefficients are the state of walls.py.
"""

from __future__ import annotations

from math import exp, log, pi, sqrt

from sim.plant.law import law
from sim.plant.plasma.edges import BESSEL_ZERO
from sim.plant.plasma.heavy_reactions import WALL_REACTIONS
from sim.plant.plasma.spec import PlasmaSpec
from sim.plant.plasma.tables import BY_WALL, MAKES
from sim.plant.plasma.walls import Walls, WallsSpec
from sim.plant.plasma.work import Work
from sim.plant.records import Floats
from sim.plant.species import (
    AMU_KG,
    ATMOSPHERE_PA,
    BOLTZMANN_J_K,
    H2,
    H2O,
    MASS_AMU,
    N2,
    NO,
    O2,
    OH,
    ZERO_C_K,
    H,
    N,
    O,
)

DIFFUSIVITY_POWER = 1.75  # paper: D ~ T^1.75/p (Fuller)
#: D at 273 K and 1 atm [m2/s] of O and N in O2, H in H2, OH in O2  # assumed: kinetic-theory order
HEAVY_M2_S, LIGHT_M2_S = 2.4e-5, 1.5e-4
STAR_AMU = 28.0  # assumed: a mean of Ar*, N2*, O(1D), CH3
EACH = 1.0  # assumed: every excited particle or carbon radical that reaches a surface ends there

O_WALL, H_WALL, N_WALL, OH_WALL, NO_WALL, NH3_WALL = (int(MAKES[BY_WALL + row]) for row in range(6))
assert [reaction.split(" ->")[0] for reaction in WALL_REACTIONS] == ["O", "H", "N", "OH", "N + O", "N + 3H"]


@law
def diffusivity_scale(pressure_pa: float, temperature_k: float) -> float:
    """D over D at 273 K and 1 atm."""
    return ATMOSPHERE_PA / max(pressure_pa, 1e-3) * exp(DIFFUSIVITY_POWER * log(temperature_k / ZERO_C_K))


@law
def loss_hz(amu: float, diffusivity: float, length_m: float, depth_m: float, gas_k: float, gamma: float) -> float:
    """1/k = Lambda^2/D + 2 (V/A)(2 - gamma)/(v gamma) [1/s] (Chantry); ``depth_m`` is V/A."""
    if gamma <= 0.0:
        return 0.0
    speed = sqrt(8.0 * BOLTZMANN_J_K * gas_k / (pi * amu * AMU_KG))
    return 1.0 / (length_m * length_m / diffusivity + 2.0 * depth_m * (2.0 - gamma) / (speed * gamma))


@law
def star_loss_hz(spec: PlasmaSpec, pressure_pa: float, gas_k: float) -> float:
    """Loss of excited molecules and carbon radicals at the edge of the zone [1/s]: each wall collision counts."""
    inverse = (pi / spec.zone_height_m) ** 2 + (BESSEL_ZERO / spec.zone_radius_m) ** 2
    depth_m = 0.5 / (1.0 / spec.zone_height_m + 1.0 / spec.zone_radius_m)
    diffusivity = HEAVY_M2_S * diffusivity_scale(pressure_pa, gas_k)
    return loss_hz(STAR_AMU, diffusivity, sqrt(1.0 / inverse), depth_m, gas_k, EACH)


@law
def nitrogen_blocks(spec: WallsSpec, molecules: Floats) -> float:
    """Factor on gamma_O: 1/(1 + x/x0), x the share of N2 in all nitrogen and oxygen.

    Paper: a few percent of N2 raise the dissociation of O2 by 1.5..10, since fewer atoms are lost at the wall (DC
    discharge); 10 % double O and ashing rate downstream. The form, in the gas's composition, is assumed.
    """
    nitrogen = molecules[N2] + 0.5 * (molecules[N] + molecules[NO])
    both = nitrogen + molecules[O2] + 0.5 * (molecules[O] + molecules[NO])
    return 1.0 / (1.0 + nitrogen / (both * spec.blocking_n2_share)) if both > 0.0 else 1.0


@law
def recombine(
    w: Work, walls: Walls, spec: WallsSpec, molecules: Floats, pressure_pa: float, gas_k: float, depth_m: float
) -> None:
    """Frequencies of the wall reactions: recombination of each radical, and N with adsorbed O or H to NO or NH3."""
    scale = diffusivity_scale(pressure_pa, gas_k)
    heavy, light, length = HEAVY_M2_S * scale, LIGHT_M2_S * scale, spec.diffusion_length_m
    gamma_o = walls.gamma_o * nitrogen_blocks(spec, molecules)
    by_n = loss_hz(MASS_AMU[N], heavy, length, depth_m, gas_k, walls.gamma_n)
    o, h, n = molecules[O], molecules[H], molecules[N]
    meets = 1.0 / (o + h + n) if o + h + n > 0.0 else 0.0
    to_no, to_nh3 = spec.no_share * meets, spec.nh3_share * meets  # per atom of O, of H
    hz = w.change_hz
    hz[O_WALL] = loss_hz(MASS_AMU[O], heavy, length, depth_m, gas_k, gamma_o) + walls.mask_o_hz
    hz[H_WALL] = loss_hz(MASS_AMU[H], light, length, depth_m, gas_k, walls.gamma_h) + walls.mask_h_hz
    hz[N_WALL] = by_n * (1.0 - to_no * o - to_nh3 * h) + walls.mask_n_hz
    hz[OH_WALL] = loss_hz(MASS_AMU[OH], heavy, length, depth_m, gas_k, spec.oh)
    hz[NO_WALL] = by_n * to_no
    hz[NH3_WALL] = by_n * to_nh3


@law
def bury(molecules: Floats, least: float) -> float:
    """Recombine at once what few radicals are left (fewer than ``least`` of each); return how many are still there."""
    left = 0.0
    for i in (O, H, N, OH):
        if molecules[i] < least:
            half = 0.5 * molecules[i]
            molecules[i] = 0.0
            if i == O:
                molecules[O2] += half
            elif i == H:
                molecules[H2] += half
            elif i == N:
                molecules[N2] += half
            else:
                molecules[H2O] += half
                molecules[O2] += 0.5 * half
        left += molecules[i]
    return left

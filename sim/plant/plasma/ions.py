"""Ions per electron at a given electron temperature: made by electrons, handed on by charge exchange, lost at walls.

Owns the balance of every ion and of O-, solved one after the other, since charge passes downwards through the pools of
particles.py. That positive and negative charge are equal is what fixes T_e: electrons.py.
"""

from __future__ import annotations

from math import exp, log, pi, sqrt

from sim.plant.law import law
from sim.plant.plasma.edges import axial_edge, electronegative, radial_edge
from sim.plant.plasma.electron_reactions import DETACH, QUENCH_AR_STAR, STEPWISE
from sim.plant.plasma.heavy_reactions import DETACH_BY_O2A, ION_ION, ION_ION_O2, ION_ION_POWER, O2A_SHARE
from sim.plant.plasma.particles import AR_ION, ARH_ION, BOHM_PER_ROOT_EV, H3_ION, IONS, O2_ION
from sim.plant.plasma.spec import PlasmaSpec
from sim.plant.plasma.tables import (
    AR_STAR,
    ARH_TO_H3,
    ATTACHING,
    BALANCING,
    DETACH_K,
    DETACH_WITH,
    EXCHANGE_FROM,
    EXCHANGE_K,
    EXCHANGE_TO,
    EXCHANGE_WITH,
    EXCHANGED,
    H3_TO_ARH,
    HIT,
    HIT_A,
    HIT_B,
    HIT_ION,
    HIT_POWER,
    RECOMBINE_K,
    STAR,
    STAR_K,
    STAR_WITH,
)
from sim.plant.plasma.work import Work
from sim.plant.species import AR, BOLTZMANN_J_K, CHARGE_C, O2

KELVIN_300 = 300.0  # paper: reference temperature of the rate coefficients


@law
def meet(w: Work) -> None:
    """What of the ions' fate does not depend on the electrons: charge exchange n k [1/s]."""
    for i in range(IONS):
        w.ion_fixed_hz[i] = 0.0
    for r in range(EXCHANGED):
        hz = w.gas_m3[EXCHANGE_WITH[r]] * EXCHANGE_K[r]
        w.exchange_hz[r] = hz
        w.ion_fixed_hz[EXCHANGE_FROM[r]] += hz


@law
def make(w: Work, te: float) -> tuple[float, float]:
    """Ions made per electron [1/s] into ``ion_made_hz``: their sum, and the sum of rate times d ln k/d ln T_e."""
    ln_te, inverse = log(te), 1.0 / te
    for i in range(IONS):
        w.ion_made_hz[i] = 0.0
    total = slope = 0.0
    for r in range(BALANCING):
        n = w.gas_m3[HIT[r]]
        k = 0.0
        if n > 0.0:
            k = HIT_A[r] * exp(HIT_POWER[r] * ln_te - HIT_B[r] * inverse)
            ion = HIT_ION[r]
            if ion >= 0:
                w.ion_made_hz[ion] += n * k
                total += n * k
                slope += n * k * (HIT_POWER[r] + HIT_B[r] * inverse)
        w.hit_k[r] = k
    w.other_k = STEPWISE[0] * exp(STEPWISE[1] * ln_te - STEPWISE[2] * inverse)
    w.detach_k = DETACH[0] * exp(DETACH[1] * ln_te - DETACH[2] * inverse)
    return total, slope


@law
def quenched_hz(w: Work, star: int) -> float:
    """Loss of a star by neutrals and at the zone's edge [1/s]."""
    hz = w.star_wall_hz
    for r in range(len(STAR)):
        if STAR[r] == star:
            hz += w.gas_m3[STAR_WITH[r]] * STAR_K[r]
    return hz


@law
def ion_ion_k(gas_k: float) -> tuple[float, float]:
    """Neutralisation of O- [m3/s] by O2+ and by any other ion."""
    scale = exp(ION_ION_POWER * log(gas_k / KELVIN_300))
    return ION_ION_O2 * scale, ION_ION * scale


@law
def negative_share(w: Work, n_e: float, k_o2: float, k_other: float) -> float:
    """alpha = n-/n_e from attachment = detachment + neutralisation by 1 + alpha ions per electron (a quadratic).

    Which ions neutralise is taken from the last step, so that a search for T_e has one function to deal with.
    """
    attach = w.gas_m3[O2] * w.hit_k[ATTACHING]
    if attach <= 0.0:
        return 0.0
    detach = n_e * w.detach_k + w.gas_m3[O2] * O2A_SHARE * DETACH_BY_O2A
    for r in range(len(DETACH_K)):
        detach += w.gas_m3[DETACH_WITH[r]] * DETACH_K[r]
    neutralise = n_e * (k_other + (k_o2 - k_other) * w.o2_ion_part)
    b = detach + neutralise
    alpha: float = 2.0 * attach / (b + sqrt(b * b + 4.0 * neutralise * attach))
    return alpha


@law
def lose(w: Work, spec: PlasmaSpec, te: float, gas_k: float) -> None:
    """Loss to the walls u_B (h_L 2 pi R^2 + h_R 2 pi R L)/V = 2 u_B (h_L/L + h_R/R) [1/s] of each ion."""
    ti = gas_k * BOLTZMANN_J_K / CHARGE_C
    cold = 8.0 * ti / (pi * te)
    less = electronegative(w.negative_share, te / ti)
    axial = axial_edge(spec.zone_height_m, w.free_path_m, cold) * less
    radial = radial_edge(spec.zone_radius_m, w.free_path_m, cold) * less
    w.edge_axial = axial
    per_bohm = 2.0 * (axial / spec.zone_height_m + radial / spec.zone_radius_m) * sqrt(te)
    for i in range(IONS):
        w.ion_wall_hz[i] = per_bohm * BOHM_PER_ROOT_EV[i]


@law
def share(w: Work, te: float, n_e: float, k_o2: float, k_other: float) -> float:
    """Ions per electron into ``ion_share``, and their sum: inflow over loss, from pool to pool."""
    recombine = n_e / sqrt(te)
    neutralise = n_e * w.negative_share
    inflow = w.ion_made_hz
    total = 0.0
    r = 0
    for i in range(IONS):
        loss = w.ion_wall_hz[i] + w.ion_fixed_hz[i] + recombine * RECOMBINE_K[i]
        loss += neutralise * (k_o2 if i == O2_ION else k_other)
        if i == ARH_ION:  # ArH+ and H3+ make each other: two equations at once
            up, down = w.exchange_hz[H3_TO_ARH], w.exchange_hz[ARH_TO_H3]
            h3 = w.ion_wall_hz[H3_ION] + w.ion_fixed_hz[H3_ION] + recombine * RECOMBINE_K[H3_ION] + neutralise * k_other
            inflow[i] += up * inflow[H3_ION] / h3
            loss -= up * down / h3
        ions = inflow[i] / loss
        w.ion_share[i] = ions
        total += ions
        while r < EXCHANGED and EXCHANGE_FROM[r] == i:
            if r != H3_TO_ARH:
                inflow[EXCHANGE_TO[r]] += w.exchange_hz[r] * ions
            r += 1
    return total


@law
def imbalance(w: Work, spec: PlasmaSpec, te: float, n_e: float, gas_k: float, star_hz: float) -> float:
    """ln(positive charge/negative charge) at ``te``: zero at the electron temperature that sustains itself."""
    made, slope = make(w, te)
    k_o2, k_other = ion_ion_k(gas_k)
    if w.gas_m3[AR] > 0.0:  # stepwise through a quasi-steady metastable
        excite = w.gas_m3[AR] * (w.hit_k[AR_STAR] + w.hit_k[AR_STAR + 1])
        w.ar_star_share = excite / (star_hz + n_e * (QUENCH_AR_STAR + w.other_k))
        step = w.ar_star_share * n_e * w.other_k
        w.ion_made_hz[AR_ION] += step
        made += step
        slope += step * 17.0 / te
    w.negative_share = negative_share(w, n_e, k_o2, k_other)
    lose(w, spec, te, gas_k)
    positive = share(w, te, n_e, k_o2, k_other)
    attach = w.negative_share / (1.0 + w.negative_share) * (HIT_POWER[ATTACHING] + HIT_B[ATTACHING] / te)
    w.made_slope = max(1.0, slope / made - 0.5 - attach) if made > 0.0 else 5.0
    return -50.0 if positive <= 0.0 else log(positive / (1.0 + w.negative_share))

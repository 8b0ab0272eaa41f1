"""Electron temperature from the balance of charge, and where the electrons' energy goes.

Owns the search for T_e and the sum of losses; ions.py owns the balance itself.
"""

from __future__ import annotations

from math import exp, log

from sim.plant.law import law
from sim.plant.plasma.electron_reactions import MOMENTUM, STEPWISE
from sim.plant.plasma.ions import imbalance, quenched_hz
from sim.plant.plasma.spec import PlasmaSpec
from sim.plant.plasma.tables import BALANCING, HIT, HIT_A, HIT_B, HIT_EV, HIT_POWER, HITS
from sim.plant.plasma.work import Work
from sim.plant.species import AMU_KG, BOLTZMANN_J_K, CHARGE_C, COUNT, ELECTRON_KG, MASS_AMU

TE_LOW_EV, TE_HIGH_EV = 0.2, 15.0  # paper: the rate fits hold over 1..8 eV; beyond 15 eV nothing burns here
ENOUGH = 1e-10  # assumed: charge balance is solved to this relative error
SEARCH = 80  # assumed: a cold start takes ten to twenty evaluations, a warm one two or three
ELASTIC = 3.0 * ELECTRON_KG / AMU_KG  # paper: CODATA; energy share 3 (m/M) that an electron gives to a mass of 1 amu


@law
def find_temperature_ev(w: Work, spec: PlasmaSpec, te: float, n_e: float, gas_k: float) -> float:
    """T_e [eV] at which charge balances: Newton in ln T_e inside a bracket, from ``te``; 0 if none sustains itself."""
    low, high = log(TE_LOW_EV), log(TE_HIGH_EV)
    star_hz = quenched_hz(w, 0)
    x = min(max(log(te), low), high)
    f = imbalance(w, spec, exp(x), n_e, gas_k, star_hz)
    slope = w.made_slope
    for _ in range(SEARCH):
        if abs(f) < ENOUGH:
            return exp(x)
        if f > 0.0:
            high = x
        else:
            low = x
        ahead = x - f / slope
        if not low < ahead < high:
            ahead = 0.5 * (low + high)
        f_ahead = imbalance(w, spec, exp(ahead), n_e, gas_k, star_hz)
        secant = (f_ahead - f) / (ahead - x)
        slope = secant if 0.3 * w.made_slope < secant < 3.0 * w.made_slope else w.made_slope
        x, f = ahead, f_ahead
        if high - low < 1e-13:
            break
    return exp(x) if abs(f) < 1e-6 else 0.0 * f  # of what is no number comes none, not a discharge that goes out


@law
def inelastic_ev_hz(w: Work, te: float, n_e: float) -> float:
    """Energy that one electron loses to excitation, dissociation and ionisation [eV/s]: sum n k epsilon.

    Fills the rate coefficients that the balance of charge did not need.
    """
    ln_te, inverse = log(te), 1.0 / te
    loss = w.ar_star_share * n_e * w.other_k * STEPWISE[3]
    for r in range(HITS):
        n = w.gas_m3[HIT[r]]
        if r >= BALANCING:
            w.hit_k[r] = HIT_A[r] * exp(HIT_POWER[r] * ln_te - HIT_B[r] * inverse) if n > 0.0 else 0.0
        loss += n * w.hit_k[r] * HIT_EV[r]
    return loss


@law
def elastic(w: Work, te: float, gas_k: float) -> tuple[float, float]:
    """Energy lost in elastic collisions, 3 (m/M) nu (T_e - T_g) [eV/s], and their frequency nu [1/s]."""
    ln_te = log(te)
    loss = frequency = 0.0
    for i in range(COUNT):
        if w.gas_m3[i] > 0.0:
            hz = w.gas_m3[i] * MOMENTUM[i][0] * exp(MOMENTUM[i][1] * ln_te)
            frequency += hz
            loss += hz / MASS_AMU[i]
    return ELASTIC * loss * (te - gas_k * BOLTZMANN_J_K / CHARGE_C), frequency

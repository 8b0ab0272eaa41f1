"""RF delivery against scikit-rf, and the motion of the network's motors."""

from __future__ import annotations

import math

import numpy as np

from sim.plant.records import new
from sim.plant.rf.delivery import Rf, deliver
from sim.plant.rf.network import NetworkSpec, load_farad, matched_load_pct, matched_tune_pct, tune_farad
from sim.plant.tool import section
from sim.validate.row import Outcome, Row

LOADS = ((1.5, 95.0), (5.0, -60.0), (10.0, -90.0), (6.0, -65.0), (1.0, -120.0))  # paper: loads of PHYSICS b.1, and ours
DETUNED_PCT = (0.0, 1.0, -1.0, 7.0)  # assumed: how far from the match


def worst_difference() -> float:
    """Largest |Gamma - Gamma of scikit-rf| over loads and detunings."""
    import skrf

    spec = section("network", NetworkSpec)
    frequency = skrf.Frequency.from_f([spec.frequency_hz], unit="hz")
    medium = skrf.media.DefinedGammaZ0(frequency, z0=spec.source_ohm)
    worst = 0.0
    for r, x in LOADS:
        load = min(100.0, max(0.0, matched_load_pct(spec, r)))
        tune = matched_tune_pct(spec, r, x)
        tune = 50.0 if math.isnan(tune) else min(100.0, max(0.0, tune))
        for off in DETUNED_PCT:
            ours = gamma_of(spec, r, x, load + off, tune + off)
            branch = (
                medium.inductor(spec.inductance_h)
                ** medium.resistor(spec.resistance_ohm)
                ** medium.capacitor(tune_farad(spec, tune + off))
            )
            end = medium.load(skrf.network.z2s(np.array([[[complex(r, x)]]]), z0=spec.source_ohm)[0, 0, 0])
            theirs = medium.shunt_capacitor(load_farad(spec, load + off)) ** branch**end
            worst = max(worst, abs(ours - complex(theirs.s[0, 0, 0])))
    return worst


def gamma_of(spec: NetworkSpec, r_ohm: float, x_ohm: float, load_pct: float, tune_pct: float) -> complex:
    """Our reflection coefficient at these positions."""
    rf = new(Rf)
    rf.load_r_ohm, rf.load_x_ohm = r_ohm, x_ohm
    rf.load_motor.pct, rf.tune_motor.pct = load_pct, tune_pct
    deliver(rf, spec, 100.0)
    return complex(rf.gamma_re, rf.gamma_im)


def _network() -> Outcome:
    worst = worst_difference()
    return Outcome(f"differs by at most {worst:.1e}", worst < 1e-9)


def _detuned() -> Outcome:
    """The sensitivity of PHYSICS b.1: +1 % of C_T at an inductive source reflects 5.3 %."""
    spec = section("network", NetworkSpec)
    r, x = 1.5, 95.0
    spec.inductance_h = 0.0  # an inductive load needs no coil
    farad = 1.0 / (2 * math.pi * spec.frequency_hz * (x - math.sqrt(1.8 * (50 - 1.8))))
    percent = (farad * 1.01e12 - spec.tune_pf_at_0) / spec.tune_pf_per_pct
    reflected = abs(gamma_of(spec, r, x, matched_load_pct(spec, r), percent)) ** 2
    return Outcome(f"{100 * reflected:.1f} %", abs(100 * reflected - 5.3) < 0.2)


ROWS = (
    Row("V4", "L-network, Gamma matched and detuned", "scikit-rf", "1e-9", "peer: scikit-rf", _network),
    Row("V4b", "reflected at C_T + 1 %, 1.5 + j95 Ohm", "5.3 %", "0.2 %", "PHYSICS b.1, computed", _detuned),
)

"""The matching network: an L of shunt and series capacitor, series coil, and its losses.

Owns textbook circuit theory, peak values for voltages and currents. No state: motors.py moves the capacitors.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.law import law
from sim.plant.records import Record


class NetworkSpec(Record):
    """The parts of the network."""

    frequency_hz: float
    source_ohm: float
    load_pf_at_0: float
    load_pf_per_pct: float
    tune_pf_at_0: float
    tune_pf_per_pct: float
    inductance_h: float
    resistance_ohm: float


@law
def load_farad(spec: NetworkSpec, load_pct: float) -> float:
    """Shunt capacitor C_L at ``load_pct`` of its stroke [F]."""
    return (spec.load_pf_at_0 + spec.load_pf_per_pct * load_pct) * 1e-12


@law
def tune_farad(spec: NetworkSpec, tune_pct: float) -> float:
    """Series capacitor C_T at ``tune_pct`` of its stroke [F]."""
    return (spec.tune_pf_at_0 + spec.tune_pf_per_pct * tune_pct) * 1e-12


@law
def series_x_ohm(spec: NetworkSpec, c_tune: float, x_ohm: float) -> float:
    """Net reactance of coil, series capacitor and load: X_n = w L_s - 1/(w C_T) + X."""
    omega = 2.0 * pi * spec.frequency_hz
    return omega * spec.inductance_h - 1.0 / (omega * c_tune) + x_ohm


@law
def conductance(spec: NetworkSpec, r: float, x: float) -> float:
    """G R0 at the input, of the series branch r + jx: R0 r/(r^2 + x^2)."""
    return spec.source_ohm * r / (r * r + x * x)


@law
def susceptance(spec: NetworkSpec, c_load: float, r: float, x: float) -> float:
    """B R0 at the input: R0 (w C_L - x/(r^2 + x^2))."""
    return spec.source_ohm * (2.0 * pi * spec.frequency_hz * c_load - x / (r * r + x * x))


@law
def gamma_re(g: float, b: float) -> float:
    """Re Gamma = (1 - g^2 - b^2)/((1 + g)^2 + b^2), from Gamma = (1 - y)/(1 + y) with y = g + jb."""
    return (1.0 - g * g - b * b) / ((1.0 + g) ** 2 + b * b)


@law
def gamma_im(g: float, b: float) -> float:
    """Im Gamma = -2 b/((1 + g)^2 + b^2)."""
    return -2.0 * b / ((1.0 + g) ** 2 + b * b)


@law
def accepted(g: float, b: float) -> float:
    """Part of the forward power that the network takes: 1 - |Gamma|^2 = 4 g/((1 + g)^2 + b^2)."""
    return 4.0 * g / ((1.0 + g) ** 2 + b * b)


@law
def matched_load_pct(spec: NetworkSpec, r_ohm: float) -> float:
    """Shunt position that matches R: C_L = sqrt((R0 - R')/R')/(w R0), R' = R + R_s."""
    r = r_ohm + spec.resistance_ohm
    c_load = sqrt((spec.source_ohm - r) / r) / (2.0 * pi * spec.frequency_hz * spec.source_ohm)
    return (c_load * 1e12 - spec.load_pf_at_0) / spec.load_pf_per_pct


@law
def matched_tune_pct(spec: NetworkSpec, r_ohm: float, x_ohm: float) -> float:
    """Series position that matches R + jX: 1/(w C_T) = w L_s + X - sqrt(R' (R0 - R')); NaN where none can."""
    omega = 2.0 * pi * spec.frequency_hz
    r = r_ohm + spec.resistance_ohm
    net = sqrt(r * (spec.source_ohm - r))
    c_tune = 1.0 / (omega * (omega * spec.inductance_h + x_ohm - net))
    return (c_tune * 1e12 - spec.tune_pf_at_0) / spec.tune_pf_per_pct

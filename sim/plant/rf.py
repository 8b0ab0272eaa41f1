"""RF delivery: the L-network, its moving capacitors, and the impedance of the unlit and the lit chamber.

Owns reflection, power to the load and voltage on the electrode. What the load does with its power is plasma.py's.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.tool import RfSpec


class Match:
    """Shunt capacitor at the generator, series coil and capacitor to the load; and the reflection that follows."""

    __slots__ = (
        "_omega",
        "_rate_pct_s",
        "_spec",
        "detune",
        "electrode_v",
        "gamma_im",
        "gamma_re",
        "load_pct",
        "load_r_ohm",
        "load_w",
        "load_x_ohm",
        "loss_w",
        "reflected_w",
        "tune_pct",
    )

    def __init__(self, spec: RfSpec) -> None:
        self._spec = spec
        self._omega = 2.0 * pi * spec.frequency_hz
        self._rate_pct_s = 100.0 / spec.stroke_s
        self.load_pct = 50.0
        self.tune_pct = 50.0
        self.detune = 0.0  # relative error of the series capacitor (fault)
        self.load_r_ohm = spec.unlit_r_ohm
        self.load_x_ohm = spec.unlit_x_ohm
        self.gamma_re, self.gamma_im = 1.0, 0.0
        self.reflected_w = self.load_w = self.loss_w = 0.0
        self.electrode_v = 0.0

    def move(self, dt: float, load_target_pct: float, tune_target_pct: float) -> None:
        """Both capacitors travel at full-stroke speed towards their targets [%]."""
        travel = self._rate_pct_s * dt
        if load_target_pct != self.load_pct:
            self.load_pct = _towards(self.load_pct, min(100.0, max(0.0, load_target_pct)), travel)
        if tune_target_pct != self.tune_pct:
            self.tune_pct = _towards(self.tune_pct, min(100.0, max(0.0, tune_target_pct)), travel)

    def see(self, lit: bool, density_m3: float, arc: bool) -> None:
        """Set the load: unlit chamber, arc, or a plasma whose impedance falls slowly with its density."""
        spec = self._spec
        if arc:
            self.load_r_ohm, self.load_x_ohm = spec.arc_r_ohm, spec.arc_x_ohm
        elif lit:
            ratio = spec.lit_density_m3 / max(density_m3, 0.01 * spec.lit_density_m3)
            self.load_r_ohm = spec.lit_r_ohm * ratio**spec.lit_r_exponent
            self.load_x_ohm = spec.lit_x_ohm * ratio**spec.lit_x_exponent
        else:
            self.load_r_ohm, self.load_x_ohm = spec.unlit_r_ohm, spec.unlit_x_ohm

    def deliver(self, forward_w: float) -> float:
        """Solve the network for ``forward_w`` at its input; return the power into the load [W].

        Z_in = 1/(j w C_L + 1/(R_s + j w L_s + 1/(j w C_T) + Z)), Gamma = (Z_in - R0)/(Z_in + R0);
        P_load = P_fwd (1 - |Gamma|^2) R/(R + R_s). Textbook circuit theory.
        """
        spec = self._spec
        omega = self._omega
        c_load = (spec.load_pf_at_0 + spec.load_pf_per_pct * self.load_pct) * 1e-12
        c_tune = (spec.tune_pf_at_0 + spec.tune_pf_per_pct * self.tune_pct) * (1.0 + self.detune) * 1e-12
        r = self.load_r_ohm + spec.resistance_ohm
        x = omega * spec.inductance_h - 1.0 / (omega * c_tune) + self.load_x_ohm
        z2 = r * r + x * x
        g = spec.source_ohm * r / z2  # admittance at the input, times R0
        b = spec.source_ohm * (omega * c_load - x / z2)
        down = (1.0 + g) ** 2 + b * b
        self.gamma_re = (1.0 - g * g - b * b) / down
        self.gamma_im = -2.0 * b / down
        if forward_w <= 0.0:
            self.reflected_w = self.load_w = self.loss_w = self.electrode_v = 0.0
            return 0.0
        into_w = forward_w * 4.0 * g / down
        self.reflected_w = forward_w - into_w
        self.load_w = into_w * self.load_r_ohm / r
        self.loss_w = into_w - self.load_w
        current_a = sqrt(2.0 * into_w / r)
        self.electrode_v = current_a * sqrt(self.load_r_ohm**2 + self.load_x_ohm**2)
        return self.load_w


def _towards(here: float, there: float, travel: float) -> float:
    return min(there, here + travel) if there > here else max(there, here - travel)


def matched_positions_pct(spec: RfSpec, r_ohm: float, x_ohm: float) -> tuple[float, float]:
    """(load, tune) positions [%] that match R + jX exactly; outside 0..100 when the capacitors cannot reach it.

    Source: b.1, net series reactance X_n = sqrt(R'(R0 - R')), C_L = sqrt((R0 - R')/R')/(w R0).
    """
    omega = 2.0 * pi * spec.frequency_hz
    r = r_ohm + spec.resistance_ohm
    net = sqrt(r * (spec.source_ohm - r))
    c_load = sqrt((spec.source_ohm - r) / r) / (omega * spec.source_ohm)
    c_tune = 1.0 / (omega * (omega * spec.inductance_h + x_ohm - net))
    load = (c_load * 1e12 - spec.load_pf_at_0) / spec.load_pf_per_pct
    return load, (c_tune * 1e12 - spec.tune_pf_at_0) / spec.tune_pf_per_pct

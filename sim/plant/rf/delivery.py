"""RF from the cable to the electrode: network, load, arcs; one sub-step at a time.

Owns the state of RF delivery: forward = reflected + lost in the network + into the load, always. What the plasma
absorbs of the load power is the plasma room's.
"""

from __future__ import annotations

from math import pi, sqrt

from sim.plant.law import law
from sim.plant.records import Record
from sim.plant.rf.load import (
    LoadSpec,
    beside_r_ohm,
    beside_x_ohm,
    bulk_r_ohm,
    bulk_x_ohm,
    ion_r_ohm,
    plasma_current_a,
    sheath_x_ohm,
)
from sim.plant.rf.motors import Motor, MotorSpec, follow
from sim.plant.rf.network import (
    NetworkSpec,
    accepted,
    conductance,
    gamma_im,
    gamma_re,
    load_farad,
    series_x_ohm,
    susceptance,
    tune_farad,
)


class ArcSpec(Record):
    """How a generator meets an arc."""

    detect_s: float
    blank_s: float


class Rf(Record):
    """Where power is."""

    load_motor: Motor
    tune_motor: Motor
    detune: float  # relative error of the series capacitor
    load_r_ohm: float
    load_x_ohm: float
    gamma_re: float
    gamma_im: float
    forward_w: float
    reflected_w: float
    loss_w: float
    load_w: float
    current_a: float  # peak, through the load
    branch_part: float  # of the load power that goes into the plasma's own branch, not into feed and stray
    plasma_a: float  # peak, of it through the plasma, a sub-step ago
    electrode_v: float  # peak
    arc_per_s: float  # while a plasma burns
    arcs: float  # that the generator has met
    idle_s: float  # since a plasma last burned


@law
def see_unlit(rf: Rf, spec: LoadSpec) -> None:
    """The chamber without plasma: feed and stray capacitance, and their losses."""
    rf.load_r_ohm, rf.load_x_ohm = spec.feed_r_ohm + spec.stray_r_ohm, spec.feed_x_ohm + spec.stray_x_ohm
    rf.plasma_a, rf.branch_part = 0.0, 1.0


@law
def see_plasma(
    rf: Rf,
    spec: LoadSpec,
    omega: float,
    density_m3: float,
    collision_hz: float,
    sheath_m: float,
    ion_power_w: float,
    efficiency: float,
) -> None:
    """Sheaths and bulk in series; of their resistance the electrons absorb eta, the rest is spent beside them."""
    sheaths = sheath_x_ohm(spec, omega, sheath_m)
    absorbing = bulk_r_ohm(spec, density_m3, collision_hz) + ion_r_ohm(ion_power_w, rf.plasma_a)
    r = absorbing / max(efficiency, 0.05)
    x = sheaths + bulk_x_ohm(spec, omega, density_m3)
    rf.load_r_ohm, rf.load_x_ohm = beside_r_ohm(spec, r, x), beside_x_ohm(spec, r, x)
    rf.plasma_a = plasma_current_a(spec, rf.current_a, r, x)
    through = plasma_current_a(spec, 1.0, r, x)
    rf.branch_part = through * through * r / rf.load_r_ohm


@law
def deliver(rf: Rf, spec: NetworkSpec, forward_w: float) -> None:
    """Solve the network: P_load = P_fwd (1 - |Gamma|^2) R/(R + R_s); peak current and voltage at the electrode."""
    r = rf.load_r_ohm + spec.resistance_ohm
    x = series_x_ohm(spec, tune_farad(spec, rf.tune_motor.pct) * (1.0 + rf.detune), rf.load_x_ohm)
    g = conductance(spec, r, x)
    b = susceptance(spec, load_farad(spec, rf.load_motor.pct), r, x)
    rf.gamma_re, rf.gamma_im = gamma_re(g, b), gamma_im(g, b)
    rf.forward_w = max(forward_w, 0.0)
    into_w = rf.forward_w * accepted(g, b)
    rf.reflected_w = rf.forward_w - into_w
    rf.load_w = into_w * rf.load_r_ohm / r
    rf.loss_w = into_w - rf.load_w
    rf.current_a = sqrt(2.0 * into_w / r)
    rf.electrode_v = rf.current_a * sqrt(rf.load_r_ohm**2 + rf.load_x_ohm**2)


@law
def arc(rf: Rf, network: NetworkSpec, load: LoadSpec, spec: ArcSpec, dt: float) -> None:
    """An arc nearly shorts the electrode; the generator sees it, blanks, and goes on: means over ``dt``.

    Until it is seen the network reflects what the arc does not take, then there is no power at all.
    """
    rf.arcs += 1.0
    seen, dark = min(spec.detect_s, dt), min(spec.detect_s + spec.blank_s, dt)
    kept = 1.0 - dark / dt
    forward, reflected, lost, into = rf.forward_w, kept * rf.reflected_w, kept * rf.loss_w, kept * rf.load_w
    r_ohm, x_ohm, gr, gi, volts = rf.load_r_ohm, rf.load_x_ohm, rf.gamma_re, rf.gamma_im, rf.electrode_v
    amps = rf.current_a
    rf.load_r_ohm, rf.load_x_ohm = load.arc_r_ohm, load.arc_x_ohm
    deliver(rf, network, forward)
    share = seen / dt
    rf.reflected_w = reflected + share * rf.reflected_w
    rf.loss_w = lost + share * (rf.loss_w + rf.load_w)  # the arc's own power heats metal, not plasma
    rf.load_w = into
    rf.forward_w = rf.reflected_w + rf.loss_w + rf.load_w
    rf.load_r_ohm, rf.load_x_ohm, rf.gamma_re, rf.gamma_im = r_ohm, x_ohm, gr, gi
    rf.electrode_v, rf.current_a = kept * volts, amps  # between arcs the current is what it was


@law
def turn(rf: Rf, spec: MotorSpec, load_target_pct: float, tune_target_pct: float, dt: float) -> None:
    """Both capacitors on their way."""
    follow(rf.load_motor, spec, load_target_pct, dt)
    follow(rf.tune_motor, spec, tune_target_pct, dt)


@law
def omega_of(spec: NetworkSpec) -> float:
    """Angular frequency of the drive [1/s]."""
    return 2.0 * pi * spec.frequency_hz

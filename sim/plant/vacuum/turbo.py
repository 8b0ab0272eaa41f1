"""The turbo pump: how fast it takes each gas away, and its rotor, motor and bearing.

Owns the rotor. Throughput comes from pumping.py; the drive's electronics live in sim/devices.
"""

from __future__ import annotations

from math import log, pi, sqrt

from sim.plant.law import law
from sim.plant.records import Floats, Record, vector
from sim.plant.species import AR, COUNT, H2, MASS_AMU, N2, ZERO_C_K

DRY_FRICTION = 0.02  # assumed: of the drag at speed; ends the coasting
CONSTANT_TORQUE = 0.5  # assumed: below half speed the drive limits torque, above it power


class TurboSpec(Record):
    """Turbo pump and its drive."""

    speed_n2_m3_s: float
    speed_ar_m3_s: float
    speed_h2_m3_s: float
    compression_h2: float
    compression_most: float
    rolloff_pa: float
    critical_exhaust_pa: float
    passive_m3_s: float
    nominal_hz: float
    inertia_kg_m2: float
    motor_w: float
    drag_w: float
    brake_w: float
    gas_drag_w_s_pa_m3: float
    efficiency: float
    electronics_w: float
    supply_v: float
    bearing_k_per_w: float
    bearing_s: float
    bearing_dry_k_per_w: float


class Turbo(Record):
    """Rotor, motor and bearing."""

    fraction: float  # of nominal speed
    power_w: float  # from the mains
    bearing_c: float
    available: float
    pumping_m3_s: Floats = vector(COUNT)  # at nominal speed and low pressure
    log_compression: Floats = vector(COUNT)  # at nominal speed


@law
def speed_m3_s(spec: TurboSpec, mass_amu: float) -> float:
    """Pumping speed for a gas: 1/S = a sqrt(M) + b + c/sqrt(M), through N2, Ar and H2 of the data sheet.

    a: molecules must pass the flange (an orifice); b: blades of a given speed; c: light gas flows back between them.
    So sqrt(M)/S is a parabola in sqrt(M) (Newton's form). He, not used: 4 % below its sheet.
    """
    x, h2, n2, ar = sqrt(mass_amu), sqrt(MASS_AMU[H2]), sqrt(MASS_AMU[N2]), sqrt(MASS_AMU[AR])
    at_h2, at_n2, at_ar = h2 / spec.speed_h2_m3_s, n2 / spec.speed_n2_m3_s, ar / spec.speed_ar_m3_s
    first = (at_n2 - at_h2) / (n2 - h2)
    second = ((at_ar - at_n2) / (ar - n2) - first) / (ar - h2)
    return x / (at_h2 + (x - h2) * (first + second * (x - n2)))


@law
def log_compression(spec: TurboSpec, mass_amu: float) -> float:
    """Ln of the compression ratio without flow: proportional to blade speed over thermal speed, so to sqrt(M)."""
    return min(log(spec.compression_most), log(spec.compression_h2) * sqrt(mass_amu / MASS_AMU[H2]))


@law
def know_gases(s: Turbo, spec: TurboSpec) -> None:
    """Work out speed and compression for every species; once, or when the numbers change."""
    for i in range(COUNT):
        s.pumping_m3_s[i] = speed_m3_s(spec, MASS_AMU[i])
        s.log_compression[i] = log_compression(spec, MASS_AMU[i])


@law
def turn_turbo(s: Turbo, spec: TurboSpec, on: float, speed_pct: float, throughput_pa_m3_s: float, dt: float) -> None:
    """J dw/dt = torque - drag, as fractions of nominal speed; gas [Pa m3/s] loads the blades."""
    driven = on > 0.0 and s.available > 0.0
    if not driven and s.fraction == 0.0:
        s.power_w = 0.0
        return
    stored_j = spec.inertia_kg_m2 * (2.0 * pi * spec.nominal_hz) ** 2
    drag_w = (spec.drag_w + spec.gas_drag_w_s_pa_m3 * max(throughput_pa_m3_s, 0.0)) * s.fraction
    motor_w = 0.0
    if driven:
        most_w = spec.motor_w / max(s.fraction, CONSTANT_TORQUE)
        motor_w = min(max(drag_w + (0.01 * speed_pct - s.fraction) * stored_j / dt, 0.0), most_w)
    else:
        drag_w += spec.brake_w * s.fraction + DRY_FRICTION * spec.drag_w
    s.fraction = max(s.fraction + dt * (motor_w - drag_w) / stored_j, 0.0)
    s.power_w = motor_w * s.fraction / spec.efficiency + (spec.electronics_w if driven else 0.0)


@law
def warm_turbo(s: Turbo, spec: TurboSpec, cooling_k: float, water_flowing: float, dt: float) -> None:
    """First-order bearing temperature above the cooling water (or, without water, far above it)."""
    per_w = spec.bearing_k_per_w if water_flowing > 0.0 else spec.bearing_dry_k_per_w
    s.bearing_c += (cooling_k - ZERO_C_K + per_w * s.power_w - s.bearing_c) * min(1.0, dt / spec.bearing_s)

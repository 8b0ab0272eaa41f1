"""How gas leaves the chamber: through the throttle to the turbo's exhaust, or over the soft-pump valve to the foreline.

Owns the balance of each species in chamber and exhaust. Gas leaves by its density at the mean gas temperature, so that
hot or dissociated gas keeps its higher pressure at a fixed valve (PHYSICS a.2).
"""

from __future__ import annotations

from math import exp, expm1, sqrt

from sim.plant.law import law
from sim.plant.records import Floats, Record
from sim.plant.species import BOLTZMANN_J_K, CONDUCTANCE_FACTOR, COUNT
from sim.plant.vacuum.chamber import ChamberSpec, Vacuum, total
from sim.plant.vacuum.turbo import Turbo, TurboSpec


class SoftPumpSpec(Record):
    """Bypass from chamber to dry pump."""

    throughput_pa_m3_s: float
    open_m3_s: float


@law
def soft_m3_s(s: Vacuum, spec: SoftPumpSpec, position: float) -> float:
    """Soft-start valve: constant throughput while the pressure holds its main seat, then open.

    The dry pump's check valve keeps gas from coming back.
    """
    if position <= 0.0 or s.pressure_pa <= s.foreline_pa:
        return 0.0
    head = (s.pressure_pa - s.foreline_pa) / s.pressure_pa
    return position * min(spec.throughput_pa_m3_s / s.pressure_pa, spec.open_m3_s * head)


@law
def blades(turbo: Turbo, spec: TurboSpec, exhaust_pa: float) -> float:
    """What is left of the blades' work: by rotor speed, and by an exhaust pressure near the critical one."""
    return turbo.fraction / (1.0 + (exhaust_pa / spec.critical_exhaust_pa) ** 2)


@law
def inlet_pa(chamber_pa: float, path_m3_s: float, standing_m3_s: float, rolloff_pa: float) -> float:
    """Pressure at the flange: C (p - p_in) = S0/(1 + p_in/p_k) p_in, a quadratic, for S0 of N2 at low pressure."""
    if path_m3_s <= 0.0:
        return 0.0
    b = 0.5 * (standing_m3_s * rolloff_pa / path_m3_s + rolloff_pa - chamber_pa)
    root = sqrt(b * b + chamber_pa * rolloff_pa)
    return chamber_pa * rolloff_pa / (b + root) if b > 0.0 else root - b


@law
def exchange(s: Vacuum, i: int, gain: float, out_per_s: float, back_per_s: float, dt: float) -> None:
    """Advance species ``i`` in chamber N and exhaust E, to which ``gain`` = F dt comes: dN/dt = F - a N + b E.

    Exact for constant N + E. A sink (gain < 0) takes afterwards, and no more than there is.
    """
    n, e = s.molecules[i], s.exhaust_molecules[i]
    come, wanted = max(gain, 0.0), max(-gain, 0.0)
    passed = (out_per_s + back_per_s) * dt
    gone = -expm1(-passed)
    mean = gone / passed if passed > 0.0 else 1.0  # of exp(-passed t/dt)
    after = n - n * gone + (come + back_per_s * dt * (n + e + 0.5 * come)) * mean
    sunk = min(after, wanted)
    s.molecules[i] = after - sunk
    s.exhaust_molecules[i] = max(e + (n + come - after), 0.0)
    s.unmet[i] += wanted - sunk


@law
def pump_softly(s: Vacuum, chamber: ChamberSpec, spec: SoftPumpSpec, position: float, dt: float) -> None:
    """Let gas over the soft-pump valve into the foreline."""
    speed = soft_m3_s(s, spec, position)
    if speed <= 0.0:
        return
    part = -expm1(-speed * dt / chamber.volume_m3)
    for i in range(COUNT):
        gone = part * s.molecules[i]
        s.molecules[i] -= gone
        s.foreline_molecules[i] += gone


@law
def pump_out(
    s: Vacuum,
    chamber: ChamberSpec,
    turbo: Turbo,
    spec: TurboSpec,
    path_m3_s: float,
    exhaust_m3: float,
    source: Floats,
    dt: float,
) -> None:
    """Advance chamber and exhaust by ``dt``; ``source`` [molecules/s] of plasma and film, sinks negative.

    1/S = 1/C + 1/S_pump for each species. Pipes and blades are cold: they see the gas at wall temperature.
    """
    kt = BOLTZMANN_J_K * s.wall_temperature_k
    path = s.path_factor * path_m3_s
    working = blades(turbo, spec, s.exhaust_pa)
    standing = spec.speed_n2_m3_s * working + spec.passive_m3_s
    s.inlet_pa = inlet_pa(total(s.molecules) * kt / chamber.volume_m3, path, standing, spec.rolloff_pa)
    rolloff = spec.rolloff_pa / (spec.rolloff_pa + s.inlet_pa)
    before = total(s.exhaust_molecules)
    for i in range(COUNT):
        speed = 0.0
        if path != 0.0:
            conductance = path * CONDUCTANCE_FACTOR[i]
            pump = (turbo.pumping_m3_s[i] * working + spec.passive_m3_s) * rolloff
            speed = conductance * pump / (conductance + pump)
        back = speed * exp(-working * turbo.log_compression[i]) / exhaust_m3
        exchange(s, i, dt * (s.inflow[i] + source[i]), speed / chamber.volume_m3, back, dt)
    s.throughput_pa_m3_s = (total(s.exhaust_molecules) - before) * kt / dt

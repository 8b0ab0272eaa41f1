"""Pressure gauges: what the electronics see of the true pressure.

Owns lag, noise, saturation, gas dependence and the faults of the sensing elements. Never changes the gas.
"""

from __future__ import annotations

from math import exp, log10

from sim.plant.law import law
from sim.plant.records import Floats, Record
from sim.plant.species import COUNT
from sim.plant.vacuum.chamber import total

OVERLOAD = 1.1  # assumed: a capacitance gauge's diaphragm comes to its stop at this part of full scale
#: readings for 1 Pa of true pressure, relative to N2, in the order of SPECIES
#: manual: Pfeiffer PKR (from memory): O2, N2, CO 1, Ar 1/0.8, H2 1/2.4; assumed: others, after their ionisation
COLD_CATHODE = (1.0, 0.417, 1.25, 1.0, 1.0, 1.4, 1.5, 1.0, 0.55, 0.25, 0.55, 0.85, 1.1, 1.2, 1.4, 3.0)
#: manual: Pfeiffer TPR below 100 Pa (from memory): O2, N2, CO 1, Ar 1/1.7, H2 1/0.5, CO2 1/0.9, H2O 1/0.5
#: assumed: others as (g+1)/(g-1)/sqrt(M), g the ratio of specific heats; H with the accommodation of H2
PIRANI = (1.0, 2.0, 0.588, 1.0, 1.0, 1.11, 1.67, 2.0, 0.88, 1.9, 0.94, 1.28, 0.97, 1.59, 1.29, 0.88)
COLD_DECADE, WARM_DECADE = -1.5, -0.5  # assumed: log10 Pa between which cold cathode hands over to Pirani
GAS_DECADE, FREE_DECADE = 3.0, 4.0  # assumed: log10 Pa between which convection makes all gases alike


class GaugesSpec(Record):
    """Capacitance gauges and the wide-range gauge."""

    full_scale_pa: float
    lag_s: float
    noise_of_reading: float
    noise_of_full_scale: float
    wide_lag_s: float
    wide_noise: float
    wide_low_pa: float
    wide_high_pa: float


class Gauge(Record):
    """One sensing element."""

    felt_pa: float  # behind the lag
    reading_pa: float
    offset_pa: float  # error of the zero
    drift_pa_s: float  # of the zero
    span: float  # relative error of the gain
    stuck: float
    off: float


@law
def feel(s: Gauge, pressure_pa: float, lag_s: float, dt: float) -> float:
    """First-order lag, gain and zero; return what the element gives before noise."""
    s.felt_pa += (1.0 - exp(-dt / lag_s)) * (pressure_pa - s.felt_pa)
    s.offset_pa += s.drift_pa_s * dt
    return s.felt_pa * (1.0 + s.span) + s.offset_pa


@law
def show(s: Gauge, reading_pa: float) -> float:
    """Take a reading, unless the element is stuck (keeps its last) or off (nothing: 0)."""
    if s.off > 0.0:
        s.reading_pa = 0.0
    elif s.stuck == 0.0:
        s.reading_pa = reading_pa
    return s.reading_pa


@law
def capacitance_pa(s: Gauge, spec: GaugesSpec, pressure_pa: float, z: float, dt: float) -> float:
    """Gas-independent diaphragm, saturating at its full scale; ``z`` standard normal."""
    felt = feel(s, min(pressure_pa, OVERLOAD * spec.full_scale_pa), spec.lag_s, dt)
    noise = spec.noise_of_reading * s.felt_pa + spec.noise_of_full_scale * spec.full_scale_pa
    return show(s, min(felt + noise * z, spec.full_scale_pa))


@law
def wide_pa(s: Gauge, spec: GaugesSpec, pressure_pa: float, molecules: Floats, z: float, dt: float) -> float:
    """Cold cathode, Pirani and membrane in one head, in N2 equivalents; ``z`` standard normal."""
    felt = feel(s, pressure_pa * gas_factor(pressure_pa, molecules), spec.wide_lag_s, dt)
    return show(s, min(max(felt * (1.0 + spec.wide_noise * z), spec.wide_low_pa), spec.wide_high_pa))


@law
def gas_factor(pressure_pa: float, molecules: Floats) -> float:
    """Reading over true pressure: mole-weighted, of the principle that measures at this pressure."""
    decade = log10(max(pressure_pa, 1e-9))
    all_of_them = total(molecules)
    if all_of_them <= 0.0 or decade >= FREE_DECADE:
        return 1.0
    cold = pirani = 0.0
    for i in range(COUNT):
        cold += molecules[i] / all_of_them * COLD_CATHODE[i]
        pirani += molecules[i] / all_of_them * PIRANI[i]
    warm = min(max((decade - COLD_DECADE) / (WARM_DECADE - COLD_DECADE), 0.0), 1.0)
    free = max((decade - GAS_DECADE) / (FREE_DECADE - GAS_DECADE), 0.0)
    heat = pirani + (1.0 - pirani) * free
    return cold + (heat - cold) * warm

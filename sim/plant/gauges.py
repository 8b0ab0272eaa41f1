"""Pressure gauges: what the electronics see of the true pressure.

Owns lag, noise, saturation, gas dependence and the faults of the sensing elements. Never changes the gas.
"""

from __future__ import annotations

from math import log10

from sim.plant.gas import AR, H2, SPECIES
from sim.plant.noise import Noise
from sim.plant.tool import GaugesSpec

# Readings for 1 Pa of true pressure, relative to N2.
_COLD_CATHODE = [1.0] * len(SPECIES)
_COLD_CATHODE[AR], _COLD_CATHODE[H2] = 1.0 / 0.8, 1.0 / 2.4  # manual: Pfeiffer PKR, factors 0.8 and 2.4 (from memory)
_PIRANI = [1.0] * len(SPECIES)
_PIRANI[AR], _PIRANI[H2] = 1.0 / 1.7, 1.0 / 0.5  # manual: Pfeiffer TPR, below 100 Pa (from memory)


class Gauge:
    """Lag and faults that all gauges share."""

    __slots__ = ("_felt_pa", "_gain", "drift_pa_s", "off", "offset_pa", "reading_pa", "stuck")

    def __init__(self, lag_s: float, dt: float, start_pa: float) -> None:
        self._gain = dt / (lag_s + dt)
        self._felt_pa = start_pa
        self.reading_pa = start_pa
        self.offset_pa = 0.0
        self.drift_pa_s = 0.0
        self.stuck = False
        self.off = False

    def _faulty(self) -> bool:
        if self.off:
            self.reading_pa = 0.0
        return self.stuck or self.off


class CapacitanceGauge(Gauge):
    """Gas-independent diaphragm gauge, saturating at its full scale."""

    __slots__ = ("_full_scale_pa", "_noise_pa", "_noise_rel")

    def __init__(self, spec: GaugesSpec, dt: float, start_pa: float) -> None:
        super().__init__(spec.lag_s, dt, min(start_pa, spec.full_scale_pa))
        self._full_scale_pa = spec.full_scale_pa
        self._noise_rel = spec.noise_of_reading
        self._noise_pa = spec.noise_of_full_scale * spec.full_scale_pa

    def step(self, dt: float, pressure_pa: float, noise: Noise) -> float:
        """First-order lag, offset, noise, saturation; return the reading [Pa]."""
        full = self._full_scale_pa
        self._felt_pa = felt = self._felt_pa + self._gain * (min(pressure_pa, 1.1 * full) - self._felt_pa)
        z = noise.normal()
        if (self.stuck or self.off) and self._faulty():
            return self.reading_pa
        self.offset_pa += self.drift_pa_s * dt
        reading = felt + self.offset_pa + (self._noise_rel * felt + self._noise_pa) * z
        self.reading_pa = reading = full if reading > full else reading
        return reading


class WideGauge(Gauge):
    """Cold cathode below about 0.1 Pa, Pirani above, membrane near atmosphere; reads N2 equivalents."""

    __slots__ = ("_high_pa", "_low_pa", "_noise_rel")

    def __init__(self, spec: GaugesSpec, dt: float, start_pa: float) -> None:
        super().__init__(spec.wide_lag_s, dt, start_pa)
        self._noise_rel = spec.wide_noise
        self._low_pa = spec.wide_low_pa
        self._high_pa = spec.wide_high_pa

    def step(self, dt: float, pressure_pa: float, molecules: list[float], noise: Noise) -> float:
        """Reading = p * gas factor of the principle that measures at this pressure; return it [Pa]."""
        factor = gas_factor(pressure_pa, molecules)
        self._felt_pa = felt = self._felt_pa + self._gain * (pressure_pa * factor - self._felt_pa)
        z = noise.normal()
        if self._faulty():
            return self.reading_pa
        self.offset_pa += self.drift_pa_s * dt
        reading = (felt + self.offset_pa) * (1.0 + self._noise_rel * z)
        self.reading_pa = reading = min(self._high_pa, max(self._low_pa, reading))
        return reading


def gas_factor(pressure_pa: float, molecules: list[float]) -> float:
    """Mole-weighted factor of a combined gauge; principles blend over 0.03..0.3 Pa and 1e3..1e4 Pa. # assumed blend."""
    total = sum(molecules)
    if total <= 0.0 or pressure_pa > 1e4:
        return 1.0
    cold = sum(n * f for n, f in zip(molecules, _COLD_CATHODE, strict=True)) / total
    pirani = sum(n * f for n, f in zip(molecules, _PIRANI, strict=True)) / total
    decades = log10(max(pressure_pa, 1e-9))
    if pressure_pa > 1e3:
        return pirani + (1.0 - pirani) * (decades - 3.0)
    warm = min(1.0, max(0.0, decades + 1.5))
    return cold + (pirani - cold) * warm

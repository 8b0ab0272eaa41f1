"""What the tool draws from the building: electrical power of every consumer, and the energy so far.

Owns the meter. Water and purge gas are parameters of the tool; carbon factors belong to controller/energy.
"""

from __future__ import annotations

from sim.plant.tool import UtilitiesSpec

JOULES_PER_KWH = 3.6e6  # paper: exact


class Utilities:
    """Power [W] by consumer."""

    __slots__ = ("_spec", "chiller_w", "dry_pump_w", "electronics_w", "energy_kwh", "generator_w", "total_w", "turbo_w")

    def __init__(self, spec: UtilitiesSpec) -> None:
        self._spec = spec
        self.generator_w = spec.generator_idle_w
        self.chiller_w = self.dry_pump_w = self.turbo_w = 0.0
        self.electronics_w = spec.electronics_w
        self.total_w = self.generator_w + self.electronics_w
        self.energy_kwh = 0.0

    def step(self, dt: float, forward_w: float, turbo_w: float, dry_w: float, chiller_on: bool, bath_w: float) -> None:
        """Generator P/eta, pumps as they say, chiller: circulation plus heater or compressor (bath_w/COP)."""
        spec = self._spec
        self.generator_w = spec.generator_idle_w + forward_w / spec.generator_efficiency
        self.turbo_w, self.dry_pump_w = turbo_w, dry_w
        effort_w = bath_w if bath_w > 0.0 else -bath_w / spec.chiller_cop
        self.chiller_w = spec.chiller_idle_w + effort_w if chiller_on else 0.0
        self.total_w = self.generator_w + turbo_w + dry_w + self.chiller_w + self.electronics_w
        self.energy_kwh += self.total_w * dt / JOULES_PER_KWH

"""Temperatures: mask through its thickness, chuck, chiller bath, chamber walls; and their sensors.

Owns heat. Explicit Euler at 50 ms: the fastest node is 5 s. Gas temperature belongs to plasma.py.
"""

from __future__ import annotations

from sim.plant.gas import ZERO_C_K
from sim.plant.noise import Noise
from sim.plant.tool import ThermalSpec


class Thermal:
    """Three mask nodes (top, middle, bottom), chuck, bath, walls, all in degC."""

    __slots__ = (
        "_area_m2",
        "_between_w_k",
        "_integral_pct",
        "_spec",
        "bath_c",
        "bath_w",
        "chiller_available",
        "chuck_c",
        "chuck_sensor_c",
        "effort_pct",
        "mask_c",
        "mask_sensor_c",
        "room_w",
        "wall_c",
    )

    def __init__(self, spec: ThermalSpec, mask_area_m2: float, wall_c: float) -> None:
        self._spec = spec
        self._area_m2 = mask_area_m2
        self._between_w_k = spec.mask_conductivity_w_m_k * mask_area_m2 / (spec.mask_thickness_m / 3.0)
        self.mask_c = [spec.room_c] * 3
        self.chuck_c = self.bath_c = spec.room_c
        self.wall_c = wall_c
        self.chuck_sensor_c = self.mask_sensor_c = spec.room_c
        self.effort_pct = 0.0
        self._integral_pct = 0.0
        self.chiller_available = True
        self.bath_w = self.room_w = 0.0  # heat given to the bath by the chiller, and lost by the walls

    def step(
        self, dt: float, mask_w: float, chuck_w: float, wall_w: float, gap_pa: float, on: bool, setpoint_c: float
    ) -> None:
        """Advance: plasma heat [W] to mask top, chuck and walls; gas pressure in the gap under the mask [Pa]."""
        spec = self._spec
        top, middle, bottom = self.mask_c
        chuck, bath, wall = self.chuck_c, self.bath_c, self.wall_c
        node = dt / (spec.mask_j_k / 3.0)
        q1 = self._between_w_k * (top - middle)
        q2 = self._between_w_k * (middle - bottom)
        gas = min(spec.gas_contact_limit_w_m2_k, spec.gas_contact_w_m2_k_pa * gap_pa)
        q3 = (spec.contact_w_m2_k + gas) * self._area_m2 * (bottom - chuck)
        self.mask_c = [top + node * (mask_w - q1), middle + node * (q1 - q2), bottom + node * (q2 - q3)]
        self.bath_w = self._chiller(dt, on, setpoint_c)
        to_bath = spec.chuck_bath_w_k * (chuck - bath) if on else 0.1 * spec.chuck_bath_w_k * (chuck - bath)
        to_wall = spec.chuck_wall_w_k * (chuck - wall)
        self.chuck_c = chuck + dt * (q3 + chuck_w - to_bath - to_wall) / spec.chuck_j_k
        leak = 0.002 * spec.bath_j_k / 60.0 * (bath - spec.room_c)  # insulation: time constant of hours  # assumed
        self.bath_c = bath + dt * (to_bath + self.bath_w - leak) / spec.bath_j_k
        self.room_w = spec.wall_room_w_k * (wall - 25.0)  # cooling water at 25 degC  # assumed
        self.wall_c = wall + dt * (wall_w + to_wall - self.room_w) / spec.wall_j_k

    def _chiller(self, dt: float, on: bool, setpoint_c: float) -> float:
        """The chiller's own PI on the bath; effort +100 % full heating, -100 % full cooling; return heat [W]."""
        spec = self._spec
        if not (on and self.chiller_available):
            self.effort_pct = self._integral_pct = 0.0
            return 0.0
        error = setpoint_c - self.bath_c
        effort = spec.bath_gain_pct_k * error + self._integral_pct
        if -100.0 < effort < 100.0:  # no wind-up at the stops
            self._integral_pct += spec.bath_integral_pct_k_s * error * dt
        self.effort_pct = effort = min(100.0, max(-100.0, effort))
        return 0.01 * effort * (spec.heater_w if effort > 0.0 else spec.cooler_w)

    def sense(self, dt: float) -> None:
        """Pt100 in the chuck and pyrometer on the mask's top: first-order lag and noise."""
        spec = self._spec
        self.chuck_sensor_c += dt / (spec.pt100_lag_s + dt) * (self.chuck_c - self.chuck_sensor_c)
        self.mask_sensor_c += dt / (spec.pyrometer_lag_s + dt) * (self.mask_c[0] - self.mask_sensor_c)

    def pt100_c(self, noise: Noise) -> float:
        """Reading of the Pt100 [degC]."""
        return self.chuck_sensor_c + self._spec.pt100_noise_k * noise.normal()

    def pyrometer_c(self, noise: Noise) -> float:
        """Reading of the pyrometer [degC]."""
        return self.mask_sensor_c + self._spec.pyrometer_noise_k * noise.normal()

    @property
    def mask_surface_k(self) -> float:
        """Temperature of the film [K]."""
        return self.mask_c[0] + ZERO_C_K

    def fresh_mask(self) -> None:
        """Put a mask at room temperature on the chuck."""
        self.mask_c = [self._spec.room_c] * 3

    def heat_content_j(self) -> float:
        """Heat above 0 degC in mask, chuck, bath and walls [J], for balances."""
        spec = self._spec
        mask = spec.mask_j_k / 3.0 * sum(self.mask_c)
        return mask + spec.chuck_j_k * self.chuck_c + spec.bath_j_k * self.bath_c + spec.wall_j_k * self.wall_c

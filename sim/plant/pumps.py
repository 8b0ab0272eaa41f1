"""Turbo pump and dry pump: speed, motor, power, temperature, and how fast they take gas away.

Owns the rotors. The vacuum asks for speed factors; the drives' electronics live in sim/devices.
"""

from __future__ import annotations

from math import pi

from sim.plant.gas import AR, H2, N2, SPECIES
from sim.plant.tool import DryPumpSpec, TurboSpec


class Turbo:
    """Rotor on a power-limited motor; bearing warmed by what the motor spends."""

    __slots__ = ("_nominal_rad_s", "_spec", "available", "bearing_c", "fraction", "power_w", "pumping_m3_s")

    def __init__(self, spec: TurboSpec, room_c: float) -> None:
        self._spec = spec
        self._nominal_rad_s = 2.0 * pi * spec.nominal_hz
        speeds = [spec.speed_other_m3_s] * len(SPECIES)
        speeds[N2], speeds[AR], speeds[H2] = spec.speed_n2_m3_s, spec.speed_ar_m3_s, spec.speed_h2_m3_s
        self.pumping_m3_s = tuple(speeds)  # at nominal speed and low pressure, per species
        self.fraction = 0.0  # of nominal speed
        self.power_w = 0.0  # from the mains
        self.bearing_c = room_c
        self.available = True

    def step(self, dt: float, on: bool, setpoint_pct: float, throughput_pa_m3_s: float) -> None:
        """J dw/dt = torque - drag; torque limited by power above half speed. Throughput [Pa m3/s] loads the blades."""
        spec = self._spec
        fraction = self.fraction
        on = on and self.available
        if not on and fraction == 0.0:
            self.power_w = 0.0
            return
        nominal = self._nominal_rad_s
        drag_w = (spec.drag_w + spec.gas_drag_w_s_pa_m3 * throughput_pa_m3_s) * fraction  # torque times nominal speed
        goal = 0.01 * setpoint_pct if on else 0.0
        if not on:
            motor_w = 0.0
            drag_w += spec.brake_w * fraction + 0.02 * spec.drag_w  # dry friction ends the coasting
        else:
            most_w = spec.motor_w / max(0.5, fraction)  # constant torque below half speed, constant power above
            hold_w = drag_w + (goal - fraction) * spec.inertia_kg_m2 * nominal * nominal / dt
            motor_w = min(most_w, max(0.0, hold_w))
        fraction += dt * (motor_w - drag_w) / (spec.inertia_kg_m2 * nominal * nominal)
        self.fraction = max(0.0, fraction)
        self.power_w = motor_w * self.fraction / spec.efficiency + (spec.electronics_w if on else 0.0)

    def warm(self, dt: float, cooling_c: float, water_flowing: bool) -> None:
        """First-order bearing temperature above the cooling water (or, without water, far above it)."""
        spec = self._spec
        rise = self.power_w * (spec.bearing_k_per_w if water_flowing else spec.bearing_dry_k_per_w)
        self.bearing_c += (cooling_c + rise - self.bearing_c) * dt / spec.bearing_s

    @property
    def speed_hz(self) -> float:
        """Rotor speed [Hz]."""
        return self.fraction * self._spec.nominal_hz


class DryPump:
    """Scroll pump: S(p) = S0 (1 - p_ult/p), proportional to speed."""

    __slots__ = ("_spec", "available", "fraction", "power_w", "temperature_c")

    def __init__(self, spec: DryPumpSpec, room_c: float) -> None:
        self._spec = spec
        self.fraction = 0.0
        self.power_w = 0.0
        self.temperature_c = room_c
        self.available = True

    def step(self, dt: float, on: bool, setpoint_pct: float, inlet_pa: float) -> None:
        """Ramp the speed. ``inlet_pa`` loads the motor."""
        spec = self._spec
        goal = min(1.0, 0.01 * setpoint_pct) if on and self.available else 0.0
        fraction = self.fraction
        if fraction != goal:
            ramp = dt / spec.ramp_s
            self.fraction = fraction = min(goal, fraction + ramp) if goal > fraction else max(goal, fraction - ramp)
        self.power_w = fraction * (spec.idle_w + spec.load_w * inlet_pa / (inlet_pa + spec.load_pa))

    @property
    def speed_m3_s(self) -> float:
        """Volume flow S0 at this speed [m3/s]."""
        return self.fraction * self._spec.speed_m3_s

    def warm(self, dt: float, room_c: float) -> None:
        """First-order pump temperature above the room."""
        spec = self._spec
        self.temperature_c += (room_c + self.power_w * spec.warm_k_per_w - self.temperature_c) * dt / spec.warm_s

    @property
    def speed_hz(self) -> float:
        """Shaft speed [Hz]."""
        return self.fraction * self._spec.nominal_hz

"""The power stage of an RF generator: regulation, limits, ramps, timers, interlock, faults.

Owns what the generator puts on the cable. Knows no bytes and no maker: each emulated generator gives its own numbers
to regulations and faults. The interlock loop acts here, without any command: open means off at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

from sim.devices.framing import bounded
from sim.wiring import Wiring

FORWARD, LOAD, DC_BIAS = "forward", "load", "dc_bias"  #: what is regulated
INTERLOCK, REFLECTED, TIME, HOT = 1, 2, 4, 8  #: faults, as bits
SETTLE_S = 0.025  # assumed: time constant of the regulation, so that it settles in 100 ms
WORST_SHARE = 0.95  # assumed: regulation counts on at most this share being reflected
BIAS_GAIN = 2.0  # assumed: share of full power per second and relative error of the bias
TOLERANCE = 0.05  # assumed: out of setpoint beyond this
TOLERANCE_W = 3.0  # assumed


@dataclass(slots=True)
class Readings:
    """What the generator measures."""

    forward_w: float = 0.0
    reflected_w: float = 0.0
    dc_bias_v: float = 0.0


@dataclass(slots=True)
class Settings:
    """What a power cycle forgets."""

    regulation: str = FORWARD  # assumed: mode at power-up
    setpoint: float = 0.0  # W, or V in DC-bias regulation
    forward_limit_w: float = 0.0
    reflected_limit_w: float = 0.0
    time_limit_s: float = 0.0  # 0: none (assumed)
    ramp_up_s: float = 0.0  # from zero to the setpoint (assumed meaning)
    ramp_down_s: float = 0.0
    ramp_from_w: float = 0.0  # where a rise begins that has a rate
    ramp_w_s: float = 0.0  # its rate, instead of ramp_up_s; 0: none
    trigger_s: int = 0  # reflected above trigger_w for this long switches off; 0: never (assumed)
    trigger_w: float = 0.0


@dataclass(slots=True)
class PowerStage:
    """RF output."""

    max_power_w: float
    max_reflected_w: float
    settings: Settings = field(default_factory=Settings)
    on: bool = False  # requested
    output_on: bool = False  # and past its ramp
    at_forward_limit: bool = False  # more is wanted than the limit of forward power lets through
    at_reflected_limit: bool = False
    faults: int = 0
    run_s: float = 0.0  # all its life
    readings: Readings = field(default_factory=Readings)
    _forward_w: float = 0.0
    _wanted: float = 0.0  # setpoint behind its ramp
    _on_s: float = 0.0
    _over_s: float = 0.0
    _reflected_share: float = 0.0

    def power_up(self) -> None:
        """Settings as after a power cycle: limits at the nominal size, all else zero."""
        self.settings = Settings(forward_limit_w=self.max_power_w, reflected_limit_w=self.max_reflected_w)
        self.faults = 0

    def switch_on(self) -> None:
        """RF on; timers start anew."""
        if not self.on:
            self.on = True
            self._on_s = self._over_s = self._wanted = 0.0
            if self.settings.ramp_w_s > 0.0:
                self._wanted = min(self.settings.ramp_from_w, self.settings.setpoint)

    def switch_off(self, wiring: Wiring) -> None:
        """RF off, at once."""
        self.on = self.output_on = self.at_forward_limit = self.at_reflected_limit = False
        self._forward_w = self._wanted = 0.0
        wiring.commands.rf_forward_w = 0.0

    def step(self, wiring: Wiring, loop_closed: bool, dt: float) -> None:
        """Watch interlock and timers, regulate, put forward power on the cable."""
        if self.on:
            self._watch(wiring, loop_closed, dt)
        if self.on:
            self._regulate(wiring, dt)
        wiring.commands.rf_forward_w = self._forward_w

    def measure(self, wiring: Wiring) -> None:
        """Take new readings."""
        sensors, readings = wiring.sensors, self.readings
        readings.forward_w = self._forward_w
        readings.reflected_w = sensors.reflected_w
        readings.dc_bias_v = sensors.dc_bias_v

    def off_setpoint(self) -> bool:
        """Past its ramp, and not where it should be."""
        readings, wanted = self.readings, self.settings.setpoint
        actual = {
            FORWARD: readings.forward_w,
            LOAD: readings.forward_w - readings.reflected_w,
            DC_BIAS: readings.dc_bias_v,
        }[self.settings.regulation]
        return self.output_on and abs(actual - wanted) > max(TOLERANCE * wanted, TOLERANCE_W)

    def _watch(self, wiring: Wiring, loop_closed: bool, dt: float) -> None:
        settings = self.settings
        self._on_s += dt
        self.run_s += dt
        over = settings.trigger_s > 0 and wiring.sensors.reflected_w > settings.trigger_w
        self._over_s = self._over_s + dt if over else 0.0
        if not loop_closed:
            self.trip(wiring, INTERLOCK)
        elif 0 < settings.time_limit_s <= self._on_s:
            self.trip(wiring, TIME)
        elif over and self._over_s >= settings.trigger_s:
            self.trip(wiring, REFLECTED)

    def trip(self, wiring: Wiring, fault: int) -> None:
        """Off, with a fault that stays until it is cleared."""
        self.faults |= fault
        self.switch_off(wiring)

    def _regulate(self, wiring: Wiring, dt: float) -> None:
        settings, forward = self.settings, self._forward_w
        self._ramp(dt)
        if forward > 1.0:
            self._reflected_share = bounded(wiring.sensors.reflected_w / forward, 0.0, WORST_SHARE)
        share = self._reflected_share
        if settings.regulation == FORWARD:
            target = self._wanted
        elif settings.regulation == LOAD:
            target = self._wanted / (1.0 - share)
        else:
            missing = 1.0 - wiring.sensors.dc_bias_v / self._wanted if self._wanted > 0.0 else -1.0
            target = forward + BIAS_GAIN * SETTLE_S * self.max_power_w * bounded(missing, -1.0, 1.0)
        limit = forward_limit = min(settings.forward_limit_w, self.max_power_w)
        if share > 0.0:
            limit = min(limit, settings.reflected_limit_w / share)  # fold back
        self.at_reflected_limit = limit < forward_limit and target > limit
        self.at_forward_limit = target > limit and not self.at_reflected_limit
        target = bounded(target, 0.0, limit)
        self._forward_w = target + (forward - target) * exp(-dt / SETTLE_S)

    def _ramp(self, dt: float) -> None:
        settings, goal = self.settings, self.settings.setpoint
        seconds = settings.ramp_up_s if goal > self._wanted else settings.ramp_down_s
        rise = dt * max(goal, self._wanted) / seconds if seconds > 0.0 else self.max_power_w
        if settings.ramp_w_s > 0.0 and goal > self._wanted:
            rise = dt * settings.ramp_w_s
        self._wanted += bounded(goal - self._wanted, -rise, rise)
        self.output_on = self.output_on or self._wanted >= goal

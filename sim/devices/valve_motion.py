"""What moves the flap of the VAT throttle valve: position, open, close, hold, pressure control, LEARN.

Owns mode and target. Knows no bytes; the plant moves the flap.
"""

from __future__ import annotations

from math import log

from sim.devices.framing import bounded
from sim.wiring import Wiring

# manual: mode digit of i:76
INIT, SYNC, POSITION, CLOSED, OPEN, PRESSURE, HOLD, LEARN = "0", "1", "2", "3", "4", "5", "6", "7"
SYNC_S = 1.0  # assumed: synchronisation after power-up
LEARN_S = 30.0  # assumed
PROPORTIONAL_PCT = 20.0  # assumed: stroke per e-fold of pressure error, at gain 1
INTEGRAL_PCT_S = 15.0  # assumed
LEAST = 1e-4  # share of full scale below which the logarithm is cut


class Motion:
    """Mode and target of the flap."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.mode = OPEN  # assumed: the tool was left with the valve open
        self.speed = 1000  # 1..1000; open and close are always at full speed
        self.gain = 1.0
        self.learned = False
        self.pressure_setpoint = 0.0  # share of full scale
        self.power_up_open = False
        self._since_s = 0.0
        self._opening_pct = 100.0
        self._last_error = 0.0

    def start(self, mode: str, target_pct: float | None = None) -> None:
        """Enter a mode; the target of those that have one."""
        self.mode = mode
        self._since_s = 0.0
        commands = self.wiring.commands
        commands.throttle_speed = self.speed / 1000.0 if mode in (POSITION, PRESSURE) else 1.0
        if target_pct is not None:
            commands.throttle_target_pct = target_pct

    def hold(self) -> None:
        """Stop where it is."""
        self.start(HOLD, bounded(self.wiring.sensors.throttle_pct, 0.0, 100.0))

    def power_up(self) -> None:
        """Synchronise, then close or open as configured."""
        self.speed = 1000
        self.start(SYNC)

    def regulate(self, setpoint: float, pressure: float) -> None:
        """Pressure control towards ``setpoint``; both are shares of full scale."""
        self.pressure_setpoint = setpoint
        self._opening_pct = bounded(self.wiring.sensors.throttle_pct, 0.0, 100.0)
        self._last_error = self._error(pressure)
        self.start(PRESSURE)

    def step(self, pressure: float, dt: float) -> None:
        """Move the target on; ``pressure`` as a share of full scale."""
        self._since_s += dt
        if self.mode == PRESSURE:
            error = self._error(pressure)
            move = PROPORTIONAL_PCT * (error - self._last_error) + INTEGRAL_PCT_S * error * dt
            self._last_error = error
            self._opening_pct = bounded(self._opening_pct + self.gain * move, 0.0, 100.0)
            self.wiring.commands.throttle_target_pct = self._opening_pct
        elif self.mode == LEARN:
            self._learn()
        elif self.mode == SYNC and self._since_s >= SYNC_S:
            self.start(*((OPEN, 100.0) if self.power_up_open else (CLOSED, 0.0)))

    def _error(self, pressure: float) -> float:
        return log(bounded(pressure, LEAST, 1.0) / max(self.pressure_setpoint, LEAST))

    def _learn(self) -> None:
        self.wiring.commands.throttle_target_pct = 100.0 * abs(1.0 - 2.0 * min(1.0, self._since_s / LEARN_S))
        if self._since_s >= LEARN_S:
            self.learned = True
            self.start(OPEN, 100.0)

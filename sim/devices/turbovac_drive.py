"""The drive of a TURBOVAC iX: on and off, set-points, who may command, warnings and errors.

Owns what the frequency converter decides. Knows no bytes; speed, current and temperature are the plant's. Source:
Leybold, "Serial Interfaces for TURBOVAC i/iX", as transcribed by PyPI turboctl, with its findings on a real pump.
"""

from __future__ import annotations

from sim.devices.framing import bounded
from sim.devices.turbovac_parameters import ERRORS_KEPT, first_values
from sim.wiring import Wiring

# manual: control word
START, SET_POINT, RESET, STANDBY, CONTROL = 1 << 0, 1 << 6, 1 << 7, 1 << 8, 1 << 10
# manual: status word
READY, ON, ERROR, ACCELERATES, DECELERATES, LOCKED, TOO_HOT = 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7
PARAMETERS_ON, NORMAL, TURNS, OVERLOAD, WARNING, PROCESS_ON = 1 << 9, 1 << 10, 1 << 11, 1 << 13, 1 << 14, 1 << 15
# manual: errors
OVERSPEED, PASSING, HOT_BEARING, HOT_CONVERTER, RUN_UP, HOT_MOTOR, SLOW, COLD_MOTOR = 1, 2, 3, 5, 6, 7, 106, 111
# manual: bits of P227; which pump temperature is which is assumed
WARN_MOTOR, WARN_BEARING, WARN_CONVERTER, WARN_COLD, WARN_OVERLOAD = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 11
LOWEST_SHARE = 0.625  # real pump: 750 of 1200 Hz, lowest set-point
BAND_HZ = 5.0  # assumed: within this of its goal it neither accelerates nor decelerates
ROOM_C, CONVERTER_SHARE = 25.0, 0.8  # assumed: the converter warms so much of what the bearing does
SUPPLY_V = 48.0  # manual: nominal voltage of the intermediate circuit
SAVING_S = 30.0  # manual: after P8
START_DELAY_S, HOURS_S = 6.0, 36.0  # manual: P36 in 0.1 min, P184 in 0.01 h


class Drive:
    """State of one converter."""

    def __init__(self, nominal_hz: float) -> None:
        self.nominal_hz = nominal_hz
        self.lowest_hz = float(round(LOWEST_SHARE * nominal_hz))
        self.values = self._as_delivered()
        self.saved = dict(self.values)
        self.starts = 42  # assumed: a pump that has run
        self.failures: list[tuple[int, float, float]] = []  # newest first: error, Hz, 0.01 h
        self._power_up()

    def _as_delivered(self) -> dict[tuple[int, int], float]:
        return {**first_values(), (24, 0): self.nominal_hz}

    def _power_up(self) -> None:
        self.on = False
        self.standby = False
        self.error = 0
        self.asked_hz: float | None = None  # set-point of the last telegram
        self.attained = False  # normal operation since the start
        self.saving_s = 0.0
        self._left_s = 0.0  # until the control right is given back
        self._since_s = 0.0  # since the start
        self._delay_s = 0.0  # until the motor starts

    def reboot(self) -> None:
        """Power cycle: off; what was not saved is lost, hours and errors are kept."""
        hours = self.values[184, 0]
        self.values = {**self.saved, (184, 0): hours}
        self._power_up()

    def setting(self, number: int) -> float:
        """One setting without an index."""
        return self.values[number, 0]

    # --- commands -----------------------------------------------------------------------------------------

    def obey(self, word: int, set_point_hz: int) -> None:
        """A control word and its set-point; without bit 10 it only asks."""
        enabled = bool(word & CONTROL)
        asked = enabled and word & SET_POINT
        self.asked_hz = bounded(set_point_hz, self.lowest_hz, self.nominal_hz) if asked else None
        if enabled:
            self._execute(word)

    def _execute(self, word: int) -> None:
        self.standby = bool(word & STANDBY)
        if not word & START:
            self.on = False
            if word & RESET:
                self.error = 0
        elif not self.error:
            self.start()

    def start(self) -> None:
        """Switch on, or stay so; the control right is good for P182 from now."""
        self._left_s = self.setting(182) / 10.0
        if not self.on:
            self.on, self.attained, self._since_s = True, False, 0.0
            self._delay_s = self.setting(36) * START_DELAY_S
            self.starts += 1

    def save(self) -> None:
        """P8: keep what is set; takes a while."""
        self.saved = dict(self.values)
        self.saving_s = SAVING_S

    def reset_to_factory(self) -> None:
        """P1025."""
        self.values = {**self._as_delivered(), (184, 0): self.values[184, 0]}

    def goal_hz(self) -> float:
        """Frequency that the motor is to have while on."""
        if self.standby:
            return min(self.setting(150), self.nominal_hz)
        return self.setting(24) if self.asked_hz is None else self.asked_hz

    def drive(self, wiring: Wiring) -> None:
        """Put it on the cables."""
        wiring.commands.turbo_on = self.on and self._delay_s <= 0.0
        wiring.commands.turbo_speed_pct = 100.0 * self.goal_hz() / self.nominal_hz

    def step(self, wiring: Wiring, dt: float) -> None:
        """Live for ``dt`` [s]: hours, delays, the control right, protection."""
        self.values[184, 0] += dt / HOURS_S
        self.saving_s = max(0.0, self.saving_s - dt)
        if not self.on:
            return
        self._since_s += dt
        self._delay_s -= dt
        if self.setting(182):
            self._left_s -= dt
            if self._left_s < 1e-9:
                self._give_back()
        self.attained = self.attained or self.normal(wiring)
        error = self._failure(wiring) if self.on else 0
        if error:
            self.fail(error, wiring)
        self.drive(wiring)

    def fail(self, error: int, wiring: Wiring) -> None:
        """Off with this error, and remember it; once, while it lasts."""
        self.on = False
        if self.error != error:
            self.error = error
            self.failures.insert(0, (error, hz(wiring), self.values[184, 0]))
            del self.failures[ERRORS_KEPT:]

    def _give_back(self) -> None:
        """Nobody keeps the pump on: what P179 says, or off (nobody else may command it)."""
        word = int(self.setting(179))
        self.asked_hz = None
        self.on = bool(word & CONTROL and word & START)
        self.standby = bool(word & STANDBY)
        self._left_s = float("inf")

    def _failure(self, wiring: Wiring) -> int:
        bearing = wiring.sensors.turbo_bearing_c
        if bearing > self.setting(132):
            return HOT_BEARING
        if bearing > self.setting(133):
            return HOT_MOTOR
        if bearing < self.setting(131):
            return COLD_MOTOR
        if converter_c(wiring) > self.setting(1102):
            return HOT_CONVERTER
        slow = hz(wiring) < self.setting(20)
        if self.attained:
            return SLOW if slow else 0
        running_s = self._since_s - self.setting(36) * START_DELAY_S
        return PASSING if slow and running_s > self.setting(183) else RUN_UP if running_s > self.setting(32) else 0

    # --- readings -----------------------------------------------------------------------------------------

    def normal(self, wiring: Wiring) -> bool:
        """Normal operation attained: P25 percent of P24."""
        return hz(wiring) >= self.setting(24) * self.setting(25) / 100.0

    def warnings(self, wiring: Wiring) -> int:
        """Bits of P227. assumed: the motor is as warm as the bearing."""
        bearing = wiring.sensors.turbo_bearing_c
        labours = self.on and self.attained and hz(wiring) < 0.9 * self.goal_hz()  # assumed
        return (
            WARN_MOTOR * (bearing > self.setting(16))
            | WARN_BEARING * (bearing > self.setting(126))
            | WARN_CONVERTER * (converter_c(wiring) > self.setting(1101))
            | WARN_COLD * (bearing < self.setting(128))
            | WARN_OVERLOAD * labours
        )

    def status(self, wiring: Wiring) -> int:
        """Status word, but for the process channel."""
        speed, goal, warnings = hz(wiring), self.goal_hz(), self.warnings(wiring)
        turns = speed >= 1.0
        return (
            READY * (not self.on and not self.error)
            | ON * self.on
            | ERROR * bool(self.error)
            | ACCELERATES * (self.on and speed < goal - BAND_HZ)
            | DECELERATES * (turns and (not self.on or speed > goal + BAND_HZ))
            | LOCKED * bool(self.error)  # assumed: until the error is reset
            | TOO_HOT * bool(warnings & (WARN_MOTOR | WARN_BEARING | WARN_CONVERTER))
            | PARAMETERS_ON
            | NORMAL * self.normal(wiring)
            | TURNS * turns
            | OVERLOAD * bool(warnings & WARN_OVERLOAD)
            | WARNING * bool(warnings)
        )


def hz(wiring: Wiring) -> float:
    """Rotor speed [Hz]."""
    return bounded(wiring.sensors.turbo_speed_hz, 0.0, 65535.0)


def celsius(value: float) -> float:
    """A temperature as the converter can tell it."""
    return bounded(value, -10.0, 150.0)


def converter_c(wiring: Wiring) -> float:
    """Temperature of the converter [degC]."""
    return ROOM_C + CONVERTER_SHARE * (wiring.sensors.turbo_bearing_c - ROOM_C)

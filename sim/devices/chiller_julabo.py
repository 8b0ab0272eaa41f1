"""Chiller Julabo FL/FP: ``in_`` and ``out_`` commands, status line, and the pause that an ``out_`` needs.

Owns setpoint, run state, status; bath and chuck temperature are the plant's. Remote mode is on. Source: Julabo manuals
(FL1201 p. 26, MAGIO p. 91).
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, ClassVar

from sim.devices.framing import TextEmulator, bounded
from sim.wiring import Wiring

#: manual: hosts leave 250 ms between two commands. assumed: the unit itself is deaf for less, as public clients that
#: count them from when they hand an order over (35 ms of wire at 4800 Bd) get along with real units
DEAF_S = 0.200
LOWEST_C, HIGHEST_C = -20.0, 40.0  # assumed: working range of an FL1201
EXCESS_C = 60.0  # assumed: setting of the excess-temperature protection
VERSION = "JULABO FL1201 SIM VERSION 1.0"  # assumed text
STATUS = {  # manual
    0: "00 MANUAL STOP",
    1: "01 MANUAL START",
    2: "02 REMOTE STOP",
    3: "03 REMOTE START",
    -1: "-01 LOW LEVEL ALARM",
    -3: "-03 EXCESS TEMPERATURE WARNING",
    -5: "-05 TEMPERATURE SENSOR",
    -7: "-07 I2C",
    -8: "-08 INVALID COMMAND",
    -9: "-09 COMMAND NOT ALLOWED IN CURRENT OPERATING MODE",
    -10: "-10 VALUE TOO SMALL",
    -11: "-11 VALUE TOO LARGE",
}
LOW_LEVEL = -1
INVALID, NOT_ALLOWED, TOO_SMALL, TOO_LARGE = -8, -9, -10, -11


class Julabo(TextEmulator):
    """The chiller."""

    latency_s: ClassVar[float] = 0.020  # assumed

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.remote = True
        self.running = False
        self.setpoint_c = 20.0
        self.error = 0  # of the last command; shown once by ``status``
        self._deaf_until_s = 0.0
        self._drive()

    def reboot(self, now: float) -> None:
        """Power cycle: setpoint and run state are kept (autostart, assumed)."""
        self.forget_input()
        self.error = 0
        self._deaf_until_s = 0.0

    def run_already(self) -> None:
        """Circulating, at its setpoint."""
        self.running = True
        self._drive()

    def trip(self) -> None:
        """Too little liquid: it stops, and its status says so for as long as it lasts."""
        self.error = LOW_LEVEL
        self.running = False
        self._drive()

    def answer(self, line: bytes, now: float) -> bytes:
        """One command; none is heard just after an ``out_``, and no ``out_`` is answered."""
        if now < self._deaf_until_s:
            return b""
        text = line.decode("latin-1").strip().lower()
        if text.startswith("out_"):
            self._deaf_until_s = now + DEAF_S
            self.error = self._set(*text.partition(" ")[::2])
            return b""
        if text == "status":
            return f"{STATUS[self._status()]}\r\n".encode("ascii")
        inquire = INQUIRIES.get(text)
        if inquire is None or self.refuse_with is not None:
            self.error = INVALID if text else self.error
            return b""  # assumed: an unknown command is only seen in the status
        return f"{inquire(self)}\r\n".encode("ascii")

    def _status(self) -> int:
        error, self.error = self.error, 0
        if self.refuse_with is not None:
            error = -abs(self.refuse_with)
        if error in STATUS and error != 0:
            return error
        return 2 * self.remote + self.running

    def _set(self, name: str, text: str) -> int:
        if name not in ("out_sp_00", "out_mode_05") or self.refuse_with is not None:
            return INVALID
        try:
            value = float(text)
        except ValueError:
            return INVALID
        if not self.remote:
            return NOT_ALLOWED
        low, high = (LOWEST_C, HIGHEST_C) if name == "out_sp_00" else (0.0, 1.0)
        if not isfinite(value):
            return INVALID
        if not low <= value <= high:
            return TOO_SMALL if value < low else TOO_LARGE
        if self.ignore_writes:
            return 0
        if name == "out_sp_00":
            self.setpoint_c = value
        else:
            self.running = value == 1.0
        self._drive()
        return 0

    def _drive(self) -> None:
        self.wiring.commands.chiller_on = self.running
        self.wiring.commands.chiller_setpoint_c = self.setpoint_c


def _number(value: float) -> str:
    return f"{bounded(value, -999.0, 999.0):.2f}"  # assumed: two decimals


INQUIRIES: dict[str, Callable[[Julabo], str]] = {
    "version": lambda _: VERSION,
    "in_pv_00": lambda chiller: _number(chiller.wiring.sensors.chiller_bath_c),
    "in_pv_01": lambda chiller: _number(chiller.wiring.sensors.chiller_power_pct),
    "in_pv_02": lambda chiller: _number(chiller.wiring.sensors.chuck_c),
    "in_pv_03": lambda chiller: _number(chiller.wiring.sensors.chiller_bath_c),
    "in_pv_04": lambda _: _number(EXCESS_C),
    "in_sp_00": lambda chiller: _number(chiller.setpoint_c),
    "in_mode_05": lambda chiller: str(int(chiller.running)),
}

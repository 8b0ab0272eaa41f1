"""Dry pump Edwards nXDS: objects behind ``!`` (command) and ``?`` (query).

Owns objects, reply codes, run state and the serial interlock; speed, power and temperature are the plant's. Source:
manual nXDS 10i/15i (p. 11 to 20), status bits as PyExpLabSys knows them.
"""

from __future__ import annotations

from collections.abc import Callable
from re import compile as pattern
from typing import Any, ClassVar

from sim.devices.framing import TextEmulator, bounded
from sim.wiring import Wiring

OK, INVALID_FOR_OBJECT, INVALID, MISSING, OUT_OF_RANGE, NOT_NOW = range(6)  # manual: reply codes
REQUEST = pattern(rb"([!?])([CVS])(\d{3})(?: (.*))?")
NOMINAL_HZ = 30.0  # assumed: 1800 rpm
RAMP_HZ = 5.0  # assumed: "above ramp speed"
SPEED_BAND_HZ = 0.5  # assumed
LINK_V = 340.0  # assumed
INTERLOCK = 1 << 13  # manual: fault word, serial control interlock
OVER_CURRENT = 1 << 9  # assumed place in the fault word
HOT_C = 70.0  # assumed


class Nxds(TextEmulator):
    """The pump with its controller."""

    latency_s: ClassVar[float] = 0.010  # assumed
    longest: ClassVar[int] = 80  # manual

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.normal_speed_pct = 80  # S804, assumed default
        self.standby_speed_pct = 70  # S805, assumed default
        self.s806 = 0  # meaning not known
        self.serial_enabled = True  # hardware line, pin 5 to pin 2
        self.tip_seal_h = 900
        self._start()

    def _start(self) -> None:
        self.running = False
        self.standby = False
        self.faults = 0
        self._drive()

    def reboot(self, now: float) -> None:
        """Power cycle: stopped at full speed; S objects are kept."""
        self.forget_input()
        self._start()

    def run_already(self) -> None:
        """At full speed."""
        self.running = True
        self._drive()

    def trip(self) -> None:
        """Over-current: stopped, with a fault that a stop command clears (assumed)."""
        self.faults |= OVER_CURRENT
        self.running = False
        self._drive()

    def step(self, now: float, dt: float) -> None:
        """The interlock lost while running: coast down with a fault."""
        if self.running and not self.serial_enabled:
            self.faults |= INTERLOCK
            self.running = False
            self._drive()

    def _drive(self) -> None:
        self.wiring.commands.dry_pump_on = self.running
        self.wiring.commands.dry_pump_speed_pct = float(self.standby_speed_pct) if self.standby else 100.0

    # --- requests -----------------------------------------------------------------------------------------

    def answer(self, line: bytes, now: float) -> bytes:
        """One request; silence for what is not framed as one."""
        match = REQUEST.fullmatch(line.lstrip(b"\n"))
        if match is None:
            return b""
        kind, letter, number, value = match.groups()
        item = (letter + number).decode()
        if self.refuse_with is not None:
            return _status(item, self.refuse_with)
        if kind == b"?":
            query = QUERIES.get(item)
            if query is None or value is not None:
                return _status(item, INVALID if item not in COMMANDS else INVALID_FOR_OBJECT)
            return f"={item} {query(self)}\r".encode("ascii")
        command = COMMANDS.get(item)
        if command is None:
            return _status(item, INVALID if item not in QUERIES else INVALID_FOR_OBJECT)
        return _status(item, self._command(command, value))

    def _command(self, command: Callable[[Nxds, int], int], value: bytes | None) -> int:
        if not value:
            return MISSING
        if not value.isdigit() or len(value) > 5:
            return OUT_OF_RANGE
        return OK if self.ignore_writes else command(self, int(value))

    def start_or_stop(self, value: int) -> int:
        """C802: start needs the interlock and no fault; stop clears an interlock fault once enabled again."""
        if value > 1:
            return OUT_OF_RANGE
        if value and (self.faults or not self.serial_enabled):
            return NOT_NOW
        if not value and self.serial_enabled:
            self.faults &= ~(INTERLOCK | OVER_CURRENT)
        self.running = bool(value)
        self._drive()
        return OK

    def set_standby(self, value: int) -> int:
        """C803: 1 standby, 0 full speed."""
        if value > 1:
            return OUT_OF_RANGE
        self.standby = bool(value)
        self._drive()
        return OK

    def reset_tip_seal(self, value: int) -> int:
        """C814."""
        if value != 1:
            return OUT_OF_RANGE
        self.tip_seal_h = 0
        return OK

    def set_normal_speed(self, value: int) -> int:
        """S804: threshold of the normal-speed bit [%]."""
        if not 50 <= value <= 100:  # assumed range
            return OUT_OF_RANGE
        self.normal_speed_pct = value
        return OK

    def set_standby_speed(self, value: int) -> int:
        """S805: speed in standby [%]."""
        if not 67 <= value <= 100:  # assumed range
            return OUT_OF_RANGE
        self.standby_speed_pct = value
        self._drive()
        return OK

    def set_s806(self, value: int) -> int:
        """S806: kept."""
        self.s806 = value
        return OK

    # --- readings -----------------------------------------------------------------------------------------

    def status(self) -> str:
        """V802: speed; two status words; warning; fault."""
        sensors = self.wiring.sensors
        speed = bounded(sensors.dry_pump_speed_hz, 0.0, 999.0)
        goal = NOMINAL_HZ * self.wiring.commands.dry_pump_speed_pct / 100.0 if self.running else 0.0
        word1 = (
            (speed > goal + SPEED_BAND_HZ)
            | self.running << 1
            | self.standby << 2
            | (speed >= NOMINAL_HZ * self.normal_speed_pct / 100.0) << 3
            | (speed > RAMP_HZ) << 4
            | self.serial_enabled << 10
        )
        warning = (bounded(sensors.dry_pump_temperature_c, 0.0, 999.0) > HOT_C) << 6
        word2 = (warning != 0) << 6 | (self.faults != 0) << 7
        return f"{speed:.0f};{word1:04X};{word2:04X};{warning:04X};{self.faults:04X}"

    def temperatures(self) -> str:
        """V808: pump; controller [degC]."""
        pump_c = bounded(self.wiring.sensors.dry_pump_temperature_c, 0.0, 999.0)
        return f"{pump_c:.0f};{25.0 + 0.5 * (pump_c - 25.0):.0f}"  # assumed: the controller warms half as much

    def link(self) -> str:
        """V809: voltage [V]; current [0.1 A]; power [W]. The scale is not settled; watts are assumed."""
        power = bounded(self.wiring.sensors.dry_pump_power_w, 0.0, 9999.0)
        return f"{LINK_V:.0f};{10.0 * power / LINK_V:.0f};{power:.0f}"


def _status(item: str, code: int) -> bytes:
    return f"*{item} {code}\r".encode("ascii")


COMMANDS: dict[str, Callable[[Nxds, int], int]] = {
    "C802": Nxds.start_or_stop,
    "C803": Nxds.set_standby,
    "C814": Nxds.reset_tip_seal,
    "S804": Nxds.set_normal_speed,
    "S805": Nxds.set_standby_speed,
    "S806": Nxds.set_s806,
}
QUERIES: dict[str, Callable[[Nxds], str]] = {
    "S801": lambda _: f"nXDS15i;D39664100G;{NOMINAL_HZ:.0f}",  # assumed texts
    "V802": Nxds.status,
    "S804": lambda pump: str(pump.normal_speed_pct),
    "S805": lambda pump: str(pump.standby_speed_pct),
    "S806": lambda pump: str(pump.s806),
    "V808": Nxds.temperatures,
    "V809": Nxds.link,
    "V810": lambda _: "1200",  # assumed: a pump that has run
    "V813": lambda _: "1300;42500",
    "V814": lambda pump: f"{pump.tip_seal_h};{17500 - pump.tip_seal_h}",
    "V815": lambda _: "1200;33800",
    "V826": lambda _: "0000",
    "S835": lambda _: "SIM0000001;SIM0000002",  # assumed form
}

"""Throttle valve VAT 61/65 series with IC controller: the RS-232 command set.

Owns commands, inquiries, their error numbers and the valve's configuration; the chamber gauge is wired to it. Source:
manuals of the series 612, 613, 615, 642, 650 and 653.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sim.devices.framing import TextEmulator, bounded
from sim.devices.valve_motion import CLOSED, INIT, LEARN, OPEN, POSITION, SYNC, Motion
from sim.wiring import Wiring

# manual: error numbers
PARITY, NO_CR_LF, NO_COLON, WRONG_LENGTH, UNKNOWN, UNKNOWN_NUMBER, INVALID, OUT_OF_RANGE, LOCAL, NOT_NOW = (
    1, 10, 11, 12, 20, 21, 22, 30, 80, 82,
)  # fmt: skip
POSITION_RANGES = {"0": 1000, "1": 10000, "2": 100000}  # manual: s:21, first digit
ACCESS = {"00": "0", "01": "1", "02": "2"}  # manual: local, remote, locked
ZEROABLE = 0.05  # assumed: Z: is refused above this share of full scale
PARAMETERS = {"A00": (0.0, 1.0), "A01": (0.0, 1e6), "A04": (0.0001, 7.5)}  # manual: delay, ramp (range assumed), gain


class VatError(Exception):
    """The valve refuses with E:nnnnnn."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class VatValve(TextEmulator):
    """Valve and controller."""

    latency_s: ClassVar[float] = 0.005  # manual: acknowledged within 10 ms
    end: ClassVar[bytes] = b"\n"

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.full_scale_pa = float(table.get("gauge_full_scale_pa", 133.3))
        self.motion = Motion(wiring)
        self.access = "1"  # assumed: remote at power-up
        self.ranges = "00001000"  # assumed: positions 0..1000, pressures 0..1000
        self.positions, self.pressures = 1000, 1000
        self.settings = {"01": "00000000", "04": "00000000", "20": "40000000"}  # s: numbers that are only kept
        self.parameters = {"A00": "0", "A01": "0", "A04": "1.0"}
        self.zero = 0.0  # share of full scale
        self.last_error = 0

    def reboot(self, now: float) -> None:
        """Power cycle: synchronise, then the configured position. Configuration and LEARN data are kept."""
        self.forget_input()
        self.access, self.last_error = "1", 0
        self.motion.power_up()

    def step(self, now: float, dt: float) -> None:
        """Pressure control, LEARN, synchronisation."""
        self.motion.wiring = self.wiring
        self.motion.step(self.pressure(), dt)

    def answer(self, line: bytes, now: float) -> bytes:
        """One command, its CR still at the end."""
        try:
            if self.refuse_with is not None:
                raise VatError(self.refuse_with)
            reply = self._serve(line) if line != b"i:76\r" else "i:76" + self.assembly()  # the hot one
        except VatError as refusal:
            self.last_error = refusal.number
            reply = f"E:{refusal.number:06d}"
        return reply.encode() + b"\r\n"

    # --- readings -----------------------------------------------------------------------------------------

    def pressure(self) -> float:
        """Gauge as a share of its full scale, where it saturates."""
        return bounded(self.wiring.sensors.chamber_gauge_pa / self.full_scale_pa - self.zero, -1.0, 1.0)

    def assembly(self) -> str:
        """i:76: position, pressure, access, mode, warning."""
        warning = "0" if self.motion.learned else "1"
        return f"{self._position()}{self._pressure()}{self.access}{self.motion.mode}{warning}"

    def _position(self) -> str:
        return f"{round(self.positions * bounded(self.wiring.sensors.throttle_pct, 0.0, 100.0) / 100.0):06d}"

    def _pressure(self) -> str:
        counts = round(self.pressures * self.pressure())
        return f"{'-' if counts < 0 else '0'}{abs(counts):07d}"

    # --- commands -----------------------------------------------------------------------------------------

    def _serve(self, line: bytes) -> str:
        if max(line, default=0) >= 0x80:
            raise VatError(PARITY)
        if not line.endswith(b"\r"):
            raise VatError(NO_CR_LF)
        text = line[:-1].decode("ascii")
        if text[1:2] != ":":
            raise VatError(NO_COLON)
        inquire = INQUIRIES.get(text)
        if inquire is not None:
            return text + inquire(self)
        key = text[:2] if text[0] not in "isc" else text[:4]
        if key not in COMMANDS:
            raise VatError(self._unknown(text))
        length, command = COMMANDS[key]
        value = text[len(key) :]
        if length is not None and len(value) != length:
            raise VatError(WRONG_LENGTH)
        if self.access == "0" and key != "c:01":
            raise VatError(LOCAL)
        if key[0].isupper() and self.motion.mode in (INIT, SYNC):
            raise VatError(NOT_NOW)
        if not self.ignore_writes:
            command(self, value)
        return key

    def _unknown(self, text: str) -> int:
        if any(map(text.startswith, INQUIRIES)):
            return WRONG_LENGTH
        return UNKNOWN_NUMBER if text[0] in "isc" else UNKNOWN

    def close_valve(self, value: str) -> None:
        """C: at full speed."""
        self.motion.start(CLOSED, 0.0)

    def open_valve(self, value: str) -> None:
        """O: at full speed."""
        self.motion.start(OPEN, 100.0)

    def hold(self, value: str) -> None:
        """H: stop here."""
        self.motion.hold()

    def move(self, value: str) -> None:
        """R: position control."""
        self.motion.start(POSITION, 100.0 * _number(value, 0, self.positions) / self.positions)

    def regulate(self, value: str) -> None:
        """S: pressure control; none before LEARN."""
        setpoint = _number(value, 0, self.pressures) / self.pressures
        if not self.motion.learned:
            raise VatError(NOT_NOW)  # assumed number
        self.motion.regulate(setpoint, self.pressure())

    def learn(self, value: str) -> None:
        """L: run through the stroke."""
        _number(value, 0, 9999999)
        self.motion.start(LEARN)

    def set_speed(self, value: str) -> None:
        """V: speed of position and pressure control, 1..1000."""
        self.motion.speed = _number(value, 1, 1000)
        if self.motion.mode == POSITION:
            self.wiring.commands.throttle_speed = self.motion.speed / 1000.0

    def zero_gauge(self, value: str) -> None:
        """Z: the present reading becomes zero."""
        if abs(self.pressure()) > ZEROABLE:
            raise VatError(OUT_OF_RANGE)
        self.zero += self.pressure()

    def set_access(self, value: str) -> None:
        """c:01 local, remote, locked."""
        if value not in ACCESS:
            raise VatError(INVALID)
        self.access = ACCESS[value]

    def clear(self, value: str) -> None:
        """c:8200 service warning, c:8201 fatal error: there are none."""
        _number(value, 0, 1)

    def set_ranges(self, value: str) -> None:
        """s:21 position range code and pressure range."""
        pressures = _number(value[1:], 1000, 1000000)
        if value[0] not in POSITION_RANGES:
            raise VatError(INVALID)
        self.ranges = value
        self.positions, self.pressures = POSITION_RANGES[value[0]], pressures

    def set_parameter(self, value: str) -> None:
        """s:02Ann value."""
        key, text = value[:3], value[3:]
        low, high = PARAMETERS.get(key, (1.0, 0.0))
        if low > high:
            raise VatError(UNKNOWN_NUMBER)
        try:
            number = float(text)
        except ValueError:
            raise VatError(INVALID) from None
        if not low <= number <= high:
            raise VatError(OUT_OF_RANGE)
        self.parameters[key] = text
        if key == "A04":
            self.motion.gain = number

    def set_power_up(self, value: str) -> None:
        """s:04 positions after power-up and power failure."""
        if not set(value) <= {"0", "1"}:
            raise VatError(INVALID)
        self.settings["04"] = value
        self.motion.power_up_open = value[0] == "1"

    def keep(self, number: str, value: str) -> None:
        """s:01 and s:20 are kept, without effect on the simulated line."""
        _number(value, 0, 99999999)
        self.settings[number] = value

    def device_status(self) -> str:
        """i:30, eight digits."""
        return f"{self.access}{self.motion.mode}{int(not self.motion.learned)}00000"  # assumed order

    def setpoint(self) -> str:
        """i:38: of the mode that is on, eight digits."""
        if self.motion.mode == POSITION:
            return f"{round(self.positions * self.wiring.commands.throttle_target_pct / 100.0):08d}"
        return f"{round(self.pressures * self.motion.pressure_setpoint):08d}"


def _number(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not text.isascii():
        raise VatError(INVALID)
    if not low <= int(text) <= high:
        raise VatError(OUT_OF_RANGE)
    return int(text)


COMMANDS: dict[str, tuple[int | None, Callable[[VatValve, str], None]]] = {  # header -> length of the value, command
    "C:": (0, VatValve.close_valve),
    "O:": (0, VatValve.open_valve),
    "H:": (0, VatValve.hold),
    "R:": (6, VatValve.move),
    "S:": (8, VatValve.regulate),
    "L:": (8, VatValve.learn),
    "V:": (6, VatValve.set_speed),
    "Z:": (0, VatValve.zero_gauge),
    "c:01": (2, VatValve.set_access),
    "c:82": (2, VatValve.clear),
    "s:01": (8, lambda valve, value: valve.keep("01", value)),  # assumed length
    "s:02": (None, VatValve.set_parameter),
    "s:04": (8, VatValve.set_power_up),
    "s:20": (8, lambda valve, value: valve.keep("20", value)),
    "s:21": (8, VatValve.set_ranges),
}
INQUIRIES: dict[str, Callable[[VatValve], str]] = {
    "A:": VatValve._position,
    "P:": VatValve._pressure,
    "i:01": lambda valve: valve.settings["01"],
    **{f"i:02{key}": lambda valve, key=key: valve.parameters[key] for key in PARAMETERS},  # type: ignore[misc]
    "i:04": lambda valve: valve.settings["04"],
    "i:20": lambda valve: valve.settings["20"],
    "i:21": lambda valve: valve.ranges,
    "i:30": VatValve.device_status,
    "i:32": lambda valve: f"{int(valve.motion.mode == LEARN)}{int(valve.motion.learned)}000000",  # assumed order
    "i:38": VatValve.setpoint,
    "i:50": lambda _: "000",
    "i:51": lambda valve: f"0{int(not valve.motion.learned)}0",
    "i:52": lambda valve: f"{valve.last_error:06d}",
    "i:60": lambda valve: f"{round(valve.pressures * valve.zero):08d}",
    "i:61": lambda _: "00000000",
    "i:64": VatValve._pressure,
    "i:65": lambda _: "00000000",
    "i:68": lambda valve: f"00{valve.motion.speed:04d}",
    "i:76": VatValve.assembly,
    "i:80": lambda _: "653",  # assumed texts: series, firmware, serial number, order number
    "i:82": lambda _: "653P.1C.00",
    "i:83": lambda _: "653P-SIM-0001",
    "i:84": lambda _: "65346-PHCG-SIM1",
}

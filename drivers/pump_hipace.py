"""Turbo pump: Pfeiffer HiPace with TC 110 / TC 400 on the Pfeiffer Vacuum RS-485 protocol.

Owns the telegram and the parameters' types. The pump protects itself: a lost line leaves it turning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.line_protocol import read_exactly, text
from drivers.tags import Output, Tag

# Parameters: manuals TC 400 and TC 110.
PUMPING_STATION, ERROR, AT_SPEED, ACTUAL_HZ, CURRENT, NOMINAL_HZ, POWER, NAME = 10, 303, 306, 309, 310, 315, 316, 349
BEARING_TEMPERATURE = 342  # assumed: of the documented temperatures 326, 330, 342, 346 the bearing's
QUERY, SET = 0, 10
ON, OFF = "111111", "000000"
REFUSALS = {
    "NO_DEF": "this unit has no such parameter",
    "_RANGE": "value out of range",
    "_LOGIC": "not possible in this state",
}
NO_ERROR = "000000"
NOMINAL_TOLERANCE = 0.01  # assumed: nominal speeds of two pump sizes differ by more


class HiPaceOptions(Options):
    """``nominal_hz``: nominal rotation speed of the pump [Hz]."""

    nominal_hz: float = Field(gt=0.0)


class HiPace(Device):
    """Pfeiffer HiPace turbo pump."""

    protocol = "pfeiffer-rs485"
    bauds = (9600,)  # manual TC 400
    addresses = (1, 255)
    reply_timeout_s = 0.2  # measured (capture [X]): up to 49 ms, and 37 ms on the wire at 9600 baud; twice that
    options_model = HiPaceOptions

    speed = Tag("turbo_speed_hz", "Measure turbo speed [Hz, 0..1500]", 0.0, 1500.0, period_s=0.25)
    percent = Tag("turbo_speed_pct", "Measure turbo speed [%, 0..110 of nominal]", 0.0, 110.0, period_s=0.25)
    at_speed = Tag("turbo_at_speed", "Get whether the turbo is at speed [flag]", period_s=0.5, kind="flag")
    error = Tag("turbo_error", "Get turbo error code [text]", period_s=1.0, kind="text")
    ok = Tag("turbo_ok", "Get whether the turbo reports no error [flag]", period_s=1.0, kind="flag")
    current = Tag("turbo_current_a", "Measure turbo motor current [A, 0..100]", 0.0, 100.0, period_s=2.0)
    power = Tag("turbo_power_w", "Measure turbo motor power [W, 0..5000]", 0.0, 5000.0, period_s=2.0)
    temperature = Tag("turbo_temperature_c", "Measure turbo bearing temperature [°C, 0..150]", 0.0, 150.0, 2.0)
    enable = Output("turbo_enable", "Switch turbo [flag]", safe=None, kind="flag")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.nominal_hz = cast(HiPaceOptions, options).nominal_hz

    def identify(self) -> str:
        """Compare the nominal speed with the machine file; returns the electronics' name."""
        who = self._ask(NAME).strip()
        nominal = self._integer(NOMINAL_HZ)
        if abs(nominal - self.nominal_hz) > NOMINAL_TOLERANCE * self.nominal_hz:
            raise WrongDevice(f"{who} turns at {nominal} Hz, the machine file says {self.nominal_hz:g}")
        return f"Pfeiffer {who}, {nominal} Hz"

    @poll(speed, percent)
    def read_speed(self) -> Values:
        """Rotation speed."""
        hertz = float(self._integer(ACTUAL_HZ))
        return {"turbo_speed_hz": hertz, "turbo_speed_pct": hertz * 100.0 / self.nominal_hz}

    @poll(at_speed)
    def read_at_speed(self) -> Values:
        """Whether the set speed is attained."""
        flag = self._ask(AT_SPEED)
        if flag not in (ON, OFF):
            raise BadReply(f"parameter {AT_SPEED}: {flag!r} is neither yes nor no")
        return {"turbo_at_speed": flag == ON}

    @poll(error, ok)
    def read_error(self) -> Values:
        """Error code; a warning (Wrn...) leaves the pump ok."""
        code = self._ask(ERROR)
        return {"turbo_error": "" if code == NO_ERROR else code, "turbo_ok": not code.startswith("Err")}

    @poll(current)
    def read_current(self) -> Values:
        """Motor current."""
        return {"turbo_current_a": self._integer(CURRENT) / 100.0}

    @poll(power)
    def read_power(self) -> Values:
        """Motor power."""
        return {"turbo_power_w": float(self._integer(POWER))}

    @poll(temperature)
    def read_temperature(self) -> Values:
        """Bearing temperature."""
        return {"turbo_temperature_c": float(self._integer(BEARING_TEMPERATURE))}

    def write(self, values: Mapping[str, Any]) -> None:
        """Switch the pumping station, and read it back: a set is answered by itself, as an echoing line would."""
        data = ON if values["turbo_enable"] else OFF
        self._exchange(telegram(self.address, SET, PUMPING_STATION, data), PUMPING_STATION)
        if (found := self._ask(PUMPING_STATION)) != data:
            raise BadReply(f"pumping station: set was {data}, pump reads back {found}")

    def _ask(self, parameter: int) -> str:
        return self._exchange(telegram(self.address, QUERY, parameter, "=?"), parameter)

    def _integer(self, parameter: int) -> int:
        data = self._ask(parameter)
        if not data.isdigit():
            raise BadReply(f"parameter {parameter}: {data!r} is not a number")
        return int(data)

    def _exchange(self, request: bytes, parameter: int) -> str:
        """Data of the reply to one telegram."""
        self.port.write(request)
        head = text(read_exactly(self.port, 10, self.reply_timeout_s))
        if not head.isdigit():
            raise BadReply(f"{head!r} is not the head of a telegram")
        rest = text(read_exactly(self.port, int(head[8:]) + 4, self.reply_timeout_s))
        return decode(head + rest, self.address, parameter)


def telegram(address: int, action: int, parameter: int, data: str) -> bytes:
    """A telegram: address, action, parameter, length, data, checksum, CR."""
    body = f"{address:03d}{action:02d}{parameter:03d}{len(data):02d}{data}"
    return f"{body}{checksum(body):03d}\r".encode("ascii")


def checksum(body: str) -> int:
    """Sum of all characters, modulo 256."""
    return sum(body.encode("ascii")) % 256


def decode(reply: str, address: int, parameter: int) -> str:
    """Data of a reply telegram; raises BadReply, Refused."""
    body, check = reply[:-4], reply[-4:]
    if check != f"{checksum(body):03d}\r":
        raise BadReply(f"checksum is wrong in {reply!r}")
    if body[:8] != f"{address:03d}{SET:02d}{parameter:03d}":
        raise BadReply(f"{reply!r} is not the reply of unit {address} about {parameter}; does the line echo?")
    data = body[10:]
    if data in REFUSALS:
        raise Refused(f"parameter {parameter}: {REFUSALS[data]} ({data})")
    return data

"""Throttle valve: VAT 61x / 65x with IC controller, in position control; it also reads the controlling gauge.

Owns ranges and units of the IC command set. Pressure control of the valve itself is not used (our loop has it), and
the valve has no communications watchdog: it stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Refused, Values, WrongDevice, poll
from drivers.line_protocol import ask_line, no_reply, read_exactly, text
from drivers.tags import Output, Tag

END = b"\r\n"
# Ranges set with s:21: manual p.45; the widest, for resolution.
POSITION_RANGE, POSITION_CODE = 100_000, "2"
PRESSURE_RANGE = 1_000_000
SET_RANGES = f"s:21{POSITION_CODE}{PRESSURE_RANGE:07d}"
REMOTE = "c:0101"
IDENTIFY = "i:80"
READ_BOTH, BOTH_SIZE = "i:76", 4 + 17 + len(END)
POSITION_UNKNOWN = 999_999
ERROR_SIZE = len("E:000000") + len(END)
ZERO_NOISE = 0.01  # assumed: gauge offset below zero, as a fraction of full scale
LOCAL = "0"
MODES = {
    "0": "initialising",
    "1": "synchronising",
    "2": "position",
    "3": "closed",
    "4": "open",
    "5": "pressure",
    "6": "hold",
    "7": "learn",
    "8": "interlock open",
    "9": "interlock closed",
    "C": "power failure",
    "D": "safety",
    "E": "fatal error",
}
#: Manual and TUM VAT-590 driver.
ERRORS = {
    1: "parity error",
    2: "input overflow",
    3: "framing error",
    10: "CR LF missing",
    11: "colon missing",
    12: "wrong number of characters",
    20: "unknown command",
    21: "unknown command",
    22: "invalid value",
    23: "invalid value",
    30: "value out of range",
    41: "hardware is not configured for it",
    80: "valve is in local operation",
    82: "valve synchronises, or an interlock, safety mode or fatal error holds it",
}


class VatIcOptions(Options):
    """``gauge_full_scale_pa``: full scale of the gauge wired to the valve's controller [Pa]."""

    gauge_full_scale_pa: float = Field(gt=0.0)


class VatIc(Device):
    """VAT throttle valve with IC controller."""

    protocol = "vat-ic"
    point_to_point = True
    serial_format = "7E1"
    bauds = (600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)  # manual: s:20
    formats = ("7O1", "7N2", "8N1", "8E1", "8O1")
    options_model = VatIcOptions

    position = Tag("throttle_pct", "Measure throttle position [%, 0 closed..100 open]", 0.0, 100.0, period_s=0.05)
    pressure = Tag("chamber_pressure_pa", "Measure chamber pressure [Pa, 0..gauge full scale]", period_s=0.05)
    mode = Tag("throttle_mode", "Get throttle valve mode [text]", period_s=0.05, kind="text")
    remote = Tag("throttle_remote", "Get whether the throttle valve obeys us [flag]", period_s=0.05, kind="flag")
    setpoint = Output("throttle_setpoint_pct", "Set throttle position [%, 0 closed..100 open]", 100.0, 0.0, 100.0)

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.full_scale_pa = cast(VatIcOptions, options).gauge_full_scale_pa

    def identify(self) -> str:
        """Remote access and our ranges; returns the valve's own identification."""
        who = self._ask(IDENTIFY)
        self._order(REMOTE)
        self._order(SET_RANGES)
        if not self.read_all()["throttle_remote"]:
            raise WrongDevice("valve stays in local operation; unplug whatever sits on its service port")
        return f"VAT {who}"

    @poll(position, pressure, mode, remote)
    def read_all(self) -> Values:
        """Position, pressure and state in one query."""
        self.port.write(b"i:76\r\n")
        reply = self._read(BOTH_SIZE)
        if reply[:4] != READ_BOTH or not reply[4:10].isdigit() or not reply[11:18].isdigit() or reply[10] not in "0-":
            raise BadReply(f"{READ_BOTH}: {reply!r} is not position, pressure and state")
        place, counts = int(reply[4:10]), int(reply[11:18])
        if reply[10] == "-":
            counts = -counts
        return {
            "throttle_pct": None if place == POSITION_UNKNOWN else place * 100.0 / POSITION_RANGE,
            "chamber_pressure_pa": self._pascal(counts),
            "throttle_mode": MODES.get(reply[19], f"mode {reply[19]}"),
            "throttle_remote": reply[18] != LOCAL,
        }

    def write(self, values: Mapping[str, Any]) -> None:
        """Set the position."""
        counts = round(values["throttle_setpoint_pct"] * POSITION_RANGE / 100.0)
        self.port.write(f"R:{counts:06d}\r\n".encode("ascii"))
        if (reply := self._read(len("R:") + len(END))) != "R:\r\n":
            raise BadReply(f"R: was acknowledged with {reply!r}")

    def _pascal(self, counts: int) -> float | None:
        """Pressure; None at full scale, where the gauge saturates and the truth may be anything above."""
        if counts >= PRESSURE_RANGE or counts < -ZERO_NOISE * PRESSURE_RANGE:
            return None
        return counts * self.full_scale_pa / PRESSURE_RANGE

    def _read(self, size: int) -> str:
        """A reply of known length, unless it is an error."""
        first = min(size, ERROR_SIZE)
        data = self.port.read(first, self.reply_timeout_s)
        if data.startswith(b"E:"):
            data += self.port.read(ERROR_SIZE - len(data), self.reply_timeout_s)
            raise _refused(text(data).strip())
        if len(data) < first:
            raise no_reply(data, self.reply_timeout_s)
        if size > first:
            data += read_exactly(self.port, size - first, self.reply_timeout_s)
        if not data.endswith(END):
            raise BadReply(f"{data!r} does not end where it should")
        return text(data)

    def _ask(self, query: str) -> str:
        reply = ask_line(self.port, query + "\r\n", END, self.reply_timeout_s)
        if reply.startswith("E:"):
            raise _refused(reply)
        if not reply.startswith(query):
            raise BadReply(f"{query}: {reply!r} answers something else")
        return reply[len(query) :].strip()

    def _order(self, command: str) -> None:
        """A set command; its acknowledgement is its own header."""
        reply = ask_line(self.port, command + "\r\n", END, self.reply_timeout_s)
        if reply.startswith("E:"):
            raise _refused(reply)
        # assumed: the manual's "own header" of s:21... and c:01... may be the letter or the letter and its number
        if reply not in (command[:2], command[:4]):
            raise BadReply(f"{command}: {reply!r} is not its acknowledgement")


def _refused(reply: str) -> Refused:
    code = reply[2:]
    words = ERRORS.get(int(code), "refused") if code.isdigit() else "refused"
    return Refused(f"{words} ({reply})")

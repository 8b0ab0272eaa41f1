"""Gauge controller: Pfeiffer TPG 361 / 362 / 366 (the INFICON VGC50x speaks the same mnemonics).

Owns the three-step dialogue and the unit, which is set to Pa. What a sensor cannot see is never shown as a number:
over-range, off and error are None; below range is 0, which says "less than I can see" and nothing more. There is no
checksum: pressures that moved are asked again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, Self, cast

from pydantic import Field, model_validator

from drivers.device import BadReply, Device, Options, Poll, Port, Refused, Values, WrongDevice
from drivers.line_protocol import STEADY_PRESSURE, confirmed, read_exactly, read_line
from drivers.tags import Tag

ENQ, ETX = b"\x05", b"\x03"
ACK, NAK = b"\x06\r\n", b"\x15\r\n"
#: BG 5510: state and number, sx.xxxxEsxx. manual TPG 261 p. 72: "5,2.0000E-2", shorter, is said without a sensor.
VALUE = r"(\d),([+-]\d\.\d{4}E[+-]\d\d|(?<=5,)\d\.\d{4}E[+-]\d\d?)"
PASCAL = "2"
OK, BELOW_RANGE = "0", "1"
STATES = {
    OK: "ok",
    BELOW_RANGE: "below range",
    "2": "above range",
    "3": "sensor error",
    "4": "sensor off",
    "5": "no sensor",
    "6": "identification error",
}
#: Error word: four digits, several may be set.
ERRORS = ("controller error", "no such hardware", "parameter not allowed", "unknown mnemonic")
SILENCE_S = 0.05  # assumed: after ETX a stream of values has ended by then
HIGHEST_PA = 200_000.0  # assumed: above anything that a vacuum gauge reports
SIX = 6  # sockets of a TPG 366; public clients of it: PRX answers for all of them, whether a gauge is there or not
SIX_LONGER_S = 0.1  # six values take 89 ms at 9600 baud, two take 30
SIX_PERIOD_S = 0.2  # and the whole dialogue some 120 ms


class Tpg36xOptions(Options):
    """``channels``: tag of each gauge in the order of the sockets, named in Pa; "" for a socket that is left out.

    ``sockets``: how many the controller has. Without it one or two channels are a TPG 361 or 362, more a TPG 366.
    """

    channels: list[str] = Field(min_length=1, max_length=SIX)
    sockets: Literal[1, 2, 6] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        named = [channel for channel in self.channels if channel]
        if not named or len(set(named)) < len(named):
            raise ValueError("channels want at least one name, and no name twice")
        if len(self.channels) > self.count:
            raise ValueError(f"{len(self.channels)} channels, but only {self.count} sockets")
        return self

    @property
    def count(self) -> int:
        """Number of the controller's sockets."""
        return self.sockets or (len(self.channels) if len(self.channels) <= 2 else SIX)


class Tpg36x(Device):
    """Pfeiffer TPG 361 / 362 / 366 gauge controller; one pressure and one state for each channel."""

    protocol = "tpg"
    point_to_point = True
    bauds = (9600, 19200, 38400, 57600, 115200)  # manual TPG 36x: BAU
    options_model = Tpg36xOptions

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(Tpg36xOptions, options)
        self.sockets = own.count
        self.request = b"PRX\r" if self.sockets > 1 else b"PR1\r"
        self.answer = re.compile(",".join([VALUE] * self.sockets), re.ASCII)
        self.patience_s = self.reply_timeout_s + (SIX_LONGER_S if self.sockets == SIX else 0.0)
        self.channels = {at: channel for at, channel in enumerate(own.channels) if channel}
        self.states = {at: f"{channel.removesuffix('_pa')}_state" for at, channel in self.channels.items()}
        period_s = SIX_PERIOD_S if self.sockets == SIX else 0.1
        pressure_ = Tag("", "Measure pressure [Pa, 0 is below range]", 0.0, HIGHEST_PA, period_s)
        state_ = Tag("", "Get state of the gauge [text]", period_s=period_s, kind="text")
        for at, channel in self.channels.items():
            self.tags[channel] = replace(pressure_, name=channel)
            self.tags[self.states[at]] = replace(state_, name=self.states[at])
        self.last: Values = {}
        self.within = dict.fromkeys(self.channels.values(), STEADY_PRESSURE)

    def polls(self) -> list[Poll]:
        """All channels in one dialogue."""
        return [Poll("read_pressures", (*self.channels.values(), *self.states.values()))]

    def identify(self) -> str:
        """Stop a stream of values if there is one, compare the sockets, set Pa, return the sensor types."""
        self.port.write(ETX)
        self.port.drain(SILENCE_S)
        self._mnemonic(b"TID\r")
        types = self._line()
        found = len(types.split(","))
        if not types or found < self.sockets or (found == SIX) is not (self.sockets == SIX):
            raise WrongDevice(
                f"controller has {found} sockets ({types!r}), the machine file says {self.sockets}; check `sockets`"
            )
        self._mnemonic(b"UNI," + PASCAL.encode() + b"\r")
        if (unit := self._line()) != PASCAL:
            raise WrongDevice(f"unit reads back {unit!r} in place of {PASCAL} (Pa)")
        return f"Pfeiffer TPG with {types}"

    def read_pressures(self) -> Values:
        """Pressure [Pa] and state of every channel."""
        return confirmed(self._read, self.last, self.within)

    def _read(self) -> Values:
        self._mnemonic(self.request)
        line = read_line(self.port, b"\r\n", self.patience_s)
        answer = self.answer.fullmatch(line)
        if answer is None:
            raise BadReply(f"{line!r} is not {self.sockets} times state and pressure; check `sockets`")
        fields = answer.groups()
        values: Values = {}
        for at, channel in self.channels.items():
            code, number = fields[2 * at], fields[2 * at + 1]
            values[channel] = pressure(code, number)
            values[self.states[at]] = STATES.get(code, f"state {code}")
        return values

    def _mnemonic(self, request: bytes) -> None:
        """Steps one to three up to the enquiry; the data are on their way when it returns."""
        self.port.write(request)
        answer = read_exactly(self.port, len(ACK), self.reply_timeout_s)
        self.port.write(ENQ)
        if answer == NAK:
            raise _refused(request, self._line())
        if answer != ACK:
            raise BadReply(f"{answer.hex(' ')} is neither yes nor no")

    def _line(self) -> str:
        return read_line(self.port, b"\r\n", self.reply_timeout_s)


def pressure(code: str, number: str) -> float | None:
    """A channel's pressure [Pa]: a number when measured, 0 when below range, else None."""
    if code == OK:
        return float(number)
    return 0.0 if code == BELOW_RANGE else None


def _refused(request: bytes, word: str) -> Refused:
    reasons = [reason for digit, reason in zip(word, ERRORS, strict=False) if digit == "1"]
    return Refused(f"{request.decode().strip()}: {', '.join(reasons) or 'refused'} (error {word})")

"""Gauge controller: MKS 937B.

Owns the unit, which is set to Pa, and what stands in place of a number. What a sensor cannot see is never shown as one:
off, starting, unplugged and above range are None; below range is 0, which says "less than I can see" and nothing more.
The protocol has no checksum: a pressure that moved is asked again.
Asked are the channels that the machine file names, no others; one of them without a gauge is told by name.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Poll, Port, Refused, Values, WrongDevice
from drivers.line_protocol import STEADY_PRESSURE, ask_line, confirmed
from drivers.tags import Tag

END = b";FF"  # manual 937B 9.1
PASCAL = "PASCAL"  # of TORR, mBAR, PASCAL, MICRON: pymeasure mks937b
MODEL = "937"  # assumed: in its answer to MD?
NUMBER = re.compile(r"-?\d\.\d+[Ee][+-]?\d+")  # manual 937B 9.1: 7.602E+2
# What stands in place of a number. assumed: the forms, from two public clients. One has LO<E-11, NO_GAUGE, PROT_OFF and
# OFF, the other NOGAUGE, MISCONN, LowEmis and >1.0E+03; HI> by its likeness to LO<
BELOW_RANGE, ABOVE_RANGE = re.compile(r"LO<.*"), re.compile(r"(HI)?>[\w.+-]+")
WORD = re.compile(r"[A-Z][\w<>.+ -]*")
NO_GAUGE = "NOGAUGE"  # the controller finds no sensor
WORDS = {"MISCONN": "gauge misconnected, or its filament broken", "LOWEMIS": "hot cathode off, emission too low"}
SOCKETS = ("A1", "A2", "B1", "B2", "C1", "C2")  # manual 937B 6.6.3: channels 1 to 6
# 152 and 160: pymeasure mks937b; the others: manuals of the MKS 900 series, whose protocol is the same.
REFUSALS = {
    "152": "not an ion gauge",
    "160": "unrecognised message",
    "169": "invalid argument",
    "172": "value out of range",
    "175": "neither query nor command",
    "180": "locked",
}
HIGHEST_PA = 200_000.0  # assumed: above anything that a vacuum gauge reports


class Mks937bOptions(Options):
    """``channels``: tag of each gauge there is, named in Pa, and its channel (1..6 are A1, A2, B1, B2, C1, C2)."""

    channels: dict[str, Annotated[int, Field(ge=1, le=6)]] = Field(min_length=1, max_length=6)


class Mks937b(Device):
    """MKS 937B gauge controller; one pressure and one state for each channel."""

    protocol = "mks"
    bauds = (9600, 19200, 38400, 57600, 115200)  # manual 937B: BR and PAR
    formats = ("8E1", "8O1")
    addresses = (1, 253)
    reply_timeout_s = 0.2  # assumed: 30 characters take 31 ms at 9600 baud; its own time is not documented
    options_model = Mks937bOptions

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        self.channels = {
            channel: (number, f"{channel.removesuffix('_pa')}_state")
            for channel, number in cast(Mks937bOptions, options).channels.items()
        }
        for channel, (_, state) in self.channels.items():
            self.tags[channel] = Tag(channel, "Measure pressure [Pa, 0 is below range]", 0.0, HIGHEST_PA, period_s=0.2)
            self.tags[state] = Tag(state, "Get state of the gauge [text]", period_s=0.2, kind="text")
        self.last: Values = {}

    def polls(self) -> list[Poll]:
        """All channels, one exchange each."""
        return [Poll("read_pressures", tuple(self.tags))]

    def identify(self) -> str:
        """Its model; then Pa, if it is not set, read back; returns the serial number, and which gauges are missing."""
        if MODEL not in (model := self._ask("MD?")):
            raise WrongDevice(f"controller says that it is {model!r}, not a 937B; check its line and address")
        if self._ask("U?") != PASCAL:
            self._ask(f"U!{PASCAL}")
            if (unit := self._ask("U?")) != PASCAL:
                raise WrongDevice(f"unit reads back {unit!r} in place of {PASCAL}")
        try:
            who = f"MKS 937B no. {self._ask('SN?')}"
        except Refused:  # its name is for people only
            who = "MKS 937B"
        return who + self._missing()

    def read_pressures(self) -> Values:
        """Pressure [Pa] and state of every channel."""
        values: Values = {}
        for channel in self.channels:
            values |= confirmed(partial(self._read, channel), self.last, {channel: STEADY_PRESSURE})
        return values

    def _read(self, channel: str) -> Values:
        number, state = self.channels[channel]
        pressure, word = reading(self._ask(f"PR{number}?"), SOCKETS[number - 1])
        return {channel: pressure, state: word}

    def _missing(self) -> str:
        """What to tell of channels without a gauge: the others are good all the same."""
        try:
            values = {state: word for channel in self.channels for state, word in self._read(channel).items()}
        except Refused as error:  # the polls will be refused, too
            return f"; {error}"
        missing = [
            f"{values[state]} ({channel})"
            for channel, (number, state) in self.channels.items()
            if values[state] == _no_gauge(SOCKETS[number - 1])
        ]
        hint = "check sensor and cable, or take it out of `channels` in the machine file"
        return f"; {', '.join(missing)}: {hint}" if missing else ""

    def _ask(self, message: str) -> str:
        """What follows the acknowledgement of a query or command."""
        head = f"@{self.address:03d}"
        reply = ask_line(self.port, f"{head}{message}{END.decode()}", END, self.reply_timeout_s)
        kind, answer = reply[len(head) : len(head) + 3], reply[len(head) + 3 : -len(END)]
        if not reply.startswith(head) or kind not in ("ACK", "NAK"):
            raise BadReply(f"{reply!r} is no reply of unit {self.address}; does the line echo?")
        if kind == "NAK":
            raise Refused(f"{message}: {REFUSALS.get(answer, 'refused')} (code {answer})")
        return answer


def reading(answer: str, socket: str) -> tuple[float | None, str]:
    """Pressure [Pa] of the gauge on a socket, when there is one, and its state; raises BadReply."""
    if NUMBER.fullmatch(answer):
        return float(answer), "ok"
    if BELOW_RANGE.fullmatch(answer):
        return 0.0, "below range"
    if ABOVE_RANGE.fullmatch(answer):
        return None, "above range"
    if not WORD.fullmatch(answer):
        raise BadReply(f"{answer!r} is neither a pressure nor a word")
    if (word := answer.replace("_", "").upper()) == NO_GAUGE:
        return None, _no_gauge(socket)
    return None, WORDS.get(word, answer.replace("_", " ").lower())


def _no_gauge(socket: str) -> str:
    return f"no gauge on {socket}"

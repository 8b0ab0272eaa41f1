"""Gauge controller: MKS 937B.

Owns the unit, which is set to Pa, and what stands in place of a number. What a sensor cannot see is never shown as one:
off, starting, unplugged and above range are None; below range is 0, which says "less than I can see" and nothing more.
The protocol has no checksum: a digit that falls over on the line is not seen here, so guard with a second gauge.
"""

from __future__ import annotations

import re
from typing import Annotated, cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Poll, Port, Refused, Values, WrongDevice
from drivers.line_protocol import ask_line
from drivers.tags import Tag

END = b";FF"  # manual 937B 9.1
PASCAL = "PASCAL"  # of TORR, mBAR, PASCAL, MICRON: pymeasure mks937b
NUMBER = re.compile(r"-?\d\.\d+[Ee][+-]?\d+")  # manual 937B 9.1: 7.602E+2
BELOW_RANGE = re.compile(r"LO<.*")  # assumed, as the next: a public client has LO<E-11, NO_GAUGE, PROT_OFF and OFF
WORD = re.compile(r"[A-Z][\w<>.+ -]*")
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
    """``channels``: tag of each gauge, named in Pa, and its channel (1..6 are A1, A2, B1, B2, C1, C2)."""

    channels: dict[str, Annotated[int, Field(ge=1, le=6)]] = Field(min_length=1, max_length=6)


class Mks937b(Device):
    """MKS 937B gauge controller; one pressure and one state for each channel."""

    protocol = "mks"
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

    def polls(self) -> list[Poll]:
        """All channels, one exchange each."""
        return [Poll("read_pressures", tuple(self.tags))]

    def identify(self) -> str:
        """Set Pa if it is not set, and read it back; returns the serial number."""
        if self._ask("U?") != PASCAL:
            self._ask(f"U!{PASCAL}")
            if (unit := self._ask("U?")) != PASCAL:
                raise WrongDevice(f"unit reads back {unit!r} in place of {PASCAL}")
        try:
            return f"MKS 937B no. {self._ask('SN?')}"
        except Refused:  # its name is for people only
            return "MKS 937B"

    def read_pressures(self) -> Values:
        """Pressure [Pa] and state of every channel."""
        values: Values = {}
        for channel, (number, state) in self.channels.items():
            values[channel], values[state] = reading(self._ask(f"PR{number}?"))
        return values

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


def reading(answer: str) -> tuple[float | None, str]:
    """A channel's pressure [Pa], when there is one, and its state; raises BadReply."""
    if NUMBER.fullmatch(answer):
        return float(answer), "ok"
    if BELOW_RANGE.fullmatch(answer):
        return 0.0, "below range"
    if not WORD.fullmatch(answer):
        raise BadReply(f"{answer!r} is neither a pressure nor a word")
    return None, answer.replace("_", " ").lower()

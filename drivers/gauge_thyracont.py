"""Vacuum gauge: Thyracont transducers that speak version 1 of its protocol (VSH82, VSH88D), and channels of a VD10.

Owns the telegram and its checksum. An answer that is not six digits is no pressure; "ur" says so.
"""

from __future__ import annotations

import re
from typing import cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Values, WrongDevice, poll
from drivers.line_protocol import ask_line
from drivers.tags import Tag

END = b"\r"  # manual VSH82 4.2.2
TYPE, PRESSURE = "T", "M"  # manual VD10 5.2
PA_PER_HPA = 100.0  # definition; "FLOAT values are transmitted in hPa"  # manual VSH82 4.2.2
FLOAT = re.compile(r"(\d{4})(\d{2})")  # mantissa x 1000, exponent + 20  # manual VSH82 4.2.2
BELOW_RANGE = "ur"  # manual VSH88D p. 47
HIGHEST_PA = 200_000.0  # assumed: above anything that such a gauge reports


class ThyracontOptions(Options):
    """``type``: how the answer to the type query must begin ("VSH", "V10206"); without it any gauge will do."""

    type: str = Field("", max_length=6)


class Thyracont(Device):
    """Thyracont transducer or display channel; one pressure."""

    protocol = "thyracont"
    bauds = (9600, 14400, 19200, 38400, 57600, 115200)  # VSH82: 9600; VSH88D adapts itself  # manual VSH88D 4.2.2
    addresses = (1, 16)  # the switch on the transducer; a VD10 has channels 1 to 4  # manuals VSM77 5.1, VD10 5.2
    reply_timeout_s = 0.2  # assumed: 18 characters take 19 ms at 9600 baud; its own time is not documented
    options_model = ThyracontOptions

    pressure = Tag("pressure_pa", "Measure pressure [Pa, 0..2e5]", 0.0, HIGHEST_PA, period_s=0.2)

    def identify(self) -> str:
        """Ask for the type; WrongDevice when the machine file says another one."""
        found = self._ask(TYPE)
        if not found.startswith(wanted := cast(ThyracontOptions, self.options).type):
            raise WrongDevice(f"gauge {self.address} says it is a {found!r}, the machine file says {wanted!r}")
        return f"Thyracont {found}"

    @poll(pressure)
    def read_pressure(self) -> Values:
        """Pressure [Pa]; nothing measures nothing, so a zero is no number."""
        if (data := self._ask(PRESSURE)) == BELOW_RANGE:
            return {"pressure_pa": None}
        if not (match := FLOAT.fullmatch(data)):
            raise BadReply(f"{data!r} is no pressure")
        return {"pressure_pa": int(match[1]) * 10.0 ** (int(match[2]) - 23) * PA_PER_HPA or None}

    def _ask(self, code: str) -> str:
        """Data of the answer to a query: the same address and code, and a checksum that is right."""
        head = f"{self.address:03d}{code}"
        reply = ask_line(self.port, head + checksum(head) + END.decode(), END, self.reply_timeout_s)
        if not reply.startswith(head) or len(reply) < len(head) + 2 or checksum(reply[:-1]) != reply[-1]:
            raise BadReply(f"{reply!r} is no answer to {head!r}; does the line echo, is its shield connected?")
        return reply[len(head) : -1]


def checksum(text: str) -> str:
    """Sum over all characters, modulo 64, plus 64: manual VSH82 4.2.2. Any one bit that falls over is noticed."""
    return chr(sum(text.encode("ascii")) % 64 + 64)

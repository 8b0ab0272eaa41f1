"""Code reader for mask labels: any that answers a trigger with one line of text ending in CR.

Set the reader to answer every trigger, also when it sees no code. It cannot say who it is: an answer is all there is to
identify. What it sent unasked or late is thrown away, it may belong to another mask.
"""

from __future__ import annotations

import re
from typing import cast

from pydantic import Field

from drivers.device import BadReply, Device, Options, Port, Values, poll
from drivers.line_protocol import ask_line
from drivers.tags import Tag

END = b"\r"  # DLS `dataman.proto`, as the time-out
CODE = re.compile(r"[!-~]{1,64}")  # assumed: the code on a mask's label has no blanks
SILENCE_S = 0.02  # assumed: a late line has no longer gap within


class ReaderOptions(Options):
    """``trigger``: what makes it read; ``no_code``: its answer when there is nothing to read. Both as it is set."""

    trigger: str = Field(default="T\r", pattern=r"^[ -~]*[\r\n]*$", min_length=1, max_length=64)  # assumed
    no_code: str = Field(default="NOREAD", pattern=CODE.pattern)  # assumed


class AsciiReader(Device):
    """Triggered code reader; the code that it saw last."""

    protocol = "ascii-reader"
    bauds = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)  # whatever the reader is set to
    formats = ("8E1", "8O1", "7E1", "7O1")
    reply_timeout_s = 1.0
    options_model = ReaderOptions

    code = Tag("mask_code", "Get code of the mask in view [text]", period_s=2.0, kind="text")
    seen = Tag("mask_code_seen", "Get whether there is a code in view [flag]", period_s=2.0, kind="flag")

    def __init__(self, name: str, port: Port, address: int, options: Options) -> None:
        super().__init__(name, port, address, options)
        own = cast(ReaderOptions, options)
        self.trigger, self.no_code = own.trigger, own.no_code

    def identify(self) -> str:
        """Whether it answers."""
        self._line()
        return "code reader"

    @poll(code, seen)
    def read_code(self) -> Values:
        """Code in view; none when there is none."""
        line = self._line()
        seen = line != self.no_code
        return {"mask_code": line if seen else None, "mask_code_seen": seen}

    def _line(self) -> str:
        self.port.drain(SILENCE_S)
        line = ask_line(self.port, self.trigger, END, self.reply_timeout_s)
        if line == self.trigger.strip():
            raise BadReply("our own trigger came back; the line echoes, switch the echo of its adapter off")
        if not CODE.fullmatch(line):
            raise BadReply(f"{line!r} is not a code; check baud rate and what the reader is set to send")
        return line

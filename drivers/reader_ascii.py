"""Code reader for mask labels: any that answers a trigger with one line of text ending in CR.

Set it to answer every trigger, also without a code. It cannot say who it is, nor whose trigger an answer belongs to;
there is no checksum: believed is what two triggers in a row say, on a line that had fallen silent before.
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
    point_to_point = True
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
        self.silence_s = self.reply_timeout_s  # before a trigger: its longest read, after whatever went wrong

    def identify(self) -> str:
        """Whether it answers."""
        self._line(self.reply_timeout_s)
        return "code reader"

    @poll(code, seen)
    def read_code(self) -> Values:
        """Code in view, said twice; none when there is none."""
        silence_s, self.silence_s = self.silence_s, self.reply_timeout_s
        line, again = self._line(silence_s), self._line(SILENCE_S)
        if line != again:
            raise BadReply(f"it said {line!r}, then {again!r}; was the mask moved, or is the line disturbed?")
        self.silence_s = SILENCE_S
        return {"mask_code": None if line == self.no_code else line, "mask_code_seen": line != self.no_code}

    def _line(self, silence_s: float) -> str:
        self.port.drain(silence_s)
        line = ask_line(self.port, self.trigger, END, self.reply_timeout_s)
        if line == self.trigger.strip() or not CODE.fullmatch(line):
            raise BadReply(f"{line!r} is not a code; does the line echo? Check baud rate and what it is set to send")
        return line

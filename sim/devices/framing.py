"""What all emulators share: cutting the byte stream into requests, and the switches that faults turn.

Owns the rest of an incomplete request and the inter-byte time-out. Knows no device.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sim.devices.base import Emulator
from sim.wiring import Wiring


class FramedEmulator(Emulator):
    """An emulator that gathers its requests from chunks."""

    gap_s: ClassVar[float] = 0.05  #: an incomplete request is dropped after this silence [s]  # assumed
    silence_chars: ClassVar[float] = 0.0  #: silence that the protocol wants before a request, in characters

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.delay_s = self.latency_s  #: latency of the last reply [s]
        self.mute = False  #: hears nothing, says nothing
        self.refuse_with: int | None = None  #: answers every request with this error of its own
        self.ignore_writes = False  #: acknowledges settings without taking them
        self.stuck = False  #: holds what it measures by itself
        self.answers_as: int | None = None  #: signs its answers with this address in place of its own
        self.trouble = ""  #: "local", "hot" or "interlock" of a generator, "trip" of all: see `trip`
        self.words_swapped = False  #: numbers of two registers come low word first, as other firmware has it
        self._rest = b""
        self._heard_s = 0.0

    def gather(self, data: bytes, now: float) -> bytes:
        """What was left of the last chunk, unless it has gone stale, and the new bytes."""
        rest, self._rest = self._rest, b""
        fresh = now - self._heard_s <= self.gap_s
        self._heard_s = now
        return rest + data if rest and fresh else data

    def signed(self, address: int) -> int:
        """The address that an answer bears which should bear ``address``."""
        return address if self.answers_as is None else self.answers_as

    def trip(self) -> None:
        """Its own protection has switched it off, and it says so. Called again while the cause lasts."""

    def forget_input(self) -> None:
        """Drop what was heard of an incomplete request."""
        self._rest = b""


class TextEmulator(FramedEmulator):
    """A device of lines of text: one request a line."""

    gap_s: ClassVar[float] = 1.0  # assumed: text may be typed by hand
    end: ClassVar[bytes] = b"\r"
    longest: ClassVar[int] = 80  #: more bytes than this without an end are dropped

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer every complete line."""
        *lines, rest = self.gather(data, now).split(self.end)
        reply = b"".join([self.answer(line, now) for line in lines])
        if rest:
            self._rest = rest if len(rest) <= self.longest else b""
        return reply

    def answer(self, line: bytes, now: float) -> bytes:
        """The reply to one line (its end removed), or b"" for none."""
        raise NotImplementedError


def bounded(value: float, low: float, high: float) -> float:
    """``value`` within its limits; what is not a number becomes ``low``."""
    return high if value > high else value if value >= low else low

"""Mass-flow controller Alicat MC on its ASCII lines: unit ids, polling, streaming, ``?``.

Owns who is meant and when frames go out by themselves; commands and the instrument are next door. The gas comes from
the table's ``prefix`` ("o2_"), the unit's letter from ``unit``, else from the address (1 is A). Sources: vendor manuals
of the M, MC and BC series; captures of ten units (GitHub GraysonBellamy/alicatlib); the PyPI client ``alicat``.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

from sim.devices.alicat_commands import Unit, serve
from sim.devices.alicat_instrument import AlicatInstrument
from sim.devices.framing import TextEmulator
from sim.wiring import Wiring

REFUSED = b"?\r"
FIRST = ord("A")
STREAMING = "@"  # id of a unit that streams
MOST_FRAMES = 20  # assumed: what a port keeps of a stream that nobody reads


class Alicat(TextEmulator):
    """One mass-flow controller."""

    latency_s: ClassVar[float] = 0.002  # captures: 27 to 31 ms a poll at 19200 baud, of which 26 are characters

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.letter = str(table.get("unit", chr(FIRST - 1 + self.address))).upper()
        if not ("A" <= self.letter <= "Z" and len(self.letter) == 1):
            raise ValueError(f"{name}: unit must be one letter A to Z, not {self.letter!r}")
        self.unit = Unit(name, AlicatInstrument(name, table, wiring), wiring)
        self._streamed_s = 0.0  # when the last frame went out by itself

    @property
    def instrument(self) -> AlicatInstrument:
        """What stands behind the interface."""
        return self.unit.instrument

    def reboot(self, now: float) -> None:
        """Power cycle: a streaming unit streams on (assumed)."""
        self.forget_input()
        self._streamed_s = now
        self.instrument.power_up(self.wiring)

    def step(self, now: float, dt: float) -> None:
        """Follow the ramp of the setpoint."""
        instrument = self.instrument
        if instrument.asked != instrument.setpoint:
            instrument.drive(self.wiring, dt)

    def receive(self, data: bytes, now: float) -> bytes:
        """What was streamed since the line was last used, then the answers."""
        self.unit.wiring = self.wiring
        self.unit.averaging_s = 0.0
        streamed = self._stream(now)
        reply = super().receive(data, now)
        self.delay_s = self.latency_s + self.unit.averaging_s
        return streamed + reply

    def _stream(self, now: float) -> bytes:
        """A line carries bytes only when somebody uses it: frames wait for that, and the oldest are lost."""
        if self.letter != STREAMING:
            return b""
        due = int((now - self._streamed_s) / (self.unit.streaming_ms / 1000.0) + 1e-6)
        if due > 0:
            self._streamed_s = now
        return min(due, MOST_FRAMES) * self._line(f"  {self.unit.frame()}")  # captures: a blank in place of the id

    def answer(self, line: bytes, now: float) -> bytes:
        """One command; silence for other units, and while streaming for all but the end of it."""
        text = line.decode("latin-1").lstrip("\n")
        if text[:1].upper() != self.letter or not text.isascii():
            return b""
        if self.refuse_with is not None:
            return REFUSED
        if text[1:2] == "@":
            return self._rename(text[2:].removeprefix("=").strip().upper(), now)
        if self.letter == STREAMING:
            return b""
        unit = deepcopy(self.unit) if self.ignore_writes else self.unit  # obeys on a copy, cables and all
        try:
            reply = serve(unit, text[1:])
        except ValueError:
            return REFUSED
        if not self.ignore_writes:
            self.instrument.drive(self.wiring, 0.0)
        if text[1:].strip().upper().removeprefix("$$").startswith("DV"):
            return self._line(str(reply))  # captures: values without the unit id
        lines = [reply] if isinstance(reply, str) else reply
        return b"".join(self._line(f"{self._signature(self.letter)} {each}") for each in lines)

    def _rename(self, letter: str, now: float) -> bytes:
        """Another id, or "@" to stream; answered with a frame under the new id, which a stream lacks (assumed)."""
        if not (len(letter) == 1 and "@" <= letter <= "Z"):
            return REFUSED
        if not self.ignore_writes:
            self.letter = letter
            self._streamed_s = now
        return b"" if letter == STREAMING else self._line(f"{self._signature(letter)} {self.unit.frame()}")

    def _signature(self, letter: str) -> str:
        """The letter that an answer bears; faults count 1 for A."""
        return chr(FIRST - 1 + self.signed(ord(letter) - FIRST + 1) % 27)

    def _line(self, text: str) -> bytes:
        return text.encode("latin-1", "replace") + self.end

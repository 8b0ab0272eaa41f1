"""Generic triggered code reader: a trigger text in, one line with the mask's code out.

Owns the trigger, the time to decode, and what is said when there is no code. ``trigger`` and ``no_code`` of the table
are the texts that such readers are configured with. The code in view is the plant's. Source: the fact sheet knows only
"a triggered ASCII string that ends with CR" (as a Cognex DataMan is read by a public client).
"""

from __future__ import annotations

from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator
from sim.wiring import Wiring

CR = b"\r"
TRIGGER, NO_CODE = "T\r", "NOREAD"  # assumed: defaults of the options
DECODE_S = 0.080  # assumed: exposure and decoding
LONGEST = 120  # assumed: a code is shorter; what was heard without a trigger is dropped beyond this


class AsciiReader(FramedEmulator):
    """The reader, looking at the mask on its stage."""

    latency_s: ClassVar[float] = DECODE_S
    gap_s: ClassVar[float] = 1.0  # assumed: half a trigger waits so long for its rest

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self.trigger = _text(name, "trigger", table.get("trigger", TRIGGER))
        self.no_code = _text(name, "no_code", table.get("no_code", NO_CODE))
        self._ready_s = 0.0  # busy with a picture until then

    def reboot(self, now: float) -> None:
        """Power cycle: a picture that was being decoded is forgotten."""
        self.forget_input()
        self._ready_s = now

    def receive(self, data: bytes, now: float) -> bytes:
        """Decode once for a trigger; those that come meanwhile are lost (assumed), other bytes are noise."""
        buffer = self.gather(data, now)
        *heard, rest = buffer.split(self.trigger)
        self._rest = rest[-LONGEST:]
        if not heard or now < self._ready_s:
            return b""
        self._ready_s = now + DECODE_S
        return self._seen() + CR

    def _seen(self) -> bytes:
        """The code in view, or the text for none; a reader that refuses sees none (there is no other error)."""
        code = self.wiring.sensors.mask_code
        return code.encode("ascii", "replace") if code and self.refuse_with is None else self.no_code


def _text(device: str, option: str, text: object) -> bytes:
    if not isinstance(text, str) or not text or not text.isascii():
        raise ValueError(f"{device}: {option} must be a text of ASCII characters, not {text!r}")
    return text.encode("ascii")

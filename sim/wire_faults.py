"""How faults of wires and devices act: on requests, on answers, on what a device feels.

Owns the random numbers of each fault (seeded by its name and time, so a run repeats itself). Changes nothing outside
its own line: a device whose sensing is faulty gets a distorted copy of the sensors, and everyone else the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from random import Random
from typing import Literal
from zlib import crc32

from sim.devices.framing import FramedEmulator
from sim.faults import Fault
from sim.wiring import Sensors

SILENT = ("off", "reboot", "unplug", "half_open")  #: while they last, nothing is heard
CHATTER = bytes.fromhex("070300000002c46d")  #: what a second master asks: a read of unit 7 that does not exist
CHATTER_S = 0.004  #: … so long after an answer  # assumed: its next turn on a line that has just fallen silent
Check = Literal["none", "parity", "network"]


class WireFault:
    """One fault at work on some devices of a line."""

    def __init__(self, fault: Fault, devices: Iterable[str]) -> None:
        self.fault = fault
        self.type = fault.type
        self.devices = frozenset(devices)
        self._random = Random(crc32(f"{fault.key}@{fault.at_s}".encode()))
        self._answers = 0  # altered so far
        self._rebooted: set[str] = set()
        self._past: dict[str, list[tuple[float, Sensors]]] = {}  # what each device felt, oldest first

    def active(self, now: float) -> bool:
        """Whether plant time ``now`` [s] lies within the fault."""
        return self.fault.active(now)

    def hits(self, device: str) -> bool:
        """Whether the device is among its targets."""
        return device in self.devices

    # --- on the wire --------------------------------------------------------------------------------------

    def deafens(self) -> bool:
        """Whether this request is not heard."""
        return self.type in SILENT or (self.type == "intermittent" and self._happens())

    def alter(self, delay_s: float, reply: bytes, check: Check = "none") -> tuple[float, bytes]:
        """Delay and bytes of an answer as they arrive; b"" if it is lost. ``check`` is what the line itself notices."""
        type_, number = self.type, self.fault.number
        if type_ == "drop" and self._happens():
            return delay_s, b""
        if type_ == "corrupt" and self._happens():
            return delay_s, self._flip_bit(reply, check)
        if type_ == "short":
            return delay_s, reply[: max(0, len(reply) - int(number("of")))]
        if type_ == "slow" or (type_ == "late" and self._answers < number("n")):
            self._answers += 1
            return delay_s + number("by"), reply
        if type_ == "garbage" and self.fault.params["value"] == "bytes":
            return delay_s, self._random.randbytes(len(reply))
        if type_ == "long":
            return delay_s, reply + self._random.randbytes(int(number("by")))
        if type_ == "noise" and self._happens():
            return delay_s, self._random.randbytes(int(number("by"))) + reply
        return delay_s, reply

    def chatter(self, end_s: float) -> list[tuple[float, bytes]]:
        """What somebody else says after an answer that ends at ``end_s`` [s from the request]."""
        return [(end_s + CHATTER_S, CHATTER)] if self.type == "chatter" and self._happens() else []

    def _happens(self) -> bool:
        return self._random.random() < self.fault.number("p")

    def _flip_bit(self, reply: bytes, check: Check) -> bytes:
        """One bit is wrong. A network drops the packet, for its checksum; a receiver with parity gives NUL."""
        at = self._random.randrange(len(reply) * 8)
        if check == "network":
            return b""
        flipped = bytearray(reply)
        flipped[at // 8] = 0 if check == "parity" else flipped[at // 8] ^ 1 << at % 8
        return bytes(flipped)

    # --- in the device ------------------------------------------------------------------------------------

    def step(self, emulator: FramedEmulator, felt: Sensors, now: float) -> Sensors:
        """Set the device's switches; return what it feels instead of ``felt``."""
        if not self.active(now):
            self._past.pop(emulator.name, None)
            return felt
        if self.type == "reboot" and emulator.name not in self._rebooted:
            self._rebooted.add(emulator.name)
            emulator.reboot(now)
        elif self.type == "exc":
            emulator.refuse_with = int(self.fault.number("code"))
        elif self.type == "trouble":
            emulator.trouble = str(self.fault.params["with"])
            if emulator.trouble == "trip":
                emulator.trip()
        elif self.type == "wrong_unit":
            emulator.answers_as = int(self.fault.number("as"))
        elif self.type == "stuck":
            emulator.stuck = True
            return self._past.setdefault(emulator.name, [(now, _copy(felt))])[0][1]
        elif self.type == "delayed":
            return self._felt_before(emulator.name, felt, now)
        elif self.type == "wrong":
            emulator.ignore_writes |= self.fault.params["writes"] == "ignored"
            emulator.words_swapped |= self.fault.params["words"] == "swapped"
            factor, offset = self.fault.number("factor"), self.fault.number("offset")
            return _measuring(felt, lambda value: value * factor + offset)
        elif self.type == "garbage" and self.fault.params["value"] != "bytes":
            nonsense = float(self.fault.params["value"])
            return _measuring(felt, lambda _: nonsense)
        return felt

    def _felt_before(self, device: str, felt: Sensors, now: float) -> Sensors:
        past = self._past.setdefault(device, [])
        past.append((now, _copy(felt)))
        while len(past) > 1 and past[1][0] <= now - self.fault.number("by"):
            del past[0]
        return past[0][1]


def _copy(felt: Sensors) -> Sensors:
    copied = replace(felt)
    for field in fields(copied):
        value = getattr(copied, field.name)
        if isinstance(value, dict):
            setattr(copied, field.name, dict(value))
    return copied


def _measuring(felt: Sensors, bend: Callable[[float], float]) -> Sensors:
    """A copy of the sensors with every number bent; switches stay true."""
    bent = _copy(felt)
    for field in fields(bent):
        value = getattr(bent, field.name)
        if isinstance(value, float):
            setattr(bent, field.name, bend(value))
        elif isinstance(value, dict):
            value.update({key: bend(part) for key, part in value.items() if isinstance(part, float)})
    return bent

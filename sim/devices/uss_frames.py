"""USS telegrams of 24 bytes: one parameter, six process words, and a byte that is the XOR of all others.

Owns the bytes and nothing of what they mean. Source: Leybold, "Serial Interfaces for TURBOVAC i/iX" (300450826_002_C2),
as quoted by public clients (PyPI turboctl; a LabRAD wrapper on GitHub); golden frames of turboctl's virtual pump.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from struct import Struct

STX, LENGTH = 0x02, 0x16  # manual: 22 bytes follow the length
SIZE = 24
HEAD = bytes((STX, LENGTH))
FORM = Struct(">BBBHBBI6H")  # start, length, address, PKE, reserved, IND, PWE, PZD1 to PZD6
NUMBER_BITS = 0x7FF


@dataclass(frozen=True, slots=True)
class Telegram:
    """One telegram, either way. ``access`` is the code in the upper four bits of PKE; ``words`` are PZD1 to PZD6."""

    address: int
    access: int
    number: int
    index: int
    value: int
    words: tuple[int, ...]

    def pack(self) -> bytes:
        """As on the wire."""
        pke = self.access << 12 | self.number
        value = self.value & 0xFFFFFFFF
        body = FORM.pack(STX, LENGTH, self.address, pke, 0, self.index, value, *(word & 0xFFFF for word in self.words))
        return body + bytes((reduce(xor, body),))


def parse(data: bytes) -> Telegram | None:
    """The telegram in exactly these bytes; None for a wrong start, length or check byte."""
    if len(data) != SIZE or data[:2] != HEAD or reduce(xor, data):
        return None
    _, _, address, pke, _, index, value, *words = FORM.unpack(data[:-1])
    return Telegram(address, pke >> 12, pke & NUMBER_BITS, index, value, tuple(words))

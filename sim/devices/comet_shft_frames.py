"""COMET's SHFT protocol on RS-232 as the generator sees it: frames, CRC, exceptions.

Owns framing; a device gives its answer to a function, a number and its data. Source: Synertia manual 10.1 and 10.2
(p. 88 to 102). Like Modbus RTU to look at, but with functions of its own, and with a CRC that starts at 0.
"""

from __future__ import annotations

from struct import Struct
from typing import ClassVar

from sim.devices.framing import FramedEmulator
from sim.devices.modbus_frames import CRC_TABLE  # the polynomial is Modbus's

ADDRESS = 0x0A  # manual: fixed
READ, WRITE = 0x41, 0x42
BAD_FUNCTION, UNKNOWN, BYTE_COUNT = 0x01, 0x02, 0x03  # manual Table 29
BAD_VALUE, NOT_WRITABLE, NOT_READABLE, RF_IS_ON, NOT_ALLOWED = 0x84, 0x85, 0x86, 0x87, 0x88
ONE = b"\0\1"  # manual: the data of every read
SHORTEST, LONGEST = 7, 255  # manual: 5 to 253 bytes and the CRC
HEAD = Struct(">BBH")


class ShftError(Exception):
    """The generator refuses with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ShftEmulator(FramedEmulator):
    """A device at the fixed address. A frame ends with a pause: until then, what is not whole may still become so."""

    latency_s: ClassVar[float] = 0.010  # assumed; manual: 50 ms at most
    gap_s: ClassVar[float] = 0.020  # manual: 1750 us above 19200 Bd; assumed: stretched, as adapters stretch it
    silence_chars: ClassVar[float] = 18.4  # manual: 1750 us, at 115200 Bd with parity

    def answer(self, function: int, number: int, data: bytes) -> bytes:
        """What follows the function code of the reply; raise ShftError to refuse."""
        raise NotImplementedError

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer a frame. A whole one in one piece ends whatever was left before it."""
        if is_frame(data):
            self._rest = b""
            return self._answer(data)
        frame = self.gather(data, now)
        if is_frame(frame):
            return self._answer(frame)
        self._rest = frame[-LONGEST:]  # it may not have ended yet
        return b""

    def _answer(self, frame: bytes) -> bytes:
        address, function, number = HEAD.unpack_from(frame)
        if address != ADDRESS:
            return b""
        try:
            if self.refuse_with is not None:
                raise ShftError(self.refuse_with & 0xFF)
            if function not in (READ, WRITE):
                raise ShftError(BAD_FUNCTION)
            reply = bytes((function,)) + self.answer(function, number, frame[HEAD.size : -2])
        except ShftError as refusal:
            reply = bytes((function | 0x80, refusal.code))
        return sealed(bytes((self.signed(ADDRESS) & 0xFF,)) + reply)


def crc16(data: bytes) -> bytes:
    """CRC of ``data`` in the order of the wire: low byte first, started at 0."""
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return bytes((crc & 0xFF, crc >> 8))


def sealed(body: bytes) -> bytes:
    """``body`` with its CRC."""
    return body + crc16(body)


def is_frame(frame: bytes) -> bool:
    """Of a possible length, and with a good CRC."""
    return SHORTEST <= len(frame) <= LONGEST and crc16(frame[:-2]) == frame[-2:]

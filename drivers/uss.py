"""USS: the telegram of 24 bytes of Leybold's TURBOVAC i pumps, and one exchange over a Port.

Owns framing, check byte, addressing, parameter access and the words of a refusal. Knows no parameter, no control bit.
"""

from __future__ import annotations

import struct
from functools import lru_cache, reduce
from operator import xor
from typing import NamedTuple

from drivers.errors import BadReply, Refused
from drivers.line_protocol import read_exactly
from drivers.transport import Port

# Telegram, access codes and errors: Leybold "Serial Interfaces for TURBOVAC i/iX" 300450826_002_C2, as transcribed by
# PyPI turboctl and by a LabRAD server of a TURBOVAC 250 i, which agree; errata of turboctl on a real pump.
STX, LENGTH, SIZE = 0x02, 22, 24
FORM = ">BBBHBBiHHhHhH"  # STX, length, address, PKE, reserved, index, value, then six words of process data
NONE, READ, WRITE, READ_FIELD = 0, 1, 2, 6
SIGNED_16 = 0x8000
#: Request -> codes that answer it: value in 16 or in 32 bits.
ANSWERS = {NONE: (0,), READ: (1, 2), WRITE: (1,), READ_FIELD: (4, 5)}
IN_16_BITS = (1, 4)
CANNOT, NO_PERMISSION = 7, 8
ERRORS = {
    0: "no such parameter",
    1: "it cannot be changed",
    2: "value out of range",
    3: "no such index",
    5: "access does not fit its type",
    18: "other error",
    101: "internal communication error",
    102: "the pump is storing, try again",
}
PUMP_SPEAKS = 0x0200  # always set in the status word (errata of turboctl), and never in a control word
GAP_CHARS = 2  # assumed: general rule of USS, silence before STX
BITS_PER_CHAR, BAUD = 11, 19200  # the line's format is fixed
GAP_S = GAP_CHARS * BITS_PER_CHAR / BAUD


class Reply(NamedTuple):
    """What a pump says in every telegram: the value asked for, and its process data."""

    value: int  #: of the parameter; 16 bits are unsigned
    status: int
    frequency_hz: int
    converter_c: int
    current_a: float
    bearing_c: int
    circuit_v: int

    def bit(self, number: int) -> bool:
        """A bit of the status word, 0 = lowest."""
        return bool(self.status >> number & 1)


class UssClient:
    """Telegrams to one pump; every call is one exchange and raises NoReply, BadReply or Refused."""

    def __init__(self, port: Port, address: int, timeout_s: float) -> None:
        self.port = port
        self.address = address
        self.timeout_s = timeout_s
        self.free_s = 0.0  # line time from which the next telegram may begin

    def exchange(self, access: int, parameter: int, index: int, value: int, control: int) -> Reply:
        """Read or write a parameter, or none of them; ``control`` word goes with it in any case."""
        if (wait_s := self.free_s - self.port.now()) > 0.0:
            self.port.drain(wait_s)  # nothing is expected: listening is how we let time pass
        self.port.write(telegram(self.address, access, parameter, index, value, control))
        data = read_exactly(self.port, SIZE, self.timeout_s)
        self.free_s = self.port.now() + GAP_S
        return decode(data, self.address, access, parameter, index)


@lru_cache(maxsize=512)
def telegram(address: int, access: int, parameter: int, index: int, value: int, control: int) -> bytes:
    """A request; the same few are sent all day."""
    body = struct.pack(FORM, STX, LENGTH, address, access << 12 | parameter, 0, index, value, control, 0, 0, 0, 0, 0)
    return body + bytes((reduce(xor, body),))


def decode(data: bytes, address: int, access: int, parameter: int, index: int) -> Reply:
    """The reply to such a request; raises BadReply, Refused."""
    if reduce(xor, data):
        raise BadReply(f"check byte is wrong in {data.hex(' ')}; check baud rate and parity (even)")
    stx, length, source, pke, _, place, value, status, *process = struct.unpack(FORM, data[:-1])
    if (stx, length) != (STX, LENGTH):
        raise BadReply(f"{data.hex(' ')} is no telegram of {SIZE} bytes")
    if not status & PUMP_SPEAKS:
        raise BadReply(f"{data.hex(' ')} comes from no pump; does the line echo?")
    if source != address:
        raise BadReply(f"address {source} answered in place of {address}")
    code, number = pke >> 12, pke & 0x7FF
    if (number, place) != (parameter, index):
        raise BadReply(f"reply is about parameter {number}[{place}], asked was {parameter}[{index}]")
    if code == CANNOT:
        raise Refused(f"parameter {parameter}[{index}]: {ERRORS.get(value, 'refused')} (error {value})")
    if code == NO_PERMISSION:
        raise Refused(f"parameter {parameter}[{index}]: no permission to write")
    if code not in ANSWERS[access]:
        raise BadReply(f"parameter {parameter}[{index}]: code {code} does not answer {access}")
    if code in IN_16_BITS:
        value &= 0xFFFF  # assumed: whether a signed one is extended to 32 bits is not documented
    frequency, converter, current, bearing, circuit = process
    return Reply(value, status, frequency, converter, current / 10.0, bearing, circuit)


def signed(value: int) -> int:
    """A 16-bit value that may be negative."""
    return value - 0x10000 if value & SIGNED_16 else value

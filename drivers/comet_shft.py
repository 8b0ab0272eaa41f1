"""SHFT on RS-232: frames of COMET RF generators, and one exchange over a Port.

Owns framing, checksum and the words of a refusal. Looks like Modbus RTU and is not: two functions of its own, numbered
parameters, a CRC that begins at zero. The reply to a write is the request itself, so an echoing line would pass for a
device: whoever writes must read something back. Knows no parameter of any device.
"""

from __future__ import annotations

import struct
from functools import lru_cache

from drivers.errors import BadReply, Refused
from drivers.line_protocol import no_reply
from drivers.transport import Port

# Frames, address, functions: Synertia manual 10.1 and 10.2.
ADDRESS = 0x0A  # of every generator: one line, one device
READ, WRITE, EXCEPTION = 0x41, 0x42, 0x80
ALWAYS = b"\x00\x01"  # data of a read request
SHORTEST = 5  # address, function, code or length, checksum
LONGEST_DATA = 249
NUMBER = struct.Struct(">I")
#: Exception codes of Synertia, same manual, table 28; a cito Plus has some others, whose words are not known.
REFUSALS = {
    0x01: "no such function",
    0x02: "no such parameter",
    0x03: "wrong number of bytes",
    0x84: "invalid value",
    0x85: "it cannot be written",
    0x86: "it cannot be read",
    0x87: "not while RF is on",
    0x88: "not allowed; does its front panel or another host control it?",
}


def _entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


CRC_TABLE = tuple(_entry(value) for value in range(256))  # polynomial: four frames of the vendor


def crc16(data: bytes) -> bytes:
    """Checksum as it stands on the line, low byte first. It begins at zero, where Modbus begins at 0xFFFF."""
    value = 0
    for byte in data:
        value = value >> 8 ^ CRC_TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


@lru_cache(maxsize=512)
def frame(function: int, parameter: int, data: bytes) -> bytes:
    """A request; the same few are sent all day."""
    body = struct.pack(">BBH", ADDRESS, function, parameter) + data
    return body + crc16(body)


def read(port: Port, parameter: int, timeout_s: float) -> bytes:
    """Data of a parameter, as many bytes as it has; raises NoReply, BadReply, Refused."""
    request = frame(READ, parameter, ALWAYS)
    head = _head(port, request, timeout_s)
    if request.startswith(head):
        raise BadReply("our own request came back; the line echoes, switch the echo of its adapter off")
    if head[2] > LONGEST_DATA:
        raise BadReply(f"parameter {parameter}: reply announces {head[2]} bytes")
    reply = _rest(port, head, head[2], timeout_s)
    return reply[3:-2]


def read_number(port: Port, parameter: int, timeout_s: float) -> int:
    """Value of a parameter that is a number; raises NoReply, BadReply, Refused."""
    data = read(port, parameter, timeout_s)
    if len(data) != NUMBER.size:  # assumed: any number has four bytes, as 1206, 8000 and 8021 have in the manual
        raise BadReply(f"parameter {parameter}: {len(data)} bytes of data came, expected were {NUMBER.size}")
    value: int = NUMBER.unpack(data)[0]
    return value


def write_number(port: Port, parameter: int, value: int, timeout_s: float) -> None:
    """Set a parameter; raises NoReply, BadReply, Refused. No proof that there is a device: read something after it."""
    request = frame(WRITE, parameter, NUMBER.pack(value))
    reply = _rest(port, _head(port, request, timeout_s), len(request) - SHORTEST, timeout_s)
    if reply != request:
        raise BadReply(f"parameter {parameter}: wrote {request.hex(' ')}, device confirms {reply.hex(' ')}")


def _head(port: Port, request: bytes, timeout_s: float) -> bytes:
    """Send a request; the first bytes of its reply, unless that is a refusal."""
    port.write(request)
    head = port.read(SHORTEST, timeout_s)
    if len(head) < SHORTEST:
        raise no_reply(head, timeout_s)
    if head[0] != ADDRESS:
        raise BadReply(f"address {head[0]} answered in place of {ADDRESS}")
    if head[1] == request[1] | EXCEPTION:
        raise _refused(request, _rest(port, head, 0, timeout_s)[2])
    if head[1] != request[1]:
        raise BadReply(f"reply has function {head[1]:#04x}, asked was {request[1]:#04x}")
    return head


def _rest(port: Port, head: bytes, missing: int, timeout_s: float) -> bytes:
    """The whole reply, its checksum proven."""
    reply = head + port.read(missing, timeout_s) if missing else head
    if len(reply) != len(head) + missing:
        raise no_reply(reply, timeout_s)
    if crc16(reply[:-2]) != reply[-2:]:
        raise BadReply(f"checksum is wrong in {reply.hex(' ')}; check baud rate, parity (even) and shield of the line")
    return reply


def _refused(request: bytes, code: int) -> Refused:
    what = "reading" if request[1] == READ else "writing"
    parameter = int.from_bytes(request[2:4], "big")
    return Refused(f"{what} parameter {parameter}: {REFUSALS.get(code, 'refused')} (code {code:#04x})")

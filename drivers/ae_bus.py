"""AE Bus: packets of Advanced Energy / Dressler generators, and one exchange over a Port.

Owns framing, checksum, acknowledgement and the words of a refusal. Knows no command of any device.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import xor

from drivers.errors import BadReply, Refused
from drivers.line_protocol import no_reply, read_exactly
from drivers.transport import Port

ACK, NAK = 0x06, 0x15
ACK_BYTE = bytes((ACK,))
LENGTH_FOLLOWS = 7  # manual: data count 0..6 sits in the header, 7 announces a length byte
SHORTEST = 5  # ACK, header, command, one byte of data, checksum
#: Status bytes of a refusal: manuals CESAR 1312 and 13150.
REFUSALS = {
    1: "wrong control mode",
    2: "RF is on, change refused",
    4: "value out of range",
    5: "RF is switched off at the user port",
    7: "a fault is active",
    9: "wrong number of bytes",
    19: "a recipe is active",
    50: "frequency out of range",
    51: "duty cycle out of range",
    53: "no match detected",
    99: "no such command",
}


@lru_cache(maxsize=512)
def packet(address: int, command: int, data: bytes = b"") -> bytes:
    """Header, command, data (little-endian), checksum; ``data`` up to 255 bytes. The same few are sent all day."""
    count = len(data)
    if count < LENGTH_FOLLOWS:
        body = bytes((address << 3 | count, command)) + data
    else:
        body = bytes((address << 3 | LENGTH_FOLLOWS, command, count)) + data
    return body + bytes((reduce(xor, body),))


def report(port: Port, address: int, command: int, size: int, timeout_s: float) -> bytes:
    """Ask for a value of ``size`` bytes (command 128..255); raises NoReply, BadReply, Refused."""
    data = _exchange(port, packet(address, command), timeout_s)
    if len(data) != size:
        if len(data) == 1:
            raise _refused(command, data[0])
        raise BadReply(f"command {command}: {len(data)} bytes of data came, expected were {size}")
    return data


def execute(port: Port, address: int, command: int, data: bytes, timeout_s: float) -> None:
    """Have a command carried out (1..127); raises NoReply, BadReply, Refused."""
    answer = _exchange(port, packet(address, command, data), timeout_s)
    if len(answer) != 1:
        raise BadReply(f"command {command}: {len(answer)} bytes of status came, expected was one")
    if answer[0]:
        raise _refused(command, answer[0])


def _exchange(port: Port, request: bytes, timeout_s: float) -> bytes:
    """One transaction: request, its ACK, the reply packet, our ACK; returns the reply's data."""
    port.write(request)
    head = port.read(SHORTEST, timeout_s)  # ACK and reply are one stream: they may come together
    if head[:1] == bytes((NAK,)):
        raise BadReply("our request arrived damaged; check baud rate, parity (odd) and shield of the line")
    if len(head) < SHORTEST:
        raise no_reply(head, timeout_s)
    if head[0] != ACK:
        raise BadReply(f"no acknowledgement, but {head.hex(' ')}")
    _check_source(head[1:3], request)
    count = head[1] & 7
    if count == 0:
        raise BadReply(f"command {request[1]}: reply carries nothing")
    missing = head[3] if count == LENGTH_FOLLOWS else count - 1
    reply = head[1:] + read_exactly(port, missing, timeout_s) if missing else head[1:]
    if reduce(xor, reply):
        raise BadReply(f"checksum is wrong in {reply.hex(' ')}")
    port.write(ACK_BYTE)
    return reply[3:-1] if count == LENGTH_FOLLOWS else reply[2:-1]


def _check_source(head: bytes, request: bytes) -> None:
    if head[0] >> 3 != request[0] >> 3:
        raise BadReply(f"address {head[0] >> 3} answered in place of {request[0] >> 3}")
    if head[1] != request[1]:
        raise BadReply(f"reply is for command {head[1]}, asked was {request[1]}")


def _refused(command: int, status: int) -> Refused:
    return Refused(f"command {command}: {REFUSALS.get(status, 'refused')} (code {status})")

"""Small helpers that more than one driver needs to talk over a line. Knows no device."""

from __future__ import annotations

from drivers.errors import BadReply, NoReply
from drivers.transport import Port

LONGEST_LINE = 256  # assumed: longer than any reply in text that the fact sheets show


def read_exactly(port: Port, size: int, timeout_s: float) -> bytes:
    """Exactly ``size`` bytes within ``timeout_s`` [s] of the last write; raises NoReply."""
    data = port.read(size, timeout_s)
    if len(data) != size:
        raise no_reply(data, timeout_s)
    return data


def ask_line(port: Port, request: str, end: bytes, timeout_s: float) -> str:
    """Send a request in ASCII and read one line of text, without its ``end``; raises NoReply, BadReply.

    For lines of unknown length only: reading up to a terminator costs four times a read of known length.
    """
    port.write(request.encode("ascii"))
    return read_line(port, end, timeout_s)


def read_line(port: Port, end: bytes, timeout_s: float) -> str:
    """One line of text without its ``end``; raises NoReply, BadReply."""
    line = port.read_until(end, LONGEST_LINE, timeout_s)
    if not line.endswith(end):
        raise no_reply(line, timeout_s)
    return text(line).strip()


def text(data: bytes) -> str:
    """Bytes as ASCII; raises BadReply."""
    if not data.isascii() or 0 in data:  # NUL: a character whose parity was wrong
        raise BadReply(f"reply is not text: {data.hex(' ')}; check baud rate and parity")
    return data.decode("ascii")


def no_reply(data: bytes, timeout_s: float) -> NoReply:
    """The error for silence, or for a reply that stopped half-way."""
    if data:
        return NoReply(f"reply stopped after {len(data)} bytes ({data.hex(' ')}); check wiring and baud rate")
    return NoReply(f"no reply within {timeout_s:.2f} s; check that it is switched on, its cable and its address")

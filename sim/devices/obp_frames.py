"""Messages of the Ocean Binary Protocol: cutting them from a stream, checking them, packing replies.

Owns framing and its error numbers; knows no spectrometer. Source: message layout as in seabreeze (protocol.py,
transport.py); data sheet of the Ventana (p. 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5
from struct import Struct

HEADER = Struct("<2sHHHII6xBB16sI")  # manual: 44 bytes, little-endian
START, FOOTER = b"\xc1\xc0", b"\xc5\xc4\xc3\xc2"  # manual
VERSION = 0x1100  # manual
RESPONSE, ACK, REQUEST_ACK, NACK, EXCEPTION = 1, 2, 4, 8, 0x10  # manual: flags
OK, PROTOCOL, UNKNOWN, CHECKSUM, TOO_LARGE, BAD_LENGTH, BAD_DATA, NOT_READY, CHECKSUM_TYPE = range(9)  # manual: errors
NO_INFORMATION = 12  # manual
NONE, MD5 = 0, 1  # manual: checksum types
TRAILER = 20  # manual: checksum and footer
LARGEST = 4096  # assumed: longest request that is taken


@dataclass(frozen=True, slots=True)
class Message:
    """One request. ``error`` is not 0 if its frame is at fault."""

    type: int
    flags: int
    regarding: int
    data: bytes
    error: int = OK


def cut(buffer: bytes) -> tuple[Message | None, bytes]:
    """The first message and what follows it; None while incomplete. Bytes before a start are skipped."""
    start = buffer.find(START)
    if start < 0:
        return None, buffer[-1:] if buffer.endswith(START[:1]) else b""
    buffer = buffer[start:]
    if len(buffer) < HEADER.size:
        return None, buffer
    _, _, flags, _, type_, regarding, checksum_type, immediate_size, immediate, remaining = HEADER.unpack_from(buffer)
    error = _header_error(checksum_type, immediate_size, remaining)
    if error:
        return Message(type_, flags, regarding, b"", error), buffer[HEADER.size :]
    end = HEADER.size + remaining
    if len(buffer) < end:
        return None, buffer
    payload = buffer[HEADER.size : end - TRAILER]
    if checksum_type == MD5 and md5(buffer[: end - TRAILER]).digest() != buffer[end - TRAILER : end - 4]:
        error = CHECKSUM
    elif buffer[end - 4 : end] != FOOTER:
        error = PROTOCOL
    return Message(type_, flags, regarding, payload or immediate[:immediate_size], error), buffer[end:]


def _header_error(checksum_type: int, immediate_size: int, remaining: int) -> int:
    if checksum_type not in (NONE, MD5):
        return CHECKSUM_TYPE
    if immediate_size > 16 or remaining < TRAILER:
        return BAD_LENGTH
    return TOO_LARGE if remaining > LARGEST else OK


def pack(request: Message, flags: int, error: int = OK, data: bytes = b"") -> bytes:
    """A reply without checksum; up to 16 bytes travel in the header."""
    immediate, payload = (data, b"") if len(data) <= 16 else (b"", data)
    header = HEADER.pack(
        START, VERSION, flags, error, request.type, request.regarding, NONE, len(immediate), immediate,
        TRAILER + len(payload),
    )  # fmt: skip
    return header + payload + bytes(16) + FOOTER

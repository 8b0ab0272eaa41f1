"""ProPar as an instrument hears it: the binary and the ASCII form of one message, and the parameters inside.

Owns framing, stuffing and the chains of processes and parameters. Knows no parameter. Source: vendor document 9.17.027
(p. 12 to 18 and 21 to 25).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

DLE, STX, ETX = 0x10, 0x02, 0x03
COLON, CR = b":", b"\r"
ANY_NODE = 0x80  # manual: whatever instrument is on this line
STATUS, WRITE, WRITE_SILENT, REQUEST = 0, 1, 2, 4  # manual p. 14: commands
CHAINED, TYPE, NUMBER = 0x80, 0x60, 0x1F  # manual p. 17: bits of a parameter byte
CHAR, INT, LONG, TEXT = 0x00, 0x20, 0x40, 0x60  # manual p. 17: types; a float is a long
SIZES = {CHAR: 1, INT: 2, LONG: 4}
PROTOCOL_ERROR = 3  # manual p. 12: of the link, not of a message
OK, UNKNOWN_COMMAND, UNKNOWN_PROCESS, UNKNOWN_PARAMETER, WRONG_TYPE, WRONG_VALUE = 0, 2, 3, 4, 5, 6  # manual p. 16
INCOMPLETE, READ_ONLY, WRITE_ONLY = 0x0C, 0x0D, 0x11  # manual p. 16; 0C assumed for a message that ends too early
OVERFLOW, MOST_DATA = 0x23, 254  # manual p. 16: buffer overflow in module; what one length byte can count
LONGEST = 600  #: no message is longer, even with every byte doubled


class StatusError(Exception):
    """The instrument answers with a status, and with the place of the byte that it means."""

    def __init__(self, status: int, index: int) -> None:
        super().__init__(status, index)
        self.status, self.index = status, index


@dataclass(frozen=True, slots=True)
class Message:
    """Command and data for a node; ``sequence`` only in the binary form. ``broken``: its length is not what it says."""

    node: int
    data: bytes
    sequence: int | None = None
    broken: bool = False

    def reply(self, data: bytes) -> bytes:
        """The bytes of an answer, in the form in which the message came."""
        return self._framed(data, len(data))

    def error(self, code: int) -> bytes:
        """The bytes of an error of the link (manual p. 12 and 13)."""
        return self._framed(bytes((code,)), 0) if self.sequence is not None else b":01%02X\r\n" % code

    def _framed(self, data: bytes, length: int) -> bytes:
        if self.sequence is None:
            return COLON + bytes((length + 1, self.node, *data)).hex().upper().encode() + b"\r\n"
        body = bytes((self.sequence, self.node, length, *data))
        return bytes((DLE, STX)) + body.replace(b"\x10", b"\x10\x10") + bytes((DLE, ETX))


def messages(buffer: bytes) -> tuple[list[Message], bytes]:
    """Every whole message in ``buffer``, and what is left of one that has begun. Noise between them is dropped."""
    found: list[Message] = []
    while buffer:
        binary, text = buffer.find(b"\x10"), buffer.find(COLON)
        if binary < 0 and text < 0:
            return found, b""
        is_text = binary < 0 or 0 <= text < binary
        buffer = buffer[text if is_text else binary :]
        message, size = _text_message(buffer) if is_text else _binary_message(buffer)
        if size == 0:
            return found, buffer if len(buffer) <= LONGEST else b""
        if message is not None:
            found.append(message)
        buffer = buffer[size:]
    return found, b""


def _text_message(buffer: bytes) -> tuple[Message | None, int]:
    """The message at the start, None if it cannot be read, and how many bytes it took; 0 while it has no end."""
    end = buffer.find(CR)
    begun = buffer[1:] if end < 0 else buffer[1:end]
    again = min((at for at in (begun.find(COLON), begun.find(b"\x10")) if at >= 0), default=-1)
    if again >= 0:
        return None, 1 + again  # a new beginning within a message
    if end < 0:
        return None, 0
    digits = buffer[1:end]
    if len(digits) < 4 or len(digits) % 2 or digits.strip(b"0123456789abcdefABCDEF"):
        return None, end + 1
    raw = bytes.fromhex(digits.decode("ascii"))
    return Message(raw[1], raw[2:], broken=raw[0] != len(raw) - 1 or len(raw) < 3), end + 1


def _binary_message(buffer: bytes) -> tuple[Message | None, int]:
    """As `_text_message`, for DLE STX ... DLE ETX."""
    if len(buffer) < 2:
        return None, 0
    if buffer[1] != STX:
        return None, 2 if buffer[1] == DLE else 1
    body, at = bytearray(), 2
    while at < len(buffer):
        if buffer[at] != DLE:
            body.append(buffer[at])
            at += 1
            continue
        if at + 1 == len(buffer):
            break
        if buffer[at + 1] == ETX:
            return _of_body(bytes(body)), at + 2
        if buffer[at + 1] != DLE:
            return None, at  # not allowed: wait for a new beginning, which this may be
        body.append(DLE)
        at += 2
    return None, 0


def _of_body(body: bytes) -> Message | None:
    if len(body) < 3:
        return None
    sequence, node, length = body[:3]
    return Message(node, body[3:], sequence, broken=length != len(body) - 3 or not length)


# --- what is inside ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A parameter as a message names it, and where: the places of its process byte and of its own in command and data.

    assumed: places count from the command, as the manual's "points to end of send message" does (p. 22: 1C of 28).
    """

    process: int
    number: int
    kind: int
    process_at: int
    parameter_at: int


class Reader:
    """Takes a message's bytes one after the other; StatusError where it ends too early."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 1  # behind the command

    def take(self, count: int = 1) -> bytes:
        """The next bytes."""
        end = self.at + count
        if end > len(self.data):
            raise StatusError(INCOMPLETE, len(self.data))
        part, self.at = self.data[self.at : end], end
        return part

    def value(self, kind: int) -> bytes:
        """The next value; a string without its length, or, where that is 0, up to a NUL."""
        if kind != TEXT:
            return self.take(SIZES[kind])
        if length := self.take()[0]:
            return self.take(length)
        end = self.data.find(0, self.at)
        return self.take(end + 1 - self.at if end >= 0 else len(self.data))[:-1]

    def chain(self) -> Iterator[Place]:
        """Each parameter, along the chain of processes and that of each process."""
        more = True
        while more:
            process_at, process = self.at, self.take()[0]
            more, chained = bool(process & CHAINED), True
            while chained:
                at, parameter = self.at, self.take()[0]
                chained = bool(parameter & CHAINED)
                yield Place(process & ~CHAINED, parameter & NUMBER, parameter & TYPE, process_at, at)


def write_all(data: bytes, find: Callable[[Place], Callable[[bytes], None]]) -> None:
    """Hand each value to the setter that ``find`` knows, in order; ``find`` looks before the value is read, because a
    wrong type has a wrong length. A setter's ValueError is a wrong value: those before it stay set (assumed).
    """
    reader = Reader(data)
    for place in reader.chain():
        take, at = find(place), reader.at
        try:
            take(reader.value(place.kind))
        except ValueError:
            raise StatusError(WRONG_VALUE, at) from None


def answer_all(data: bytes, find: Callable[[Place], Callable[[], bytes]]) -> bytes:
    """Command 02 with the tags of the request, each with the value of the parameter behind it.

    manual p. 25: a string has the length that was asked for, filled with blanks; with length 0 it ends with NUL.
    """
    reader, answer, began = Reader(data), bytearray((WRITE_SILENT,)), 0
    for tag in reader.chain():
        if tag.process_at != began:
            began = tag.process_at
            answer.append(data[began])
        answer.append(data[tag.parameter_at])
        at, (process, parameter) = reader.at, reader.take(2)
        kind = parameter & TYPE
        value = find(Place(process & ~CHAINED, parameter & NUMBER, kind, at, at + 1))()
        if kind == TEXT:
            length = reader.take()[0]
            value = bytes((length,)) + (value[:length].ljust(length) if length else value + b"\0")
        answer += value
    if len(answer) > MOST_DATA:
        raise StatusError(OVERFLOW, 0)
    return bytes(answer)

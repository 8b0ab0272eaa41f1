"""ProPar, the protocol of Bronkhorst instruments on RS-232 and FLOW-BUS, in its binary and in its ASCII form.

Owns framing, sequence numbers, chained requests, status replies and their words. Knows no parameter of any device.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

from drivers.errors import BadReply, Refused
from drivers.line_protocol import read_exactly
from drivers.transport import Port

Form = Literal["binary", "ascii"]
Value = float | int | str

# Manual 9.17.027: types of a parameter, commands, control characters of the binary form.
CHAR, INTEGER, FLOAT, STRING = 0x00, 0x20, 0x40, 0x60
FORMATS = {CHAR: ">B", INTEGER: ">H", FLOAT: ">f"}
CHAINED = 0x80
STATUS, WRITE, ANSWER, REQUEST = 0, 1, 2, 4
DLE, STX, ETX = 0x10, 0x02, 0x03
ANY_NODE = 128
HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
#: Manual 9.17.027 p. 16: what a status reply says.
REFUSALS = {
    0x01: "process claimed by another",
    0x02: "unknown command",
    0x03: "unknown process",
    0x04: "unknown parameter",
    0x05: "wrong type of parameter",
    0x06: "value not allowed",
    0x07: "network not active",
    0x08: "time-out of the start character",
    0x09: "time-out on the line",
    0x0A: "hardware memory error",
    0x0B: "no such node",
    0x0C: "communication error",
    0x0D: "parameter is read-only",
    0x11: "parameter is write-only",
    0x19: "the instrument behind it did not answer",
    0x22: "protocol error",
    0x23: "its buffer has overflowed",
}
#: Manual 9.17.027 p. 12: errors of the line itself, which come in place of an answer.
LINE_ERRORS = {3: "protocol error", 4: "protocol error or checksum", 5: "node rejected", 9: "the node did not answer"}


class Parameter(NamedTuple):
    """Where a value lives in an instrument, and what type it has there."""

    process: int
    number: int
    kind: int

    @property
    def typed(self) -> int:
        """Its number and its type in one byte, as they stand in a frame."""
        return self.kind | self.number


class ProparClient:
    """Requests to one node; every call is one exchange and raises NoReply, BadReply or Refused."""

    def __init__(self, port: Port, node: int, timeout_s: float, form: Form) -> None:
        self.port = port
        self.node = node
        self.timeout_s = timeout_s
        self.form = form
        self.sequence = 0

    def read(self, *wanted: Parameter) -> list[Value]:
        """Values of some parameters, in order; more than one are chained in one request."""
        data = self._exchange(_request(wanted))
        if data[0] == STATUS:
            raise _refused(f"read of {_places(wanted)}", data)
        return list(_values(data, wanted))

    def read_float(self, wanted: Parameter) -> float:
        """One number."""
        return float(self.read(wanted)[0])

    def write(self, parameter: Parameter, value: float) -> None:
        """Set one number, and have its being taken confirmed."""
        body = bytes((WRITE, parameter.process, parameter.typed)) + struct.pack(FORMATS[parameter.kind], value)
        data = self._exchange(body)
        if data[0] != STATUS:
            raise BadReply(f"a write was answered with {data.hex(' ')}, not with a status; does the line echo?")
        if len(data) != 3 or data[1]:
            raise _refused(f"write of {value:g} to {_places([parameter])}", data)

    def _exchange(self, body: bytes) -> bytes:
        """Data of the reply, at least one byte: its command."""
        if self.form == "ascii":
            self.port.write(ascii_frame(self.node, body))
            node, data = self._receive_ascii()
        else:
            self.sequence = (self.sequence + 1) & 0xFF
            self.port.write(binary_frame(self.sequence, self.node, body))
            node, data = self._receive_binary()
        if node != self.node and self.node != ANY_NODE:  # assumed: to 128 it may answer as 128 or with its own
            raise BadReply(f"node {node} answered in place of {self.node}")
        if data[0] not in (STATUS, ANSWER):
            raise BadReply(f"{data.hex(' ')} is no answer; does the line echo?")
        return data

    def _receive_ascii(self) -> tuple[int, bytes]:
        """Node and data of a reply."""
        head = read_exactly(self.port, 3, self.timeout_s)
        if head[:1] != b":" or not HEX.fullmatch(head[1:]):
            raise BadReply(f"{head!r} is not the head of a reply; check baud rate, and form in the machine file")
        count = int(head[1:], 16)
        tail = read_exactly(self.port, 2 * count + 2, self.timeout_s)
        if not HEX.fullmatch(tail[:-2]) or tail[-2:] != b"\r\n":
            raise BadReply(f"{head + tail!r} is no line of {count} bytes")
        body = bytes.fromhex(tail[:-2].decode("ascii"))
        if count == 1:
            raise _line_error(body[0])
        return body[0], body[1:]

    def _receive_binary(self) -> tuple[int, bytes]:
        """Node and data of a reply to the present request."""
        raw = read_exactly(self.port, 2, self.timeout_s)
        if raw != bytes((DLE, STX)):
            raise BadReply(f"{raw.hex(' ')} is not the head of a reply; check baud rate, and form in the machine file")
        raw = b""
        while missing := _missing(raw):
            raw += read_exactly(self.port, missing, self.timeout_s)
        sequence, node, count, *data = _unescaped(raw)[0]
        if sequence != self.sequence:
            raise BadReply(f"reply is to request {sequence}, ours was {self.sequence}")
        if count == 0:
            raise _line_error(data[0])
        return node, bytes(data)


@lru_cache(maxsize=512)
def ascii_frame(node: int, body: bytes) -> bytes:
    """A message in text: the length counts the node, too."""
    return b":" + (bytes((len(body) + 1, node)) + body).hex().upper().encode("ascii") + b"\r\n"


def binary_frame(sequence: int, node: int, body: bytes) -> bytes:
    """A message in bytes; a DLE among them is doubled."""
    inner = (bytes((sequence, node, len(body))) + body).replace(bytes((DLE,)), bytes((DLE, DLE)))
    return bytes((DLE, STX)) + inner + bytes((DLE, ETX))


def _unescaped(raw: bytes) -> tuple[bytes, bool, bool]:
    """What stands after DLE STX, without doubling; whether its end was reached; whether half of a pair is there."""
    data = bytearray()
    at = 0
    while at < len(raw):
        if raw[at] != DLE:
            data.append(raw[at])
            at += 1
            continue
        if at + 1 == len(raw):
            return bytes(data), False, True
        if raw[at + 1] == ETX:
            return bytes(data), True, False
        if raw[at + 1] != DLE:
            raise BadReply(f"DLE is followed by {raw[at + 1]:#04x} in {raw.hex(' ')}")
        data.append(DLE)
        at += 2
    return bytes(data), False, False


def _missing(raw: bytes) -> int:
    """Least number of bytes to come before a binary message is whole; 0 when it is. Never more than there are."""
    data, ended, half = _unescaped(raw)
    count = 4  # sequence, node, length, one byte of data: an error has a length of 0 and that byte
    if len(data) >= 3:
        count = 3 + max(data[2], 1)
    if ended or len(data) > count:
        if len(data) != count:
            raise BadReply(f"{raw.hex(' ')} is not as long as it says")
        return 0
    return count - len(data) + 2 - half


def _request(wanted: Sequence[Parameter]) -> bytes:
    """A request for parameters; an answer carries the numbers that they have themselves."""
    body = bytes((REQUEST,))
    groups = [(process, list(members)) for process, members in groupby(wanted, lambda each: each.process)]
    for left, (process, members) in zip(reversed(range(len(groups))), groups, strict=True):
        body += bytes((process | (CHAINED if left else 0),))
        for more, each in zip(reversed(range(len(members))), members, strict=True):
            body += bytes((each.typed | (CHAINED if more else 0), process, each.typed))
            if each.kind == STRING:
                body += b"\0"  # of any length
    return body


def _values(data: bytes, wanted: Sequence[Parameter]) -> Iterator[Value]:
    """Values of an answer, each after its tag; raises BadReply when anything else stands in it."""
    answer = _Answer(data)
    answer.take(1)
    groups = [(process, list(members)) for process, members in groupby(wanted, lambda each: each.process)]
    for left, (process, members) in zip(reversed(range(len(groups))), groups, strict=True):
        answer.expect(process | (CHAINED if left else 0))
        for more, each in zip(reversed(range(len(members))), members, strict=True):
            answer.expect(each.typed | (CHAINED if more else 0))
            yield answer.value(each.kind)
    if answer.rest:
        raise BadReply(f"{data.hex(' ')} has {len(answer.rest)} bytes more than was asked for")


class _Answer:
    """An answer that is taken apart from its beginning."""

    def __init__(self, data: bytes) -> None:
        self.data = self.rest = data

    def take(self, count: int) -> bytes:
        if len(self.rest) < count:
            raise BadReply(f"{self.data.hex(' ')} ends too early")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def expect(self, byte: int) -> None:
        if (found := self.take(1)[0]) != byte:
            raise BadReply(f"{self.data.hex(' ')} has {found:#04x} where {byte:#04x} was asked for")

    def value(self, kind: int) -> Value:
        if kind != STRING:
            found: Value = struct.unpack(FORMATS[kind], self.take(struct.calcsize(FORMATS[kind])))[0]
            return found
        count = self.take(1)[0]
        if count == 0:  # its length is not given, it ends with NUL
            count = self.rest.find(b"\0") + 1
            if count == 0:
                raise BadReply(f"{self.data.hex(' ')} has a text without an end")
        return self.take(count).decode("ascii", "replace").strip("\0 ")


def _places(wanted: Sequence[Parameter]) -> str:
    return ", ".join(f"{each.process}/{each.number}" for each in wanted)


def _refused(what: str, data: bytes) -> BadReply | Refused:
    if len(data) != 3 or not data[1]:
        return BadReply(f"{what}: {data.hex(' ')} is no status that could be an answer to it")
    return Refused(f"{what}: {REFUSALS.get(data[1], 'refused')} (status {data[1]:#04x}, byte {data[2]})")


def _line_error(code: int) -> BadReply:
    return BadReply(f"no answer but error {code}: {LINE_ERRORS.get(code, 'general error')}")

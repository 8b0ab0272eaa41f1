"""Zaber ASCII protocol, versions 6 and 7: lines with checksum and message id, and one exchange over a Port.

Owns framing, checksum, numbering and the words of a refusal. Knows no setting and no movement.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from drivers.device import BadReply, Port, Refused
from drivers.line_protocol import read_line

# Lines: zaber.com/wiki/Manuals/ASCII_Protocol_Manual; zproto, packet and checksum tests; own runs of zaber-motion 10.3.
END = b"\r\n"
REPLY = re.compile(r"@(\d\d) (\d) (\d\d) (OK|RJ) (IDLE|BUSY) ([A-Z]{2}|--) ([ -~]+)")
ALERT = "!"
MOST_ALERTS = 4  # assumed: that come between a command and its reply, as long as they are not switched off
NUMBER = re.compile(r"-?\d+")
IDS = 100  # 00..99
# Reasons: quotes of the vendor's manual in zaber-motion and in a C++ library.
REASONS = {
    "AGAIN": "not just now, try again",
    "BADAXIS": "it has no such axis",
    "BADCOMMAND": "it does not know this command or setting",
    "BADDATA": "value malformed or out of range",
    "BADMESSAGEID": "message id is wrong",
    "DEVICEONLY": "belongs to the device, not to an axis",
    "FULL": "its memory is full",
    "LOCKSTEP": "the axis moves with another one",
    "NOACCESS": "access level is too low",
    "PARKED": "the axis is parked",
    "STATUSBUSY": "not possible while it moves",
    "DRIVERDISABLED": "its driver is switched off",
    "REMOTE": "somebody else controls it",
    "INACTIVE": "nothing is plugged in",
}


class Reply(NamedTuple):
    """What a device says to a command."""

    busy: bool
    flag: str  #: warning of highest priority, "--" is none
    data: str


class ZaberClient:
    """Commands to the devices of a chain; every call is one exchange and raises NoReply, BadReply or Refused."""

    def __init__(self, port: Port, timeout_s: float) -> None:
        self.port = port
        self.timeout_s = timeout_s
        self.number = IDS - 1

    def ask(self, device: int, axis: int, words: str, summed: bool = True) -> Reply:
        """A command to an axis, or to a device (axis 0); ``summed``: whether its reply must have a checksum."""
        self.number = (self.number + 1) % IDS
        self.port.write(command(device, axis, self.number, words))
        for _ in range(MOST_ALERTS + 1):
            line = checked(read_line(self.port, END, self.timeout_s), summed)
            if not line.startswith(ALERT):
                return self._reply(line, device, axis, words)
        raise BadReply(f"{words}: alerts only, no reply")

    def integer(self, device: int, axis: int, setting: str, summed: bool = True) -> int:
        """A setting that is a whole number; ``summed`` as in `ask`."""
        data = self.ask(device, axis, f"get {setting}", summed).data
        if not NUMBER.fullmatch(data):
            raise BadReply(f"{setting}: {data!r} is not a whole number")
        return int(data)

    def _reply(self, line: str, device: int, axis: int, words: str) -> Reply:
        match = REPLY.fullmatch(line)
        if match is None:
            raise BadReply(f"{words}: {line!r} is no reply; does the line echo?")
        if (int(match[1]), int(match[2])) != (device, axis):
            raise BadReply(f"{words}: device {match[1]} axis {match[2]} answered in place of {device} {axis}")
        if int(match[3]) != self.number:
            raise BadReply(f"{words}: reply is to message {match[3]}, ours was {self.number:02d}")
        if match[4] == "RJ":
            raise Refused(f"{words}: {REASONS.get(match[7], 'refused')} ({match[7]})")
        return Reply(match[5] == "BUSY", match[6], match[7])


def command(device: int, axis: int, number: int, words: str) -> bytes:
    """A command line with its checksum."""
    line = f"/{device} {axis} {number:02d} {words}".rstrip()
    return f"{line}:{checksum(line[1:]):02X}\n".encode("ascii")


def checked(line: str, summed: bool) -> str:
    """A line without its checksum, which must be right, and must be there if ``summed``; raises BadReply."""
    body, colon, check = line.rpartition(":")
    if not colon:
        if summed:
            raise BadReply(f"{line!r} has no checksum")
        return line
    if check != f"{checksum(body[1:]):02X}":
        raise BadReply(f"checksum is wrong in {line!r}")
    return body.rstrip()


def checksum(text: str) -> int:
    """Of all after the first character: what is missing from their sum to a multiple of 256."""
    return -sum(text.encode("ascii")) & 0xFF

"""The AE bus as a unit on it sees it: packets, checksum, ACK and NAK, repetition of a reply.

Owns framing and addresses; a unit gives its answer to a command number and its data. Source: manuals of the CESAR 1312
and 136 (p. 81 to 120) and of the Apex 5708009-C.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator
from sim.wiring import Wiring

ACK, NAK = 0x06, 0x15
BROADCAST = 0  # manual: executed by all, answered by none
LONG = 7  # manual: this many data bytes in the header mean that a length byte follows


class AeBusEmulator(FramedEmulator):
    """A unit at one address."""

    latency_s: ClassVar[float] = 0.003  # assumed
    gap_s: ClassVar[float] = 0.020  # manual: inter-byte time-out, default

    def __init__(self, name: str, table: dict[str, Any], wiring: Wiring) -> None:
        super().__init__(name, table, wiring)
        self._last_reply = b""  # until the host has acknowledged it

    def serve(self, command: int, data: bytes) -> bytes:
        """The data of the reply: a report's value, or one byte of command status (CSR)."""
        raise NotImplementedError

    def forget_input(self) -> None:
        """Drop what was heard, and the reply that the host might want again."""
        super().forget_input()
        self._last_reply = b""

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer packets with ACK and reply; hear the host's ACK, and repeat the reply on its NAK."""
        buffer, answer = self.gather(data, now), b""
        while buffer:
            head = buffer[0]
            if head == ACK or (head == NAK and self._last_reply):
                answer += self._last_reply if head == NAK else b""
                self._last_reply = b"" if head == ACK else self._last_reply
                buffer = buffer[1:]
                continue
            size = _packet_size(buffer)
            if size == 0 or size > len(buffer):
                self._rest = buffer
                break
            answer += self._packet(buffer[:size])
            buffer = buffer[size:]
        return answer

    def _packet(self, packet: bytes) -> bytes:
        address = packet[0] >> 3
        self._last_reply = b""  # the host has gone on, perhaps to another unit
        if address not in (self.address, BROADCAST):
            return b""
        if reduce(xor, packet):
            return bytes((NAK,)) if address else b""
        command = packet[1]
        value = self._serve(command, packet[3:-1] if packet[0] & 7 == LONG else packet[2:-1])
        if address == BROADCAST:
            return b""
        self._last_reply = packed(self.signed(address), command, value)
        return bytes((ACK,)) + self._last_reply

    def _serve(self, command: int, data: bytes) -> bytes:
        if self.refuse_with is not None:
            return bytes((self.refuse_with & 0xFF,))
        return self.serve(command, data)


def _packet_size(buffer: bytes) -> int:
    count = buffer[0] & 7
    if count < LONG:
        return 3 + count
    return 4 + buffer[2] if len(buffer) > 2 else 0


def packed(address: int, command: int, value: bytes) -> bytes:
    """A packet: header, command, length where it needs one, data, XOR of all."""
    if len(value) < LONG:
        packet = bytes((address << 3 & 0xFF | len(value), command)) + value
    else:
        packet = bytes((address << 3 & 0xFF | LONG, command, len(value))) + value
    return packet + bytes((reduce(xor, packet),))

"""Modbus as a slave sees it: RTU and TCP frames, exceptions, and a map of registers.

Owns framing, CRC and the exception reply; a device gives its answer to a PDU. Source: Modbus application protocol
V1.1b3 and Modbus over serial line V1.02. Deliberately independent of the library that the drivers use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import Any, ClassVar

from sim.devices.framing import FramedEmulator

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 1, 2, 3, 4
MBAP = Struct(">HHHB")
TWO_WORDS = Struct(">HH")
FLOAT = Struct(">f")
WORD = Struct(">H")


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


CRC_TABLE = _crc_table()


def crc16(data: bytes) -> bytes:
    """CRC of ``data`` in the order of the wire (low byte first)."""
    crc = 0xFFFF
    table = CRC_TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return bytes((crc & 0xFF, crc >> 8))


def request_length(frame: bytes) -> int:
    """Length of the RTU request at the start of ``frame``; 0 while it cannot be told."""
    if len(frame) < 2:
        return 0
    function = frame[1]
    if function in (1, 2, 3, 4, 5, 6, 8):
        return 8
    if function in (15, 16):
        return 9 + frame[6] if len(frame) > 6 else 0
    if function == 23:
        return 13 + frame[10] if len(frame) > 10 else 0
    return len(frame) if len(frame) >= 4 else 0  # unknown function: as long as it came


@lru_cache(maxsize=512)  # every device on a line checks the same few requests
def is_request(frame: bytes) -> bool:
    """Exactly one RTU request with a good CRC."""
    return request_length(frame) == len(frame) and crc16(frame[:-2]) == frame[-2:]


class ModbusError(Exception):
    """The device refuses with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ModbusEmulator(FramedEmulator):
    """A device that answers PDUs."""

    def answer_pdu(self, pdu: bytes, now: float) -> bytes:
        """The reply PDU; raise ModbusError to refuse."""
        raise NotImplementedError

    def reply_pdu(self, pdu: bytes, now: float) -> bytes:
        """The reply PDU, refusals included."""
        try:
            if self.refuse_with is not None:
                raise ModbusError(self.refuse_with)
            answer = self.answer_pdu(pdu, now)
        except ModbusError as refusal:
            return bytes((pdu[0] | 0x80, refusal.code))
        return _low_word_first(answer) if self.words_swapped else answer


def _low_word_first(answer: bytes) -> bytes:
    """The answer of a read with every pair of registers turned round; any other as it is."""
    data = answer[2:]
    if answer[0] not in (3, 4) or len(data) % 4:
        return answer
    return answer[:2] + b"".join(data[at + 2 : at + 4] + data[at : at + 2] for at in range(0, len(data), 4))


class RtuEmulator(ModbusEmulator):
    """A slave on a serial line; address 0 is heard by all and answered by none."""

    gap_s: ClassVar[float] = 0.020  # assumed: 3.5 characters, stretched as adapters stretch them
    silence_chars: ClassVar[float] = 3.5  # manual: Modbus over serial line V1.02 2.5.1.1

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer the requests in ``data``. A whole frame in one piece ends whatever was left before it."""
        if is_request(data):
            self._rest = b""
            return self._answer_frame(data, now)
        buffer, reply = self.gather(data, now), b""
        while buffer:
            length = request_length(buffer)
            if length == 0 or length > len(buffer):
                self._rest = buffer[-256:]
                break
            frame, buffer = buffer[:length], buffer[length:]
            if not is_request(frame):
                break  # out of step: wait for the next silence
            reply += self._answer_frame(frame, now)
        return reply

    def _answer_frame(self, frame: bytes, now: float) -> bytes:
        address = frame[0]
        if address == self.address:
            reply = bytes((self.signed(address),)) + self.reply_pdu(frame[1:-2], now)
            return reply + crc16(reply)
        if address == 0:
            self.reply_pdu(frame[1:-2], now)
        return b""


class TcpEmulator(ModbusEmulator):
    """A server behind Modbus TCP; answers to every unit identifier."""

    def receive(self, data: bytes, now: float) -> bytes:
        """Answer the requests in ``data``; a header that is not Modbus empties the buffer."""
        buffer, reply = self.gather(data, now), b""
        while len(buffer) >= 8:
            transaction, protocol, length, unit = MBAP.unpack_from(buffer)
            if protocol != 0 or not 2 <= length <= 254:
                return reply
            if len(buffer) < 6 + length:
                break
            pdu = self.reply_pdu(buffer[7 : 6 + length], now)
            reply += MBAP.pack(transaction, 0, len(pdu) + 1, self.signed(unit)) + pdu
            buffer = buffer[6 + length :]
        self._rest = buffer
        return reply


@dataclass(frozen=True, slots=True)
class Register:
    """One parameter: how many registers it takes, and what reading and writing it does (None: refused)."""

    count: int = 1
    read: Callable[[Any], bytes] | None = None
    write: Callable[[Any, bytes], None] | None = None
    partly: bool = False  #: may be read in part, from its start (strings)


class RegisterMap:
    """Parameters by address. No access to an unknown address, nor to a part of a parameter."""

    def __init__(self, registers: Mapping[int, Register], no_access: int) -> None:
        self._registers = dict(registers)
        self._no_access = no_access  #: exception code for reading what is write-only, and the reverse

    def read(self, device: Any, start: int, count: int) -> bytes:
        """The words of ``count`` registers."""
        words, address, end = b"", start, start + count
        while address < end:
            register = self._registers.get(address)
            if register is None or (address + register.count > end and not register.partly):
                raise ModbusError(ILLEGAL_ADDRESS)
            if register.read is None:
                raise ModbusError(self._no_access)
            words += register.read(device)
            address += register.count
        return words[: 2 * count]

    def write(self, device: Any, start: int, words: bytes) -> None:
        """Write whole parameters, in order; those before a refused value keep what they took."""
        jobs, address, end = [], start, start + len(words) // 2
        while address < end:
            register = self._registers.get(address)
            if register is None or address + register.count > end:
                raise ModbusError(ILLEGAL_ADDRESS)
            if register.write is None:
                raise ModbusError(self._no_access)
            at = 2 * (address - start)
            jobs.append((register.write, words[at : at + 2 * register.count]))
            address += register.count
        for write, part in jobs:
            write(device, part)


def read_request(pdu: bytes, most: int = 125) -> tuple[int, int]:
    """Start and count of functions 1 to 4."""
    if len(pdu) != 5:
        raise ModbusError(ILLEGAL_VALUE)
    start, count = TWO_WORDS.unpack_from(pdu, 1)
    if not 1 <= count <= most:
        raise ModbusError(ILLEGAL_VALUE)
    return start, count


def write_request(pdu: bytes) -> tuple[int, bytes]:
    """Start and words of functions 6 and 16."""
    if pdu[0] == 6 and len(pdu) == 5:
        return WORD.unpack_from(pdu, 1)[0], pdu[3:5]
    if pdu[0] == 16 and len(pdu) >= 8:
        start, count = TWO_WORDS.unpack_from(pdu, 1)
        if 1 <= count <= 123 and pdu[5] == 2 * count == len(pdu) - 6:
            return start, pdu[6:]
    raise ModbusError(ILLEGAL_VALUE)

"""Modbus RTU and TCP client over a Port. The only place in drivers/ that imports `pymodbus`.

Owns one exchange: builds the request, reads exactly the expected length, checks everything that can be checked.
Frames and PDUs are pymodbus's, the receive loop is ours: the stock client waits, retries and accepts short replies.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu import bit_message as bits
from pymodbus.pdu import register_message as registers

from drivers.errors import BadReply, Refused
from drivers.line_protocol import no_reply, read_exactly
from drivers.transport import Port

# Exception codes: Modbus Application Protocol V1.1b3 section 7.
EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledged, still working",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target does not answer",
}
REPLIES: dict[int, type[ModbusPDU]] = {
    1: bits.ReadCoilsResponse,
    2: bits.ReadDiscreteInputsResponse,
    3: registers.ReadHoldingRegistersResponse,
    4: registers.ReadInputRegistersResponse,
    5: bits.WriteSingleCoilResponse,
    6: registers.WriteSingleRegisterResponse,
    15: bits.WriteMultipleCoilsResponse,
    16: registers.WriteMultipleRegistersResponse,
}
READS: dict[int, type[ModbusPDU]] = {
    1: bits.ReadCoilsRequest,
    2: bits.ReadDiscreteInputsRequest,
    3: registers.ReadHoldingRegistersRequest,
    4: registers.ReadInputRegistersRequest,
}
# Without state, hence shared: a client stays small and can be pickled.
RTU = FramerRTU(DecodePDU(False))
TCP = FramerSocket(DecodePDU(False))
MBAP = struct.Struct(">HHHB")  # transaction, protocol, length of what follows it, unit


class ModbusClient:
    """One unit behind a port; ``framing`` "rtu" or "tcp". Every method raises NoReply, BadReply or Refused."""

    def __init__(self, port: Port, unit: int, timeout_s: float, framing: Literal["rtu", "tcp"] = "rtu") -> None:
        self.port = port
        self.unit = unit
        self.timeout_s = timeout_s
        self.framing = framing
        self.transaction = 0

    def read_registers(self, address: int, count: int, function: Literal[3, 4] = 3) -> list[int]:
        """``count`` registers as unsigned words, from holding (3) or input (4) registers."""
        reply = self._exchange(function, _read_request(function, address, count), 1 + 2 * count)
        return list(reply.registers)

    def read_bits(self, address: int, count: int, function: Literal[1, 2] = 2) -> list[bool]:
        """``count`` bits, from coils (1) or discrete inputs (2)."""
        reply = self._exchange(function, _read_request(function, address, count), 1 + (count + 7) // 8)
        return list(reply.bits[:count])

    def read_float(self, address: int) -> float:
        """An IEEE 754 single from two holding registers, high word first."""
        high, low = self.read_registers(address, 2)
        value: float = struct.unpack(">f", struct.pack(">HH", high, low))[0]
        return value

    def read_text(self, address: int, count: int) -> str:
        """``count`` registers as text for people; "?" where the device has none to give."""
        try:
            words = self.read_registers(address, count)
        except Refused:
            return "?"
        data = struct.pack(f">{count}H", *words).split(b"\0")[0]
        return data.decode("ascii", "replace").strip() or "?"

    def write_registers(self, address: int, values: Sequence[int]) -> None:
        """Write registers with FC16, whose reply differs from its request: an echoing line cannot pass for a device."""
        request = registers.WriteMultipleRegistersRequest(address=address, registers=values)
        self._check_written(self._exchange(16, request.encode(), 4), address, len(values))

    def write_float(self, address: int, value: float) -> None:
        """Write an IEEE 754 single to two registers, high word first."""
        self.write_registers(address, struct.unpack(">HH", struct.pack(">f", value)))

    def write_register(self, address: int, value: int) -> None:
        """Write one register with FC6. Its reply repeats the request, so never use it on RS-485 for a setpoint."""
        request = registers.WriteSingleRegisterRequest(address=address, registers=[value])
        reply = self._exchange(6, request.encode(), 4)
        if (reply.address, list(reply.registers)) != (address, [value]):
            raise BadReply(f"wrote {value} to register {address:#06x}, device confirms something else")

    def write_coil(self, address: int, value: bool) -> None:
        """Write one coil with FC5; the same warning as for `write_register`."""
        request = bits.WriteSingleCoilRequest(address=address, bits=[value])
        reply = self._exchange(5, request.encode(), 4)
        if (reply.address, list(reply.bits)) != (address, [value]):
            raise BadReply(f"wrote {value} to coil {address}, device confirms something else")

    def write_coils(self, address: int, values: Sequence[bool]) -> None:
        """Write coils with FC15."""
        request = bits.WriteMultipleCoilsRequest(address=address, bits=values)
        self._check_written(self._exchange(15, request.encode(), 4), address, len(values))

    def _check_written(self, reply: ModbusPDU, address: int, count: int) -> None:
        if (reply.address, reply.count) != (address, count):
            raise BadReply(f"wrote {count} at {address:#06x}, device confirms {reply.count} at {reply.address:#06x}")

    def _exchange(self, function: int, body: bytes, size: int) -> ModbusPDU:
        """One request and its reply, whose body (after the function code) must be ``size`` bytes long."""
        pdu = bytes((function,)) + body
        return _decoded(self._rtu(pdu, size) if self.framing == "rtu" else self._tcp(pdu, size))

    def _rtu(self, pdu: bytes, size: int) -> bytes:
        request = _rtu_request(pdu, self.unit)
        self.port.write(request)
        frame = self.port.read(5, self.timeout_s)  # the shortest of all replies: an exception
        if len(frame) == 5 and not frame[1] & 0x80:
            frame += self.port.read(size - 1, self.timeout_s)
        if frame and pdu[0] not in (5, 6) and request.startswith(frame):
            raise BadReply("our own request came back; the line echoes, switch the echo of its adapter off")
        if len(frame) < 5 or (len(frame) != size + 4 and not frame[1] & 0x80):
            raise no_reply(frame, self.timeout_s)
        self._check(frame[0], frame[1:-2], pdu, size)
        if not RTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big")):
            raise BadReply(f"checksum is wrong in {frame.hex(' ')}; check termination and shield of the line")
        return _accepted(frame[1:-2])

    def _tcp(self, pdu: bytes, size: int) -> bytes:
        self.transaction = self.transaction % 0xFFFF + 1  # never 0, which pymodbus takes for "any"
        self.port.write(TCP.encode(pdu, self.unit, self.transaction))
        head = read_exactly(self.port, MBAP.size + 2, self.timeout_s)  # up to exception code or byte count
        transaction, protocol, length, unit = MBAP.unpack(head[:7])
        if transaction != self.transaction or protocol != 0:
            raise BadReply(f"reply belongs to request {transaction}, not to {self.transaction}")
        if not 3 <= length <= 254:
            raise BadReply(f"reply announces {length} bytes")
        frame = head + read_exactly(self.port, length - 3, self.timeout_s) if length > 3 else head
        self._check(unit, frame[7:], pdu, size)
        return _accepted(TCP.decode(frame)[3])

    def _check(self, unit: int, reply: bytes, pdu: bytes, size: int) -> None:
        """Unit, function code, length and byte count of a reply's PDU."""
        if unit != self.unit:
            raise BadReply(f"unit {unit} answered in place of {self.unit}; do two devices share an address?")
        if reply[0] & 0x7F != pdu[0]:
            raise BadReply(f"reply has function {reply[0]}, asked was {pdu[0]}")
        if reply[0] & 0x80:
            size = 1
        elif pdu[0] <= 4 and reply[1] != size - 1:
            raise BadReply(f"device sent {reply[1]} bytes of data, asked were {size - 1}")
        if len(reply) != size + 1:
            raise BadReply(f"reply is {len(reply)} bytes long, expected were {size + 1}")


@lru_cache(maxsize=256)
def _read_request(function: int, address: int, count: int) -> bytes:
    """Body of a read request; the same few are sent all day."""
    return READS[function](address=address, count=count).encode()


@lru_cache(maxsize=512)
def _rtu_request(pdu: bytes, unit: int) -> bytes:
    """The frame of a request; the same few are sent all day."""
    return RTU.encode(pdu, unit, 0)


@lru_cache(maxsize=512)
def _decoded(pdu: bytes) -> ModbusPDU:
    """A reply, not to be changed: many say just what the one before them said."""
    reply = REPLIES[pdu[0]]()
    reply.decode(pdu[1:])
    return reply


def _accepted(pdu: bytes) -> bytes:
    """The PDU, unless it is a refusal."""
    if pdu[0] & 0x80:
        raise Refused(f"function {pdu[0] & 0x7F}: {EXCEPTIONS.get(pdu[1], 'exception')} (code {pdu[1]})")
    return pdu

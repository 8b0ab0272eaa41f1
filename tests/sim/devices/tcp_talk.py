"""Requests to a Modbus TCP emulator in hexadecimal, and what it says."""

from __future__ import annotations

from sim.devices.modbus_frames import TcpEmulator


def ask(io: TcpEmulator, hexes: str, now: float = 0.0) -> str:
    """Reply PDU to a request PDU."""
    pdu = bytes.fromhex(hexes)
    reply = io.receive(bytes((0xAB, 0xCD, 0, 0, 0, len(pdu) + 1, 1)) + pdu, now)
    assert reply[:4] == b"\xab\xcd\0\0" and int.from_bytes(reply[4:6]) == len(reply) - 6
    return reply[7:].hex(" ")


def read(io: TcpEmulator, address: int, now: float = 0.0) -> int:
    """One holding register."""
    return int(ask(io, f"03 {address:04X} 0001", now)[6:].replace(" ", ""), 16)


def write(io: TcpEmulator, address: int, value: int, now: float = 0.0) -> str:
    """Write one holding register; the reply PDU."""
    return ask(io, f"06 {address:04X} {value:04X}", now)

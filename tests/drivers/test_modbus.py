"""Modbus client: frames as other tools compute them, and every way in which a reply can be wrong."""

from __future__ import annotations

import pickle

import pytest

from drivers.device import BadReply, DeviceError, NoReply, Refused
from drivers.modbus import ModbusClient

H = bytes.fromhex


def crc(frame: bytes) -> bytes:
    """CRC-16/MODBUS, bit by bit: independent of the client's."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


def rtu(text: str) -> bytes:
    return H(text) + crc(H(text))


def client(transcript, *exchanges, framing="rtu", unit=1):
    return ModbusClient(transcript(*exchanges), unit, 0.1, framing)


def test_textbook_frame(transcript):
    # Modbus over Serial Line V1.02: read 2 registers from 0x0000 of unit 1
    modbus = client(transcript, (H("01 03 00 00 00 02 C4 0B"), rtu("01 03 04 00 06 00 05")))
    assert modbus.read_registers(0, 2) == [6, 5]


@pytest.mark.parametrize(
    ("call", "sent", "reply", "result"),
    [
        (("read_bits", 0, 10, 1), "01 01 0000 000A", "01 01 02 05 02", [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]),
        (("read_bits", 3, 2, 2), "01 02 0003 0002", "01 02 01 02", [0, 1]),
        (("read_registers", 0x20, 1, 4), "01 04 0020 0001", "01 04 02 7D 00", [32000]),
        (("read_float", 0xA100), "01 03 A100 0002", "01 03 04 42 C8 00 00", 100.0),
        (("read_text", 0xF110, 2), "01 03 F110 0002", "01 03 04 46 32 00 20", "F2"),
        (("write_coil", 2, True), "01 05 0002 FF00", "01 05 0002 FF00", None),
        (("write_register", 0x1120, 1000), "01 06 1120 03E8", "01 06 1120 03E8", None),
        (("write_coils", 0, [1, 0, 1]), "01 0F 0000 0003 01 05", "01 0F 0000 0003", None),
        (("write_float", 0xA118, 50.0), "01 10 A118 0002 04 4248 0000", "01 10 A118 0002", None),
    ],
)
def test_functions(transcript, call, sent, reply, result):
    name, *arguments = call
    modbus = client(transcript, (rtu(sent), rtu(reply)))
    assert getattr(modbus, name)(*arguments) == result
    assert modbus.port.finished()


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"", NoReply, "no reply"),
        (rtu("01 03 04 00 06 00 05")[:6], NoReply, "stopped"),
        (rtu("01 03 04 00 06 00 05")[:3], NoReply, "stopped"),
        (rtu("02 03 04 00 06 00 05"), BadReply, "unit 2"),
        (rtu("01 04 04 00 06 00 05"), BadReply, "function"),
        (rtu("01 03 02 00 06"), NoReply, "stopped"),  # trap 2: two registers asked, one sent
        (rtu("01 03 02 00 06") + b"\0\0", BadReply, "2 bytes"),
        (rtu("01 03 04 00 06 00 05")[:-1] + b"\0", BadReply, "checksum"),
        (rtu("01 03 00 00 00 02"), BadReply, "echoes"),
        (rtu("01 83 02"), Refused, "illegal data address"),
        (rtu("01 83 02")[:-1] + b"\0", BadReply, "checksum"),
        (b"\xff" * 9, BadReply, "unit 255"),
    ],
)
def test_bad_replies(transcript, reply, error, words):
    with pytest.raises(error, match=words):
        client(transcript, (H("01 03 00 00 00 02 C4 0B"), reply)).read_registers(0, 2)


def test_echo_is_no_device_for_setpoints(transcript):
    """Trap 3: on a line that echoes, FC16 must fail with no device behind it."""
    request = rtu("01 10 A118 0002 04 4248 0000")
    with pytest.raises(BadReply, match="echoes"):
        client(transcript, (request, request)).write_float(0xA118, 50.0)


def test_confirmation_of_another_write_is_refused(transcript):
    modbus = client(transcript, (rtu("01 10 A118 0002 04 4248 0000"), rtu("01 10 A119 0002")))
    with pytest.raises(BadReply, match="confirms"):
        modbus.write_float(0xA118, 50.0)


def test_text_that_the_device_refuses_is_a_question_mark(transcript):
    assert client(transcript, (rtu("01 03 F110 0008"), rtu("01 83 02"))).read_text(0xF110, 8) == "?"


def test_tcp_counts_its_transactions(transcript):
    modbus = client(
        transcript,
        (H("0001 0000 0006 01 03 0000 0001"), H("0001 0000 0005 01 03 02 002A")),
        (H("0002 0000 0006 01 02 0000 0009"), H("0002 0000 0005 01 02 02 81 01")),
        framing="tcp",
    )
    assert modbus.read_registers(0, 1) == [42]
    assert modbus.read_bits(0, 9) == [1, 0, 0, 0, 0, 0, 0, 1, 1]


def test_tcp_transaction_never_zero(transcript):
    modbus = client(transcript, (H("0001 0000 0006 01 03 0000 0001"), H("0001 0000 0005 01 03 02 002A")), framing="tcp")
    modbus.transaction = 0xFFFF
    assert modbus.read_registers(0, 1) == [42]


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        ("", NoReply, "no reply"),
        ("0001 0000 0005 01 03 02", NoReply, "stopped|no reply"),
        ("0002 0000 0005 01 03 02 002A", BadReply, "belongs to request 2"),
        ("0000 0000 0005 01 03 02 002A", BadReply, "belongs to request 0"),  # trap 7
        ("0001 0001 0005 01 03 02 002A", BadReply, "belongs"),
        ("0001 0000 0005 02 03 02 002A", BadReply, "unit 2"),
        ("0001 0000 0005 01 04 02 002A", BadReply, "function"),
        ("0001 0000 0007 01 03 04 002A 002B", BadReply, "4 bytes"),
        ("0001 0000 0007 01 03 02 002A 002B", BadReply, "long"),
        ("0001 0000 FFFF 01 03 02 002A", BadReply, "announces"),
        ("0001 0000 0003 01 83 06", Refused, "busy"),
    ],
)
def test_bad_tcp_replies(transcript, reply, error, words):
    modbus = client(transcript, (H("0001 0000 0006 01 03 0000 0001"), H(reply)), framing="tcp")
    with pytest.raises(error, match=words):
        modbus.read_registers(0, 1)


def test_any_single_wrong_bit_is_noticed(transcript):
    good = rtu("01 03 04 00 06 00 05")
    for bit in range(8 * len(good)):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DeviceError):
            client(transcript, (H("01 03 00 00 00 02 C4 0B"), bytes(bad))).read_registers(0, 2)


def test_client_can_be_pickled(transcript):
    modbus = client(transcript, framing="tcp")
    modbus.port = None
    modbus.transaction = 7
    assert pickle.loads(pickle.dumps(modbus)).transaction == 7

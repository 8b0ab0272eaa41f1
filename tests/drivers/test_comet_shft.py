"""SHFT: the vendor's frames, and every way in which a reply can be wrong."""

from __future__ import annotations

import pytest

from drivers.comet_shft import crc16, read, read_number, write_number
from drivers.device import BadReply, DeviceError, NoReply, Refused

H = bytes.fromhex
# Synertia manual 10.2.5: write and read the setpoint of 200 W, read the state, a setpoint of 10 kW is refused
WRITE, ASK, SAYS = H("0A 42 04 B6 00 03 0D 40 DF 45"), H("0A 41 04 B6 00 01 1D B3"), H("0A 41 04 00 03 0D 40 A1 B1")
STATE, REFUSAL = H("0A 41 1F 40 00 01 FB 65"), H("0A C2 84 71 01")


def summed(text: str) -> bytes:
    """A frame with its checksum, reckoned here bit by bit: the driver has a table."""
    data = H(text)
    value = 0
    for bit in (byte >> place & 1 for byte in data for place in range(8)):
        value = value >> 1 ^ (0xA001 if (value ^ bit) & 1 else 0)
    return data + value.to_bytes(2, "little")


@pytest.mark.parametrize("frame", [WRITE, ASK, SAYS, STATE, REFUSAL])
def test_golden_checksums(frame):
    assert crc16(frame[:-2]) == frame[-2:]
    assert summed(frame[:-2].hex()) == frame


def test_a_modbus_checksum_is_another(transcript):
    modbus = H("0A 41 04 00 03 0D 40") + H("E0 36")  # the same bytes from 0xFFFF on
    with pytest.raises(BadReply, match="checksum"):
        read_number(transcript((ASK, modbus)), 1206, 0.1)


def test_golden_exchanges(transcript):
    port = transcript((WRITE, WRITE), (ASK, SAYS), (STATE, summed("0A 41 04 0000 0001")))
    write_number(port, 1206, 200_000, 0.1)
    assert read_number(port, 1206, 0.1) == 200_000
    assert read_number(port, 8000, 0.1) == 1
    assert port.finished()


@pytest.mark.parametrize("text", ["", "c", "cito Plus 1310", "x" * 249])
def test_a_text_is_as_long_as_it_says(transcript, text):
    port = transcript((summed("0A 41 000A 0001"), summed(f"0A 41 {len(text):02x}" + text.encode().hex())))
    assert read(port, 10, 0.1) == text.encode()
    assert port.finished()


def test_golden_refusal(transcript):
    port = transcript((summed("0A 42 04 B6 00 98 96 80"), REFUSAL))
    with pytest.raises(Refused, match=r"writing parameter 1206: invalid value \(code 0x84\)"):
        write_number(port, 1206, 10_000_000, 0.1)
    assert port.finished()  # the line is still in step


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x01, "no such function"),
        (0x02, "no such parameter"),
        (0x03, "number of bytes"),
        (0x85, "cannot be written"),
        (0x86, "cannot be read"),
        (0x87, "while RF is on"),
        (0x88, "not allowed"),
        (0x0B, r"refused \(code 0x0b\)"),  # a cito Plus says such, too
    ],
)
def test_refusals_in_words(transcript, code, words):
    with pytest.raises(Refused, match=f"reading parameter 1206: .*{words}"):
        read_number(transcript((ASK, summed(f"0A C1 {code:02x}"))), 1206, 0.1)


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"", NoReply, "no reply"),
        (SAYS[:3], NoReply, "stopped"),
        (SAYS[:-1], NoReply, "stopped"),
        (ASK, BadReply, "echoes"),
        (WRITE, BadReply, "function 0x42"),  # what was left over of an echo
        (summed("0B 41 04 00 03 0D 40"), BadReply, "address 11 answered in place of 10"),
        (summed("0A 42 04 00 03 0D 40"), BadReply, "function 0x42"),
        (summed("0A C2 02"), BadReply, "function 0xc2"),
        (summed("0A 41 02 0D 40"), BadReply, "2 bytes"),
        (summed("0A 41 00"), BadReply, "0 bytes"),
        (summed("0A 41 05 00 00 03 0D 40"), BadReply, "5 bytes"),
        (summed("0A 41 FA" + "00" * 250), BadReply, "announces 250"),
        (SAYS[:-1] + b"\0", BadReply, "checksum"),
        (SAYS[:3] + b"\1" + SAYS[4:], BadReply, "checksum"),
        (summed("0A C1 02")[:-1] + b"\0", BadReply, "checksum"),
        (b"\xff" * 9, BadReply, "address 255"),
        (b"\0" * 9, BadReply, "address 0"),
    ],
)
def test_bad_replies_to_a_read(transcript, reply, error, words):
    with pytest.raises(error, match=words):
        read_number(transcript((ASK, reply)), 1206, 0.1)


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"", NoReply, "no reply"),
        (WRITE[:5], NoReply, "stopped"),
        (WRITE[:-1], NoReply, "stopped"),
        (SAYS + b"\0", BadReply, "function 0x41"),
        (summed("0A 42 04 B6 00 03 0D 41"), BadReply, "confirms"),
        (summed("0A 42 04 B7 00 03 0D 40"), BadReply, "confirms"),
        (WRITE[:-1] + b"\0", BadReply, "checksum"),
        (b"\x0b" + WRITE[1:], BadReply, "address 11"),
    ],
)
def test_bad_replies_to_a_write(transcript, reply, error, words):
    with pytest.raises(error, match=words):
        write_number(transcript((WRITE, reply)), 1206, 200_000, 0.1)


def test_any_single_wrong_bit_is_noticed(transcript):
    for bit in range(8 * len(SAYS)):
        bad = bytearray(SAYS)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DeviceError):
            read_number(transcript((ASK, bytes(bad))), 1206, 0.1)

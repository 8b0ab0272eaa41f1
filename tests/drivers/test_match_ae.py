"""AE digital match: its status block byte by byte, its commands, and positions that wait for manual."""

from __future__ import annotations

import math
import struct
from functools import reduce
from operator import xor

import pytest
from hypothesis import given

from drivers.ae_bus import packet
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import make

NAME = "match_ae"
H = bytes.fromhex
ACK = (b"\x06", b"")
ASK = H("08 DB D3")  # report 219 of address 1


def summed(text: str) -> bytes:
    data = H(text)
    return data + bytes((reduce(xor, data),))


def block(*flags: tuple[int, int], load=5000, tune=6000, **places: int) -> bytes:
    """A status block: bits by byte and bit, words by place (``at12=…``)."""
    data = bytearray(88)
    for byte, bit in flags:
        data[byte] |= 1 << bit
    for place, word in {4: load, 6: tune, **{int(key[2:]): word for key, word in places.items()}}.items():
        data[place : place + 2] = struct.pack("<H", word)
    data[40:88] = struct.pack("<12f", 2.5, -80.0, 300.0, 10.5, -88.0, 448.0, 3.5, -70.0, 200.0, 8.5, -87.0, 100.0)
    return bytes(data)


def answer(data: bytes) -> bytes:
    """ACK and the reply packet, whose length stands in a byte of its own."""
    return b"\x06" + summed(f"0F DB {len(data):02x}" + data.hex())


def status(*flags: tuple[int, int], **places: int) -> list[tuple[bytes, bytes]]:
    return [(ASK, answer(block(*flags, **places))), ACK]


def done(command: int, data: str, csr: int = 0) -> list[tuple[bytes, bytes]]:
    sent = summed(f"{8 | len(H(data)):02x}{command:02x}{data}")
    return [(sent, b"\x06" + summed(f"09{command:02x}{csr:02x}")), ACK]


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        # header 1 << 3 | 4, command, network, 0, value (low byte first), sum: by hand from the fact sheet
        ({"match_auto": True}, "0C 5D 01 00 01 00 51"),
        ({"match_auto": False}, "0C 5D 01 00 02 00 52"),
        ({"load_position_setpoint_pct": 50.0}, "0C 70 01 00 88 13 E6"),
        ({"tune_position_setpoint_pct": 70.01}, "0C 7A 01 00 59 1B 35"),
        ({"tune_position_setpoint_pct": 100.0}, "0C 7A 01 00 10 27 40"),
    ],
)
def test_frames_by_hand(talk, values, sent):
    unit = talk(NAME, (H(sent), b"\x06" + summed(f"09 {H(sent)[1]:02x} 00")), ACK)
    unit.manual = "match_auto" not in values
    unit.write(values)


def test_the_question_by_hand():
    assert packet(1, 219) == ASK


def test_the_other_network(talk):
    unit = talk(NAME, *done(93, "02000100"), *status((1, 6), at12=1234, at14=4321), options={"network": 2})
    unit.write({"match_auto": True})
    values = unit.read_status()
    assert (values["load_position_pct"], values["tune_position_pct"]) == (12.34, 43.21)
    assert values["match_auto_readback"] is True
    assert (values["match_resistance_ohm"], values["match_power_w"]) == (3.5, 100.0)


def arming(first=(), then=()) -> list[tuple[bytes, bytes]]:
    return [*status(*first), *done(98, "01000100"), *done(94, "01000000"), *status(*then)]


def test_identify_enables_motors_and_ends_presets(talk):
    who = talk(NAME, *arming(first=[(0, 6)])).identify()
    assert who == "AE digital match, network 1, load at 50 %, tune at 60 %"


def test_presets_that_stay_are_told(talk):
    with pytest.raises(WrongDevice, match="presets stay active"):
        talk(NAME, *arming(then=[(0, 6)])).identify()


def test_presets_of_the_other_network_are_not_ours(talk):
    talk(NAME, *arming(then=[(3, 3)])).identify()


def test_a_generator_is_no_match(talk):
    unit = talk(NAME, (ASK, b"\x06" + summed("09 DB 63")), ACK)
    with pytest.raises(WrongDevice, match=r"no such command.*no digital match"):
        unit.identify()


def test_what_is_no_position_is_no_match(talk):
    with pytest.raises(WrongDevice, match="no digital match"):
        talk(NAME, *status(load=10_001)).identify()


def test_motors_that_are_refused_are_told(talk):
    unit = talk(NAME, *status(), *done(98, "01000100", csr=1))
    with pytest.raises(Refused, match="command 98: wrong control mode"):
        unit.identify()


def test_readings(talk):
    unit = talk(NAME, *status(at8=1, at10=2, at12=3, at14=4, at16=5, at18=6, at20=7, at22=12_050, load=4, tune=10_000))
    assert unit.read_status() == {
        "load_position_pct": 0.04,
        "tune_position_pct": 100.0,
        "dc_bias_v": 120.5,
        "match_moving": True,  # from 0 %
        "match_tuned": False,
        "match_auto_readback": False,
        "match_remote": False,
        "match_presets_active": False,
        "match_fault": False,
        "match_warning": False,
        "match_over_temperature": False,
        "match_interlock_closed": True,
        "match_status": "ok",
        "match_resistance_ohm": 2.5,
        "match_reactance_ohm": -80.0,
        "match_voltage_v": 300.0,
        "match_current_a": 10.5,
        "match_power_w": 448.0,
    }


@pytest.mark.parametrize(
    ("bit", "changed"),
    [
        ((0, 1), {"match_tuned": True}),
        ((0, 6), {"match_presets_active": True}),
        ((1, 4), {"match_auto_readback": True}),
        ((1, 5), {"match_remote": True}),
        ((1, 0), {"match_status": "24 V low"}),
        ((1, 1), {"match_over_temperature": True, "match_status": "too hot"}),
        ((1, 2), {"match_interlock_closed": False, "match_status": "interlock open"}),
        ((1, 3), {"match_status": "fan"}),
        ((3, 0), {"match_fault": True, "match_status": "fault"}),
        ((3, 1), {"match_warning": True, "match_status": "warning"}),
        ((3, 2), {"match_status": "motors not initialised"}),
        ((3, 5), {"match_status": "voltage over limit"}),
        ((0, 0), {}),
        ((0, 2), {}),
        ((0, 3), {}),
        ((0, 7), {}),
        ((1, 6), {}),
        ((1, 7), {}),
        ((3, 3), {}),
        ((3, 4), {}),
    ],
)
def test_each_bit_alone(talk, bit, changed):
    unit = talk(NAME, *status(), *status(), *status(bit))
    unit.read_status()
    plain, found = unit.read_status(), unit.read_status()
    assert {key: value for key, value in found.items() if value != plain[key]} == changed


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        ((0, 3), "match_tuned"),
        ((3, 3), "match_presets_active"),
        ((1, 6), "match_auto_readback"),
        ((1, 7), "match_remote"),
    ],
)
def test_bits_of_the_other_network(talk, bit, name):
    unit = talk(NAME, *status(), *status(bit), options={"network": 2})
    plain, found = unit.read_status(), unit.read_status()
    assert {key for key in found if found[key] != plain[key]} - {"match_moving"} == {name}
    assert found[name] is True


def test_all_complaints_are_named(talk):
    unit = talk(NAME, *status((1, 1), (3, 0), (1, 3)))
    assert unit.read_status()["match_status"] == "fault, too hot, fan"


@pytest.mark.parametrize(("load", "tune", "moving"), [(5000, 6000, False), (5005, 5995, False), (5006, 6000, True),
                                                      (5000, 5994, True)])  # fmt: skip
def test_moving(talk, load, tune, moving):
    unit = talk(NAME, *arming(), *status(load=load, tune=tune), *status(load=load, tune=tune))
    unit.identify()
    assert unit.read_status()["match_moving"] is moving
    assert unit.read_status()["match_moving"] is False


def test_a_sensor_without_a_number_is_no_number(talk):
    data = bytearray(block())
    data[40:44] = struct.pack("<f", math.nan)
    assert math.isnan(talk(NAME, (ASK, answer(bytes(data))), ACK).read_status()["match_resistance_ohm"])


def test_positions_wait_for_manual(talk):
    unit = talk(
        NAME,
        *done(93, "01000100"),
        *done(93, "01000200"),
        *done(112, "01008813"),
        *done(122, "0100581B"),
        *done(112, "01000014"),
        *done(93, "01000100"),
    )
    unit.write({"match_auto": True, "load_position_setpoint_pct": 50.0})
    unit.write({"tune_position_setpoint_pct": 70.0})
    unit.write({"match_auto": False})
    unit.write({"load_position_setpoint_pct": 51.2})
    unit.write({"match_auto": True})
    unit.write({"load_position_setpoint_pct": 60.0})


@pytest.mark.parametrize(("csr", "words"), [(1, "wrong control mode"), (4, "out of range"), (77, "code 77")])
def test_refused_move(talk, csr, words):
    unit = talk(NAME, *done(112, "01008813", csr))
    unit.manual = True
    with pytest.raises(Refused, match=words):
        unit.write({"load_position_setpoint_pct": 50.0})


GOOD = answer(block())


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"", NoReply, "no reply"),
        (b"\x06", NoReply, "stopped"),
        (GOOD[:50], NoReply, "stopped"),
        (GOOD[:-1], NoReply, "stopped"),
        (b"\x15", BadReply, "damaged"),
        (GOOD[:20] + b"\x01" + GOOD[21:], BadReply, "checksum"),
        (b"\x06" + summed("17 DB 58" + block().hex()), BadReply, "address 2 answered in place of 1"),
        (b"\x06" + summed("0F DA 58" + block().hex()), BadReply, "command 218"),
        (answer(block()[:87]), BadReply, "87 bytes"),
        (answer(block() + b"\0"), BadReply, "89 bytes"),
        (ASK + GOOD, BadReply, "acknowledgement"),  # the line echoes
        (b"\xff" * 93, BadReply, "acknowledgement"),
        (b"\x06" + summed("09 DB 63"), Refused, "no such command"),
    ],
)
def test_bad_replies(transcript, reply, error, words):
    unit = make(NAME, transcript((ASK, reply), ACK))
    with pytest.raises(error, match=words):
        unit.read_status()


@given(broken(GOOD, *(reply for _, reply in done(98, "01000100")), b"\x06" + summed("09 5E 00")))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)

"""CESAR on the AE Bus: the fact sheet's golden frames, the order of writes, and refusals in words."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest

from drivers.ae_bus import packet
from drivers.device import BadReply, NoReply, Refused, WrongDevice

H = bytes.fromhex
ACK = (b"\x06", b"")


def ask(sent: str, reply: str) -> list[tuple[bytes, bytes]]:
    """A transaction with its acknowledgements."""
    return [(H(sent), b"\x06" + H(reply)), ACK]


def summed(text: str) -> str:
    data = H(text)
    return (data + bytes((reduce(xor, data),))).hex()


def done(command: int, data: str = "", status: int = 0) -> list[tuple[bytes, bytes]]:
    """Command carried out, or refused with ``status``; without our ACK it raises before."""
    count = len(H(data))
    return ask(summed(f"{8 | count:02x}{command:02x}{data}"), summed(f"09{command:02x}{status:02x}"))


@pytest.mark.parametrize(
    ("command", "data", "frame"),
    [
        (155, "", "08 9B 93"),
        (14, "02", "09 0E 02 05"),
        (8, "E803", "0A 08 E8 03 E9"),
        (164, "", "08 A4 AC"),
        (162, "", "08 A2 AA"),
        (2, "", "08 02 0A"),
        (128, "", "08 80 88"),
        (129, "", "08 81 89"),
        (166, "", "08 A6 AE"),
    ],
)
def test_golden_requests(command, data, frame):
    assert packet(1, command, H(data)) == H(frame)


def test_long_packet_carries_its_length():
    assert packet(1, 92, bytes(8)) == H(summed("0F 5C 08" + "00" * 8))


def test_golden_status(talk):
    rf = talk("rf_cesar", *ask("08 A2 AA", "0C A2 20 00 00 00 8E"))
    assert rf.read_status() == {
        "rf_on": True,
        "rf_requested": False,
        "rf_interlock_closed": True,
        "rf_fault": False,
        "rf_over_temperature": False,
        "rf_setpoint_reached": True,
    }


@pytest.mark.parametrize(
    ("status", "name", "value"),
    [
        ("40000000", "rf_requested", True),
        ("40000000", "rf_on", False),
        ("60000000", "rf_setpoint_reached", True),
        ("E0000000", "rf_setpoint_reached", False),
        ("60002000", "rf_setpoint_reached", False),
        ("00000000", "rf_setpoint_reached", False),
        ("00800000", "rf_interlock_closed", False),
        ("00080000", "rf_over_temperature", True),
        ("00000020", "rf_fault", True),
    ],
)
def test_status_bits(talk, status, name, value):
    rf = talk("rf_cesar", *ask("08 A2 AA", summed("0C A2" + status)))
    assert rf.read_status()[name] is value


def test_readings(talk):
    rf = talk(
        "rf_cesar",
        *ask("08 A6 AE", "0A A6 02 00 AE"),
        *ask("08 A4 AC", "0B A4 E8 03 06 42"),
        *ask(summed("08 9B"), summed("09 9B 02")),
        *ask("08 A4 AC", "0B A4 E8 03 06 42"),
        *ask(summed("08 9B"), summed("09 9B 06")),
        *ask(summed("08 A5"), summed("0A A5 C2 01")),
        *ask(summed("08 A7"), summed("0A A7 C0 01")),
        *ask(summed("08 A8"), summed("0A A8 78 00")),
        *ask(summed("08 AF"), summed("0C AF F4 01 58 02")),
    )
    assert rf.read_reflected() == {"reflected_power_w": 2.0}
    assert rf.read_setpoint() == {"rf_setpoint_readback_w": 1000.0, "rf_remote": True}
    assert rf.read_setpoint() == {"rf_setpoint_readback_w": 1000.0, "rf_remote": False}  # somebody at its panel
    assert rf.read_forward() == {"forward_power_w": 450.0}
    assert rf.read_load() == {"load_power_w": 448.0}
    assert rf.read_bias() == {"dc_bias_v": 120.0}
    assert rf.read_positions() == {"load_position_pct": 50.0, "tune_position_pct": 60.0}


def arming(reflected: str = "6400") -> list[tuple[bytes, bytes]]:
    return [
        *done(1),
        *ask("08 80 88", summed("0D 80" + b"CESAR".hex())),
        *ask("08 81 89", summed("0D 81" + b"00600".hex())),
        *done(14, "02"),
        *done(3, "07"),
        *ask("08 9B 93", summed("09 9B 02")),
        *ask(summed("08 9A"), summed("09 9A 07")),
        *done(4, "5802"),
        *ask(summed("08 A9"), summed("0A A9 5802")),
        *done(5, "6400"),
        *ask(summed("08 AA"), summed("0A AA" + reflected)),
    ]


def test_identify_switches_off_first(talk):
    rf = talk("rf_cesar", *arming())
    assert rf.port.exchanges[0][0] == H("08 01 09")
    assert rf.identify() == "CESAR CESAR 00600, limits 600 W forward, 100 W reflected"


@pytest.mark.parametrize(
    ("kind", "size", "words"),
    [(b"APEX ", b"00600", "not a CESAR"), (b"CESAR", b"00300", "has 300 W"), (b"CESAR", b"00135", "has 500 W")],
)
def test_another_generator_gets_questions_and_off_only(talk, kind, size, words):
    told = *ask("08 80 88", summed("0D 80" + kind.hex())), *ask("08 81 89", summed("0D 81" + size.hex()))
    with pytest.raises(WrongDevice, match=words):
        talk("rf_cesar", *done(1), *told).identify()


@pytest.mark.parametrize("size", [b"00600", b"01000", b"  136", b"01312", b"HALO "])
def test_a_size_is_in_watts_or_a_type_or_not_known(talk, size):
    exchanges = arming()
    exchanges[4:6] = ask("08 81 89", summed("0D 81" + size.hex()))
    talk("rf_cesar", *exchanges).identify()


def test_limit_that_is_not_taken(talk):
    with pytest.raises(WrongDevice, match="limit"):
        talk("rf_cesar", *arming(reflected="6500")).identify()


def test_off_first_on_last(talk):
    rf = talk(
        "rf_cesar",
        *done(1),
        *done(10, "3C00"),
        *done(8, "0000"),
        *done(13, "01"),
        *done(10, "3C00"),
        *done(8, "C201"),
        *done(2),
    )
    rest = {"rf_time_limit_s": 60.0, "load_power_setpoint_w": 0.0}
    rf.write({"match_auto": True, **rest, "rf_enable": False})
    rf.write({"rf_enable": True, **rest, "load_power_setpoint_w": 450.0})


def test_positions_wait_for_manual(talk):
    rf = talk(
        "rf_cesar",
        *done(13, "01"),
        *done(13, "00"),
        *done(112, "F401"),
        *done(122, "BC02"),
        *done(112, "0002"),
        *done(13, "01"),
    )
    rf.write({"match_auto": True, "load_position_setpoint_pct": 50.0})
    rf.write({"tune_position_setpoint_pct": 70.0})
    rf.write({"match_auto": False})
    rf.write({"load_position_setpoint_pct": 51.2})
    rf.write({"match_auto": True})
    rf.write({"load_position_setpoint_pct": 60.0})


def test_no_on_after_a_refused_setpoint(talk):
    rf = talk("rf_cesar", *done(8, "C201", status=4))
    with pytest.raises(Refused, match="out of range"):
        rf.write({"rf_enable": True, "load_power_setpoint_w": 450.0})


def test_refused_report(talk):
    rf = talk("rf_cesar", *ask(summed("08 A8"), summed("09 A8 63")))
    with pytest.raises(Refused, match="no such command"):
        rf.read_bias()


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        ("", NoReply, "no reply"),
        ("06", NoReply, "stopped"),
        ("06 0A A6 02 00", NoReply, "no reply|stopped"),
        ("15", BadReply, "damaged"),
        ("06 0A A6 03 00 AE", BadReply, "checksum"),
        ("06 12 A6 02 00 B6", BadReply, "address 2"),
        ("06 0A A5 02 00 AD", BadReply, "command 165"),
        ("06 0B A6 02 00 00 AF", BadReply, "3 bytes"),
        ("08 A6 AE 06 0A", BadReply, "acknowledgement"),  # the line echoes
    ],
)
def test_bad_replies(transcript, talk, reply, error, words):
    rf = talk("rf_cesar")
    rf.port = transcript((H("08 A6 AE"), H(reply)), ACK)
    with pytest.raises(error, match=words):
        rf.read_reflected()

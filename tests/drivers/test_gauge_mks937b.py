"""MKS 937B: frames of the manual, Pa, and no number where the sensor has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.device import BadReply, DeviceError, NoReply, Refused, WrongDevice
from drivers.tags import Quality, quality_of
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import TranscriptPort, make

NAME = "gauge_mks937b"
ONE = {"channels": {"p_pa": 1}}
ASK, SAY = b"@003PR1?;FF", b"@003ACK7.602E+2;FF"  # manual 937B 9.1


def dialogue(asked: str, said: str, address: str = "001") -> tuple[bytes, bytes]:
    return f"@{address}{asked};FF".encode(), f"@{address}{said};FF".encode()


def twice(asked: str, said: str) -> list[tuple[bytes, bytes]]:
    """The first value of all is asked for twice: the line has no checksum."""
    return [dialogue(asked, said)] * 2


def test_golden_dialogue(talk):
    gauges = talk(NAME, (ASK, SAY), (ASK, SAY), options=ONE, address=3)
    assert gauges.read_pressures() == {"p_pa": 760.2, "p_state": "ok"}


def test_every_channel_by_its_number(talk):
    gauges = talk(NAME, *twice("PR1?", "ACK1.10e-9"), *twice("PR4?", "ACK1.2345E+02"))
    assert gauges.read_pressures() == {
        "wide_pressure_pa": 1.1e-9,
        "wide_pressure_state": "ok",
        "guard_pressure_pa": 123.45,
        "guard_pressure_state": "ok",
    }


@pytest.mark.parametrize(
    ("answer", "value", "state"),
    [
        ("LO<E-11", 0.0, "below range"),
        ("LO<E-03", 0.0, "below range"),
        ("HI>1.0E+3", None, "above range"),
        (">1.0E+03", None, "above range"),
        ("ATM", None, "atm"),
        ("OFF", None, "off"),
        ("PROT_OFF", None, "prot off"),
        ("NO_GAUGE", None, "no gauge on A1"),
        ("NOGAUGE", None, "no gauge on A1"),
        ("MISCONN", None, "gauge misconnected, or its filament broken"),
        ("LowEmis", None, "hot cathode off, emission too low"),
        ("WAIT", None, "wait"),
    ],
)
def test_only_a_good_sensor_gives_a_number(talk, answer, value, state):
    gauges = talk(NAME, *twice("PR1?", f"ACK{answer}"), options=ONE)
    assert gauges.read_pressures() == {"p_pa": value, "p_state": state}


@pytest.mark.parametrize("answer", ["-1.20E-2", "9.99E+9", "1.00E+999"])
def test_what_is_no_pressure_is_bad(talk, answer):
    gauges = talk(NAME, *twice("PR1?", f"ACK{answer}"), options=ONE)
    assert quality_of(gauges.tags["p_pa"], gauges.read_pressures()["p_pa"]) is Quality.BAD


def test_identify_sets_pascal(talk):
    gauges = talk(
        NAME,
        dialogue("MD?", "ACK937B", "254"),
        dialogue("U?", "ACKTORR", "254"),
        dialogue("U!PASCAL", "ACKPASCAL", "254"),
        dialogue("U?", "ACKPASCAL", "254"),
        dialogue("SN?", "ACK0123456789", "254"),
        dialogue("PR1?", "ACK8.30e-1", "254"),
        dialogue("PR4?", "ACKLO<E-03", "254"),
        address=254,
    )
    assert gauges.identify() == "MKS 937B no. 0123456789"


def test_identify_leaves_pascal_and_needs_no_number(talk):
    there = dialogue("PR1?", "ACK8.30e-1"), dialogue("PR4?", "ACKOFF")
    gauges = talk(NAME, dialogue("MD?", "ACK937B"), dialogue("U?", "ACKPASCAL"), dialogue("SN?", "NAK160"), *there)
    assert gauges.identify() == "MKS 937B"


@pytest.mark.parametrize("model", ["946", "", "PASCAL"])
def test_another_controller_gets_a_question_only(talk, model):
    with pytest.raises(WrongDevice, match="not a 937B"):
        talk(NAME, dialogue("MD?", f"ACK{model}")).identify()


@pytest.mark.parametrize("word", ["NOGAUGE", "NO_GAUGE"])
def test_identify_tells_which_gauge_is_missing(talk, word):
    wide, guard = ("PR1?", "ACK8.30e-1"), ("PR4?", f"ACK{word}")
    channels = dialogue(*wide), dialogue(*guard), *twice(*wide), *twice(*guard)
    gauges = talk(NAME, dialogue("MD?", "ACK937B"), dialogue("U?", "ACKPASCAL"), dialogue("SN?", "ACK42"), *channels)
    who = gauges.identify()
    assert who.startswith("MKS 937B no. 42; no gauge on B2 (guard_pressure_pa): check sensor and cable, or take it out")
    assert "wide" not in who
    assert gauges.read_pressures() == {
        "wide_pressure_pa": 0.83,
        "wide_pressure_state": "ok",
        "guard_pressure_pa": None,
        "guard_pressure_state": "no gauge on B2",
    }


def test_identify_tells_of_a_channel_that_is_refused(talk):
    refused = dialogue("PR1?", "NAK160")
    gauges = talk(NAME, dialogue("MD?", "ACK937B"), dialogue("U?", "ACKPASCAL"), dialogue("SN?", "ACK42"), refused)
    assert gauges.identify() == "MKS 937B no. 42; PR1?: unrecognised message (code 160)"


@pytest.mark.parametrize(("number", "socket"), list(enumerate(("A1", "A2", "B1", "B2", "C1", "C2"), 1)))
def test_sockets_by_their_names(talk, number, socket):
    gauges = talk(NAME, *twice(f"PR{number}?", "ACKNOGAUGE"), options={"channels": {"p_pa": number}})
    assert gauges.read_pressures() == {"p_pa": None, "p_state": f"no gauge on {socket}"}


def test_only_channels_of_the_machine_file_are_asked(talk):
    gauges = talk(NAME, *twice("PR5?", "ACK1.00E+1"), options={"channels": {"p_pa": 5}})
    assert gauges.read_pressures() == {"p_pa": 10.0, "p_state": "ok"}


def test_a_steady_pressure_costs_one_exchange_and_a_moving_one_two(talk):
    said = ("7.6", "7.6", "7.7", "4.2", "4.1", "4.2", "3.0", "2.0", "1.9", "1.2")
    gauges = talk(NAME, *(dialogue("PR1?", f"ACK{each}E+1") for each in said), options=ONE)
    values = [gauges.read_pressures()["p_pa"] for _ in range(6)]
    assert values == [76.0, 77.0, 41.0, 42.0, 30.0, 19.0]


PRESSURE = b"@001ACK8.31E-1;FF"


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("at", range(len(PRESSURE)))
def test_no_flipped_bit_becomes_a_good_value(at, bit):
    """Every bit of a reply, once: the value stays what it was within the tolerance, or there is none."""
    bent = bytearray(PRESSURE)
    bent[at] ^= 1 << bit
    asked = dialogue("PR1?", "")[0]
    port = TranscriptPort(*((asked, said) for said in (PRESSURE, PRESSURE, bytes(bent), PRESSURE)))
    gauges = make(NAME, port, options=ONE)
    gauges.read_pressures()
    try:
        found = gauges.read_pressures()
    except DeviceError:
        return
    assert abs(found["p_pa"] - 0.831) <= 0.1 and found["p_state"] == "ok"


@pytest.mark.parametrize("unit", ["TORR", "mBAR", "MICRON", "pascal", ""])
def test_another_unit_is_refused(talk, unit):
    set_ = dialogue("U?", "ACKTORR"), dialogue("U!PASCAL", "ACKPASCAL"), dialogue("U?", f"ACK{unit}")
    with pytest.raises(WrongDevice, match="PASCAL"):
        talk(NAME, dialogue("MD?", "ACK937B"), *set_).identify()


def test_locked_in_another_unit_is_told(talk):
    with pytest.raises(Refused, match="locked"):
        talk(NAME, dialogue("MD?", "ACK937B"), dialogue("U?", "ACKTORR"), dialogue("U!PASCAL", "NAK180")).identify()


@pytest.mark.parametrize("channels", [{}, {"p_pa": 0}, {"p_pa": 7}])
def test_channels_have_a_range(talk, channels):
    with pytest.raises(ValidationError, match="channels"):
        talk(NAME, options={"channels": channels})


@pytest.mark.parametrize(
    ("reply", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (SAY[:-1], NoReply, "stopped"),
        (SAY[:5], NoReply, "stopped"),
        (ASK, BadReply, "echo"),
        (SAY.replace(b"003", b"004"), BadReply, "unit 3"),
        (SAY.replace(b"ACK", b"ACX"), BadReply, "no reply of"),
        (b";FF", BadReply, "no reply of"),
        (b"@003;FF", BadReply, "no reply of"),
        (b"\xff" * 12 + b";FF", BadReply, "not text"),
        (b"@003ACK;FF", BadReply, "neither"),
        (b"@003ACK7.6X2E+2;FF", BadReply, "neither"),
        (b"@003ACK7.602+2;FF", BadReply, "neither"),
        (b"@003ACK76 2;FF", BadReply, "neither"),
        (b"@003ACKnan;FF", BadReply, "neither"),
        (b"@003ACK>;FF", BadReply, "neither"),
        (b"@003NAK160;FF", Refused, "unrecognised"),
        (b"@003NAK199;FF", Refused, "code 199"),
    ],
)
def test_bad_replies(transcript, talk, reply, error, match):
    gauges = talk(NAME, options=ONE, address=3)
    gauges.port = transcript((ASK, reply))
    with pytest.raises(error, match=match):
        gauges.read_pressures()
    if error is Refused:
        assert gauges.port.finished()  # the line is still in step


@given(
    broken(
        *(dialogue("", said)[1] for said in ("ACK7.602E+2", "ACKPASCAL", "ACKTORR", "ACKOFF", "NAK160", "ACKLO<E-3"))
    )
)
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)

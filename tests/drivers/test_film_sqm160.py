"""SQM-160: frames of the fact sheet and of published captures, a checksum that counts the length, units on request."""

from __future__ import annotations

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.device import BadReply, NoReply, Refused
from drivers.film_sqm160 import packet
from drivers.tags import Quality, quality_of
from tests.drivers.garbage import broken, survive

NAME = "film_sqm160"
ASK_FIRMWARE, ASK_THICKNESS, ASK_FREQUENCY = (
    bytes.fromhex(frame) for frame in ("21 23 40 4F 37", "21 24 4E 31 5D 51", "21 24 50 31 5A 91")
)
SAY_FIRMWARE, SAY_FREQUENCY = b"!0AMON Ver 4.13Uw", b"!/A5875830.230:X"  # captures: pymeasure, tests of sqm160
ASK_RATE, SAY_NO_RATE = b"!$L1" + bytes((102, 50)), b"!)A 0.00" + bytes((87, 100))  # manual SQC-310 4.3.12
SAY_NOTHING = b"!*A 0.000" + bytes((90, 92))  # manual SQC-310 4.3.14, which has the same packet


def say(data: str) -> bytes:
    return packet(data.encode("latin-1"), 35)


@pytest.mark.parametrize(
    ("sent", "frame"),
    [
        ("@", ASK_FIRMWARE),
        ("N1", ASK_THICKNESS),
        ("P1", ASK_FREQUENCY),
        ("L1", ASK_RATE),
        ("L1?", b"!%L1?\x85{"),
        ("C?", b"!$C?g/"),
    ],
)
def test_golden_requests(sent, frame):
    assert packet(sent.encode(), 34) == frame


def test_golden_dialogues(talk):
    known = (ASK_FREQUENCY, SAY_FREQUENCY), (ASK_THICKNESS, SAY_NOTHING), (ASK_RATE, SAY_NO_RATE)
    monitor = talk(NAME, (ASK_FIRMWARE, SAY_FIRMWARE), *known)
    assert monitor.identify() == "INFICON SQM-160, MON Ver 4.13"
    assert monitor.read_frequency() == {"crystal_frequency_hz": 5875830.23}
    assert monitor.read_thickness() == {"film_thickness_nm": 0.0}
    assert monitor.read_rate() == {"film_rate_nmps": 0.0}


@pytest.mark.parametrize(("unit", "nanometres"), [("kA", -123.4), ("A", -0.1234)])
def test_thickness_in_the_unit_that_it_was_said_to_send(talk, unit, nanometres):
    monitor = talk(NAME, (ASK_THICKNESS, say("A-1.234")), options={"thickness_unit": unit})
    assert monitor.read_thickness()["film_thickness_nm"] == pytest.approx(nanometres)


@pytest.mark.parametrize("unit", ["kA", "A"])
@pytest.mark.parametrize(("said", "rate"), [("A 12.34", 1.234), ("A-0.50", -0.05)])
def test_rate_is_in_angstrom_a_second_whatever_the_thickness_is_in(talk, unit, said, rate):
    monitor = talk(NAME, (ASK_RATE, say(said)), options={"thickness_unit": unit})
    tag = monitor.tags["film_rate_nmps"]
    assert tag.unit == "nm/s"
    value = monitor.read_rate()[tag.name]
    assert value == pytest.approx(rate)
    assert quality_of(tag, value) is Quality.GOOD


@pytest.mark.parametrize("said", ["A1000.01", "A-1000.01", "Anan"])
def test_a_rate_that_cannot_be_is_bad(talk, said):
    monitor = talk(NAME, (ASK_RATE, say(said)))
    tag = monitor.tags["film_rate_nmps"]
    assert quality_of(tag, monitor.read_rate()[tag.name]) is Quality.BAD


@pytest.mark.parametrize(
    ("reply", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (SAY_NO_RATE[:-1], NoReply, "stopped"),
        (ASK_RATE, BadReply, "echo"),
        (SAY_NO_RATE[:-1] + b"\0", BadReply, "checksum"),
        (say("Afast"), BadReply, "not a number"),
        (say("C"), Refused, "L1: invalid command"),
    ],
)
def test_bad_replies_to_the_rate(transcript, talk, reply, error, match):
    monitor = talk(NAME)
    monitor.port = transcript((ASK_RATE, reply))
    with pytest.raises(error, match=match):
        monitor.read_rate()


def test_unit_must_be_said(talk):
    with pytest.raises(ValidationError, match="thickness_unit"):
        talk(NAME, options={})


@pytest.mark.parametrize("sensor", [0, 7])
def test_there_are_six_sensors(talk, sensor):
    with pytest.raises(ValidationError, match="sensor"):
        talk(NAME, options={"thickness_unit": "A", "sensor": sensor})


def test_another_sensor(talk):
    monitor = talk(NAME, (packet(b"R6", 34), say("A 87.5 ")), options={"thickness_unit": "A", "sensor": 6})
    assert monitor.read_life() == {"crystal_life_pct": 87.5}


@pytest.mark.parametrize("data", ["A0.00", "A9999999999", "Anan", "Ainf", "A-1"])
def test_a_crystal_that_does_not_swing_is_bad(talk, data):
    monitor = talk(NAME, (ASK_FREQUENCY, say(data)))
    tag = monitor.tags["crystal_frequency_hz"]
    assert quality_of(tag, monitor.read_frequency()[tag.name]) is Quality.BAD


@pytest.mark.parametrize(
    ("reply", "error", "match"),
    [
        (b"", NoReply, "no reply"),
        (b"!", NoReply, "stopped"),
        (SAY_FREQUENCY[:-1], NoReply, "stopped"),
        (ASK_FREQUENCY, BadReply, "echo"),
        (b"!#", BadReply, "head"),  # the echo of a request of one character
        (b"?" + SAY_FREQUENCY[1:2], BadReply, "head"),
        (SAY_FREQUENCY.replace(b"58", b"59", 1), BadReply, "checksum"),
        (SAY_FREQUENCY[:-2] + b"\0\0", BadReply, "checksum"),
        (b"\xff" * 2, BadReply, "head"),
        (say("A5875x30.23"), BadReply, "not a number"),
        (say("A"), BadReply, "not a number"),
        (say("A\xff"), BadReply, "not text"),
        (say("C"), Refused, "invalid command"),
        (say("D"), Refused, "data"),
        (say("Z"), Refused, "status Z"),
    ],
)
def test_bad_replies(transcript, talk, reply, error, match):
    monitor = talk(NAME)
    monitor.port = transcript((ASK_FREQUENCY, reply))
    with pytest.raises(error, match=match):
        monitor.read_frequency()
    if error is Refused:
        assert monitor.port.finished()  # the line is still in step


@given(broken(SAY_FIRMWARE, SAY_FREQUENCY, SAY_NOTHING, say("C"), say("A" + "9" * 150), say("A\xb2")))
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)

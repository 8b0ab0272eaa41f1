"""Thyracont, version 1: telegrams of the manuals of VSH82, VSH88D, VD10, and nothing believed that is not checked."""

from __future__ import annotations

import pytest
from hypothesis import given

from drivers.device import BadReply, NoReply, WrongDevice
from drivers.gauge_thyracont import checksum
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import make

ASK, SAY = b"004Ma\r", b"004M260014N\r"  # manual VD10 5.2: 2.6e-6 mbar
TYPE = (b"001Te\r", b"001TV10206t\r")  # manual VD10 5.2: a channel with a VSP


def said(body: str) -> bytes:
    return f"{body}{chr(sum(map(ord, body)) % 64 + 64)}\r".encode()


@pytest.mark.parametrize(
    "telegram",  # manuals VD10 5.2, VSH82 4.5, VSH88D 4.9
    ["004Ma", "004M260014N", "001a1c", "001S2V", "001S400016O", "001s2v", "001s420016q", "001w000001i", "001Wh",
     "001W000001I"],
)  # fmt: skip
def test_checksums_of_the_manuals(telegram):
    assert checksum(telegram[:-1]) == telegram[-1]


def test_pressure(talk):
    gauge = talk("gauge_thyracont", (ASK, SAY), address=4)
    assert gauge.read_pressure() == {"pressure_pa": pytest.approx(2.6e-4)}


@pytest.mark.parametrize(
    ("digits", "pa"),
    [("460016", 4.6e-2), ("100023", 100_000.0), ("100020", 100.0), ("999922", 99_990.0), ("500010", 5e-8)],
)  # 460016 is the example of the manual VSH82 4.2.2
def test_numbers(talk, digits, pa):
    gauge = talk("gauge_thyracont", (b"001M^\r", said(f"001M{digits}")))
    assert gauge.read_pressure() == {"pressure_pa": pytest.approx(pa)}


def test_a_gauge_below_its_range_has_no_number_and_is_not_lost(talk):
    gauge = talk("gauge_thyracont", (b"001M^\r", said("001Mur")))
    assert gauge.read_pressure() == {"pressure_pa": None}


def test_a_gauge_that_measures_nothing_has_no_number(talk):
    assert talk("gauge_thyracont", (b"001M^\r", said("001M000020"))).read_pressure() == {"pressure_pa": None}


def test_identify(talk):
    assert said("001TV10206") == TYPE[1]
    assert talk("gauge_thyracont", TYPE).identify() == "Thyracont V10206"
    assert talk("gauge_thyracont", TYPE, options={"type": "V10"}).identify() == "Thyracont V10206"


def test_another_type_is_refused(talk):
    with pytest.raises(WrongDevice, match="'V10206', the machine file says 'VSH'"):
        talk("gauge_thyracont", TYPE, options={"type": "VSH"}).identify()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", NoReply),
        (SAY[:7], NoReply),
        (SAY[:-1], NoReply),
        (b"004M260015N\r", BadReply),  # checksum
        (said("003M260014"), BadReply),  # address
        (said("004T260014"), BadReply),  # code
        (said("004M26001"), BadReply),  # too short
        (said("004M2600144"), BadReply),  # too long
        (said("004M2.6E-6"), BadReply),  # not as it is written
        (ASK, BadReply),  # echo
        (b"\r", BadReply),
        (b"\xff" + SAY, BadReply),
    ],
)
def test_bad_replies(transcript, reply, error):
    with pytest.raises(error):
        make("gauge_thyracont", transcript((ASK, reply)), 4).read_pressure()


def test_an_echo_is_no_name(talk):
    """It has the right address, code and checksum."""
    with pytest.raises(BadReply, match="does the line echo"):
        talk("gauge_thyracont", (TYPE[0], TYPE[0])).identify()


def test_every_single_bit_that_falls_over_is_noticed(transcript):
    for bit in range(8 * len(SAY)):
        reply = bytearray(SAY)
        reply[bit // 8] ^= 1 << bit % 8
        with pytest.raises((BadReply, NoReply)):
            make("gauge_thyracont", transcript((ASK, bytes(reply))), 4).read_pressure()


@given(broken(SAY.replace(b"004", b"001"), TYPE[1], said("001M460016")))
def test_survives(replies):
    survive("gauge_thyracont", replies)

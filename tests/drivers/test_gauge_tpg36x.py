"""TPG 36x: the three-step dialogue, Pa, and no number where the sensor has none."""

from __future__ import annotations

import pytest

from drivers.device import BadReply, NoReply, Refused, WrongDevice

YES, NO = b"\x06\r\n", b"\x15\r\n"


def dialogue(request: bytes, data: bytes) -> list[tuple[bytes, bytes]]:
    return [(request, YES), (b"\x05", data + b"\r\n")]


def test_two_channels_in_one_dialogue(talk):
    gauges = talk("gauge_tpg36x", *dialogue(b"PRX\r", b"0,+8.3000E-01,0,+1.2345E+02"))
    assert gauges.read_pressures() == {
        "wide_pressure_pa": 0.83,
        "wide_pressure_state": "ok",
        "guard_pressure_pa": 123.45,
        "guard_pressure_state": "ok",
    }


@pytest.mark.parametrize(
    ("code", "value", "state"),
    [
        (0, 123.0, "ok"),
        (1, 0.0, "below range"),
        (2, None, "above range"),
        (3, None, "sensor error"),
        (4, None, "sensor off"),
        (5, None, "no sensor"),
        (6, None, "identification error"),
        (9, None, "state 9"),
    ],
)
def test_only_a_good_sensor_gives_a_number(talk, code, value, state):
    gauges = talk("gauge_tpg36x", *dialogue(b"PR1\r", f"{code},+1.2300E+02".encode()), options={"channels": ["p_pa"]})
    assert gauges.read_pressures() == {"p_pa": value, "p_state": state}


def test_identify_sets_pascal(talk):
    gauges = talk(
        "gauge_tpg36x", (b"\x03", b"0,+1.0000E+00\r\n"), *dialogue(b"UNI,2\r", b"2"), *dialogue(b"TID\r", b"PKR,CMR")
    )
    assert gauges.identify() == "Pfeiffer TPG with PKR,CMR"


def test_another_unit_is_refused(talk):
    with pytest.raises(WrongDevice, match="Pa"):
        talk("gauge_tpg36x", (b"\x03", b""), *dialogue(b"UNI,2\r", b"0")).identify()


def test_refusal_in_words(talk):
    with pytest.raises(Refused, match="no such hardware"):
        talk("gauge_tpg36x", (b"PRX\r", NO), (b"\x05", b"0100\r\n")).read_pressures()


@pytest.mark.parametrize(
    ("exchanges", "error"),
    [
        ([(b"PRX\r", b"")], NoReply),
        ([(b"PRX\r", b"\x06")], NoReply),
        ([(b"PRX\r", b"PRX"), (b"\x05", b"")], BadReply),
        ([(b"PRX\r", YES), (b"\x05", b"")], NoReply),
        (dialogue(b"PRX\r", b"0,+8.3000E-01"), NoReply),
        (dialogue(b"PRX\r", b"0,+8.3000E-01;0,+1.2345E+02"), BadReply),
        (dialogue(b"PRX\r", b"0,+8.3000X-01,0,+1.2345E+02"), BadReply),
        (dialogue(b"PRX\r", b"0,\xff8.3000E-01,0,+1.2345E+02"), BadReply),
    ],
)
def test_bad_replies(transcript, talk, exchanges, error):
    gauges = talk("gauge_tpg36x")
    gauges.port = transcript(*exchanges)
    with pytest.raises(error):
        gauges.read_pressures()

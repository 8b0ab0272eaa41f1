"""TPG 36x: the three-step dialogue, Pa, and no number where the sensor has none."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from drivers.device import BadReply, DeviceError, NoReply, Refused, WrongDevice
from tests.drivers.transcript import TranscriptPort, make

YES, NO = b"\x06\r\n", b"\x15\r\n"


def dialogue(request: bytes, data: bytes) -> list[tuple[bytes, bytes]]:
    return [(request, YES), (b"\x05", data + b"\r\n")]


def twice(request: bytes, data: bytes) -> list[tuple[bytes, bytes]]:
    """The first values of all are asked for twice: the line has no checksum."""
    return dialogue(request, data) * 2


def test_two_channels_in_one_dialogue(talk):
    gauges = talk("gauge_tpg36x", *twice(b"PRX\r", b"0,+8.3000E-01,0,+1.2345E+02"))
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
    gauges = talk("gauge_tpg36x", *twice(b"PR1\r", f"{code},+1.2300E+02".encode()), options={"channels": ["p_pa"]})
    assert gauges.read_pressures() == {"p_pa": value, "p_state": state}


def test_identify_sets_pascal(talk):
    gauges = talk(
        "gauge_tpg36x", (b"\x03", b"0,+1.0000E+00\r\n"), *dialogue(b"TID\r", b"PKR,CMR"), *dialogue(b"UNI,2\r", b"2")
    )
    assert gauges.identify() == "Pfeiffer TPG with PKR,CMR"


def test_another_unit_is_refused(talk):
    with pytest.raises(WrongDevice, match="Pa"):
        talk("gauge_tpg36x", (b"\x03", b""), *dialogue(b"TID\r", b"PKR,CMR"), *dialogue(b"UNI,2\r", b"0")).identify()


@pytest.mark.parametrize("types", [b"", b"PKR", b"PKR,CMR,noSEn,noSEn,noSEn,noSEn"])
def test_another_controller_gets_questions_only(talk, types):
    with pytest.raises(WrongDevice, match="sockets"):
        talk("gauge_tpg36x", (b"\x03", b""), *dialogue(b"TID\r", types)).identify()


STEADY = b"0,+8.3100E-01,1,+1.2000E-02"
BENT = [(at, bit) for at in range(len(STEADY)) for bit in range(8)]


@pytest.mark.parametrize(("at", "bit"), BENT)
def test_no_flipped_bit_becomes_a_good_value(at, bit):
    """Every bit of the data, once: values stay what they were within the tolerance, or there are none."""
    bent = bytearray(STEADY)
    bent[at] ^= 1 << bit
    exchanges = [each for data in (STEADY, STEADY, bytes(bent), STEADY) for each in dialogue(b"PRX\r", data)]
    gauges = make("gauge_tpg36x", TranscriptPort(*exchanges))
    gauges.read_pressures()
    try:
        found = gauges.read_pressures()
    except DeviceError:
        return
    assert abs(found["wide_pressure_pa"] - 0.831) <= 0.1
    assert found["guard_pressure_pa"] is None or found["guard_pressure_pa"] <= 0.02


def test_steady_pressures_cost_one_dialogue(talk):
    said = ("8.3000E-01", "8.3000E-01", "8.2000E-01", "8.4000E-01", "3.1000E-01", "1.7000E-01")
    exchanges = [each for number in said for each in dialogue(b"PR1\r", b"0,+" + number.encode())]
    gauges = talk("gauge_tpg36x", *exchanges, options={"channels": ["p_pa"]})
    assert [gauges.read_pressures()["p_pa"] for _ in range(4)] == [0.83, 0.82, 0.84, 0.31]


NOBODY = b"5,2.0000E-2"  # manual TPG 261 p. 72: shorter than a value


@pytest.mark.parametrize(
    ("options", "request_", "data", "value"),
    [
        ({"channels": ["p_pa"]}, b"PR1\r", NOBODY, {"p_pa": None, "p_state": "no sensor"}),
        ({"channels": ["", "p_pa"]}, b"PRX\r", NOBODY + b",0,+1.2345E+02", {"p_pa": 123.45, "p_state": "ok"}),
        ({"channels": ["p_pa", ""]}, b"PRX\r", b"0,+8.3000E-01," + NOBODY, {"p_pa": 0.83, "p_state": "ok"}),
        ({"channels": ["", "p_pa"]}, b"PRX\r", b"0,+8.3000E-01," + NOBODY, {"p_pa": None, "p_state": "no sensor"}),
        ({"channels": ["p_pa"]}, b"PR1\r", b"5,2.0000E+00", {"p_pa": None, "p_state": "no sensor"}),
        ({"channels": ["p_pa"]}, b"PR1\r", b"5,+2.0000E+00", {"p_pa": None, "p_state": "no sensor"}),
    ],
)
def test_a_missing_sensor_may_be_told_shorter(talk, options, request_, data, value):
    gauges = talk("gauge_tpg36x", *twice(request_, data), options=options)
    assert gauges.read_pressures() == value
    assert gauges.port.finished()


def test_a_sensor_that_is_unplugged_is_asked_again_and_told(talk):
    before, after = b"0,+8.3000E-01,0,+1.2345E+02", NOBODY + b",0,+1.2345E+02"
    exchanges = [each for data in (before, before, after, after) for each in dialogue(b"PRX\r", data)]
    gauges = talk("gauge_tpg36x", *exchanges)
    assert gauges.read_pressures()["wide_pressure_pa"] == 0.83
    found = gauges.read_pressures()
    assert (found["wide_pressure_pa"], found["wide_pressure_state"]) == (None, "no sensor")
    assert (found["guard_pressure_pa"], found["guard_pressure_state"]) == (123.45, "ok")


# A MaxiGauge answers for all of its six sockets, whatever is in them.
SIX = b"0,+8.3000E-01,5,+2.0000E+00,1,+1.0000E-03,0,+1.2345E+02,4,+0.0000E+00,0,+9.8765E-07"
LEFT_OUT = {"channels": ["a_pa", "", "b_pa", "c_pa"]}


def test_six_channels_in_one_dialogue(talk):
    names = [f"{letter}_pa" for letter in "abcdef"]
    values = talk("gauge_tpg36x", *twice(b"PRX\r", SIX), options={"channels": names}).read_pressures()
    assert [values[name] for name in names] == [0.83, None, 0.0, 123.45, None, 9.8765e-07]
    states = ["ok", "no sensor", "below range", "ok", "sensor off", "ok"]
    assert [values[f"{letter}_state"] for letter in "abcdef"] == states


@pytest.mark.parametrize("options", [LEFT_OUT, {"channels": ["a_pa", "", "b_pa", "c_pa", "", ""], "sockets": 6}])
def test_sockets_that_are_left_out_have_no_tags(talk, options):
    gauges = talk("gauge_tpg36x", *twice(b"PRX\r", SIX), options=options)
    values = gauges.read_pressures()
    assert values == {
        "a_pa": 0.83,
        "a_state": "ok",
        "b_pa": 0.0,
        "b_state": "below range",
        "c_pa": 123.45,
        "c_state": "ok",
    }
    assert gauges.tags.keys() == values.keys() == set(gauges.polls()[0].tags)


def test_two_gauges_of_six_sockets(talk):
    options = {"channels": ["a_pa", "b_pa"], "sockets": 6}
    values = talk("gauge_tpg36x", *twice(b"PRX\r", SIX), options=options).read_pressures()
    assert values == {"a_pa": 0.83, "a_state": "ok", "b_pa": None, "b_state": "no sensor"}


@pytest.mark.parametrize(
    ("options", "request_", "data", "value"),
    [
        ({"channels": ["a_pa"]}, b"PR1\r", b"0,+8.3000E-01", 0.83),
        ({"channels": ["a_pa"], "sockets": 1}, b"PR1\r", b"0,+8.3000E-01", 0.83),
        ({"channels": ["a_pa"], "sockets": 2}, b"PRX\r", b"0,+8.3000E-01,0,+1.2345E+02", 0.83),
        ({"channels": ["", "a_pa"]}, b"PRX\r", b"0,+8.3000E-01,0,+1.2345E+02", 123.45),
    ],
)
def test_one_gauge_of_a_small_controller(talk, options, request_, data, value):
    values = talk("gauge_tpg36x", *twice(request_, data), options=options).read_pressures()
    assert values == {"a_pa": value, "a_state": "ok"}


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"channels": []}, "channels"),
        ({"channels": ["", ""]}, "at least one name"),
        ({"channels": ["a_pa", "a_pa"]}, "no name twice"),
        ({"channels": ["a_pa", "b_pa"], "sockets": 1}, "only 1 sockets"),
        ({"channels": ["a_pa", "b_pa", "c_pa"], "sockets": 2}, "only 2 sockets"),
        ({"channels": [f"{letter}_pa" for letter in "abcdefg"]}, "channels"),
        ({"channels": ["a_pa"], "sockets": 3}, "sockets"),
    ],
)
def test_channels_must_fit_the_sockets(talk, options, match):
    with pytest.raises(ValidationError, match=match):
        talk("gauge_tpg36x", options=options)


def test_six_are_asked_less_often_and_given_more_time(talk):
    two, six = talk("gauge_tpg36x"), talk("gauge_tpg36x", options=LEFT_OUT)
    assert (two.tags["wide_pressure_pa"].period_s, two.patience_s) == (0.1, two.reply_timeout_s)
    assert six.tags["a_pa"].period_s == six.tags["a_state"].period_s == 0.2
    assert six.patience_s > six.reply_timeout_s + 59 * 10 / 9600  # four values more than two


def identifying(types: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"\x03", b""), *dialogue(b"TID\r", types), *dialogue(b"UNI,2\r", b"2")]


def test_identify_counts_six_sockets(talk):
    types = b"PKR,noSEn,CMR,CMR,noSEn,PKR"
    assert talk("gauge_tpg36x", *identifying(types), options=LEFT_OUT).identify().endswith("noSEn,PKR")
    with pytest.raises(WrongDevice, match="2 sockets"):
        talk("gauge_tpg36x", *identifying(b"PKR,CMR")[:3], options=LEFT_OUT).identify()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NoReply),
        (SIX[:-14], BadReply),
        (SIX.replace(b",", b";", 1), BadReply),
        (SIX.replace(b"E-01", b"E-X1"), BadReply),
    ],
)
def test_bad_replies_of_six(transcript, talk, data, error):
    gauges = talk("gauge_tpg36x", options=LEFT_OUT)
    gauges.port = transcript((b"PRX\r", YES), (b"\x05", data + b"\r\n" * bool(data)))
    with pytest.raises(error):
        gauges.read_pressures()


def test_more_sockets_than_the_machine_file_says(transcript, talk):
    gauges = talk("gauge_tpg36x")
    gauges.port = transcript(*dialogue(b"PRX\r", SIX))
    with pytest.raises(BadReply, match="check `sockets`"):
        gauges.read_pressures()


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
        ([(b"PRX\r", YES), (b"\x05", b"0,+8.3000E-01,0,+1.2345E+02")], NoReply),
        ([(b"PRX\r", YES), (b"\x05", b"0,+8.3000E-01,0,+1.2345E+02\r")], NoReply),
        (dialogue(b"PRX\r", b"0,+8.3000E-01"), BadReply),
        (dialogue(b"PRX\r", b"0,8.3000E-01,0,+1.2345E+02"), BadReply),
        (dialogue(b"PRX\r", b"0,+8.300E-01,0,+1.2345E+02"), BadReply),
        (dialogue(b"PRX\r", b"0,+8.3000E-1,0,+1.2345E+02"), BadReply),
        (dialogue(b"PRX\r", b"0,+8.3000E-01,5,-2.0000E-2"), BadReply),
        (dialogue(b"PRX\r", b"0,+8.3000E-01,5,2.0000E-2,"), BadReply),
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

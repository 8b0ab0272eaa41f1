"""VAT IC: 6-digit positions, the combined query, and a gauge that never shows more than it can see."""

from __future__ import annotations

import pytest

from drivers.device import BadReply, NoReply, Refused, WrongDevice


def both(reply: str) -> tuple[bytes, bytes]:
    return b"i:76\r\n", reply.encode("ascii") + b"\r\n"


def test_combined_reading(talk):
    valve = talk("valve_vat", both("i:7605000000500000120"))
    assert valve.read_all() == {
        "throttle_pct": 50.0,
        "chamber_pressure_pa": pytest.approx(66.65),
        "throttle_mode": "position",
        "throttle_remote": True,
    }


@pytest.mark.parametrize(
    ("pressure", "expected"),
    [("00000000", 0.0), ("-0000100", -0.01333), ("00999999", 133.2998667), ("01000000", None), ("09999999", None),
     ("-0500000", None)],
)  # fmt: skip
def test_pressure_saturates_to_unknown(talk, pressure, expected):
    found = talk("valve_vat", both(f"i:76000000{pressure}120")).read_all()["chamber_pressure_pa"]
    assert found == (expected if expected is None else pytest.approx(expected))


def test_unknown_position_and_states(talk):
    values = talk("valve_vat", both("i:7699999900000000001")).read_all()
    assert values["throttle_pct"] is None
    assert values["throttle_mode"] == "initialising"
    assert values["throttle_remote"] is False


@pytest.mark.parametrize(
    ("percent", "frame"), [(100.0, b"R:100000\r\n"), (0.0, b"R:000000\r\n"), (12.3456, b"R:012346\r\n")]
)
def test_position(talk, percent, frame):
    talk("valve_vat", (frame, b"R:\r\n")).write({"throttle_setpoint_pct": percent})


def test_refusal_in_words(talk):
    valve = talk("valve_vat", (b"R:050000\r\n", b"E:000080\r\n"), (b"i:76\r\n", b"E:000082\r\n"))
    with pytest.raises(Refused, match="local operation"):
        valve.write({"throttle_setpoint_pct": 50.0})
    with pytest.raises(Refused, match="interlock"):
        valve.read_all()


@pytest.mark.parametrize(("access", "ranges"), [(b"c:01", b"s:21"), (b"c:", b"s:")])
def test_identify(talk, access, ranges):
    valve = talk(
        "valve_vat",
        (b"i:80\r\n", b"i:80 653-IC\r\n"),
        (b"c:0101\r\n", access + b"\r\n"),
        (b"s:2121000000\r\n", ranges + b"\r\n"),
        both("i:7610000000000000120"),
    )
    assert valve.identify() == "VAT 653-IC"


def test_local_valve_is_refused(talk):
    valve = talk(
        "valve_vat",
        (b"i:80\r\n", b"i:80X\r\n"),
        (b"c:0101\r\n", b"c:01\r\n"),
        (b"s:2121000000\r\n", b"s:21\r\n"),
        both("i:7610000000000000020"),
    )
    with pytest.raises(WrongDevice, match="local"):
        valve.identify()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", NoReply),
        (b"i:76050000", NoReply),
        (b"i:76050000005000", NoReply),
        (b"i:77050000005000001 20\r\n"[:23], BadReply),
        (b"i:7605x00000500000120\r\n", BadReply),
        (b"i:76050000+0500000120\r\n", BadReply),
        (b"i:76050000005000001200\n", BadReply),
        (b"\xe9:7605000000500000120\r\n", BadReply),
    ],
)
def test_bad_replies(transcript, talk, reply, error):
    valve = talk("valve_vat")
    valve.port = transcript((b"i:76\r\n", reply))
    with pytest.raises(error):
        valve.read_all()


def test_wrong_acknowledgement(talk):
    with pytest.raises(BadReply):
        talk("valve_vat", (b"R:050000\r\n", b"C:\r\n")).write({"throttle_setpoint_pct": 50.0})

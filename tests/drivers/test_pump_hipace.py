"""HiPace: golden telegrams of the manuals and of the sniffed bus."""

from __future__ import annotations

import pytest

from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.pump_hipace import checksum, decode, telegram


def reply(parameter: int, data: str, address: int = 1) -> bytes:
    return telegram(address, 10, parameter, data)


def query(parameter: int, data: str) -> tuple[bytes, bytes]:
    return telegram(1, 0, parameter, "=?"), reply(parameter, data)


def test_golden_telegrams():
    assert telegram(123, 0, 309, "=?") == b"1230030902=?112\r"
    assert telegram(42, 10, 10, "111111") == b"0421001006111111020\r"
    assert telegram(1, 10, 10, "111111") == b"0011001006111111015\r"
    assert decode("1231030906000633037\r", 123, 309) == "000633"
    assert decode("0011034906TC 110065\r", 1, 349) == "TC 110"
    assert checksum("0011130928ActualSpd Hz  11000000999999") == 116


def test_speed(talk):
    turbo = talk("pump_hipace", query(309, "000410"))
    assert turbo.read_speed() == {"turbo_speed_hz": 410.0, "turbo_speed_pct": 50.0}


@pytest.mark.parametrize(("data", "flag"), [("111111", True), ("000000", False)])
def test_at_speed(talk, data, flag):
    assert talk("pump_hipace", query(306, data)).read_at_speed() == {"turbo_at_speed": flag}


@pytest.mark.parametrize(("code", "ok", "shown"), [("000000", True, ""), ("Err001", False, "Err001"), ("Wrn007", True, "Wrn007")])  # fmt: skip  # noqa: E501
def test_errors(talk, code, ok, shown):
    assert talk("pump_hipace", query(303, code)).read_error() == {"turbo_error": shown, "turbo_ok": ok}


def test_drive(talk):
    turbo = talk("pump_hipace", query(310, "000325"), query(316, "000110"), query(342, "000041"))
    assert turbo.read_current() == {"turbo_current_a": 3.25}
    assert turbo.read_power() == {"turbo_power_w": 110.0}
    assert turbo.read_temperature() == {"turbo_temperature_c": 41.0}


def test_switching_is_read_back(talk):
    order = telegram(1, 10, 10, "111111")
    talk("pump_hipace", (order, order), query(10, "111111")).write({"turbo_enable": True})
    with pytest.raises(BadReply, match="reads back"):
        talk("pump_hipace", (order, order), query(10, "000000")).write({"turbo_enable": True})


def test_echoing_line_is_no_pump(transcript, talk):
    order, question = telegram(1, 10, 10, "111111"), telegram(1, 0, 10, "=?")
    turbo = talk("pump_hipace")
    turbo.port = transcript((order, order), (question, question))
    with pytest.raises(BadReply, match="echo"):
        turbo.write({"turbo_enable": True})


def test_identify(talk):
    assert talk("pump_hipace", query(349, "TC 400"), query(315, "000820")).identify() == "Pfeiffer TC 400, 820 Hz"
    with pytest.raises(WrongDevice, match="1500"):
        talk("pump_hipace", query(349, "TC 110"), query(315, "001500")).identify()


@pytest.mark.parametrize("code", ["NO_DEF", "_RANGE", "_LOGIC"])
def test_refusals(talk, code):
    with pytest.raises(Refused, match=code):
        talk("pump_hipace", query(349, code)).identify()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", NoReply),
        (reply(309, "000633")[:8], NoReply),
        (reply(309, "000633")[:-2], NoReply),
        (reply(309, "000633").replace(b"633", b"634"), BadReply),
        (reply(309, "000633", address=2), BadReply),
        (reply(310, "000633"), BadReply),
        (reply(309, "00x633"), BadReply),
        (b"\xff" * 20, BadReply),
        (b"abcdefghijklmnopqrst", BadReply),
    ],
)
def test_bad_replies(transcript, talk, answer, error):
    turbo = talk("pump_hipace")
    turbo.port = transcript((telegram(1, 0, 309, "=?"), answer))
    with pytest.raises(error):
        turbo.read_speed()

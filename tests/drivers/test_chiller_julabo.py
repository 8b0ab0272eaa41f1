"""Julabo: commands, rests, and commands that get no reply."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from drivers.chiller_julabo import REST_AFTER_OUT_S
from drivers.device import BadReply, NoReply, Refused

CHAR_S = 10 / 4800  # 7E1 at 4800 baud
DEAF_S = 0.25  # manual: what comes sooner after an out_ is lost


def test_identify(talk):
    assert "FL1201" in talk("chiller_julabo", (b"version\r", b"JULABO FL1201 VERSION 1.0\r\n")).identify()


@pytest.mark.parametrize(
    ("method", "command", "reply", "values"),
    [
        ("read_bath", b"in_pv_00\r", b"20.01\r\n", {"chiller_temperature_c": 20.01}),
        ("read_chuck", b"in_pv_02\r", b"-5.50\r\n", {"chuck_temperature_c": -5.5}),
        ("read_power", b"in_pv_01\r", b"-35\r\n", {"chiller_power_pct": -35.0}),
        ("read_setpoint", b"in_sp_00\r", b"25.00\r\n", {"chiller_setpoint_readback_c": 25.0}),
        ("read_running", b"in_mode_05\r", b"1\r\n", {"chiller_running": True}),
        ("read_running", b"in_mode_05\r", b"0\r\n", {"chiller_running": False}),
        ("read_status", b"status\r", b"03 REMOTE START\r\n", {"chiller_status": "03 REMOTE START", "chiller_ok": True}),
        ("read_status", b"status\r", b"-01 LOW LEVEL ALARM\r\n",
         {"chiller_status": "-01 LOW LEVEL ALARM", "chiller_ok": False}),
    ],
)  # fmt: skip
def test_polls(talk, method, command, reply, values):
    chiller = talk("chiller_julabo", (command, reply))
    assert getattr(chiller, method)() == values
    assert chiller.rest_until_s == pytest.approx(chiller.port.time + 0.01)


@pytest.mark.parametrize(
    ("options", "limits"), [({}, (5.0, 90.0)), ({"highest_c": 60.0}, (5.0, 60.0)), ({"lowest_c": -20.0}, (-20.0, 90.0))]
)
def test_limits_of_the_setpoint_are_those_of_the_unit(talk, options, limits):
    setpoint = talk("chiller_julabo", options=options).outputs["chiller_setpoint_c"]
    assert (setpoint.low, setpoint.high) == limits
    assert setpoint.text == f"Set chiller temperature [°C, {limits[0]:g}..{limits[1]:g}]"


@pytest.mark.parametrize("options", [{"highest_c": 5.0}, {"lowest_c": 95.0}, {"highest_c": 200.0}, {"lowest_c": -60.0}])
def test_limits_have_a_range(talk, options):
    with pytest.raises(ValidationError):
        talk("chiller_julabo", options=options)


def test_setpoint_then_rest(talk):
    chiller = talk("chiller_julabo", (b"out_sp_00 25.0\r", b""))
    chiller.write({"chiller_setpoint_c": 25.0})
    assert chiller.rest_until_s == pytest.approx(chiller.port.time + REST_AFTER_OUT_S)


def test_the_rest_counts_from_when_the_unit_has_heard_all_of_it():
    """Counted from the hand-over to the port, 250 ms were too short: the next query came while the unit was deaf."""
    longest, shortest = b"out_sp_00 -12.5\r", b"status\r"
    heard_s = len(longest) * CHAR_S
    next_s = REST_AFTER_OUT_S + len(shortest) * CHAR_S
    assert next_s - heard_s >= DEAF_S + 0.05


@pytest.mark.parametrize("start", [True, False])
def test_stop_first_start_last_with_a_rest_between(talk, start):
    setpoint, mode = (b"out_sp_00 30.5\r", b""), (f"out_mode_05 {start:d}\r".encode(), b"")
    chiller = talk("chiller_julabo", *((setpoint, mode) if start else (mode, setpoint)))
    chiller.write({"chiller_enable": start, "chiller_setpoint_c": 30.5})
    assert chiller.port.drained == [REST_AFTER_OUT_S]


def test_no_sensor_is_no_number(talk):
    with pytest.raises(Refused, match="no number"):
        talk("chiller_julabo", (b"in_pv_02\r", b"---.--\r\n")).read_chuck()


@pytest.mark.parametrize(("reply", "error"), [(b"", NoReply), (b"03 REM", NoReply), (b"hello\r\n", BadReply), (b"\xb03\r\n", BadReply)])  # fmt: skip  # noqa: E501
def test_bad_status(transcript, talk, reply, error):
    chiller = talk("chiller_julabo")
    chiller.port = transcript((b"status\r", reply))
    with pytest.raises(error):
        chiller.read_status()

"""nXDS: objects, status bits counted from the lowest, refusals in words."""

from __future__ import annotations

import pytest

from drivers.device import BadReply, DeviceError, NoReply, Refused
from tests.drivers.transcript import TranscriptPort, make


def test_identify(talk):
    pump = talk("pump_nxds", (b"?S801\r", b"=S801 nXDS15i;D37360700B;30\r"))
    assert pump.identify() == "Edwards nXDS15i, software D37360700B, 30 Hz"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("0000;0000;0000;0000", {}),
        ("0002;0000;0000;0000", {"dry_pump_running"}),
        ("000A;0000;0000;0000", {"dry_pump_running", "dry_pump_at_speed"}),
        ("0000;0040;0000;0000", {"dry_pump_warning"}),
        ("0000;0000;0040;0000", {"dry_pump_warning"}),
        ("0000;0080;0000;0000", {"dry_pump_fault"}),
        ("0000;0000;0000;2000", {"dry_pump_fault"}),
    ],
)
def test_status(talk, words, expected):
    values = talk("pump_nxds", *[(b"?V802\r", f"=V802 30;{words}\r".encode())] * 2).read_status()
    assert values.pop("dry_pump_speed_hz") == 30.0
    assert {name for name, flag in values.items() if flag} == set(expected)


def test_measurements(talk):
    pump = talk(
        "pump_nxds",
        *[(b"?V808\r", b"=V808 41;38\r")] * 2,  # the first value of all is asked for twice
        *[(b"?V809\r", b"=V809 480;12;210\r")] * 2,
        *[(b"?V810\r", b"=V810 1234\r")] * 2,
    )
    assert pump.read_temperature() == {"dry_pump_temperature_c": 41.0}
    assert pump.read_power() == {"dry_pump_power_w": 210.0}
    assert pump.read_hours() == {"dry_pump_hours_h": 1234.0}


def test_what_is_steady_is_asked_once(talk):
    said = ("30;000A", "30;000A", "31;000A", "32;000A", "12;000A", "12;000A", "12;0002", "12;0002")
    pump = talk("pump_nxds", *((b"?V802\r", f"=V802 {each};0000;0000;0000\r".encode()) for each in said))
    seen = [pump.read_status() for _ in range(5)]
    assert [values["dry_pump_speed_hz"] for values in seen] == [30.0, 31.0, 32.0, 12.0, 12.0]
    assert [values["dry_pump_at_speed"] for values in seen] == [True, True, True, True, False]


STATUS = b"=V802 30;000A;0000;0000;0000\r"


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("at", range(len(STATUS)))
def test_no_flipped_bit_becomes_a_good_value(at, bit):
    """Every bit of a status, once: nothing becomes what it was not, but for a speed within the tolerance."""
    bent = bytearray(STATUS)
    bent[at] ^= 1 << bit
    pump = make("pump_nxds", TranscriptPort(*((b"?V802\r", said) for said in (STATUS, STATUS, bytes(bent), STATUS))))
    true = pump.read_status()
    try:
        found = pump.read_status()
    except DeviceError:
        return
    assert abs(found.pop("dry_pump_speed_hz") - true.pop("dry_pump_speed_hz")) <= 2.0
    assert found == true


def test_start_before_standby(talk):
    pump = talk("pump_nxds", (b"!C802 1\r", b"*C802 0\r"), (b"!C803 0\r", b"*C803 0\r"), (b"!C802 0\r", b"*C802 0\r"))
    pump.write({"dry_pump_standby": False, "dry_pump_enable": True})
    pump.write({"dry_pump_enable": False})


def test_refusals(talk):
    with pytest.raises(Refused, match="state"):
        talk("pump_nxds", (b"!C802 1\r", b"*C802 5\r")).write({"dry_pump_enable": True})
    with pytest.raises(Refused, match="invalid query"):
        talk("pump_nxds", (b"?V809\r", b"*V809 2\r")).read_power()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", NoReply),
        (b"=V802 30;0002", NoReply),
        (b"?V802\r", BadReply),
        (b"=V802 30;0002;0000;0000\r", BadReply),
        (b"=V803 30;0002;0000;0000;0000\r", BadReply),
        (b"=V802 30;000G;0000;0000;0000\r", BadReply),
        (b"=V802 fast;0002;0000;0000;0000\r", BadReply),
        (b"=V802 \xb30;0002;0000;0000;0000\r", BadReply),
    ],
)
def test_bad_replies(transcript, talk, reply, error):
    pump = talk("pump_nxds")
    pump.port = transcript((b"?V802\r", reply))
    with pytest.raises(error):
        pump.read_status()

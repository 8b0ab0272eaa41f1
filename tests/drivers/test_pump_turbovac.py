"""TURBOVAC i on USS: golden telegrams, control word in each of them, refusals in words, time-out armed."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from pydantic import ValidationError

from drivers.attached import Attached, Lease
from drivers.bus import Bus
from drivers.device import BadReply, NoReply, Refused, WrongDevice
from drivers.uss import GAP_S, NONE, READ, READ_FIELD, WRITE, decode, telegram
from tests.drivers.garbage import broken, survive
from tests.drivers.transcript import TranscriptPort, make

NAME = "pump_turbovac"
#: bits of the status word
READY, RUNS, FAULT, LOCKED, ALWAYS, NORMAL, TURNS, WARNS, LISTENS = (
    1 << bit for bit in (0, 2, 3, 6, 9, 10, 11, 14, 15)
)
REST, RUN = READY | ALWAYS, LISTENS | TURNS | NORMAL | ALWAYS | RUNS
PROCESS = "03E8 0023 000C 0025 0030"  # 1000 Hz, 35 degC, 1.2 A, bearing 37, 48 V


def whole(text: str) -> bytes:
    """A telegram from its hexadecimal beginning: zeros, and the check byte at the end."""
    data = bytes.fromhex(text).ljust(23, b"\0")
    return data + bytes((reduce(xor, data),))


def golden(begins: str, check: int) -> bytes:
    frame = whole(begins)
    assert frame[-1] == check, "the fact sheet's own check byte"
    return frame


# Seen on the wire between turboctl and its virtual pump, both at address 0.
IDLE = golden("02 16 00 00 00 00 00 00 00 00 00 02 01", 0x17)
RUNNING = golden("02 16 00 00 00 00 00 00 00 00 00 0A 14 00 6E 00 1E 00 0A 00 00 00 18", 0x68)


@pytest.mark.parametrize(
    ("arguments", "begins", "check"),
    [
        ((NONE, 0, 0, 0, 0), "02 16 00", 0x14),
        ((READ, 3, 0, 0, 0), "02 16 00 10 03", 0x07),
        ((READ, 24, 0, 0, 0), "02 16 00 10 18", 0x1C),
        ((WRITE, 18, 0, 1000, 0), "02 16 00 20 12 00 00 00 00 03 E8", 0xCD),
        ((WRITE, 24, 0, 3000, 0), "02 16 00 20 18 00 00 00 00 0B B8", 0x9F),
        ((READ_FIELD, 171, 0, 0, 0), "02 16 00 60 AB", 0xDF),
        ((READ_FIELD, 171, 254, 0, 0), "02 16 00 60 AB 00 FE", 0x21),
        ((NONE, 0, 0, 0, 0x0401), "02 16 00 00 00 00 00 00 00 00 00 04 01", 0x11),
        ((NONE, 0, 0, 0, 0x0400), "02 16 00 00 00 00 00 00 00 00 00 04 00", 0x10),
        ((READ, 3, 0, 0, 0x0401), "02 16 00 10 03 00 00 00 00 00 00 04 01", 0x02),
    ],
)
def test_golden_requests(arguments, begins, check):
    assert telegram(0, *arguments) == golden(begins, check)


@pytest.mark.parametrize(
    ("asked", "begins", "check", "value"),
    [
        ((READ, 3, 0), "02 16 00 10 03 00 00 00 00 00 00 02 01", 0x04, 0),
        ((READ, 24, 0), "02 16 00 10 18 00 00 00 00 03 E8 02 01", 0xF4, 1000),
        ((WRITE, 18, 0), "02 16 00 10 12 00 00 00 00 03 E8 02 01", 0xFE, 1000),
        ((READ_FIELD, 171, 0), "02 16 00 40 AB 00 00 00 00 00 00 02 01", 0xFC, 0),
        ((READ, 184, 0), "02 16 00 20 B8 00 00 00 00 00 00 02 01", 0x8F, 0),
        ((READ, 3, 0), "02 16 00 10 03 00 00 00 00 00 6E 8A 14 00 6E 00 1E 00 0A 00 00 00 18", 0x95, 110),
    ],
)
def test_golden_replies(asked, begins, check, value):
    assert decode(golden(begins, check), 0, *asked).value == value


@pytest.mark.parametrize(
    ("asked", "begins", "check", "words"),
    [
        ((WRITE, 24, 0), "02 16 00 70 18 00 00 00 00 00 02 02 01", 0x7D, "out of range"),
        ((WRITE, 3, 0), "02 16 00 70 03 00 00 00 00 00 01 02 01", 0x65, "cannot be changed"),
        ((READ_FIELD, 171, 254), "02 16 00 70 AB 00 FE 00 00 00 03 02 01", 0x31, "no such index"),
        ((READ_FIELD, 3, 0), "02 16 00 70 03 00 00 00 00 00 05 02 01", 0x61, "type"),
    ],
)
def test_golden_refusals(asked, begins, check, words):
    with pytest.raises(Refused, match=words):
        decode(golden(begins, check), 0, *asked)


def test_code_without_permission():
    with pytest.raises(Refused, match="permission"):
        decode(whole("02 16 00 80 18 00 00 00 00 00 00 02 01"), 0, WRITE, 24, 0)


def told(
    access: int, parameter: int = 0, value: int = 0, said: int | None = None, control: int = 0, status: int = REST
) -> tuple[bytes, bytes]:
    """A telegram to the pump at address 1 and its reply, framed here by hand."""
    code = {NONE: 0, READ: 1, WRITE: 1, READ_FIELD: 4}[access]
    back = value if said is None else said
    request = f"02 16 01 {access << 12 | parameter:04X} 00 00 {value:08X} {control:04X}"
    reply = f"02 16 01 {code << 12 | parameter:04X} 00 00 {back:08X} {status:04X} {PROCESS}"
    return whole(request), whole(reply)


OFF, ON = 0x0400, 0x0401


def arming(kind=180, nominal=1000, timeout=100, again=100, control=0, status=REST) -> list[tuple[bytes, bytes]]:
    word = {"control": control, "status": status}
    exchanges = [  # as long as nothing was compared it is asked only
        told(READ, 1, said=kind, status=status),
        told(READ, 2, said=30400, status=status),
        told(READ, 18, said=nominal, status=status),
        told(READ, 182, said=timeout, **word),
    ]
    if timeout != 100:
        exchanges += [told(WRITE, 182, 100, **word), told(READ, 182, said=again, **word)]
    return [*exchanges, told(READ, 24, said=1000, **word), told(READ, 25, said=90, **word)]


@pytest.mark.parametrize("timeout", [100, 0, 600])
def test_identify_arms_the_time_out(talk, timeout):
    pump = talk(NAME, *arming(timeout=timeout))
    assert pump.identify() == "Leybold TURBOVAC 350/450 i, software 30400, 1000 Hz"
    assert pump.normal_hz == 900.0


def test_time_out_that_is_not_taken(transcript, talk):
    pump = talk(NAME)
    pump.port = pump.uss.port = transcript(*arming(timeout=0, again=0)[:6])
    with pytest.raises(WrongDevice, match="reads back 0 s"):
        pump.identify()


def test_another_pump_is_told(talk):
    with pytest.raises(WrongDevice, match="1200"):
        talk(NAME, *arming(nominal=1200)[:3]).identify()


def test_another_pump_that_runs_gets_questions_only(talk):
    with pytest.raises(WrongDevice, match="1200"):
        talk(NAME, *arming(nominal=1200, status=RUN)[:3]).identify()


def test_unknown_type_is_shown_by_number(talk):
    assert "type 199" in talk(NAME, *arming(kind=199)).identify()


def test_what_turns_when_we_come_is_kept_on(talk):
    pump = talk(NAME, *arming(control=ON, status=RUN), told(READ, 6, said=1234, control=ON, status=RUN))
    pump.identify()
    assert pump.read_power() == {"turbo_power_w": 123.4}


def test_what_is_off_is_left_without_control(talk):
    pump = talk(NAME, *arming(), told(READ, 6, said=0))
    pump.identify()
    assert pump.read_power() == {"turbo_power_w": 0.0}


@pytest.mark.parametrize(
    ("status", "normal_hz", "at_speed"), [(RUN, 1000, True), (RUN, 1001, False), (RUN & ~NORMAL, 500, False)]
)
def test_process_data(talk, status, normal_hz, at_speed):
    pump = talk(NAME, told(NONE, status=status))
    pump.normal_hz = normal_hz
    assert pump.read_process() == {
        "turbo_speed_hz": 1000.0,
        "turbo_speed_pct": 100.0,
        "turbo_at_speed": at_speed,
        "turbo_current_a": 1.2,
    }


@pytest.mark.parametrize(("raw", "degrees"), [(37, 37.0), (0xFFFFFFFB, -5.0), (0x0000FFFB, -5.0)])
def test_bearing_temperature_is_signed(talk, raw, degrees):
    assert talk(NAME, told(READ, 125, said=raw)).read_temperature() == {"turbo_temperature_c": degrees}


def test_errors_and_warnings(talk):
    pump = talk(
        NAME,
        told(READ_FIELD, 171, said=6),  # an old one
        told(READ_FIELD, 171, said=6, status=ALWAYS | FAULT),
        told(READ_FIELD, 171, said=999, status=ALWAYS | FAULT | WARNS),
        told(READ_FIELD, 171, said=6, status=ALWAYS | WARNS),
        told(READ, 227, said=0x4800, status=ALWAYS | WARNS),
    )
    assert pump.read_error() == {"turbo_error": "", "turbo_ok": True}
    assert pump.read_error() == {"turbo_error": "Err006 run-up time", "turbo_ok": False}
    assert pump.read_error() == {"turbo_error": "Err999 see its manual", "turbo_ok": False}
    assert pump.read_error() == {"turbo_error": "warning bits 4800", "turbo_ok": True}


def test_switching_and_what_follows_carry_the_word(talk):
    pump = talk(
        NAME,
        told(NONE, control=ON),  # the reply still shows the state before it
        told(READ_FIELD, 171, control=ON, status=LISTENS | ALWAYS | RUNS),
        told(READ, 6, said=900, control=ON, status=RUN),
        told(NONE, control=OFF, status=RUN),
        told(READ_FIELD, 171, control=OFF),
        told(NONE, control=OFF),
    )
    pump.write({"turbo_enable": True})
    pump.read_power()
    pump.write({"turbo_enable": False})
    assert pump.read_process()["turbo_at_speed"] is False


@pytest.mark.parametrize(
    ("on", "status", "words"),
    [
        (True, REST, "another interface"),
        (True, ALWAYS | FAULT, "Err008 no pump.*reset"),
        (True, ALWAYS | LOCKED, "lock"),
        (False, RUN, "switched off, but is not"),
    ],
)
def test_order_without_effect(talk, on, status, words):
    word = {"control": ON if on else OFF, "status": status}
    with pytest.raises(Refused, match=words):
        talk(NAME, told(NONE, **word), told(READ_FIELD, 171, said=8, **word)).write({"turbo_enable": on})


def switching_on(status: int) -> list[tuple[bytes, bytes]]:
    return [told(NONE, control=ON), told(READ_FIELD, 171, said=8, control=ON, status=status)]


@pytest.mark.parametrize("status", [REST, ALWAYS | FAULT | LOCKED, RUN | FAULT])
def test_what_went_off_by_itself_is_told_off_until_off_and_on_are_asked(talk, status):
    """Reset or switched on by somebody at the pump, it would start under his hands."""
    error = told(READ_FIELD, 171, said=6, control=OFF, status=ALWAYS | FAULT)
    pump = talk(
        NAME,
        *switching_on(RUN),
        told(READ, 6, said=900, control=ON, status=status),
        error,
        error,
        told(READ_FIELD, 171, control=OFF),  # reset at the pump
        told(NONE, control=OFF),
        told(READ_FIELD, 171, control=OFF),
        *switching_on(RUN),
    )
    pump.write({"turbo_enable": True})
    pump.read_power()
    with pytest.raises(Refused, match=r"without our order.*off, and then on"):  # once
        pump.read_error()
    assert pump.read_error() == {"turbo_error": "Err006 run-up time", "turbo_ok": False}
    assert "stays off" in pump.read_error()["turbo_error"]
    with pytest.raises(Refused, match="off, and then on"):
        pump.write({"turbo_enable": True})
    pump.write({"turbo_enable": False})
    pump.write({"turbo_enable": True})


def test_what_did_not_obey_is_told_off_and_not_asked_again(talk):
    pump = talk(
        NAME,
        *switching_on(ALWAYS | FAULT),
        told(READ, 6, control=OFF),
        told(READ_FIELD, 171, control=OFF),
        told(NONE, control=OFF),
        told(READ_FIELD, 171, control=OFF),
        *switching_on(RUN),
    )
    for _ in range(2):
        with pytest.raises(Refused, match=r"Err008.*off, and then on"):
            pump.write({"turbo_enable": True})
    pump.read_power()
    assert pump.read_error()["turbo_ok"] is True  # the refusal was heard: nothing to be said again
    pump.write({"turbo_enable": False})
    pump.write({"turbo_enable": True})


def test_what_was_on_when_it_was_lost_and_is_found_off_stays_off(talk):
    pump = talk(NAME, *switching_on(RUN), (arming()[0][0], b""), *arming()[:3], *arming(control=OFF)[3:])
    pump.write({"turbo_enable": True})
    with pytest.raises(NoReply):
        pump.identify()
    pump.identify()
    with pytest.raises(Refused, match="without our order"):
        pump.write({"turbo_enable": True})


def test_silence_before_each_telegram(talk):
    pump = talk(NAME, told(NONE, control=ON), told(READ_FIELD, 171, control=ON, status=RUN))
    pump.write({"turbo_enable": True})
    assert pump.port.drained == [pytest.approx(GAP_S)]
    assert pytest.approx(2 * 11 / 19200) == GAP_S


STATUS = told(NONE)[0]
GOOD = told(NONE, status=RUN)[1]


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"", NoReply, "no reply"),
        (GOOD[:23], NoReply, "stopped"),
        (GOOD[:-1] + b"\x00", BadReply, "check byte"),
        (GOOD[:14] + b"\x00" + GOOD[15:], BadReply, "check byte"),
        (STATUS, BadReply, "echo"),
        (told(READ, 3)[1], BadReply, "parameter 3"),
        (whole(GOOD[:2].hex() + "02" + GOOD[3:23].hex()), BadReply, "address 2"),
        (whole("03" + GOOD[1:23].hex()), BadReply, "no telegram"),
        (whole("0215" + GOOD[2:23].hex()), BadReply, "no telegram"),
        (whole(GOOD[:3].hex() + "1000" + GOOD[5:23].hex()), BadReply, "code 1"),
        (bytes(24), BadReply, "no telegram"),
        (b"\xff" * 24, BadReply, "no telegram|check"),
    ],
)
def test_bad_replies(transcript, talk, reply, error, words):
    pump = talk(NAME)
    pump.port = pump.uss.port = transcript((STATUS, reply))
    with pytest.raises(error, match=words):
        pump.read_process()


def test_address_of_the_golden_pump(talk):
    pump = talk(NAME, (telegram(0, NONE, 0, 0, 0, 0), RUNNING), (telegram(0, NONE, 0, 0, 0, 0), IDLE), address=0)
    assert pump.read_process()["turbo_speed_hz"] == 110.0
    assert pump.read_process()["turbo_current_a"] == 0.0


class Rotor(TranscriptPort):
    """A pump that does as the last control word says, and remembers all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[int] = []
        self.runs = False
        self.parameters = {1: 180, 2: 30400, 18: 1000, 182: 100, 24: 1000, 25: 90, 171: 0, 6: 0, 125: 30}

    def write(self, data: bytes) -> None:
        self.sent_s, self.time = self.time, self.time + 0.005
        word = int.from_bytes(data[11:13], "big")
        self.words.append(word)
        self.runs = bool(word & 1) if word & OFF else self.runs
        pke = int.from_bytes(data[3:5], "big")
        access, parameter = pke >> 12, pke & 0x7FF
        status = RUN if self.runs else REST
        self.buffer += told(access, parameter, said=self.parameters.get(parameter, 0), status=status)[1]


def test_polls_keep_it_on_although_the_scan_hangs():
    """A lease that has run out leaves the pump as it is (DESIGN 3): its control word goes on, never older than 1 s."""
    port = Rotor()
    device = make(NAME, port)
    periods = [(each.method, each.tags, min(device.tags[t].period_s for t in each.tags)) for each in device.polls()]
    at = Attached(device, {name: name for name in (*device.tags, *device.outputs)}, periods)
    bus = Bus("turbo", port, [at])
    bus.lease = Lease(0.0, {"turbo_enable": True})
    for tick in range(200):
        port.time = max(port.time, tick * 0.05)
        bus.service(tick * 0.05)
    assert port.runs and not [notice for notice in bus.notices if notice.event != "ready"]
    first = port.words.index(ON)
    assert port.words[:first] == [0] * first and set(port.words[first:]) == {ON}
    assert len(port.words) - first > 4 * 9


def test_stands_in_for_the_other_turbo_pump(talk):
    mine, other = talk(NAME), talk("pump_hipace")
    assert mine.outputs == other.outputs
    assert mine.tags.keys() == other.tags.keys()
    assert all(mine.tags[name].period_s == tag.period_s for name, tag in other.tags.items())


@pytest.mark.parametrize("options", [{}, {"nominal_hz": 0}, {"nominal_hz": 1000, "timeout_s": -1.0}])
def test_options_have_a_range(talk, options):
    with pytest.raises(ValidationError):
        talk(NAME, options=options)


@given(
    broken(*(reply for _, reply in arming(timeout=0)), GOOD, told(READ_FIELD, 171, said=6, status=ALWAYS | WARNS)[1])
)
def test_any_bytes_give_values_or_a_device_error(replies):
    survive(NAME, replies)

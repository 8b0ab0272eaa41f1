"""The TURBOVAC: golden telegrams, silence, time, access to every parameter and every refusal."""

from functools import reduce
from operator import xor

import pytest

from sim.devices.turbovac_parameters import PARAMETERS, READ, TEXTS, WRITE
from sim.devices.uss_frames import parse
from sim.line import SimLine
from tests.sim.devices.uss_talk import OFF, ON, RESET, ask, frame, live, put, tell


@pytest.fixture
def pump(make, wiring):
    wiring.sensors.turbo_bearing_c = 25.0
    return make("pump_turbovac", nominal_hz=1000)


# --- telegrams --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "reply"),  # of turboctl's virtual pump: its parameter channel and its status
    [
        ("0000 0000 00000000 0000", "0000 0000 00000000 0201"),
        ("1003 0000 00000000 0000", "1003 0000 00000000 0201"),
        ("1018 0000 00000000 0000", "1018 0000 000003E8 0201"),
        ("2018 0000 00000BB8 0000", "7018 0000 00000002 0201"),
        ("2003 0000 00000005 0000", "7003 0000 00000001 0201"),
        ("60AB 0000 00000000 0000", "40AB 0000 00000000 0201"),
        ("60AB 00FE 00000000 0000", "70AB 00FE 00000003 0201"),
        ("10B8 0000 00000000 0000", "20B8 0000 0001D4C0 0201"),
        ("2008 0000 00000001 0000", "1008 0000 00000001 0201"),
        ("6003 0000 00000000 0000", "7003 0000 00000005 0201"),
        ("3018 0000 000003E8 0000", "7018 0000 00000005 0201"),
        ("7086 0001 00000022 0000", "4086 0001 00000022 0201"),
        ("8283 0000 3FC00000 0000", "5283 0000 3FC00000 0201"),
        ("0000 0000 00000000 0401", "0000 0000 00000000 8201"),  # "on": a real pump still says ready
        ("2012 0000 000003E8 0000", "7012 0000 00000001 0201"),  # a real pump's highest frequency is fixed
    ],
)
def test_golden_telegrams(pump, request_, reply):
    body = bytes.fromhex("02 16 00" + request_) + bytes(10)
    assert pump.receive(body + bytes((reduce(xor, body),)), 0.0)[:13] == bytes.fromhex("02 16 00" + reply)


def test_check_bytes_of_the_golden_telegrams():
    checks = [(frame(), 0x14), (frame(1, 3), 0x07), (frame(1, 24), 0x1C), (frame(2, 18, value=1000), 0xCD)]
    checks += [
        (frame(word=ON), 0x11),
        (frame(word=OFF), 0x10),
        (frame(word=RESET), 0x90),
        (frame(8, 643, value=0x3FC00000), 0xEA),
    ]
    checks += [(frame(word=0x441, set_point=900), 0xD6), (frame(6, 171, 254), 0x21), (frame(1, 3, word=ON), 0x02)]
    for data, check in checks:
        assert data[-1] == check and parse(data)


def test_a_running_pump_s_reply_to_the_last_byte(pump, wiring):
    wiring.sensors.turbo_speed_hz, wiring.sensors.turbo_current_a, wiring.sensors.turbo_bearing_c = 1000.0, 1.2, 37.4
    tell(pump, word=ON)
    golden = "02 16 00 10 03 00 00 00 00 03 E8 8E 04 03 E8 00 23 00 0C 00 25 00 30 B7"
    assert pump.receive(frame(1, 3, word=ON), 0.0) == bytes.fromhex(golden)


@pytest.mark.parametrize(
    "request_",
    [
        frame()[:-1] + b"\x15",  # check byte
        b"\x03" + frame()[1:-1] + b"\x15",  # start
        b"\x02\x17" + frame()[2:-1] + b"\x15",  # length
        frame(address=1),
        frame(address=0x20),
        frame()[:23],
        frame()[:-1],
        frame() + b"\0",
        b"\0" + frame(),
        b"",
    ],
)
def test_silence(pump, request_):
    assert pump.receive(request_, 0.0) == b""
    assert pump.receive(frame(), 0.1)  # after a silence it hears again


def test_an_address_of_its_own(make):
    pump = make("pump_turbovac", address=7)
    assert pump.receive(frame(), 0.0) == b""
    assert tell(pump, now=1.0, address=7)[0] == 0


@pytest.mark.parametrize("size", [1, 2, 5, 23])
def test_chunks(pump, size):
    request = frame(1, 3)
    replies = [pump.receive(request[at : at + size], 0.0005 * at) for at in range(0, 24, size)]
    assert len(b"".join(replies)) == 24 and not any(replies[:-1])


def test_a_gap_ends_a_telegram(pump):
    request = frame(1, 3)
    assert pump.receive(request[:10], 0.0) == b"" and pump.receive(request[10:], 0.021) == b""
    assert pump.receive(request[:10], 1.0) == b"" and len(pump.receive(request[10:], 1.019)) == 24


def test_response_delay_is_a_parameter(pump):
    line = SimLine("turbo", [pump], 19200, 11)
    assert line.silence_s == pytest.approx(2 * 11 / 19200)
    assert line.receive(frame(), 0.0)[0][0] == pytest.approx(0.010)
    put(pump, 180, 20)
    assert line.receive(frame(), 1.0)[0][0] == pytest.approx(0.020)
    put(pump, 180, 0)
    assert 0.0 < line.receive(frame(), 2.0)[0][0] <= 0.001


# --- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", sorted(PARAMETERS))
def test_every_parameter_by_its_access_type_and_indices(pump, number):
    parameter = PARAMETERS[number]
    wide, indexed = parameter.kind in ("u32", "s32", "real32"), bool(parameter.indices)
    last = max(0, parameter.indices - 1)
    code = (5 if wide else 4) if indexed else 2 if wide else 1
    read = tell(pump, access=6 if indexed else 1, number=number, index=last)
    assert read[:3] == ((7 if parameter.access == WRITE else code), number, last)
    assert put(pump, number, 0, 6 if indexed else 1, last + 1) == (7, 3)
    writing = (8 if wide else 7) if indexed else (3 if wide else 2)
    if parameter.access == READ:
        assert put(pump, number, 0, writing, last) == (7, 1)
    else:
        other = {8: 7, 7: 8, 3: 2, 2: 3}[writing]
        assert put(pump, number, 0, other, last) == (7, 5)
    if not indexed:
        assert put(pump, number, 0, 6) == (7, 5) and put(pump, number, 0, 7) == (7, 5)
    else:
        assert tell(pump, access=1, number=number)[0] == (2 if wide else 1)  # real pump: index 0 without field access
        assert put(pump, number, 0, 1, 1) == (7, 5)


SETTINGS = {  # as the sheet has them: lowest, highest, as delivered
    16: (0, 150, 80), 17: (3, 120, 50), 25: (35, 99, 90), 36: (0, 255, 0), 37: (0, 31, 0), 126: (0, 150, 60),
    128: (-10, 150, 5), 131: (-10, 150, 0), 132: (0, 150, 65), 133: (0, 150, 100), 150: (0, 1000, 800),
    179: (0, 65535, 0), 180: (0, 20, 10), 182: (0, 65535, 100), 183: (0, 1800, 500), 185: (0, 150, 90),
    247: (0, 2000, 999), 248: (0, 2000, 5), 1101: (0, 150, 75), 1102: (0, 150, 80),
}  # fmt: skip
INDICES = {
    29: 3, 119: 2, 122: 3, 134: 3, 171: 254, 174: 254, 176: 254, 312: 18, 314: 27, 315: 11, 355: 18, 634: 3, 636: 3,
    678: 254, 679: 254, 1035: 18,
}  # fmt: skip
WIDE = {176: "s32", 184: "s32", 616: "real32", 634: "u32", 636: "u32", 643: "real32"}
NUMBERS = {
    *(1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 18, 19, 20, 21, 23, 24, 25, 29, 30, 32, 36, 37, 38, 40, 41, 43, 119, 122),
    *(125, 126, 128, 131, 132, 133, 134, 140, 150, 171, 174, 176, 179, 180, 182, 183, 184, 185, 227, 247, 248, 249),
    *(312, 313, 314, 315, 316, 349, 350, 355, 394, 395, 396, *range(601, 626), 634, 636, 643, 670, 671, 672, 673),
    *(678, 679, 682, 918, 923, 924, 1025, 1035, 1100, 1101, 1102),
}


def test_the_parameters_are_those_of_the_sheet(pump):
    assert set(PARAMETERS) == NUMBERS
    for number, (low, high, start) in SETTINGS.items():
        parameter = PARAMETERS[number]
        assert (parameter.low, parameter.high, ask(pump, number)) == (low, high, start), number
    assert {number: PARAMETERS[number].indices for number in INDICES} == INDICES
    assert {number: p.kind for number, p in PARAMETERS.items() if p.kind not in ("u16", "s16")} == WIDE
    assert [ask(pump, 134, index) for index in range(3)] == [28, 34, 36]


@pytest.mark.parametrize("number", [n for n, p in PARAMETERS.items() if p.access == 3 and not p.indices and n != 24])
def test_what_can_be_written_reads_back_within_its_range(pump, number):
    parameter = PARAMETERS[number]
    writing, code = (3, 2) if parameter.kind == "s32" else (2, 1)
    for value in (parameter.low, parameter.high):
        wire = int(value) & 0xFFFFFFFF
        assert put(pump, number, wire, writing) == (code, wire)
        assert ask(pump, number) == wire
    if parameter.high < 65535:
        assert put(pump, number, int(parameter.high) + 1, writing) == (7, 2)
    if parameter.low > 0:
        assert put(pump, number, int(parameter.low) - 1, writing) == (7, 2)


def test_numbers_that_do_not_exist(pump):
    assert put(pump, 321, 0, 1) == (7, 0) and put(pump, 321, 5, 2) == (7, 0)
    assert put(pump, 9, 0, 1) == (7, 5) and put(pump, 9, 0, 2) == (7, 0) and put(pump, 9, 0, 1, 1) == (7, 3)


def test_codes_without_access(pump):
    for access in (0, 4, 5, 9, 15):
        assert tell(pump, access=access, number=24, value=77)[:4] == (0, 24, 0, 77)
        assert put(pump, 24, 0, access, 1) == (7, 3)
    assert ask(pump, 24) == 1000


def test_limits_of_the_set_point_frequency(pump):
    assert (ask(pump, 18), ask(pump, 19)) == (1000, 625)
    assert put(pump, 24, 624) == (7, 2) and put(pump, 24, 1001) == (7, 2)
    assert put(pump, 24, 625) == (1, 625) and ask(pump, 24) == 625


def test_values_with_a_sign(pump, wiring):
    assert put(pump, 128, 0xFFF6) == (1, 0xFFFFFFF6)  # 16 bits of -10
    assert put(pump, 128, 0xFFFFFFF5) == (7, 2)
    wiring.sensors.turbo_bearing_c = -5.0
    reply = tell(pump, access=1, number=125)
    assert reply[3] == 0xFFFFFFFB and reply[4][4] == 0xFFFB


def test_readings(pump, wiring):
    sensors = wiring.sensors
    sensors.turbo_speed_hz, sensors.turbo_current_a, sensors.turbo_power_w, sensors.turbo_bearing_c = (
        633.4,
        2.34,
        112.6,
        41.2,
    )
    assert [ask(pump, n) for n in (3, 4, 5, 6, 7, 11, 125, 140)] == [633, 480, 23, 1126, 41, 38, 41, 23]
    assert tell(pump)[4][1:] == (633, 38, 23, 41, 48)


def test_texts_come_one_character_an_index(pump):
    name = bytes(ask(pump, 313, index) for index in range(18)).rstrip(b"\0")
    assert name == b"TURBOVAC 450 iX" and ask(pump, 1) == 182
    assert all(PARAMETERS[number].indices == length for number, (_, length) in TEXTS.items())


def test_saving(pump, wiring):
    put(pump, 24, 700)
    put(pump, 25, 80)
    pump.reboot(0.0)
    assert (ask(pump, 24), ask(pump, 25)) == (1000, 90)
    put(pump, 24, 700)
    wiring.sensors.turbo_speed_hz = 5.0
    assert put(pump, 8, 1) == (7, 18)  # only at standstill
    wiring.sensors.turbo_speed_hz = 0.0
    assert put(pump, 8, 1) == (1, 1)
    assert put(pump, 24, 0, 1) == (7, 102)
    live(pump, 29.9)
    assert put(pump, 24, 0, 1) == (7, 102) and tell(pump)[0] == 0
    live(pump, 0.2)
    pump.reboot(0.0)
    assert ask(pump, 24) == 700
    hours = ask(pump, 184)
    assert put(pump, 1025, 1) == (1, 1) and ask(pump, 24) == 1000
    assert ask(pump, 184) == hours > 120000  # a power cycle and the factory keep the hours


def test_another_address_counts_after_a_power_cycle(pump):
    put(pump, 37, 5)
    put(pump, 8, 1)
    live(pump, 30.1)
    assert ask(pump, 37) == 5
    pump.reboot(0.0)
    assert pump.receive(frame(), 1.0) == b"" and tell(pump, now=2.0, address=5)

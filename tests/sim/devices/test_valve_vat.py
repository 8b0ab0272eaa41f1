import math

import pytest


@pytest.fixture
def valve(make):
    return make("valve_vat", gauge_full_scale_pa=133.3)


def ask(valve, text, now=0.0):
    reply = valve.receive(text.encode() + b"\r\n", now)
    assert reply.endswith(b"\r\n") and reply.count(b"\n") == 1
    return reply[:-2].decode()


def learn(valve):
    assert ask(valve, "L:00010000") == "L:"
    assert ask(valve, "i:76")[-2] == "7"
    for _ in range(3100):
        valve.step(0.0, 0.01)


def test_assembly_has_17_characters(valve, wiring):
    wiring.sensors.throttle_pct, wiring.sensors.chamber_gauge_pa = 42.0, 66.65
    assert ask(valve, "i:76") == "i:76" + "000420" + "0" + "0000500" + "1" + "4" + "1"


def test_ranges_scale_position_and_pressure(valve, wiring):
    assert ask(valve, "s:2121000000") == "s:21"
    assert ask(valve, "i:21") == "i:2121000000"
    wiring.sensors.throttle_pct, wiring.sensors.chamber_gauge_pa = 12.345, 1.333
    assert ask(valve, "A:") == "A:012345"
    assert ask(valve, "P:") == "P:00010000"
    wiring.sensors.chamber_gauge_pa = -0.1333
    assert ask(valve, "P:") == "P:-0001000"
    wiring.sensors.chamber_gauge_pa = 101325.0
    assert ask(valve, "P:") == "P:01000000"  # saturated at full scale


def test_position_control_open_close_hold(valve, wiring):
    assert ask(valve, "R:000250") == "R:"
    assert wiring.commands.throttle_target_pct == 25.0
    assert (ask(valve, "i:76")[-2], ask(valve, "i:38")) == ("2", "i:3800000250")
    wiring.sensors.throttle_pct = 31.0
    for command, target, mode in [("H:", 31.0, "6"), ("C:", 0.0, "3"), ("O:", 100.0, "4")]:
        assert ask(valve, command) == command
        assert (wiring.commands.throttle_target_pct, ask(valve, "i:76")[-2]) == (target, mode)


def test_speed_applies_to_position_control_only(valve, wiring):
    assert ask(valve, "V:000100") == "V:"
    assert ask(valve, "i:68") == "i:68000100"
    ask(valve, "R:000500")
    assert wiring.commands.throttle_speed == 0.1
    ask(valve, "C:")
    assert wiring.commands.throttle_speed == 1.0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 11),
        ("open", 11),
        ("R:00250", 12),
        ("S:000100", 12),  # six digits, as some drivers send
        ("C:1", 12),
        ("i:761", 12),
        ("X:", 20),
        ("i:99", 21),
        ("s:99", 21),
        ("R:00x250", 22),
        ("R:001001", 30),
        ("V:000000", 30),
        ("c:0103", 22),
        ("s:2191000000", 22),
        ("s:2110000999", 30),
        ("s:02A040", 30),
        ("s:02A04x", 22),
        ("s:02B001", 21),
        ("S:00000100", 82),  # no LEARN data yet
    ],
)
def test_refusals(valve, wiring, text, number):
    assert ask(valve, text) == f"E:{number:06d}"
    assert ask(valve, "i:52") == f"i:52{number:06d}"
    assert wiring.commands.throttle_target_pct == 100.0


def test_line_ends(valve):
    assert valve.receive(b"A:\n", 0.0) == b"E:000010\r\n"
    assert valve.receive(b"A:\r", 0.0) == b""
    assert valve.receive(b"\n", 0.0) == b"A:001000\r\n"
    assert valve.receive(b"A\xba:\r\n", 0.0) == b"E:000001\r\n"  # not 7 bits: parity


@pytest.mark.parametrize("size", range(1, 7))
def test_chunks(valve, size):
    request = b"i:76\r\n"
    assert b"".join(valve.receive(request[at : at + size], 0.0) for at in range(0, 6, size)).startswith(b"i:76")


def test_access_modes(valve):
    assert ask(valve, "c:0100") == "c:01"
    assert ask(valve, "C:") == "E:000080"
    assert ask(valve, "i:76")[-3] == "0"
    assert ask(valve, "c:0102") == "c:01"
    assert (ask(valve, "C:"), ask(valve, "i:76")[-3]) == ("C:", "2")


def test_power_up_synchronises_and_goes_where_configured(valve, wiring):
    for setting, mode, target in [("00000000", "3", 0.0), ("10000000", "4", 100.0)]:
        assert ask(valve, "s:04" + setting) == "s:04"
        valve.reboot(0.0)
        assert ask(valve, "i:76")[-2] == "1"
        assert ask(valve, "O:") == "E:000082"
        for _ in range(110):
            valve.step(0.0, 0.01)
        assert (ask(valve, "i:76")[-2], wiring.commands.throttle_target_pct) == (mode, target)


def test_learn_clears_the_warning_and_survives_a_power_cycle(valve):
    assert (ask(valve, "i:51"), ask(valve, "i:76")[-1]) == ("i:51010", "1")
    learn(valve)
    assert (ask(valve, "i:51"), ask(valve, "i:76")[-2:], ask(valve, "i:32")) == ("i:51000", "40", "i:3201000000")
    valve.reboot(0.0)
    assert ask(valve, "i:76")[-1] == "0"


def test_pressure_control_reaches_its_setpoint(valve, wiring):
    learn(valve)
    sensors, commands = wiring.sensors, wiring.commands
    sensors.throttle_pct, pressure = 100.0, 1.0
    assert ask(valve, "S:00000060") == "S:"  # 8 Pa
    for _ in range(3000):
        open_m3_s = 0.003 * 100.0 ** (sensors.throttle_pct / 100.0)
        pressure += 0.01 * (0.2 - pressure * open_m3_s) / 0.03  # 120 sccm into 30 l
        move = commands.throttle_target_pct - sensors.throttle_pct
        sensors.throttle_pct += math.copysign(min(abs(move), 1.25), move)
        sensors.chamber_gauge_pa = pressure
        valve.step(0.0, 0.01)
    assert pressure == pytest.approx(0.06 * 133.3, rel=0.01)
    assert (ask(valve, "i:76")[-2], ask(valve, "i:38")) == ("5", "i:3800000060")


def test_zero_only_near_zero(valve, wiring):
    assert ask(valve, "Z:") == "E:000030"
    wiring.sensors.chamber_gauge_pa = 0.5
    assert ask(valve, "Z:") == "Z:"
    assert ask(valve, "P:") == "P:00000000"


def test_parameters_are_kept(valve):
    assert ask(valve, "s:02A042.5") == "s:02"
    assert ask(valve, "i:02A04") == "i:02A042.5"
    assert valve.motion.gain == 2.5


@pytest.mark.parametrize("number", [1, 4, 20, 30, 32, 38, 50, 51, 52, 60, 61, 64, 65, 68, 80, 82, 83, 84])
def test_every_inquiry_is_answered(valve, number):
    assert ask(valve, f"i:{number:02d}").startswith(f"i:{number:02d}")

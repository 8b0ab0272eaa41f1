from functools import reduce
from operator import xor
from struct import unpack, unpack_from

import pytest

from sim.devices.rf_match import matched_pct

OK, WRONG_MODE, OUT_OF_RANGE, BYTE_COUNT, UNKNOWN = b"\0", b"\1", b"\4", b"\x09", b"\x63"


@pytest.fixture
def match(make, wiring):
    wiring.commands.rf_permit = True
    return make("match_ae", address=2)


def ask(match, command, *data):
    """Reply data; the host acknowledges."""
    data = bytes(data)
    head = bytes((16 | len(data), command)) if len(data) < 7 else bytes((23, command, len(data)))
    packet = head + data
    reply = match.receive(packet + bytes((reduce(xor, packet),)), 0.0)
    assert reply[:1] == b"\x06" and reduce(xor, reply[1:]) == 0 and reply[1] >> 3 == 2 and reply[2] == command
    assert match.receive(b"\x06", 0.0) == b""
    return reply[4:-1] if reply[1] & 7 == 7 else reply[3:-1]


def word(percent):
    return round(100 * percent).to_bytes(2, "little")


def targets(match):
    return match.wiring.commands.match_load_target_pct, match.wiring.commands.match_tune_target_pct


def live(match, seconds=0.1, dt=0.01):
    for _ in range(round(seconds / dt)):
        match.step(0.0, dt)


def flags(match):
    return [f"{byte:08b}" for byte in ask(match, 219)[:4]]


# --- packets ----------------------------------------------------------------------------------------------------


def test_packets_by_hand(match):
    for request, reply in [
        ("14 5D 01 00 02 00 4A", "06 11 5D 00 4C"),  # network 1 by hand
        ("14 70 01 00 94 11 E0", "06 11 70 00 61"),  # its load capacitor to 45 %
        ("10 A1 B1", "06 14 A1 00 00 00 00 B5"),
    ]:
        assert match.receive(bytes.fromhex(request), 0.0) == bytes.fromhex(reply)
        assert match.receive(b"\x06", 0.0) == b""
    assert match.wiring.commands.match_load_target_pct == 45.0


def test_it_is_not_the_generator(match):
    assert match.receive(bytes.fromhex("08 A2 AA"), 0.0) == b""
    assert ask(match, 162) == ask(match, 2) == UNKNOWN
    assert (ask(match, 128), ask(match, 129), ask(match, 130)) == (b"MATCH", b"00002", b"01.00")


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [91, 93, 94, 98, 112, 122])
def test_length_and_network_of_every_command(match, command):
    ask(match, 93, 1, 0, 2, 0)
    assert ask(match, command) == ask(match, command, 1, 0, 1) == ask(match, command, 1, 0, 1, 0, 0) == BYTE_COUNT
    for network, zero in ((0, 0), (3, 0), (1, 1)):
        assert ask(match, command, network, zero, 1, 0) == OUT_OF_RANGE
    assert ask(match, command, 2, 0, 1, 0) == (WRONG_MODE if command > 100 else OK)


@pytest.mark.parametrize(
    ("command", "low", "high", "csr"),
    [(91, 11, 0, OUT_OF_RANGE), (91, 10, 0, OK), (91, 0, 0, OK), (91, 0, 1, OUT_OF_RANGE), (93, 0, 0, OUT_OF_RANGE),
     (93, 3, 0, OUT_OF_RANGE), (94, 2, 0, OUT_OF_RANGE), (98, 2, 0, OUT_OF_RANGE), (112, 0x11, 0x27, OUT_OF_RANGE),
     (112, 0x10, 0x27, WRONG_MODE), (122, 0, 0, WRONG_MODE)],
)  # fmt: skip
def test_values(match, command, low, high, csr):
    assert ask(match, command, 1, 0, low, high) == csr


def test_reports_take_no_data(match):
    assert ask(match, 161, 1) == ask(match, 219, 1, 0) == BYTE_COUNT


def test_a_refusal_that_was_ordered(match):
    match.refuse_with = 53
    assert ask(match, 219) == b"\x35"


def test_somebody_at_its_panel(match):
    match.trouble = "local"
    assert ask(match, 93, 1, 0, 2, 0) == WRONG_MODE
    assert flags(match)[1] == "01010000"


def test_settings_that_are_only_acknowledged(match):
    ask(match, 93, 1, 0, 2, 0)
    match.ignore_writes = True
    for command, value in ((91, 3), (94, 1), (98, 0), (93, 1)):
        assert ask(match, command, 1, 0, value, 0) == OK
    assert ask(match, 112, 1, 0, *word(30.0)) == OK and ask(match, 92, 1, 0, 1, 1, *word(1.0), *word(2.0)) == OK
    assert ask(match, 161) == bytes(4) and targets(match) == (50.0, 50.0)
    assert flags(match)[:2] == ["00000000", "11100000"] and match.presets[1][1].load_pct == 50.0


# --- by hand ----------------------------------------------------------------------------------------------------


def test_by_hand_the_capacitors_go_where_they_are_told(match):
    assert ask(match, 93, 1, 0, 2, 0) == OK
    assert ask(match, 112, 1, 0, *word(45.67)) == ask(match, 122, 1, 0, *word(100.0)) == OK
    match.wiring.commands.rf_forward_w = 300.0
    live(match)
    assert targets(match) == (45.67, 100.0)


def test_network_2_has_motors_and_no_cable(match):
    assert ask(match, 93, 2, 0, 2, 0) == OK
    assert ask(match, 112, 2, 0, *word(60.0)) == ask(match, 122, 2, 0, *word(0.0)) == OK
    match.wiring.commands.rf_forward_w = 300.0
    live(match, 1.0)
    assert unpack_from("<2H", ask(match, 219), 12) == (6000, 3000)
    live(match, 2.0)
    assert unpack_from("<2H", ask(match, 219), 12) == (6000, 0)
    assert flags(match)[0] == "00000001"


def test_without_motors_the_capacitors_stay(match, wiring):
    ask(match, 93, 1, 0, 2, 0)
    ask(match, 112, 1, 0, *word(90.0))
    wiring.sensors.match_load_pct, wiring.sensors.match_tune_pct = 61.0, 49.0  # on their way
    assert ask(match, 98, 1, 0, 0, 0) == OK and targets(match) == (61.0, 49.0)
    assert ask(match, 112, 1, 0, *word(10.0)) == WRONG_MODE
    ask(match, 93, 1, 0, 1, 0)
    wiring.commands.rf_forward_w = 300.0
    live(match)
    assert targets(match) == (61.0, 49.0)
    assert ask(match, 98, 1, 0, 1, 0) == OK
    live(match)
    assert targets(match) == matched_pct(0.5, -150.0)


# --- automatic --------------------------------------------------------------------------------------------------


def test_automatic_tuning_follows_the_power_on_the_cable(match, wiring):
    wiring.sensors.load_r_ohm, wiring.sensors.load_x_ohm = 5.0, -110.0
    live(match)
    assert targets(match) == (50.0, 50.0)
    wiring.commands.rf_forward_w = 300.0
    live(match)
    assert targets(match) == matched_pct(5.0, -110.0)


def test_presets_of_each_network(match):
    assert ask(match, 92, 1, 0, 4, 1, *word(35.5), *word(60.25)) == OK
    assert ask(match, 91, 1, 0, 4, 0) == ask(match, 91, 2, 0, 9, 0) == OK
    assert ask(match, 161) == bytes((4, 0, 9, 0))
    live(match)
    assert targets(match) == (50.0, 50.0)  # not in use yet
    assert ask(match, 94, 1, 0, 1, 0) == OK
    live(match)
    assert targets(match) == (35.5, 60.25)
    assert flags(match)[0] == "01000000" and flags(match)[3] == "00000000"
    ask(match, 94, 2, 0, 1, 0)
    assert flags(match)[3] == "00001000"


def test_a_preset_is_where_tuning_begins(match, wiring):
    ask(match, 92, 1, 0, 4, 1, *word(35.5), *word(60.25))
    ask(match, 91, 1, 0, 4, 0)
    ask(match, 94, 1, 0, 1, 0)
    wiring.commands.rf_forward_w = 300.0
    live(match)
    assert targets(match) == matched_pct(0.5, -150.0)
    wiring.commands.rf_forward_w = 0.0
    live(match)
    assert targets(match) == (35.5, 60.25)
    ask(match, 93, 1, 0, 2, 0)
    ask(match, 112, 1, 0, *word(20.0))
    live(match)
    assert targets(match) == (20.0, 60.25)  # a preset is for automatic tuning only


def test_a_trajectory_follows_its_preset(match):
    pairs = [value for percent in (10.0, 20.0, 30.0, 40.0) for value in word(percent)]
    for count in (1, 2):  # of the pairs that follow, or of all
        assert ask(match, 92, 2, 0, 10, count, *pairs) == OK
    preset = match.presets[2][10]
    assert (preset.load_pct, preset.tune_pct, preset.trajectory) == (10.0, 20.0, [(30.0, 40.0)])
    assert match.presets[1][10].load_pct == 50.0


@pytest.mark.parametrize(
    ("rest", "csr"),
    [((1, 0), BYTE_COUNT), ((1, 1, 0, 0, 0), BYTE_COUNT), ((1, 2, 0, 0, 0, 0), BYTE_COUNT),
     ((1, 0, 0, 0, 0, 0), OK), ((0, 1, 0, 0, 0, 0), OUT_OF_RANGE), ((11, 1, 0, 0, 0, 0), OUT_OF_RANGE),
     ((1, 1, 0x10, 0x27, 0x10, 0x27), OK), ((1, 1, 0x10, 0x27, 0x11, 0x27), OUT_OF_RANGE),
     ((1, 9, *bytes(36)), OK), ((1, 10, *bytes(40)), OUT_OF_RANGE)],
)  # fmt: skip
def test_forms_of_a_preset(match, rest, csr):
    assert ask(match, 92, 1, 0, *rest) == csr


def test_a_power_cycle_forgets_all_but_the_presets(match, wiring):
    ask(match, 92, 1, 0, 4, 1, *word(35.5), *word(60.25))
    for command, value in ((91, 4), (94, 1), (93, 2), (98, 0)):
        ask(match, command, 1, 0, value, 0)
    match.reboot(1.0)
    assert ask(match, 161) == bytes(4) and flags(match)[:2] == ["00000000", "11110000"]
    live(match)
    assert targets(match) == (50.0, 50.0)
    ask(match, 94, 1, 0, 1, 0)
    ask(match, 91, 1, 0, 4, 0)
    live(match)
    assert targets(match) == (35.5, 60.25)


# --- report 219 -------------------------------------------------------------------------------------------------


def test_the_block(match, wiring):
    wiring.commands.rf_forward_w = 300.0
    sensors = wiring.sensors
    sensors.match_load_pct, sensors.match_tune_pct, sensors.dc_bias_v = 12.34, 98.76, 150.25
    sensors.load_r_ohm, sensors.load_x_ohm, sensors.reflected_w = 4.0, -3.0, 44.0
    live(match)
    sensors.dc_bias_v = 120.5
    block = ask(match, 219)
    assert len(block) == 88
    assert unpack("<2H", block[4:8]) == (1234, 9876) and unpack("<2H", block[12:16]) == (5000, 5000)
    assert unpack("<2H", block[20:24]) == (15025, 12050)
    assert unpack("<6f", block[40:64]) == pytest.approx((4.0, -3.0, 40.0, 8.0, -36.8699, 256.0))
    assert not any(block[8:12] + block[16:20] + block[24:40] + block[64:])
    wiring.commands.rf_forward_w = 0.0
    live(match)
    assert unpack("<2H", ask(match, 219)[20:24]) == (0, 12050)


def test_what_the_block_says_of_network_1(match, wiring):
    assert flags(match) == ["00000000", "11110000", "00000000", "00000000"]
    wiring.commands.rf_forward_w = 300.0
    assert flags(match)[0] == "00000001"
    wiring.sensors.gamma_re, wiring.sensors.gamma_im = 0.07, -0.07
    assert flags(match)[0] == "00000011"
    wiring.sensors.gamma_im = -0.08
    assert flags(match)[0] == "00000001"
    ask(match, 93, 1, 0, 2, 0)
    assert flags(match)[1] == "11100000"


@pytest.mark.parametrize("loop", ["permit", "chain", "fault"])
def test_interlock_and_heat(match, wiring, loop):
    wiring.commands.rf_permit = loop != "permit"
    wiring.sensors.chain_closed = loop != "chain"
    match.trouble = "interlock" if loop == "fault" else ""
    assert flags(match)[1] == "11110100"
    if loop != "fault":
        match.trouble = "hot"
        assert flags(match)[1] == "11110110" and flags(match)[3] == "00000001"


def test_nonsense_from_the_sensors_is_still_answered(match, wiring):
    wiring.commands.rf_forward_w = 300.0
    sensors = wiring.sensors
    for nonsense in (float("nan"), float("inf"), -float("inf"), 1e30, -1e30, 1e-300):
        sensors.reflected_w = sensors.dc_bias_v = sensors.load_r_ohm = sensors.load_x_ohm = nonsense
        sensors.match_load_pct = sensors.match_tune_pct = sensors.gamma_re = sensors.gamma_im = nonsense
        live(match)
        assert len(ask(match, 219)) == 88
        assert all(0.0 <= target <= 100.0 for target in targets(match))
        ask(match, 98, 1, 0, 0, 0)
        assert all(0.0 <= target <= 100.0 for target in targets(match))
        ask(match, 98, 1, 0, 1, 0)

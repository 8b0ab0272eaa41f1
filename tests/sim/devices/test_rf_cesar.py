from functools import reduce
from operator import xor

import pytest

from sim.devices.rf_match import matched_pct

ACK = b"\x06"


@pytest.fixture
def cesar(make, wiring):
    wiring.commands.rf_permit = True
    return make("rf_cesar", address=1, max_power_w=600, max_reflected_w=100)


def ask(cesar, command, data=b"", address=1):
    """Reply data to a command; the host acknowledges."""
    size = (
        bytes((address << 3 | len(data), command)) if len(data) < 7 else bytes((address << 3 | 7, command, len(data)))
    )
    packet = size + data
    reply = cesar.receive(packet + bytes((reduce(xor, packet),)), 0.0)
    assert reply[:1] == ACK and reduce(xor, reply[1:]) == 0 and reply[2] == command
    assert cesar.receive(ACK, 0.0) == b""
    return reply[4:-1] if reply[1] & 7 == 7 else reply[3:-1]


def word(value):
    return value.to_bytes(2, "little")


def value_of(cesar, command):
    return int.from_bytes(ask(cesar, command), "little")


def live(cesar, seconds, plant=None, dt=0.01):
    for _ in range(round(seconds / dt)):
        if plant:
            plant(dt)
        cesar.step(0.0, dt)


def switch_on(cesar, setpoint, mode=6):
    for command, data in [(14, b"\2"), (3, bytes((mode,))), (8, word(setpoint)), (2, b"")]:
        assert ask(cesar, command, data) == b"\0"


# --- golden frames of the manuals ---------------------------------------------------------------------------


def test_golden_frames(cesar):
    cesar.power.max_power_w = 1200.0
    for request, reply in [
        ("08 9B 93", "06 09 9B 06 94"),  # control mode: front panel
        ("09 0E 02 05", "06 09 0E 00 07"),  # host control
        ("0A 08 E8 03 E9", "06 09 08 00 01"),  # setpoint 1000 W
        ("08 A4 AC", "06 0B A4 E8 03 06 42"),  # read it back, forward regulation
        ("08 02 0A", "06 09 02 00 0B"),  # RF on
        ("08 A6 AE", "06 0A A6 00 00 AC"),  # reflected
    ]:
        assert cesar.receive(bytes.fromhex(request), 0.0) == bytes.fromhex(reply)
        assert cesar.receive(ACK, 0.0) == b""


def test_golden_status_with_both_bits_of_rf_on(cesar):
    switch_on(cesar, 300)
    live(cesar, 0.5)
    assert cesar.receive(bytes.fromhex("08 A2 AA"), 0.0) == bytes.fromhex("06 0C A2 60 00 00 00 CE")


def test_name_and_size(cesar):
    assert (ask(cesar, 128), ask(cesar, 129), len(ask(cesar, 221))) == (b"CESAR", b"00600", 32)


# --- packets ------------------------------------------------------------------------------------------------


def test_bad_checksum_gets_nak(cesar):
    assert cesar.receive(bytes.fromhex("08 9B 94"), 0.0) == b"\x15"


def test_other_address_gets_nothing_and_broadcast_is_obeyed_in_silence(cesar):
    assert cesar.receive(bytes.fromhex("10 9B 8B"), 0.0) == b""
    assert cesar.receive(bytes.fromhex("01 0E 02 0D"), 0.0) == b""
    assert ask(cesar, 155) == b"\2"


def test_nak_of_the_host_repeats_the_reply(cesar):
    reply = cesar.receive(bytes.fromhex("08 9B 93"), 0.0)
    assert cesar.receive(b"\x15", 0.0) == reply[1:]
    assert cesar.receive(ACK, 0.0) == b""


@pytest.mark.parametrize("size", [1, 2, 3])
def test_chunks(cesar, size):
    request = bytes.fromhex("09 0E 02 05")
    replies = [cesar.receive(request[at : at + size], 0.005 * at) for at in range(0, 4, size)]
    assert b"".join(replies) == bytes.fromhex("06 09 0E 00 07")


def test_half_a_packet_is_dropped_after_20_ms(cesar):
    assert cesar.receive(bytes.fromhex("09 0E"), 0.0) == b""
    assert cesar.receive(bytes.fromhex("08 9B 93"), 0.021) == bytes.fromhex("06 09 9B 06 94")


def test_host_ack_and_next_packet_in_one_chunk(cesar):
    cesar.receive(bytes.fromhex("08 9B 93"), 0.0)
    assert cesar.receive(bytes.fromhex("06 08 9B 93"), 0.0) == bytes.fromhex("06 09 9B 06 94")


def test_length_byte_form(cesar):
    packet = bytes((0x0F, 0x0E, 1, 2))
    assert cesar.receive(packet + bytes((reduce(xor, packet),)), 0.0) == bytes.fromhex("06 09 0E 00 07")


# --- refusals -----------------------------------------------------------------------------------------------


def test_front_panel_refuses_all_but_off_and_taking_control(cesar):
    assert ask(cesar, 8, word(100)) == b"\1"
    assert ask(cesar, 2) == b"\1"
    assert ask(cesar, 1) == b"\0"
    assert ask(cesar, 14, b"\2") == b"\0"


@pytest.mark.parametrize(
    ("command", "data", "csr"),
    [
        (8, word(601), 4),
        (8, b"\1", 9),
        (8, b"", 9),
        (3, b"\5", 4),
        (4, word(601), 4),
        (5, word(101), 4),
        (10, word(3601), 4),
        (13, b"\2", 4),
        (93, (40000).to_bytes(3, "little"), 50),
        (96, b"\0", 51),
        (112, word(500), 1),  # match in automatic mode
        (99, b"", 99),
        (250, b"", 99),
        (165, b"\1", 9),
    ],
)
def test_csr(cesar, command, data, csr):
    ask(cesar, 14, b"\2")
    assert ask(cesar, command, data) == bytes((csr,))


def test_regulation_mode_cannot_change_while_on(cesar):
    switch_on(cesar, 100)
    assert ask(cesar, 3, b"\7") == b"\2"


# --- power --------------------------------------------------------------------------------------------------


def test_forward_regulation_settles_in_100_ms(cesar, wiring):
    switch_on(cesar, 300)
    assert wiring.commands.rf_forward_w == 0.0
    live(cesar, 0.1)
    assert wiring.commands.rf_forward_w == pytest.approx(300, rel=0.03)
    live(cesar, 0.4)
    assert (value_of(cesar, 165), value_of(cesar, 166), value_of(cesar, 167)) == (300, 0, 300)


def reflecting(wiring, share):
    def plant(dt):
        wiring.sensors.reflected_w = share * wiring.commands.rf_forward_w

    return plant


def test_load_regulation_makes_up_for_what_comes_back(cesar, wiring):
    switch_on(cesar, 300, mode=7)
    live(cesar, 0.15, reflecting(wiring, 0.2))
    assert value_of(cesar, 167) == pytest.approx(300, abs=6)
    assert wiring.commands.rf_forward_w == pytest.approx(375, rel=0.02)


def test_forward_limit_binds_load_regulation(cesar, wiring):
    ask(cesar, 14, b"\2")
    ask(cesar, 4, word(350))
    switch_on(cesar, 300, mode=7)
    live(cesar, 1.0, reflecting(wiring, 0.2))
    assert wiring.commands.rf_forward_w == pytest.approx(350, abs=1)
    assert value_of(cesar, 162) & 1 << 7


def test_fold_back_at_the_reflected_limit(cesar, wiring):
    ask(cesar, 14, b"\2")
    ask(cesar, 5, word(50))
    switch_on(cesar, 400)
    live(cesar, 1.0, reflecting(wiring, 0.5))
    assert wiring.sensors.reflected_w == pytest.approx(50, abs=1)


def test_dc_bias_regulation(cesar, wiring):
    def plant(dt):
        wiring.sensors.dc_bias_v = 0.5 * wiring.commands.rf_forward_w

    switch_on(cesar, 120, mode=8)
    live(cesar, 5.0, plant)
    assert value_of(cesar, 168) == pytest.approx(120, abs=2)


def test_status_shows_request_at_once_and_output_after_the_ramp(cesar, wiring):
    ask(cesar, 14, b"\2")
    ask(cesar, 31, word(10))
    switch_on(cesar, 200)
    assert value_of(cesar, 162) & 0x60 == 0x40
    live(cesar, 0.5)
    assert value_of(cesar, 162) & 0x60 == 0x40
    assert 80 < wiring.commands.rf_forward_w < 110
    live(cesar, 0.6)
    assert value_of(cesar, 162) & 0x60 == 0x60


def test_open_interlock_loop_is_off_at_once_with_a_fault(cesar, wiring):
    switch_on(cesar, 200)
    live(cesar, 0.5)
    wiring.commands.rf_permit = False
    cesar.step(0.0, 0.001)
    assert wiring.commands.rf_forward_w == 0.0
    assert value_of(cesar, 162) & ~0x80 == 1 << 15 | 1 << 29
    assert ask(cesar, 223) == b"\1\0\0\0"
    assert ask(cesar, 2) == b"\7"
    wiring.commands.rf_permit = True
    assert ask(cesar, 2) == b"\7"
    ask(cesar, 1)
    assert ask(cesar, 2) == b"\0"


def test_time_limit_switches_off(cesar, wiring):
    ask(cesar, 14, b"\2")
    ask(cesar, 10, word(2))
    switch_on(cesar, 200)
    live(cesar, 1.98)
    assert wiring.commands.rf_forward_w > 0.0
    live(cesar, 0.03)
    assert wiring.commands.rf_forward_w == 0.0
    assert ask(cesar, 223) == b"\0\4\0\0"  # bit 1.2
    assert value_of(cesar, 205) == 2


def test_reflected_trigger(cesar, wiring):
    ask(cesar, 14, b"\2")
    ask(cesar, 33, b"\1" + word(20))
    switch_on(cesar, 100)
    live(cesar, 0.9, reflecting(wiring, 0.3))
    assert wiring.commands.rf_forward_w > 0.0
    live(cesar, 0.3, reflecting(wiring, 0.3))
    assert wiring.commands.rf_forward_w == 0.0


@pytest.mark.parametrize("off", [lambda c: ask(c, 1), lambda c: ask(c, 14, b"\6"), lambda c: c.reboot(1.0)])
def test_three_ways_to_off(cesar, wiring, off):
    switch_on(cesar, 200)
    live(cesar, 0.5)
    off(cesar)
    assert wiring.commands.rf_forward_w == 0.0
    live(cesar, 0.1)
    assert wiring.commands.rf_forward_w == 0.0


def test_nonsense_from_the_sensors_is_still_answered(cesar, wiring):
    switch_on(cesar, 200, mode=7)
    for nonsense in (float("nan"), float("inf"), -float("inf")):
        sensors = wiring.sensors
        sensors.reflected_w = sensors.dc_bias_v = sensors.load_r_ohm = sensors.load_x_ohm = nonsense
        sensors.match_load_pct = sensors.match_tune_pct = nonsense
        live(cesar, 0.1)
        for command in (162, 165, 166, 167, 168, 175):
            assert ask(cesar, command)
        assert 0.0 <= wiring.commands.rf_forward_w <= 600.0


# --- match --------------------------------------------------------------------------------------------------


def test_automatic_match_goes_straight_to_the_solution(cesar, wiring):
    wiring.sensors.load_r_ohm, wiring.sensors.load_x_ohm = 5.0, -110.0
    before = wiring.commands.match_load_target_pct
    live(cesar, 0.1)
    assert wiring.commands.match_load_target_pct == before  # no power: it stays
    switch_on(cesar, 300)
    live(cesar, 0.2)
    load, tune = wiring.commands.match_load_target_pct, wiring.commands.match_tune_target_pct
    assert abs(reflection(load, tune, 5.0, -110.0)) < 1e-6
    assert ask(cesar, 131) == b"\1"
    wiring.sensors.match_load_pct, wiring.sensors.match_tune_pct = load, tune
    assert ask(cesar, 131) == b"\0"
    assert ask(cesar, 175) == word(round(10 * load)) + word(round(10 * tune))


def reflection(load_pct, tune_pct, r, x):
    w = 2 * 3.141592653589793 * 13.56e6
    shunt, series = (200 + 13.0 * load_pct) * 1e-12, (30 + 4.7 * tune_pct) * 1e-12
    z = 1 / (1j * w * shunt + 1 / (0.3 + 1j * w * 2.5e-6 + 1 / (1j * w * series) + r + 1j * x))
    return (z - 50) / (z + 50)


def test_unreachable_loads_go_to_the_nearest_corner():
    assert matched_pct(0.5, -150.0)[0] == 100.0  # wants 1841 pF
    assert matched_pct(60.0, 0.0)[0] == 0.0
    assert matched_pct(5.0, -400.0)[1] == 100.0  # wants an inductor
    assert matched_pct(5.0, 5000.0)[1] == 0.0


def test_manual_match_moves_where_told(cesar, wiring):
    ask(cesar, 14, b"\2")
    assert ask(cesar, 13, b"\0") == b"\0"
    assert (ask(cesar, 112, word(423)), ask(cesar, 122, word(960)), ask(cesar, 112, word(39))) == (b"\0", b"\0", b"\4")
    assert (wiring.commands.match_load_target_pct, wiring.commands.match_tune_target_pct) == (42.3, 96.0)
    switch_on(cesar, 300)
    live(cesar, 0.2)
    assert wiring.commands.match_load_target_pct == 42.3
    assert ask(cesar, 163) == b"\0"

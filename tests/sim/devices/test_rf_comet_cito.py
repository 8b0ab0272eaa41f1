import pytest

from sim.devices.comet_shft_frames import crc16, is_frame, sealed

STATE = bytes.fromhex("0A 41 1F40 0001 FB65")
OFF, ON = 1, 2  # parameter 8000


@pytest.fixture
def comet(make, wiring):
    wiring.commands.rf_permit = True
    return make("rf_comet_cito", max_power_w=600, max_reflected_w=100)


def exchange(comet, body, now=0.0):
    """Reply to a body that gets its CRC here; the reply's own CRC is checked and removed."""
    reply = comet.receive(sealed(body), now)
    assert reply[:1] == b"\x0a" and crc16(reply[:-2]) == reply[-2:]
    return reply[1:-2]


def read(comet, number):
    reply = exchange(comet, b"\x0a\x41" + number.to_bytes(2, "big") + b"\0\1")
    assert reply[0] == 0x41 and reply[1] == len(reply) - 2
    return reply[2:]


def value(comet, number):
    data = read(comet, number)
    assert len(data) == 4
    return int.from_bytes(data, "big")


def write(comet, number, amount, size=4):
    """None when it was echoed, else the exception code."""
    body = b"\x0a\x42" + number.to_bytes(2, "big") + amount.to_bytes(size, "big")
    reply = exchange(comet, body)
    if reply == body[1:]:
        return None
    assert reply[0] == 0xC2 and len(reply) == 2
    return reply[1]


def refused_read(comet, number, data=b"\0\1"):
    reply = exchange(comet, b"\x0a\x41" + number.to_bytes(2, "big") + data)
    assert reply[0] == 0xC1 and len(reply) == 2
    return reply[1]


def live(comet, seconds, share=0.0, dt=0.01):
    """The plant reflects ``share`` of the forward power."""
    for _ in range(round(seconds / dt)):
        comet.wiring.sensors.reflected_w = share * comet.wiring.commands.rf_forward_w
        comet.step(0.0, dt)


def switch_on(comet, watts, regulation=0):
    assert write(comet, 1201, regulation) is write(comet, 1206, 1000 * watts) is write(comet, 1001, 1) is None


# --- frames of the manual ---------------------------------------------------------------------------------------


def test_frames_of_the_manual(comet):
    for request, reply in [
        ("0A 42 04B6 00030D40 DF45", "0A 42 04B6 00030D40 DF45"),  # set point 200 W
        ("0A 41 04B6 0001 1DB3", "0A 41 04 00030D40 A1B1"),
        ("0A 42 04B6 00989680 C5CA", "0A C2 84 7101"),  # 10 kW
        ("0A 41 1F40 0001 FB65", "0A 41 04 00000001 9511"),  # RF off
    ]:
        assert comet.receive(bytes.fromhex(request), 0.0) == bytes.fromhex(reply)


def test_rf_on_and_forward_power_of_the_manual(comet):
    assert exchange(comet, bytes.fromhex("0A 41 1F55 0001")) == bytes.fromhex("41 04 00000000")
    assert exchange(comet, bytes.fromhex("0A 42 03E9 00000001")) == bytes.fromhex("42 03E9 00000001")


def test_name(comet, make):
    assert read(comet, 10) == b"Synertia"
    assert read(make("rf_comet_cito", model="cito1310"), 10) == b"cito1310"


# --- framing ----------------------------------------------------------------------------------------------------


def test_the_crc_starts_at_zero():
    assert crc16(b"") == b"\0\0" and crc16(b"\0\0\0") == b"\0\0"
    assert is_frame(STATE) and not is_frame(STATE[:-1])
    assert not is_frame(sealed(b"\x0a\x41\x1f\x40"))  # one byte of data at least
    assert is_frame(sealed(bytes(253))) and not is_frame(sealed(bytes(254)))


def test_silence_for_a_damaged_frame_and_for_another_address(comet):
    for bit in range(8 * len(STATE)):
        damaged = bytearray(STATE)
        damaged[bit // 8] ^= 1 << bit % 8
        assert comet.receive(bytes(damaged), float(bit)) == b""
    assert comet.receive(sealed(b"\x0b" + STATE[1:-2]), 100.0) == b""
    assert comet.receive(sealed(b"\0" + STATE[1:-2]), 101.0) == b""


@pytest.mark.parametrize("size", range(1, 8))
def test_chunks(comet, size):
    parts = [comet.receive(STATE[at : at + size], 0.002 * at) for at in range(0, len(STATE), size)]
    assert b"".join(parts) == bytes.fromhex("0A 41 04 00000001 9511")


def test_what_was_begun_is_forgotten_after_a_pause_or_a_whole_frame(comet):
    assert comet.receive(STATE[:4], 0.0) == b""
    assert comet.receive(STATE[4:], 0.021) == b""
    assert comet.receive(STATE[:4], 1.0) == b""
    assert comet.receive(STATE, 1.001)
    assert comet.receive(STATE[4:], 1.002) == b""


def test_two_requests_without_a_pause_are_one_with_too_much_data(comet):
    assert comet.receive(STATE + STATE, 0.0) == sealed(b"\x0a\xc1\x03")  # a CRC that starts at 0 cannot tell them apart


def test_signed_with_another_address(comet):
    comet.answers_as = 11
    assert comet.receive(STATE, 0.0) == sealed(bytes.fromhex("0B 41 04 00000001"))


# --- exceptions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "told"), [(0x03, 0x83), (0x43, 0xC3), (0xF0, 0xF0)])
def test_other_functions(comet, function, told):
    assert exchange(comet, bytes((10, function, 0x1F, 0x40, 0, 1))) == bytes((told, 1))


def test_access(comet):
    for number in (0, 9, 1000, 8024, 65535):
        assert refused_read(comet, number) == 2 and write(comet, number, 0) == 2
    for number in (10, 8000, 8021, 8022, 8023):
        assert write(comet, number, 1) == 0x85
    assert refused_read(comet, 1001) == 0x86


def test_number_of_bytes(comet):
    assert refused_read(comet, 8000, b"\1") == refused_read(comet, 8000, b"\0\0\0\1") == 3
    assert refused_read(comet, 8000, b"\0\2") == 3
    for number in (1001, 1201, 1206):
        assert write(comet, number, 0, size=2) == write(comet, number, 0, size=5) == 3


def test_values(comet):
    assert write(comet, 1206, 600_000) is None
    assert write(comet, 1206, 600_001) == write(comet, 1201, 3) == write(comet, 1001, 2) == 0x84
    assert (value(comet, 1206), value(comet, 1201), value(comet, 8000)) == (600_000, 0, OFF)


def test_regulation_wants_rf_off_and_the_set_point_does_not(comet):
    switch_on(comet, 100)
    assert write(comet, 1201, 1) == 0x87 and value(comet, 1201) == 0
    assert write(comet, 1206, 200_000) is None
    write(comet, 1001, 0)
    assert write(comet, 1201, 1) is None and value(comet, 1201) == 1


def test_a_refusal_that_was_ordered(comet):
    comet.refuse_with = 0x88
    assert refused_read(comet, 8000) == write(comet, 1001, 0) == 0x88


# --- RF ---------------------------------------------------------------------------------------------------------


def test_powers_in_milliwatts(comet, wiring):
    switch_on(comet, 300)
    assert wiring.commands.rf_forward_w == 0.0 and value(comet, 8000) == ON
    live(comet, 0.5, share=0.1)
    assert wiring.commands.rf_forward_w == pytest.approx(300.0, abs=0.01)
    assert [value(comet, number) for number in (8021, 8022, 8023)] == pytest.approx([300e3, 30e3, 270e3], abs=20)
    assert write(comet, 1001, 0) is None
    assert wiring.commands.rf_forward_w == 0.0 and value(comet, 8000) == OFF


def test_load_regulation_makes_up_for_what_comes_back(comet):
    switch_on(comet, 300, regulation=1)
    live(comet, 1.0, share=0.2)
    assert value(comet, 8023) == pytest.approx(300e3, abs=500) and value(comet, 8021) == pytest.approx(375e3, abs=500)


def test_process_regulation_has_no_set_point_of_its_own_here(comet, wiring):
    switch_on(comet, 300, regulation=2)
    wiring.sensors.dc_bias_v = 50.0
    live(comet, 1.0)
    assert wiring.commands.rf_forward_w == 0.0 and (value(comet, 8000), value(comet, 1206)) == (ON, 300_000)
    write(comet, 1001, 0)
    switch_on(comet, 300)
    live(comet, 0.5)
    assert wiring.commands.rf_forward_w == pytest.approx(300.0, abs=0.1)


def test_fold_back_at_the_reflected_limit(comet, wiring):
    switch_on(comet, 500)
    live(comet, 1.0, share=0.5)
    assert wiring.sensors.reflected_w == pytest.approx(100.0, abs=1.0)


@pytest.mark.parametrize("loop", ["permit", "chain", "fault"])
def test_an_open_interlock_is_off_at_once_and_nothing_latches(comet, wiring, loop):
    switch_on(comet, 200)
    live(comet, 0.5)

    def close(closed):
        wiring.commands.rf_permit = closed or loop != "permit"
        wiring.sensors.chain_closed = closed or loop != "chain"
        comet.trouble = "" if closed or loop != "fault" else "interlock"

    close(False)
    comet.step(0.0, 0.001)
    assert wiring.commands.rf_forward_w == 0.0 and value(comet, 8000) == OFF
    assert write(comet, 1001, 1) is None  # echoed, and no more
    assert value(comet, 8000) == OFF
    close(True)
    live(comet, 0.5)
    assert wiring.commands.rf_forward_w == 0.0 and value(comet, 8000) == OFF
    assert write(comet, 1001, 1) is None
    live(comet, 0.5)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=0.1)


def test_too_hot(comet, wiring):
    switch_on(comet, 200)
    live(comet, 0.5)
    comet.trouble = "hot"
    comet.step(0.0, 0.001)
    assert wiring.commands.rf_forward_w == 0.0
    assert write(comet, 1001, 1) is None and value(comet, 8000) == OFF


def test_another_control_source(comet, wiring):
    switch_on(comet, 200)
    live(comet, 0.5)
    comet.trouble = "local"
    comet.step(0.0, 0.001)
    assert wiring.commands.rf_forward_w == 0.0 and value(comet, 8000) == OFF
    assert {write(comet, 1001, 1), write(comet, 1206, 0), write(comet, 1001, 0)} == {0x88}
    assert value(comet, 1206) == 200_000


def test_a_power_cycle_forgets_everything(comet, wiring):
    switch_on(comet, 200, regulation=1)
    live(comet, 0.5)
    comet.reboot(1.0)
    assert wiring.commands.rf_forward_w == 0.0
    live(comet, 0.1)
    assert [value(comet, number) for number in (1201, 1206, 8000, 8021)] == [0, 0, OFF, 0]


def test_settings_that_are_only_acknowledged(comet, wiring):
    comet.ignore_writes = True
    switch_on(comet, 200, regulation=1)
    live(comet, 0.1)
    assert [value(comet, number) for number in (1201, 1206, 8000)] == [0, 0, OFF]
    comet.ignore_writes = False
    switch_on(comet, 200)
    live(comet, 0.5)
    comet.ignore_writes = True
    assert write(comet, 1001, 0) is None
    live(comet, 0.1)
    assert wiring.commands.rf_forward_w == pytest.approx(200.0, abs=0.1)


def test_stuck_readings_stay(comet, wiring):
    switch_on(comet, 200)
    live(comet, 0.5)
    comet.stuck = True
    write(comet, 1206, 300_000)
    live(comet, 0.5)
    assert value(comet, 8021) == pytest.approx(200e3, abs=20)
    assert wiring.commands.rf_forward_w == pytest.approx(300.0, abs=0.1)


def test_the_capacitors_are_not_its_business(comet, wiring):
    wiring.sensors.load_r_ohm, wiring.sensors.load_x_ohm = 5.0, -110.0
    switch_on(comet, 300)
    live(comet, 1.0)
    assert (wiring.commands.match_load_target_pct, wiring.commands.match_tune_target_pct) == (50.0, 50.0)


def test_nonsense_from_the_sensors_is_still_answered(comet, wiring):
    switch_on(comet, 200, regulation=1)
    for nonsense in (float("nan"), float("inf"), -float("inf"), -1e30):
        wiring.sensors.reflected_w = wiring.sensors.dc_bias_v = nonsense
        for _ in range(10):
            comet.step(0.0, 0.01)
        for number in (8000, 8021, 8022, 8023):
            assert 0 <= value(comet, number) < 1 << 31
        assert value(comet, 8023) <= value(comet, 8021)
        assert 0.0 <= wiring.commands.rf_forward_w <= 600.0

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.devices.io_wago750 import VARIABLES, Wago750
from sim.wiring import Wiring
from tests.sim.devices.tcp_talk import ask, read, write

INPUTS = ["at_atmosphere", "lid_closed", "vent_valve_opened", "vent_valve_closed", "water_flowing"]
OUTPUTS = ["vent_valve_open", "rf_permit", "lamp_red"] + ["buzzer"] * 14  # more than one word
ANALOG = [{"name": "mask_temperature_c", "full_scale": 200.0}, {"name": "water_flow_lpm", "full_scale": 20.0}]
TIME, MASK, TRIGGER, STATUS = 0x1000, 0x1001, 0x1003, 0x1006


@pytest.fixture
def io(make):
    return make("io_wago750", inputs=INPUTS, outputs=OUTPUTS, analog_inputs=ANALOG)


def arm(io, time=10, mask=0x8010, now=0.0):
    """Set up as the sheet says: stop, time, mask (functions 5 and 16), first trigger."""
    for address, value in [(0x1005, 0xAAAA), (0x1005, 0x5555), (TIME, time), (MASK, mask), (TRIGGER, 1)]:
        assert write(io, address, value, now)[:2] == "06"


# --- process image ----------------------------------------------------------------------------------------


def test_digital_inputs_by_either_function(io, wiring):
    assert ask(io, "02 0000 0005") == ask(io, "01 0000 0005").replace("01 01", "02 01") == "02 01 1b"
    wiring.sensors.at_atmosphere = False
    wiring.sensors.valve_opened["vent"], wiring.sensors.valve_closed["vent"] = True, False
    assert ask(io, "02 0000 0008") == "02 01 16"  # the card has eight terminals
    assert ask(io, "02 0001 0001") == "02 01 01"


def test_coils_drive_the_cables_and_are_read_back_at_0200(io, wiring):
    assert ask(io, "05 0000 FF00") == "05 00 00 ff 00"
    assert wiring.commands.valve_open["vent"] and not wiring.commands.rf_permit
    assert ask(io, "0F 0000 0003 01 06") == "0f 00 00 00 03"
    assert (wiring.commands.valve_open["vent"], wiring.commands.rf_permit, wiring.commands.lamp_red) == (0, 1, 1)
    assert ask(io, "01 0200 0012") == "01 03 06 00 00"
    assert ask(io, "05 0201 0000") == "05 02 01 00 00"  # writing with the offset is the same
    assert not wiring.commands.rf_permit and wiring.commands.lamp_red


def test_outputs_as_words(io, wiring):
    assert write(io, 0x0000, 0x0002) == "06 00 00 00 02"
    assert wiring.commands.rf_permit
    assert ask(io, "10 0200 0002 04 0001 0001") == "10 02 00 00 02"
    assert ask(io, "03 0200 0002") == "03 04 00 01 00 01"
    assert wiring.commands.valve_open["vent"] and not wiring.commands.rf_permit
    assert ask(io, "17 0200 0001 0000 0001 02 0004") == "17 02 00 04"
    assert ask(io, "16 0000 FFF9 000A") == "16 00 00 ff f9 00 0a"
    assert ask(io, "03 0200 0001") == "03 02 00 02"


def test_analog_inputs_then_bits(io, wiring):
    wiring.sensors.mask_c, wiring.sensors.water_lpm = 100.0, 25.0
    assert ask(io, "04 0000 0003") == "04 06 40 00 7f ff 00 1b"
    wiring.sensors.mask_c = float("nan")
    assert ask(io, "04 0000 0001") == "04 02 00 00"


def test_lengths_and_modules_tell_the_configuration(io):
    assert ask(io, "03 1022 0004") == "03 08 00 00 00 20 00 12 00 08"
    assert [read(io, 0x1022 + n) for n in range(4)] == [0, 32, 18, 8]
    modules = ask(io, "03 2030 0041")[6:].split(" ")
    words = [modules[n] + modules[n + 1] for n in range(0, 30, 2)]
    assert words[:5] == ["0160", "01d3", "8401", "8401", "8202"]
    assert words.count("8202") == 9
    assert read(io, 0x2012) == 352


def test_constants_at_once_and_one_by_one(io):
    assert ask(io, "03 2000 0009") == "03 12 00 00 ff ff 12 34 aa aa 55 55 7f ff 80 00 3f ff 40 00"
    assert [read(io, 0x2000 + n) for n in (2, 8)] == [0x1234, 0x4000]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("02 0000 0009", 2),
        ("01 0200 0013", 2),
        ("01 0400 0001", 2),
        ("02 0FFF 0001", 2),
        ("05 0012 FF00", 2),
        ("05 0400 FF00", 2),
        ("0F 0011 0002 01 03", 2),
        ("03 0003 0001", 2),
        ("03 0100 0001", 2),
        ("03 0202 0001", 2),
        ("03 0300 0001", 2),
        ("03 1000 0002", 2),  # one word with each access
        ("03 100C 0001", 2),
        ("03 2040 0001", 2),  # write-only
        ("03 3000 0001", 2),
        ("06 0002 0001", 2),
        ("06 1006 0001", 2),  # read-only
        ("10 1000 0002 04 0001 0001", 2),
        ("05 0000 0001", 3),
        ("0F 0000 0003 02 06", 3),
        ("06 1004 0000", 3),
        ("06 1005 1234", 3),
        ("06 1007 0002", 3),
        ("06 1008 1234", 3),
        ("06 1009 0002", 3),
        ("06 100A 0002", 3),
        ("06 2040 1234", 3),
        ("01 0000 0000", 3),
        ("03 0000 007E", 3),
        ("2B 0E01 00", 1),
        ("07", 1),
    ],
)
def test_refusals(io, wiring, request_, code):
    assert ask(io, request_) == f"{int(request_[:2], 16) | 0x80:02x} {code:02x}"
    assert wiring == Wiring()


# --- watchdog ---------------------------------------------------------------------------------------------


def test_without_set_up_there_is_no_watchdog(io, wiring):
    ask(io, "05 0001 FF00")
    io.step(1e6, 0.01)
    assert wiring.commands.rf_permit
    assert [read(io, 0x1000 + n) for n in (0, 1, 2, 3, 4, 6)] == [0, 0, 0, 0, 0xFFFF, 0]


def test_armed_it_trips_when_writes_stay_away_and_outputs_drop(io, wiring):
    arm(io)
    assert read(io, STATUS) == 1
    assert ask(io, "05 0001 FF00", 0.5) == "05 00 01 ff 00"
    io.step(1.499, 0.01)
    assert wiring.commands.rf_permit
    io.step(1.501, 0.01)
    assert not wiring.commands.rf_permit
    assert read(io, STATUS, 1.6) == 2 and read(io, 0x1004, 1.6) == 0
    for request in (
        "05 0001 FF00",
        "02 0000 0001",
        "01 0200 0001",
        "03 0000 0001",
        "06 0000 0001",
        "16 0000 0000 FFFF",
    ):
        assert ask(io, request, 1.7) == f"{int(request[:2], 16) | 0x80:02x} 04"
    assert not wiring.commands.rf_permit


@pytest.mark.parametrize(("mask", "request_", "alive"), [
    (0x0002, "02 0000 0001", True),
    (0x0001, "02 0000 0001", False),
    (0x0010, "05 0001 FF00", True),
    (0x4000, "0F 0001 0001 01 01", True),
    (0x0000, "05 0001 FF00", False),
])  # fmt: skip
def test_only_functions_of_the_mask_trigger(io, wiring, mask, request_, alive):
    arm(io, mask=mask)
    for tenth in range(1, 15):
        ask(io, request_, tenth / 10)
    assert (read(io, STATUS, 1.4) == 1) is alive


def test_the_trigger_register_wants_another_value_each_time(io):
    arm(io, mask=0)
    write(io, TRIGGER, 1, 0.9)
    assert read(io, STATUS, 1.01) == 2
    write(io, TRIGGER, 0, 1.1)
    assert read(io, STATUS, 1.1) == 2
    write(io, TRIGGER, 2, 1.2)  # ends the overrun and starts again
    assert read(io, STATUS, 1.2) == 1
    write(io, TRIGGER, 3, 2.1)
    assert read(io, STATUS, 2.9) == 1
    assert read(io, 0x1004, 2.9) == 0


def test_shortest_time_left(io):
    arm(io, mask=0x0010)
    ask(io, "05 0001 FF00", 0.65)
    ask(io, "05 0001 FF00", 0.75)
    assert read(io, 0x1004, 0.8) == 3
    write(io, 0x1004, 0x00FF)
    assert read(io, 0x1004, 0.8) == 0xFF


def test_a_time_of_zero_cannot_be_triggered(io):
    arm(io, time=0)
    assert read(io, STATUS) == 0


def test_time_and_masks_are_fixed_while_it_runs(io):
    arm(io)
    for address in (0x1000, 0x1001, 0x1002):
        assert write(io, address, 7) == "86 04"
    assert (read(io, TIME), read(io, MASK)) == (10, 0x8010)


def test_stop_needs_both_words_in_order(io, wiring):
    arm(io)
    write(io, 0x1005, 0x5555)
    assert read(io, STATUS) == 1
    write(io, 0x1005, 0xAAAA)
    write(io, 0x1005, 0x5555)
    assert (read(io, STATUS), read(io, TRIGGER)) == (0, 0)
    ask(io, "05 0001 FF00")
    io.step(100.0, 0.01)
    assert wiring.commands.rf_permit


@pytest.mark.parametrize("word", [0xAA55, 0x55AA])
def test_simple_stop_ends_an_overrun(io, wiring, word):
    arm(io)
    io.step(2.0, 0.01)
    write(io, 0x1008, word, 2.0)
    assert read(io, STATUS, 2.0) == 0
    assert ask(io, "05 0001 FF00", 2.0) == "05 00 01 ff 00"
    assert wiring.commands.rf_permit


def test_restart_after_an_overrun_but_not_after_a_stop(io):
    arm(io)
    io.step(2.0, 0.01)
    write(io, 0x1007, 1, 2.0)
    assert read(io, STATUS, 2.9) == 1
    write(io, 0x1008, 0xAA55, 2.9)
    write(io, 0x1007, 1, 2.9)
    assert read(io, STATUS, 2.9) == 0


def test_the_alternative_kind_starts_by_itself_and_recovers_by_itself(io, wiring):
    write(io, TIME, 5)
    write(io, 0x100A, 1)
    ask(io, "05 0001 FF00", 0.1)
    assert read(io, STATUS, 0.2) == 1
    io.step(0.71, 0.01)
    assert not wiring.commands.rf_permit
    assert ask(io, "05 0001 FF00", 0.8) == "05 00 01 ff 00"
    assert wiring.commands.rf_permit
    io.reboot(1.0)
    assert not wiring.commands.rf_permit
    assert read(io, STATUS, 1.0) == 1  # not volatile, and this was the first request
    write(io, 0x100A, 0, 1.1)
    assert read(io, STATUS, 9.0) == 0


def test_power_cycle_forgets_what_was_not_saved(io, wiring):
    arm(io)
    ask(io, "05 0001 FF00")
    io.reboot(0.5)
    assert not wiring.commands.rf_permit
    assert [read(io, 0x1000 + n, 0.5) for n in (0, 1, 3, 6)] == [0, 0, 0, 0]
    arm(io)
    assert write(io, 0x100B, 1)[:2] == "06"
    io.reboot(0.5)
    assert [read(io, 0x1000 + n, 0.5) for n in (0, 1, 3, 6)] == [10, 0x8010, 0, 0]


def test_ignored_writes_arm_nothing(io, wiring):
    io.ignore_writes = True
    arm(io)
    assert ask(io, "05 0001 FF00") == "05 00 01 ff 00"
    assert ask(io, "10 0000 0001 02 FFFF") == "10 00 00 00 01"
    assert read(io, STATUS) == 0
    assert wiring == Wiring()


# --- other registers --------------------------------------------------------------------------------------


def test_statistics_count_and_are_reset(io):
    ask(io, "07")
    ask(io, "03 0100 0001")
    ask(io, "05 0000 0001")
    assert ask(io, "03 1029 0009") == "03 12 00 00 00 00 00 00 00 01 00 01 00 01 00 00 00 00 00 00"
    assert ask(io, "0B") == "0b 00 00 00 01"
    write(io, 0x1029, 0xAA55)
    assert read(io, 0x1029) == 0 and ask(io, "0B") == "0b 00 00 00 02"


def test_software_reset_drops_the_outputs(io, wiring):
    ask(io, "05 0001 FF00")
    assert write(io, 0x2040, 0x55AA) == "06 20 40 55 aa"
    assert not wiring.commands.rf_permit


def test_idle_timeout_is_kept_and_drops_no_output(io, wiring):
    assert read(io, 0x1030) == 0
    write(io, 0x1030, 600)
    ask(io, "05 0001 FF00")
    io.step(1e5, 0.01)
    assert read(io, 0x1030) == 600 and wiring.commands.rf_permit


def test_every_register_answers(io):
    for address, variable in VARIABLES.items():
        expected = "03" if variable.read else "83"
        assert ask(io, f"03 {address:04X} 0001")[:2] == expected


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"inputs": ["door"]}, "input 'door'"),
        ({"outputs": ["xe_valve_open"]}, "output 'xe_valve_open'"),
        ({"analog_inputs": [{"name": "x", "full_scale": 1.0}]}, "analog input 'x'"),
    ],
)
def test_a_name_without_a_cable(make, table, text):
    with pytest.raises(ValueError, match=text):
        make("io_wago750", **table)


PDUS = st.one_of(
    st.binary(min_size=1, max_size=60),
    st.builds(
        lambda function, start, rest: bytes((function,)) + start.to_bytes(2) + rest,
        st.sampled_from([1, 2, 3, 4, 5, 6, 11, 15, 16, 22, 23]),
        st.sampled_from([0, 1, 0x200, *VARIABLES]),
        st.binary(max_size=8),
    ),
)


@given(st.lists(st.tuples(PDUS, st.floats(0.0, 5.0))), st.binary(max_size=40))
def test_no_bytes_ever_raise(requests, garbage):
    io = Wago750("io", {"inputs": INPUTS, "outputs": OUTPUTS, "analog_inputs": ANALOG}, Wiring())
    now = 0.0
    for pdu, later in requests:
        now += later
        io.step(now, 0.01)
        reply = io.receive(bytes((0, 1, 0, 0, 0, len(pdu) + 1, 1)) + pdu, now)
        assert reply[7] & 0x7F == pdu[0] & 0x7F
        if io.watchdog.status == 2:
            assert not io.output_bits
    io.receive(garbage, now + 10.0)

import pytest

from tests.sim.devices.tcp_talk import ask, read

INPUTS = ["at_atmosphere", "lid_closed", "vent_valve_opened", "vent_valve_closed"]
OUTPUTS = ["vent_valve_open", "rf_permit", "lamp_red"] + ["buzzer"] * 15  # more than one word
ANALOG = [{"name": "mask_temperature_c", "full_scale": 200.0}, {"name": "water_flow_lpm", "full_scale": 20.0}]


@pytest.fixture
def io(make):
    return make("io_bk9050", inputs=INPUTS, outputs=OUTPUTS, analog_inputs=ANALOG)


def test_digital_inputs_by_name(io, wiring):
    assert ask(io, "02 0000 0004") == "02 01 0b"
    wiring.sensors.at_atmosphere = False
    wiring.sensors.valve_opened["vent"], wiring.sensors.valve_closed["vent"] = True, False
    assert ask(io, "02 0000 0004") == "02 01 06"
    assert ask(io, "02 0001 0001") == "02 01 01"


def test_coils_drive_the_cables(io, wiring):
    assert ask(io, "05 0000 FF00") == "05 00 00 ff 00"
    assert wiring.commands.valve_open["vent"] and not wiring.commands.rf_permit
    assert ask(io, "0F 0000 0003 01 06") == "0f 00 00 00 03"
    assert (wiring.commands.valve_open["vent"], wiring.commands.rf_permit, wiring.commands.lamp_red) == (0, 1, 1)
    assert ask(io, "01 0000 0012") == "01 03 06 00 00"
    assert ask(io, "05 0001 0000") == "05 00 01 00 00"
    assert not wiring.commands.rf_permit


def test_outputs_as_words(io, wiring):
    assert ask(io, "06 0800 0002") == "06 08 00 00 02"
    assert wiring.commands.rf_permit
    assert ask(io, "10 0800 0002 04 0001 0001") == "10 08 00 00 02"
    assert ask(io, "03 0800 0003") == "03 06 00 01 00 01 00 00"
    assert wiring.commands.valve_open["vent"] and not wiring.commands.rf_permit
    assert ask(io, "17 0800 0001 0800 0001 02 0004") == "17 02 00 04"


def test_analog_inputs_then_bits(io, wiring):
    wiring.sensors.mask_c, wiring.sensors.water_lpm = 100.0, 25.0
    assert ask(io, "04 0000 0003") == "04 06 40 00 7f ff 00 0b"
    wiring.sensors.mask_c = float("nan")
    assert ask(io, "04 0000 0001") == "04 02 00 00"


def test_identification_and_image_lengths(io):
    assert ask(io, "03 1000 0003") == "03 06 4b 42 30 39 30 35"  # "BK9050", first character in the low byte
    assert [read(io, 0x1010 + n) for n in range(4)] == [0, 32, 18, 4]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("02 0000 0005", 2),
        ("05 0012 FF00", 2),
        ("03 2000 0001", 2),
        ("06 1020 0001", 2),
        ("06 0802 0001", 2),
        ("05 0000 0001", 3),
        ("0F 0000 0003 02 06", 3),
        ("06 1122 0002", 3),
        ("06 1121 1234", 3),
        ("2B 0E01 00", 1),
        ("07", 1),
    ],
)
def test_refusals(io, request_, code):
    assert ask(io, request_) == f"{int(request_[:2], 16) | 0x80:02x} {code:02x}"


def test_watchdog_defaults(io):
    assert (read(io, 0x1120), read(io, 0x1122), io.watchdog.active) == (1000, 1, False)


def test_watchdog_runs_from_the_first_write_and_trips(io, wiring):
    io.step(5.0, 0.01)
    ask(io, "05 0001 FF00", 10.0)
    assert read(io, 0x1020, 10.0) == 1000
    io.step(10.999, 0.01)
    assert wiring.commands.rf_permit
    io.step(11.0, 0.01)
    assert not wiring.commands.rf_permit
    assert read(io, 0x1020, 11.1) == 0
    assert ask(io, "05 0001 FF00", 11.2) == "85 04"
    assert not wiring.commands.rf_permit


@pytest.mark.parametrize(("kind", "alive"), [(1, True), (0, False)])
def test_reads_retrigger_only_type_1(io, wiring, kind, alive):
    ask(io, f"06 1122 {kind:04X}", 0.0)
    ask(io, "05 0001 FF00", 0.0)
    for tenth in range(1, 15):
        ask(io, "02 0000 0001", tenth / 10)
    assert wiring.commands.rf_permit is alive


def test_writes_retrigger_type_0(io, wiring):
    ask(io, "06 1122 0000", 0.0)
    for tenth in range(30):
        ask(io, "05 0001 FF00", tenth / 10)
        io.step(tenth / 10 + 0.09, 0.01)
    assert wiring.commands.rf_permit


def test_preset_can_only_be_written_while_inactive(io):
    assert ask(io, "06 1120 01F4") == "06 11 20 01 f4"  # and this write has started it
    assert ask(io, "06 1120 0000") == "86 04"
    assert read(io, 0x1120) == 500


def test_reset_sequence_ends_a_trip(io, wiring):
    ask(io, "05 0001 FF00", 0.0)
    io.step(2.0, 0.01)
    ask(io, "06 1121 AFFE", 2.0)
    assert io.watchdog.tripped  # the second word alone does nothing
    ask(io, "06 1121 BECF", 2.0)
    ask(io, "06 1121 AFFE", 2.0)
    assert (io.watchdog.tripped, io.watchdog.active) == (False, False)
    assert not wiring.commands.rf_permit
    assert ask(io, "06 1120 07D0", 2.0) == "06 11 20 07 d0"
    ask(io, "05 0001 FF00", 2.0)
    io.step(3.9, 0.01)
    assert wiring.commands.rf_permit


def test_preset_zero_means_no_watchdog(io, wiring):
    ask(io, "06 1120 0000")
    ask(io, "05 0001 FF00")
    io.step(100.0, 0.01)
    assert wiring.commands.rf_permit


def test_power_cycle_keeps_the_time_and_forgets_the_type(io, wiring):
    ask(io, "06 1120 07D0")
    ask(io, "06 1122 0000")
    ask(io, "05 0001 FF00")
    io.reboot(1.0)
    assert not wiring.commands.rf_permit
    assert (read(io, 0x1120), read(io, 0x1122), io.watchdog.active) == (2000, 1, False)


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
        make("io_bk9050", **table)

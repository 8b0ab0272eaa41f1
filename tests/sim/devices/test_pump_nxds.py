import pytest


@pytest.fixture
def pump(make):
    return make("pump_nxds")


def ask(pump, text):
    reply = pump.receive(text.encode() + b"\r", 0.0)
    assert reply.endswith(b"\r")
    return reply[:-1].decode()


def status(pump):
    """Speed and the four words."""
    speed, *words = ask(pump, "?V802").removeprefix("=V802 ").split(";")
    return int(speed), *(int(word, 16) for word in words)


def test_start_and_stop(pump, wiring):
    assert ask(pump, "!C802 1") == "*C802 0"
    assert wiring.commands.dry_pump_on
    wiring.sensors.dry_pump_speed_hz = 29.9
    assert status(pump) == (30, 1 << 1 | 1 << 3 | 1 << 4 | 1 << 10, 0, 0, 0)
    assert ask(pump, "!C802 0") == "*C802 0"
    assert not wiring.commands.dry_pump_on
    assert status(pump) == (30, 1 << 0 | 1 << 3 | 1 << 4 | 1 << 10, 0, 0, 0)


def test_standby(pump, wiring):
    ask(pump, "!C802 1")
    assert ask(pump, "!S805 75") == "*S805 0"
    assert ask(pump, "!C803 1") == "*C803 0"
    assert wiring.commands.dry_pump_speed_pct == 75.0
    wiring.sensors.dry_pump_speed_hz = 22.5
    assert status(pump)[1] & 0b1101 == 0b0100
    assert ask(pump, "!C803 0") == "*C803 0"
    assert wiring.commands.dry_pump_speed_pct == 100.0


def test_readings(pump, wiring):
    wiring.sensors.dry_pump_temperature_c, wiring.sensors.dry_pump_power_w = 55.0, 238.0
    assert ask(pump, "?S801").split(";")[0::2] == ["=S801 nXDS15i", "30"]
    assert ask(pump, "?V808") == "=V808 55;40"
    assert ask(pump, "?V809") == "=V809 340;7;238"
    wiring.sensors.dry_pump_temperature_c = 80.0
    assert status(pump)[2:4] == (1 << 6, 1 << 6)


@pytest.mark.parametrize(
    "item", ["S801", "S804", "S805", "S806", "V802", "V808", "V809", "V810", "V813", "V814", "V815", "V826", "S835"]
)
def test_every_object_is_answered(pump, item):
    assert ask(pump, f"?{item}").startswith(f"={item} ")


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("?V999", "*V999 2"),
        ("!C999 1", "*C999 2"),
        ("?C802", "*C802 1"),
        ("!V802 1", "*V802 1"),
        ("!C802", "*C802 3"),
        ("!C802 2", "*C802 4"),
        ("!C802 x", "*C802 4"),
        ("!S805 66", "*S805 4"),
        ("!C814 0", "*C814 4"),
    ],
)
def test_refusals(pump, wiring, request_, reply):
    assert ask(pump, request_) == reply
    assert not wiring.commands.dry_pump_on


@pytest.mark.parametrize("rubbish", [b"\r", b"V802\r", b"?v802\r", b"?V80\r", b"?V802;\r", b"\xff\xfe\r", b"?" * 81])
def test_rubbish_is_ignored(pump, rubbish):
    assert pump.receive(rubbish, 0.0) == b""
    assert ask(pump, "?S806") == "=S806 0"


def test_serial_interlock(pump, wiring):
    ask(pump, "!C802 1")
    pump.serial_enabled = False
    pump.step(0.0, 0.01)
    assert not wiring.commands.dry_pump_on
    assert (status(pump)[4], status(pump)[2]) == (1 << 13, 1 << 7)
    assert ask(pump, "!C802 1") == "*C802 5"
    ask(pump, "!C802 0")
    assert status(pump)[4] == 1 << 13  # still disabled
    pump.serial_enabled = True
    ask(pump, "!C802 0")
    assert ask(pump, "!C802 1") == "*C802 0"


def test_tip_seal_reset(pump):
    assert ask(pump, "!C814 1") == "*C814 0"
    assert ask(pump, "?V814") == "=V814 0;17500"


def test_power_cycle_stops_and_keeps_settings(pump, wiring):
    ask(pump, "!S804 90")
    ask(pump, "!C802 1")
    ask(pump, "!C803 1")
    pump.reboot(0.0)
    assert (wiring.commands.dry_pump_on, wiring.commands.dry_pump_speed_pct) == (False, 100.0)
    assert ask(pump, "?S804") == "=S804 90"

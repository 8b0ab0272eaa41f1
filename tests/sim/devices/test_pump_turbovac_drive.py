"""The TURBOVAC's drive: control and status words, who may command it, protection, hours."""

import pytest

from tests.sim.devices.uss_talk import OFF, ON, RESET, ask, frame, live, put, status, tell


@pytest.fixture
def pump(make, wiring):
    wiring.sensors.turbo_bearing_c = 25.0
    return make("pump_turbovac", nominal_hz=1000)


# --- control and status -----------------------------------------------------------------------------------------


def test_on_and_off_show_in_the_next_reply(pump, wiring):
    assert status(pump, ON) == 0x8201 and wiring.commands.turbo_on
    assert status(pump, ON) == 0x8214
    assert status(pump, OFF) == 0x8214 and not wiring.commands.turbo_on
    assert status(pump) == 0x0201


@pytest.mark.parametrize("word", [0x0000, 0x0001, 0x0081, 0x0041])
def test_without_bit_10_nothing_counts(pump, wiring, word):
    assert status(pump, word, set_point=700) == 0x0201 and not wiring.commands.turbo_on
    tell(pump, word=ON)
    tell(pump, word=word, set_point=700)
    assert wiring.commands.turbo_on and wiring.commands.turbo_speed_pct == 100.0


@pytest.mark.parametrize(
    ("on", "speed", "word"),
    [
        (True, 0.0, 0x0214), (True, 110.0, 0x0A14), (True, 899.0, 0x0A14), (True, 900.0, 0x0E14), (True, 996.0, 0x0E04),
        (True, 1006.0, 0x0E24), (False, 1000.0, 0x0E21), (False, 110.0, 0x0A21), (False, 0.4, 0x0201),
    ],
)  # fmt: skip
def test_status_over_a_run(pump, wiring, on, speed, word):
    tell(pump, word=ON if on else OFF)
    wiring.sensors.turbo_speed_hz = speed
    assert status(pump) == word


def test_set_points(pump, wiring):
    def pct(**parts):
        tell(pump, **parts)
        return wiring.commands.turbo_speed_pct

    assert pct(word=ON) == 100.0
    assert pct(word=0x0441, set_point=900) == pytest.approx(90.0)
    assert pct(word=0x0441, set_point=100) == pytest.approx(62.5)  # limited without a word
    assert pct(word=0x0441, set_point=2000) == pytest.approx(100.0)
    assert pct(word=0x0441, set_point=700) == pytest.approx(70.0)
    assert pct(word=ON) == 100.0  # holds only until a telegram without it
    assert pct(word=0x0441, set_point=700) == pytest.approx(70.0)
    assert pct() == 100.0 and wiring.commands.turbo_on
    put(pump, 24, 800)
    assert wiring.commands.turbo_speed_pct == pytest.approx(80.0)
    assert pct(word=0x0501) == pytest.approx(80.0)  # standby, P150
    put(pump, 150, 650)
    assert wiring.commands.turbo_speed_pct == pytest.approx(65.0)
    assert pct(word=ON) == pytest.approx(80.0)


def test_the_pump_stops_when_nobody_keeps_it_on(pump, wiring):
    tell(pump, word=ON)
    live(pump, 9.9)
    assert wiring.commands.turbo_on
    tell(pump, word=ON)
    live(pump, 9.0)
    tell(pump)  # a mere question does not keep it on
    tell(pump, access=1, number=3)
    live(pump, 0.9)
    assert wiring.commands.turbo_on
    live(pump, 0.2)
    assert not wiring.commands.turbo_on and status(pump) == 0x0201


@pytest.mark.parametrize(("number", "value", "after_s"), [(182, 20, 2.0), (182, 0, None), (179, 0x0401, None)])
def test_how_long_it_stays_on_is_a_parameter(pump, wiring, number, value, after_s):
    put(pump, number, value)
    tell(pump, word=ON)
    live(pump, (after_s or 30.0) - 0.05)
    assert wiring.commands.turbo_on
    live(pump, 0.1)
    assert wiring.commands.turbo_on is (after_s is None)


def test_start_delay(pump, wiring):
    put(pump, 36, 1)  # 0.1 min
    tell(pump, word=ON)
    assert not wiring.commands.turbo_on and status(pump) == 0x0214
    live(pump, 5.9, ON)
    assert not wiring.commands.turbo_on
    live(pump, 0.2)
    assert wiring.commands.turbo_on


# --- protection -------------------------------------------------------------------------------------------------


def test_a_hot_bearing_warns_then_trips(pump, wiring):
    tell(pump, word=ON)
    wiring.sensors.turbo_speed_hz, wiring.sensors.turbo_bearing_c = 1000.0, 61.0
    live(pump, 0.1)
    assert status(pump, ON) == 0xCE84 and ask(pump, 227) == 2
    wiring.sensors.turbo_bearing_c = 66.0
    live(pump, 0.1)
    assert not wiring.commands.turbo_on
    assert status(pump, ON) == 0xCEE8  # error, locked, slowing down, hot
    assert (ask(pump, 171, 0), ask(pump, 174, 0), ask(pump, 176, 0), ask(pump, 171, 1), ask(pump, 40)) == (
        3, 1000, 120000, 0, 1,
    )  # fmt: skip
    wiring.sensors.turbo_bearing_c = 40.0
    for word in (ON, 0x0481, OFF, 0x0080):  # none of these resets it
        tell(pump, word=word)
        assert status(pump, ON) & 0x0048 == 0x0048 and not wiring.commands.turbo_on
    tell(pump, word=RESET)
    assert status(pump, ON) & 0x0049 == 0x0001 and wiring.commands.turbo_on
    assert ask(pump, 171, 0) == 3 and ask(pump, 38) == 44


@pytest.mark.parametrize(
    ("setting", "sensor", "value", "error"),
    [
        ((133, 50), "turbo_bearing_c", 51.0, 7),
        ((1102, 40), "turbo_bearing_c", 45.0, 5),
        ((131, 10), "turbo_bearing_c", 9.0, 111),
        ((32, 30), "turbo_speed_hz", 600.0, 6),
        ((183, 20), "turbo_speed_hz", 100.0, 2),
    ],
)
def test_other_errors(pump, wiring, setting, sensor, value, error):
    put(pump, *setting)
    setattr(wiring.sensors, sensor, value)
    live(pump, 35.0 if sensor == "turbo_speed_hz" else 0.1, ON)
    assert ask(pump, 171, 0) == error and not wiring.commands.turbo_on


@pytest.mark.parametrize(
    ("setting", "bearing_c", "bits", "hot"),
    [((16, 40), 41.0, 1, True), ((126, 40), 41.0, 2, True), ((1101, 40), 45.0, 4, True), ((128, 30), 29.0, 8, False)],
)
def test_warnings(pump, wiring, setting, bearing_c, bits, hot):
    put(pump, *setting)
    wiring.sensors.turbo_bearing_c = bearing_c
    assert ask(pump, 227) == bits and status(pump) == 0x4201 + 0x80 * hot
    wiring.sensors.turbo_bearing_c = 35.0
    assert ask(pump, 227) == 0 and status(pump) == 0x0201


def test_only_so_many_errors_are_kept(pump, wiring):
    wiring.sensors.turbo_bearing_c = 66.0
    for _ in range(300):
        tell(pump, word=RESET)
        tell(pump, word=ON)
        pump.step(0.0, 0.01)
    assert ask(pump, 171, 253) == 3 and ask(pump, 40) == 254


def test_overload(pump, wiring):
    wiring.sensors.turbo_speed_hz = 1000.0
    live(pump, 0.1, ON)
    wiring.sensors.turbo_speed_hz = 850.0
    assert status(pump) & 0x6000 == 0x6000 and ask(pump, 227) == 1 << 11
    wiring.sensors.turbo_speed_hz = 499.0
    live(pump, 0.1)
    assert ask(pump, 171, 0) == 106 and ask(pump, 41) == 1


def test_power_cycle_stops_it_and_keeps_what_happened(pump, wiring):
    put(pump, 132, 30)
    wiring.sensors.turbo_bearing_c = 31.0
    live(pump, 0.1, ON)
    wiring.sensors.turbo_bearing_c = 25.0
    pump.reboot(0.0)
    assert not wiring.commands.turbo_on and status(pump) == 0x0201 and ask(pump, 171, 0) == 3


def test_hours_count(pump):
    live(pump, 72.0)
    assert ask(pump, 184) == 120002


def test_switches(pump, wiring):
    pump.ignore_writes = True
    assert status(pump, ON) == 0x8201 and status(pump, ON) == 0x8201 and not wiring.commands.turbo_on
    assert put(pump, 24, 700) == (1, 700) and ask(pump, 24) == 1000
    pump.ignore_writes, pump.refuse_with = False, 101
    assert put(pump, 3, 0, 1) == (7, 101) and tell(pump)[0] == 0


def test_told_to_trip_and_to_lie_about_its_name(pump, wiring):
    tell(pump, word=ON)
    pump.trip()
    pump.trip()
    assert not wiring.commands.turbo_on and status(pump) & 0x0048 == 0x0048
    assert (ask(pump, 171, 0), ask(pump, 40)) == (1, 1)
    tell(pump, word=RESET)
    tell(pump, word=ON)
    assert wiring.commands.turbo_on
    pump.answers_as = 9
    assert pump.receive(frame(), 1.0)[2] == 9


def test_already_running(pump, wiring):
    wiring.sensors.turbo_speed_hz = 1000.0
    pump.run_already()
    assert wiring.commands.turbo_on and status(pump) == 0x0E04
    live(pump, 9.9)
    assert wiring.commands.turbo_on

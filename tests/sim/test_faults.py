import pickle
from math import inf

import pytest

from sim.faults import WIRE_FAULTS, Fault, FaultKind, list_faults, parse_fault
from sim.line import SimLine, attach_faults
from sim.wire_faults import WireFault

TARGETS = ("rf", "gas", "o2_mfc", "throttle")
PLANT = {
    "plasma.extinguish": FaultKind("plasma", "extinguish", {"for": 0.1}, "the plasma goes out"),
    "chamber_gauge.stuck": FaultKind("chamber_gauge", "stuck", {}, "the gauge stands still"),
}


# --- what may be said ---------------------------------------------------------------------------------------


def test_examples_of_the_contract():
    fault = parse_fault("rf.late@60:by=0.4", TARGETS)
    assert fault == Fault("rf", "late", 60.0, {"for": inf, "by": 0.4, "n": 1.0})
    fault = parse_fault("chamber_gauge.stuck@120:for=10", TARGETS, PLANT)
    assert fault == Fault("chamber_gauge", "stuck", 120.0, {"for": 10.0})
    assert [fault.active(now) for now in (119.9, 120.0, 129.9, 130.0)] == [False, True, True, False]
    assert parse_fault("plasma.extinguish@5", TARGETS, PLANT).params == {"for": 0.1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rf.late", "want TARGET.TYPE@T"),
        ("rf.off@1:for=-3", "for must be 0 or more, not -3"),
        ("plasma.extinguish@1:for=-3", "for must be 0 or more, not -3"),
        ("rf.late@1:by=-0.1", "by must be 0 or more, not -0.1"),
        ("rf.late@1:by=1e30", "by must be within 0..86400, not 1e30"),
        ("rf.long@1:by=inf", "by must be within 0..4096, not inf"),
        ("rf.noise@1:by=1e10", "by must be within 0..4096, not 1e10"),
        ("rf.short@1:of=inf", "of must be within 0..4096, not inf"),
        ("rf.wrong_unit@1:as=1e9", "as must be within 0..255, not 1e9"),
        ("rf.exc@1:code=256", "code must be within 0..255, not 256"),
        ("rf.wrong@1:factor=-inf", "factor must be within "),
        ("rf.wrong@1:offset=inf", "offset must be within "),
        ("rf.drop@1:p=7", "p is a probability from 0 to 1, not 7"),
        ("rf.drop@1:p=-0.1", "p is a probability from 0 to 1, not -0.1"),
        ("late@60", "want TARGET.TYPE@T"),
        ("xyz.late@60", "no target 'xyz'; known: chamber_gauge, gas, o2_mfc, plasma, rf, throttle"),
        ("rf.lazy@60", "no fault type 'lazy'; known: off, drop"),
        ("plasma.late@60", "plasma has no fault 'late'; it has extinguish"),
        ("rf.late@", "the time after @ must be a number, not ''"),
        ("rf.late@-1", "must be 0 or later"),
        ("rf.late@inf", "must be 0 or later"),
        ("rf.late@60:by", "by needs a value"),
        ("rf.late@60:by=soon", "by must be a number, not 'soon'"),
        ("rf.late@60:by=nan", "by must be a number, not 'nan'"),
        ("rf.late@60:of=2", "late has no parameter 'of'; it has for, by, n"),
        ("rf.wrong@60:writes=maybe", "writes must be taken or ignored"),
        ("rf.garbage@60:value=many", "value must be a number"),
    ],
)
def test_what_is_wrong_is_named(text, reason):
    with pytest.raises(ValueError, match=reason) as refusal:
        parse_fault(text, TARGETS, PLANT)
    assert repr(text) in str(refusal.value)


def test_every_fault_is_listed():
    rows = list_faults(PLANT)
    assert {row.type for row in rows} >= {
        "off", "stuck", "garbage", "wrong", "slow", "delayed", "intermittent", "drop", "echo", "corrupt", "short",
        "late", "exc", "reboot", "extinguish",
    }  # fmt: skip
    assert all(row.meaning and row.target for row in rows)


# --- what they do -------------------------------------------------------------------------------------------


@pytest.fixture
def line(reference):
    return SimLine("gas", [reference["o2_mfc"], reference["throttle"]], 38400, 10)


def suffer(line, *texts):
    lines = {"gas": line}
    assert attach_faults([parse_fault(text, TARGETS, PLANT) for text in texts], lines, PLANT) == []
    line.step(0.0, 0.01)


def ask(line, now, text=b"A:\r\n"):
    line.step(now, 0.01)
    return line.receive(text, now)


GOOD = (0.005, b"A:001000\r\n")


@pytest.mark.parametrize("target", ["throttle", "gas"])
def test_off_is_silence_within_its_time(line, target):
    suffer(line, f"{target}.off@10:for=5")
    assert [ask(line, now) for now in (9.99, 10.0, 14.99, 15.0)] == [[GOOD], [], [], [GOOD]]


def test_a_fault_of_one_device_leaves_its_neighbours_alone(line):
    suffer(line, "o2_mfc.off@0")
    assert ask(line, 1.0) == [GOOD]


def test_drop_obeys_and_says_nothing(line, wiring):
    suffer(line, "throttle.drop@0")
    assert ask(line, 1.0, b"C:\r\n") == []
    assert wiring.commands.throttle_target_pct == 0.0


def test_intermittent_does_not_hear(line, wiring):
    suffer(line, "throttle.intermittent@0:p=0.3")
    heard = sum(bool(ask(line, 0.1 * n)) for n in range(1000))
    assert 620 < heard < 780
    suffer(line, "throttle.intermittent@200:p=1")
    assert ask(line, 200.0, b"C:\r\n") == []
    assert wiring.commands.throttle_target_pct == 100.0


def test_echo_comes_first_even_from_a_dead_device(line):
    suffer(line, "gas.echo@0", "throttle.off@5")
    assert ask(line, 1.0) == [(0.0, b"A:\r\n"), GOOD]
    assert ask(line, 6.0) == [(0.0, b"A:\r\n")]


def test_corrupt_flips_one_bit(line):
    suffer(line, "gas.corrupt@0")
    ((delay, reply),) = ask(line, 1.0)
    difference = int.from_bytes(reply) ^ int.from_bytes(GOOD[1])
    assert delay == GOOD[0] and difference.bit_count() == 1


def test_short_misses_its_end(line):
    suffer(line, "gas.short@0:of=3")
    assert ask(line, 1.0) == [(0.005, GOOD[1][:-3])]


def test_late_once_and_slow_always(line):
    suffer(line, "gas.late@0:by=0.4", "gas.slow@10:by=0.2")
    assert [ask(line, now)[0][0] for now in (1.0, 2.0, 11.0, 12.0)] == pytest.approx([0.405, 0.005, 0.205, 0.205])


def test_garbage_on_the_wire(line):
    suffer(line, "gas.garbage@0")
    ((_, reply),) = ask(line, 1.0)
    assert len(reply) == len(GOOD[1]) and reply != GOOD[1]


def test_exc_is_the_devices_own_refusal(line):
    suffer(line, "throttle.exc@0:code=80,for=1")
    assert ask(line, 0.5) == [(0.005, b"E:000080\r\n")]
    assert ask(line, 1.0) == [GOOD]


def test_reboot_boots_once_and_is_silent_meanwhile(line, wiring):
    suffer(line, "throttle.reboot@10:for=2")
    ask(line, 9.0, b"R:000500\r\n")
    assert ask(line, 10.0) == []
    for tick in range(1100, 1250):
        line.step(tick / 100, 0.01)
    assert ask(line, 12.5) == [GOOD]
    assert wiring.commands.throttle_target_pct == 0.0
    ask(line, 13.0, b"R:000500\r\n")
    assert ask(line, 13.1, b"i:38\r\n") == [(0.005, b"i:3800000500\r\n")]


def test_stuck_holds_what_is_measured_and_nothing_else(line, wiring):
    wiring.sensors.throttle_pct = 30.0
    suffer(line, "throttle.stuck@10:for=5")
    ask(line, 10.0)
    wiring.sensors.throttle_pct = 40.0
    assert ask(line, 11.0) == [(0.005, b"A:000300\r\n")]
    ask(line, 12.0, b"R:000500\r\n")
    assert wiring.commands.throttle_target_pct == 50.0
    assert ask(line, 15.0) == [(0.005, b"A:000400\r\n")]


def test_stuck_also_holds_the_generators_own_readings(reference, wiring):
    cesar = reference["rf_generator"]
    line = SimLine("rf", [cesar], 115200, 11)
    line.add_fault(WireFault(parse_fault("rf.stuck@1", TARGETS), ["rf_generator"]))
    wiring.commands.rf_permit = True
    cesar.control_mode = 2
    cesar.power.settings.setpoint = 300.0
    cesar.power.switch_on()
    for tick in range(100):
        line.step(tick / 100, 0.01)
    assert cesar.power.readings.forward_w == pytest.approx(300.0, abs=1.0)
    line.step(1.0, 0.01)
    wiring.sensors.chain_closed = False  # the interlock is no measurement
    line.step(1.01, 0.01)
    assert wiring.commands.rf_forward_w == 0.0
    assert cesar.power.readings.forward_w == pytest.approx(300.0, abs=1.0)


def test_delayed_measures_the_past(line, wiring):
    wiring.sensors.throttle_pct = 0.0
    suffer(line, "throttle.delayed@0:by=1")
    positions = []
    for tick in range(300):
        wiring.sensors.throttle_pct = tick / 10.0
        positions.append(int(ask(line, tick / 100)[0][1][2:8]))
    assert positions[50] == 0
    assert positions[299] == pytest.approx(199, abs=1)


def test_wrong_bends_measurements(line, wiring):
    wiring.sensors.throttle_pct = 30.0
    suffer(line, "throttle.wrong@0:factor=2,offset=1")
    assert ask(line, 1.0) == [(0.005, b"A:000610\r\n")]
    assert wiring.sensors.throttle_pct == 30.0


def test_wrong_may_also_ignore_writes(line, wiring):
    suffer(line, "throttle.wrong@0:writes=ignored,for=5")
    assert ask(line, 1.0, b"C:\r\n") == [(0.005, b"C:\r\n")]
    assert wiring.commands.throttle_target_pct == 100.0
    ask(line, 5.0, b"C:\r\n")
    assert wiring.commands.throttle_target_pct == 0.0


def test_garbage_value_reaches_the_devices_sensors(line, wiring, reference):
    suffer(line, "o2_mfc.garbage@0:value=nan")
    assert str(reference["o2_mfc"].flow_sccm()) == "nan"
    assert wiring.sensors.flow_sccm["o2"] == 0.0
    assert reference["throttle"].wiring is wiring


def test_same_fault_same_random_numbers(line):
    fault = parse_fault("gas.corrupt@0:p=0.5", TARGETS)
    first, second = (WireFault(fault, ["throttle"]) for _ in range(2))
    assert [first.alter(*GOOD) for _ in range(50)] == [second.alter(*GOOD) for _ in range(50)]


@pytest.mark.parametrize("type_", sorted(WIRE_FAULTS))
def test_every_wire_fault_runs_ends_and_pickles(line, wiring, type_):
    suffer(line, f"gas.{type_}@1:for=2", f"throttle.{type_}@1.5:for=1")
    for tick in range(20):
        ask(line, tick / 5)
    twin = pickle.loads(pickle.dumps(line))
    assert ask(twin, 9.0, b"i:21\r\n") == ask(line, 9.0, b"i:21\r\n") == [(0.005, b"i:2100001000\r\n")]
    assert all(emulator.wiring is wiring for emulator in line.emulators)


def test_plant_faults_are_handed_back(line):
    fault = parse_fault("plasma.extinguish@5", TARGETS, PLANT)
    assert attach_faults([fault], {"gas": line}, PLANT) == [fault]
    assert line.faults == []

"""How the Zaber stage moves: time, ramps, ends, references, interrupted movements, flags and their lives."""

from itertools import pairwise
from math import sqrt

import pytest

from sim.devices.zaber_axis import FLAGS
from tests.sim.devices.zaber_talk import MOST, STEP_MM, data, homed, live, rest, tell

SPEED = 153600 / 1.6384  # microsteps a second
ACCEL = 205e4 / 1.6384  # microsteps a second squared


@pytest.fixture
def stage(make):
    """A controller with two axes, device 1."""
    return make("stage_zaber")


def place(stage, axis=1):
    return int(data(stage, f"1 {axis} get pos"))


def flag(stage, axis=1):
    return tell(stage, f"1 {axis}").split()[4]


@pytest.mark.parametrize("distance", [1, 100, 5000, 7031, 8000, 400000])
@pytest.mark.parametrize("back", [False, True])
def test_a_move_takes_the_time_of_its_trapezoid(stage, distance, back):
    homed(stage)
    tell(stage, "1 1 move abs 500000")
    rest(stage)
    goal = 500000 - distance if back else 500000 + distance
    tell(stage, f"1 1 move abs {goal}")
    ramps = SPEED / ACCEL
    expected = distance / SPEED + ramps if distance > SPEED * ramps else 2.0 * sqrt(distance / ACCEL)
    assert rest(stage) == pytest.approx(expected, abs=0.04)
    assert place(stage) == goal and flag(stage) == "--"


@pytest.mark.parametrize(
    ("request_", "speed"),
    [("move abs 300000 20000", 20000), ("move rel 300000 20000 50", 20000), ("move vel 30000", 30000), ("home", 40000)],
)
def test_speeds_of_a_movement(stage, request_, speed):
    homed(stage)
    if request_ == "home":
        tell(stage, f"1 1 move abs {MOST} 1000000 0")
        rest(stage)
        tell(stage, "1 1 set limit.approach.maxspeed 40000")
    tell(stage, f"1 1 {request_}")
    live(stage, 2.0)
    before = place(stage)
    live(stage, 1.0)
    assert abs(place(stage) - before) == pytest.approx(speed / 1.6384, rel=1e-3)


def test_no_move_is_faster_than_its_limits(stage):
    homed(stage)
    axis = stage.axes["x"]
    tell(stage, "1 1 move abs 100000")
    speeds = [0.0]
    while axis.busy:
        stage.step(0.0, 0.01)
        speeds.append(axis.speed)
    assert max(speeds) == pytest.approx(SPEED)
    changes = [abs(after - before) for before, after in pairwise(speeds[:-1])]
    assert max(changes) <= ACCEL * 0.01 * 1.001


def test_each_ramp_by_its_own_setting(stage):
    homed(stage)
    tell(stage, "1 1 set motion.accelonly 50")
    tell(stage, "1 1 set motion.decelonly 400")
    tell(stage, "1 1 move abs 400000")
    live(stage, 0.2)
    assert stage.axes["x"].speed == pytest.approx(0.2 * 50e4 / 1.6384)
    up, down = SPEED / (50e4 / 1.6384), SPEED / (400e4 / 1.6384)
    assert rest(stage) + 0.2 == pytest.approx(400000 / SPEED + up / 2.0 + down / 2.0, abs=0.03)
    tell(stage, "1 1 move vel -153600 25")
    live(stage, 0.4)
    assert stage.axes["x"].speed == pytest.approx(-0.4 * 25e4 / 1.6384)
    live(stage, 1.0)
    tell(stage, "1 1 stop")
    live(stage, 0.1)
    assert stage.axes["x"].speed == pytest.approx(-SPEED + 0.1 * 25e4 / 1.6384)


def test_without_a_ramp(stage):
    homed(stage)
    tell(stage, "1 1 set accel 0")
    tell(stage, "1 1 move abs 93750")
    live(stage, 0.5)
    assert place(stage) == pytest.approx(SPEED * 0.5, abs=1)
    assert rest(stage) == pytest.approx(0.5, abs=0.02) and place(stage) == 93750


def test_the_cables_know_where_the_carriages_are_and_go(stage, wiring):
    homed(stage)
    commands = wiring.commands
    tell(stage, "1 1 move abs 2000000")
    tell(stage, "1 2 move abs 100000")
    assert commands.stage_target_mm["x"] == pytest.approx(95.25) and commands.stage_mm["x"] == 0.0
    live(stage, 1.0)
    assert 0.0 < commands.stage_mm["y"] < commands.stage_target_mm["y"] == pytest.approx(100000 * STEP_MM)
    rest(stage)
    assert commands.stage_mm == pytest.approx({"x": 95.25, "y": 100000 * STEP_MM})
    assert commands.stage_mm == commands.stage_target_mm
    stage.reboot(0.0)
    stage.step(0.0, 0.01)
    assert commands.stage_mm["x"] == pytest.approx(95.25)


def test_another_screw(make, wiring):
    other = homed(make("stage_zaber", microstep_um=0.1240234375, travel_mm=100))
    assert data(other, "1 1 get limit.max") == "806299"
    tell(other, "1 1 move abs 36283")
    rest(other)
    assert wiring.commands.stage_mm["x"] == pytest.approx(4.5, abs=1e-4)


# --- reference --------------------------------------------------------------------------------------------------


def test_homing_finds_the_sensor_from_anywhere(stage, wiring):
    homed(stage)
    tell(stage, "1 1 move abs 1000000")
    rest(stage)
    stage.reboot(0.0)
    assert (place(stage), flag(stage), data(stage, "1 1 get limit.home.triggered")) == (0, "WR", "0")
    tell(stage, "1 1 home")
    live(stage, 1.0)
    assert flag(stage) == "WR" and wiring.commands.stage_target_mm["x"] == 0.0
    assert rest(stage) == pytest.approx(1000000 / SPEED + SPEED / ACCEL - 1.0, abs=0.05)
    assert (place(stage), flag(stage), data(stage, "1 1 get limit.home.triggered")) == (0, "--", "1")
    assert wiring.commands.stage_mm["x"] == 0.0
    tell(stage, "1 1 move abs 10")
    assert data(stage, "1 1 get limit.home.triggered") == "0"


def test_homing_sets_the_preset(stage):
    tell(stage, "1 1 set limit.home.preset 500")
    homed(stage)
    assert place(stage) == 500


def test_set_pos_is_a_reference_though_not_a_home(stage):
    tell(stage, "1 1 set pos 5000")
    assert (place(stage), flag(stage)) == (5000, "WH")
    tell(stage, "1 1 move rel 100")
    rest(stage)
    assert place(stage) == 5100


def test_a_lying_counter_runs_into_the_ends(stage, wiring):
    homed(stage)
    tell(stage, "1 1 set pos 100000")  # the carriage is at 0
    tell(stage, "1 1 move abs 0")
    live(stage, 0.1)
    assert not stage.axes["x"].busy and flag(stage) == "WL" and wiring.commands.stage_mm["x"] == 0.0
    data(stage, "1 1 warnings clear")
    tell(stage, "1 1 set pos -1000000")
    tell(stage, "1 1 set limit.min -2000000")
    tell(stage, "1 1 move abs 4000000 1000000 0")
    rest(stage)
    assert flag(stage) == "FS" and wiring.commands.stage_mm["x"] == pytest.approx(203.0, abs=1e-4)
    tell(stage, "1 1 move rel -1000")
    rest(stage)
    assert flag(stage) == "FS"  # stays until cleared
    assert data(stage, "1 1 warnings clear") == "01 FS" and flag(stage) == "--"


def test_velocity_ends_at_the_limit_without_a_flag(stage):
    homed(stage)
    tell(stage, "1 1 move vel 1000000 0")
    rest(stage)
    assert (place(stage), flag(stage)) == (MOST, "--")
    tell(stage, "1 1 move vel -1000000")
    rest(stage)
    assert (place(stage), flag(stage)) == (0, "--")


def test_velocity_without_a_reference_ends_at_the_sensor(stage):
    tell(stage, "1 1 move rel 50000")
    rest(stage)
    tell(stage, "1 1 move vel -100000")
    assert rest(stage) > 0.5
    assert stage.axes["x"].place == 0.0 and data(stage, "1 1 warnings") == "03 WL WR WH"


def test_ends_and_stored_places(stage):
    homed(stage)
    tell(stage, "1 set maxspeed 1000000")
    for request, where in [("max", MOST), ("min", 0), ("stored 3", 7777)]:
        tell(stage, "1 2 tools storepos 3 7777")
        tell(stage, f"1 2 move {request}")
        rest(stage)
        assert place(stage, 2) == where and place(stage, 1) == 0
    tell(stage, "1 2 tools storepos 4 current")
    assert data(stage, "1 tools storepos 4") == "0 7777"


def test_both_axes_at_once_or_none(stage):
    homed(stage)
    assert tell(stage, "1 move abs 10000") == "@01 0 OK BUSY -- 0"
    rest(stage)
    assert data(stage, "1 get pos") == "10000 10000"
    tell(stage, "1 2 set limit.max 20000")
    assert tell(stage, "1 move abs 30000").endswith("BADDATA")
    assert data(stage, "1 get pos") == "10000 10000" and rest(stage) == 0.0


# --- interrupted ------------------------------------------------------------------------------------------------


def test_stop_takes_its_ramp(stage):
    homed(stage)
    tell(stage, "1 1 move max")
    live(stage, 1.0)
    before = place(stage)
    assert tell(stage, "1 1 stop") == "@01 1 OK BUSY NI 0"
    assert rest(stage) == pytest.approx(SPEED / ACCEL, abs=0.02)
    assert place(stage) - before == pytest.approx(SPEED**2 / ACCEL / 2.0, rel=0.15)
    assert tell(stage, "1 1 stop") == "@01 1 OK IDLE NI 0"
    assert data(stage, "1 1 warnings clear") == "01 NI" and flag(stage) == "--"


def test_estop_does_not(stage):
    homed(stage)
    tell(stage, "1 1 move max")
    live(stage, 1.0)
    before = place(stage)
    assert tell(stage, "1 1 estop") == "@01 1 OK IDLE NI 0"
    live(stage, 0.1)
    assert place(stage) == before
    assert tell(stage, "1 1 move vel 0") == "@01 1 OK IDLE NI 0"


def test_a_move_pre_empts_another(stage):
    homed(stage)
    tell(stage, "1 1 move abs 400000")
    live(stage, 1.0)
    assert tell(stage, "1 1 move abs 50000") == "@01 1 OK BUSY NI 0"  # behind it: it must stop and turn
    rest(stage)
    assert place(stage) == 50000 and flag(stage) == "NI"
    assert tell(stage, "1 1 move abs 60000") == "@01 1 OK BUSY -- 0"  # from rest: forgotten
    live(stage, 0.1)
    tell(stage, "1 1 home")
    rest(stage)
    assert (place(stage), flag(stage)) == (0, "NI")


def test_a_jam(stage):
    homed(stage)
    tell(stage, "1 1 move abs 100000")
    stage.stuck = True
    live(stage, 5.0)
    assert tell(stage, "1 1 get pos") == "@01 1 OK BUSY -- 0"
    stage.stuck = False
    rest(stage)
    assert place(stage) == 100000


# --- flags ------------------------------------------------------------------------------------------------------


def test_the_worst_flag_is_shown_and_all_are_listed(stage):
    axis = homed(stage).axes["x"]
    axis.raised |= {"NI", "WT", "FE", "WM", "FS"}
    assert flag(stage) == "FS" and flag(stage, 2) == "--" and tell(stage, "1").split()[4] == "FS"
    assert data(stage, "1 warnings") == data(stage, "1 1 warnings") == "05 FS FE WT WM NI"
    assert data(stage, "1 1 warnings clear") == "05 FS FE WT WM NI"
    assert data(stage, "1 1 warnings") == "02 WT WM"  # these last as long as what they are about
    axis.raised.discard("WT")
    tell(stage, "1 1 move abs 5")
    assert data(stage, "1 1 warnings") == "00"


def test_order_of_the_flags():
    order = "FF FN FZ FH FV FO FC FM FD FQ FI FA FR FS FB FP FE FT WL WV WT WS WM WP WR WH NC NI ND NR NT NU NJ"
    assert " ".join(FLAGS) == order


def test_a_hand_at_the_knob(stage, wiring):
    homed(stage)
    stage.axes["x"].push(1.5)
    stage.step(0.0, 0.01)
    assert wiring.commands.stage_mm["x"] == pytest.approx(1.5) and flag(stage) == "NC"
    assert place(stage) == round(1.5 / STEP_MM)
    tell(stage, "1 1 move abs 0")
    assert flag(stage) == "--"

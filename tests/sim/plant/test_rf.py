"""RF delivery: the network by its circuit, motors by their kinematics, ignition by its chances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plant.records import new
from sim.plant.rf.breakdown import BreakdownSpec, breakdown_v, curve, mean_delay_s, strikes
from sim.plant.rf.delivery import ArcSpec, Rf, arc, deliver, see_plasma, see_unlit
from sim.plant.rf.load import resonance_hz, specification
from sim.plant.rf.motors import Motor, MotorSpec, follow, whole_step
from sim.plant.rf.network import NetworkSpec, matched_load_pct, matched_tune_pct
from sim.plant.species import AR, COUNT, O2
from sim.plant.tool import read_tables, section
from sim.validate.rf import gamma_of, worst_difference

NETWORK = section("network", NetworkSpec)
MOTOR = section("motors", MotorSpec)
LOAD = specification(read_tables())
BREAKDOWN = section("breakdown", BreakdownSpec)
ARC = section("arc", ArcSpec)


def at(r_ohm: float, x_ohm: float, load_pct: float, tune_pct: float) -> Rf:
    rf = new(Rf)
    rf.load_r_ohm, rf.load_x_ohm = r_ohm, x_ohm
    rf.load_motor.pct, rf.tune_motor.pct = load_pct, tune_pct
    return rf


def test_the_network_agrees_with_scikit_rf():
    pytest.importorskip("skrf")
    assert worst_difference() < 1e-9


@given(
    r=st.floats(0.1, 40.0),
    x=st.floats(-200.0, 50.0),
    load=st.floats(0.0, 100.0),
    tune=st.floats(0.0, 100.0),
    forward=st.floats(0.0, 2000.0),
)
def test_no_power_is_lost_or_made(r, x, load, tune, forward):
    rf = at(r, x, load, tune)
    deliver(rf, NETWORK, forward)
    assert rf.forward_w == pytest.approx(rf.reflected_w + rf.loss_w + rf.load_w, abs=1e-9 * max(forward, 1.0))
    assert min(rf.reflected_w, rf.loss_w, rf.load_w) >= -1e-9
    assert abs(complex(rf.gamma_re, rf.gamma_im)) <= 1.0 + 1e-12
    assert rf.load_w == pytest.approx(0.5 * rf.current_a**2 * r, abs=1e-9 * max(forward, 1.0))


def test_a_matched_load_reflects_nothing_and_the_coil_keeps_its_part():
    load, tune = matched_load_pct(NETWORK, 6.0), matched_tune_pct(NETWORK, 6.0, -65.0)
    assert 0.0 < load < 100.0 and 0.0 < tune < 100.0
    assert abs(gamma_of(NETWORK, 6.0, -65.0, load, tune)) < 1e-9
    rf = at(6.0, -65.0, load, tune)
    deliver(rf, NETWORK, 300.0)
    assert rf.load_w == pytest.approx(300.0 * 6.0 / 6.3)  # R/(R + R_s)


def test_a_motor_needs_its_stroke_time_and_keeps_to_whole_steps():
    motor, seconds = new(Motor), 0.0
    while motor.motor_pct < 100.0:
        follow(motor, MOTOR, 100.0, 0.01)
        seconds += 0.01
    assert seconds == pytest.approx(MOTOR.stroke_s + MOTOR.accelerate_s, abs=0.04)
    follow(motor, MOTOR, 50.049, 0.01)
    for _ in range(200):
        follow(motor, MOTOR, 50.049, 0.01)
    assert motor.pct == pytest.approx(50.0) and motor.speed_pct_s == 0.0
    assert whole_step(MOTOR, 133.0) == 100.0


@given(target=st.floats(0.0, 100.0), start=st.integers(0, 1000), dt=st.sampled_from([0.001, 0.01, 0.1]))
def test_a_motor_arrives_without_overshoot(target, start, dt):
    motor = new(Motor)
    motor.motor_pct = motor.pct = start / 10
    goal = whole_step(MOTOR, target)
    low, high = sorted((start / 10, goal))
    for _ in range(round(3.0 / dt)):
        follow(motor, MOTOR, target, dt)
        assert low - 1e-9 <= motor.motor_pct <= high + 1e-9
    assert motor.motor_pct == pytest.approx(goal)


FASTEST = 100.0 / MOTOR.stroke_s
GAIN = FASTEST / MOTOR.accelerate_s


@pytest.mark.parametrize("dt", [0.001, 0.01])
@pytest.mark.parametrize("way_pct", [0.5, 1.0, 3.0, 10.0, 60.0])
def test_a_motor_takes_the_time_of_its_trapezoid(way_pct, dt):
    """2 sqrt(s/a) below full speed, s/v + v/a beyond."""
    motor, steps = new(Motor), 0
    while motor.motor_pct != way_pct:
        follow(motor, MOTOR, way_pct, dt)
        steps += 1
    ramps = FASTEST**2 / GAIN
    closed = 2.0 * math.sqrt(way_pct / GAIN) if way_pct < ramps else way_pct / FASTEST + FASTEST / GAIN
    assert steps * dt == pytest.approx(closed, abs=1.5 * dt)


@pytest.mark.parametrize("dt", [0.001, 0.01])
def test_a_motor_that_is_sent_back_brakes_first(dt):
    """From full speed: v/a to stop, v^2/2a beyond, then the trapezoid of the whole way back."""
    motor = new(Motor)
    while motor.motor_pct < 50.0:
        follow(motor, MOTOR, 100.0, dt)
    assert motor.speed_pct_s == pytest.approx(FASTEST)
    turned, farthest, steps = motor.motor_pct, motor.motor_pct, 0
    while motor.motor_pct != 30.0:
        follow(motor, MOTOR, 30.0, dt)
        farthest = max(farthest, motor.motor_pct)
        steps += 1
    beyond = FASTEST**2 / (2.0 * GAIN)
    assert farthest - turned == pytest.approx(beyond, rel=1e-9)
    back = turned + beyond - 30.0
    closed = FASTEST / GAIN + back / FASTEST + FASTEST / GAIN
    assert steps * dt == pytest.approx(closed, abs=1.5 * dt)


@given(st.lists(st.tuples(st.floats(0.0, 100.0), st.integers(1, 40)), min_size=1, max_size=8))
def test_a_motor_s_speed_changes_no_faster_than_it_can_however_it_is_told(orders):
    motor, dt = new(Motor, motor_pct=50.0), 0.01
    for target, steps in [*orders, (orders[-1][0], 400)]:
        for _ in range(steps):
            speed, place = motor.speed_pct_s, motor.motor_pct
            follow(motor, MOTOR, target, dt)
            assert abs(motor.speed_pct_s) <= FASTEST * (1.0 + 1e-12)
            assert abs(motor.speed_pct_s - speed) <= 2.42 * GAIN * dt  # 1, but for the last one
            assert abs(motor.motor_pct - place) <= FASTEST * dt + 1e-9
            assert -1e-9 <= motor.motor_pct <= 100.0 + 1e-9
    assert motor.motor_pct == pytest.approx(whole_step(MOTOR, orders[-1][0])) and motor.speed_pct_s == 0.0


def test_play_in_a_gear_is_lost_on_the_way_back():
    motor = new(Motor, play_pct=1.0)
    for target, there in ((60.0, 59.5), (40.0, 40.5)):
        for _ in range(300):
            follow(motor, MOTOR, target, 0.01)
        assert motor.pct == pytest.approx(there)


def test_the_load_of_a_plasma_lies_where_it_is_published_and_follows_its_density():
    seen = []
    for density, sheath in ((3e16, 4.5e-3), (8e16, 3.0e-3)):
        rf = new(Rf, current_a=12.0, plasma_a=7.0)
        see_plasma(rf, LOAD, 2 * math.pi * 13.56e6, density, 7.3e7, sheath, 10.0, 0.6)
        assert 0.5 < rf.branch_part < 1.0  # the rest heats strap and stray
        assert 1.0 < rf.load_r_ohm < 20.0 and -150.0 < rf.load_x_ohm < -30.0  # paper: 1..10 - j50..150
        assert resonance_hz(LOAD, density, sheath) > 13.56e6
        seen.append((rf.load_r_ohm, rf.load_x_ohm))
    assert seen[1][1] > seen[0][1]  # thinner sheaths: less reactance
    unlit = new(Rf)
    see_unlit(unlit, LOAD)
    assert (unlit.load_r_ohm, unlit.load_x_ohm) == (
        LOAD.feed_r_ohm + LOAD.stray_r_ohm,
        LOAD.feed_x_ohm + LOAD.stray_x_ohm,
    )


def test_breakdown_is_easiest_where_it_is_published():
    gas = np.zeros(COUNT)
    gas[AR] = 1.0
    volts = {pascal: breakdown_v(BREAKDOWN, gas, float(pascal), 0.08) for pascal in (1, 3, 10, 30, 100, 300)}
    assert min(volts, key=volts.__getitem__) == 30  # paper: Ar 27..40 Pa
    assert 100.0 <= volts[30] <= 200.0  # paper: 100..200 V peak
    gas[O2] = 3.0
    assert breakdown_v(BREAKDOWN, gas, 30.0, 0.08) > volts[30]
    assert breakdown_v(BREAKDOWN, np.zeros(COUNT), 30.0, 0.08) > 1e8
    assert curve(0.6 - 1e-9) == pytest.approx(curve(0.6), rel=1e-6) and curve(1.0) == 1.0


def test_the_wait_for_the_first_electron_is_exponential_and_longer_after_rest():
    draw = np.random.default_rng(1)

    def waits(idle_s: float, volts: float) -> list[int]:
        found = []
        for _ in range(400):
            steps = 1
            while not strikes(BREAKDOWN, volts, 300.0, idle_s, float(draw.random()), 0.001):
                steps += 1
            found.append(steps)
        return found

    cold, warm = waits(600.0, 3000.0), waits(0.0, 3000.0)
    assert np.mean(cold) == pytest.approx(1000 * mean_delay_s(BREAKDOWN, 600.0) / 0.9, rel=0.15)
    assert np.std(cold) == pytest.approx(np.mean(cold), rel=0.2)  # an exponential has its mean as deviation
    assert np.mean(cold) > 5 * np.mean(warm)
    assert not strikes(BREAKDOWN, 299.0, 300.0, 0.0, 0.0, 0.01)


def test_an_arc_takes_power_from_the_plasma_and_is_counted():
    load, tune = matched_load_pct(NETWORK, 6.0), matched_tune_pct(NETWORK, 6.0, -65.0)
    rf = at(6.0, -65.0, load, tune)
    deliver(rf, NETWORK, 300.0)
    before, volts, amps = rf.load_w, rf.electrode_v, rf.current_a
    arc(rf, NETWORK, LOAD, ARC, 0.01)
    dark = (ARC.detect_s + ARC.blank_s) / 0.01
    assert rf.arcs == 1.0 and rf.load_w == pytest.approx(before * (1.0 - dark))
    assert rf.reflected_w > 0.5 * 300.0 * ARC.detect_s / 0.01  # nearly all of it comes back until the arc is seen
    assert rf.forward_w == pytest.approx(300.0 * (1.0 - ARC.blank_s / 0.01))  # blanked: the generator gives nothing
    assert rf.forward_w == pytest.approx(rf.reflected_w + rf.loss_w + rf.load_w)
    assert rf.current_a == amps
    assert rf.electrode_v < volts and (rf.load_r_ohm, rf.load_x_ohm) == (6.0, -65.0)

"""hold, restart, pause, resume, stop and abort from every phase of a clean, in virtual time (DESIGN section 3)."""

from __future__ import annotations

import pytest

from controller.scan.unit_state import UnitState
from sim.lab import Lab

PHASES = ["soft pump", "leak check", "stabilise", "strike", "main clean", "purge", "cool", "vent"]
GASES = ("o2", "h2", "ar", "n2")


def step_name(lab: Lab) -> str:
    runner = lab.scan.unit.runner
    return runner.step_now.name if runner is not None and runner.step_now is not None else ""


def reach(lab: Lab, state: UnitState, within_s: float) -> float:
    """Live until the unit is in a state; the time that took [s]."""
    start = lab.now
    assert lab.run_until(lambda lab: lab.scan.unit.state is state, within_s), lab.scan.unit.reasons
    return lab.now - start


def nothing_flows(lab: Lab) -> bool:
    commands, values = lab.world.wiring.commands, lab.scan.image.values
    shut = all(values[f"{gas}_valve_closed"] for gas in GASES)
    return shut and commands.rf_forward_w == 0.0 and not values["rf_on"] and not commands.valve_open["vent"]


@pytest.mark.parametrize("phase", PHASES)
def test_hold_is_reached_soon_and_restart_goes_on(lab_at, phase):
    lab = lab_at(phase)
    clock = lab.scan.unit.runner.clock_s
    plasma_on_s = lab.scan.unit.runner.plasma_on_s
    before = step_name(lab)
    assert lab.scan.command("hold").ok
    lab.run_for(0.5)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    reach(lab, UnitState.HELD, 5.0)
    assert nothing_flows(lab)
    lab.run_for(20.0)
    assert nothing_flows(lab), "held stays held"
    assert lab.scan.unit.state is UnitState.HELD
    assert lab.scan.command("restart").ok
    reach(lab, UnitState.RUNNING, 60.0)
    if phase == "main clean":  # re-enters at its resume_at, re-strikes; the plasma-on clock goes on
        assert step_name(lab) == "Strike"
        values = lab.scan.image.values
        assert values["o2_flow_sccm"] == pytest.approx(120, abs=4), "gas is there before the strike"
        assert values["chamber_pressure_pa"] == pytest.approx(8, abs=0.4)
        assert lab.run_until(lambda lab: step_name(lab) == before, 30.0)
        lab.step()
        assert lab.scan.unit.runner.clock_s == pytest.approx(clock, abs=0.2)
        assert lab.scan.unit.runner.plasma_on_s >= plasma_on_s
        assert lab.run_until(lambda lab: lab.over, 600.0)
        assert lab.scan.unit.state is UnitState.COMPLETE
        assert lab.recorder.summary["verdict"] == "fail", "an interrupted run is never a pass by itself"
        assert lab.world.plant.film_nm < 0.5
    else:
        assert step_name(lab) == before
        assert lab.run_until(lambda lab: step_name(lab) != before, 120.0)
        assert lab.scan.unit.state is UnitState.RUNNING or phase == "vent"


@pytest.mark.parametrize("phase", PHASES)
def test_pause_waits_for_the_end_of_the_step_and_resume_goes_on(lab_at, phase):
    lab = lab_at(phase)
    before = step_name(lab)
    assert lab.scan.command("pause").ok
    assert lab.scan.unit.state is UnitState.PAUSING
    assert lab.run_until(lambda lab: lab.scan.unit.state is not UnitState.PAUSING, 300.0)
    assert lab.scan.unit.state is UnitState.PAUSED
    assert step_name(lab) == before
    lab.run_for(2.0)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    strikes = lab.scan.loops.rf_power.strikes
    assert lab.scan.command("resume").ok
    assert lab.scan.unit.state is UnitState.RUNNING
    assert step_name(lab) != before
    if phase == "strike":  # the clean goes on where it was: one strike at full strike power, then the ramp
        lab.run_for(5.0)
        assert lab.scan.loops.rf_power.strikes == strikes + 1
        assert lab.scan.image.values["load_power_w"] == pytest.approx(450, abs=15)
        assert not lab.scan.unit.reasons


def test_a_pause_that_is_not_wanted_any_more(lab_at):
    lab = lab_at("main clean")
    lab.scan.command("pause")
    lab.run_for(1.0)
    assert lab.scan.command("resume").ok
    lab.run_for(1.0)
    assert lab.scan.unit.state is UnitState.RUNNING and step_name(lab) == "Main clean"
    assert lab.world.wiring.commands.rf_forward_w > 400


@pytest.mark.parametrize("phase", PHASES)
def test_stop_ends_early_but_properly(lab_at, phase):
    lab = lab_at(phase)
    assert lab.scan.command("stop").ok
    lab.run_for(0.5)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    reach(lab, UnitState.STOPPED, 300.0)
    assert lab.scan.unit.reasons == ["stop: operator"], "every step of the end was reached"
    assert lab.scan.image.values["at_atmosphere"] and nothing_flows(lab)
    assert lab.recorder.summary["verdict"] == "fail"
    assert lab.scan.command("reset").ok and not lab.scan.why_not_start()


@pytest.mark.parametrize("phase", PHASES)
def test_abort_switches_everything_off_and_never_resumes(lab_at, phase):
    lab = lab_at(phase)
    assert lab.scan.command("abort").ok
    lab.run_for(0.2)
    assert lab.world.wiring.commands.rf_forward_w == 0.0
    assert all(lab.world.wiring.commands.flow_setpoint_sccm[gas] == 0.0 for gas in GASES)
    assert lab.scan.command("abort").ok is False, "abort during abort changes nothing"
    reach(lab, UnitState.ABORTED, 60.0)
    assert nothing_flows(lab)
    for verb in ("restart", "resume", "pause", "start"):
        assert lab.scan.unit.why_not(verb)
    assert lab.scan.command("hold").ok and nothing_flows(lab), "STOP works in every state"
    assert lab.recorder.summary["verdict"] == "aborted"
    assert lab.scan.command("reset").ok
    lab.run_for(10.0)
    assert nothing_flows(lab)
    assert lab.scan.unit.state is UnitState.IDLE


@pytest.mark.parametrize("first", ["hold", "pause", "stop"])
def test_abort_out_of_another_verb(lab_at, first):
    lab = lab_at("main clean")
    lab.scan.command(first)
    lab.run_for(0.3)
    assert lab.scan.command("abort").ok
    reach(lab, UnitState.ABORTED, 60.0)
    assert nothing_flows(lab)


def test_stop_out_of_held(lab_at):
    lab = lab_at("stabilise")
    lab.scan.command("hold")
    reach(lab, UnitState.HELD, 10.0)
    assert lab.scan.command("stop").ok
    reach(lab, UnitState.STOPPED, 300.0)
    assert lab.scan.image.values["at_atmosphere"]


def test_held_says_what_does_not_arrive(lab_at):
    """A valve that does not move: the run is held after 30 s all the same, and the reason stands."""
    lab = lab_at("soft pump")
    lab.world.plant.inject("soft_pump_valve.stuck", {}, True)
    lab.scan.command("hold")
    assert reach(lab, UnitState.HELD, 60.0) <= 31.0
    assert any("soft_pump_valve" in reason or "IL-12" in reason for reason in lab.scan.unit.reasons)


def test_a_second_start_is_refused(lab_at):
    lab = lab_at("main clean")
    run_id = lab.scan.unit.order.run_id
    assert not lab.scan.start(lab.scan.unit.order).ok
    lab.run_for(1.0)
    assert lab.scan.unit.order.run_id == run_id and lab.scan.unit.state is UnitState.RUNNING


def test_one_run_after_another(lab_at):
    lab = lab_at("end")
    assert lab.scan.why_not_start(), "somebody takes the mask out first"
    assert lab.scan.command("reset").ok
    assert lab.get_ready() == []
    assert lab.start("o2-organic-clean", "second").ok
    lab.run_for(30.0)
    assert step_name(lab) == "Soft pump" and lab.scan.unit.state is UnitState.RUNNING

"""RF that is on though nobody asks, or that comes back by itself: never, whatever the wire or the recipe does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from controller.scan.unit_state import UnitState
from recipes.files import FileRefused
from sim.faults import parse_fault
from sim.lab import Lab
from sim.plant.faults import PLANT_FAULTS
from tests.conftest import step_name

HEADER = 'schema = 1\n[recipe]\nname = "Test"\nstatus = "released"\nreleased_by = "tests"\ncontamination = "organic"\n'
GAS = (
    '[[step]]\nname = "Gas"\nset = { o2_flow = "120 sccm", ar_flow = "40 sccm", chamber_pressure = "8 Pa" }\n'
    'end = { when = "abs(chamber_pressure_pa - 8) < 0.5", within = "60 s", held_for = "1 s" }\n'
)
OFF = (
    '[[step]]\nname = "Off"\nset = { load_power = "0 W", o2_flow = "0 sccm", ar_flow = "0 sccm" }\n'
    'end = { time = "2 s" }\n'
)


def step(name: str, power: str, end: str, more: str = "") -> str:
    return f'[[step]]\nname = "{name}"\nset = {{ load_power = "{power}" }}\nend = {{ {end} }}\n{more}\n'


def rf_w(lab: Lab) -> float:
    return float(lab.world.wiring.commands.rf_forward_w)


def inject(lab: Lab, text: str) -> None:
    kind, _, more = text.partition(":")
    fault = f"{kind}@{lab.now + 0.01:.3f}" + (f":{more}" if more else "")
    lab.world.add_faults([parse_fault(fault, lab.world.fault_targets, PLANT_FAULTS)])


@pytest.fixture
def run(lab_at: Callable[[str], Lab], tmp_path: Path) -> Callable[[str], Lab]:
    """A recipe of its own on a tool under vacuum, started."""

    def start(steps: str) -> Lab:
        lab = lab_at("stabilise")
        lab.scan.command("abort", "tests")
        assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.ABORTED, 60.0)
        lab.scan.command("reset")
        lab.run_for(1.0)
        path = tmp_path / "test.toml"
        path.write_text(HEADER + steps, "utf-8")
        answer = lab.start(str(path), "test")
        assert answer.ok, answer.reasons
        return lab

    return start


def test_a_generator_that_ignores_off_loses_its_permit(lab_at: Callable[[str], Lab]):
    lab = lab_at("main clean")
    inject(lab, "rf_generator.wrong:writes=ignored")
    lab.run_for(0.2)
    lab.scan.command("hold", "operator")
    assert lab.run_until(lambda lab: rf_w(lab) == 0.0, 1.5), "the remote I/O opens the generator's interlock loop"
    lab.run_for(0.2)  # its setpoint does not read back: what it says is not believed, and then nobody knows it is off
    assert {"IL-28", "IL-29"} <= {row.table.id for row in lab.scan.interlocks.rows if row.tripped}
    assert "rf_generator" in lab.scan.lost
    lab.run_for(5.0)
    assert rf_w(lab) == 0.0


def test_one_damaged_reply_does_not_bring_rf_back_blindly(lab_at: Callable[[str], Lab]):
    lab = lab_at("main clean")
    strikes = lab.scan.loops.rf_power.strikes
    inject(lab, "rf_generator.corrupt:for=0.06")
    assert lab.run_until(lambda lab: rf_w(lab) == 0.0, 1.0), "identifying a generator switches it off"
    began = lab.now
    assert lab.run_until(lambda lab: rf_w(lab) > 0.0, 20.0)
    assert lab.now - began > 1.0, "not before the loop has seen the loss and waited"
    assert lab.scan.loops.rf_power.strikes == strikes + 1, "by a strike, from the strike power"
    generator = next(at for bus in lab.built.buses for at in bus.attached if at.device.name == "rf_generator")
    assert generator.written["rf_time_limit_s"][0] > 30.0


def test_the_time_limit_is_that_of_the_strike(run: Callable[[str], Lab]):
    burn = 'time = "3 s"'
    lab = run(
        GAS
        + step("Burn", "300 W", burn)
        + step("Dark", "0 W", 'time = "3 s"')
        + step("Burn again", "300 W", 'time = "40 s"')
        + OFF
    )
    assert lab.run_until(lambda lab: lab.over, 200.0)
    assert lab.recorder is not None and lab.recorder.summary is not None
    assert lab.recorder.summary["verdict"] == "pass", lab.recorder.summary["reasons"]
    assert lab.recorder.summary["strikes"] == 2
    assert lab.recorder.summary["plasma_on_s"] > 40.0


def test_a_recipe_may_not_end_with_rf_or_gas_on(run: Callable[[str], Lab]):
    with pytest.raises(FileRefused, match="the recipe ends with"):
        run(GAS + step("Burn", "300 W", 'time = "3 s"'))


@pytest.mark.parametrize("phase", ["idle", "end"])
def test_stop_works_when_nothing_runs(lab_at: Callable[[str], Lab], phase: str):
    lab = lab_at(phase)
    lab.scan.outputs.ask("vent_valve", True)
    assert lab.scan.command("hold", "operator STOP").ok
    lab.run_for(1.0)
    assert lab.scan.outputs.recipe["vent_valve"] is False
    assert lab.scan.outputs.recipe["load_power_w"] == 0.0


def test_a_pause_with_plasma_is_counted_and_does_not_last(run: Callable[[str], Lab]):
    keep = 'on_pause = "keep"'
    lab = run(GAS + step("Burn", "300 W", 'time = "6 s"', keep) + step("More", "300 W", 'time = "5 s"') + OFF)
    assert lab.run_until(lambda lab: step_name(lab) == "Burn", 90.0)
    lab.scan.command("pause")
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.PAUSED, 30.0)
    runner = lab.scan.unit.runner
    assert runner is not None
    before = runner.plasma_on_s
    lab.run_for(20.0)
    assert rf_w(lab) > 0.0
    assert runner.plasma_on_s == pytest.approx(before + 20.0, abs=0.5)
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.HELD, 60.0)
    assert rf_w(lab) == 0.0


def test_held_while_paused_does_not_repeat_what_has_ended(run: Callable[[str], Lab]):
    lab = run(
        GAS
        + step("Strike", "300 W", 'when = "plasma_on", within = "25 s"', 'resume_at = "Strike"')
        + '[[step]]\nname = "Main"\nend = { plasma_on = "8 s", max = "60 s" }\n'
        + '[[step]]\nname = "Finish"\nend = { plasma_on = "5 s", max = "60 s" }\n'
        + OFF
    )
    assert lab.run_until(lambda lab: step_name(lab) == "Main", 90.0)
    lab.scan.command("pause")
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.PAUSED, 60.0)
    lab.scan.command("hold", "operator")
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.HELD, 30.0)
    assert lab.scan.command("restart").ok
    assert lab.run_until(lambda lab: lab.over, 200.0)
    assert lab.recorder is not None and lab.recorder.summary is not None
    names = [each["name"] for each in lab.recorder.summary["steps"]]
    assert names == ["Gas", "Strike", "Main", "Strike", "Finish", "Off"]
    assert lab.recorder.summary["plasma_on_s"] < 20.0


def test_a_step_that_inherits_rf_restarts_with_a_strike(run: Callable[[str], Lab]):
    lab = run(GAS + step("Light", "300 W", 'time = "5 s"') + '[[step]]\nname = "On"\nend = { time = "10 s" }\n' + OFF)
    assert lab.run_until(lambda lab: step_name(lab) == "On", 90.0)
    lab.run_for(3.0)
    lab.scan.command("hold", "operator")
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.HELD, 30.0)
    assert lab.scan.command("restart").ok
    assert lab.run_until(lambda lab: step_name(lab) == "On" and lab.scan.unit.state is UnitState.RUNNING, 90.0)
    lab.run_for(1.0)
    assert rf_w(lab) > 100.0


def test_a_clean_ended_by_hand_is_no_pass(lab_at: Callable[[str], Lab]):
    lab = lab_at("main clean")
    assert lab.scan.command("end_step", "operator Chen").ok
    assert lab.run_until(lambda lab: lab.over, 400.0)
    assert lab.recorder is not None and lab.recorder.summary is not None
    assert lab.recorder.summary["verdict"] == "fail"
    assert any("Main clean: ended after" in reason for reason in lab.recorder.summary["reasons"])


def test_a_frozen_gauge_proves_no_tight_chamber(lab_at: Callable[[str], Lab]):
    lab = lab_at("leak check")
    inject(lab, "chamber_gauge.stuck")
    inject(lab, "chamber.leak:rate=0.002")
    assert lab.run_until(lambda lab: lab.scan.unit.state is UnitState.HELD, 90.0)
    assert any("gauge" in reason for reason in lab.scan.unit.reasons)


def test_a_lost_run_is_settled_only_by_ending_safely(lab_at: Callable[[str], Lab], tmp_path: Path):
    lab = lab_at("idle")
    lab.scan.remember_lost_run("r7", "M-7")
    lab.step()
    path = tmp_path / "nothing.toml"
    path.write_text(
        'schema = 1\n[recipe]\nname = "nothing"\nkind = "procedure"\n[[step]]\nname = "Wait"\nend = { time = "1 s" }\n',
        "utf-8",
    )
    assert lab.start(str(path), "a").ok
    assert lab.run_until(lambda lab: lab.over, 10.0)
    lab.scan.command("reset")
    lab.step()
    assert any("cut off" in reason for reason in lab.scan.why_not_start())
    assert lab.start("end-safe", "b").ok
    assert lab.run_until(lambda lab: lab.over, 900.0)
    assert lab.scan.unit.state is UnitState.COMPLETE, lab.scan.unit.reasons
    lab.scan.command("reset")
    lab.step()
    assert lab.scan.why_not_start() == []


def test_a_permitted_mixture_ends_with_its_run(lab_at: Callable[[str], Lab]):
    lab = lab_at("end")
    assert lab.scan.unit.order is not None
    object.__setattr__(lab.scan.unit.order.program, "allows", ("h2+o2",))
    lab.step()
    assert lab.scan.image.values["mixture_allowed"] is False

"""The engine, step by step on a clock by hand: every end, ramps, limits, time-outs, pauses, holds and clocks."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest

from recipes.engine import RESTABILISE_S, Reacted, Runner, Status
from recipes.leak import rate_of_rise

DT = 0.1


class Clock:
    """Advances a runner and goes on to the next step by itself, as the unit does."""

    def __init__(self, program: Any, tool: Any) -> None:
        self.runner, self.tool, self.n = Runner(program), tool, 0
        self.last: Any = None
        self.step()

    @property
    def now(self) -> float:
        return round(self.n * DT, 6)

    @property
    def name(self) -> str:
        step = self.runner.step_now
        return step.name if step else ""

    def step(self) -> Any:
        self.n += 1
        self.last = self.runner.advance(self.now, self.tool)
        if self.last is True and not self.runner.finished:
            self.runner.go_on(self.now, self.tool)
        return self.last

    def run(self, seconds: float) -> Any:
        """Run so long, or until something reacts."""
        for _ in range(round(seconds / DT)):
            if isinstance(self.step(), Reacted):
                return self.last
        return self.last

    def length_of(self, index: int) -> float:
        record = self.runner.records[index]
        return record.end_s - record.start_s


def one(end: str, more: str = "") -> str:
    return f'[[step]]\nname = "one"\nend = {{ {end} }}\n{more}\n[[step]]\nname = "two"\nend = {{ time = "1 h" }}\n'


def test_time(program, tool):
    clock = Clock(program(one('time = "3 s"')), tool)
    clock.run(5.0)
    assert clock.name == "two" and clock.length_of(0) == pytest.approx(3.0, abs=DT + 1e-9)
    assert clock.runner.records[0].ended_by == "time 0:03"


def test_min_holds_back(program, tool):
    clock = Clock(program(one('when = "plasma_on", within = "60 s", min = "4 s"')), tool)
    tool.values["plasma_on"] = True
    clock.run(3.5)
    assert clock.name == "one"
    clock.run(1.0)
    assert clock.name == "two"


def test_when_must_hold_without_a_break(program, tool):
    clock = Clock(program(one('when = "plasma_on", within = "60 s", held_for = "2 s"')), tool)
    for _ in range(4):
        tool.values["plasma_on"] = True
        clock.run(1.8)
        tool.values["plasma_on"] = False
        clock.run(0.2)
    assert clock.name == "one"
    tool.values["plasma_on"] = True
    clock.run(2.2)
    assert clock.name == "two"


def test_unknown_never_ends_a_step(program, tool):
    clock = Clock(program(one('when = "not rf_on", within = "60 s"')), tool)
    clock.run(30.0)
    assert clock.name == "one"


@pytest.mark.parametrize("reaction", ["hold", "stop", "abort", "alarm", "next"])
def test_time_out(program, tool, reaction):
    clock = Clock(program(one(f'when = "plasma_on", within = "5 s", on_timeout = "{reaction}"')), tool)
    result = clock.run(6.0)
    if reaction == "next":
        assert clock.name == "two" and "time-out" in clock.runner.records[0].ended_by
    else:
        assert isinstance(result, Reacted) and result.reaction == reaction
        assert "plasma_on is false" in result.reason and "5 s" in result.reason
        assert clock.now == pytest.approx(5.1, abs=2 * DT)


def test_an_alarm_for_lateness_does_not_keep_the_step_from_ending(program, tool):
    clock = Clock(program(one('when = "plasma_on", within = "2 s", on_timeout = "alarm"')), tool)
    assert isinstance(clock.run(3.0), Reacted)
    tool.values["plasma_on"] = True
    clock.step()
    assert clock.name == "two"


def test_a_time_out_says_what_each_actuator_says(program, tool):
    steps = '[[step]]\nname = "one"\nset = { vent_valve = "open" }\nend = { when = "plasma_on", within = "2 s" }\n'
    clock = Clock(program(steps), tool)
    tool.statuses["vent_valve"] = Status("ERROR", "PE-04 Vent: no")
    assert "vent_valve PE-04 Vent: no" in clock.run(3.0).reason


def test_arrived(program, tool):
    steps = '[[step]]\nname = "one"\nset = { o2_flow = "20 sccm" }\nend = { arrived = true, within = "9 s" }\n'
    clock = Clock(program(steps + '[[step]]\nname = "two"\nend = { time = "9 s" }'), tool)
    tool.statuses["o2_flow_sccm"] = Status("BUSY", "is 3")
    clock.run(3.0)
    assert clock.name == "one"
    tool.statuses["o2_flow_sccm"] = Status("ERROR", "is 3")
    clock.run(3.0)
    assert clock.name == "one"
    tool.statuses["o2_flow_sccm"] = Status("WARN", "nearly")
    clock.step()
    assert clock.name == "two"


def test_operator(program, tool):
    clock = Clock(program(one('operator = "look", within = "1 h"')), tool)
    clock.run(5.0)
    assert clock.name == "one"
    clock.runner.confirmed = True
    clock.step()
    assert clock.name == "two" and clock.runner.records[0].ended_by == "operator"
    assert not clock.runner.confirmed


def test_plasma_on_counts_plasma_only(program, tool):
    clock = Clock(program(one('plasma_on = "5 s", max = "60 s"')), tool)
    for _ in range(4):
        tool.values["plasma_on"] = True
        clock.run(1.0)
        tool.values.update(plasma_on=False, rf_asked=True)
        clock.run(2.0)
    assert clock.name == "one"
    assert clock.runner.plasma_on_s == pytest.approx(4.0) and clock.runner.lost_plasma_s == pytest.approx(8.0)
    tool.values["plasma_on"] = True
    clock.run(1.2)
    assert clock.name == "two" and not clock.runner.shortfalls


def test_plasma_that_never_burns_ends_by_max_and_is_a_shortfall(program, tool):
    clock = Clock(program(one('plasma_on = "5 s", max = "10 s"')), tool)
    clock.run(11.0)
    assert clock.name == "two" and "only 0 s of 5 s" in clock.runner.shortfalls[0]


@pytest.mark.parametrize(("over", "until"), [("50 %", 30.0), ("5 s", 25.0), (None, 20.0)])
def test_endpoint_and_over_clean(program, tool, over, until):
    then = f', then_over = "{over}"' if over else ""
    clock = Clock(program(one(f'endpoint = "CO", min = "10 s", max = "60 s"{then}')), tool)
    assert tool.endpoint == "CO"
    tool.values["endpoint_co"] = True
    clock.run(5.0)
    tool.values["endpoint_co"] = False  # before min: a false one
    clock.run(15.0)
    tool.values["endpoint_co"] = True
    clock.run(0.2)
    tool.values["endpoint_co"] = False  # once found it stays found
    clock.run(15.0)
    assert clock.name == "two" and tool.endpoint == ""
    assert clock.length_of(0) == pytest.approx(until, abs=0.5)
    assert "endpoint CO at 0:20" in clock.runner.records[0].ended_by


def test_endpoint_that_never_comes(program, tool):
    clock = Clock(program(one('endpoint = "CO", max = "20 s"')), tool)
    clock.run(21.0)
    assert clock.name == "two" and "not found" in clock.runner.shortfalls[0]


def leak_steps(reaction: str = "hold") -> str:
    end = f'rate_of_rise = {{ settle = "2 s", over = "20 s", limit = "1 Pa/min" }}, on_timeout = "{reaction}"'
    return one(end)


@pytest.mark.parametrize(("rate_pa_s", "tight"), [(0.001, True), (0.1, False)])
def test_rate_of_rise(program, tool, rate_pa_s, tight):
    clock = Clock(program(leak_steps()), tool)
    result: Any = None
    for _ in range(240):
        tool.values["chamber_pressure_pa"] = 0.5 + rate_pa_s * clock.now
        result = clock.step()
        if result is not False:
            break
    assert clock.runner.leak_check.rate_pa_s == pytest.approx(rate_pa_s, rel=0.05)
    assert (clock.name == "two") is tight
    if not tight:
        assert isinstance(result, Reacted) and "leak" in result.reason and "the limit is 1 Pa/min" in result.reason


def test_rate_of_rise_without_a_gauge_reacts(program, tool):
    clock = Clock(program(leak_steps("abort")), tool)
    del tool.values["chamber_pressure_pa"]
    result = clock.run(25.0)
    assert isinstance(result, Reacted) and result.reaction == "abort" and "known for only 0 %" in result.reason


def test_ramp(program, tool):
    steps = (
        '[[step]]\nname = "strike"\nset = { load_power = "300 W" }\nend = { time = "1 s" }\n'
        '[[step]]\nname = "up"\nramp = { load_power = { to = "450 W", rate = "50 W/s" } }\nend = { arrived = true }\n'
        '[[step]]\nname = "down"\nramp = { load_power = { to = "0 W", rate = "6 kW/min" } }\nend = { time = "9 s" }\n'
    )
    clock = Clock(program(steps), tool)
    clock.run(1.0)
    assert clock.name == "up"
    clock.run(1.0)
    assert tool.asked["load_power_w"] == pytest.approx(350.0, abs=6)
    clock.run(2.2)
    assert clock.name == "down" and 445 < max(v for k, v in tool.log if k == "load_power_w") <= 450.0
    clock.run(5.0)
    assert tool.asked["load_power_w"] == 0.0


def test_a_ramp_of_what_was_never_set_begins_where_the_actual_is(program, tool):
    """It used to begin at zero: the pressure setpoint fell from 8 Pa to 0 before it rose."""
    steps = (
        '[[step]]\nname = "up"\nramp = { chamber_pressure = { to = "12 Pa", rate = "1 Pa/s" } }\nend = { time = "9 s" }'
    )
    clock = Clock(program(steps), tool)
    clock.run(1.0)
    assert next(value for _, value in tool.log) == pytest.approx(8.1)
    clock.run(6.0)
    assert tool.asked["chamber_pressure_pa"] == 12.0


LIMITED = 'limits = [{ tag = "reflected_power", above = "45 W", for = "2 s", reaction = "%s" }]'


@pytest.mark.parametrize("reaction", ["hold", "stop", "abort", "next"])
def test_limit_with_persistence(program, tool, reaction):
    clock = Clock(program(one('time = "1 h"', LIMITED % reaction)), tool)
    tool.values["reflected_power_w"] = 60.0
    clock.run(1.8)
    tool.values["reflected_power_w"] = 10.0
    clock.run(1.0)
    tool.values["reflected_power_w"] = 60.0
    assert clock.run(1.8) is False
    result = clock.run(1.0)
    assert isinstance(result, Reacted) and result.reaction == reaction
    assert result.reason == "one: reflected_power_w is 60, above 45 for 2 s"


def test_limit_on_a_lost_reading(program, tool):
    clock = Clock(program(one('time = "1 h"', LIMITED % "hold")), tool)
    result = clock.run(3.0)
    assert isinstance(result, Reacted) and "unknown" in result.reason


def test_an_alarm_limit_neither_blocks_the_end_nor_hides_what_acts(program, tool):
    """Both were so: a step with an alarm limit exceeded never ended, and a later `hold` was never looked at."""
    two = (
        'limits = [{ tag = "reflected_power", above = "45 W", reaction = "alarm" },'
        ' { tag = "dc_bias", above = "90 V", reaction = "hold" }]'
    )
    tool.values.update(reflected_power_w=60.0, dc_bias_v=10.0)
    clock = Clock(program(one('time = "2 s"', two)), tool)
    assert isinstance(clock.step(), Reacted)
    for _ in range(25):
        clock.step()
    assert clock.name == "two"
    clock = Clock(program(one('time = "20 s"', two)), tool)
    clock.step()
    tool.values["dc_bias_v"] = 100.0
    assert clock.step().reaction == "hold"


CLEAN = """
[[step]]
name = "gas"
set = { o2_flow = "120 sccm", chamber_pressure = "8 Pa" }
end = { time = "2 s" }
[[step]]
name = "strike"
set = { load_power = "300 W" }
end = { when = "plasma_on", within = "20 s" }
resume_at = "strike"
[[step]]
name = "clean"
end = { time = "30 s" }
clock = "plasma-on"
resume_at = "strike"
"""


def test_restart_restabilises_enters_at_resume_at_and_the_clock_goes_on(program, tool):
    clock = Clock(program(CLEAN), tool)
    clock.run(3.0)
    tool.values["plasma_on"] = True
    clock.run(10.0)
    runner = clock.runner
    done = runner.clock_s
    assert clock.name == "clean" and done > 5
    runner.interrupt(clock.now, "operator", tool)
    assert runner.records[-1].ended_by == "held: operator"
    tool.asked.clear()
    tool.values["plasma_on"] = False
    clock.n += 6000  # ten minutes
    runner.restart(clock.now, tool)
    assert tool.asked == {"o2_flow_sccm": 120.0, "chamber_pressure_pa": 8.0}, "everything but RF"
    tool.statuses["o2_flow_sccm"] = Status("BUSY")
    clock.run(20.0)
    assert runner.restabilising and "load_power_w" not in tool.asked
    tool.statuses.clear()
    clock.step()
    assert clock.name == "strike" and tool.asked["load_power_w"] == 300.0
    tool.values["plasma_on"] = True
    clock.run(0.5)
    assert clock.name == "clean" and runner.clock_s == pytest.approx(done, abs=0.5)
    clock.run(30.5 - done)
    assert runner.finished
    assert runner.plasma_on_s == pytest.approx(31.0, abs=1.5)


def test_restabilising_takes_no_longer_than_it_may(program, tool):
    clock = Clock(program(CLEAN), tool)
    clock.run(3.0)
    clock.runner.interrupt(clock.now, "operator", tool)
    clock.runner.restart(clock.now, tool)
    tool.statuses["o2_flow_sccm"] = Status("BUSY", "is 3, asked 120")
    result = clock.run(RESTABILISE_S + 1)
    assert isinstance(result, Reacted) and result.reaction == "hold" and "is 3, asked 120" in result.reason


def test_a_runner_can_be_frozen_in_the_middle(program, tool):
    clock = Clock(program(CLEAN), tool)
    clock.run(2.5)
    twin = pickle.loads(pickle.dumps(clock))
    for one_of in (clock, twin):
        one_of.tool.values["plasma_on"] = True
        one_of.run(20.0)
    assert twin.runner.records == clock.runner.records and twin.tool.log == clock.tool.log


def test_repeat_and_call_are_unrolled(program, tool):
    steps = (
        '[[step]]\ncall = "pump"\n'
        '[[step]]\nname = "cycle"\nrepeat = 3\n[[step.step]]\nname = "in"\nend = { time = "1 s" }\n'
        '[[step.step]]\nname = "out"\nend = { time = "1 s" }\n'
    )
    clock = Clock(program(steps), tool)
    while not clock.runner.finished:
        clock.step()
    assert [record.name for record in clock.runner.records] == ["off", "in", "out", "in", "out", "in", "out"]
    assert all(math.isfinite(record.end_s) for record in clock.runner.records)


@pytest.mark.parametrize(
    ("leak", "gas", "verdict"),
    [(0.1, 0.0, "leak"), (0.0, 3.0, "outgassing"), (0.05, 3.0, "both"), (0.001, 0.0, "tight")],
)
def test_leak_told_apart_from_outgassing(leak, gas, verdict):
    t = np.arange(0.0, 60.0, 0.05)
    noise = np.random.default_rng(1).normal(0, 0.003, len(t))
    found = rate_of_rise(t, 0.5 + leak * t + gas * np.log1p(t / 10.0) + noise, 1 / 60)
    assert found.verdict == verdict
    if verdict == "leak":
        assert found.leak_pa_s == pytest.approx(leak, rel=0.1)
        assert found.throughput_pa_m3_s(0.03) == pytest.approx(0.03 * found.leak_pa_s)
    assert abs(found.leak_pa_s - leak) < max(4 * found.leak_spread_pa_s, 0.3 * leak, 0.01)


@pytest.mark.parametrize("times", [[], [1.0] * 20, list(range(5))])
def test_too_little_for_a_rate(times):
    with pytest.raises(ValueError, match="too few"):
        rate_of_rise(times, [1.0] * len(times), 0.01)

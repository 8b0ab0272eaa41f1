"""The unit's state table: all of it, nothing but it, and random commands that never leave it."""

from __future__ import annotations

import tomllib
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from controller.machine.checks import load_machine
from controller.machine.model import REFERENCE
from controller.scan.outputs import Outputs
from controller.scan.unit_state import ACTIVE, TABLE, Order, Unit, UnitState
from recipes.engine import Runner
from recipes.model import Recipe
from recipes.program import Knob, Program, build

S = UnitState
MACHINE = load_machine(REFERENCE)[0]
VERBS = ("start", "pause", "resume", "hold", "restart", "stop", "abort", "reset", "end_step", "confirm", "dance")
RF_MAY_BE_ASKED = {S.RUNNING, S.PAUSING, S.RESTARTING}


class View:
    knobs = {name: Knob(t.low, t.high, t.switch) for name, t in MACHINE.actuator.items()}  # noqa: RUF012
    tag_names = frozenset({"plasma_on", "rf_on", "reflected_power_w"})
    endpoints = frozenset({"CO"})


def recipe(steps: str, kind: str = "clean") -> Program:
    head = f'[recipe]\nname = "x"\nkind = "{kind}"\nfinish = "f"\nabort = "f"\n'
    empty = Recipe.model_validate(tomllib.loads('[recipe]\nname = "f"\n[[step]]\nname = "f"\nend = { time = "1 s" }\n'))
    program, errors = build(Recipe.model_validate(tomllib.loads(head + steps)), View(), {"f": empty})
    assert not errors
    return program


CLEAN = recipe(
    '[[step]]\nname = "gas"\nset = { o2_flow = "50 sccm" }\nend = { time = "2 s" }\n'
    '[[step]]\nname = "strike"\nset = { load_power = "300 W" }\nend = { time = "2 s" }\nresume_at = "strike"\n'
    '[[step]]\nname = "ask"\nend = { operator = "go on?", within = "1 h" }\nresume_at = "strike"\n'
    '[[step]]\nname = "off"\nset = { load_power = "0 W", o2_flow = "0 sccm" }\nend = { time = "2 s" }\n'
)
END = recipe('[[step]]\nname = "end"\nset = { load_power = "0 W", o2_flow = "0 sccm" }\nend = { time = "3 s" }\n')


def order() -> Order:
    return Order("run", CLEAN, END, END)


class Bench:
    """A unit with outputs whose actuators arrive at once."""

    def __init__(self) -> None:
        self.outputs = Outputs(MACHINE)
        self.outputs.permissives.by_actuator.clear()
        self.unit = Unit(self.outputs)
        self.now = 0.0
        self.values: dict[str, Any] = {"plasma_on": True}
        self.outputs.idle()

    def step(self, n: int = 1) -> None:
        for _ in range(n):
            self.now = round(self.now + 0.1, 6)
            self.unit.step(self.values, self.now)
            applied = self.outputs.resolve([], self.values, self.now)
            self.values["load_power_w"] = applied.get("load_power_w", 0.0)
            for name, table in MACHINE.actuator.items():  # everything arrives at once
                if name in applied and table.actual:
                    self.values[table.actual] = applied[name]
                if name in applied and table.opened and table.closed:
                    self.values[table.opened], self.values[table.closed] = applied[name], not applied[name]
            self.outputs.judge(self.values, self.now)

    def bring_to(self, state: UnitState) -> None:
        """Put the unit into a state by the way that leads there."""
        ways: dict[UnitState, list[Any]] = {
            S.IDLE: [],
            S.RUNNING: ["start", 3],
            S.PAUSING: ["start", 3, "pause"],
            S.PAUSED: ["start", 3, "pause", 30],
            S.HOLDING: ["start", 3, "hold"],
            S.HELD: ["start", 3, "hold", 40],
            S.RESTARTING: ["start", 3, "hold", 40, "restart"],
            S.STOPPING: ["start", 3, "stop"],
            S.STOPPED: ["start", 3, "stop", 60],
            S.ABORTING: ["start", 3, "abort"],
            S.ABORTED: ["start", 3, "abort", 60],
            S.COMPLETE: ["start", 50, "confirm", 40],
        }
        for what in ways[state]:
            if isinstance(what, int):
                self.step(what)
            else:
                assert self.do(what) == []
        assert self.unit.state is state

    def do(self, verb: str) -> list[str]:
        return self.unit.start(order(), self.now) if verb == "start" else self.unit.command(verb, self.now)


@pytest.mark.parametrize(
    ("state", "verb"), [pair for pair in product(S, VERBS) if pair[1] not in ("end_step", "confirm")]
)
def test_the_table_and_nothing_but_the_table(state, verb):
    bench = Bench()
    bench.bring_to(state)
    why_not = bench.unit.why_not(verb)
    reasons = bench.do(verb)
    assert reasons == why_not
    if (state, verb) in TABLE:
        assert reasons == []
        assert bench.unit.state is TABLE[state, verb]
        assert TABLE[state, verb] is state or any(e.kind in ("state", "run_started") for e in bench.unit.events)
    else:
        assert reasons == [f"{verb} is not possible while the unit is {state.value}"]
        assert bench.unit.state is state


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("verb", ["end_step", "confirm"])
def test_a_step_is_ended_or_confirmed_only_while_it_runs(state, verb):
    """Ending a step while the run was held used to ask for the next step's RF."""
    bench = Bench()
    bench.bring_to(state)
    before = bench.unit.runner.index if bench.unit.runner else None
    reasons = bench.do(verb)
    if verb == "end_step" and state in (S.RUNNING, S.PAUSING):
        assert reasons == []
    else:
        assert reasons and bench.unit.state is state
        assert (bench.unit.runner.index if bench.unit.runner else None) == before
    if bench.unit.state not in RF_MAY_BE_ASKED:
        assert not bench.outputs.recipe.get("load_power_w")


def test_end_step_while_pausing_pauses():
    bench = Bench()
    bench.bring_to(S.PAUSING)
    assert bench.do("end_step") == []
    assert bench.unit.state is S.PAUSED


def test_confirm_ends_the_step_that_waits():
    bench = Bench()
    bench.do("start")
    bench.step(50)
    assert bench.unit.runner.step_now.name == "ask"
    assert bench.do("confirm") == []
    bench.step()
    assert bench.unit.runner.step_now.name == "off"


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("reaction", ["hold", "stop", "abort", "alarm", "next"])
def test_a_reaction_does_what_the_state_allows_and_never_raises(state, reaction):
    bench = Bench()
    bench.bring_to(state)
    bench.unit.react(reaction, bench.now, "IL-00 test: reason")
    if state not in ACTIVE:
        assert bench.unit.state is state
    elif (state, reaction) in TABLE:
        assert bench.unit.state is TABLE[state, reaction]
        if reaction != "alarm" and not (reaction == "hold" and state in (S.HOLDING, S.HELD)):
            assert any("reason" in reason for reason in bench.unit.reasons)
    elif reaction != "next":
        assert bench.unit.state is state


@pytest.mark.parametrize("state", [S.HOLDING, S.HELD])
def test_a_second_stop_asks_off_once_more_and_changes_nothing_else(state):
    bench = Bench()
    bench.bring_to(state)
    reasons = list(bench.unit.reasons)
    held = {name: knob.table.held for name, knob in bench.outputs.actuators.items() if knob.table.held is not None}
    assert held
    for name in held:
        bench.unit.ask(name, 1.0)
    assert bench.do("hold") == []
    assert {name: bench.outputs.recipe[name] for name in held} == held
    assert bench.unit.state is state and bench.unit.reasons == reasons


def test_abort_during_abort_and_stop_begins_nothing_anew():
    bench = Bench()
    bench.bring_to(S.ABORTING)
    closing: Runner | None = bench.unit.closing
    assert bench.do("abort") and bench.unit.closing is closing
    bench.unit.react("abort", bench.now, "again")
    assert bench.unit.closing is closing
    bench.step(60)
    assert bench.unit.state is S.ABORTED
    ended = [event for event in bench.unit.events if event.kind == "run_ended"]
    assert [event.text for event in ended] == ["aborted"]


def test_records_of_a_stop_that_was_aborted_are_kept():
    bench = Bench()
    bench.bring_to(S.STOPPING)
    bench.step(3)
    bench.do("abort")
    bench.step(60)
    assert len(bench.unit.closing.records) == 2


def test_an_abort_after_a_stop_ends_no_run_a_second_time():
    bench = Bench()
    bench.do("start")
    bench.do("stop")
    bench.step(60)
    assert bench.unit.state is UnitState.STOPPED
    bench.do("abort")
    bench.step(60)
    assert bench.unit.state is UnitState.ABORTED
    assert [event.text for event in bench.unit.events if event.kind == "run_ended"] == ["stopped"]


class RandomCommands(RuleBasedStateMachine):
    """Whatever is pressed, whenever: only the table's transitions, RF asked for only where it may be, one end a run."""

    @initialize()
    def begin(self) -> None:
        self.bench = Bench()
        self.ended = 0
        self.started = 0

    @rule(verb=st.sampled_from(VERBS))
    def command(self, verb: str) -> None:
        unit, before = self.bench.unit, self.bench.unit.state
        expected = unit.why_not(verb)
        reasons = self.bench.do(verb)
        assert reasons == expected
        if reasons:
            assert unit.state is before
        elif verb not in ("end_step", "confirm"):
            assert unit.state is TABLE[before, verb]
        self.started += verb == "start" and not reasons

    @rule(reaction=st.sampled_from(["hold", "stop", "abort", "alarm", "next"]))
    def react(self, reaction: str) -> None:
        before = self.bench.unit.state
        self.bench.unit.react(reaction, self.bench.now, "IL-00: reason")
        if reaction != "next" and self.bench.unit.state is not before:
            assert self.bench.unit.state is TABLE[before, reaction]

    @rule(n=st.integers(1, 40))
    def live(self, n: int) -> None:
        self.bench.step(n)

    @rule(plasma=st.sampled_from([True, False, None]))
    def plasma(self, plasma: bool | None) -> None:
        self.bench.values.pop("plasma_on", None)
        if plasma is not None:
            self.bench.values["plasma_on"] = plasma

    @invariant()
    def rf_only_where_it_may_be(self) -> None:
        bench = getattr(self, "bench", None)
        if bench is not None and bench.unit.state not in RF_MAY_BE_ASKED:
            assert not bench.outputs.recipe.get("load_power_w")

    @invariant()
    def one_end_a_run(self) -> None:
        bench = getattr(self, "bench", None)
        if bench is not None:
            self.ended += sum(event.kind == "run_ended" for event in bench.unit.events)
            bench.unit.events.clear()
            assert self.ended <= self.started
            over = bench.unit.state not in ACTIVE
            assert not over or self.ended == self.started


TestRandomCommands = RandomCommands.TestCase
TestRandomCommands.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

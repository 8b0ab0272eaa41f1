"""The unit's state table (ISA-88) and what each state does: which program runs, what is held, what is offered.

Owns the states and verbs of DESIGN section 3. A command is answered with every reason why not. The table is data; the
projections that other standards want are pure functions of it (later rooms).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from controller.scan.outputs import Outputs
from recipes.conditions import Values
from recipes.engine import Reacted, Runner, Status
from recipes.program import Program

#: after this a run counts as held all the same, and what has not arrived is said  # assumed: slowest valve x 10
HOLD_TIMEOUT_S = 30.0
LONGEST_PAUSE_S = 60.0  #: longest pause with RF kept on before the run is held  # assumed: a look at the mask's data


class UnitState(Enum):
    """States of ISA-88 (PROCESS.md 2.14)."""

    IDLE = "idle"
    RUNNING = "running"
    COMPLETE = "complete"
    PAUSING = "pausing"
    PAUSED = "paused"
    HOLDING = "holding"
    HELD = "held"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ABORTING = "aborting"
    ABORTED = "aborted"


S = UnitState
_STOPPABLE = (S.RUNNING, S.PAUSING, S.PAUSED, S.HOLDING, S.HELD, S.RESTARTING)
ACTIVE = (*_STOPPABLE, S.STOPPING, S.ABORTING)
#: (state, command) -> next state; the whole of what an operator may do
TABLE: dict[tuple[UnitState, str], UnitState] = {
    (S.IDLE, "start"): S.RUNNING,
    (S.RUNNING, "pause"): S.PAUSING,
    (S.PAUSED, "resume"): S.RUNNING,
    (S.PAUSING, "resume"): S.RUNNING,
    (S.HELD, "restart"): S.RESTARTING,
    **{(state, "hold"): S.HOLDING for state in (S.RUNNING, S.PAUSING, S.PAUSED, S.RESTARTING)},
    **{(state, "stop"): S.STOPPING for state in _STOPPABLE},
    **{(state, "abort"): S.ABORTING for state in (*_STOPPABLE, S.STOPPING, S.STOPPED)},
    **{(state, "reset"): S.IDLE for state in (S.COMPLETE, S.STOPPED, S.ABORTED)},
    # STOP works when nothing runs too: whatever is on goes off, the state stays
    **{(state, "hold"): state for state in (S.IDLE, S.COMPLETE, S.STOPPED, S.ABORTED)},
    # and a second STOP is no mistake: what must be off is asked off once more
    **{(state, "hold"): state for state in (S.HOLDING, S.HELD)},
}


@dataclass
class Order:
    """What a run is to do, and for whom."""

    run_id: str
    program: Program
    finish: Program
    abort: Program
    mask_id: str = ""
    user: str = ""
    recipe_sha256: str = ""


@dataclass
class UnitEvent:
    """Something that happened to the unit, for records and screens."""

    time_s: float
    kind: str  #: state, step, run_started, run_ended, reaction
    text: str
    data: dict[str, Any] = field(default_factory=dict)


class Unit:
    """The chamber as a unit: one run at a time."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.values: Values = {}
        self.state = UnitState.IDLE
        self.order: Order | None = None
        self.runner: Runner | None = None  #: the run's own program
        self.closing: Runner | None = None  #: end-safe or abort-safe
        self.events: list[UnitEvent] = []
        self.run_open = False  #: a run has begun and not yet ended
        self.reasons: list[str] = []  #: why this run was held, stopped or aborted, in order
        self.state_since_s = 0.0
        self.started_s = 0.0
        self.endpoint = ""
        self.watch_endpoint_hook: Callable[[str], None] | None = None
        self._alarmed: set[str] = set()

    # --- what the engine sees -------------------------------------------------------------------------------

    def ask(self, knob: str, value: float | bool) -> None:
        """Request a setpoint on behalf of the running program."""
        self.outputs.ask(knob, value)

    def status(self, knob: str) -> Status:
        """Status of an actuator."""
        return self.outputs.status(knob)

    def watch_endpoint(self, name: str) -> None:
        """Begin to watch for an endpoint anew; "" for none."""
        self.endpoint = name

    # --- commands -------------------------------------------------------------------------------------------

    def why_not(self, command: str) -> list[str]:
        """Every reason why a command is refused in this state; empty when it is allowed."""
        if command in ("end_step", "confirm"):
            return self._why_not_step(command)
        if (self.state, command) in TABLE:
            return []
        return [f"{command} is not possible while the unit is {self.state.value}"]

    def _why_not_step(self, command: str) -> list[str]:
        runner = self.closing or self.runner
        if self.state not in (S.RUNNING, S.PAUSING, S.STOPPING, S.ABORTING) or runner is None:
            return [f"no step is running while the unit is {self.state.value}"]
        if command == "end_step":
            return [] if self.closing is None else ["a closing procedure is not shortened"]
        waits = runner.step_now is not None and runner.step_now.end.kind == "operator"
        return [] if waits else ["this step does not wait for an operator"]

    def start(self, order: Order, now: float) -> list[str]:
        """Begin a run; returns every reason why not."""
        if reasons := self.why_not("start"):
            return reasons
        self.order, self.runner, self.closing = order, Runner(order.program), None
        self.reasons, self.started_s, self._alarmed = [], now, set()
        self.run_open = True
        self.events.append(UnitEvent(now, "run_started", order.program.name, {"run_id": order.run_id}))
        self._go(UnitState.RUNNING, now)
        return []

    def command(self, command: str, now: float, why: str = "operator") -> list[str]:
        """hold, restart, pause, resume, stop, abort, reset, end_step, confirm; returns every reason why not."""
        if reasons := self.why_not(command):
            return reasons
        match command:
            case "end_step":
                self._end_step(now, why)
            case "confirm":
                runner = self.closing or self.runner
                assert runner is not None
                runner.confirmed = True
            case "hold" if TABLE[self.state, "hold"] is self.state:
                self._ask_held()
            case "hold":
                self._hold(now, why)
            case "stop":
                self._close("stop", now, why)
            case "abort":
                self._close("abort", now, why)
            case "restart":
                assert self.runner is not None
                self.runner.restart(now, self)
                self._go(UnitState.RESTARTING, now)
            case "resume":
                self._resume(now)
            case "reset":
                self.order = self.runner = self.closing = None
                self.outputs.idle()
                self._go(UnitState.IDLE, now)
            case _:
                self._go(TABLE[self.state, command], now)
        return []

    def react(self, reaction: str, now: float, why: str) -> None:
        """An interlock or a limit wants a reaction; whatever the state allows of it happens."""
        if self.state not in ACTIVE:
            return
        self.events.append(UnitEvent(now, "reaction", why, {"reaction": reaction}))
        if reaction == "alarm" or (reaction == "hold" and self.state in (S.HOLDING, S.HELD, S.STOPPING, S.ABORTING)):
            return
        if reaction == "next":
            self.command("end_step", now, why)
        elif (self.state, reaction) in TABLE:
            self.command(reaction, now, why)

    # --- time -----------------------------------------------------------------------------------------------

    def step(self, values: Values, now: float) -> None:
        """Let the running program live until ``now`` [s]."""
        self.values = values
        match self.state:
            case UnitState.RUNNING | UnitState.PAUSING | UnitState.RESTARTING:
                self._run(now)
            case UnitState.HOLDING:
                self._holding(now)
            case UnitState.STOPPING | UnitState.ABORTING:
                self._closing(now)
            case UnitState.PAUSED:
                self._linger(now)
            case _:
                pass

    def _run(self, now: float) -> None:
        runner = self.runner
        assert runner is not None
        before, index = runner.restabilising, runner.index
        result = runner.advance(now, self)
        if index < 0:
            self._step_event(now)
        if before and not runner.restabilising and self.state is UnitState.RESTARTING:
            self._go(UnitState.RUNNING, now)
        if isinstance(result, Reacted):
            self._limit(result, now)
        elif result:
            self._next(now)

    def _next(self, now: float) -> None:
        """The running step has ended: what comes then."""
        runner = self.runner
        assert runner is not None
        if runner.last:
            runner.go_on(now, self)
            self._end("complete", UnitState.COMPLETE, now)
        elif self.state is UnitState.PAUSING:
            self._paused(now)
        else:
            runner.go_on(now, self)
            self._step_event(now)

    def _end_step(self, now: float, why: str) -> None:
        """End the running step on somebody's word; only while it really runs."""
        if self.runner is not None and self.state in (S.RUNNING, S.PAUSING):
            self.runner.end_step(now, why, self)
            self._next(now)

    def _limit(self, result: Reacted, now: float) -> None:
        if result.reaction == "alarm":
            what = result.reason.split(" is ")[0]
            if what in self._alarmed:
                return
            self._alarmed.add(what)
        elif result.reaction != "next":
            self.reasons.append(result.reason)
        self.react(result.reaction, now, result.reason)

    def _paused(self, now: float) -> None:
        step = self.runner.step_now if self.runner else None
        if step is not None and step.on_pause == "rf_off":
            self.ask("load_power_w", 0.0)
        self._go(UnitState.PAUSED, now)

    def _linger(self, now: float) -> None:
        """Paused with the plasma kept on: it is counted, its limits are watched, and it does not last."""
        runner = self.runner
        assert runner is not None
        if runner.step_now is None or runner.step_now.on_pause != "keep":
            return
        reacted = runner.linger(now, self)
        if reacted is None and now - self.state_since_s > LONGEST_PAUSE_S and self.values.get("rf_asked") is True:
            reacted = Reacted("hold", f"paused with RF on for more than {LONGEST_PAUSE_S:g} s")
        if reacted is not None:
            self._limit(reacted, now)

    def _resume(self, now: float) -> None:
        runner = self.runner
        assert runner is not None
        if self.state is UnitState.PAUSED:
            runner.last_s = now
            power = runner.setpoints_before(runner.index + 1).get("load_power_w")
            if power is not None:
                self.ask("load_power_w", power)
            runner.go_on(now, self)
            self._step_event(now)
        self._go(UnitState.RUNNING, now)

    def _hold(self, now: float, why: str) -> None:
        if self.runner is not None:
            self.runner.interrupt(now, why, self)
        if why not in self.reasons:
            self.reasons.append(why)
        self._ask_held()
        self._go(UnitState.HOLDING, now)

    def _ask_held(self) -> None:
        for name, actuator in self.outputs.actuators.items():
            if actuator.table.held is not None:
                self.ask(name, actuator.table.held)

    def _holding(self, now: float) -> None:
        held = [name for name, actuator in self.outputs.actuators.items() if actuator.table.held is not None]
        late = {name: status for name in held if (status := self.status(name)).state != "IDLE"}
        waiting = any(status.state == "BUSY" for status in late.values())
        if not waiting or now - self.state_since_s > HOLD_TIMEOUT_S:
            self.reasons += [f"held, but {name}: {status.text}" for name, status in late.items()]
            self._go(UnitState.HELD, now)

    def _close(self, how: str, now: float, why: str) -> None:
        """Begin end-safe (stop) or abort-safe (abort)."""
        assert self.order is not None
        self.reasons.append(f"{how}: {why}")
        if self.runner is not None and self.state is not UnitState.HELD:
            self.runner.interrupt(now, why, self)
        self.ask("load_power_w", 0.0)
        before = self.closing.records if self.closing else []
        self.closing = Runner(self.order.finish if how == "stop" else self.order.abort, records=[*before])
        self._go(UnitState.STOPPING if how == "stop" else UnitState.ABORTING, now)

    def _closing(self, now: float) -> None:
        assert self.closing is not None
        result = self.closing.advance(now, self)
        if isinstance(result, Reacted):
            # a closing procedure is never left half-way: what a step cannot reach is said, and the next one begins
            self.events.append(UnitEvent(now, "reaction", result.reason, {"reaction": "alarm"}))
            self.reasons.append(result.reason)
            self.closing.end_step(now, "not reached", self)
            result = True
        if result:
            self.closing.go_on(now, self)
            if self.closing.finished:
                stopped = self.state is UnitState.STOPPING
                self._end("stopped" if stopped else "aborted", UnitState.STOPPED if stopped else UnitState.ABORTED, now)

    def _end(self, how: str, state: UnitState, now: float) -> None:
        self.outputs.idle()  # whatever the recipe left on goes off with it
        self._go(state, now)
        if self.run_open:  # a stopped tool may still be aborted: its run has one end all the same
            self.run_open = False
            self.events.append(UnitEvent(now, "run_ended", how))

    def _step_event(self, now: float) -> None:
        if self.runner is not None and (step := self.runner.step_now) is not None:
            self.events.append(UnitEvent(now, "step", step.name))

    def _go(self, state: UnitState, now: float) -> None:
        self.state, self.state_since_s = state, now
        self.events.append(UnitEvent(now, "state", state.value))

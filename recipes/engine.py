"""The recipe engine: runs one Program a step at a time, as a function of time.

Owns step clocks, ramps, limits and what ends a step. It asks the tool for setpoints and reads its GOOD values; it never
touches a device, an interlock or a thread. The unit's state table (controller) decides which program runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from recipes.leak import RateOfRiseResult, rate_of_rise
from recipes.program import Bound, Ending, FlatStep, Program
from recipes.units import format_s

RESTABILISE_S = (
    90.0  #: longest time to come back to the setpoints before a restart  # assumed: pump-out plus gas settling
)
PRESSURE = "chamber_pressure_pa"
WITNESS = "wide_pressure_pa"  #: a second gauge, of another principle, that must see the same rise
LONGEST_STRIKE_S = 5.0  #: a timed step may be dark for so long while it strikes  # assumed: strike window and proof
DARK_FACTOR = 2.0  #: an endpoint step ends after so many times its longest clock, whatever the clock says  # assumed
LEAST_KNOWN = 0.8  #: part of a leak check in which the pressure must have been known  # assumed
WITNESS_PA, WITNESS_FACTOR = 0.5, 3.0  #: how far a wide-range gauge may lie above  # assumed: gas factors, 30 % error


class Status(NamedTuple):
    """How an actuator is: IDLE (arrived), BUSY, WARN, ERROR, and why."""

    state: Literal["IDLE", "BUSY", "WARN", "ERROR"]
    text: str = ""


class Tool(Protocol):
    """The narrow view of the tool that the engine needs."""

    values: Mapping[str, Any]  #: every GOOD reading, by name

    def ask(self, knob: str, value: float | bool) -> None:
        """Request a setpoint; it stays until another is asked."""
        ...

    def status(self, knob: str) -> Status:
        """Whether the actuator has arrived at what was asked of it."""
        ...

    def watch_endpoint(self, name: str) -> None:
        """Begin to watch for an endpoint anew ("" for none); the value ``endpoint_<name>`` says whether it is there."""
        ...


class Reacted(NamedTuple):
    """The step cannot go on as written: what to do, and why in words."""

    reaction: str
    reason: str


@dataclass
class StepRecord:
    """What happened in one step; times in s of the run's clock."""

    name: str
    group: str
    start_s: float
    end_s: float | None = None
    ended_by: str = ""
    index: int = -1  #: its place in the program


@dataclass
class Runner:
    """One program on its way. Plain data: it can be pickled in the middle of a step."""

    program: Program
    index: int = -1
    clock_s: float = 0.0  #: clock of the step; counts plasma-on time only where the step says so
    entered_s: float = 0.0
    last_s: float | None = None
    plasma_on_s: float = 0.0  #: of the whole run
    lost_plasma_s: float = 0.0  #: RF asked for, no plasma proven
    records: list[StepRecord] = field(default_factory=list)
    shortfalls: list[str] = field(default_factory=list)  #: why this run, though complete, is no pass
    leak_check: RateOfRiseResult | None = None
    confirmed: bool = False
    restabilising: bool = False
    between: bool = False  #: a step has ended and the next has not begun: paused
    target: int | None = None  #: after a restart, the step to go to from the one that `resume_at` names
    dark_s: float = 0.0  #: of the step: RF asked for, no plasma proven
    _carried: dict[int, float] = field(default_factory=dict)
    _ramps: dict[str, float] = field(default_factory=dict)
    _held_s: float = 0.0
    _found_s: float | None = None
    _over_limit_s: dict[int, float] = field(default_factory=dict)
    _samples: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    _looks: int = 0  # how often a leak check has looked

    @property
    def step_now(self) -> FlatStep | None:
        """The step that runs; None before the first and after the last."""
        return self.program.steps[self.index] if 0 <= self.index < len(self.program.steps) else None

    @property
    def finished(self) -> bool:
        """Whether the last step has ended."""
        return self.index >= len(self.program.steps)

    def advance(self, now: float, tool: Tool) -> Reacted | bool:
        """Live until ``now`` [s]. True when a step has just ended, False while it runs, or what went wrong."""
        dt = 0.0 if self.last_s is None else now - self.last_s
        self.last_s = now
        if self.finished:
            return True
        if self.index < 0:
            self._enter(0, now, tool)
            return False
        if self.restabilising:
            return self._restabilise(now, tool)
        step = self.program.steps[self.index]
        self._count(step, dt, tool)
        self._ramp(step, dt, tool)
        reacted = self._watch_limits(step, now, tool)
        if reacted is not None and reacted.reaction != "alarm":
            return reacted
        ended = self._ended(step, now, dt, tool)
        if isinstance(ended, Reacted):
            return ended
        if ended:
            self._leave(now, ended, tool)
            return True
        return False if reacted is None else reacted  # an alarm does not keep a step from ending

    def go_on(self, now: float, tool: Tool) -> None:
        """Enter the next step; after a restart, the one that was interrupted."""
        following = self.index + 1 if self.target is None else self.target
        self.target = None
        self._enter(following, now, tool)

    @property
    def last(self) -> bool:
        """Whether no step follows the one that runs."""
        return self.target is None and self.index + 1 >= len(self.program.steps)

    def linger(self, now: float, tool: Tool) -> Reacted | None:
        """Paused after a step with the plasma kept on: count it, and watch that step's limits."""
        step = self.step_now
        dt = 0.0 if self.last_s is None else now - self.last_s
        self.last_s = now
        if step is None:
            return None
        self._count(step, dt, tool)
        return self._watch_limits(step, now, tool)

    def end_step(self, now: float, why: str, tool: Tool) -> None:
        """End the running step now, on somebody's word; a clean that was shortened is no pass by itself."""
        if (step := self.step_now) is not None:
            self.shortfalls.append(f"{step.name}: ended after {now - self.entered_s:.0f} s: {why}")
            self._leave(now, why, tool)

    def interrupt(self, now: float, why: str, tool: Tool) -> None:
        """The run is held: keep the step's clock for a restart."""
        if self.step_now is not None and not self.restabilising and not self.between:
            self._carried[self.index] = self.clock_s
            self._close(now, f"held: {why}")
            tool.watch_endpoint("")

    def restart(self, now: float, tool: Tool) -> None:
        """Re-enter after a hold: back to the setpoints, then the step that `resume_at` names, then on where it was.

        Steps that have ended are not run again, but for the one that strikes.
        """
        if self.target is None:
            self.target = self.index + 1 if self.between else self.index
        step = self.program.steps[self.target]
        self.index = self.target if step.resume_at is None else step.resume_at
        for knob, value in self.setpoints_before(self.target).items():
            if knob != "load_power_w":
                tool.ask(knob, value)
        if self.index == self.target:
            self.target = None
        self.restabilising, self.between, self.entered_s, self.last_s = True, False, now, now

    def setpoints_before(self, index: int) -> dict[str, float | bool]:
        """Every setpoint as the recipe has it when step ``index`` begins."""
        setpoints: dict[str, float | bool] = {}
        for step in self.program.steps[:index]:
            setpoints.update(step.set)
            setpoints.update({knob: ramp.to for knob, ramp in step.ramp.items()})
        return setpoints

    def _restabilise(self, now: float, tool: Tool) -> Reacted | bool:
        aim = self.index if self.target is None else self.target
        asked = [knob for knob in self.setpoints_before(aim) if knob != "load_power_w"]
        waiting = [knob for knob in asked if tool.status(knob).state in ("BUSY", "ERROR")]
        if not waiting:
            self.restabilising = False
            self._enter(self.index, now, tool)
            return False
        if now - self.entered_s > RESTABILISE_S:
            why = "; ".join(f"{knob}: {tool.status(knob).text}" for knob in waiting)
            return Reacted("hold", f"not back at the setpoints after {RESTABILISE_S:g} s ({why})")
        return False

    def _enter(self, index: int, now: float, tool: Tool) -> None:
        self.index = index
        self.clock_s = self._carried.pop(index, 0.0)
        self.entered_s = now
        self._held_s, self._found_s, self.confirmed = 0.0, None, False
        self.between, self.dark_s = False, 0.0
        self._over_limit_s, self._samples, self._looks = {}, ([], []), 0
        if (step := self.step_now) is None:
            return
        self.records.append(StepRecord(step.name, step.group, now, index=index))
        for knob, value in step.set.items():
            tool.ask(knob, value)
        self._ramps = {knob: self._ramp_start(knob, step, index, tool) for knob in step.ramp}
        if step.end.kind == "endpoint":
            tool.watch_endpoint(step.end.endpoint)

    def _leave(self, now: float, ended_by: str, tool: Tool) -> None:
        if (step := self.step_now) is not None and step.end.kind == "endpoint":
            tool.watch_endpoint("")
        if step is not None and step.end.kind == "time" and not step.plasma_clock and self.dark_s > LONGEST_STRIKE_S:
            self.shortfalls.append(f"{step.name}: {self.dark_s:.0f} s of its time without plasma")
        self.between = True
        self._close(now, ended_by)

    def _close(self, now: float, ended_by: str) -> None:
        if self.records and self.records[-1].end_s is None:
            self.records[-1].end_s = now
            self.records[-1].ended_by = ended_by

    def _count(self, step: FlatStep, dt: float, tool: Tool) -> None:
        plasma = tool.values.get("plasma_on") is True
        if plasma:
            self.plasma_on_s += dt
        elif tool.values.get("rf_asked") is True:
            self.lost_plasma_s += dt
            self.dark_s += dt
        if plasma or not step.plasma_clock:
            self.clock_s += dt

    def _ramp_start(self, knob: str, step: FlatStep, index: int, tool: Tool) -> float:
        """Where a ramp begins: what the recipe last asked for, else where the actual is."""
        asked = step.set.get(knob, self.setpoints_before(index).get(knob))
        return float(tool.values.get(knob, 0.0) if asked is None else asked)

    def _ramp(self, step: FlatStep, dt: float, tool: Tool) -> None:
        for knob, ramp in step.ramp.items():
            at = self._ramps[knob]
            if at != ramp.to:
                change = ramp.rate_per_s * dt
                at = min(at + change, ramp.to) if ramp.to > at else max(at - change, ramp.to)
                self._ramps[knob] = at
                tool.ask(knob, at)

    def _watch_limits(self, step: FlatStep, now: float, tool: Tool) -> Reacted | None:
        """What the limits call for; where several are exceeded, an alarm gives way to what acts."""
        worst: Reacted | None = None
        for number, limit in enumerate(step.limits):
            if not _beyond(limit, tool.values.get(limit.tag)):
                self._over_limit_s.pop(number, None)
                continue
            since = self._over_limit_s.setdefault(number, now)
            if now - since >= limit.for_s:
                value = tool.values.get(limit.tag)
                shown = "unknown" if value is None else f"{value:.4g}"
                side = f"above {limit.above:g}" if limit.above is not None else f"below {limit.below:g}"
                if worst is None or worst.reaction == "alarm":
                    reason = f"{step.name}: {limit.tag} is {shown}, {side} for {limit.for_s:g} s"
                    worst = Reacted(limit.reaction, reason)
        return worst

    def _ended(self, step: FlatStep, now: float, dt: float, tool: Tool) -> str | Reacted:
        """Why the step has ended, in words; empty while it runs."""
        end = step.end
        elapsed = now - self.entered_s
        if end.kind == "endpoint":
            return self._endpoint(end, elapsed, tool)
        if self.clock_s < end.min_s:
            return ""
        if end.kind == "time":
            return f"time {format_s(end.time_s)}" if self.clock_s >= end.time_s else ""
        if end.kind == "plasma_on":
            return self._plasma_time(step, elapsed)
        if end.kind == "rate_of_rise":
            return self._rate_of_rise(step, elapsed, tool)
        if end.kind == "operator" and self.confirmed:
            return "operator"
        if end.kind == "arrived" and (done := self._arrived(step, tool)):
            return done
        if end.when is not None:
            self._held_s = self._held_s + dt if end.when(tool.values) is True else 0.0
            if end.when(tool.values) is True and self._held_s >= end.held_for_s:
                return end.says or end.when.text
        longest = end.within_s if end.within_s is not None else end.max_s
        if longest is not None and elapsed >= longest:
            return self._timed_out(step, longest, tool)
        return ""

    def _timed_out(self, step: FlatStep, longest: float, tool: Tool) -> str | Reacted:
        if step.end.message:
            waited = step.end.message
        else:  # a valve that may not open is the reason more often than not: say what each actuator says
            condition = [step.end.when.explain(tool.values)] if step.end.when else []
            waited = "; ".join([*condition, *self._missing(step, tool)])
        reason = f"{step.name}: not reached within {longest:g} s: {waited}"
        if step.end.on_timeout == "next":
            self.shortfalls.append(reason)
            return f"time-out {format_s(longest)}"
        return Reacted(step.end.on_timeout, reason)

    def _missing(self, step: FlatStep, tool: Tool) -> list[str]:
        late = {knob: tool.status(knob) for knob in (*step.set, *step.ramp)}
        return [f"{knob} {status.text}" for knob, status in late.items() if status.state != "IDLE"]

    def _arrived(self, step: FlatStep, tool: Tool) -> str:
        ramping = any(self._ramps[knob] != ramp.to for knob, ramp in step.ramp.items())
        if ramping or any(tool.status(knob).state in ("BUSY", "ERROR") for knob in (*step.set, *step.ramp)):
            return ""
        return "arrived"

    def _plasma_time(self, step: FlatStep, elapsed: float) -> str | Reacted:
        end = step.end
        if self.clock_s >= end.time_s:
            return f"plasma-on {format_s(end.time_s)}"
        if end.max_s is not None and elapsed >= end.max_s:
            self.shortfalls.append(f"{step.name}: only {self.clock_s:.0f} s of {end.time_s:.0f} s plasma-on time")
            return f"longest time {format_s(end.max_s)}"
        return ""

    def _endpoint(self, end: Ending, elapsed: float, tool: Tool) -> str:
        if self._found_s is None and self.clock_s >= end.min_s and tool.values.get(f"endpoint_{end.endpoint.lower()}"):
            self._found_s = self.clock_s
        if self._found_s is not None:
            until = self._found_s * (1 + end.over_pct / 100) + end.over_s
            return f"endpoint {end.endpoint} at {format_s(self._found_s)}" if self.clock_s >= until else ""
        dark = end.max_s is not None and elapsed >= DARK_FACTOR * end.max_s  # a plasma-on clock alone may never end
        if end.max_s is not None and (self.clock_s >= end.max_s or dark):
            self.shortfalls.append(f"endpoint {end.endpoint} not found within {end.max_s:g} s")
            return f"longest time {format_s(end.max_s)}, endpoint not found"
        return ""

    def _rate_of_rise(self, step: FlatStep, elapsed: float, tool: Tool) -> str | Reacted:
        end = step.end
        pressure = tool.values.get(PRESSURE)
        if elapsed >= end.settle_s:
            self._looks += 1
            if pressure is not None:
                self._samples[0].append(elapsed)
                self._samples[1].append(float(pressure))
        if elapsed < end.settle_s + end.time_s:
            return ""
        if (doubt := self._doubt(step, tool)) is not None:
            return doubt
        try:
            self.leak_check = rate_of_rise(*self._samples, end.limit_pa_s)
        except ValueError as error:
            return Reacted(end.on_timeout, f"{step.name}: {error}")
        found = self.leak_check
        words = f"{found.rate_pa_s * 60:.3g} Pa/min, {found.verdict}"
        if found.verdict == "tight":
            return words
        return Reacted(end.on_timeout, f"{step.name}: {words}; the limit is {end.limit_pa_s * 60:.3g} Pa/min")

    def _doubt(self, step: FlatStep, tool: Tool) -> Reacted | None:
        """Why the readings of a leak check prove nothing: too few, frozen, or another gauge sees something else."""
        pressures, reaction = self._samples[1], step.end.on_timeout
        if len(pressures) < LEAST_KNOWN * self._looks:
            part = 100.0 * len(pressures) / max(self._looks, 1)
            return Reacted(reaction, f"{step.name}: the pressure was known for only {part:.0f} % of the time")
        if len(pressures) > 1 and min(pressures) == max(pressures):
            return Reacted(reaction, f"{step.name}: the pressure reading has not moved at all: is the gauge alive?")
        witness = tool.values.get(WITNESS)
        if witness is not None and pressures and witness > WITNESS_FACTOR * pressures[-1] + WITNESS_PA:
            words = f"{witness:.3g} Pa on the wide-range gauge, {pressures[-1]:.3g} Pa on the chamber's"
            return Reacted(reaction, f"{step.name}: the gauges disagree: {words}")
        return None


def _beyond(limit: Bound, value: Any) -> bool:
    """Whether a limit is exceeded; a tag that is unknown counts as beyond."""
    if value is None:
        return True
    return bool(limit.above is not None and value > limit.above) or bool(
        limit.below is not None and value < limit.below
    )

"""A recipe made ready for one machine: procedures called, loops unrolled, names resolved, units internal.

A Program is plain data that can be read, printed and rehearsed before it runs. Owns resolution and its findings; knows
of a machine only what `Machine` declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from recipes.conditions import Condition
from recipes.model import END_KINDS, End, Limit, Reaction, Recipe, Step
from recipes.units import UnitError, dimension_of, parse, parse_rate

MAX_STEPS = 500  #: an unrolled recipe longer than this is a mistake
MAX_DEPTH = 5
ON = {"on": True, "open": True, "off": False, "closed": False}


class Knob(NamedTuple):
    """What a recipe may set: its range in internal units, or a switch."""

    low: float
    high: float
    switch: bool = False


class Machine(Protocol):
    """The narrow view of a machine that recipes need."""

    @property
    def knobs(self) -> Mapping[str, Knob]:
        """Actuator name -> range."""
        ...

    @property
    def tag_names(self) -> frozenset[str]:
        """Every name that a condition may use."""
        ...

    @property
    def endpoints(self) -> frozenset[str]:
        """Names of the endpoints that this machine can watch for."""
        ...


class ProgramError(NamedTuple):
    """Something in a recipe that this machine cannot do; ``field`` is the path in the file."""

    field: tuple[str | int, ...]
    reason: str


class RampTo(NamedTuple):
    """A ramp in internal units and units per second."""

    to: float
    rate_per_s: float


@dataclass(frozen=True)
class Bound:
    """A limit in internal units."""

    tag: str
    above: float | None
    below: float | None
    for_s: float
    reaction: Reaction


@dataclass(frozen=True)
class Ending:
    """What ends a step, in seconds and internal units."""

    kind: str  #: time, plasma_on, when, arrived, endpoint, operator, rate_of_rise
    time_s: float = 0.0
    when: Condition | None = None
    endpoint: str = ""
    message: str = ""
    within_s: float | None = None
    min_s: float = 0.0
    max_s: float | None = None
    held_for_s: float = 0.0
    over_pct: float = 0.0
    over_s: float = 0.0
    settle_s: float = 0.0
    limit_pa_s: float = 0.0
    on_timeout: Reaction = "hold"
    usual_s: float | None = None  #: what the recipe says it usually takes
    says: str = ""  #: the condition in words, for people

    @property
    def longest_s(self) -> float:
        """The longest that the step can take [s]; what the generator's own time limit is set to."""
        if self.kind == "time":
            return self.time_s
        if self.kind == "rate_of_rise":
            return self.settle_s + self.time_s
        over = self.over_s + self.over_pct / 100 * (self.max_s or 0.0)
        return (self.max_s if self.max_s is not None else self.within_s or 3600.0) + over

    @property
    def expected_s(self) -> float:
        """How long the step usually takes [s], for step bar and countdown; a guess where the file says nothing."""
        if self.usual_s is not None:
            return self.usual_s
        if self.kind in ("time", "plasma_on", "rate_of_rise"):
            return self.settle_s + self.time_s
        if self.kind == "endpoint":
            return 0.5 * (self.min_s + (self.max_s or 0.0))
        return 0.5 * (self.within_s or self.max_s or 60.0)


@dataclass(frozen=True)
class FlatStep:
    """One step as the engine runs it."""

    name: str
    group: str  #: the procedure or group it came from; empty at the top level
    set: Mapping[str, float | bool]
    ramp: Mapping[str, RampTo]
    end: Ending
    plasma_clock: bool
    limits: tuple[Bound, ...]
    on_pause: str
    resume_at: int | None
    text: str = ""

    def uses_rf(self) -> bool:
        """Whether this step asks for RF power."""
        ramp = self.ramp.get("load_power_w")
        return bool(self.set.get("load_power_w")) or (ramp is not None and ramp.to > 0)


@dataclass(frozen=True)
class Program:
    """A whole recipe, flat and resolved."""

    name: str
    version: int
    kind: str
    steps: tuple[FlatStep, ...]
    finish: str
    abort: str
    allows: tuple[str, ...]
    contamination: str
    mask: str
    status: str


@dataclass
class _Builder:
    machine: Machine
    procedures: Mapping[str, Recipe]
    errors: list[ProgramError] = field(default_factory=list)
    steps: list[FlatStep] = field(default_factory=list)
    calling: list[str] = field(default_factory=list)

    def walk(self, steps: list[Step], at: tuple[str | int, ...], group: str, top: bool) -> None:
        for number, step in enumerate(steps):
            here = at if not top else (*at, number)
            for _ in range(step.repeat):
                if len(self.steps) >= MAX_STEPS:
                    self.errors.append(ProgramError(here, f"the recipe unrolls to more than {MAX_STEPS} steps"))
                    return
                if step.call is not None:
                    self.call(step, here)
                elif step.step:
                    self.walk(step.step, (*here, "step") if top else here, step.name or group, top)
                else:
                    self.steps.append(self.flat(step, here, group))
                if self.errors and step.repeat > 1:
                    break

    def call(self, step: Step, at: tuple[str | int, ...]) -> None:
        name = step.call or ""
        called = self.procedures.get(name)
        if called is None:
            known = ", ".join(sorted(self.procedures)) or "none"
            self.errors.append(ProgramError((*at, "call"), f"there is no procedure {name!r}; known: {known}"))
        elif name in self.calling or len(self.calling) >= MAX_DEPTH:
            loop = " → ".join([*self.calling, name])
            self.errors.append(ProgramError((*at, "call"), f"procedures call each other in a circle: {loop}"))
        else:
            self.calling.append(name)
            self.walk(called.step, (*at, "call"), step.name or called.recipe.name, top=False)
            self.calling.pop()

    def flat(self, step: Step, at: tuple[str | int, ...], group: str) -> FlatStep:
        assert step.end is not None and step.name is not None
        sets = {}
        for key, value in step.set.items():
            if (name := self.knob(key, (*at, "set", key))) is not None:
                sets[name] = self.setting(name, value, (*at, "set", key))
        ramps = {}
        for key, ramp in step.ramp.items():
            if (name := self.knob(key, (*at, "ramp", key))) is not None:
                ramps[name] = self.ramp(name, ramp.to, ramp.rate, (*at, "ramp", key))
        return FlatStep(
            name=step.name,
            group=group,
            set=sets,
            ramp=ramps,
            end=self.ending(step.end, (*at, "end")),
            plasma_clock=step.clock == "plasma-on" or step.end.plasma_on is not None,
            limits=tuple(self.bound(limit, (*at, "limits", n)) for n, limit in enumerate(step.limits)),
            on_pause=step.on_pause,
            resume_at=self.resume(step, at),
            text=step.text,
        )

    def knob(self, key: str, at: tuple[str | int, ...]) -> str | None:
        name = resolve(key, self.machine.knobs)
        if name is None:
            known = ", ".join(sorted(self.machine.knobs))
            self.errors.append(ProgramError(at, f"this machine has nothing called {key!r} to set; it has {known}"))
        return name

    def setting(self, name: str, value: str | bool, at: tuple[str | int, ...]) -> float | bool:
        knob = self.machine.knobs[name]
        if knob.switch:
            if isinstance(value, str) and value in ON:
                return ON[value]
            if isinstance(value, bool):
                return value
            self.errors.append(ProgramError(at, f"{value!r}: write open or closed, on or off"))
            return False
        return self.quantity(name, value, at)

    def quantity(self, name: str, value: object, at: tuple[str | int, ...]) -> float:
        knob = self.machine.knobs[name]
        try:
            number = parse(value, dimension_of(name) or "pct")
        except UnitError as error:
            self.errors.append(ProgramError(at, str(error)))
            return knob.low
        if not knob.low <= number <= knob.high:
            self.errors.append(
                ProgramError(at, f"{value} is outside what this machine allows ({knob.low:g} to {knob.high:g})")
            )
        return number

    def ramp(self, name: str, to: str, rate: str, at: tuple[str | int, ...]) -> RampTo:
        target = self.quantity(name, to, (*at, "to"))
        try:
            per_s = parse_rate(rate, dimension_of(name) or "pct")
        except UnitError as error:
            self.errors.append(ProgramError((*at, "rate"), str(error)))
            per_s = 1.0
        if per_s <= 0:
            self.errors.append(ProgramError((*at, "rate"), f"{rate!r} must be above zero; the direction is implied"))
        return RampTo(target, per_s)

    def bound(self, limit: Limit, at: tuple[str | int, ...]) -> Bound:
        name = resolve(limit.tag, self.machine.tag_names)
        if name is None:
            self.errors.append(ProgramError((*at, "tag"), f"there is no tag {limit.tag!r}"))
            name = limit.tag
        values: list[float | None] = []
        for side, text in (("above", limit.above), ("below", limit.below)):
            try:
                values.append(None if text is None else parse(text, dimension_of(name) or "pct"))
            except UnitError as error:
                self.errors.append(ProgramError((*at, side), str(error)))
                values.append(0.0)
        return Bound(name, values[0], values[1], parse(limit.for_, "s"), limit.reaction)

    def ending(self, end: End, at: tuple[str | int, ...]) -> Ending:
        def seconds(text: str | None) -> float | None:
            return None if text is None else parse(text, "s")

        kind = next(kind for kind in END_KINDS if getattr(end, kind) is not None)
        when = Condition(end.when) if end.when else None
        for name in sorted(when.names if when else ()):
            if name not in self.machine.tag_names:
                self.errors.append(ProgramError((*at, "when"), f"there is no tag {name!r}"))
        if end.endpoint is not None and end.endpoint not in self.machine.endpoints:
            known = ", ".join(sorted(self.machine.endpoints)) or "none"
            reason = f"there is no endpoint {end.endpoint!r}; known: {known}"
            self.errors.append(ProgramError((*at, "endpoint"), reason))
        over_pct = over_s = settle_s = limit_pa_s = 0.0
        time_s = seconds(end.time) or seconds(end.plasma_on) or 0.0
        try:
            if end.then_over is not None:
                if end.then_over.rstrip().endswith("%"):
                    over_pct = parse(end.then_over, "pct")
                else:
                    over_s = parse(end.then_over, "s")
            if end.rate_of_rise is not None:
                settle_s, time_s = parse(end.rate_of_rise.settle, "s"), parse(end.rate_of_rise.over, "s")
                limit_pa_s = parse_rate(end.rate_of_rise.limit, "pa")
        except UnitError as error:
            self.errors.append(ProgramError(at, str(error)))
        return Ending(
            kind=kind,
            time_s=time_s,
            when=when,
            endpoint=end.endpoint or "",
            message=end.operator or "",
            within_s=seconds(end.within),
            min_s=seconds(end.min) or 0.0,
            max_s=seconds(end.max),
            held_for_s=seconds(end.held_for) or 0.0,
            over_pct=over_pct,
            over_s=over_s,
            settle_s=settle_s,
            limit_pa_s=limit_pa_s,
            on_timeout=end.on_timeout,
            usual_s=seconds(end.expected),
            says=end.says or "",
        )

    def resume(self, step: Step, at: tuple[str | int, ...]) -> int | None:
        if step.resume_at is None:
            return None
        for index in range(len(self.steps) - 1, -1, -1):
            if self.steps[index].name == step.resume_at:
                return index
        if step.resume_at != step.name:
            self.errors.append(ProgramError((*at, "resume_at"), f"no earlier step is called {step.resume_at!r}"))
        return len(self.steps)


def build(recipe: Recipe, machine: Machine, procedures: Mapping[str, Recipe]) -> tuple[Program, list[ProgramError]]:
    """Resolve a recipe for a machine; returns the program and everything that stands against running it."""
    builder = _Builder(machine, procedures)
    builder.walk(recipe.step, ("step",), "", top=True)
    header = recipe.recipe
    for role in ("finish", "abort"):
        if (name := getattr(header, role)) not in procedures:
            builder.errors.append(ProgramError(("recipe", role), f"there is no procedure {name!r}"))
    builder.errors.extend(_gases(builder.steps, header.allows))
    program = Program(
        name=header.name,
        version=header.version,
        kind=header.kind,
        steps=tuple(builder.steps),
        finish=header.finish,
        abort=header.abort,
        allows=tuple(header.allows),
        contamination=header.contamination,
        mask=header.mask,
        status=header.status,
    )
    return program, builder.errors


def resolve(name: str, known: Mapping[str, object] | frozenset[str]) -> str | None:
    """The full name for a name written without its unit ("o2_flow" -> "o2_flow_sccm"); None if there is none."""
    if name in known:
        return name
    found = [full for full in known if full.startswith(f"{name}_") and dimension_of(full) == full[len(name) + 1 :]]
    return found[0] if len(found) == 1 else None


def _gases(steps: list[FlatStep], allows: Sequence[str]) -> Iterator[ProgramError]:
    """Hydrogen and oxygen in one step, unless the recipe declares the mixture."""
    flows: dict[str, float] = {}
    for step in steps:
        set_ = {name: float(value) for name, value in step.set.items() if name.endswith("_flow_sccm")}
        ends = {name: ramp.to for name, ramp in step.ramp.items() if name.endswith("_flow_sccm")}
        before = {**flows, **set_}
        flows = {**before, **ends}
        both = [max(before.get(name, 0.0), flows.get(name, 0.0)) > 0 for name in ("h2_flow_sccm", "o2_flow_sccm")]
        if all(both) and "h2+o2" not in allows:
            yield ProgramError(
                ("step",), f"step {step.name!r} flows H2 and O2 together; only a released recipe that allows it may"
            )
            return

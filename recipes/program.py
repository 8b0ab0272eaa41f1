"""A recipe made ready for one machine: procedures called, loops unrolled, names resolved, units internal.

A Program is plain data that can be read, printed and rehearsed before it runs. Owns resolution and its findings; knows
of a machine only what `Machine` declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from recipes.conditions import Condition
from recipes.model import END_KINDS, End, Limit, Recipe, Step
from recipes.steps import RF, Bound, Ending, FlatStep, Program, ProgramError, RampTo
from recipes.units import UnitError, dimension_of, parse, parse_rate

__all__ = ["Bound", "Ending", "FlatStep", "Knob", "Machine", "Program", "ProgramError", "RampTo", "build", "resolve"]

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
        self.tunables(step, at)
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

    def tunables(self, step: Step, at: tuple[str | int, ...]) -> None:
        """Names, units and ranges of what a role may change; using them comes with access control."""
        for key, tunable in step.tunable.items():
            here = (*at, "tunable", key)
            if (name := self.knob(key, here)) is None:
                continue
            low, high = (self.quantity(name, getattr(tunable, side), (*here, side)) for side in ("min", "max"))
            if low > high:
                self.errors.append(ProgramError(here, f"min {tunable.min} is above max {tunable.max}"))

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
        named = [index for index, earlier in enumerate(self.steps) if earlier.name == step.resume_at]
        if len({self.steps[index].group for index in named}) > 1:
            where = " and ".join(sorted({self.steps[index].group or "the recipe" for index in named}))
            self.errors.append(ProgramError((*at, "resume_at"), f"{step.resume_at!r} is a step of {where}: which one?"))
        if named:
            return named[-1]
        if step.resume_at != step.name:
            self.errors.append(ProgramError((*at, "resume_at"), f"no earlier step is called {step.resume_at!r}"))
        return len(self.steps)


def build(recipe: Recipe, machine: Machine, procedures: Mapping[str, Recipe]) -> tuple[Program, list[ProgramError]]:
    """Resolve a recipe for a machine; returns the program and everything that stands against running it."""
    builder = _Builder(machine, procedures)
    builder.walk(recipe.step, ("step",), "", top=True)
    builder.errors.extend(_same_names(recipe.step, ("step",), {}))
    header = recipe.recipe
    for role in ("finish", "abort"):
        if (name := getattr(header, role)) not in procedures:
            builder.errors.append(ProgramError(("recipe", role), f"there is no procedure {name!r}"))
    builder.errors.extend(_gases(builder.steps, header.allows))
    builder.errors.extend(_left_on(builder.steps))
    builder.steps = _resume_where_it_strikes(builder.steps)
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


def _same_names(steps: Sequence[Step], at: tuple[str | int, ...], seen: dict[str, str]) -> Iterator[ProgramError]:
    """Two steps of one name in one file: `resume_at`, the report and whoever reads it could not tell them apart."""
    for number, step in enumerate(steps):
        here = (*at, number)
        if step.step:
            yield from _same_names(step.step, (*here, "step"), seen)
        elif step.name is not None and step.call is None:
            if step.name in seen:
                yield ProgramError((*here, "name"), f"{step.name!r} is already the name of {seen[step.name]}")
            seen.setdefault(step.name, f"step {number + 1}")


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


def _left_on(steps: list[FlatStep]) -> Iterator[ProgramError]:
    """A recipe that ends must not leave RF or a process gas on."""
    last: dict[str, float] = {}
    for step in steps:
        asked = {**step.set, **{name: ramp.to for name, ramp in step.ramp.items()}}
        last.update({name: float(value) for name, value in asked.items() if name == RF or name.endswith("_flow_sccm")})
    for name, value in last.items():
        if value > 0:
            reason = f"the recipe ends with {name} at {value:g}: its last steps must set it to zero"
            yield ProgramError(("step",), reason)


def _resume_where_it_strikes(steps: list[FlatStep]) -> list[FlatStep]:
    """A step that inherits RF and does not say where to resume does so where RF was switched on."""
    found, struck = [], None
    power = 0.0
    for index, step in enumerate(steps):
        ramp = step.ramp.get(RF)
        asked = ramp.to if ramp is not None else float(step.set.get(RF, power))
        if asked > 0 and power <= 0:
            struck = index
        power = asked
        if power > 0 and step.resume_at is None and struck is not None:
            step = replace(step, resume_at=struck)
        found.append(step)
    return found

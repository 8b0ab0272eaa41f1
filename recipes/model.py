"""What a recipe is: the strict model of a recipe or procedure file, one TOML table a class.

Owns the shape only; units and names are resolved against a machine in `program.py`. An unknown key is an error.
"""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from recipes.conditions import Condition, ConditionError
from recipes.units import UnitError, parse

SCHEMA = 1
Reaction = Literal["hold", "stop", "abort", "alarm", "next"]
END_KINDS = ("time", "plasma_on", "when", "arrived", "endpoint", "operator", "rate_of_rise")
Name = Annotated[str, Field(min_length=1, max_length=60)]


class Strict(BaseModel):
    """No unknown keys, no silent conversion, nothing infinite."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _duration(text: str) -> str:
    try:
        seconds = parse(text, "s")
    except UnitError as error:
        raise ValueError(str(error)) from None
    if seconds < 0:
        raise ValueError(f"{text!r} is negative")
    return text


def _condition(text: str) -> str:
    try:
        Condition(text)
    except ConditionError as error:
        raise ValueError(str(error)) from None
    return text


def _quoted(*units: str) -> BeforeValidator:
    """A check of a quantity's form before all others: people write bare numbers, and each needs its unit."""

    def check(given: object) -> object:
        if isinstance(given, bool) or not isinstance(given, int | float):
            return given
        number = given if isfinite(given) else 8
        wanted = " or ".join(f'"{number:g} {unit}"' for unit in units)
        raise ValueError(f"{given!r} needs a unit and quotes, for example {wanted}")

    return BeforeValidator(check)


def _switch_or_quantity(given: object) -> object:
    if not isinstance(given, str | bool | int | float):
        raise ValueError('is neither a quantity such as "8 Pa" nor a switch such as "open"')
    return given


Quantity = Annotated[str, _quoted("Pa", "sccm", "W")]
Rate = Annotated[str, _quoted("Pa/min", "W/s")]
Duration = Annotated[str, _quoted("s"), AfterValidator(_duration)]
Over = Annotated[str, _quoted("%", "s")]
Setting = Annotated[str | bool, _quoted("Pa", "sccm", "W"), BeforeValidator(_switch_or_quantity)]


class Ramp(Strict):
    """A setpoint that moves: from where it is, to ``to``, at ``rate``."""

    to: Quantity
    rate: Rate


class RateOfRise(Strict):
    """A leak check: wait, watch the pressure rise, tell a leak from outgassing, compare with a limit."""

    settle: Duration = "10 s"
    over: Duration = "60 s"
    limit: Rate


class End(Strict):
    """What ends a step. Exactly one of the first seven; the others qualify it."""

    time: Duration | None = None
    plasma_on: Duration | None = None
    when: str | None = None
    arrived: bool | None = None
    endpoint: str | None = None
    operator: str | None = None
    rate_of_rise: RateOfRise | None = None

    within: Duration | None = None  #: longest time for `when`, `arrived`, `operator`; then `on_timeout`
    min: Duration | None = None
    max: Duration | None = None
    held_for: Duration | None = Field(default=None, description="`when` must stay true for so long")
    then_over: Over | None = Field(default=None, description='over-clean after the endpoint, "20 %" or "10 s"')
    on_timeout: Reaction = "hold"
    expected: Duration | None = Field(default=None, description="how long it usually takes, for people")
    says: str | None = Field(default=None, min_length=1, max_length=40, description="`when` in words, for people")

    _when = field_validator("when")(lambda text: text if text is None else _condition(text))

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in END_KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            known = ", ".join(END_KINDS)
            raise ValueError(f"a step ends by exactly one of {known}; found {', '.join(given) or 'none'}")
        if self.arrived is False:
            raise ValueError("arrived = false never ends a step: write arrived = true, or another end")
        if self.endpoint is not None and self.max is None:
            raise ValueError("an endpoint needs max: the longest time, because an endpoint may never come")
        if self.plasma_on is not None and self.max is None:
            raise ValueError("plasma_on needs max: plasma may be lost, and the step must still end")
        if self.when is not None and self.within is None:
            raise ValueError("when needs within: a condition may never come true")
        for longest in ("max", "within"):
            text = getattr(self, longest)
            if self.min is not None and text is not None and parse(self.min, "s") > parse(text, "s"):
                raise ValueError(f"min {self.min} is longer than {longest} {text}")
        return self


class Limit(Strict):
    """A bound that is watched while the step runs."""

    tag: str
    above: Quantity | None = None
    below: Quantity | None = None
    for_: Duration = Field(default="0 s", alias="for")
    reaction: Reaction = "hold"

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("a limit has either above or below")
        return self


class Tunable(Strict):
    """What a role may change about this step at start, and how far."""

    min: Quantity
    max: Quantity
    role: Literal["operator", "engineer"] = "engineer"


class Step(Strict):
    """One step: a call of a procedure, a group to repeat, or setpoints with an end."""

    name: Name | None = None
    call: Name | None = None
    repeat: int = Field(default=1, ge=1, le=100)
    step: list[Step] = Field(default_factory=list)

    set: dict[str, Setting] = Field(default_factory=dict)
    ramp: dict[str, Ramp] = Field(default_factory=dict)
    end: End | None = None
    clock: Literal["step", "plasma-on"] = "step"
    limits: list[Limit] = Field(default_factory=list)
    on_pause: Literal["rf_off", "keep"] = "rf_off"
    resume_at: Name | None = None
    tunable: dict[str, Tunable] = Field(default_factory=dict)
    text: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        acts = bool(self.set or self.ramp or self.end)
        if sum((self.call is not None, bool(self.step), acts)) != 1:
            raise ValueError("a step either calls a procedure, holds steps to repeat, or sets something and has an end")
        if acts and self.end is None:
            raise ValueError("has no end: say what ends this step")
        if acts and self.name is None:
            raise ValueError("has no name")
        return self


class Header(Strict):
    """Who this recipe is and what it is released for."""

    name: Name
    version: int = Field(default=1, ge=1)
    kind: Literal["clean", "procedure"] = "clean"
    status: Literal["draft", "released", "retired"] = "draft"
    released_by: str = ""
    text: str = ""
    mask: Literal["binary", "phase-shift", "euv", "blank", "any"] = "any"
    contamination: Literal["organic", "carbon", "resist", "tin", "haze", "none"] = "none"
    allows: list[Literal["h2+o2"]] = Field(default_factory=list)
    finish: Name = "end-safe"
    abort: Name = "abort-safe"

    @model_validator(mode="after")
    def _mixture_is_released(self) -> Self:
        if self.allows and (self.status != "released" or not self.released_by):
            raise ValueError("allows a gas mixture, which only a released recipe with released_by may do")
        return self


class Recipe(Strict):
    """A whole recipe or procedure file."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    recipe: Header
    step: list[Step] = Field(min_length=1)

    @field_validator("schema_")
    @classmethod
    def _known_schema(cls, value: int) -> int:
        if value != SCHEMA:
            raise ValueError(f"schema {value} is not known; this version reads schema {SCHEMA}")
        return value

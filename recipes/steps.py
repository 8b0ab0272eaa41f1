"""What a resolved recipe is made of: flat steps in internal units, and what ends each. Plain data without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from recipes.conditions import Condition
from recipes.model import Reaction

RF = "load_power_w"  #: the knob of the RF power


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
        ramp = self.ramp.get(RF)
        return bool(self.set.get(RF)) or (ramp is not None and ramp.to > 0)


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

"""The vocabulary of faults: what `TARGET.TYPE@T[:k=v,...]` may say, parsed and refused in plain words.

Owns names, parameters and meanings of the faults of wires and devices; the plant registers its own in a dict of
``"target.type" -> FaultKind``. How a wire fault acts stands in wire_faults.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, isnan

Value = float | str


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One type of fault: where it can happen, its parameters with their defaults, and what it does."""

    target: str
    type: str
    parameters: dict[str, Value]
    meaning: str
    limits: dict[str, tuple[float, float]] = field(default_factory=dict)  #: of numbers that have any


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a run. ``params`` is complete: what was not said has its default."""

    target: str
    type: str
    at_s: float
    params: dict[str, Value] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name under which a plant registers it."""
        return f"{self.target}.{self.type}"

    def active(self, now: float) -> bool:
        """Whether plant time ``now`` [s] lies within the fault."""
        return self.at_s <= now < self.at_s + self.number("for")

    def number(self, name: str) -> float:
        """A parameter that must be a number."""
        value = self.params.get(name, inf)
        if isinstance(value, str):
            raise ValueError(f"fault {self.key}: {name}={value!r} is not a number")
        return value


_WIRE_FAULTS: tuple[tuple[str, dict[str, Value], str], ...] = (
    ("off", {}, "hears nothing and says nothing; keeps doing what it does"),
    ("drop", {"p": 1.0}, "hears and obeys, but the answer is lost, each with probability p"),
    ("intermittent", {"p": 0.5}, "does not hear the request, each with probability p"),
    ("echo", {}, "the line returns every request before the answer"),
    (
        "corrupt",
        {"p": 1.0},
        "one bit of the answer flips, each with probability p (a network drops it, parity shows NUL)",
    ),
    ("short", {"of": 2.0}, "the last `of` bytes of every answer are missing"),
    ("late", {"by": 0.4, "n": 1.0}, "the first n answers come `by` seconds late"),
    ("slow", {"by": 0.2}, "every answer comes `by` seconds late"),
    ("long", {"by": 3.0}, "`by` random bytes follow every answer"),
    ("noise", {"p": 1.0, "by": 3.0}, "`by` random bytes come before an answer, each with probability p"),
    ("chatter", {"p": 1.0}, "a second master talks on the line, after each answer with probability p"),
    ("wrong_unit", {"as": 99.0}, "signs its answers with the address `as` in place of its own"),
    ("unplug", {}, "its port vanishes; on a real port it is closed, and opened again at the end"),
    ("half_open", {}, "its connections stay up and carry nothing; on a real port new ones are served"),
    ("garbage", {"value": "bytes"}, "answers are random bytes; or with value=nan, inf or a number, it measures that"),
    ("exc", {"code": 4.0}, "refuses every request with its own error number `code`"),
    ("stuck", {}, "what it measures stays as it was"),
    ("delayed", {"by": 1.0}, "what it measures is `by` seconds old"),
    (
        "wrong",
        {"factor": 1.0, "offset": 0.0, "writes": "taken", "words": "kept"},
        "measures value * factor + offset; with writes=ignored acknowledges settings without taking them; with "
        "words=swapped its numbers come low word first (Modbus)",
    ),
    ("trouble", {"with": "trip"}, "its own: a pump or chiller trips; with=local, hot or interlock of a generator"),
    ("reboot", {"for": 2.0}, "power cycle: volatile settings are lost, silent while it boots"),
)
DAY_S = 86400.0
#: of what a fault of the wire may be told, by parameter; beyond them nothing more would happen, or nothing at all
_LIMITS = {
    "of": (0.0, 4096.0),
    "by": (0.0, DAY_S),
    "n": (0.0, 1e9),
    "as": (0.0, 255.0),
    "code": (0.0, 255.0),
    "factor": (-1e6, 1e6),
    "offset": (-1e9, 1e9),
}
_BYTES_MOST = 4096.0  #: of random bytes that a fault puts in
WIRE_FAULTS = {
    type_: FaultKind(
        "line or device",
        type_,
        {"for": inf, **parameters},
        meaning,
        {name: _LIMITS[name] for name in parameters if name in _LIMITS}
        | ({"by": (0.0, _BYTES_MOST)} if type_ in ("long", "noise") else {}),
    )
    for type_, parameters, meaning in _WIRE_FAULTS
}


CHOICES = {"writes": ("taken", "ignored"), "words": ("kept", "swapped"), "with": ("trip", "local", "hot", "interlock")}
NOT_NEGATIVE = ("for", "by", "of", "n", "code", "as")  #: durations and numbers of things, of any fault


def parse_fault(text: str, targets: Iterable[str], plant: Mapping[str, FaultKind] | None = None) -> Fault:
    """One fault from ``text``; ``targets`` are the names of lines and devices. ValueError says what is wrong."""
    known = list(targets)
    where, at, when = text.partition("@")
    target, dot, type_ = where.partition(".")
    if not at or not dot or not target or not type_:
        raise ValueError(f"fault {text!r}: want TARGET.TYPE@T[:k=v,...], for example rf.late@60:by=0.4")
    kind = (plant or {}).get(where)
    if kind is None:
        kind = _wire_kind(text, target, type_, known, plant or {})
    start, _, said = when.partition(":")
    at_s = _number(text, "the time after @", start)
    if not isfinite(at_s) or at_s < 0.0:
        raise ValueError(f"fault {text!r}: the time after @ must be 0 or later, not {start!r}")
    return Fault(target, type_, at_s, {"for": inf, **kind.parameters, **_said(text, said, kind)})


def list_faults(plant: Mapping[str, FaultKind] | None = None) -> list[FaultKind]:
    """Every type of fault: those of wires and devices, then the plant's own."""
    return [*WIRE_FAULTS.values(), *(plant or {}).values()]


def _wire_kind(text: str, target: str, type_: str, known: list[str], plant: Mapping[str, FaultKind]) -> FaultKind:
    own = sorted(key.partition(".")[2] for key in plant if key.startswith(f"{target}."))
    if target not in known:
        if own:
            raise ValueError(f"fault {text!r}: {target} has no fault {type_!r}; it has {', '.join(own)}")
        names = sorted({*known, *(key.partition(".")[0] for key in plant)})
        raise ValueError(f"fault {text!r}: no target {target!r}; known: {', '.join(names)}")
    if type_ not in WIRE_FAULTS:
        raise ValueError(f"fault {text!r}: no fault type {type_!r}; known: {', '.join([*WIRE_FAULTS, *own])}")
    return WIRE_FAULTS[type_]


def _said(text: str, said: str, kind: FaultKind) -> dict[str, Value]:
    params: dict[str, Value] = {}
    for part in filter(None, said.split(",")):
        name, equals, value = part.partition("=")
        if name != "for" and name not in kind.parameters:
            names = ", ".join(dict.fromkeys(["for", *kind.parameters]))
            raise ValueError(f"fault {text!r}: {kind.type} has no parameter {name!r}; it has {names}")
        if not equals or not value:
            raise ValueError(f"fault {text!r}: {name} needs a value, as in {name}=1")
        params[name] = given = _value(text, name, value, kind.parameters.get(name))
        if (limits := kind.limits.get(name)) and not limits[0] <= float(given) <= limits[1]:
            raise ValueError(f"fault {text!r}: {name} must be within {limits[0]:g}..{limits[1]:g}, not {value}")
    return params


def _value(text: str, name: str, value: str, default: Value | None) -> Value:
    if not isinstance(default, str):
        number = _number(text, name, value)
        if name == "p" and not 0.0 <= number <= 1.0:
            raise ValueError(f"fault {text!r}: p is a probability from 0 to 1, not {value}")
        if name in NOT_NEGATIVE and number < 0.0:
            raise ValueError(f"fault {text!r}: {name} must be 0 or more, not {value}")
        return number
    if (words := CHOICES.get(name)) and value not in words:
        raise ValueError(f"fault {text!r}: {name} must be {' or '.join(words)}, not {value!r}")
    if name == "value" and value not in ("bytes", "nan"):
        _number(text, name, value)
    return value


def _number(text: str, name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"fault {text!r}: {name} must be a number, not {value!r}") from None
    if isnan(number):
        raise ValueError(f"fault {text!r}: {name} must be a number, not {value!r}")
    return number

"""The wire to screens: one JSON object a line, both ways. The only thing that gui/ and the controller share.

A session, in order; every message has a "type":

client → server                                          server → client
hello   {version, name}                                  hello   {version, name, server, machine, location, demo}
login   {user, pin}                                      login   {ok, user: {id, name, role} | null, reasons}
logout  {}                                               login   {ok: true, user: null, reasons: []}
describe {}                                              description (see `Description`)
activate {}                                              update {full: true, …}, then active {}
                                                         update (differences only, at most 10 a second)
do      {id, verb, args, version}                        done {id, verb} | denied {id, verb, reasons}
query   {id, what, args}                                 answer {id, data} | denied {id, reasons}
ping    {}                                               pong {time_s}

The name in the server's hello is what the session is called from then on: the one it asked for, told apart from others
that asked for the same.

`do hold` is legal right after hello, without login and without control. Every other verb needs a login, and the
session must hold control (`do take_control`; the first login takes it by itself). ``version`` is the state version of
the last update: a command that was given on an older picture of the unit is denied.

Owns names, version and encoding; decides nothing.
"""

from __future__ import annotations

import json
import math
from typing import Any, TypedDict

VERSION = 1
DEFAULT_PORT = 4840  #: controller's port on the loop-back interface  # assumed: free on most systems
MAX_LINE = 4_000_000  #: longer lines are refused [bytes]

#: verbs a client may `do`, with their arguments
VERBS = {
    "start": "recipe, mask",
    "hold": "",
    "restart": "",
    "pause": "",
    "resume": "",
    "stop": "",
    "abort": "",
    "reset": "",
    "reset_interlocks": "",
    "end_step": "",
    "confirm": "",
    "acknowledge": "alarm (an id, or * for all)",
    "shelve": "alarm, seconds, why",
    "note": "text",
    "take_control": "",
}


class TagText(TypedDict):
    """What a screen knows of a tag before it has a value."""

    text: str
    unit: str
    low: float | None
    high: float | None
    stale_s: float
    kind: str  #: number, flag, text; arrays are queried


class RecipeText(TypedDict):
    """A recipe of the library, as a screen lists it."""

    file: str  #: what `start` wants as "recipe"
    name: str
    version: int
    status: str
    kind: str  #: clean, or procedure (pump-down, end-safe …)
    mask: str
    contamination: str
    text: str
    sha256: str
    expected_s: float
    steps: list[dict[str, Any]]  #: {name, group, expected_s, plasma: bool, ends_by}
    profile: list[float]  #: RF power at 40 equidistant times [W], for the thumbnail


class Description(TypedDict):
    """Everything that does not change while a controller runs."""

    type: str
    machine: str
    location: str
    demo: bool
    tags: dict[str, TagText]
    rules: list[dict[str, str]]  #: {id, name, requires, effect, hazard}
    actuators: dict[str, dict[str, Any]]  #: {unit, low, high, switch, actual}
    recipes: list[RecipeText]
    users: list[dict[str, str]]  #: {id, name, role}; PINs never


class Update(TypedDict, total=False):
    """What changed since the last update; every key but the first four may be missing."""

    type: str
    seq: int  #: rises by one; a gap means: activate again
    time_s: float  #: the controller's clock
    utc: str
    full: bool
    version: int  #: state version: rises whenever unit, alarms or `allowed` change
    tags: dict[str, list[Any]]  #: name -> [value or null, time_s of the reading, quality name]
    setpoints: dict[str, float | bool | None]  #: actuator -> applied setpoint
    actuators: dict[str, list[str]]  #: actuator -> [IDLE | BUSY | WARN | ERROR, text]
    unit: dict[str, Any]  #: see `unit_keys`
    alarms: list[dict[str, Any]]  #: the operator's list, most urgent first
    allowed: dict[str, list[str]]  #: verb -> reasons why not ([] = allowed)
    checks: list[dict[str, Any]]  #: start checklist: {name, ok, value, reason}
    control: str | None  #: name of the client in control
    devices: dict[str, dict[str, str]]  #: device -> {state: ready | lost | unknown, text}


#: keys of Update["unit"]
UNIT_KEYS = {
    "state": "idle running complete pausing paused holding held restarting stopping stopped aborting aborted",
    "since_s": "time_s at which that state began",
    "run": "null, or {id, recipe, version, sha256, mask, user, started_utc, started_s}",
    "steps": "[{name, group, plasma, state: done | now | next, expected_s, start_s, end_s, ended_by,"
    " spent_s: time in it so far, since_s: entry that counts now, entered: how often}], run's clock",
    "index": "number of the step now (from 0), -1 before the first",
    "clock_s": "clock of the step now",
    "remaining_s": "estimate for the step now, null when unknown",
    "run_remaining_s": "estimate for the whole run, null when unknown",
    "plasma_on_s": "plasma-on time of the run",
    "lost_plasma_s": "RF asked for without proven plasma",
    "reasons": "why the run was held, stopped or aborted, in order",
    "rf_off_ms": "measured time from the last hold to RF off, null when none",
    "operator_message": "what an operator step asks for, null otherwise",
    "verdict": "of the last run: null, or {verdict, reasons, energy_kwh, co2e_kg, plasma_on_s, simulated_s, run}",
    "energy_kwh": "of the run so far",
}
#: keys of each entry of Update["alarms"]
ALARM_KEYS = {
    "id": "IL-07",
    "name": "RF reflected power high",
    "priority": "1..4",
    "state": "new seen cleared latched_new latched_seen",
    "raised_s": "time_s",
    "raised_utc": "ISO",
    "text": "the condition with the values that broke it",
    "means": "",
    "to_do": "[up to three]",
    "otherwise": "",
    "first_out": "bool",
    "shelved_until_s": "null or time_s",
}
#: what may be queried: args -> data
QUERIES = {
    "trend": "{tags: [..], seconds, points} -> {time_s: [..], values: {tag: [..]}} decimated by the server",
    "run_trend": "{tags: [..], points} -> the same, from the start of the run, run's clock",
    "alarm_history": "{limit} -> [{time_s, utc, id, priority, event, text}]",
    "runs": "{limit} -> [{id, started_utc, recipe, mask, verdict, user}]",
    "spectrum": "{} -> {counts: [..]}, one a pixel; empty before the first",
}


class MessageError(ValueError):
    """A line that is no message."""


def encode(message: dict[str, Any]) -> bytes:
    """One line. Numbers that are not finite become null: JSON has none, and a screen must not show them."""
    try:
        text = json.dumps(message, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(message), separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """One message; MessageError when it is not a JSON object with a type."""
    if len(line) > MAX_LINE:
        raise MessageError(f"a line of {len(line)} bytes is too long")
    try:
        message = json.loads(line, parse_constant=_no_constant)
        if b"\\u" in line:
            json.dumps(message, ensure_ascii=False).encode()  # half a character cannot be written to log or store
    except (ValueError, RecursionError):
        raise MessageError("a line is not JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MessageError("a message is a JSON object with a type")
    return message


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not allowed")


def _finite(thing: Any) -> Any:
    if isinstance(thing, float):
        return thing if math.isfinite(thing) else None
    if isinstance(thing, dict):
        return {key: _finite(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_finite(value) for value in thing]
    return thing

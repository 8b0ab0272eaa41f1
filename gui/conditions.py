"""Broken conditions and refusals in plain words: which facts stand against something, never the rule's own text.

Owns wording only. What is told of a rule are the parts that the values in the controller's own explanation do not meet;
whether the rule is met is the controller's word alone.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from gui.i18n import tr
from gui.wording import STATES, plain, small, tag_words, with_unit

#: "… (name is value, name is value)": how the controller explains a condition
_VALUES = r"\((\w+ is [^(),;]+(?:, \w+ is [^(),;]+)*)\)"
_EXPLAINED = re.compile(rf"([^:;]+?) {_VALUES}")
_CODE_NAME = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_NOT_IN_STATE = re.compile(r"\w+ is not possible while the unit is (\w+)")
_NO_STEP = re.compile(r"no step is running while the unit is (\w+)")
_RESET = " (reset needed)"
_SIGNS: dict[type[ast.cmpop], tuple[str, str, Callable[[float, float], bool]]] = {
    ast.Lt: ("<", "≥", operator.lt),
    ast.LtE: ("≤", ">", operator.le),
    ast.Gt: (">", "≤", operator.gt),
    ast.GtE: ("≥", "<", operator.ge),
    ast.Eq: ("=", "≠", operator.eq),
    ast.NotEq: ("≠", "=", operator.ne),
}
#: tags whose name says too little
NAMES = {
    "wide_pressure_pa": "pressure at the wide gauge",
    "guard_pressure_pa": "pressure at the second gauge",
    "chain_closed": "safety chain closed",
    "io_watchdog_armed": "watchdog of the remote I/O armed",
    "foreline_ok": "foreline pressure in order",
    "h2_detector_clear": "hydrogen detector clear",
    "h2_evidence": "H₂ flowing or its valve not shut",
    "o2_evidence": "O₂ flowing or its valve not shut",
    "ar_evidence": "Ar flowing or its valve not shut",
    "n2_evidence": "N₂ flowing or its valve not shut",
    "h2_in_chamber": "H₂ left in the chamber",
    "o2_in_chamber": "O₂ left in the chamber",
    "h2_purges_owed": "purges owed after H₂",
    "isolated_gas_s": "time with gas and no pumping",
    "mixture_allowed": "recipe may mix H₂ and O₂",
    "strike_failed": "all strikes failed",
    "chamber_pressure_alive": "chamber pressure reading moves",
    "forward_power_alive": "forward power reading moves",
    "chuck_temperature_alive": "chuck temperature reading moves",
}
Values = dict[str, str]
Units = dict[str, str]


def name_of(tag: str) -> str:
    """A tag within a sentence."""
    return tr(NAMES[tag]) if tag in NAMES else small(tag_words(tag))


def told(text: str, units: Units) -> tuple[str, str]:
    """A broken condition in words, as (what is, what must be); ``units`` by tag name.

    "reflected_power_w < 60 (reflected_power_w is 142)" -> ("142 W", "must be < 60 W"). Of anything longer every
    broken part is told with its name, and what it must be stands in it.
    """
    found = _EXPLAINED.fullmatch(text.removesuffix(_RESET))
    node = _parsed(found.group(1)) if found else None
    if found and isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
        what, limit = _compared(node, _values(found.group(2)), units, wanted=True)
        if limit:
            return what, limit
    return reason(text, units), ""


def reason(text: str, units: Units) -> str:
    """Why not, in words: every condition in it is told by its broken parts, every code name by its words."""
    if found := _NOT_IN_STATE.fullmatch(text):
        return _in_state(found.group(1))
    if _NO_STEP.fullmatch(text):
        return tr("No step is running now.")
    gone = text.endswith(_RESET)
    said = _EXPLAINED.sub(lambda each: _lead(each.group(1)) + _said(each, units), text.removesuffix(_RESET))
    said = _CODE_NAME.sub(lambda each: name_of(each.group(0)), said)
    said = re.sub(r"^interlock (?=[A-Z]+-?\d)", "", said)
    if gone:
        said = tr("{why} · gone now, press Reset trips", why=said)
    return said[:1].upper() + said[1:]


def _lead(expression: str) -> str:
    """The space between a heading's colon and the condition after it."""
    return " " if expression.startswith(" ") else ""


def _in_state(state: str) -> str:
    if state == "idle":
        return tr("No run is under way.")
    if state in ("complete", "stopped", "aborted"):
        return tr("The last run has ended. Press Make ready first.")
    if state in ("aborting", "stopping"):
        return tr("The tool is already ending the run.")
    word = STATES.get(state, (plain(state), ""))[0]
    return tr("Not possible now: the tool is {state}.", state=small(tr(word)))


def _said(found: re.Match[str], units: Units) -> str:
    values = _values(found.group(2))
    node = _parsed(found.group(1))
    facts = list(dict.fromkeys(_unmet(node, values, units, wanted=True))) if node is not None else []
    return ", ".join(facts or _all(values, units))


def _all(values: Values, units: Units) -> Iterable[str]:
    """Every value by name: where no single one is to blame."""
    return (
        tr("{name}: {state}", name=name_of(name), state=_state(said))
        if said in ("true", "false")
        else f"{name_of(name)} {_shown(said, units.get(name, ''))}"
        for name, said in values.items()
    )


def _values(inside: str) -> Values:
    pairs = (each.partition(" is ") for each in inside.split(", "))
    return {name: said for name, _, said in pairs}


@lru_cache(maxsize=512)  # the same rules are told ten times a second
def _parsed(expression: str) -> ast.expr | None:
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _unmet(node: ast.expr, values: Values, units: Units, *, wanted: bool) -> list[str]:
    """The parts of a condition that are not as wanted; empty when it is met."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _unmet(node.operand, values, units, wanted=not wanted)
    if isinstance(node, ast.BoolOp):
        parts = [_unmet(each, values, units, wanted=wanted) for each in node.values]
        every = isinstance(node.op, ast.And) is wanted
        return [] if not every and not all(parts) else [fact for part in parts for fact in part]
    if isinstance(node, ast.Name):
        said = values.get(node.id, "unknown")
        good = said == ("true" if wanted else "false")
        return [] if good else [tr("{name}: {state}", name=name_of(node.id), state=_state(said))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "known":
        names = [each.id for each in node.args if isinstance(each, ast.Name)]
        return [tr("{name}: no reading", name=name_of(each)) for each in names if values.get(each) == "unknown"]
    if isinstance(node, ast.Compare):
        what, limit = _compared(node, values, units, wanted=wanted)
        if limit and isinstance(node.left, ast.Name):
            return [tr("{name} {value}, {limit}", name=name_of(node.left.id), value=what, limit=limit)]
        if what:
            inside = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            return list(_all({name: said for name, said in values.items() if name in inside}, units))
    return []


def _compared(node: ast.Compare, values: Values, units: Units, *, wanted: bool) -> tuple[str, str]:
    """(what is, what must be) of a comparison that is broken; ("", "") when it is met, (…, "") when it is not plain."""
    sides = (node.left, node.comparators[0])
    if len(node.ops) != 1 or not isinstance(sides[0], ast.Name) or type(node.ops[0]) not in _SIGNS:
        return "?", ""
    limit = _constant(sides[1])
    if limit is None:
        return "?", ""
    sign, other, holds = _SIGNS[type(node.ops[0])]
    said, unit = values.get(sides[0].id, "unknown"), units.get(sides[0].id, "")
    number = _number(said)
    if number is not None and holds(number, limit) is wanted:
        return "", ""
    must = tr("must be {limit}", limit=f"{sign if wanted else other} {limit:g} {unit}".rstrip())
    return _shown(said, unit), must


def _constant(node: ast.expr) -> float | None:
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _number(said: str) -> float | None:
    try:
        return float(said)
    except ValueError:
        return None


def _shown(said: str, unit: str) -> str:
    number = _number(said)
    if number is None:
        return _state(said)
    return with_unit(number, unit) if unit else said


def _state(said: str) -> str:
    return {"true": tr("yes"), "false": tr("no"), "unknown": tr("unknown")}.get(said, said)

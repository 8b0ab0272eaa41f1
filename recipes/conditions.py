"""The one evaluator of conditions, three-valued: true, false, unknown.

Interlocks, alarms, permissives, derived tags and recipe steps all use it. A name without a GOOD reading is unknown
(None); *not unknown* is unknown; whoever decides treats unknown as a trip or a denial. Owns the grammar (a subset of
Python expressions) and the explanation of a result in words. Evaluating never raises: what cannot be worked out (a text
among numbers, a division by zero) is unknown, so a rule that fails is a trip. Knows no tags, no clock.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from recipes.quick import DOUBTS, Quick, all_hold, quick

Values = Mapping[str, Any]  #: name -> value of every GOOD reading, nothing else: never None
_Eval = Callable[[Values], Any]

_COMPARE: dict[type[ast.cmpop], tuple[Callable[[Any, Any], bool], str]] = {
    ast.Lt: (operator.lt, "<"),
    ast.LtE: (operator.le, "≤"),
    ast.Gt: (operator.gt, ">"),
    ast.GtE: (operator.ge, "≥"),
    ast.Eq: (operator.eq, "="),
    ast.NotEq: (operator.ne, "≠"),
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"abs": abs, "min": min, "max": max}
MAX_LENGTH = 1000  #: longer conditions are refused: nobody can check them by eye
MAX_DEPTH = 40  #: deeper nested ones too; the evaluator's own stack is never in danger


class ConditionError(ValueError):
    """A condition that cannot be read; the text shows the condition and says what is wrong."""


class Condition:
    """A compiled condition or expression. Call it with the GOOD values; it returns a value, or None for unknown.

    ``known(name)`` is the only function that never returns unknown: true while the reading is GOOD.
    """

    __slots__ = ("_careful", "_quick", "names", "text", "tree")

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.names: frozenset[str] = frozenset()
        self._compile()

    def __call__(self, values: Values) -> Any:
        """The value of the expression with these GOOD values; None when it is unknown."""
        try:
            return self._quick(values)
        except DOUBTS:
            return self._careful(values)

    def __getstate__(self) -> str:
        return self.text

    def __setstate__(self, text: str) -> None:
        self.text = text
        self._compile()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    def _compile(self) -> None:
        if not self.text:
            raise ConditionError("a condition is empty")
        if len(self.text) > MAX_LENGTH:
            raise ConditionError(f"a condition of {len(self.text)} characters is too long to be checked by eye")
        try:
            tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ConditionError(f"{self.text!r} is not a condition (example: chamber_pressure_pa < 100)") from None
        if _deeper_than(MAX_DEPTH, tree):
            raise ConditionError(f"{self.text!r} is nested too deeply to be checked by eye")
        names: set[str] = set()
        self._careful = _build(tree, names, self.text)
        self._quick: Quick = self._first
        self.tree, self.names = tree, frozenset(names)

    def _first(self, values: Values) -> Any:
        """Make the quick half when it is first asked: many conditions are only ever read."""
        self._quick = quick(self.tree)
        return self._quick(values)

    def explain(self, values: Values) -> str:
        """The condition with what each name is now, for the person who must act."""
        parts = []
        for name in sorted(self.names):
            value = values.get(name)
            parts.append(f"{name} is {'unknown' if value is None else _show(value)}")
        return f"{self.text} ({', '.join(parts)})" if parts else self.text


class Requirements:
    """What must hold, each perhaps only while something else is so; all at once, for what is watched in every scan."""

    __slots__ = ("_all", "_quick")

    def __init__(self, parts: list[tuple[Condition | None, list[Condition]]]) -> None:
        """``parts``: only while (None: always), what must be true then."""
        self._all = parts
        self._quick: Quick = self._first

    def hold(self, values: Values) -> bool:
        """Whether each is true, or does not apply, with these GOOD values; unknown is neither."""
        try:
            return self._quick(values) is True
        except DOUBTS:
            return all(
                (only_while is not None and only_while(values) is False)
                or all(condition(values) is True for condition in needed)
                for only_while, needed in self._all
            )

    def _first(self, values: Values) -> Any:
        self._quick = all_hold(
            [(only.tree if only else None, [each.tree for each in needed]) for only, needed in self._all]
        )
        return self._quick(values)

    def __reduce__(self) -> tuple[type[Requirements], tuple[list[tuple[Condition | None, list[Condition]]]]]:
        return Requirements, (self._all,)


def all_of(conditions: list[Condition], values: Values) -> bool | None:
    """Three-valued conjunction of several conditions."""
    result: bool | None = True
    for condition in conditions:
        value = condition(values)
        if value is None:
            result = None
        elif not value:
            return False
    return result


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _build(node: ast.expr, names: set[str], text: str) -> _Eval:
    """Turn a syntax tree into nested closures; every closure returns None when anything it needs is unknown."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as constant):
            return lambda _values: constant
        case ast.Name(id=name):
            names.add(name)
            return lambda values: values.get(name)
        case ast.BoolOp(op=op, values=parts):
            return _junction([_build(part, names, text) for part in parts], stop_at=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            inner = _build(part, names, text)
            return lambda values: None if (value := inner(values)) is None else not value
        case ast.UnaryOp(op=ast.USub(), operand=part):
            inner = _build(part, names, text)
            return lambda values: None if (value := inner(values)) is None or isinstance(value, str) else -value
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return _comparison(left, ops, rights, names, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _binary(_ARITHMETIC[type(op)], _build(left, names, text), _build(right, names, text))
        case ast.Call(func=ast.Name(id="known"), args=[ast.Name(id=name)], keywords=[]):
            names.add(name)
            return lambda values: values.get(name) is not None
        case ast.Call(func=ast.Name(id=function), args=[_, *_] as arguments, keywords=[]) if function in _FUNCTIONS:
            return _call(_FUNCTIONS[function], [_build(argument, names, text) for argument in arguments])
    raise ConditionError(f"{text!r}: {ast.unparse(node)!r} is not allowed in a condition")


def _deeper_than(depth: int, tree: ast.expr) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(depth):
        if not level:
            return False
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


def _junction(parts: list[_Eval], stop_at: bool) -> _Eval:
    def evaluate(values: Values) -> bool | None:
        result: bool | None = not stop_at
        for part in parts:
            value = part(values)
            if value is None:
                result = None
            elif bool(value) is stop_at:
                return stop_at
        return result

    return evaluate


def _comparison(left: ast.expr, ops: list[ast.cmpop], rights: list[ast.expr], names: set[str], text: str) -> _Eval:
    if any(type(op) not in _COMPARE for op in ops):
        raise ConditionError(f"{text!r}: use < <= > >= == != to compare")
    terms = [_build(term, names, text) for term in [left, *rights]]
    tests = [_COMPARE[type(op)][0] for op in ops]
    if len(tests) == 1:  # the common case, kept short because interlocks run every scan
        first, second, test = terms[0], terms[1], tests[0]

        def single(values: Values) -> bool | None:
            a, b = first(values), second(values)
            return None if a is None or b is None else _compare(test, a, b)

        return single

    def chain(values: Values) -> bool | None:
        known = [term(values) for term in terms]
        results = [
            None if a is None or b is None else _compare(test, a, b)
            for a, b, test in zip(known, known[1:], tests, strict=False)
        ]
        return False if False in results else None if None in results else True

    return chain


def _compare(test: Callable[[Any, Any], bool], a: Any, b: Any) -> bool | None:
    try:
        return test(a, b)
    except TypeError:  # a text against a number: nothing that can be decided
        return None


def _binary(operate: Callable[[Any, Any], Any], left: _Eval, right: _Eval) -> _Eval:
    def evaluate(values: Values) -> Any:
        a, b = left(values), right(values)
        if a is None or b is None:
            return None
        try:
            result = operate(a, b)
            return result if isfinite(result) else None
        except (ZeroDivisionError, OverflowError, TypeError):
            return None

    return evaluate


def _call(function: Callable[..., Any], arguments: list[_Eval]) -> _Eval:
    single = len(arguments) == 1 and function is not abs

    def evaluate(values: Values) -> Any:
        known = [argument(values) for argument in arguments]
        if any(value is None for value in known):
            return None
        try:
            return known[0] if single else function(*known)
        except TypeError:  # a text among numbers
            return None

    return evaluate

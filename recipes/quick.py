"""Conditions as Python functions: the quick half of the evaluator.

A checked syntax tree becomes byte code that is right whenever everything it touches is known. Where something is not,
it raises one of `DOUBTS`, and the careful half decides. Owns no grammar: only trees that `conditions` has accepted.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

Quick = Callable[[Mapping[str, Any]], Any]
#: unknown name, text among numbers, division by zero, a result without bounds
DOUBTS = (KeyError, TypeError, ArithmeticError)

_VALUES = "values"
_FINITE, _AS_IT_IS = "finite", "as_it_is"
_FINITE_AS_THEY_ARE = (ast.Add, ast.Sub, ast.Mult)  # what is not finite stays so through these: one look at the end


def _finite(result: Any) -> Any:
    if not isfinite(result):
        raise ArithmeticError
    return result


def _as_it_is(value: Any) -> Any:
    return value


def quick(tree: ast.expr) -> Quick:
    """The function of one accepted condition or expression."""
    return _function(_expression(tree))


def all_hold(parts: list[tuple[ast.expr | None, list[ast.expr]]]) -> Quick:
    """One function for many: (only while, what must be true then). True when all hold; else False or a doubt."""
    whole = ast.BoolOp(ast.And(), [ast.Constant(True), ast.Constant(True)])
    for only_while, needed in parts:
        holds: ast.expr = ast.BoolOp(ast.And(), [ast.Constant(True), *(_is(each, True) for each in needed)])
        if only_while is not None:
            holds = ast.BoolOp(ast.Or(), [_is(only_while, False), holds])
        whole.values.append(holds)
    return _function(ast.IfExp(whole, ast.Constant(True), ast.Constant(False)))


def _function(body: ast.expr) -> Quick:
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg(_VALUES)], kwonlyargs=[], kw_defaults=[], defaults=[])
    whole = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    names = {"__builtins__": {}, _FINITE: _finite, _AS_IT_IS: _as_it_is, "abs": abs, "min": min, "max": max}
    function: Quick = eval(compile(whole, "<condition>", "eval"), names)
    return function


def _expression(node: ast.expr) -> ast.expr:
    match node:
        case ast.Name(id=name):
            return ast.Subscript(ast.Name(_VALUES, ast.Load()), ast.Constant(name), ast.Load())
        case ast.BoolOp():
            return _truth(node)
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, _expression(operand))
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return ast.Compare(_expression(left), ops, [_expression(right) for right in rights])
        case ast.BinOp():
            return _call(_FINITE, [_sum(node)])
        case ast.Call(func=ast.Name(id="known"), args=[ast.Name(id=name)]):
            return ast.Compare(ast.Constant(name), [ast.In()], [ast.Name(_VALUES, ast.Load())])
        case ast.Call(func=ast.Name(id=function), args=[only]) if function != "abs":
            return _expression(only)  # the smallest of one
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _call(function, [_expression(argument) for argument in arguments])
    return node  # a constant


def _is(node: ast.expr, wanted: bool) -> ast.expr:
    made = _expression(node)
    if not any(isinstance(each, ast.Name) for each in ast.walk(made)):
        made = _call(_AS_IT_IS, [made])  # Python warns of identity with a literal
    return ast.Compare(made, [ast.Is()], [ast.Constant(wanted)])


def _truth(node: ast.expr) -> ast.expr:
    """``a and b`` is one of its operands in Python, and true or false here."""
    return ast.IfExp(_operands(node), ast.Constant(True), ast.Constant(False))


def _operands(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(node.op, [_operands(value) for value in node.values])
    return _expression(node)


def _sum(node: ast.expr) -> ast.expr:
    if not isinstance(node, ast.BinOp):
        return _expression(node)
    right = _sum(node.right) if isinstance(node.op, _FINITE_AS_THEY_ARE) else _expression(node.right)
    return ast.BinOp(_sum(node.left), node.op, right)


def _call(function: str, arguments: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(function, ast.Load()), arguments, [])

"""Arithmetic over labelled parameters: `a*b + c`, for equalities and for quantities made of parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from anxin.engines.measure.errors import BadModel, listed

_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt}
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_WORD = re.compile(r"(?<![\w.])[^\W\d][\w.]*")  # not the e of 1e-3


class Expression:
    """An expression over names. Evaluates with real or complex numbers, so that derivatives come by complex steps."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._stand_ins: dict[str, str] = {}
        # R's names may hold dots, which Python reads as attributes.
        safe = _WORD.sub(lambda found: self._stand_in(found[0]), text.replace("^", "**"))
        try:
            self._tree = ast.parse(safe, mode="eval").body
            self._check(self._tree)
        except (SyntaxError, TypeError) as error:
            raise BadModel(f"The expression {text!r} cannot be read: {error}.", code="syntax", about=[text]) from None
        self.names = tuple(name for name in self._stand_ins if name not in _FUNCTIONS)

    def _stand_in(self, name: str) -> str:
        return name if name in _FUNCTIONS else self._stand_ins.setdefault(name, f"n{len(self._stand_ins)}")

    def _check(self, node: ast.AST) -> None:
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                self._check(left)
                self._check(right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self._check(operand)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
                self._check(argument)
            case ast.Constant(value=int() | float()) | ast.Name():
                pass
            case _:
                raise TypeError("only labels, numbers, + - * / ^, brackets, exp, log and sqrt are understood")

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The value where each name has the given one. Raises BadModel naming those that are not known."""
        unknown = [name for name in self.names if name not in values]
        if unknown:
            raise BadModel(
                f"{self.text!r} names {listed(unknown)}, which no parameter is labelled with.",
                code="unknown-label",
                about=unknown,
            )
        known = {stand_in: values[name] for name, stand_in in self._stand_ins.items()}
        with np.errstate(all="ignore"):  # a quotient by zero or the logarithm of a loss is infinite or no number
            return self._value(self._tree, known)

    def _value(self, node: ast.AST, values: Mapping[str, Any]) -> Any:
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                return _OPERATORS[type(op)](self._value(left, values), self._value(right, values))
            case ast.UnaryOp(op=op, operand=operand):
                value = self._value(operand, values)
                return -value if isinstance(op, ast.USub) else value
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                return _FUNCTIONS[name](self._value(argument, values))
            case ast.Constant(value=int() | float() as value):
                return np.float64(value)  # Python's own would raise on 1/0 and compute 9^9^9 to the last digit
            case ast.Name(id=name):
                return values[name]
        raise AssertionError(node)

"""lavaan's model syntax, read into terms.

    visual =~ x1 + x2 + 0.5*x3        measured by         =~
    y ~ a*visual + x                  regressed on         ~
    x1 ~~ x2                          covaries with       ~~
    x1 ~ 1                            intercept
    x1 | t1 + t2                      thresholds           |
    x1 ~*~ x1                         scale              ~*~
    a == b                            linear equality of labelled parameters
    indirect := a*b                   a quantity made of labelled parameters

A term may carry a number (fixed), `NA` (free), a label (equal where it recurs), `start(0.5)`, or `c(…)` with one of these for
each group. `#` and `!` begin a comment. Names may hold any letters (Chinese too), digits, `_` and `.`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anxin.engines.measure.errors import BadModel

OPERATORS = ("=~", "<~", "~*~", "~~", "==", ":=", "~", "|", "<", ">")
_NAME = re.compile(r"[^\W\d][\w.]*\Z")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_BEFORE_EXPONENT = re.compile(r"(\A|\*)\s*[-+]?(\d+\.?\d*|\.\d+)[eE]\Z")  # of 1e+3, unlike the name q1e


@dataclass(frozen=True, slots=True)
class Setting:
    """What one group's copy of a term is given: a fixed value, a start, a label, or freedom said outright."""

    fixed: float | None = None
    start: float | None = None
    label: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One parameter as written. `rhs` is '1' for an intercept. `settings` holds one for all groups, or one each."""

    lhs: str
    op: str
    rhs: str
    settings: tuple[Setting, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Relation:
    """`left == right` or `name := expression`, as text."""

    op: str
    left: str
    right: str
    line: str


@dataclass(frozen=True, slots=True)
class Written:
    """A model as it was written: terms and relations in their order."""

    terms: tuple[Term, ...]
    relations: tuple[Relation, ...]


def parse(text: str) -> Written:
    """Read a model. Raises BadModel naming the line that cannot be read and what was expected."""
    terms: list[Term] = []
    relations: list[Relation] = []
    seen: set[tuple[str, str, str]] = set()
    for line in _statements(text):
        lhs, op, rhs = _split(line)
        if op in ("==", ":="):
            if op == ":=" and not _NAME.match(lhs):
                raise _wrong(line, f"{lhs!r} is not a name for a new quantity")
            if op == ":=" and any(one.op == ":=" and one.left == lhs for one in relations):
                raise _wrong(line, f"{lhs!r} is made twice")
            relations.append(Relation(op, lhs, rhs, line))
            continue
        for left in (part.strip() for part in lhs.split("+")):
            if not _NAME.match(left):
                raise _wrong(line, f"{left!r} on the left of {op} is not a name")
            for piece in _pieces(rhs, line):
                term = _term(left, op, piece, line)
                key = (term.lhs, term.op, term.rhs)
                if term.op == "~~" and term.rhs < term.lhs:
                    key = (term.rhs, term.op, term.lhs)
                if key in seen:
                    raise _wrong(line, f"{term.lhs} {term.op} {term.rhs} is there twice")
                seen.add(key)
                terms.append(term)
    if not terms:
        raise BadModel(
            "The model is empty: it needs at least one line such as 'quality =~ x1 + x2 + x3'.", code="syntax"
        )
    labels = {setting.label for term in terms for setting in term.settings}
    for relation in relations:
        if relation.op == ":=" and relation.left in labels:
            raise _wrong(relation.line, f"{relation.left!r} is a parameter's label already; choose another name")
    return Written(tuple(terms), tuple(relations))


def _statements(text: str) -> list[str]:
    statements: list[str] = []
    for raw in re.split(r"[\n;]", text):
        line = re.split(r"[#!]", raw, maxsplit=1)[0].strip()
        if not line:
            continue
        # A line without an operator goes on with the one before.
        if statements and (statements[-1].endswith(("+", "~", "*", "=", "|")) or not _has_operator(line)):
            statements[-1] += " " + line
        else:
            statements.append(line)
    return statements


def _has_operator(line: str) -> bool:
    return any(op in line for op in OPERATORS)


def _split(line: str) -> tuple[str, str, str]:
    found = [(line.find(op), -len(op), op) for op in OPERATORS if op in line]
    if not found:
        raise _wrong(line, "there is no operator (=~, ~, ~~, |, == or :=)")
    place, _, op = min(found)
    if op in ("<", ">"):
        raise _wrong(line, "inequality constraints are not supported; only == between labels")
    if op == "<~":
        raise _wrong(line, "formative factors (<~) are not supported; write the factor with =~")
    lhs, rhs = line[:place].strip(), line[place + len(op) :].strip()
    if not lhs or not rhs:
        raise _wrong(line, f"something is missing on the {'left' if not lhs else 'right'} of {op}")
    return lhs, op, rhs


def _pieces(rhs: str, line: str) -> list[str]:
    """The right-hand side at its plus signs outside brackets."""
    pieces, depth, current = [], 0, ""
    for char in rhs:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "+" and depth == 0 and not _BEFORE_EXPONENT.search(current):
            pieces.append(current.strip())
            current = ""
        else:
            current += char
    pieces.append(current.strip())
    if depth:
        raise _wrong(line, "the brackets do not match")
    if any(not piece for piece in pieces):
        raise _wrong(line, "a term is missing beside a +")
    return pieces


def _term(lhs: str, op: str, piece: str, line: str) -> Term:
    *modifiers, rhs = (part.strip() for part in _stars(piece))
    if op == "~" and rhs == "1":
        op = "~1"
    elif op == "~" and rhs == "0" and not modifiers:
        op, rhs, modifiers = "~1", "1", ["0"]
    elif not _NAME.match(rhs):
        raise _wrong(line, f"{rhs!r} is not the name of a variable")
    if op == "|" and not re.fullmatch(r"t\d+", rhs):
        raise _wrong(line, f"thresholds are called t1, t2, …, not {rhs!r}")
    if op == "~*~" and lhs != rhs:
        raise _wrong(line, "a scale is written x ~*~ x")
    if op in ("=~", "~") and lhs == rhs:
        raise _wrong(line, f"{lhs!r} stands on both sides")
    settings: tuple[Setting, ...] = (Setting(),)
    for modifier in modifiers:
        settings = _combine(settings, _settings(modifier, line), line)
    return Term(lhs, op, rhs, settings, line)


def _stars(piece: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for char in piece:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "*" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [*parts, current]


def _settings(modifier: str, line: str) -> tuple[Setting, ...]:
    call = re.fullmatch(r"(\w+)\((.*)\)", modifier)
    if call is None:
        return (_setting(modifier, line),)
    name, inside = call[1], [part.strip() for part in call[2].split(",")]
    if name == "c":
        return tuple(_setting(part, line) for part in inside)
    if name == "start" or name == "label" or name == "equal":
        if name != "start":
            return tuple(Setting(label=_label(part, line)) for part in inside)
        if all(_NUMBER.match(part) for part in inside):
            return tuple(Setting(start=float(part)) for part in inside)
    raise _wrong(line, f"{modifier!r} is not a number, NA, a label, start(…) or c(…)")


def _setting(text: str, line: str) -> Setting:
    if text == "NA":
        return Setting(free=True)
    if _NUMBER.match(text):
        return Setting(fixed=float(text))
    return Setting(label=_label(text, line))


def _label(text: str, line: str) -> str:
    bare = text.strip("\"'")
    if not _NAME.match(bare):
        raise _wrong(line, f"{text!r} is not a number, NA, a label, start(…) or c(…)")
    return bare


def _combine(one: tuple[Setting, ...], other: tuple[Setting, ...], line: str) -> tuple[Setting, ...]:
    if len(one) == 1:
        one = one * len(other)
    elif len(other) == 1:
        other = other * len(one)
    if len(one) != len(other):
        raise _wrong(line, "modifiers for different numbers of groups stand together")
    return tuple(
        Setting(
            fixed=a.fixed if b.fixed is None else b.fixed,
            start=a.start if b.start is None else b.start,
            label=b.label or a.label,
            free=a.free or b.free,
        )
        for a, b in zip(one, other, strict=True)
    )


def _wrong(line: str, reason: str) -> BadModel:
    return BadModel(f"The model's line {line!r} cannot be read: {reason}.", code="syntax", about=[line])

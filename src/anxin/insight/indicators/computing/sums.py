"""Facts summed by day, branch and line: read once per state of the imports, in pieces, and kept.

A number is a matter of whole days, so months, branches and lines are cut out of the sums and come out as if every row had been
looked at. How many sums there are depends on days and branches, not on facts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from anxin.engines.calendar import Calendar
from anxin.insight.indicators.computing.facts import NAT, imports, pieces
from anxin.insight.indicators.computing.measures import MEASURES, Measured

Ints = NDArray[np.int64]
LINES: Final = ("", "pc", "life")
"""Codes of `Told.line`: facts that name no line belong to either."""
_MERGE_AT: Final = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What facts say to one number, a row each or a sum of those that are alike in day, branch, line and `done`.

    `n` facts with the sum `total` and the sum of squares `squares`; `fact` is a primary key, 0 for a sum. `done`: see `Measured`;
    NAT everywhere for numbers that do not ask for it.
    """

    day: Ints
    branch: Ints
    line: Ints
    done: Ints
    n: Ints
    total: NDArray[np.float64]
    squares: NDArray[np.float64]
    fact: Ints

    @classmethod
    def of(cls, one: Measured) -> Told:
        values = np.asarray(one.values, np.float64)
        words = one.facts["line"]
        line = np.where(words == "pc", 1, np.where(words == "life", 2, 0)).astype(np.int64)
        done = one.done if one.done is not None else np.full(len(values), NAT)
        return cls(
            one.day, one.facts.branch, line, done, np.ones(len(values), np.int64), values, values**2, one.facts.pk
        )

    @classmethod
    def joined(cls, parts: list[Told]) -> Told:
        if not parts:
            none, nothing = np.zeros(0, np.int64), np.zeros(0)
            return cls(none, none, none, none, none, nothing, nothing, none)
        return cls(*(np.concatenate([getattr(one, name) for one in parts]) for name in cls.__slots__))

    def __len__(self) -> int:
        return len(self.day)

    def where(self, wanted: NDArray[np.bool_]) -> Told:
        return self if wanted.all() else Told(*(getattr(self, name)[wanted] for name in Told.__slots__))

    def within(self, first: int, after: int) -> Told:
        return self.where((self.day >= first) & (self.day < after))

    def summed(self) -> Told:
        if not len(self):
            return self
        order = np.lexsort((self.done, self.line, self.branch, self.day))
        keys = np.stack([self.day, self.branch, self.line, self.done])[:, order]
        starts = np.flatnonzero(np.concatenate([[True], (keys[:, 1:] != keys[:, :-1]).any(0)]))
        n, total, squares = (np.add.reduceat(column[order], starts) for column in (self.n, self.total, self.squares))
        day, branch, line, done = keys[:, starts]
        return Told(day, branch, line, done, n, total, squares, np.zeros(len(starts), np.int64))


_kept: dict[str, tuple[tuple[Any, ...], dict[str, Told]]] = {}


def sums_of(measure: str, calendar: Calendar | None, edition: int) -> Told:
    """The sums of a number over all facts, whatever the reader's scope: `Ground` cuts it out. Kept until an import or the
    calendar's edition changes them."""
    kind = MEASURES[measure].kind
    key = (*imports(), edition)
    if kind not in _kept or _kept[kind][0] != key:
        _kept[kind] = (key, _sum(kind, calendar))
    return _kept[kind][1][measure]


def _sum(kind: str, calendar: Calendar | None) -> dict[str, Told]:
    """Every number of a kind in one reading."""
    measures = {name: one for name, one in MEASURES.items() if one.kind == kind}
    names = {"line"}.union(*(one.reads for one in measures.values()))
    parts: dict[str, list[Told]] = {name: [] for name in measures}
    for piece in pieces(kind, names):
        for name, one in measures.items():
            parts[name].append(Told.of(one.measure(piece, calendar)).summed())
            if sum(map(len, parts[name])) > max(_MERGE_AT, 2 * len(parts[name][0])):
                parts[name] = [Told.joined(parts[name]).summed()]
    return {name: Told.joined(told).summed() for name, told in parts.items()}


def rows_of(
    measure: str, calendar: Calendar | None, *, branches: Collection[int] | None, first: int, after: int
) -> Told:
    """The facts themselves whose day lies from `first` to before `after`: a row each."""
    one = MEASURES[measure]
    day = np.datetime64("1970-01-01", "D")
    before = (day + after - (one.lead or 0)).astype(object)
    since = (day + first - one.lead).astype(object) if one.lead is not None else None
    found = [
        Told.of(one.measure(piece, calendar)).within(first, after)
        for piece in pieces(one.kind, {"line", *one.reads}, branches=branches, since=since, before=before)
    ]
    return Told.joined(found)

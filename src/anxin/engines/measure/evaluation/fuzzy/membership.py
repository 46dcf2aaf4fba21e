"""The matrix of memberships: how far each factor belongs to each grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.evaluation.fuzzy.shapes import Shape, by_thresholds
from anxin.engines.measure.results import Caution, Floats, Result, Table

LIKERT = (1, 2, 3, 4, 5)

_OFF = 5e-3  # by how much a row of three-decimal memberships may miss 1


@dataclass(frozen=True, kw_only=True, repr=False)
class Membership(Result):
    """R, the membership matrix (模糊关系矩阵): `matrix[i, j]` from 0 to 1 says how far factor i belongs to grade j.

    (factors, grades). `origin` says where it comes from; `counts` the answers behind each row (None if not from
    answers).
    """

    factors: tuple[str, ...]
    grades: tuple[str, ...]
    matrix: Floats
    origin: str
    counts: tuple[int, ...] | None = None
    cautions: tuple[Caution, ...] = ()

    @classmethod
    def of(
        cls, source: Any, *, factors: Sequence[str] | None = None, grades: Sequence[str] | None = None
    ) -> Membership:
        """Take in a matrix (rows factors, columns grades) or a mapping {factor: memberships}.

        Names default to "1", "2", ... Raises BadData for cells outside 0 to 1 or rows of different length; a row that
        does not sum to 1 gets a caution, for it came from functions that do not share out a value.
        """
        if isinstance(source, Membership):
            return source
        if isinstance(source, Mapping):
            rows, labels = list(source.values()), tuple(str(name) for name in source)
        else:
            rows = list(source)
            labels = tuple(factors) if factors is not None else tuple(str(at + 1) for at in range(len(rows)))
        try:
            matrix = np.array([np.asarray(row, np.float64) for row in rows], np.float64)
        except ValueError:
            matrix = np.zeros(0)
        if matrix.ndim != 2 or matrix.size == 0:
            raise BadData(
                "A membership matrix has one row a factor, each with one number for every grade.", code="not-a-matrix"
            )
        names = tuple(grades) if grades is not None else tuple(str(at + 1) for at in range(matrix.shape[1]))
        if (len(labels), len(names)) != matrix.shape:
            raise BadData(
                f"The matrix is {matrix.shape[0]} x {matrix.shape[1]}, with {len(labels)} factors and {len(names)} grades "
                "named. Rows are factors, columns grades.",
                code="names-count",
            )
        wrong = np.argwhere(~((matrix >= 0) & (matrix <= 1)))
        if wrong.size:
            i, j = wrong[0]
            raise BadData(
                f"The membership of {labels[i]} in {names[j]} is {matrix[i, j]:g}: it must lie between 0 and 1.",
                code="not-a-membership",
                about=[labels[i], names[j]],
            )
        return cls(factors=labels, grades=names, matrix=matrix, origin="given", cautions=_row_cautions(labels, matrix))

    def row(self, factor: str) -> Floats:
        """One factor's memberships."""
        if factor not in self.factors:
            raise BadData(
                f"There is no factor {factor!r} in the memberships. Factors: {listed(self.factors)}.",
                code="no-factor",
                about=[factor],
            )
        row: Floats = self.matrix[self.factors.index(factor)]
        return row

    def headline(self) -> str:
        return f"memberships of {len(self.factors)} factors in {len(self.grades)} grades ({self.origin})"

    def table(self) -> Table:
        rows = [[factor, *map(float, row)] for factor, row in zip(self.factors, self.matrix, strict=True)]
        return Table.of(["factor", *self.grades], rows, self.headline())


def answer_shares(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    values: Sequence[float] = LIKERT,
    grades: Sequence[str] | None = None,
) -> Membership:
    """Memberships by share of answers: r_ij = (answers to item i that chose grade j) / (answers to item i).

    The usual way for questionnaires (as applied to insurers' service quality in Zhu & Kui 2013). `source` is what
    `Answers.of` takes; its weights count. `values` are the answers that stand for the grades, in the order the grades
    are to have, `grades` their names. Answers not given are left out item by item, with a caution that counts them.

    Raises BadData naming the item without answers, or with an answer that is no grade.
    """
    answers = Answers.of(source, items=items)
    if len(set(values)) != len(values) or len(values) < 2:
        raise BadModel("Grades need at least two different values.", code="bad-grades")
    names = tuple(grades) if grades is not None else tuple(f"{value:g}" for value in values)
    if len(names) != len(values):
        raise BadModel(f"There are {len(values)} values and {len(names)} grades: name each.", code="names-count")
    given = answers.answered
    # Grade by grade: a table of answers by grades would be the largest thing in memory.
    chosen = np.stack([_total(answers.data == value, None) for value in values], axis=1)
    for column in np.flatnonzero(chosen.sum(axis=1) < given.sum(axis=0))[:1]:
        answer = answers.column(answers.items[column])
        rows = np.flatnonzero(given[:, column] & ~np.isin(answer, np.asarray(values, np.float64)))
        raise BadData(
            f"{answers.items[column]} has {rows.size} answers that are no grade, first {answer[rows[0]]:g} in row "
            f"{answers.row_numbers[rows[0]] + 1}. Grades: {listed(f'{value:g}' for value in values)}.",
            code="no-grade",
            about=[answers.items[column]],
        )
    counted = chosen
    if answers.weights is not None:
        counted = np.stack([_total(answers.data == value, answers.weights) for value in values], axis=1)
    totals = counted.sum(axis=1, keepdims=True)
    empty = [item for item, total in zip(answers.items, totals[:, 0], strict=True) if total == 0]
    if empty:
        raise BadData(
            f"Nobody (of any weight) answered {listed(empty)}: leave it out.", code="all-missing", about=empty
        )
    matrix = counted / totals
    cautions = []
    gaps = (~given).sum(axis=0)
    if gaps.any():
        incomplete = tuple(item for item, gap in zip(answers.items, gaps, strict=True) if gap)
        cautions.append(
            Caution(
                "missing",
                f"{int(gaps.sum())} answers are missing and left out of the shares, in {listed(incomplete)}.",
                incomplete,
            )
        )
    origin = "share of answers" if answers.weights is None else "weighted share of answers"
    counts = tuple(int(count) for count in given.sum(axis=0))
    return Membership(
        factors=answers.items, grades=names, matrix=matrix, origin=origin, counts=counts, cautions=tuple(cautions)
    )


def _total(mask: NDArray[np.bool_], weights: Floats | None) -> Floats:
    """How many respondents, or how much weight, per column of (n, p)."""
    total: Floats = mask.sum(axis=0, dtype=np.float64) if weights is None else weights @ mask
    return total


def function_membership(
    values: Mapping[str, float],
    functions: Mapping[str, Sequence[Shape] | Sequence[float]],
    *,
    grades: Sequence[str],
    normalise: bool = False,
) -> Membership:
    """Memberships by function: r_ij = f_ij(value of factor i) (Zadeh 1965).

    `values` {factor: measured value}; `functions` {factor: one `Shape` a grade, or the grades' thresholds}, which
    `by_thresholds` makes piecewise linear: rising thresholds for larger-is-better, falling for smaller-is-better, with
    grades from worst to best. `normalise` scales each row to sum 1.

    Raises BadData for a factor without function or value, a value that is missing or belongs to no grade; BadModel for
    a number of functions that is not that of the grades.
    """
    lacking = [name for name in values if name not in functions] + [name for name in functions if name not in values]
    if lacking:
        raise BadData(
            f"{listed(lacking)} needs both a value and membership functions.", code="no-function", about=lacking
        )
    rows = []
    for name, value in values.items():
        shapes = _shapes(name, functions[name], len(grades))
        row = np.array([float(shape(value)) for shape in shapes])
        if np.isnan(row).any():
            raise BadData(f"{name} has no value.", code="missing", about=[name])
        if row.sum() == 0:
            raise BadData(
                f"{name} = {value:g} belongs to no grade: its membership functions leave a gap there. Widen them.",
                code="no-grade",
                about=[name],
            )
        rows.append(row / row.sum() if normalise else row)
    matrix = np.array(rows)
    factors = tuple(values)
    return Membership(
        factors=factors,
        grades=tuple(grades),
        matrix=matrix,
        origin="membership functions",
        cautions=_row_cautions(factors, matrix),
    )


def _shapes(name: str, given: Sequence[Shape] | Sequence[float], count: int) -> tuple[Shape, ...]:
    shapes = tuple(one for one in given if isinstance(one, Shape))
    if not shapes:
        try:
            shapes = by_thresholds([float(one) for one in given if not isinstance(one, Shape)])
        except BadModel as error:
            raise BadModel(f"{name}: {error}", code=error.code, about=[name]) from None
    if len(shapes) != count or len(given) != count:
        raise BadModel(
            f"{name} has {len(given)} membership functions for {count} grades: give one each.",
            code="functions-count",
            about=[name],
        )
    return shapes


def _row_cautions(factors: Sequence[str], matrix: Floats) -> tuple[Caution, ...]:
    off = tuple(name for name, total in zip(factors, matrix.sum(axis=1), strict=True) if abs(total - 1) > _OFF)
    if not off:
        return ()
    return (Caution("row-sum", f"The memberships of {listed(off)} do not sum to 1.", off),)

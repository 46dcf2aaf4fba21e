"""One judge's matrix of pairwise judgements, however it was written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.results import Caution, Floats, Result, Table

# Saaty's fundamental scale with its reciprocals, from "nine times less" to "nine times more" (Saaty 1980, chapter 3).
SAATY_SCALE: tuple[float, ...] = (*(1 / k for k in range(9, 1, -1)), *(float(k) for k in range(1, 10)))

# How far a_ij * a_ji may be from 1. Two decimals of 1/8 (0.13) are off by 4 %, three decimals of anything by less than
# 0.5 %.
_SAME = 1e-3
_ROUNDED = 0.05

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Judgements(Result):
    """A reciprocal matrix of judgements: `matrix[i, j]` says how many times `names[i]` matters as much as `names[j]`.

    `matrix` is (n, n), ones on the diagonal, a_ji = 1 / a_ij exactly, NaN at (i, j) and (j, i) where nobody judged.
    Make one with `of`, `from_upper` or `from_pairs`.
    """

    names: tuple[str, ...]
    matrix: Floats
    cautions: tuple[Caution, ...] = ()

    @classmethod
    def of(cls, source: Any, names: Sequence[str] | None = None) -> Judgements:
        """Take in judgements: another `Judgements`, a square table, or a mapping {(a, b): value}.

        A table's cells are positive numbers or texts such as "1/3"; NaN or None where there is no judgement. One of the
        two cells of a pair is enough. Columns of a pandas or Polars table give the names. Reciprocals that are off by
        rounding (0.33 for 1/3, up to 5 %) are made exact from the cell that is at least 1, with a caution.

        Raises BadData naming the pair whose cells contradict each other, are not positive or not numbers.
        """
        if isinstance(source, Judgements):
            return source if names is None else source.select(names)
        if isinstance(source, Mapping):
            return cls.from_pairs(source, names)
        if names is None and hasattr(source, "columns"):
            names = [str(name) for name in source.columns]
        cells = np.asarray(source, dtype=object)
        if cells.ndim != 2 or cells.shape[0] != cells.shape[1] or cells.shape[0] == 0:
            shape = " x ".join(map(str, cells.shape)) or "single value"
            raise BadData(
                f"A judgement matrix is square, one row and one column a criterion; this is {shape}.", code="not-square"
            )
        n = cells.shape[0]
        labels = checked_names(names, n)
        matrix = np.array([[_ratio(cells[i, j], labels[i], labels[j]) for j in range(n)] for i in range(n)])
        return _reciprocal(labels, matrix)

    @classmethod
    def from_upper(cls, values: Sequence[Any], names: Sequence[str] | None = None) -> Judgements:
        """From the judgements above the diagonal, row by row: (1,2), (1,3), ..., (1,n), (2,3), ...; None where missing.

        Raises BadData if their number fits no matrix (n(n-1)/2) or not the number of names.
        """
        if names is not None:
            n = len(names)
        else:
            n = round((1 + (1 + 8 * len(values)) ** 0.5) / 2)
        if n * (n - 1) // 2 != len(values):
            wanted = f"{n} criteria have {n * (n - 1) // 2} pairs" if names is not None else "n criteria have n(n-1)/2"
            raise BadData(f"{wanted}, and {len(values)} judgements were given.", code="pairs-count")
        labels = checked_names(names, n)
        return cls.from_pairs(dict(zip(upper_pairs(labels), values, strict=True)), labels)

    @classmethod
    def from_pairs(cls, pairs: Mapping[Any, Any], names: Sequence[str] | None = None) -> Judgements:
        """From a mapping {(a, b): value}: a matters `value` times as much as b. Pairs left out were not judged.

        Without `names` the criteria come in the order in which they first appear. Both (a, b) and (b, a) may be given
        if they agree. Raises BadData naming a pair that is no pair, unknown or contradicted.
        """
        for key in pairs:
            if not isinstance(key, tuple) or len(key) != 2:
                raise BadData(
                    f"{key!r} is not a pair: write (first, second) with their judgement.",
                    code="not-a-pair",
                    about=[str(key)],
                )
        if names is None:
            names = list(dict.fromkeys(str(one) for pair in pairs for one in pair))
        labels = checked_names(names, len(names))
        place = {name: at for at, name in enumerate(labels)}
        matrix = np.full((len(labels), len(labels)), np.nan)
        for (first, second), value in pairs.items():
            unknown = [str(one) for one in (first, second) if str(one) not in place]
            if unknown:
                raise BadData(
                    f"There is no criterion {listed(unknown)}. Criteria: {listed(labels)}.",
                    code="no-criterion",
                    about=unknown,
                )
            matrix[place[str(first)], place[str(second)]] = _ratio(value, str(first), str(second))
        return _reciprocal(labels, matrix)

    @property
    def n(self) -> int:
        return len(self.names)

    @property
    def judged(self) -> NDArray[np.bool_]:
        """(n, n): whether there is a judgement (the diagonal counts as judged)."""
        judged: NDArray[np.bool_] = ~np.isnan(self.matrix)
        return judged

    @property
    def missing(self) -> tuple[Pair, ...]:
        """Pairs above the diagonal without a judgement."""
        rows, columns = np.nonzero(np.triu(~self.judged, 1))
        return tuple((self.names[i], self.names[j]) for i, j in zip(rows, columns, strict=True))

    @property
    def complete(self) -> bool:
        return bool(self.judged.all())

    @property
    def count(self) -> int:
        """Judgements given: n(n-1)/2 when complete."""
        return int(np.triu(self.judged, 1).sum())

    def place(self, name: str) -> int:
        """The criterion's row in the matrix."""
        try:
            return self.names.index(name)
        except ValueError:
            raise BadData(
                f"There is no criterion {name!r}. Criteria: {listed(self.names)}.", code="no-criterion", about=[name]
            ) from None

    def select(self, names: Sequence[str]) -> Judgements:
        """Only these criteria, in this order."""
        labels = checked_names(names, len(names))
        places = [self.place(name) for name in labels]
        return replace(self, names=labels, matrix=self.matrix[np.ix_(places, places)])

    def with_judgement(self, first: str, second: str, value: float | None) -> Judgements:
        """The same with one judgement replaced; None takes it out."""
        i, j = self.place(first), self.place(second)
        if i == j:
            raise BadData(f"{first!r} cannot be compared with itself.", code="same-criterion", about=[first])
        matrix = self.matrix.copy()
        matrix[i, j] = _ratio(value, first, second)
        matrix[j, i] = np.nan
        return _reciprocal(self.names, matrix)

    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The criteria in groups that judgements link, directly or over others. One group: all can be weighed."""
        return tuple(tuple(self.names[at] for at in part) for part in linked_parts(self.judged))

    def require_linked(self) -> None:
        """Raise BadData, naming the criteria cut off, if some criteria are not linked by any chain of judgements."""
        parts = self.parts()
        if len(parts) == 1:
            return
        main = max(parts, key=len)
        apart = [part for part in parts if part is not main]
        raise BadData(
            f"No judgement links {'; nor '.join(listed(part) for part in apart)} with {listed(main)}: judge at least one "
            "pair between them.",
            code="not-connected",
            about=[name for part in apart for name in part],
        )

    def headline(self) -> str:
        gaps = f", {len(self.missing)} missing" if self.missing else ""
        return f"{self.count} judgements of {self.n} criteria{gaps}"

    def table(self) -> Table:
        rows = [
            [name, *(None if np.isnan(cell) else float(cell) for cell in row)]
            for name, row in zip(self.names, self.matrix, strict=True)
        ]
        return Table.of(["", *self.names], rows, "Judgements")


def upper_pairs(names: Sequence[str]) -> tuple[Pair, ...]:
    """The pairs above the diagonal, row by row."""
    return tuple((first, second) for at, first in enumerate(names) for second in names[at + 1 :])


def linked_parts(judged: NDArray[np.bool_]) -> list[list[int]]:
    """Connected components of the graph of judgements, as places, in order of their first member."""
    count, label = connected_components(judged, directed=False)
    return [np.flatnonzero(label == part).tolist() for part in range(count)]


def checked_names(names: Sequence[str] | None, n: int) -> tuple[str, ...]:
    """n distinct names; "1" to "n" if none are given."""
    labels = tuple(str(name) for name in names) if names is not None else tuple(str(at + 1) for at in range(n))
    if len(labels) != n or n == 0:
        raise BadData(f"There are {n} criteria and {len(labels)} names: give one each.", code="names-count")
    twice = sorted({name for name in labels if labels.count(name) > 1})
    if twice:
        raise BadData(f"Named more than once: {listed(twice)}.", code="name-twice", about=twice)
    return labels


def _ratio(value: Any, first: str, second: str) -> float:
    """The value as a positive number, NaN for none. Texts may be fractions."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return float("nan")
    try:
        ratio = float(Fraction(value.strip())) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        raise BadData(
            f"The judgement of {first} against {second} is {value!r}: write a number such as 3 or 1/3.",
            code="not-a-number",
            about=[first, second],
        ) from None
    if np.isnan(ratio):
        return ratio
    if not 0 < ratio < np.inf:
        raise BadData(
            f"The judgement of {first} against {second} is {value}: it must be above 0 (1/3 if {second} matters three "
            "times as much). Leave it out if it was not made.",
            code="not-positive",
            about=[first, second],
        )
    return ratio


def _reciprocal(names: tuple[str, ...], given: Floats) -> Judgements:
    """The exact reciprocal matrix behind the cells given, or BadData over the first that contradict each other."""
    diagonal = np.diagonal(given)
    wrong = np.flatnonzero(~np.isnan(diagonal) & (np.abs(diagonal - 1) > _SAME))
    if wrong.size:
        name = names[wrong[0]]
        raise BadData(
            f"{name} against itself is {diagonal[wrong[0]]:g}: the diagonal holds 1.", code="diagonal", about=[name]
        )
    other = 1 / given.T
    off = np.abs(given * given.T - 1)
    rows, columns = np.nonzero(np.triu(off > _ROUNDED, 1))
    if rows.size:
        i, j = rows[0], columns[0]
        raise BadData(
            f"{names[i]} against {names[j]} is {given[i, j]:g}, and {names[j]} against {names[i]} is {given[j, i]:g}: one "
            f"must be 1 divided by the other. Give one of the two, or correct it.",
            code="not-reciprocal",
            about=[names[i], names[j]],
        )
    # The cell of at least 1 is the one that was said ("three times"); its partner is the one that had to be rounded.
    matrix = np.where(np.isnan(given), other, np.where(np.isnan(other) | (given >= 1), given, other))
    np.fill_diagonal(matrix, 1.0)
    lower = np.tril_indices(len(names), -1)
    matrix[lower] = 1 / matrix.T[lower]
    cautions = []
    rounded = np.argwhere(np.triu(off > _SAME, 1))
    if rounded.size:
        pairs = [f"{names[i]}/{names[j]}" for i, j in rounded]
        cautions.append(
            Caution("rounded-reciprocals", f"Rounded reciprocals were made exact: {listed(pairs)}.", tuple(pairs))
        )
    cautions += scale_cautions(names, matrix)
    return Judgements(names=names, matrix=matrix, cautions=tuple(cautions))


def scale_cautions(names: Sequence[str], matrix: Floats) -> list[Caution]:
    """A caution over judgements beyond Saaty's scale of 1/9 to 9 (Saaty 1980), if there are any."""
    beyond = np.argwhere(matrix > 9 * (1 + 1e-9))
    if not beyond.size:
        return []
    pairs = [f"{names[i]}/{names[j]} = {matrix[i, j]:g}" for i, j in beyond]
    return [Caution("beyond-scale", f"Beyond Saaty's scale of 1/9 to 9: {listed(pairs)}.", tuple(pairs))]

"""Polychoric correlations: the correlations of the normal variables that ordinal answers are taken to cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.pairs.cells import thresholds
from anxin.engines.measure.pairs.coding import Categories, Coding
from anxin.engines.measure.pairs.fitting import correlations, keep_margins_of_empty_cell
from anxin.engines.measure.pairs.influence import Influence, influence
from anxin.engines.measure.pairs.tables import pair_places, pair_tables
from anxin.engines.measure.results import Caution, Floats, Result, Table

FEW = 5  # answers in a category below which its thresholds are hardly known


@dataclass(frozen=True, kw_only=True, repr=False)
class Polychoric(Result):
    """`matrix` (p, p) with unit diagonal; `thresholds[j]` are item j's cuts; `tables` (pairs, k, k) the counts behind it.

    `n`: respondents used (with pairwise deletion, those with any answer).
    """

    items: tuple[str, ...]
    n: int
    matrix: Floats
    thresholds: tuple[Floats, ...]
    categories: Categories
    method: str
    cautions: tuple[Caution, ...] = ()
    _tables: Floats = field(default_factory=lambda: np.zeros(0))
    _coding: Coding | None = None

    def headline(self) -> str:
        off = self.matrix[np.triu_indices(len(self.items), 1)]
        return f"{len(self.items)} items, {self.n} answers, correlations {off.min():.3f} to {off.max():.3f}"

    def table(self) -> Table:
        return Table.of(
            ["item", *self.items],
            [[item, *row] for item, row in zip(self.items, self.matrix.tolist(), strict=True)],
            "Polychoric correlations",
        )

    @property
    def standard_errors(self) -> Floats:
        """(p, p) large-sample standard errors, thresholds' uncertainty included (Olsson 1979, two-step)."""
        assert self._coding is not None
        left, right = pair_places(len(self.items))
        found = influences(self._coding, self._tables, self.matrix[left, right])
        errors = np.zeros_like(self.matrix)
        errors[left, right] = errors[right, left] = np.sqrt(found.pair_variances)
        return errors


def polychoric(
    source: Any, *, items: Sequence[str] | None = None, missing: Literal["listwise", "pairwise"] = "listwise"
) -> Polychoric:
    """Polychoric correlations of ordinal answers by two-step maximum likelihood (Olsson 1979).

    Thresholds are the normal quantiles of the cumulative shares; each correlation maximises its pair table's likelihood
    given them. Nothing is added to empty cells, except to the one empty cell of a 2 x 2 table (half a respondent, margins
    kept), as lavaan does. Weights count as frequencies; respondents of weight zero are left out.

    `missing`: "listwise" leaves out respondents with any missing answer, "pairwise" uses all who answered the pair.
    Raises BadData for a constant or unanswered item, more than 30 categories, fewer than three respondents, or a pair of
    items that nobody answered together.
    """
    answers = Answers.of(source, items=items)
    if missing not in ("listwise", "pairwise"):
        raise BadModel(f"missing is 'listwise' or 'pairwise', not {missing!r}.", code="bad-option", about=["missing"])
    if answers.p < 2:
        raise BadData("A correlation needs two items or more.", code="one-item")
    if answers.weights is not None and not bool((answers.weights > 0).all()):
        answers = answers.rows(answers.weights > 0)
    complete = answers.complete() if missing == "listwise" else answers
    if complete.n < 3:
        raise BadData(f"Only {complete.n} respondents answered: at least three are needed.", code="too-few")
    cautions = []
    if complete.n < answers.n:
        left_out = answers.n - complete.n
        cautions.append(
            Caution("dropped", f"{left_out} of {answers.n} respondents were left out because an answer is missing.")
        )
    coding = Coding.of(complete)
    counts, tables, r, edge = estimate(coding)
    cuts = thresholds(counts)
    matrix = np.eye(coding.p)
    left, right = pair_places(coding.p)
    matrix[left, right] = matrix[right, left] = r
    cautions += sparse(coding, counts)
    at_edge = [f"{coding.items[i]} and {coding.items[j]}" for i, j, on in zip(left, right, edge, strict=True) if on]
    if at_edge:
        text = f"The correlation of {listed(at_edge)} is at the edge: their table fits a perfect relation."
        cautions.append(Caution("at-the-edge", text, tuple(at_edge)))
    if np.linalg.eigvalsh(matrix)[0] <= 0:
        text = "The matrix is not positive definite: no data of normal variables could have these correlations."
        cautions.append(Caution("not-positive-definite", text))
    return Polychoric(
        items=coding.items,
        n=coding.n,
        matrix=matrix,
        thresholds=tuple(row[np.isfinite(row)] for row in cuts),
        categories=coding.categories,
        method=f"two-step maximum likelihood, {missing} deletion",
        cautions=tuple(cautions),
        _tables=tables,
        _coding=coding,
    )


def estimate(coding: Coding) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Margins (p, k), pair tables (pairs, k, k), correlations (pairs,) and which of them lie at the edge."""
    counts = coding.margins
    cuts = thresholds(counts)
    left, right = pair_places(coding.p)
    tables = pair_tables(coding)
    _refuse_unrelated(coding, tables)
    used = keep_margins_of_empty_cell(tables, _two_by_two(coding))
    r, edge = correlations(used, cuts[left], cuts[right])
    return counts, tables, r, edge


def _two_by_two(coding: Coding) -> NDArray[np.bool_]:
    left, right = pair_places(coding.p)
    found: NDArray[np.bool_] = (coding.sizes[left] == 2) & (coding.sizes[right] == 2)
    return found


def _refuse_unrelated(coding: Coding, tables: Floats) -> None:
    """BadData for a pair that nobody answered, or one item of which is constant among those who did."""
    left, right = pair_places(coding.p)
    rows, columns = ((tables.sum(axis=axis) > 0).sum(axis=1) for axis in (2, 1))
    alone = np.flatnonzero((rows < 2) | (columns < 2))
    if not alone.size:
        return
    pair = alone[0]
    one, other = coding.items[left[pair]], coding.items[right[pair]]
    if rows[pair] == 0:
        text, code = f"Nobody answered both {one} and {other}", "never-together"
    else:
        same = one if rows[pair] < 2 else other
        text, code = f"Those who answered both {one} and {other} all gave the same answer to {same}", "constant-item"
    raise BadData(f"{text}: no correlation of the two. Leave one of the two out.", code=code, about=[one, other])


def influences(coding: Coding, tables: Floats, r: Floats, *, frequencies: bool = False) -> Influence:
    """Influence tables for a coding whose correlations are known.

    Weights are survey weights, whose squares enter variances; with `frequencies` they say how often a row occurs.
    """
    counts = coding.margins
    squares = None
    if coding.weights is not None and not frequencies:
        squares = pair_tables(coding.weighted(coding.weights**2))
    used = keep_margins_of_empty_cell(tables, _two_by_two(coding))
    return influence(used, counts, thresholds(counts), r, squares)


def sparse(coding: Coding, counts: Floats) -> list[Caution]:
    """A caution naming items with a category that hardly anyone chose."""
    scarce = [
        f"{item} ({coding.categories[place][code]:g}: {counts[place, code]:g})"
        for place, item in enumerate(coding.items)
        for code in range(len(coding.categories[place]))
        if counts[place, code] < FEW
    ]
    if not scarce:
        return []
    text = f"Fewer than {FEW} respondents chose a category of {listed(scarce)}; thresholds there are hardly known."
    return [Caution("near-empty-category", text, tuple(scarce))]

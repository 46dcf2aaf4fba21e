"""Correlations with intervals: Pearson, Spearman, Kendall's tau-b; pairwise or listwise; partial."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment, adjusted
from anxin.engines.measure.options import check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Result, Table, number
from anxin.engines.measure.variables import Dimensions, incomplete, variables

Method = Literal["pearson", "spearman", "kendall"]
Deletion = Literal["pairwise", "listwise"]
LEAST = 4  # answers below which Fisher's z has no standard error
FEW = 25


@dataclass(frozen=True, kw_only=True, repr=False)
class Correlations(Result):
    """Correlations of p items, everything (p, p) and symmetric.

    `estimates`, interval ends `low` and `high` at `level`, two-sided `p`, `p_adjusted` over all pairs, `n` answers of each pair
    (Kish's effective n for weighted ones, which the intervals and p values use). On the diagonal the estimate is 1 and the
    rest NaN. `given` names the items held constant in partial correlations.
    """

    items: tuple[str, ...]
    method: Method
    given: tuple[str, ...]
    level: float
    adjust: Adjustment
    estimates: Floats
    low: Floats
    high: Floats
    p: Floats
    p_adjusted: Floats
    n: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        upper = np.triu_indices(len(self.items), 1)
        found = int((self.p_adjusted[upper] < 0.05).sum())
        strongest = int(np.nanargmax(np.abs(self.estimates[upper])))
        first, second = upper[0][strongest], upper[1][strongest]
        return (
            f"{_NAMES[self.method]}, {found} of {upper[0].size} pairs differ from 0 at .05 ({self.adjust}); strongest "
            f"{self.items[first]} – {self.items[second]} {number(float(self.estimates[first, second]), 2)}"
        )

    def table(self) -> Table:
        """A row a pair, with interval and p values."""
        figures = (self.estimates, self.low, self.high, self.p, self.p_adjusted, self.n)
        rows = [
            (self.items[i], self.items[j], *(matrix[i, j] for matrix in figures))
            for i, j in combinations(range(len(self.items)), 2)
        ]
        title = _NAMES[self.method] + (f", given {listed(self.given)}" if self.given else "")
        return Table.of(("item", "and", "r", "low", "high", "p", "p adjusted", "n"), rows, title=title)

    def matrix(self) -> Table:
        """The estimates as a square table."""
        rows = [(name, *self.estimates[place]) for place, name in enumerate(self.items)]
        return Table.of(("item", *self.items), rows, title=_NAMES[self.method])


_NAMES = {"pearson": "Pearson's r", "spearman": "Spearman's rho", "kendall": "Kendall's tau-b"}


def correlate(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    method: Method = "pearson",
    deletion: Deletion = "pairwise",
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> Correlations:
    """Correlations of every pair of items and dimensions.

    `method`: "pearson", "spearman" (Pearson's r of mean ranks) or "kendall" (tau-b). `deletion` of missing answers: "pairwise"
    uses for each pair whoever answered both, "listwise" only who answered everything. `adjust` works over all pairs.

    Intervals are tanh(atanh(r) ± z s), with s² = 1 / (n - 3) for Pearson (Fisher 1921), (1 + r²/2) / (n - 3) for Spearman and
    0.437 / (n - 4) for Kendall (Bonett & Wright 2000; Fieller, Hartley & Pearson 1957). p values: t with n - 2 degrees of
    freedom for Pearson and Spearman; scipy.stats.kendalltau for Kendall (exact in small samples without ties). Sampling weights:
    Pearson only, with Kish's effective n for n.

    Raises BadData for an item with the same answer everywhere (also within the answers a pair has in common) and for fewer
    than 4 answers (5 for Kendall) to a pair; BadModel for an unknown option, fewer than two items, and weights with a rank correlation.
    """
    one_of(method, _NAMES, "method")
    _check(deletion, adjust, level)
    answers = variables(source, items=items, dimensions=dimensions, weights=weights, missing=missing)
    answers, cautions = _ready(answers, method, deletion)
    estimates, n, p = _correlation_matrix(answers, method)
    return _tested(answers, estimates, n, p, method=method, given=(), adjust=adjust, level=level, cautions=cautions)


def partial_correlations(
    source: Any,
    *,
    given: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    method: Literal["pearson", "spearman"] = "pearson",
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> Correlations:
    """Correlations of items with other items held constant.

    `given` names the k items (or columns) held constant; without it each pair is taken given all the other items. From the inverse
    of the correlation matrix; listwise deletion. Interval and p value as for r with k observations fewer (Fisher 1924).

    Raises as `correlate`, and BadData where the items held constant determine an item, or one another, completely.
    """
    one_of(method, ("pearson", "spearman"), "method")
    _check("listwise", adjust, level)
    held = tuple(given or ())
    answers = variables(source, items=items, dimensions=dimensions, also=held, weights=weights, missing=missing)
    if given is not None and len(answers.items) - len(held) < 2:
        raise BadModel("Name at least two items besides those held constant.", code="few-items", about=held)
    answers, cautions = _ready(answers, method, "listwise")
    matrix, n, _ = _correlation_matrix(answers, method)
    chosen = [place for place, name in enumerate(answers.items) if name not in held]
    constant = [answers.place(name) for name in held] if given is not None else []
    _check_not_determined(matrix, answers.items)
    if given is None:
        inverse = np.linalg.inv(matrix)
        scale = np.sqrt(np.diagonal(inverse))
        estimates = -inverse / np.outer(scale, scale)
        held = answers.items
        k = len(chosen) - 2
    else:
        rest = matrix[np.ix_(chosen, chosen)]
        if constant:
            across = matrix[np.ix_(chosen, constant)]
            rest = rest - across @ np.linalg.solve(matrix[np.ix_(constant, constant)], across.T)
        scale = np.sqrt(np.diagonal(rest))
        estimates = rest / np.outer(scale, scale)
        k = len(constant)
    np.fill_diagonal(estimates, 1.0)
    n = n[np.ix_(chosen, chosen)]
    if float(n.min()) - k < LEAST:
        raise BadData(
            f"{number(float(n.min()), 0)} respondents answered everything; with {k} items held constant it takes at least "
            f"{k + LEAST}.",
            code="few-answers",
        )
    return _tested(
        answers.select([answers.items[place] for place in chosen]),
        np.clip(estimates, -1.0, 1.0),
        n,
        None,
        method=method,
        given=held,
        adjust=adjust,
        level=level,
        cautions=cautions,
        fixed=k,
    )


def pearson_matrix(values: Floats, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """(p, p) Pearson correlations and numbers of answers of an (n, p) table with NaN for missing ones, pairwise.

    Weighted: weighted moments, and Kish's effective n. NaN where a pair has no spread.
    """
    given = ~np.isnan(values)
    weight = np.ones(values.shape[0]) if weights is None else weights
    mask = given.astype(np.float64)
    heavy = mask * weight[:, None]
    total = heavy.T @ mask
    # Each item about its own mean first: the pairs' own means are then near 0 and nothing cancels.
    own = heavy.sum(axis=0)
    centre = np.where(given, values, 0.0).T @ weight / np.where(own > 0, own, 1.0)
    away = np.where(given, values - centre, 0.0)
    size = np.sqrt(np.where(own > 0, weight @ np.square(away) / np.where(own > 0, own, 1.0), 1.0))
    away = away / np.where(size > 0, size, 1.0)
    total_or_1 = np.where(total > 0, total, 1.0)
    # (i, j): moments of i over the answers that i and j have in common.
    means = (away * weight[:, None]).T @ mask / total_or_1
    squares = (np.square(away) * weight[:, None]).T @ mask / total_or_1 - np.square(means)
    products = (away * weight[:, None]).T @ away / total_or_1 - means * means.T
    spread = squares * squares.T
    # Rounding leaves a pair without spread at about 1e-16 instead of 0.
    flat = (squares < 1e-13) | (squares.T < 1e-13) | (total <= 0)
    estimates = np.where(flat, np.nan, products / np.sqrt(np.where(flat, 1.0, spread)))
    estimates = np.clip(estimates, -1.0, 1.0)
    spread_free = np.isnan(np.diagonal(estimates))
    np.fill_diagonal(estimates, np.where(spread_free, np.nan, 1.0))
    return estimates, total if weights is None else np.square(total) / np.where(
        total > 0, (mask * np.square(weight)[:, None]).T @ mask, 1.0
    )


def fisher_interval(r: Floats, n: Floats, *, level: float, method: Method = "pearson") -> tuple[Floats, Floats]:
    """Ends of the interval of correlations `r` of `n` observations; see `correlate`. At r = ±1 both ends are ±1."""
    z = float(stats.norm.ppf((1 + level) / 2))
    r, n = np.broadcast_arrays(np.asarray(r, np.float64), np.asarray(n, np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "kendall":
            error = np.sqrt(0.437 / (n - 4))
        elif method == "spearman":
            error = np.sqrt((1 + r**2 / 2) / (n - 3))
        else:
            error = np.sqrt(1 / (n - 3))
        middle = np.arctanh(r)
        return np.tanh(middle - z * error), np.tanh(middle + z * error)


def _check(deletion: str, adjust: str, level: float) -> None:
    one_of(deletion, ("pairwise", "listwise"), "deletion")
    one_of(adjust, ADJUSTMENTS, "adjust")
    check_level(level)


def _ready(answers: Answers, method: Method, deletion: Deletion) -> tuple[Answers, list[Caution]]:
    if answers.p < 2:
        raise BadModel("A correlation takes at least two items.", code="few-items", about=answers.items)
    if answers.weights is not None and method != "pearson":
        raise BadModel(
            f"Weights are not supported for {_NAMES[method]}. Take method='pearson', or leave the weights out.",
            code="weights-not-supported",
            about=["method"],
        )
    empty = [answers.items[place] for place in np.flatnonzero(answers.answered.sum(axis=0) == 0)]
    if empty:
        raise BadData(f"{listed(empty)}: no answers at all. Leave these out.", code="all-missing", about=empty)
    cautions = []
    missing = incomplete(answers)
    if missing and deletion == "listwise":
        answers = answers.complete()
        text = f"{missing} respondents with missing answers were left out (listwise)."
        cautions.append(Caution("missing-dropped", text))
    elif missing:
        text = f"{missing} respondents left some answers out; each pair uses those who answered both."
        cautions.append(Caution("missing-pairwise", text))
    values = answers.values
    if answers.n:
        flat = [name for name, column in zip(answers.items, values.T, strict=True) if _flat(column)]
        if flat:
            raise BadData(
                f"{listed(flat)}: everybody gave the same answer, so nothing goes together with it. Leave these out.",
                code="constant",
                about=flat,
            )
    return answers, cautions


def _flat(column: Floats) -> bool:
    given = column[~np.isnan(column)]
    return given.size > 1 and bool(np.ptp(given) == 0)


def _correlation_matrix(answers: Answers, method: Method) -> tuple[Floats, Floats, Floats | None]:
    """Estimates, answers of each pair, and p values where they do not come from t."""
    values = answers.values
    least = LEAST + 1 if method == "kendall" else LEAST
    mask = answers.answered.astype(np.float64)
    _check_pairs(answers.items, mask.T @ mask, least)
    p = None
    if method == "pearson":
        estimates, n = pearson_matrix(values, answers.weights)
        _check_pairs(answers.items, n, least)
    elif method == "spearman" and not np.isnan(values).any():
        estimates, n = pearson_matrix(stats.rankdata(values, axis=0))
    elif method == "spearman":
        estimates, n, _ = _by_pairs(values, _spearman)
    else:
        estimates, n, p = _by_pairs(values, _kendall)
    without = np.argwhere(np.isnan(estimates))
    if without.size:
        pair = [answers.items[place] for place in without[0]]
        raise BadData(
            f"{listed(pair)}: among those who answered both, one has the same answer everywhere. Leave one of them out.",
            code="constant",
            about=pair,
        )
    return estimates, n, p


def _spearman(x: Floats, y: Floats) -> tuple[float, float]:
    estimates, _ = pearson_matrix(np.column_stack([stats.rankdata(x), stats.rankdata(y)]))
    return float(estimates[0, 1]), float("nan")


def _kendall(x: Floats, y: Floats) -> tuple[float, float]:
    found = stats.kendalltau(x, y)
    return float(found.statistic), float(found.pvalue)


def _by_pairs(
    values: Floats, correlation: Callable[[Floats, Floats], tuple[float, float]]
) -> tuple[Floats, Floats, Floats]:
    given = ~np.isnan(values)
    items = values.shape[1]
    estimates, p, n = np.eye(items), np.full((items, items), np.nan), np.diag(given.sum(axis=0).astype(np.float64))
    for i, j in combinations(range(items), 2):
        both = given[:, i] & given[:, j]
        x, y = values[both, i], values[both, j]
        spread = bool(np.ptp(x)) and bool(np.ptp(y))
        estimates[i, j], p[i, j] = correlation(x, y) if spread else (np.nan, np.nan)
        estimates[j, i], p[j, i] = estimates[i, j], p[i, j]
        n[i, j] = n[j, i] = both.sum()
    return estimates, n, p


def _check_pairs(items: Sequence[str], n: NDArray[np.float64], least: int) -> None:
    short = np.argwhere(n < least)
    if short.size:
        i, j = short[0]
        raise BadData(
            f"{items[i]} and {items[j]}: {number(float(n[i, j]), 0)} respondents answered both; a correlation with an "
            f"interval takes at least {least}.",
            code="few-answers",
            about=[items[i], items[j]],
        )


def _check_not_determined(matrix: Floats, items: tuple[str, ...]) -> None:
    roots, vectors = np.linalg.eigh(matrix)
    if roots[0] < 1e-10:
        about = [name for name, part in zip(items, vectors[:, 0], strict=True) if abs(part) > 1e-4]
        raise BadData(
            f"{listed(about)}: one of these is determined by the others, so nothing is left when they are held constant. "
            "Leave one out.",
            code="singular",
            about=about,
        )


def _tested(
    answers: Answers,
    estimates: Floats,
    n: Floats,
    p: Floats | None,
    *,
    method: Method,
    given: tuple[str, ...],
    adjust: Adjustment,
    level: float,
    cautions: Sequence[Caution],
    fixed: int = 0,
) -> Correlations:
    low, high = fisher_interval(estimates, n - fixed, level=level, method=method)
    if p is None:
        df = n - fixed - 2
        with np.errstate(divide="ignore"):
            t = np.abs(estimates) * np.sqrt(df / (1 - np.square(estimates)))
        p = 2 * stats.t.sf(t, df)
    upper = np.triu_indices(len(answers.items), 1)
    together = np.full_like(p, np.nan)
    together[upper] = adjusted(p[upper], method=adjust)
    together.T[upper] = together[upper]
    for matrix in (low, high, p):
        np.fill_diagonal(matrix, np.nan)
    few = float(n[upper].min())
    notes = list(cautions)
    if few < FEW:
        text = f"Some pairs have only {math.floor(few)} answers: read the intervals, not the estimates."
        notes.append(Caution("few-answers", text))
    return Correlations(
        items=answers.items,
        method=method,
        given=given,
        level=level,
        adjust=adjust,
        estimates=estimates,
        low=low,
        high=high,
        p=p,
        p_adjusted=together,
        n=n,
        cautions=tuple(notes),
    )

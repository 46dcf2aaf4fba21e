"""Each respondent's score, for robust standard errors and tests (Huber 1967, White 1982, Yuan & Bentler 2000)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.models.incomplete import FullLikelihood, Pattern, gappy
from anxin.engines.measure.models.likelihood import Likelihood
from anxin.engines.measure.models.structure import Implied, Indices, Structure
from anxin.engines.measure.results import Floats

_ROWS = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """`meat` (q, q): the mean outer product of respondents' scores. `saturated_trace`: tr(B₁A₁⁻¹) of the saturated model."""

    meat: Floats
    saturated_trace: float


def scores(
    problem: Likelihood | FullLikelihood,
    x: Floats,
    values: Sequence[Floats],
    weights: Sequence[Floats | None],
    given: Sequence[int] = (),
) -> Scores:
    """From each group's values (n, p) in the structures' order of items (NaN where missing) and weights.

    `given` are the places of predictors that the model takes as given.
    """
    q = problem.freedom.count
    meat = np.zeros((q, q))
    trace = 0.0
    for group, one in enumerate(problem.structures):
        implied = problem.implied(group, x)
        if isinstance(problem, FullLikelihood):
            held = problem.samples[group]
            patterns, mean, cov = held.patterns, held.mean, held.cov
        else:
            patterns = (_everyone(problem, group, values[group]),)
            mean, cov = patterns[0].mean, patterns[0].cov
        trace += _saturated_trace(patterns, values[group], weights[group], mean, cov, given, means=problem.means)
        for pattern in patterns:
            for rows in np.array_split(pattern.rows, max(1, len(pattern.rows) // _ROWS)):
                block = values[group][np.ix_(rows, pattern.seen)]
                weight = None if weights[group] is None else weights[group][rows]  # type: ignore[index]
                score = _scores(one, implied, pattern, block, means=problem.means)
                if weight is not None:
                    score *= weight[:, None]
                gathered = score @ problem.freedom.spread[group]
                meat += gathered.T @ gathered
    return Scores(meat / problem.total, trace)


def score_rows(problem: Likelihood | FullLikelihood, x: Floats, values: Sequence[Floats]) -> Floats:
    """(respondents, q): each respondent's derivative of their log-likelihood, group after group."""
    parts = []
    for group, one in enumerate(problem.structures):
        implied = problem.implied(group, x)
        pattern = _everyone(problem, group, values[group])
        score = _scores(one, implied, pattern, values[group], means=problem.means)
        parts.append(score @ problem.freedom.spread[group])
    return np.concatenate(parts)


def _everyone(problem: Likelihood | FullLikelihood, group: int, values: Floats) -> Pattern:
    """Complete answers as one pattern."""
    sample = problem.samples[group]
    return Pattern(np.arange(values.shape[1]), np.arange(len(values)), sample.n, sample.mean, sample.cov)


def _scores(one: Structure, implied: Implied, pattern: Pattern, block: Floats, *, means: bool) -> Floats:
    """(rows, slots) derivatives of each row's log-likelihood by the group's slots."""
    inverted = np.linalg.inv(implied.sigma[np.ix_(pattern.seen, pattern.seen)])
    basis = implied.basis[pattern.seen]
    reach = inverted @ basis
    lookup = basis.T @ reach
    # Where means are saturated, they are the sample's own.
    off = block - (implied.mu[pattern.seen] if means else pattern.mean)
    shadow = off @ reach
    score: Floats = one.half * (shadow[:, one.u] * shadow[:, one.v] - lookup[one.u, one.v])
    if means:
        score += off @ (inverted @ one.mean_directions(implied)[pattern.seen])
    return score


def _saturated_trace(
    patterns: Sequence[Pattern],
    values: Floats,
    weights: Floats | None,
    mean: Floats,
    cov: Floats,
    given: Sequence[int],
    *,
    means: bool,
) -> float:
    """tr(B₁A₁⁻¹), A₁ being the saturated model's observed information at its estimates.

    `given` are the places of predictors taken as given, whose own moments are no parameters.
    """
    if len(patterns) == 1 and not given:
        return _complete_trace(values, weights, mean, cov, means=means)
    p = len(mean)
    rows, columns = np.tril_indices(p)
    half = np.where(rows == columns, 0.5, 1.0)
    size = len(rows)
    observed, meat = np.zeros((p + size, p + size)), np.zeros((p + size, p + size))
    for pattern in patterns:
        seen = pattern.seen
        inverted = np.zeros((p, p))
        inverted[np.ix_(seen, seen)] = np.linalg.inv(cov[np.ix_(seen, seen)])
        gap = np.zeros(p)
        gap[seen] = pattern.mean - mean[seen]
        scatter = np.zeros((p, p))
        scatter[np.ix_(seen, seen)] = pattern.cov + np.outer(gap[seen], gap[seen])
        middle = inverted @ scatter @ inverted
        pulled = inverted @ gap
        # Σ is linear in its own elements, so the Hessian has no second-derivative term.
        twice = 2 * middle - inverted
        observed[p:, p:] += pattern.n * 0.5 * _curvature(inverted, twice, rows, columns) * half[:, None] * half
        observed[:p, :p] += pattern.n * inverted
        cross = (inverted[:, rows] * pulled[columns] + inverted[:, columns] * pulled[rows]) * half
        observed[:p, p:] += pattern.n * cross
        observed[p:, :p] += pattern.n * cross.T
        off = np.zeros((len(pattern.rows), p))
        off[:, seen] = values[np.ix_(pattern.rows, seen)] - mean[seen]
        shadow = off @ inverted
        score = np.concatenate(
            [shadow, half * (shadow[:, rows] * shadow[:, columns] - inverted[rows, columns])], axis=1
        )
        if weights is not None:
            score *= weights[pattern.rows, None]
        meat += score.T @ score
    known = np.isin(np.arange(p), given)
    keep = np.concatenate([~known & means, ~(known[rows] & known[columns])])
    part = np.ix_(keep, keep)
    return float(np.trace(np.linalg.solve(observed[part], meat[part])))


def _complete_trace(values: Floats, weights: Floats | None, mean: Floats, cov: Floats, *, means: bool) -> float:
    """With complete answers: half of (Mardia's kurtosis - p), and p more where means are modelled."""
    p = len(mean)
    off = values - mean
    distance = np.einsum("ij,ij->i", off @ np.linalg.inv(cov), off)
    if weights is None:
        return 0.5 * (float((distance**2).mean()) - p) + (p if means else 0)
    square = weights * weights / weights.sum()
    first = 0.5 * float(square @ (distance**2 - 2 * distance + p))
    return first + (float(square @ distance) if means else 0.0)


def independence_trace(
    values: Floats, weights: Floats | None, given: Sequence[int], related: Sequence[int], *, means: bool
) -> float:
    """tr(BA⁻¹) of the baseline model with free means and variances: half of (kurtosis - 1) an item, and 1 for its mean.

    Among `related` predictors covariances are free too, unless they are `given`, when none of their moments counts.
    """
    total = 0.0
    for place in range(values.shape[1]):
        if place in related:
            continue
        seen = ~np.isnan(values[:, place])
        column = values[seen, place]
        weight = np.ones(len(column)) if weights is None else weights[seen]
        off = column - np.average(column, weights=weight)
        square = off * off / np.average(off * off, weights=weight)
        share = weight * weight / weight.sum()
        total += 0.5 * float(share @ (square - 1) ** 2) + (float(share @ square) if means else 0.0)
    free = [place for place in related if place not in given]
    if free:
        some: NDArray[np.bool_] = ~np.all(np.isnan(values[:, free]), axis=1)
        block, own = values[some][:, free], None if weights is None else weights[some]
        found = gappy(block, own)
        total += _saturated_trace(found.patterns, block, own, found.mean, found.cov, (), means=means)
    return total


def _curvature(m: Floats, t: Floats, rows: Indices, columns: Indices) -> Floats:
    """tr(T dΣa M dΣb) for every two elements of Σ, halves apart, from the entries of M and T."""

    def at(matrix: Floats, one: Indices, other: Indices) -> Floats:
        result: Floats = matrix[np.ix_(one, other)]
        return result

    total = at(m, columns, rows) * at(t, rows, columns) + at(m, columns, columns) * at(t, rows, rows)
    total += at(m, rows, rows) * at(t, columns, columns) + at(m, rows, columns) * at(t, columns, rows)
    return 0.5 * (total + total.T)

"""The normal likelihood of answers with gaps (full information maximum likelihood), and the saturated model's estimates.

Respondents with the same answers missing form a pattern; each pattern contributes the likelihood of what it has (Rubin
1976: right where answers are missing at random).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.likelihood import complex_jacobian
from anxin.engines.measure.models.scoring import inverse
from anxin.engines.measure.models.structure import Implied, Numbers, Structure
from anxin.engines.measure.results import Floats

Indices = NDArray[np.int64]
_EM_STEPS = 10_000
_EM_TOLERANCE = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Respondents who answered exactly the items `seen`: their number, means and covariances (denominator n)."""

    seen: Indices
    rows: Indices
    n: float
    mean: Floats
    cov: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Gappy:
    """One group's data by pattern, with the saturated model's means and covariances and its log-likelihood."""

    n: float
    p: int
    patterns: tuple[Pattern, ...]
    mean: Floats
    cov: Floats
    loglik: float
    settled: bool


def gappy(values: Floats, weights: Floats | None = None) -> Gappy:
    """Sort (n, p) values with NaN into patterns and find the saturated estimates by EM."""
    answered = ~np.isnan(values)
    shapes, codes = np.unique(answered, axis=0, return_inverse=True)
    codes = codes.reshape(-1)
    patterns = []
    for code, shape in enumerate(shapes):
        rows = np.flatnonzero(codes == code)
        seen = np.flatnonzero(shape)
        block = values[np.ix_(rows, seen)]
        weight = np.ones(len(rows)) if weights is None else weights[rows]
        n = float(weight.sum())
        mean = weight @ block / n
        off = block - mean
        patterns.append(Pattern(seen, rows, n, mean, (off * weight[:, None]).T @ off / n))
    total = sum(pattern.n for pattern in patterns)
    mean, cov, settled = _saturated(patterns, values, total)
    loglik = sum(_loglik(pattern, mean, cov) for pattern in patterns)
    return Gappy(total, values.shape[1], tuple(patterns), mean, cov, loglik, settled)


def _saturated(patterns: Sequence[Pattern], values: Floats, total: float) -> tuple[Floats, Floats, bool]:
    """Means and covariances of the unrestricted normal model by EM (Dempster, Laird & Rubin 1977), sped up by SQUAREM.

    Varadhan & Roland 2008: two EM steps give a length by which to overstep; a step that lowers the likelihood is taken back.
    It works on items with mean 0 and variance 1, since means far from zero would cost the covariances their digits.
    """
    p = values.shape[1]
    centre, unit = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    units = np.outer(unit, unit)
    patterns = [
        replace(
            one, mean=(one.mean - centre[one.seen]) / unit[one.seen], cov=one.cov / units[np.ix_(one.seen, one.seen)]
        )
        for one in patterns
    ]
    mean, cov = np.zeros(p), np.eye(p)

    def em(mean: Floats, cov: Floats) -> tuple[Floats, Floats]:
        first, second = np.zeros(p), np.zeros((p, p))
        for pattern in patterns:
            seen = pattern.seen
            hidden = np.setdiff1d(np.arange(p), seen)
            filled = mean.copy()
            filled[seen] = pattern.mean
            spread = np.zeros((p, p))
            spread[np.ix_(seen, seen)] = pattern.cov
            if hidden.size:
                slope = _slope(cov[np.ix_(seen, seen)], cov[np.ix_(seen, hidden)])
                filled[hidden] = mean[hidden] + slope @ (pattern.mean - mean[seen])
                across = slope @ pattern.cov
                spread[np.ix_(hidden, seen)] = across
                spread[np.ix_(seen, hidden)] = across.T
                left = cov[np.ix_(hidden, hidden)] - slope @ cov[np.ix_(seen, hidden)]
                spread[np.ix_(hidden, hidden)] = across @ slope.T + left
            first += pattern.n * filled
            second += pattern.n * (spread + np.outer(filled, filled))
        first /= total
        return first, second / total - np.outer(first, first)

    def packed(mean: Floats, cov: Floats) -> Floats:
        return np.concatenate([mean, cov.ravel()])

    def unpacked(found: Floats) -> tuple[Floats, Floats]:
        return centre + unit * found[:p], units * found[p:].reshape(p, p)

    here = packed(mean, cov)
    for _ in range(_EM_STEPS):
        one = packed(*em(here[:p], here[p:].reshape(p, p)))
        two = packed(*em(one[:p], one[p:].reshape(p, p)))
        change, bend = one - here, two - 2 * one + here
        if np.abs(two - one).max() < _EM_TOLERANCE:
            return *unpacked(two), True
        norm = float(np.linalg.norm(bend))
        length = max(1.0, float(np.linalg.norm(change)) / norm) if norm > 0 else 1.0
        leap = here + 2 * length * change + length * length * bend
        if inverse(leap[p:].reshape(p, p)) is None:
            leap = two
        here = packed(*em(leap[:p], leap[p:].reshape(p, p)))
    return *unpacked(here), False


def _slope(seen: Floats, across: Floats) -> Floats:
    """Regression of hidden items on seen ones; of least length where the seen ones determine one another."""
    try:
        found = np.linalg.solve(seen, across)
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(seen, across, rcond=None)[0]
    return np.asarray(found.T, np.float64)


def _loglik(pattern: Pattern, mean: Floats, cov: Floats) -> float:
    seen = pattern.seen
    inverted = inverse(np.ascontiguousarray(cov[np.ix_(seen, seen)]))
    if inverted is None:
        return -np.inf
    weight, logdet = inverted
    off = pattern.mean - mean[seen]
    inner = (
        logdet + len(seen) * np.log(2 * np.pi) + float(np.einsum("ij,ij->", weight, pattern.cov)) + off @ weight @ off
    )
    return -0.5 * pattern.n * float(inner)


class FullLikelihood:
    """Minus the log-likelihood over N, relative to the saturated model's, so that its minimum times 2N is chi-square."""

    means = True

    def __init__(self, structures: Sequence[Structure], freedom: Freedom, samples: Sequence[Gappy]) -> None:
        self.structures, self.freedom, self.samples = structures, freedom, samples
        self.total = sum(sample.n for sample in samples)

    def implied(self, group: int, x: Numbers) -> Implied:
        one = self.structures[group]
        return one.implied(one.matrices(self.freedom.slots(group, x)))

    def value(self, x: Floats) -> float:
        loglik = 0.0
        for group, sample in enumerate(self.samples):
            implied = self.implied(group, x)
            for pattern in sample.patterns:
                one = _loglik(pattern, implied.mu, implied.sigma)
                if not np.isfinite(one):
                    return np.inf
                loglik += one
            loglik -= sample.loglik
        return -loglik / self.total

    def scoring(self, x: Floats) -> tuple[float, Floats, Floats]:
        q = self.freedom.count
        gradient, information = np.zeros(q), np.zeros((q, q))
        value = self.value(x)
        if not np.isfinite(value):
            return value, gradient, information
        for group, (one, sample) in enumerate(zip(self.structures, self.samples, strict=True)):
            implied = self.implied(group, x)
            directions = one.mean_directions(implied)
            size = len(one.u)
            slope, expected = np.zeros(size), np.zeros((size, size))
            for pattern in sample.patterns:
                weight, lookup, pull, toward = _pattern_terms(pattern, implied)
                own = directions[pattern.seen]
                slope += pattern.n * (one.slope(pull) - own.T @ toward)
                expected += pattern.n * (one.information(lookup) + own.T @ weight @ own)
            gradient += self.freedom.gather(group, slope) / self.total
            information += self.freedom.gather_square(group, expected) / self.total
        return value, gradient, information

    def gradient(self, x: Numbers) -> Numbers:
        total = np.zeros(self.freedom.count, x.dtype)
        for group, (one, sample) in enumerate(zip(self.structures, self.samples, strict=True)):
            implied = self.implied(group, x)
            directions = one.mean_directions(implied)
            slope = np.zeros(len(one.u), x.dtype)
            for pattern in sample.patterns:
                _, _, pull, toward = _pattern_terms(pattern, implied)
                slope += pattern.n * (one.slope(pull) - directions[pattern.seen].T @ toward)
            total += self.freedom.gather(group, slope) / self.total
        return total

    def hessian(self, x: Floats) -> Floats:
        """The observed information per observation."""
        return complex_jacobian(self.gradient, x)


def _pattern_terms(pattern: Pattern, implied: Implied) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Σ⁻¹ of what is seen, E'Σ⁻¹E, E'(Σ⁻¹ - Σ⁻¹SΣ⁻¹)E and Σ⁻¹(m - μ)."""
    seen = pattern.seen
    weight = np.linalg.inv(implied.sigma[np.ix_(seen, seen)])
    basis = implied.basis[seen]
    reach = weight @ basis
    lookup = basis.T @ reach
    off = pattern.mean - implied.mu[seen]
    scatter = pattern.cov + np.outer(off, off)
    return weight, lookup, lookup - reach.T @ scatter @ reach, weight @ off


def independence(sample: Gappy, values: Floats, weights: Floats | None, related: Sequence[int] = ()) -> float:
    """The log-likelihood of the baseline model: free means and variances, and covariances among `related` items only."""
    total = _related(values[:, list(related)], weights) if related else 0.0
    for place in range(sample.p):
        if place in related:
            continue
        own = [(one.n, one.mean, one.cov, np.flatnonzero(one.seen == place)) for one in sample.patterns]
        parts = [(n, mean[at[0]], cov[at[0], at[0]]) for n, mean, cov, at in own if at.size]
        n = sum(part[0] for part in parts)
        mean = sum(part[0] * part[1] for part in parts) / n
        variance = sum(part[0] * (part[2] + (part[1] - mean) ** 2) for part in parts) / n
        total -= 0.5 * n * (np.log(2 * np.pi) + np.log(variance) + 1)
    return float(total)


def _related(values: Floats, weights: Floats | None) -> float:
    """The log-likelihood of the saturated model of a few items, from those who answered any."""
    any_answer = ~np.isnan(values).all(axis=1)
    return gappy(values[any_answer], None if weights is None else weights[any_answer]).loglik

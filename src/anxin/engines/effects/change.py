"""What has changed lately, and who is apart from the others: many comparisons at once, told with their size.

p values are adjusted for all comparisons of one call (Benjamini & Yekutieli 2001: they share cases, so they depend on one
another). Too few observations are not compared at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from anxin.engines.effects.errors import BadSeries
from anxin.engines.measure import wilson
from anxin.engines.results import Floats, Interval, Result, Table, number

LEAST = 20
"""Observations on either side of a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`difference` is now less before; of logarithms it is the log of a ratio. `adjusted` is NaN where it was too few."""

    name: str
    now: float
    before: float
    n_now: float
    n_before: float
    difference: float
    interval: Interval
    p: float
    adjusted: float


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparisons(Result):
    rows: tuple[Comparison, ...]
    alpha: float = 0.05

    @property
    def found(self) -> tuple[Comparison, ...]:
        return tuple(row for row in self.rows if row.adjusted < self.alpha)

    def headline(self) -> str:
        return f"{len(self.found)} of {len(self.rows)} have changed"

    def table(self) -> Table:
        return Table.of(
            ("name", "now", "before", "n now", "n before", "difference", "low", "high", "p adjusted"),
            (
                (row.name, row.now, row.before, row.n_now, row.n_before, row.difference, row.interval.low, row.interval.high, row.adjusted)
                for row in self.rows
            ),
        )  # fmt: skip


def shares(
    names: ArrayLike, hits: ArrayLike, n: ArrayLike, hits_before: ArrayLike, n_before: ArrayLike, *, alpha: float = 0.05
) -> Comparisons:
    """Shares now and before, one comparison a name: p by Fisher's exact test, the interval by Newcombe 1998 (method 10)."""
    from scipy import stats

    labels = [str(one) for one in np.asarray(names)]
    table = np.array([hits, n, hits_before, n_before], np.float64)
    if table.shape != (4, len(labels)):
        raise BadSeries("One number per name is needed for each of the four.", code="shape")
    found = []
    for name, (x, m, x0, m0) in zip(labels, table.T, strict=True):
        now, before = x / m if m else np.nan, x0 / m0 if m0 else np.nan
        p, interval = np.nan, Interval(np.nan, np.nan)
        if min(m, m0) >= LEAST:
            p = float(stats.fisher_exact([[x, m - x], [x0, m0 - x0]])[1])
            interval = newcombe(x, m, x0, m0)
        found.append((name, now, before, m, m0, interval, p))
    return _adjusted(found, alpha)


def rates(
    names: ArrayLike, counts: ArrayLike, exposure: ArrayLike, counts_before: ArrayLike, exposure_before: ArrayLike, *,
    dispersion: ArrayLike = 1.0, alpha: float = 0.05,
) -> Comparisons:  # fmt: skip
    """Events per unit of exposure now and before, one comparison a name; `difference` is the log of the ratio.

    Exact and conditional on all events seen (Przyborowski & Wilenski 1940): those of now are a binomial share of them, with the
    interval of Clopper & Pearson 1934. `dispersion` is how many times more than chance alone (Poisson) events vary from period
    to period, at least 1: so many events then count as one (quasi-likelihood).
    """
    from scipy import stats

    labels = [str(one) for one in np.asarray(names)]
    table = np.array([counts, exposure, counts_before, exposure_before], np.float64)
    if table.shape != (4, len(labels)) or (table[[1, 3]] <= 0).any():
        raise BadSeries("Counts and exposures above 0 are needed per name, now and before.", code="shape")
    alike = np.maximum(np.broadcast_to(np.asarray(dispersion, np.float64), (len(labels),)), 1.0)
    found = []
    for name, (x, m, x0, m0), one in zip(labels, table.T, alike, strict=True):
        p, interval = np.nan, Interval(np.nan, np.nan)
        hits, trials = round(x / one), round(x / one) + round(x0 / one)
        if x > 0 and x0 >= LEAST and 0 < hits < trials:
            result = stats.binomtest(hits, trials, m / (m + m0))
            reach = result.proportion_ci(0.95, method="exact")
            low, high = (float(np.log(share / (1 - share) * m0 / m)) for share in (reach.low, reach.high))
            p, interval = float(result.pvalue), Interval(low, high, 0.95, "clopper-pearson")
        found.append((name, x / m, x0 / m0, x, x0, interval, p))
    return _adjusted(found, alpha, ratio=True)


def dispersion(counts: ArrayLike) -> float:
    """How many times more than chance alone the counts of equal periods vary: Pearson's statistic per degree of freedom, at least
    1; 1 with fewer than 4 periods."""
    count = np.asarray(counts, np.float64)
    if len(count) < 4 or count.mean() <= 0:
        return 1.0
    return max(1.0, float(count.var(ddof=1) / count.mean()))


def means(
    names: ArrayLike, now: ArrayLike, before: ArrayLike, *, alpha: float = 0.05
) -> Comparisons:  # fmt: skip
    """Means now and before, one comparison a name: Welch's t test. `now` and `before` are (mean, variance, n) per name."""
    from scipy import stats

    labels = [str(one) for one in np.asarray(names)]
    one, two = np.asarray(now, np.float64), np.asarray(before, np.float64)
    if one.shape != (len(labels), 3) or two.shape != one.shape:
        raise BadSeries("Mean, variance and n are needed per name, now and before.", code="shape")
    found = []
    for name, (mean, variance, n), (mean0, variance0, n0) in zip(labels, one, two, strict=True):
        p, interval = np.nan, Interval(np.nan, np.nan)
        if min(n, n0) >= LEAST and variance + variance0 > 0:
            a, b = variance / n, variance0 / n0
            freedom = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (n0 - 1))
            error = float(np.sqrt(a + b))
            p = float(2 * stats.t.sf(abs(mean - mean0) / error, freedom))
            reach = float(stats.t.ppf(0.975, freedom)) * error
            interval = Interval(mean - mean0 - reach, mean - mean0 + reach, 0.95, "welch")
        found.append((name, mean, mean0, n, n0, interval, p))
    return _adjusted(found, alpha)


def _adjusted(
    found: list[tuple[str, float, float, float, float, Interval, float]], alpha: float, *, ratio: bool = False
) -> Comparisons:  # fmt: skip
    from scipy import stats

    raw = np.array([row[-1] for row in found], np.float64)
    adjusted, made = raw.copy(), np.isfinite(raw)
    if made.any():
        adjusted[made] = stats.false_discovery_control(raw[made], method="by")
    return Comparisons(
        rows=tuple(
            Comparison(
                name=name, now=float(now), before=float(before), n_now=float(n), n_before=float(n0),
                difference=_log_ratio(now, before) if ratio else float(now - before), interval=interval, p=float(p), adjusted=float(one),
            )
            for (name, now, before, n, n0, interval, p), one in zip(found, adjusted, strict=True)
        ),
        alpha=alpha,
    )  # fmt: skip


def _log_ratio(now: float, before: float) -> float:
    return float(np.log(now / before)) if now > 0 and before > 0 else float("nan")


def newcombe(x: float, n: float, x0: float, n0: float, level: float = 0.95) -> Interval:
    """The difference of two independent shares by Wilson intervals (Newcombe 1998, method 10)."""

    now, before = wilson(x, n, level), wilson(x0, n0, level)
    p, p0 = x / n, x0 / n0
    gap = p - p0
    return Interval(
        gap - float(np.hypot(p - now.low, before.high - p0)), gap + float(np.hypot(now.high - p, p0 - before.low)),
        level, "newcombe",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, repr=False)
class Peers(Result):
    """Each of a group against the group. `shrunk` is drawn toward the group's mean the more the fewer observations it has."""

    names: tuple[str, ...]
    values: Floats
    n: Floats
    mean: float
    between: float
    shrunk: Floats
    low: Floats
    high: Floats
    adjusted: Floats

    @property
    def apart(self) -> tuple[int, ...]:
        """Those whose shrunk interval leaves the group's mean out, and whose adjusted p is below 0.05."""
        outside = (self.low > self.mean) | (self.high < self.mean)
        return tuple(int(place) for place in np.flatnonzero(outside & (self.adjusted < 0.05)))

    def headline(self) -> str:
        return f"{len(self.apart)} of {len(self.names)} are apart from the mean {number(self.mean)}"

    def table(self) -> Table:
        return Table.of(
            ("name", "value", "n", "shrunk", "low", "high", "p adjusted"),
            zip(self.names, self.values, self.n, self.shrunk, self.low, self.high, self.adjusted, strict=True),
        )


def peers(names: ArrayLike, values: ArrayLike, variances: ArrayLike, n: ArrayLike) -> Peers:
    """Empirical Bayes after DerSimonian & Laird 1986: `variances` are those of the values (such as p(1-p)/n with the group's p).

    The p values ask whether a value could be the mean of all with sampling error alone. Raises BadSeries with fewer than 3.
    """
    from scipy import stats

    labels = tuple(str(one) for one in np.asarray(names))
    value, variance, size = (np.asarray(one, np.float64) for one in (values, variances, n))
    if len(labels) < 3:
        raise BadSeries("Peers are at least three.", code="few-peers")
    weights = 1 / variance
    fixed = float(np.average(value, weights=weights))
    heterogeneity = float((weights * (value - fixed) ** 2).sum())
    between = max(0.0, (heterogeneity - (len(value) - 1)) / (weights.sum() - (weights**2).sum() / weights.sum()))
    mean = float(np.average(value, weights=1 / (variance + between)))
    keep = between / (between + variance)
    shrunk = mean + keep * (value - mean)
    reach = 1.959964 * np.sqrt(keep * variance)
    raw = 2 * stats.norm.sf(np.abs(value - mean) / np.sqrt(variance))
    return Peers(
        names=labels, values=value, n=size, mean=mean, between=float(between), shrunk=shrunk, low=shrunk - reach,
        high=shrunk + reach, adjusted=stats.false_discovery_control(raw, method="by"),
    )  # fmt: skip

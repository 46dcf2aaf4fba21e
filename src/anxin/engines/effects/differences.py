"""Difference in differences: what a change did where it was made, against where it was not.

Branches are few and a branch's periods are alike, so errors that count every period (or clusters by the thousand) promise too
much. As Bertrand, Duflo & Mullainathan 2004 advise, periods are collapsed into one difference per branch, after minus before,
and as Donald & Lang 2007 show, the comparison of those differences is an ordinary t test with (branches - 2) degrees of freedom:

    d_b = mean after - mean before,   d_b = a + effect·treated_b + e_b,   weights 1 / (1/n_before + 1/n_after).

Beside it stand the two-way fixed-effects estimate with cluster-robust errors (statsmodels) for comparison, and randomisation
inference: how often other choices of as many branches would have given as large a t value.
"""

from __future__ import annotations

import itertools
import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anxin.engines.effects.errors import BadSeries
from anxin.engines.effects.interrupted import POWER
from anxin.engines.results import Caution, Floats, Interval, Result, Table, number

MOST_CHOICES = 4_000
LEAST_GROUPS = 4


@dataclass(frozen=True, kw_only=True, repr=False)
class Differences(Result):
    """`gaps` is the event study: per period the difference of treated and others less that of before, with intervals;
    `pre_trend_p` tests whether the two ran apart already before. Group arrays keep the order given."""

    estimate: float
    interval: Interval
    standard_error: float
    freedom: int
    p: float
    randomisation_p: float
    choices: int
    two_way: float
    two_way_interval: Interval
    pre_trend: float
    pre_trend_p: float
    smallest: float
    start: int
    skipped: int
    before: int
    after: int
    n_before: float
    n_after: float
    treated: NDArray[np.bool_]
    changes: Floats
    weights: Floats
    ours: Floats
    others: Floats
    counterfactual: Floats
    gaps: Floats
    gaps_low: Floats
    gaps_high: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return (
            f"effect {number(self.estimate)} ({self.interval}), {int(self.treated.sum())} of {len(self.treated)} groups"
        )

    def table(self) -> Table:
        return Table.of(
            ("period", "where changed", "elsewhere", "gap", "low", "high"),
            zip(
                range(len(self.ours)), self.ours, self.others, self.gaps, self.gaps_low, self.gaps_high, strict=True
            ),
        )  # fmt: skip


def differences(
    values: ArrayLike, n: ArrayLike, treated: ArrayLike, *, start: int, skip: int = 0, level: float = 0.95, seed: int = 1
) -> Differences:  # fmt: skip
    """What changed with period `start` in the groups of `treated`.

    `values` and `n` are groups by periods (NaN or 0 where nothing was observed); `treated` is a mask over groups; `skip` periods
    from `start` on belong to neither side. Groups without observations on either side are left out. Raises BadSeries with fewer
    than 4 groups, none on either side, or no variation between them.
    """
    from scipy import stats

    y, size = np.asarray(values, np.float64), np.asarray(n, np.float64)
    mask = np.asarray(treated, bool)
    if y.ndim != 2 or size.shape != y.shape or mask.shape != (len(y),):
        raise BadSeries("values and n are groups by periods, treated one per group.", code="shape")
    periods = y.shape[1]
    if not 0 < start < periods:
        raise BadSeries(f"start is {start}; it must lie within the {periods} periods.", code="start")
    size = np.where(np.isfinite(y), size, 0.0)
    y = np.where(size > 0, y, 0.0)
    time = np.arange(periods)
    pre, post = time < start, time >= start + skip
    n_pre, n_post = size[:, pre].sum(1), size[:, post].sum(1)
    kept = (n_pre > 0) & (n_post > 0)
    if kept.sum() < LEAST_GROUPS or not (kept & mask).any() or not (kept & ~mask).any():
        raise BadSeries(
            f"{int((kept & mask).sum())} groups with the change and {int((kept & ~mask).sum())} without have observations "
            f"before and after; at least {LEAST_GROUPS} altogether and one of each are needed.",
            code="few-groups",
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        base = (y * size)[:, pre].sum(1) / n_pre
        changes = (y * size)[:, post].sum(1) / n_post - base
        weights = np.where(kept, 1 / (1 / n_pre + 1 / n_post), 0.0)
    estimate, error, freedom = _compared(changes[kept], weights[kept], mask[kept])
    if error == 0:
        raise BadSeries("All groups changed by the same: there is nothing to judge chance by.", code="no-variation")
    quantile = float(stats.t.ppf(0.5 + level / 2, freedom))
    t_value = estimate / error
    share, choices = _by_chance(changes[kept], weights[kept], mask[kept], t_value, seed)

    gaps, low, high = (np.full(periods, np.nan) for _ in range(3))
    for period in range(periods):
        here = kept & (size[:, period] > 0)
        if (here & mask).any() and (here & ~mask).sum() > 1 and here.sum() >= LEAST_GROUPS:
            gap, spread, left = _compared(
                (y[:, period] - base)[here], 1 / (1 / size[here, period] + 1 / n_pre[here]), mask[here]
            )
            reach = float(stats.t.ppf(0.5 + level / 2, left)) * spread
            gaps[period], low[period], high[period] = gap, gap - reach, gap + reach
    pre_trend, pre_p = _pre_trend(y[:, pre], size[:, pre], mask, kept)
    two_way, two_way_error = _two_way(y[kept][:, pre | post], size[kept][:, pre | post], mask[kept], post[pre | post])

    def line(which: NDArray[np.bool_]) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = (y * size)[which].sum(0) / size[which].sum(0)
            return found

    ours, others = line(kept & mask), line(kept & ~mask)
    lift = np.average(base[kept & mask], weights=n_pre[kept & mask]) - np.average(
        base[kept & ~mask], weights=n_pre[kept & ~mask]
    )
    counterfactual = np.where(time >= start, others + lift, np.nan)
    cautions = []
    if choices < 40:
        cautions.append(Caution("few-choices", f"Only {choices} other choices of branches can be compared with."))
    if pre_p < 0.05:
        cautions.append(Caution("pre-trend", "Both ran apart already before the change; the effect may be that."))
    return Differences(
        estimate=estimate, interval=Interval(estimate - quantile * error, estimate + quantile * error, level, "donald-lang"),
        standard_error=error, freedom=freedom, p=float(2 * stats.t.sf(abs(t_value), freedom)), randomisation_p=share,
        choices=choices, two_way=two_way,
        two_way_interval=Interval(two_way - quantile * two_way_error, two_way + quantile * two_way_error, level, "cluster"),
        pre_trend=pre_trend, pre_trend_p=pre_p, smallest=error * (quantile + float(stats.t.ppf(POWER, freedom))),
        start=start, skipped=skip, before=int((size[:, pre].sum(0) > 0).sum()), after=int((size[:, post].sum(0) > 0).sum()),
        n_before=float(n_pre[kept & mask].sum()), n_after=float(n_post[kept & mask].sum()), treated=mask,
        changes=np.where(kept, changes, np.nan), weights=weights, ours=ours, others=others, counterfactual=counterfactual,
        gaps=gaps, gaps_low=low, gaps_high=high, cautions=tuple(cautions),
    )  # fmt: skip


def _compared(changes: Floats, weights: Floats, treated: NDArray[np.bool_]) -> tuple[float, float, int]:
    """The weighted difference of means of two sides, its standard error with pooled variance, and degrees of freedom."""
    sides = [(changes[one], weights[one]) for one in (treated, ~treated)]
    means = [float(np.average(side, weights=weight)) for side, weight in sides]
    squares = sum(float((weight * (side - mean) ** 2).sum()) for (side, weight), mean in zip(sides, means, strict=True))
    freedom = len(changes) - 2
    variance = squares / freedom * sum(1 / float(weight.sum()) for _side, weight in sides)
    return means[0] - means[1], math.sqrt(variance), freedom


def _by_chance(
    changes: Floats, weights: Floats, treated: NDArray[np.bool_], t_value: float, seed: int
) -> tuple[float, int]:
    """Share of choices of as many groups whose t value is at least as large (the true one counts)."""
    groups, many = len(changes), int(treated.sum())
    every = math.comb(groups, many)
    if every <= MOST_CHOICES:
        picks = [list(pick) for pick in itertools.combinations(range(groups), many)]
    else:
        rng = np.random.default_rng(seed)
        picks = [
            np.flatnonzero(treated).tolist(),
            *(rng.permutation(groups)[:many].tolist() for _ in range(MOST_CHOICES - 1)),
        ]
    as_large = 0
    for pick in picks:
        other = np.zeros(groups, bool)
        other[pick] = True
        estimate, error, _freedom = _compared(changes, weights, other)
        as_large += error == 0 or abs(estimate / error) >= abs(t_value) - 1e-9
    return as_large / len(picks), len(picks)


def _pre_trend(y: Floats, size: Floats, treated: NDArray[np.bool_], kept: NDArray[np.bool_]) -> tuple[float, float]:
    """Difference of slopes before the change (per period) and its p, by one slope per group; NaN where too short."""
    from scipy import stats

    time = np.arange(y.shape[1], dtype=np.float64)
    slopes, weights, which = [], [], []
    for row, n, mine in zip(y[kept], size[kept], treated[kept], strict=True):
        if (n > 0).sum() < 3:
            continue
        middle = np.average(time, weights=n)
        spread = float((n * (time - middle) ** 2).sum())
        slopes.append(float((n * (time - middle) * row).sum()) / spread)
        weights.append(spread)
        which.append(mine)
    mask = np.array(which, bool)
    if len(slopes) < LEAST_GROUPS or not mask.any() or mask.all():
        return math.nan, math.nan
    estimate, error, freedom = _compared(np.array(slopes), np.array(weights), mask)
    return estimate, float(2 * stats.t.sf(abs(estimate / error), freedom)) if error > 0 else 0.0


def _two_way(y: Floats, size: Floats, treated: NDArray[np.bool_], post: NDArray[np.bool_]) -> tuple[float, float]:
    import statsmodels.api as sm

    groups, periods = y.shape
    group, period = (one.ravel() for one in np.indices(y.shape))
    used = size.ravel() > 0
    dummies = np.column_stack(
        [
            (treated[group] & post[period]).astype(np.float64),
            *(group == one for one in range(groups)),
            *(period == one for one in range(1, periods)),
        ]
    ).astype(np.float64)[used]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.WLS(y.ravel()[used], dummies, weights=size.ravel()[used]).fit(
            cov_type="cluster", cov_kwds={"groups": group[used]}
        )
    # With few observations rounding leaves a variance a little below zero.
    return float(fit.params[0]), math.sqrt(max(float(np.asarray(fit.cov_params())[0, 0]), 0.0))

"""Interrupted time series: what a change did to one series, against its own past carried on.

Segmented regression (Wagner et al. 2002; Bernal, Cummins & Gasparrini 2017):

    y_t = b0 + b1·t + b2·D_t + b3·D_t·(t - t0) [+ harmonics of the season],  D_t = 1 from t0 on,

The effect is b2 + b3·(t - t0): averaged over the time after the change (what is judged), and at its end.

The noise of a period is what the process itself does, alike in neighbouring periods (autoregressive of order 1), and what chance does
to a mean of so many observations, which is not: variance s²·(a·R(r) + (1 - a)·diag(mean n / n)). Taking the second for the first makes
neighbours seem less alike than the process is, and intervals too narrow. How alike (r) and which part (a) cannot be told from a short
series, so the effect is not reckoned with one guess of them: given both it has Student's t around the generalised least-squares
estimate, and these are averaged with the weight the data give them, the restricted likelihood (Harville 1974), as Zellner & Tiao 1964
do for autocorrelated errors. Beforehand, a is taken as equally likely everywhere, and r along Fisher's z (atanh r). The
interval holds 95 % in simulations (README), which is why the prior was chosen: one even in r itself held too little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, stdtr, stdtrit

from anxin.engines.effects.errors import BadSeries
from anxin.engines.results import Caution, Floats, Interval, Result, Table, number

LEAST_BEFORE = 8
LEAST_AFTER = 3
SLOPE_FROM = 8
"""Periods after the change from which on a change of slope is told from a change of level."""
POWER = 0.8
ALIKE = np.tanh(np.linspace(0.0, 2.0, 14))
"""The r that are supposed: evenly along Fisher's z, up to 0.96."""
PARTS = np.linspace(0.0, 1.0, 7)
"""The a that are supposed."""
STEPS = 8
_METHOD = "Student t averaged over the noise"


@dataclass(frozen=True, kw_only=True, repr=False)
class Interrupted(Result):
    """All series have one value per period; NaN where nothing was observed. `counterfactual` is what the past, carried on,
    would have been from the change on (NaN before), with its interval; effects are in the unit of the values."""

    estimate: float
    interval: Interval
    at_end: float
    interval_at_end: Interval
    level_change: float
    slope_change: float | None
    slope_before: float
    standard_error: float
    autocorrelation: float
    """How alike neighbouring periods are that rest on a mean number of observations: the mean of a·r."""
    freedom: float
    smallest: float
    """The smallest effect that would have been seen with a chance of 80 %."""
    start: int
    skipped: int
    before: int
    after: int
    n_before: float
    n_after: float
    values: Floats
    n: Floats
    fitted: Floats
    counterfactual: Floats
    low: Floats
    high: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"effect {number(self.estimate)} ({self.interval}), {self.before} periods before, {self.after} after"

    def table(self) -> Table:
        return Table.of(
            ("period", "value", "n", "fitted", "counterfactual", "low", "high"),
            zip(
                range(len(self.values)), self.values, self.n, self.fitted, self.counterfactual, self.low, self.high,
                strict=True,
            ),
        )  # fmt: skip


def interrupted(
    values: ArrayLike,
    n: ArrayLike | None = None,
    *,
    start: int,
    skip: int = 0,
    season: int = 0,
    slope: bool | None = None,
    level: float = 0.95,
) -> Interrupted:
    """What changed with period `start`.

    `values` is a value per period of equal length, `n` on how many observations each rests (a period with none is left out).
    `skip` periods from `start` on belong to neither side (the change was being brought in). `season` is the number of periods
    in a year, for a yearly wave. `slope`: whether the slope may change too; None: with eight periods after.
    Raises BadSeries where fewer than 8 periods are before or 3 after, or nothing varies.
    """
    from scipy import stats

    y = np.asarray(values, np.float64)
    weights = np.ones_like(y) if n is None else np.asarray(n, np.float64)
    if y.ndim != 1 or weights.shape != y.shape:
        raise BadSeries("values and n are one number per period, as many of each.", code="shape")
    if not 0 < start < len(y):
        raise BadSeries(f"start is {start}; it must lie within the {len(y)} periods.", code="start")
    time = np.arange(len(y), dtype=np.float64)
    used = np.isfinite(y) & (weights > 0) & ~((time >= start) & (time < start + skip))
    begin = start + skip
    before, after = int((used & (time < start)).sum()), int((used & (time >= begin)).sum())
    if before < LEAST_BEFORE:
        raise BadSeries(
            f"{before} periods before the change; at least {LEAST_BEFORE} are needed.", code="few-periods-before"
        )
    if after < LEAST_AFTER:
        raise BadSeries(
            f"{after} periods after the change; at least {LEAST_AFTER} are needed.", code="few-periods-after"
        )
    with_slope = after >= SLOPE_FROM if slope is None else slope
    design = _design(time, begin, season, with_slope)
    x = design[used]
    if np.ptp(y[used]) == 0:
        raise BadSeries("Every period has the same value: there is nothing to compare.", code="no-variation")
    noise = _Noise.of(x, y[used], weights[used], time[used])
    beta = noise.weight @ noise.beta
    freedom = float(used.sum() - x.shape[1])
    far = time[used & (time >= begin)] - begin
    average_at = float(np.average(far, weights=weights[used & (time >= begin)]))
    size = x.shape[1]
    past = design[start:].copy()
    past[:, 2 : 4 if with_slope else 3] = 0
    contrasts = np.vstack(
        [_contrast(size, average_at, with_slope), _contrast(size, float(far.max()), with_slope), past]
    )
    bounds = noise.quantiles(contrasts, freedom, np.array([0.5 - level / 2, 0.5 + level / 2]))
    estimate, at_end = float(contrasts[0] @ beta), float(contrasts[1] @ beta)
    counterfactual, low, high = (np.r_[np.full(start, np.nan), some] for some in (past @ beta, *bounds[:, 2:]))
    reach = float(bounds[1, 0] - bounds[0, 0]) / 2
    error = reach / float(stats.t.ppf(0.5 + level / 2, freedom))
    rho = float(noise.weight @ noise.alike)
    cautions = []
    if rho > 0.5:
        cautions.append(
            Caution("autocorrelated", "Neighbouring periods are much alike, so they say less than their number.")
        )
    if before < 2 * LEAST_BEFORE:
        cautions.append(Caution("short-past", "The past is short; its trend is uncertain."))
    slope_change = float(beta[3]) if with_slope else None
    return Interrupted(
        estimate=estimate, interval=Interval(float(bounds[0, 0]), float(bounds[1, 0]), level, _METHOD),
        at_end=at_end, interval_at_end=Interval(float(bounds[0, 1]), float(bounds[1, 1]), level, _METHOD),
        level_change=float(beta[2]), slope_change=slope_change, slope_before=float(beta[1]), standard_error=error,
        autocorrelation=rho, freedom=freedom,
        smallest=reach + error * float(stats.t.ppf(POWER, freedom)), start=start, skipped=skip, before=before, after=after,
        n_before=float(weights[used & (time < start)].sum()), n_after=float(weights[used & (time >= begin)].sum()),
        values=y, n=weights, fitted=design @ beta, counterfactual=counterfactual, low=low, high=high, cautions=tuple(cautions),
    )  # fmt: skip


def _design(time: Floats, begin: int, season: int, with_slope: bool) -> Floats:
    after = (time >= begin).astype(np.float64)
    columns = [np.ones_like(time), time, after]
    if with_slope:
        columns.append(after * (time - begin))
    if season > 1:
        turn = 2 * np.pi * time / season
        columns += [np.sin(turn), np.cos(turn)]
    return np.column_stack(columns)


def _contrast(size: int, distance: float, with_slope: bool) -> Floats:
    contrast = np.zeros(size)
    contrast[2] = 1
    if with_slope:
        contrast[3] = distance
    return contrast


@dataclass(frozen=True, slots=True)
class _Noise:
    """For each supposed noise (r, a): its `weight`, the coefficients `beta`, their covariance `spread`, and `alike` = a·r."""

    weight: Floats
    beta: Floats
    spread: Floats
    alike: Floats

    @classmethod
    def of(cls, x: Floats, y: Floats, n: Floats, time: Floats) -> _Noise:
        size, count = x.shape
        scale = np.sqrt(n / n.mean())
        apart = np.abs(np.subtract.outer(time, time))
        # In units of its own sampling error every period has variance a·(…) + 1 - a: one set of axes serves all a of an r.
        process = np.where(apart > 0, ALIKE[:, None, None] ** apart, 1.0) * np.outer(scale, scale)
        roots, axes = np.linalg.eigh(process)
        turned = np.swapaxes(axes, 1, 2) @ (np.column_stack([x, y]) * scale[:, None])
        variance = PARTS[:, None] * np.maximum(roots, 0.0)[:, None, :] + (1 - PARTS)[:, None]
        variance = np.maximum(variance, 1e-9).reshape(-1, size)
        turned = np.repeat(turned, len(PARTS), 0)
        xs, ys = turned[:, :, :count], turned[:, :, count]
        gram = np.einsum("gij,gi,gik->gjk", xs, 1 / variance, xs)
        inverse = np.linalg.inv(gram)
        beta = np.einsum("gjk,gik,gi,gi->gj", inverse, xs, 1 / variance, ys, optimize=True)
        rest = ((ys - np.einsum("gij,gj->gi", xs, beta)) ** 2 / variance).sum(1)
        likely = -0.5 * np.log(variance).sum(1) - 0.5 * np.linalg.slogdet(gram)[1] - 0.5 * (size - count) * np.log(rest)
        weight = np.exp(likely - likely.max())
        spread = inverse * (rest / (size - count))[:, None, None]
        return cls(weight / weight.sum(), beta, spread, np.outer(ALIKE, PARTS).ravel())

    def quantiles(self, contrasts: Floats, freedom: float, levels: Floats) -> Floats:
        """Of the average of Student's t for each contrast of the coefficients: (levels, contrasts). Newton's steps, and the middle of
        what is left where one would leave it."""
        middle = (self.beta @ contrasts.T)[:, None, :]
        error = np.sqrt(np.maximum(np.einsum("cj,gjk,ck->gc", contrasts, self.spread, contrasts), 1e-300))[:, None, :]
        weight, wanted = self.weight[:, None, None], levels[:, None]
        # Beyond these no part of the average has its quantile.
        reach = float(stdtrit(freedom, levels.max())) * error
        shape = (len(levels), len(contrasts))
        low = np.broadcast_to((middle - reach).min(0), shape)
        high = np.broadcast_to((middle + reach).max(0), shape)
        mean = (weight * middle).sum(0)
        sd = np.sqrt((weight * (error**2 + (middle - mean) ** 2)).sum(0))
        at: Floats = np.clip(mean + stdtrit(freedom, wanted) * sd, low, high)
        height = np.exp(gammaln((freedom + 1) / 2) - gammaln(freedom / 2)) / np.sqrt(freedom * np.pi)
        for _step in range(STEPS):
            z = (at - middle) / error
            off = (weight * stdtr(freedom, z)).sum(0) - wanted
            slope = (weight * height / error * (1 + z**2 / freedom) ** (-(freedom + 1) / 2)).sum(0)
            low, high = np.where(off < 0, at, low), np.where(off < 0, high, at)
            step = at - off / np.maximum(slope, 1e-300)
            at = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        return at

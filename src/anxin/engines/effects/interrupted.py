"""Interrupted time series: what a change did to one series, against its own past carried on.

Segmented regression (Wagner et al. 2002; Bernal, Cummins & Gasparrini 2017):

    y_t = b0 + b1·t + b2·D_t + b3·D_t·(t - t0) [+ harmonics of the season],  D_t = 1 from t0 on,

fitted by least squares weighted with the number of observations of each period. The effect is b2 + b3·(t - t0): averaged over
the time after the change (what is judged), and at its end.

Two standard errors are worked out and the larger is used: Newey & West 1987 (Bartlett weights, from statsmodels), which alone is
too small on short series, and one under AR(1) noise whose autocorrelation is estimated by matching the expected, not the
asymptotic, autocorrelation of the residuals (as Cheang & Reinsel 2000 correct for). Degrees of freedom are those left of the
effective number of periods n(1 - r)/(1 + r).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from anxin.engines.effects.errors import BadSeries
from anxin.engines.results import Caution, Floats, Interval, Result, Table, number

LEAST_BEFORE = 8
LEAST_AFTER = 3
SLOPE_FROM = 8
"""Periods after the change from which on a change of slope is told from a change of level."""
POWER = 0.8


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
    errors: str
    autocorrelation: float
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
    import statsmodels.api as sm
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
    x, root = design[used], np.sqrt(weights[used] / weights[used].mean())
    if np.ptp(y[used]) == 0:
        raise BadSeries("Every period has the same value: there is nothing to compare.", code="no-variation")
    lags = max(1, int(np.ceil(1.3 * np.sqrt(used.sum()))) // 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.WLS(y[used], x, weights=root**2).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
        )
    beta = np.asarray(fit.params)
    hac = np.asarray(fit.cov_params())
    ar, rho = _under_ar1(x * root[:, None], (y[used] - x @ beta) * root)
    freedom = max(float(used.sum()) * (1 - rho) / (1 + rho) - x.shape[1], 3.0)
    quantile = float(stats.t.ppf(0.5 + level / 2, freedom))

    far = time[used & (time >= begin)] - begin
    average_at = float(np.average(far, weights=weights[used & (time >= begin)]))
    mean = _contrast(x.shape[1], average_at, with_slope)
    end = _contrast(x.shape[1], float(far.max()), with_slope)
    errors_of = {name: float(np.sqrt(max(float(mean @ one @ mean), 0.0))) for name, one in (("hac", hac), ("ar1", ar))}
    chosen = max(errors_of, key=lambda name: errors_of[name])
    covariance = hac if chosen == "hac" else ar
    error = errors_of[chosen]
    error_at_end = float(np.sqrt(max(float(end @ hac @ end), float(end @ ar @ end), 0.0)))

    past = design.copy()
    past[:, 2 : 4 if with_slope else 3] = 0
    counterfactual = past @ beta
    spread = quantile * np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", past, covariance, past), 0))
    unseen = time < start
    counterfactual[unseen] = np.nan
    cautions = []
    if rho > 0.5:
        cautions.append(
            Caution("autocorrelated", "Neighbouring periods are much alike, so they say less than their number.")
        )
    if before < 2 * LEAST_BEFORE:
        cautions.append(Caution("short-past", "The past is short; its trend is uncertain."))
    slope_change = float(beta[3]) if with_slope else None
    estimate, at_end = float(mean @ beta), float(end @ beta)
    return Interrupted(
        estimate=estimate, interval=Interval(estimate - quantile * error, estimate + quantile * error, level, chosen),
        at_end=at_end,
        interval_at_end=Interval(at_end - quantile * error_at_end, at_end + quantile * error_at_end, level, "larger"),
        level_change=float(beta[2]), slope_change=slope_change, slope_before=float(beta[1]), standard_error=error,
        errors=chosen, autocorrelation=rho, freedom=freedom,
        smallest=error * (quantile + float(stats.t.ppf(POWER, freedom))), start=start, skipped=skip, before=before, after=after,
        n_before=float(weights[used & (time < start)].sum()), n_after=float(weights[used & (time >= begin)].sum()),
        values=y, n=weights, fitted=design @ beta, counterfactual=counterfactual, low=counterfactual - spread,
        high=counterfactual + spread, cautions=tuple(cautions),
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


def _under_ar1(x: Floats, residuals: Floats) -> tuple[Floats, float]:
    """Covariance of the least-squares estimates under AR(1) noise, and its autocorrelation (at least 0).

    The autocorrelation is the one under which residuals, which the fit has drawn toward each other's opposite, would be expected
    to correlate as they do: e'Ae / e'e = tr(MAM·R(r)) / tr(M·R(r)) with M the residual maker, A the mean of both neighbours.
    """
    size = len(residuals)
    inverse = np.linalg.pinv(x.T @ x)
    maker = np.eye(size) - x @ inverse @ x.T
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    neighbours = maker @ (0.5 * (apart == 1)) @ maker
    total = float(residuals @ residuals)
    seen = float(residuals @ ((0.5 * (apart == 1)) @ residuals)) / total if total > 0 else 0.0

    def expected(rho: float) -> tuple[float, float, Any]:
        noise = rho**apart if rho > 0 else np.eye(size)
        return float((neighbours * noise).sum()), float((maker * noise).sum()), noise

    low, high = 0.0, 0.95
    top, bottom, noise = expected(0.0)
    if seen > top / bottom:
        for _step in range(24):
            middle = (low + high) / 2
            top, bottom, noise = expected(middle)
            low, high = (middle, high) if top / bottom < seen else (low, middle)
    # Somewhat above the estimate: one that falls short makes intervals too narrow, one too large costs little.
    rho = min(low + 1.1 * float(np.sqrt((1 - low**2) / size)), 0.95)
    _top, bottom, noise = expected(rho)
    variance = total / max(bottom, 1e-12)
    return variance * (inverse @ x.T @ noise @ x @ inverse), rho

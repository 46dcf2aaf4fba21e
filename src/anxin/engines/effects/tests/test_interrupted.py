"""Interrupted time series: against statsmodels, and against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from anxin.engines.effects import BadSeries, interrupted, judge
from anxin.engines.effects.interrupted import ALIKE, PARTS
from anxin.engines.effects.tests.runs import bounds


def noise(rng: np.random.Generator, size: int, rho: float) -> np.ndarray:
    result = np.empty(size)
    result[0] = rng.normal()
    for place in range(1, size):
        result[place] = rho * result[place - 1] + rng.normal() * np.sqrt(1 - rho**2)
    return result


def test_the_average_over_noises_is_that_of_statsmodels_fits() -> None:
    """Each supposed noise by statsmodels' generalised least squares, the restricted likelihood by determinants, the average by drawing
    from it; a period is missing and one was left out."""
    rng = np.random.default_rng(5)
    time, n = np.arange(30.0), rng.integers(5, 40, 30).astype(float)
    y = 0.4 + 0.002 * time - 0.1 * (time >= 20) + 0.03 * noise(rng, 30, 0.5) + rng.normal(0, 0.1, 30) / np.sqrt(n)
    y[7], n[11] = np.nan, 0
    found = interrupted(y, n, start=20, skip=1)
    used = np.isfinite(y) & (n > 0) & (time != 20)
    after = (time >= 21).astype(float)
    x = np.column_stack([np.ones(30), time, after, after * (time - 21)])[used]
    effect = np.array([0, 0, 1, np.average(time[21:] - 21, weights=n[21:])])
    logs, middles, errors, alike = [], [], [], []
    for r in ALIKE:
        for a in PARTS:
            apart = np.abs(np.subtract.outer(time[used], time[used]))
            v = a * np.where(apart > 0, r**apart, 1.0) + (1 - a) * np.diag(n[used].mean() / n[used])
            fit = sm.GLS(y[used], x, sigma=v).fit()
            inverse = np.linalg.inv(v)
            rest = fit.resid @ inverse @ fit.resid
            gram = np.linalg.slogdet(x.T @ inverse @ x)[1]
            logs.append(-0.5 * (np.linalg.slogdet(v)[1] + gram + fit.df_resid * np.log(rest)))
            middles.append(float(effect @ fit.params))
            errors.append(float(np.sqrt(effect @ fit.cov_params() @ effect)))
            alike.append(a * r)
    weight = np.exp(np.array(logs) - max(logs))
    weight /= weight.sum()
    assert found.estimate == pytest.approx(weight @ middles)
    assert found.autocorrelation == pytest.approx(weight @ alike)
    assert found.freedom == used.sum() - 4
    which = rng.choice(len(weight), 400_000, p=weight)
    drawn = np.array(middles)[which] + np.array(errors)[which] * rng.standard_t(found.freedom, 400_000)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=0.01 * (high - low))
    assert np.isnan(found.counterfactual[:20]).all()
    assert (found.low[20:] < found.counterfactual[20:]).all()
    assert (found.counterfactual[20:] < found.high[20:]).all()


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_intervals_hold_and_helped_is_rarely_said_for_nothing(rho: float) -> None:
    """Months: one year to three, the process alike in neighbouring months, and each month a mean of few observations."""
    rng = np.random.default_rng(11)
    covered = helped = runs = 0
    for months, start in ((12, 8), (24, 16), (36, 24)):
        for _run in range(40):
            n = rng.integers(5, 30, months)
            y = (
                0.5
                + 0.001 * np.arange(months)
                + 0.1 * noise(rng, months, rho)
                + rng.normal(0, 0.3, months) / np.sqrt(n)
            )
            found = interrupted(y, n, start=start)
            runs += 1
            covered += 0.0 in found.interval
            helped += judge(estimate=found.estimate, interval=found.interval, smallest=found.smallest, expected=0.1, good="down", periods=found.after, observations=found.n_after).word == "helped"  # fmt: skip
    least, most = bounds(runs)
    assert covered >= least
    assert helped <= most


def test_a_true_change_is_found_with_its_size_and_a_season_is_not_one() -> None:
    rng = np.random.default_rng(2)
    time = np.arange(104.0)
    season = 0.1 * np.sin(2 * np.pi * time / 52)
    y = 0.5 + season + rng.normal(0, 0.03, 104)
    plain = interrupted(y - 0.15 * (time >= 78), start=78, season=52)
    assert -0.15 in plain.interval
    assert plain.interval.high < 0
    assert 0.0 in interrupted(y, start=78, season=52).interval


def test_weeks_of_bringing_in_belong_to_neither_side() -> None:
    y = np.r_[np.tile([0.4, 0.42], 10), [5.0, 5.0], np.tile([0.2, 0.22], 5)]
    found = interrupted(y, start=20, skip=2)
    assert found.estimate == pytest.approx(-0.2, abs=0.02)
    assert (found.before, found.after) == (20, 10)


@pytest.mark.parametrize(
    ("values", "start", "code"),
    [([1.0, 2.0] * 3, 3, "few-periods-before"), ([1.0, 2.0] * 6, 10, "few-periods-after"), ([1.0] * 20, 12, "no-variation"), ([1.0, 2.0], 5, "start")],
)  # fmt: skip
def test_what_cannot_be_judged_is_said(values: list[float], start: int, code: str) -> None:
    with pytest.raises(BadSeries) as caught:
        interrupted(values, start=start)
    assert caught.value.code == code

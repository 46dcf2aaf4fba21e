"""Interrupted time series: against statsmodels, and against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from anxin.engines.effects import BadSeries, interrupted, judge
from anxin.engines.effects.tests.runs import bounds


def noise(rng: np.random.Generator, size: int, rho: float) -> np.ndarray:
    result = np.empty(size)
    result[0] = rng.normal()
    for place in range(1, size):
        result[place] = rho * result[place - 1] + rng.normal() * np.sqrt(1 - rho**2)
    return result


def test_points_and_newey_west_errors_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(5)
    time, n = np.arange(60.0), rng.integers(5, 40, 60).astype(float)
    y = 0.4 + 0.002 * time - 0.1 * (time >= 40) + rng.normal(0, 0.05, 60)
    found = interrupted(y, n, start=40)
    after = (time >= 40).astype(float)
    x = np.column_stack([np.ones(60), time, after, after * (time - 40)])
    fit = sm.WLS(y, x, weights=n / n.mean()).fit(cov_type="HAC", cov_kwds={"maxlags": 5, "use_correction": True})
    assert found.level_change == pytest.approx(fit.params[2])
    assert found.slope_change == pytest.approx(fit.params[3])
    mean = np.array([0, 0, 1, np.average(time[40:] - 40, weights=n[40:])])
    assert found.estimate == pytest.approx(mean @ fit.params)
    assert found.standard_error >= np.sqrt(mean @ fit.cov_params() @ mean) - 1e-12
    assert np.isnan(found.counterfactual[:40]).all()
    assert found.counterfactual[40:] == pytest.approx((fit.params[0] + fit.params[1] * time)[40:])


@pytest.mark.parametrize("rho", [0.0, 0.4, 0.6])
def test_intervals_hold_and_helped_is_rarely_said_for_nothing(rho: float) -> None:
    rng = np.random.default_rng(11)
    covered = helped = 0
    runs = 160
    for _run in range(runs):
        n = rng.integers(5, 30, 80)
        y = 0.5 + 0.001 * np.arange(80) + 0.1 * noise(rng, 80, rho) + rng.normal(0, 0.3, 80) / np.sqrt(n)
        found = interrupted(y, n, start=60)
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

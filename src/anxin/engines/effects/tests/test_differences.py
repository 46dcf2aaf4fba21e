"""Difference in differences: against a two-way regression, and against simulated truth with common trends and few branches."""

from __future__ import annotations

import numpy as np
import pytest

from anxin.engines.effects import BadSeries, differences
from anxin.engines.effects.tests.runs import bounds


def panel(rng: np.random.Generator, *, effect: float = 0.0, groups: int = 11, periods: int = 18, treated: int = 2, rho: float = 0.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    n = rng.poisson(rng.uniform(4, 25, (groups, 1)), (groups, periods))
    shocks = np.zeros((groups, periods))
    for period in range(1, periods):
        shocks[:, period] = rho * shocks[:, period - 1] + rng.normal(0, 0.04, groups)
    common = np.cumsum(rng.normal(0, 0.05, periods))
    y = 0.5 + rng.normal(0, 0.1, (groups, 1)) + common + shocks + rng.normal(0, 0.45, (groups, periods)) / np.sqrt(np.maximum(n, 1))  # fmt: skip
    mask = np.zeros(groups, bool)
    mask[rng.permutation(groups)[:treated]] = True
    y[np.ix_(mask, np.arange(periods) >= 13)] += effect
    return y, n, mask


def test_balanced_panels_give_the_two_way_estimate() -> None:
    rng = np.random.default_rng(1)
    y, _n, mask = panel(rng, effect=-0.2)
    found = differences(y, np.ones_like(y), mask, start=13)
    assert found.estimate == pytest.approx(found.two_way)
    by_hand = (y[mask][:, 13:].mean() - y[mask][:, :13].mean()) - (y[~mask][:, 13:].mean() - y[~mask][:, :13].mean())
    assert found.estimate == pytest.approx(by_hand)


@pytest.mark.parametrize("treated", [1, 2, 5])
def test_intervals_hold_where_clustered_errors_do_not(treated: int) -> None:
    rng = np.random.default_rng(8)
    covered = helped = two_way = 0
    runs = 80
    for _run in range(runs):
        found = differences(*panel(rng, treated=treated), start=13)
        covered += 0.0 in found.interval
        helped += found.interval.high < 0
        two_way += 0.0 in found.two_way_interval
    least, most = bounds(runs)
    assert covered >= least
    assert helped <= most
    if treated == 1:
        assert two_way < least  # why the interval is not taken from there


def test_a_true_change_is_found_and_chance_cannot_do_it() -> None:
    found = differences(*panel(np.random.default_rng(4), effect=-0.3), start=13)
    assert -0.3 in found.interval
    assert found.interval.high < 0
    assert found.choices == 55
    assert found.randomisation_p <= 2 / 55
    assert found.pre_trend_p > 0.01
    assert np.nanmean(found.gaps[13:]) == pytest.approx(found.estimate, abs=0.08)


def test_branches_that_ran_apart_before_are_told_of() -> None:
    y, n, mask = panel(np.random.default_rng(3), rho=0.0)
    y[mask] += 0.06 * np.arange(y.shape[1])
    found = differences(y, n, mask, start=13)
    assert "pre-trend" in {one.code for one in found.cautions}


def test_groups_without_any_variation_are_refused() -> None:
    with pytest.raises(BadSeries) as caught:
        differences(np.ones((6, 6)), np.ones((6, 6)), [True, *[False] * 5], start=3)
    assert caught.value.code == "no-variation"


def test_few_observations_give_numbers_all_the_same() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n = rng.poisson(0.4, (8, 20)).astype(float)
        y = np.where(n > 0, (rng.random(n.shape) < 0.5).astype(float), np.nan)
        try:
            found = differences(y, n, [True, True, *[False] * 6], start=14)
        except BadSeries:
            continue
        assert found.two_way_interval.low <= found.two_way <= found.two_way_interval.high


def test_too_few_branches_are_refused() -> None:
    with pytest.raises(BadSeries) as caught:
        differences(np.ones((3, 6)), np.ones((3, 6)), [True, False, False], start=3)
    assert caught.value.code == "few-groups"

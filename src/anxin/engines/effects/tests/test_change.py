from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from anxin.engines.effects import BadSeries, dispersion, means, newcombe, peers, rates, shares


def test_newcombes_published_interval() -> None:
    found = newcombe(56, 70, 48, 80)  # Newcombe 1998, table II (a), method 10: 0.0524 to 0.3339
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_p_values_are_those_of_scipy_and_adjusted_together() -> None:
    found = shares(["a", "b", "few"], [30, 10, 5], [100, 100, 10], [10, 10, 1], [100, 100, 10])
    raw = [stats.fisher_exact([[30, 70], [10, 90]])[1], 1.0]
    assert [row.p for row in found.rows[:2]] == pytest.approx(raw)
    assert [row.adjusted for row in found.rows[:2]] == pytest.approx(stats.false_discovery_control(raw, method="by"))
    assert np.isnan(found.rows[2].adjusted)
    assert [row.name for row in found.found] == ["a"]
    one, two = np.random.default_rng(1).normal(0, 1, (2, 50))
    welch = means(["x"], [(one.mean(), one.var(ddof=1), 50)], [(two.mean(), two.var(ddof=1), 50)])
    assert welch.rows[0].p == pytest.approx(stats.ttest_ind(one, two, equal_var=False).pvalue)


def test_chance_alone_changes_nothing() -> None:
    rng = np.random.default_rng(6)
    false = sum(
        bool(shares(range(20), rng.binomial(80, 0.2, 20), [80] * 20, rng.binomial(400, 0.2, 20), [400] * 20).found)
        for _run in range(100)
    )
    assert false <= 5


def test_one_apart_is_found_and_small_ones_are_drawn_in() -> None:
    p, n = np.array([0.42, 0.4, 0.41, 0.39, 0.62, 0.6]), np.array([200, 180, 220, 190, 210, 6.0])
    found = peers(list("abcdef"), p, 0.42 * 0.58 / n, n)
    assert [found.names[place] for place in found.apart] == ["e"]
    assert abs(found.shrunk[5] - found.mean) < abs(found.shrunk[4] - found.mean)
    assert abs(found.shrunk[5] - found.mean) < 0.5 * abs(0.6 - found.mean)


def test_rates_are_compared_exactly_given_all_that_was_seen() -> None:
    found = rates(["all", "few", "none"], [60, 5, 0], [3, 3, 3], [120, 8, 40], [12, 12, 12])
    row = found.rows[0]
    assert (row.now, row.before, row.n_now, row.n_before) == (20, 10, 60, 120)
    assert row.difference == pytest.approx(np.log(2))
    assert row.p == pytest.approx(stats.binomtest(60, 180, 3 / 15).pvalue)
    # Bounds of the ratio by the beta quantiles that Clopper and Pearson's interval is made of.
    for end, share in ((row.interval.low, stats.beta.ppf(0.025, 60, 121)), (row.interval.high, stats.beta.ppf(0.975, 61, 120))):  # fmt: skip
        assert end == pytest.approx(np.log(share / (1 - share) * 4), rel=1e-6)
    assert [one.name for one in found.found] == ["all"]
    assert np.isnan([one.adjusted for one in found.rows[1:]]).all()
    wider = rates(["all"], [60], [3], [120], [12], dispersion=4.0).rows[0]
    assert wider.difference == row.difference
    assert wider.interval.low < row.interval.low
    assert wider.p > row.p
    with pytest.raises(BadSeries):
        rates(["all"], [60], [0], [120], [12])


def test_counts_that_vary_more_than_chance_raise_no_alarm() -> None:
    rng = np.random.default_rng(12)
    plain = careful = 0
    for _run in range(200):
        months = rng.negative_binomial(10, 0.25, 15)  # mean 30, variance 120
        given = (["x"], [months[12:].sum()], [3], [months[:12].sum()], [12])
        plain += bool(rates(*given).found)
        careful += bool(rates(*given, dispersion=dispersion(months[:12])).found)
    assert plain > 40  # taken for independent events, two of ten months would be an alarm
    assert careful <= stats.binom.ppf(0.995, 200, 0.1)
    assert dispersion([5, 5, 5]) == 1.0
    assert dispersion([10, 20, 30, 40]) == pytest.approx(np.var([10, 20, 30, 40], ddof=1) / 25)

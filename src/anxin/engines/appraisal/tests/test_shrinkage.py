"""Shrinkage against brute force, simulated truth and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anxin.engines.appraisal import AppraisalError, Posterior, durations, means, rates, shares


def _names(count: int) -> list[str]:
    return [f"u{number}" for number in range(count)]


def _over(low: float, high: float, count: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Places and weights of Gauss and Legendre's rule."""
    places, weights = np.polynomial.legendre.leggauss(count)
    return (high - low) / 2 * places + (high + low) / 2, (high - low) / 2 * weights


def test_shares_agree_with_numerical_integration() -> None:
    """E[p of the first unit] by Gauss-Legendre over the group's centre and shrinkage, with SciPy's beta-binomial."""
    x, n = np.array([3, 18, 40, 9]), np.array([4, 20, 50, 15])
    size = len(n) / (1 / n).sum()

    (m, by_m), (b, by_b) = _over(0.001, 0.999), _over(0.001, 0.999)
    m, b, by = m[:, None], b[None, :], by_m[:, None] * by_b[None, :]
    strength = size * b / (1 - b)
    joint = by * np.prod(
        [
            stats.betabinom.pmf(hits, trials, m * strength, (1 - m) * strength)
            for hits, trials in zip(x, n, strict=True)
        ],
        0,
    )
    first, whole = (joint * (m * strength + x[0]) / (strength + n[0])).sum(), joint.sum()
    assert shares(_names(4), x, n).units[0].value == pytest.approx(first / whole, abs=2e-3)


def test_means_agree_with_numerical_integration() -> None:
    values = [np.array([1.0, 3.0]), np.array([4.0, 5.0, 6.0]), np.array([2.0, 2.5, 3.0, 3.5])]
    n = np.array([len(one) for one in values])
    y = np.array([one.mean() for one in values])
    within = sum(((one - one.mean()) ** 2).sum() for one in values) / (n - 1).sum()
    v, v0 = within / n, within / (len(n) / (1 / n).sum())

    (m, by_m), (b, by_b) = _over(-10, 16, 400), _over(0.002, 0.998)
    m, b, by = m[:, None], b[None, :], by_m[:, None] * by_b[None, :]
    tau2 = v0 * (1 - b) / b
    joint = by * np.prod([stats.norm.pdf(one, m, np.sqrt(own + tau2)) for one, own in zip(y, v, strict=True)], 0)
    ours = tau2 / (tau2 + v[0])
    first, whole = (joint * (ours * y[0] + (1 - ours) * m)).sum(), joint.sum()
    assert means(_names(3), values).units[0].value == pytest.approx(first / whole, abs=0.02)


def test_intervals_hold_and_errors_shrink_for_shares() -> None:
    rng, covered, raw, ours, units = np.random.default_rng(1), 0, 0.0, 0.0, 0
    for _ in range(15):
        p, n = rng.beta(16, 4, 20), rng.integers(3, 40, 20)
        x = rng.binomial(n, p)
        for unit, truth in zip(shares(_names(20), x, n).units, p, strict=True):
            covered += truth in unit.interval
            raw, ours, units = raw + (unit.raw - truth) ** 2, ours + (unit.value - truth) ** 2, units + 1  # type: ignore[operator]
    assert 0.85 < covered / units < 0.95
    assert ours < 0.7 * raw


def test_intervals_hold_and_errors_shrink_for_rates_and_durations() -> None:
    rng = np.random.default_rng(2)
    covered, raw, ours, units = [0, 0], [0.0, 0.0], [0.0, 0.0], 0
    for _ in range(15):
        rate, exposure = rng.gamma(4, 0.05, 15), rng.integers(5, 80, 15)
        usual, n = rng.normal(3, 0.3, 15), rng.integers(2, 20, 15)
        found = rates(_names(15), rng.poisson(rate * exposure), exposure)
        times = durations(_names(15), [np.exp(rng.normal(m, 0.9, k)) for m, k in zip(usual, n, strict=True)])
        units += 15
        for place in range(15):
            covered[0] += rate[place] in found.units[place].interval
            covered[1] += np.exp(usual[place]) in times.units[place].interval
            raw[0] += (found.units[place].raw - rate[place]) ** 2  # type: ignore[operator]
            ours[0] += (found.units[place].value - rate[place]) ** 2
            raw[1] += (np.log(times.units[place].raw) - usual[place]) ** 2
            ours[1] += (np.log(times.units[place].value) - usual[place]) ** 2
    assert all(0.84 < one / units < 0.96 for one in covered), covered
    assert ours[0] < 0.9 * raw[0]
    assert ours[1] < 0.75 * raw[1]


def test_five_of_five_is_not_perfect_and_many_speak_for_themselves() -> None:
    found = shares(["few", "many", "a", "b", "none"], [5, 1900, 160, 170, 0], [5, 2000, 200, 200, 0])
    few, many, none = found.unit("few"), found.unit("many"), found.unit("none")
    assert 0.8 < few.value < 0.97
    assert few.own < many.own
    assert many.own > 0.9
    assert many.value == pytest.approx(0.95, abs=0.005)
    assert none.own == 0
    assert none.raw is None
    assert few.interval.high - few.interval.low > many.interval.high - many.interval.low
    assert many.better(0.9) > 0.99
    assert many.better(0.9, up=False) < 0.01


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=8))
def test_an_estimate_lies_between_all_and_never_fails(rows: list[tuple[int, int]]) -> None:
    hits, trials = [min(pair) for pair in rows], [pair[1] for pair in rows]
    for unit in shares(_names(len(rows)), hits, trials).units:
        assert 0 < unit.value < 1
        assert unit.interval.low <= unit.value <= unit.interval.high
        assert 0 <= unit.own <= 1
    for unit in rates(_names(len(rows)), hits, trials).units:
        assert unit.value > 0
        assert np.isfinite(unit.interval.high)


def test_units_that_are_all_alike_are_left_alone() -> None:
    found = means(_names(3), [[4.0, 4.0], [4.0], [4.0, 4.0, 4.0]])
    assert [unit.value for unit in found.units] == pytest.approx([4.0] * 3)


def test_posteriors_are_scipys_laws() -> None:
    assert Posterior("gamma", 3, 2).value == pytest.approx(1.5)
    assert Posterior("lognormal", 1, 0.5).above(np.e) == pytest.approx(0.5)
    assert Posterior("beta", 3, 2).above(0.5) == pytest.approx(stats.beta(3, 2).sf(0.5))
    assert Posterior.of(Posterior("normal", 1, 2).to_dict()).interval(0.95).high == pytest.approx(1 + 1.959964 * 2)
    assert Posterior("exact", 5, 0).interval().low == 5
    assert Posterior("exact", 5, 0).above(4) == 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: shares(["a"], [3], [2]), "more hits"),
        (lambda: shares(["a"], [0], [0]), "None of the units"),
        (lambda: shares(["a", "a"], [1, 1], [2, 2]), "same name"),
        (lambda: rates(["a"], [1], [0]), "without exposure"),
        (lambda: rates(["a"], [1, 2], [1]), "one number a unit"),
        (lambda: durations(["a"], [[0.0]]), "not positive"),
        (lambda: means(["a"], [[float("nan")]]), "finite"),
        (lambda: Posterior("poisson", 1, 1), "kind"),
    ],
)
def test_bad_numbers_are_named(call: object, says: str) -> None:
    with pytest.raises(AppraisalError, match=says):
        call()  # type: ignore[operator]

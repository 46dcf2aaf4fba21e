import numpy as np
import pytest
from scipy import stats

from anxin.engines.measure import BadData
from anxin.engines.measure.drivers.resampling import (
    Products,
    accelerations,
    bootstrap,
    correlations_of,
    counts_of_resamples,
    covariance,
    intervals_of,
)


def test_counts_and_covariances_are_those_of_resamples():
    data = np.random.default_rng(0).normal(size=(30, 3))
    weights = np.random.default_rng(1).uniform(1, 2, 30)
    (counts,) = counts_of_resamples(30, 20, seed=4)
    np.testing.assert_array_equal(counts.sum(axis=1), 30)
    found = Products(data, weights).covariances(counts)
    for count, matrix in zip(counts, found, strict=True):
        rows = np.repeat(np.arange(30), count.astype(int))
        np.testing.assert_allclose(matrix, np.cov(data[rows], rowvar=False, aweights=weights[rows], ddof=0), atol=1e-12)
    np.testing.assert_allclose(covariance(data, weights), np.cov(data, rowvar=False, aweights=weights, ddof=0))


def test_draws_do_not_depend_on_how_they_are_cut(monkeypatch):
    whole = np.concatenate(list(counts_of_resamples(50, 30, seed=1)))
    monkeypatch.setattr("anxin.engines.measure.drivers.resampling._CELLS", 350)
    np.testing.assert_array_equal(np.concatenate(list(counts_of_resamples(50, 30, seed=1))), whole)


def r_of(matrices):
    return correlations_of(matrices)[:, 0, 1][:, None]


def test_bca_of_a_correlation_is_scipys():
    random = np.random.default_rng(5)
    x = random.exponential(size=60)
    y = x + random.exponential(size=60)
    data = stats.zscore(np.column_stack([x, y]))
    for ours, theirs in (("bca", "BCa"), ("percentile", "percentile")):
        found = bootstrap(r_of, data, None, resamples=20_000, interval=ours, level=0.9, seed=1).intervals[0]
        peer = stats.bootstrap(
            (x, y),
            lambda a, b: stats.pearsonr(a, b).statistic,
            paired=True,
            vectorized=False,
            n_resamples=4000,
            confidence_level=0.9,
            method=theirs,
            rng=np.random.default_rng(2),
        ).confidence_interval
        assert found.low == pytest.approx(peer.low, abs=0.02)
        assert found.high == pytest.approx(peer.high, abs=0.02)
        assert found.method == theirs


@pytest.mark.parametrize("weighted", [False, True])
def test_acceleration_is_that_of_the_known_influence(weighted):
    # Influence of one answer on a correlation: z1 z2 - r (z1² + z2²) / 2.
    random = np.random.default_rng(6)
    raw = random.exponential(size=(300, 2)) + random.exponential(size=(300, 1))
    weights = random.integers(1, 4, 300).astype(float) if weighted else None
    share = np.full(300, 1 / 300) if weights is None else weights / weights.sum()
    data = (raw - share @ raw) / np.sqrt(share @ np.square(raw - share @ raw))
    r = share @ (data[:, 0] * data[:, 1])
    u = share * (data[:, 0] * data[:, 1] - r * np.square(data).sum(axis=1) / 2)
    expected = (u**3).sum() / (6 * (u**2).sum() ** 1.5)
    assert accelerations(r_of, data, weights)[0] == pytest.approx(expected, rel=1e-6)
    assert abs(expected) > 0.01


def test_bca_by_hand():
    # Efron (1987): the quantile at Φ(z0 + (z0 + z) / (1 - a (z0 + z))), z0 from the share of replicates below the estimate.
    replicates = np.arange(1001.0)[:, None]
    (found,) = intervals_of(replicates, np.array([600.5]), np.array([0.05]), interval="bca", level=0.9)
    z0 = stats.norm.ppf(601 / 1001)
    for end, tail in ((found.low, 0.05), (found.high, 0.95)):
        z = z0 + stats.norm.ppf(tail)
        assert end == pytest.approx(1000 * stats.norm.cdf(z0 + z / (1 - 0.05 * z)))
    (plain,) = intervals_of(replicates, np.array([600.5]), np.array([0.05]), interval="percentile", level=0.9)
    assert (plain.low, plain.high) == pytest.approx((50, 950))
    (beyond,) = intervals_of(replicates, np.array([2000.0]), np.array([0.0]), interval="bca", level=0.9)
    assert np.isfinite([beyond.low, beyond.high]).all()


def test_a_bootstrap_that_mostly_fails_is_refused():
    data = np.zeros((20, 2))
    data[0] = 1
    with pytest.raises(BadData, match="100 of 100 resamples") as wrong:
        bootstrap(
            lambda matrices: np.full((len(matrices), 1), np.nan),
            data,
            None,
            resamples=100,
            interval="bca",
            level=0.95,
            seed=0,
        )
    assert wrong.value.code == "resamples-failed"

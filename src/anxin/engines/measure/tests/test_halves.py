"""Split-half reliability."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.moments import moments
from anxin.engines.measure.reliability import cronbach_alpha, half, split_half, split_half_of
from anxin.engines.measure.tests.test_alpha import scale


@given(seed=st.integers(0, 2**20), k=st.sampled_from([2, 4, 6, 8]))
@settings(max_examples=20, deadline=None)
def test_the_mean_over_all_splits_is_alpha(seed: int, k: int) -> None:
    """Cronbach 1951."""
    data = scale(seed, k=k)
    found = split_half(data)
    assert found.every
    assert found.mean == pytest.approx(cronbach_alpha(data).raw, abs=1e-12)
    assert split_half(data, correlations=True).mean == pytest.approx(cronbach_alpha(data).standardised, abs=1e-12)


def test_a_split_by_hand() -> None:
    values = scale(1).astype(float)
    found = split_half(values).odd_even
    a, b = values[:, ::2].sum(axis=1), values[:, 1::2].sum(axis=1)
    r = np.corrcoef(a, b)[0, 1]
    assert found.first == ("item1", "item3", "item5")
    assert found.correlation == pytest.approx(r)
    assert found.spearman_brown == pytest.approx(2 * r / (1 + r))
    assert found.horst == pytest.approx(found.spearman_brown)
    rulon = 1 - np.var(a - b, ddof=1) / np.var(a + b, ddof=1)
    guttman = 2 * (1 - (np.var(a, ddof=1) + np.var(b, ddof=1)) / np.var(a + b, ddof=1))
    assert found.guttman == pytest.approx(rulon)
    assert found.guttman == pytest.approx(guttman)
    assert split_half(values).first_second.first == ("item1", "item2", "item3")


def test_horsts_coefficient_of_unequal_halves() -> None:
    """Of parallel items any split, however unequal, gives the reliability of the whole."""
    cov = np.full((7, 7), 0.3) + 0.7 * np.eye(7)
    whole = 7 * 0.3 / (1 + 6 * 0.3)
    names = [f"q{place}" for place in range(7)]
    for size in (1, 2, 3):
        assert half(cov, names[:size], items=names).horst == pytest.approx(whole)


def test_all_splits_are_looked_at_once() -> None:
    for k in (5, 6):
        data = scale(2, k=k)
        cov = np.cov(data.T.astype(float))
        values = {}
        for chosen in combinations(range(k), k // 2):
            signs = np.full(k, -1.0)
            signs[list(chosen)] = 1.0
            values[frozenset([frozenset(chosen), frozenset(range(k)) - frozenset(chosen)])] = (
                1 - signs @ cov @ signs / cov.sum()
            )
        found = split_half(data)
        assert found.splits == len(values) == 10
        assert found.mean == pytest.approx(np.mean(list(values.values())))
        assert found.best.guttman == pytest.approx(max(values.values()))
        assert found.worst.guttman == pytest.approx(min(values.values()))
        np.testing.assert_allclose(
            found.quantiles, np.quantile(list(values.values()), [0.025, 0.25, 0.5, 0.75, 0.975]), atol=1e-12
        )


def test_drawn_splits() -> None:
    data = scale(3, k=10)
    every, drawn = split_half(data), split_half(data, random=4000, seed=3)
    assert (drawn.every, drawn.splits, every.splits) == (False, 4000, 126)
    assert drawn.mean == pytest.approx(every.mean, abs=0.002)
    assert drawn.best.guttman == pytest.approx(every.best.guttman)  # 4,000 draws of 126 miss none
    assert "drawn-splits" in [caution.code for caution in drawn.cautions]
    assert split_half(data, random=50, seed=4).mean == split_half(data, random=50, seed=4).mean
    assert split_half(data, random=50, seed=5).mean != split_half(data, random=50, seed=4).mean
    many = split_half(scale(3, k=26))
    assert (many.every, many.splits) == (False, 10_000)


def test_invariance_weights_matrix() -> None:
    data = scale(4).astype(float)
    order = np.random.default_rng(4).permutation(6)
    plain, turned = split_half(data), split_half(data[::-1][:, order] * 3 - 1)
    assert turned.best.guttman == pytest.approx(plain.best.guttman)
    assert turned.mean == pytest.approx(plain.mean)
    weights = np.random.default_rng(4).integers(1, 4, 200)
    weighted = split_half(Answers.of(data, weights=weights.astype(float)))
    assert weighted.odd_even.correlation == pytest.approx(
        split_half(np.repeat(data, weights, axis=0)).odd_even.correlation
    )
    assert split_half_of(moments(data).cov).mean == pytest.approx(plain.mean)
    assert split_half_of(moments(data).cov, correlations=True).mean == pytest.approx(
        split_half(data, correlations=True).mean
    )


def test_cautions_errors_tables() -> None:
    data = Answers.of(scale(5, k=5), items=list("abcde"))
    assert "unequal-halves" in [caution.code for caution in split_half(data).cautions]
    turned = split_half(data.reversed(["c"], low=1, high=5))
    assert next(one for one in turned.cautions if one.code == "reversed").about == ("c",)
    assert split_half(data).table().column("split") == ("odd-even", "first-second", "best", "worst")
    assert split_half(data).odd_even.table().title == "a, c, e | b, d"
    assert "10 all splits" in split_half(data).headline()
    with pytest.raises(BadModel, match="two items at least"):
        split_half(data.select(["a"]))
    with pytest.raises(BadModel, match="1 or more"):
        split_half(data, random=0)
    with pytest.raises(BadData, match="no item z"):
        half(np.eye(3), ["z"], items=list("abc"))
    with pytest.raises(BadModel, match="needs at least one item"):
        half(np.eye(3), list("abc"), items=list("abc"))
    with pytest.raises(BadData, match="cancel out"):
        split_half(np.c_[data.data[:, 0], 6 - data.data[:, 0]])

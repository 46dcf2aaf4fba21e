"""Means, covariances and correlations: against NumPy, by hand, and what must not change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import MISSING, Answers, BadData, BadModel
from anxin.engines.measure.moments import moments, positive_definite, standardised, symmetric


def whole(seed: int, n: int = 60, p: int = 5, low: int = 1, high: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    values = common + rng.normal(size=(n, p))
    edges = np.quantile(values, np.linspace(0, 1, high - low + 2)[1:-1])
    return (low + np.searchsorted(edges, values)).astype(np.int8)


@pytest.mark.parametrize("n", [10, 4096, 4097, 20_000])
@pytest.mark.parametrize(("low", "high"), [(1, 5), (-127, 127)])
def test_whole_numbers_agree_with_numpy(n: int, low: int, high: int) -> None:
    data = np.random.default_rng(n).integers(low, high + 1, (n, 7)).astype(np.int8)
    found = moments(Answers.of(data))
    assert found.n == found.effective_n == n
    np.testing.assert_allclose(found.mean, data.mean(axis=0), rtol=0, atol=1e-11)
    np.testing.assert_allclose(found.cov, np.cov(data.T.astype(float)), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(found.cor, np.corrcoef(data.T.astype(float)), rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.sd, data.std(axis=0, ddof=1), rtol=1e-12)


def test_real_numbers_agree_with_numpy_far_from_zero() -> None:
    data = np.random.default_rng(3).normal(size=(5000, 4)) + 1e6
    np.testing.assert_allclose(moments(data).cov, np.cov((data - 1e6).T), rtol=1e-7, atol=1e-8)


@given(seed=st.integers(0, 2**20))
@settings(max_examples=25, deadline=None)
def test_order_of_rows_changes_no_bit_and_order_of_items_only_the_order(seed: int) -> None:
    data = whole(seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(data)), rng.permutation(data.shape[1])
    plain, turned = moments(Answers.of(data)), moments(Answers.of(data[rows][:, columns]))
    assert np.array_equal(turned.cov, plain.cov[np.ix_(columns, columns)])
    assert np.array_equal(turned.mean, plain.mean[columns])


@given(seed=st.integers(0, 2**20), shift=st.integers(-20, 20), scale=st.integers(1, 8))
@settings(max_examples=25, deadline=None)
def test_affine_recoding_scales_covariances_and_leaves_correlations(seed: int, shift: int, scale: int) -> None:
    data = whole(seed)
    plain, recoded = moments(Answers.of(data)), moments(Answers.of((data * scale + shift).astype(np.int8)))
    np.testing.assert_allclose(recoded.cov, scale**2 * plain.cov, rtol=1e-13)
    np.testing.assert_allclose(recoded.cor, plain.cor, rtol=0, atol=1e-13)


def test_listwise_leaves_out_rows_with_a_gap_and_says_how_many() -> None:
    data = whole(1)
    data[[3, 8, 20], [0, 1, 1]] = MISSING
    kept = np.delete(data, [3, 8, 20], axis=0)
    found = moments(Answers(items=tuple("abcde"), data=data, row_numbers=np.arange(len(data))))
    assert (found.n, found.dropped) == (57, 3)
    assert np.array_equal(found.cov, moments(Answers.of(kept)).cov)
    assert [caution.code for caution in found.cautions] == ["dropped", "few-answers"]
    assert "3 of 60" in found.cautions[0].text


@pytest.mark.parametrize("as_float", [False, True])
def test_pairwise_uses_each_pairs_own_respondents(as_float: bool) -> None:
    data = whole(2, n=200)
    gaps = np.random.default_rng(5).random(data.shape) < 0.15
    values = data.astype(float)
    values[gaps] = np.nan
    answers = Answers.of(values + (0.25 if as_float else 0))
    assert answers.whole is not as_float
    found = moments(answers, missing="pairwise")
    assert found.pair_n is not None
    for i in range(5):
        np.testing.assert_allclose(found.mean[i], np.nanmean(answers.values[:, i]), rtol=1e-12)
        for j in range(5):
            both = ~np.isnan(values[:, i]) & ~np.isnan(values[:, j])
            assert found.pair_n[i, j] == both.sum()
            pair = values[both][:, [i, j]].T
            np.testing.assert_allclose(found.cov[i, j], np.cov(pair)[0, 1], rtol=0, atol=1e-12)
            np.testing.assert_allclose(found.cor[i, j], np.corrcoef(pair)[0, 1], rtol=0, atol=1e-12)
    assert "pairwise" in [caution.code for caution in found.cautions]


def test_pairwise_without_gaps_is_listwise() -> None:
    data = Answers.of(whole(4))
    assert np.array_equal(moments(data, missing="pairwise").cov, moments(data).cov)


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
def test_weights_as_if_rows_were_repeated(missing: str) -> None:
    """Shares: like the rows repeated as often as they weigh, but for the denominator, which counts people."""
    data = whole(6).astype(float)
    if missing == "pairwise":
        data[:10, 2] = np.nan
    weights = np.random.default_rng(6).integers(1, 5, len(data))
    found = moments(Answers.of(data, weights=weights.astype(float)), missing=missing)
    repeated = moments(Answers.of(np.repeat(data, weights, axis=0)), missing=missing)
    n, total = len(data), weights.sum()
    np.testing.assert_allclose(found.mean, repeated.mean, rtol=1e-12)
    if missing == "listwise":
        np.testing.assert_allclose(found.cov * (n - 1) / n, repeated.cov * (total - 1) / total, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(found.cor, repeated.cor, rtol=0, atol=1e-12)
    assert found.n == n
    np.testing.assert_allclose(found.effective_n, total**2 / (weights**2).sum())
    assert "weighted" in [caution.code for caution in found.cautions]


def test_equal_weights_change_nothing_and_weight_zero_leaves_out() -> None:
    data = whole(7)
    plain = moments(Answers.of(data))
    np.testing.assert_allclose(moments(Answers.of(data, weights=np.full(60, 2.5))).cov, plain.cov, rtol=1e-12)
    weights = np.ones(60)
    weights[:5] = 0
    some = moments(Answers.of(data, weights=weights))
    np.testing.assert_allclose(some.cov, moments(Answers.of(data[5:])).cov, rtol=1e-12)
    assert (some.n, some.effective_n, some.dropped) == (55, pytest.approx(55), 0)


def test_the_caller_cannot_change_what_was_computed() -> None:
    found = moments(Answers.of(whole(8)))
    with pytest.raises(ValueError, match="read-only"):
        found.cov[0, 0] = 1


@pytest.mark.parametrize("kind", ["whole", "real", "weighted"])
def test_a_constant_item_is_named(kind: str) -> None:
    data = whole(9).astype(float)
    data[:, 2] = 3
    if kind == "real":
        data[:, 2] = 0.1
    weights = np.random.default_rng(1).uniform(0.5, 2, 60) if kind == "weighted" else None
    with pytest.raises(BadData, match="same answer to q3") as caught:
        moments(Answers.of(data, items=["q1", "q2", "q3", "q4", "q5"], weights=weights))
    assert (caught.value.code, caught.value.about) == ("constant-item", ("q3",))


def test_an_item_nobody_answered_is_named() -> None:
    data = whole(9).astype(float)
    data[:, 1] = np.nan
    with pytest.raises(BadData, match="All answers to item2 are missing") as caught:
        moments(Answers.of(data))
    assert (caught.value.code, caught.value.about) == ("all-missing", ("item2",))


def test_two_respondents_are_too_few() -> None:
    with pytest.raises(BadData, match="There are 2 complete answers") as caught:
        moments(Answers.of(whole(9)[:2]))
    assert caught.value.code == "too-few"
    data = whole(9)[:6].astype(float)
    data[:4, 0] = np.nan
    with pytest.raises(BadData, match="4 have a missing answer"):
        moments(Answers.of(data))


def test_a_pair_that_hardly_anyone_answered_together_is_named() -> None:
    data = whole(10).astype(float)
    data[:30, 0] = np.nan
    data[30:, 1] = np.nan
    with pytest.raises(BadData, match="Only 0 respondents answered both item1 and item2"):
        moments(Answers.of(data), missing="pairwise")
    data = whole(10).astype(float)
    data[:30, 0] = np.nan
    data[30:, 1] = 3
    with pytest.raises(BadData, match="Those who answered item1 all gave the same answer to item2"):
        moments(Answers.of(data), missing="pairwise")


def test_unknown_items_and_options_are_refused() -> None:
    answers = Answers.of(whole(11))
    with pytest.raises(BadData, match="There is no item q9"):
        moments(answers, items=["item1", "q9"])
    with pytest.raises(BadModel, match="'listwise' or 'pairwise'"):
        moments(answers, missing="casewise")
    nobody = replace(answers, data=answers.data[:0], row_numbers=answers.row_numbers[:0])
    with pytest.raises(BadData, match="There are 0"):
        moments(nobody)


def test_a_given_matrix_is_checked() -> None:
    matrix, names = symmetric([[2.0, 0.5], [0.5, 1.0]])
    assert names == ("item1", "item2")
    np.testing.assert_allclose(standardised(matrix), [[1, 0.5 / 2**0.5], [0.5 / 2**0.5, 1]])
    for bad, code in [
        ([[1.0, 0.2]], "not-square"),
        ([[1.0, 0.2], [0.3, 1.0]], "not-symmetric"),
        ([[1.0, np.nan], [np.nan, 1.0]], "not-finite"),
        ([[1.0, 0.0], [0.0, 0.0]], "constant-item"),
    ]:
        with pytest.raises(BadData) as caught:
            symmetric(bad)
        assert caught.value.code == code
    with pytest.raises(BadData, match="2 items and 1 names"):
        symmetric(np.eye(2), ["a"])


def test_a_matrix_that_is_not_positive_definite_names_the_items() -> None:
    matrix = np.eye(4)
    matrix[1, 2] = matrix[2, 1] = 1.0
    with pytest.raises(BadData, match="b, c depend on one another") as caught:
        positive_definite(matrix, "abcd", use="inverse")
    assert (caught.value.code, set(caught.value.about)) == ("not-positive-definite", {"b", "c"})
    positive_definite(np.eye(3), "abc", use="inverse")

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anxin.engines.measure import BadData, BadModel
from anxin.engines.measure.correlations import correlate, partial_correlations, pearson_matrix

# Hollander & Wolfe (1973), p. 187 f., as in R's help of cor.test.
HUNTER = {
    "lightness": [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1],
    "panel": [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8],
}


def likert(n=200, items=5, seed=0, gaps=0.0):
    random = np.random.default_rng(seed)
    values = np.clip(np.rint(random.normal(3, 1, (n, items)) + random.normal(0, 0.8, (n, 1))), 1, 5)
    values[random.random((n, items)) < gaps] = np.nan
    return values


def test_hunter_as_printed_by_r():
    found = correlate(HUNTER)
    assert found.estimates[0, 1] == pytest.approx(0.5711816, abs=5e-8)
    assert found.p[0, 1] == pytest.approx(0.1082, abs=5e-5)
    assert (found.low[0, 1], found.high[0, 1]) == pytest.approx((-0.1497426, 0.8955795), abs=5e-8)
    kendall = correlate(HUNTER, method="kendall")
    assert kendall.estimates[0, 1] == pytest.approx(0.4444444, abs=5e-8)
    assert kendall.p[0, 1] == pytest.approx(0.1194, abs=5e-5)
    assert correlate(HUNTER, method="spearman").estimates[0, 1] == pytest.approx(0.6)
    assert {caution.code for caution in found.cautions} == {"few-answers"}


@pytest.mark.parametrize("gaps", [0.0, 0.15])
@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
@pytest.mark.parametrize("deletion", ["pairwise", "listwise"])
def test_agrees_with_scipy(method, deletion, gaps):
    values = likert(gaps=gaps)
    found = correlate(values, method=method, deletion=deletion)
    theirs = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}[method]
    for i in range(5):
        for j in range(i):
            columns = values if deletion == "listwise" else values[:, [i, j]]
            keep = ~np.isnan(columns).any(axis=1)
            one = theirs(values[keep, i], values[keep, j])
            assert found.estimates[i, j] == pytest.approx(one.statistic)
            assert found.p[i, j] == pytest.approx(one.pvalue, rel=1e-6)
            assert found.n[i, j] == keep.sum()
            z, r, n = np.arctanh(one.statistic), one.statistic, keep.sum()
            variance = {"pearson": 1 / (n - 3), "spearman": (1 + r**2 / 2) / (n - 3), "kendall": 0.437 / (n - 4)}[
                method
            ]
            reach = stats.norm.ppf(0.975) * np.sqrt(variance)
            assert (found.low[i, j], found.high[i, j]) == pytest.approx((np.tanh(z - reach), np.tanh(z + reach)))
    for matrix in (found.estimates, found.p, found.low, found.p_adjusted):
        np.testing.assert_array_equal(matrix, matrix.T)
    assert np.isnan(np.diagonal(found.p)).all()
    codes = {caution.code for caution in found.cautions}
    assert codes == (set() if not gaps else {"missing-dropped" if deletion == "listwise" else "missing-pairwise"})


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_intervals_cover(method):
    random = np.random.default_rng(7)
    rho = 0.6
    truth = {"pearson": rho, "spearman": 6 / np.pi * np.arcsin(rho / 2), "kendall": 2 / np.pi * np.arcsin(rho)}[method]
    inside = 0
    for _ in range(300):
        pair = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], 50)
        found = correlate(pair, method=method, level=0.9)
        inside += found.low[0, 1] <= truth <= found.high[0, 1]
    assert 0.85 < inside / 300 < 0.95


def test_weighted_pearson():
    values = likert()
    whole = np.random.default_rng(1).integers(1, 4, len(values))
    found = correlate(values, weights=whole)
    repeated = np.repeat(values, whole, axis=0)
    np.testing.assert_allclose(found.estimates, np.corrcoef(repeated, rowvar=False))
    assert found.n[0, 1] == pytest.approx(whole.sum() ** 2 / np.square(whole).sum())
    np.testing.assert_allclose(correlate(values, weights=5 * whole).p, found.p)
    equal = correlate(values, weights=np.full(len(values), 2.0))
    np.testing.assert_allclose(equal.low, correlate(values).low)
    gaps = likert(gaps=0.1)
    pairwise = correlate(gaps, weights=whole)
    keep = ~np.isnan(gaps[:, :2]).any(axis=1)
    again = np.repeat(gaps[keep, :2], whole[keep], axis=0)
    assert pairwise.estimates[0, 1] == pytest.approx(np.corrcoef(again, rowvar=False)[0, 1])


def test_p_values_are_adjusted_over_all_pairs():
    found = correlate(likert(n=40, seed=2), adjust="bonferroni")
    upper = np.triu_indices(5, 1)
    np.testing.assert_allclose(found.p_adjusted[upper], np.minimum(1, 10 * found.p[upper]))


def test_large_offsets_lose_no_digits():
    values = likert()
    np.testing.assert_allclose(pearson_matrix(values + 1e8)[0], np.corrcoef(values, rowvar=False), atol=1e-7)


def test_perfect_correlation():
    x = np.arange(30.0)
    found = correlate(np.column_stack([x, 3 - 2 * x, x**3]))
    assert found.estimates[0, 1] == pytest.approx(-1)
    assert found.p[0, 1] < 1e-100
    ranks = correlate(np.column_stack([x, x**3]), method="spearman")
    assert ranks.estimates[0, 1] == pytest.approx(1)
    assert ranks.high[0, 1] == pytest.approx(1)


# Partial correlations.


def residual_correlation(values, i, j, held):
    design = np.column_stack([np.ones(len(values)), values[:, held]])
    away = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return np.corrcoef(away[:, i], away[:, j])[0, 1]


def test_partial_correlations_are_those_of_residuals():
    values = likert()
    given_two = partial_correlations(values, given=["item4", "item5"])
    assert given_two.items == ("item1", "item2", "item3")
    assert given_two.estimates[0, 2] == pytest.approx(residual_correlation(values, 0, 2, [3, 4]))
    rest = partial_correlations(values)
    assert rest.estimates[1, 3] == pytest.approx(residual_correlation(values, 1, 3, [0, 2, 4]))
    reach = stats.norm.ppf(0.975) / np.sqrt(200 - 3 - 3)
    assert rest.low[1, 3] == pytest.approx(np.tanh(np.arctanh(rest.estimates[1, 3]) - reach))
    none = partial_correlations(values, given=[])
    np.testing.assert_allclose(none.p, correlate(values).p)


def test_partial_correlation_of_hunter():
    # pingouin 0.7, partial_corr: r 0.28829709408, p 0.488648443466
    table = HUNTER | {"z": [1, 3, 2, 5, 4, 6, 9, 7, 8]}
    found = partial_correlations(table, given=["z"])
    assert found.estimates[0, 1] == pytest.approx(0.28829709408, abs=1e-11)
    assert found.p[0, 1] == pytest.approx(0.488648443466, abs=1e-11)


def test_partial_rank_correlations_are_partial_ones_of_ranks():
    values = likert()
    found = partial_correlations(values, method="spearman")
    np.testing.assert_allclose(found.estimates, partial_correlations(stats.rankdata(values, axis=0)).estimates)


# What must not matter.


@settings(max_examples=20, deadline=None)
@given(
    st.permutations(range(4)),
    st.lists(st.floats(0.1, 9), min_size=4, max_size=4),
    st.sampled_from(["pearson", "spearman", "kendall"]),
)
def test_order_of_items_and_affine_recoding_do_not_matter(order, scales, method):
    values = likert(n=40, items=4, gaps=0.1)
    plain = correlate(values, method=method)
    moved = correlate(values[::-1][:, order] * scales + 2, method=method)
    np.testing.assert_allclose(moved.estimates, plain.estimates[np.ix_(order, order)], atol=1e-10)
    np.testing.assert_allclose(moved.p_adjusted, plain.p_adjusted[np.ix_(order, order)], rtol=1e-6)
    turned = correlate(values * [-1, 1, 1, 1], method=method)
    np.testing.assert_allclose(turned.estimates[0, 1:], -plain.estimates[0, 1:], atol=1e-10)


def test_presents_itself():
    found = correlate(HUNTER | {"z": [1, 3, 2, 5, 4, 6, 9, 7, 8]})
    assert len(found.table()) == 3
    assert found.matrix().columns == ("item", "lightness", "panel", "z")
    assert "strongest panel – z" in repr(found) or "strongest" in repr(found)
    assert json.loads(json.dumps(found.to_dict()))["p"][0][0] is None


@pytest.mark.parametrize(
    ("values", "options", "code", "about"),
    [
        ({"a": [1, 2, 3, 4]}, {}, "few-items", ("a",)),
        ({"a": [1, 2, 3, 4], "b": [2, 2, 2, 2]}, {}, "constant", ("b",)),
        ({"a": [1, 2, 3, 4], "b": [None] * 4}, {}, "all-missing", ("b",)),
        ({"a": [1, 2, 3], "b": [3, 1, 2]}, {}, "few-answers", ("a", "a")),
        ({"a": [1, 2, 3, 4], "b": [3, 1, 2, 2]}, {"method": "kendall"}, "few-answers", ("a", "a")),
        ({"a": [1, 2, 3, 4, None], "b": [3, 1, 2, None, 4]}, {}, "few-answers", ("a", "b")),
        ({"a": [1, 1, 1, 1, 2], "b": [3, 1, 2, 5, None]}, {}, "constant", ("a", "b")),
        ({"a": [1, 1, 1, 1, 1, 2], "b": [3, 1, 2, 5, 4, None]}, {"method": "kendall"}, "constant", ("a", "b")),
        ({"a": [1, 2, 3, 4], "b": [3, 1, 2, 4]}, {"method": "phi"}, "bad-option", ("method",)),
        ({"a": [1, 2, 3, 4], "b": [3, 1, 2, 4]}, {"deletion": "none"}, "bad-option", ("deletion",)),
        ({"a": [1, 2, 3, 4], "b": [3, 1, 2, 4]}, {"level": 2}, "bad-level", ("level",)),
        (
            {"a": [1, 2, 3, 4], "b": [3, 1, 2, 4]},
            {"method": "spearman", "weights": [1, 1, 1, 1]},
            "weights-not-supported",
            ("method",),
        ),
        ({"a": [1, 2, 3, 4], "b": [3, 1, 2, 4]}, {"items": ["a", "z"]}, "no-item", ("z",)),
    ],
)
def test_refuses(values, options, code, about):
    with pytest.raises((BadData, BadModel)) as wrong:
        correlate(values, **options)
    assert wrong.value.code == code
    assert wrong.value.about == about


def test_partial_refuses():
    values = likert(n=30)
    sums = np.column_stack([values, values[:, 0] + values[:, 1]])
    with pytest.raises(BadData, match="determined by the others") as wrong:
        partial_correlations(sums)
    assert wrong.value.about == ("item1", "item2", "item6")
    with pytest.raises(BadData, match="it takes at least 7"):
        partial_correlations(values[:6], given=["item3", "item4", "item5"])
    with pytest.raises(BadModel, match="at least two items"):
        partial_correlations(values, given=["item2", "item3", "item4", "item5"])
    with pytest.raises(BadModel, match="method='kendall'"):
        partial_correlations(values, method="kendall")  # type: ignore[arg-type]

import json
from itertools import permutations
from math import factorial

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.drivers import (
    ApproximateShapley,
    Shapley,
    dominance,
    dominance_of_matrix,
    key_drivers,
    regression,
    relative_weights,
    relative_weights_of_matrix,
    shapley,
    shapley_of_matrix,
)
from anxin.engines.measure.drivers.shapley import gains_in_orders, shapley_values
from anxin.engines.measure.drivers.subsets import conditional_gains, subset_r_squared


def survey(n=400, p=4, seed=0):
    random = np.random.default_rng(seed)
    common = random.normal(0, 0.7, (n, 1))
    values = np.clip(np.rint(random.normal(3.4, 1, (n, p)) + common), 1, 5)
    effects = np.linspace(0.6, 0.1, p)
    outcome = np.clip(np.rint(values @ effects + random.normal(1, 1, n)), 1, 10)
    return {f"q{place + 1}": values[:, place] for place in range(p)} | {"satisfaction": outcome}


def matrix_of(p=4, seed=0):
    return np.corrcoef(np.column_stack(list(survey(p=p, seed=seed).values())), rowvar=False)


def r_squared(matrix, subset):
    subset = list(subset)
    if not subset:
        return 0.0
    simple = matrix[subset, -1]
    return float(simple @ np.linalg.solve(matrix[np.ix_(subset, subset)], simple))


def brute_shapley(matrix):
    p = len(matrix) - 1
    values = np.zeros(p)
    for order in permutations(range(p)):
        for place, driver in enumerate(order):
            values[driver] += r_squared(matrix, order[: place + 1]) - r_squared(matrix, order[:place])
    return values / factorial(p)


def some_matrix(draws):
    """A correlation matrix from any numbers."""
    side = int(len(draws) ** 0.5)
    root = np.array(draws[: side * side]).reshape(side, side) + 2 * np.eye(side)
    product = root @ root.T + 0.1 * np.eye(side)
    scale = np.sqrt(np.diag(product))
    return product / np.outer(scale, scale)


MATRICES = st.lists(st.floats(-1, 1), min_size=25, max_size=25).map(some_matrix)


# Sharing out R².


@settings(max_examples=40, deadline=None)
@given(MATRICES)
def test_both_ways_sum_to_r_squared_and_shapley_is_its_definition(matrix):
    whole = r_squared(matrix, range(4))
    weights, values = relative_weights_of_matrix(matrix), shapley_of_matrix(matrix)
    assert weights.weights.sum() == pytest.approx(whole, abs=1e-10)
    assert weights.r_squared == pytest.approx(whole, abs=1e-10)
    assert values.weights.sum() == pytest.approx(whole, abs=1e-10)
    assert weights.weights.min() >= 0
    assert values.weights.min() >= -1e-12
    np.testing.assert_allclose(values.weights, brute_shapley(matrix), atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(MATRICES, st.permutations(range(4)))
def test_drivers_may_come_in_any_order(matrix, order):
    moved = matrix[np.ix_([*order, 4], [*order, 4])]
    for of_matrix in (relative_weights_of_matrix, shapley_of_matrix):
        np.testing.assert_allclose(of_matrix(moved).weights, of_matrix(matrix).weights[order], atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(MATRICES, st.lists(st.sampled_from([-1, 1]), min_size=5, max_size=5))
def test_turning_a_driver_round_changes_no_weight(matrix, signs):
    turned = matrix * np.outer(signs, signs)
    for of_matrix in (relative_weights_of_matrix, shapley_of_matrix):
        np.testing.assert_allclose(of_matrix(turned).weights, of_matrix(matrix).weights, atol=1e-10)


def test_uncorrelated_drivers_get_their_squared_correlations_both_ways():
    matrix = np.eye(5)
    matrix[-1, :-1] = matrix[:-1, -1] = [0.5, -0.4, 0.3, 0.1]
    for of_matrix in (relative_weights_of_matrix, shapley_of_matrix):
        np.testing.assert_allclose(of_matrix(matrix).weights, [0.25, 0.16, 0.09, 0.01], atol=1e-14)


def test_two_drivers_by_hand():
    # r12 = .5, r1y = .6, r2y = .4: R² = (.36 + .16 - 2(.6)(.4)(.5)) / .75; Shapley half of .36 + (R² - .16)
    matrix = np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])
    whole = (0.36 + 0.16 - 0.24) / 0.75
    found = shapley_of_matrix(matrix, drivers=["a", "b"], n=100)
    assert found.weights == pytest.approx([(0.36 + whole - 0.16) / 2, (0.16 + whole - 0.36) / 2])
    # Johnson: Λ = [[c, s], [s, c]] with c² + s² = 1, 2cs = .5; β = Λ^-1 r
    c, s = (np.sqrt(1.5) + np.sqrt(0.5)) / 2, (np.sqrt(1.5) - np.sqrt(0.5)) / 2
    b = np.linalg.solve([[c, s], [s, c]], [0.6, 0.4]) ** 2
    weights = relative_weights_of_matrix(matrix)
    assert weights.weights == pytest.approx([c**2 * b[0] + s**2 * b[1], s**2 * b[0] + c**2 * b[1]])
    assert weights.betas == pytest.approx([0.4 / 0.75, 0.1 / 0.75])
    assert list(found.ranks) == [1, 2]
    assert found.shares.sum() == pytest.approx(1)


def test_one_driver_takes_all():
    found = relative_weights({"x": [1, 2, 3, 4, 5, 6], "y": [1, 3, 2, 5, 4, 6]}, "y", resamples=0)
    assert found.weights == pytest.approx([np.corrcoef([1, 2, 3, 4, 5, 6], [1, 3, 2, 5, 4, 6])[0, 1] ** 2])


def test_every_subset():
    matrix = matrix_of()
    found = subset_r_squared(np.stack([matrix, np.eye(5)]))
    for code in range(16):
        subset = [driver for driver in range(4) if code >> driver & 1]
        assert found[code, 0] == pytest.approx(r_squared(matrix, subset), abs=1e-12)
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-15)


def test_exact_to_twenty_drivers_and_dependent_ones_give_no_number():
    table = survey(n=600, p=16)
    found = shapley(table, "satisfaction", resamples=0, exact_up_to=20)
    assert isinstance(found, Shapley)
    assert found.weights.sum() == pytest.approx(found.r_squared, abs=1e-12)
    same = np.ones((3, 3))
    assert np.isnan(shapley_values(np.stack([np.eye(3), same]))[1]).all()
    assert not np.isnan(shapley_values(np.stack([np.eye(3), same]))[0]).any()


def test_random_orders_come_near_and_say_so():
    matrix = matrix_of(p=8)
    exact = shapley_of_matrix(matrix)
    rough = shapley_of_matrix(matrix, exact_up_to=5, orders=4000)
    assert isinstance(exact, Shapley)
    assert isinstance(rough, ApproximateShapley)
    assert rough.weights.sum() == pytest.approx(exact.r_squared, abs=1e-12)
    assert np.all(np.abs(rough.weights - exact.weights) < 4.5 * rough.standard_errors)
    assert rough.standard_errors.max() < 0.01
    assert rough.orders == 4000
    assert "approximate" in {caution.code for caution in rough.cautions}
    assert "approximate" in repr(rough)
    again = shapley_of_matrix(matrix, exact_up_to=5, orders=4000)
    np.testing.assert_array_equal(again.weights, rough.weights)
    table = survey(p=6)
    with_intervals = shapley(table, "satisfaction", exact_up_to=3, orders=500, resamples=200)
    assert all(
        end.low < weight < end.high
        for end, weight in zip(with_intervals.intervals, with_intervals.weights, strict=True)
    )


def test_gains_in_an_order_are_steps_of_r_squared():
    matrix = matrix_of()
    gains = gains_in_orders(matrix, np.array([[2, 0, 3, 1]]))[0]
    assert gains[2] == pytest.approx(r_squared(matrix, [2]))
    assert gains[3] == pytest.approx(r_squared(matrix, [2, 0, 3]) - r_squared(matrix, [2, 0]))
    assert np.isnan(gains_in_orders(np.full((3, 3), np.nan), np.array([[0, 1]]))).all()
    assert np.isnan(gains_in_orders(np.ones((3, 3)), np.array([[0, 1]]))).all()


def test_a_perfect_fit_is_shared_out_too():
    random = np.random.default_rng(1)
    x = random.normal(size=(50, 3))
    table = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": x @ [1, 2, 3]}
    for way in (relative_weights, shapley):
        assert way(table, "y", resamples=0).weights.sum() == pytest.approx(1)
    rough = shapley(table, "y", resamples=0, exact_up_to=1, orders=100)
    assert rough.weights.sum() == pytest.approx(1)


# Dominance.


def test_dominance_is_its_definition():
    matrix = matrix_of()
    found = dominance_of_matrix(matrix, drivers=["a", "b", "c", "d"])
    np.testing.assert_allclose(found.general, shapley_of_matrix(matrix).weights, atol=1e-12)
    assert found.gains[0, 0] == pytest.approx(matrix[0, -1] ** 2)
    assert found.gains[1, 3] == pytest.approx(found.r_squared - r_squared(matrix, [0, 2, 3]))
    for i in range(4):
        for j in range(4):
            if i == j:
                continue
            rest = [k for k in range(4) if k not in (i, j)]
            subsets = [[], rest[:1], rest[1:], rest]
            expected = all(r_squared(matrix, [*s, i]) >= r_squared(matrix, [*s, j]) - 1e-12 for s in subsets)
            assert found.complete[i, j] == expected
    assert np.all(~found.complete | found.conditional)
    assert np.all(~found.conditional | found.overall)
    assert set(found.pairs().column("dominance")) <= {"complete", "conditional", "general", "none"}
    assert found.table().columns[-1] == "joining 3"
    assert " > " in repr(found)


def test_dominance_of_answers_and_its_limit():
    table = survey()
    assert dominance(table, "satisfaction").drivers == ("q1", "q2", "q3", "q4")
    with pytest.raises(BadModel, match="too many"):
        dominance_of_matrix(np.eye(17))
    same = dominance_of_matrix(np.array([[1, 0.3, 0.5], [0.3, 1, 0.5], [0.5, 0.5, 1]]))
    assert same.pairs().column("dominance") == ("none",)


def test_gains_average_to_shapley():
    found = subset_r_squared(matrix_of(p=6)[None])[:, 0]
    np.testing.assert_allclose(
        conditional_gains(found).mean(axis=1), shapley_of_matrix(matrix_of(p=6)).weights, atol=1e-12
    )


# Regression.


def test_regression_is_statsmodels():
    table = survey()
    found = regression(table, "satisfaction")
    x = np.column_stack([table[f"q{place}"] for place in range(1, 5)])
    fit = sm.OLS(table["satisfaction"], sm.add_constant(x)).fit(cov_type="HC3", use_t=True)
    np.testing.assert_allclose(found.coefficients, fit.params[1:])
    assert found.intercept == pytest.approx(fit.params[0])
    np.testing.assert_allclose(found.standard_errors, fit.bse[1:])
    np.testing.assert_allclose(found.p, fit.pvalues[1:])
    np.testing.assert_allclose([end.low for end in found.intervals], fit.conf_int()[1:, 0])
    assert (found.r_squared, found.r_squared_adjusted) == pytest.approx((fit.rsquared, fit.rsquared_adj))
    assert (found.wald.value, found.wald.p) == pytest.approx((float(fit.fvalue), float(fit.f_pvalue)))
    z = stats.zscore(np.column_stack([x, table["satisfaction"]]))
    np.testing.assert_allclose(found.betas, sm.OLS(z[:, -1], z[:, :-1]).fit().params)
    vif = [variance_inflation_factor(sm.add_constant(x), place) for place in range(1, 5)]
    np.testing.assert_allclose(found.vif, vif)
    assert len(found.table()) == 4
    assert found.wald.df2 == 395


def test_weighted_regression():
    table = survey()
    weights = np.random.default_rng(2).uniform(0.5, 2, 400)
    found = regression(table, "satisfaction", weights=weights)
    x = sm.add_constant(np.column_stack([table[f"q{place}"] for place in range(1, 5)]))
    fit = sm.WLS(table["satisfaction"], x, weights=weights).fit(cov_type="HC3", use_t=True)
    np.testing.assert_allclose(found.coefficients, fit.params[1:])
    np.testing.assert_allclose(found.standard_errors, fit.bse[1:])
    assert found.r_squared == pytest.approx(fit.rsquared)
    np.testing.assert_allclose(regression(table, "satisfaction", weights=9 * weights).p, found.p)
    assert relative_weights(table, "satisfaction", weights=weights, resamples=0).r_squared == pytest.approx(
        fit.rsquared
    )


def test_weights_are_repeated_rows():
    table = survey()
    whole = np.random.default_rng(2).integers(1, 4, 400)
    repeated = {name: np.repeat(column, whole) for name, column in table.items()}
    for way in (relative_weights, shapley):
        once = way(table, "satisfaction", weights=whole, resamples=0)
        np.testing.assert_allclose(once.weights, way(repeated, "satisfaction", resamples=0).weights)


# Intervals.


@pytest.mark.parametrize("way", [relative_weights, shapley])
def test_intervals_hold_the_estimate_and_are_seeded(way):
    table = survey()
    found = way(table, "satisfaction", resamples=400, seed=3)
    assert found.resamples == 400
    for weight, share, own, part in zip(
        found.weights, found.shares, found.intervals, found.share_intervals, strict=True
    ):
        assert own.low < weight < own.high
        assert part.low < share < part.high
    again = way(table, "satisfaction", resamples=400, seed=3)
    assert again.intervals == found.intervals
    assert way(table, "satisfaction", resamples=400, seed=4).intervals != found.intervals
    np.testing.assert_allclose(found.outweighs + found.outweighs.T, np.where(np.eye(4), np.nan, 1))
    assert found.outweighs[0, 3] > 0.99
    assert json.loads(json.dumps(found.to_dict()))["outweighs"][0][0] is None


def test_relative_weights_against_noise():
    random = np.random.default_rng(8)
    table = survey(n=600) | {"chance": random.normal(size=600)}
    found = relative_weights(table, "satisfaction")
    beyond = dict(zip(found.drivers, found.beyond_noise, strict=True))
    assert beyond["q1"].low > 0
    assert beyond["chance"].low < 0 < beyond["chance"].high


def test_intervals_cover_the_true_shapley_value():
    truth = np.array([[1, 0.4, 0.5], [0.4, 1, 0.3], [0.5, 0.3, 1]])
    value = brute_shapley(truth)[0]
    random = np.random.default_rng(9)
    inside = 0
    for _ in range(150):
        sample = random.multivariate_normal(np.zeros(3), truth, 150)
        found = shapley({"a": sample[:, 0], "b": sample[:, 1], "y": sample[:, 2]}, "y", resamples=300, level=0.9)
        inside += value in found.intervals[0]
    assert 0.83 < inside / 150 < 0.97


# All three views.


def test_key_drivers():
    table = survey()
    found = key_drivers(table, "satisfaction", resamples=200, seed=1)
    np.testing.assert_array_equal(
        found.relative_weights.weights, relative_weights(table, "satisfaction", resamples=0).weights
    )
    assert found.shapley.intervals == shapley(table, "satisfaction", resamples=200, seed=1).intervals
    assert found.regression.r_squared == pytest.approx(found.shapley.r_squared)
    shown = found.table()
    assert shown.column("driver")[0] == "q1"
    assert sum(shown.column("Shapley %")) == pytest.approx(100)
    assert "q1" in repr(found)


def test_dimensions_missing_answers_and_an_answers_as_source():
    table = survey()
    table["q1"][:9] = np.nan
    found = relative_weights(table, "satisfaction", dimensions={"D": ["q1", "q2"], "E": ["q3", "q4"]}, resamples=0)
    assert found.drivers == ("D", "E")
    assert found.n == 400
    by_items = relative_weights(Answers.of(table), "satisfaction", items=["q1", "q3"], resamples=0)
    assert by_items.n == 391
    assert by_items.cautions[0].code == "missing-dropped"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.1, 9), min_size=5, max_size=5), st.lists(st.floats(-9, 9), min_size=5, max_size=5))
def test_affine_recoding_and_order_of_rows_do_not_matter(scales, shifts):
    table = survey(n=100)
    other = {
        name: column[::-1] * scale + shift
        for (name, column), scale, shift in zip(table.items(), scales, shifts, strict=True)
    }
    plain, recoded = (key_drivers(one, "satisfaction", resamples=0) for one in (table, other))
    np.testing.assert_allclose(recoded.relative_weights.weights, plain.relative_weights.weights, atol=1e-9)
    np.testing.assert_allclose(recoded.shapley.weights, plain.shapley.weights, atol=1e-9)
    np.testing.assert_allclose(recoded.regression.p, plain.regression.p, rtol=1e-6, atol=1e-300)
    np.testing.assert_allclose(recoded.regression.betas, plain.regression.betas, atol=1e-9)


# Cautions and errors.


def test_cautions_about_correlated_drivers():
    random = np.random.default_rng(3)
    a, b, noise = random.normal(size=(3, 500))
    close = {"a": a, "twin": a + 0.2 * b, "y": a + noise}
    codes = {caution.code: caution.about for caution in relative_weights(close, "y", resamples=0).cautions}
    assert codes["correlated-drivers"] == ("a", "twin")
    assert codes["near-duplicates"] == ("a", "twin")
    turned = {"a": a, "b": a + 0.5 * b, "y": a - 0.3 * (a + 0.5 * b) + 0.2 * noise}
    codes = {caution.code: caution.about for caution in shapley(turned, "y", resamples=0).cautions}
    assert codes["suppression"] == ("b",)
    nothing = {"a": a, "b": b, "y": noise}
    assert "weak-model" in {caution.code for caution in shapley(nothing, "y", resamples=0).cautions}
    few = {"a": a[:20], "b": b[:20], "y": (a + b)[:20]}
    assert "few-answers" in {caution.code for caution in shapley(few, "y", resamples=0).cautions}


def test_resamples_that_cannot_be_computed():
    rare = np.zeros(60)
    rare[:2] = 1
    random = np.random.default_rng(0)
    table = {"rare": rare, "b": random.normal(size=60), "y": random.normal(size=60)}
    found = relative_weights(table, "y", resamples=300)
    assert "resamples-failed" in {caution.code for caution in found.cautions}
    once = table | {"rare": (np.arange(60) == 0).astype(float)}
    with pytest.raises(BadData, match="one respondent's answers alone") as wrong:
        regression(once, "y")
    assert wrong.value.about == ("rare",)


@pytest.mark.parametrize(
    ("table", "options", "code", "about"),
    [
        ({"a": [1, 2, 3, 4, 5, 5], "y": [1, 2, 3, 4, 5, 5]}, {"outcome": "z"}, "no-item", ("z",)),
        ({"y": [1, 2, 3, 4, 5, 5]}, {}, "no-drivers", ()),
        ({"a": [1, 2, 3, 4, 5, 5], "y": [1, 2, 3, 4, 5, 5]}, {"items": ["a", "y"]}, "outcome-is-driver", ("y",)),
        ({"a": [1, 2, 3], "y": [1, 2, 3]}, {}, "few-answers", ()),
        ({"a": [1, 2, 3, 4, None, None], "y": [1, 2, None, 4, 4, 4]}, {}, "few-answers", ()),
        ({"a": [2, 2, 2, 2, 2, 2], "y": [1, 2, 3, 4, 5, 5]}, {}, "constant", ("a",)),
        ({"a": [1, 2, 3, 4, 5, 5], "y": [2, 2, 2, 2, 2, 2]}, {}, "constant", ("y",)),
        (
            {"a": [1, 2, 3, 4, 5, 5], "b": [2, 1, 2, 5, 1, 3], "c": [3, 3, 5, 9, 6, 8], "y": [1, 3, 3, 4, 5, 5]},
            {},
            "singular",
            ("a", "b", "c"),
        ),
        ({"a": [1, 2, 3, 4, 5, 5], "y": [1, 3, 3, 4, 5, 5]}, {"level": 95}, "bad-level", ("level",)),
    ],
)
@pytest.mark.parametrize("way", [regression, relative_weights, shapley, dominance, key_drivers])
def test_refuses(way, table, options, code, about):
    options = {"outcome": "y"} | options
    if way is dominance and code == "bad-level":
        options.pop("level")
        assert dominance(table, **options)
        return
    with pytest.raises((BadData, BadModel)) as wrong:
        way(table, **options)
    assert wrong.value.code == code
    assert wrong.value.about == about


@pytest.mark.parametrize(
    "options",
    [
        {"resamples": 50},
        {"resamples": -1},
        {"interval": "t"},
        {"exact_up_to": 25},
        {"exact_up_to": -1},
        {"orders": 1},
        {"seed": -1},
    ],
)
def test_refuses_options(options):
    with pytest.raises(BadModel):
        shapley(survey(), "satisfaction", **options)


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        (np.ones((2, 3)), "not-square"),
        ([[1, 0.5], [0.4, 1]], "not-correlations"),
        ([[2, 0.5], [0.5, 1]], "not-correlations"),
        ([[1, np.nan], [np.nan, 1]], "not-correlations"),
        ([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]], "singular"),
        ([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], "not-positive-definite"),
        ([[1, 0.9, -0.9, 0], [0.9, 1, 0.9, 0], [-0.9, 0.9, 1, 0], [0, 0, 0, 1]], "not-positive-definite"),
    ],
)
def test_refuses_matrices(matrix, code):
    for of_matrix in (relative_weights_of_matrix, shapley_of_matrix, dominance_of_matrix):
        with pytest.raises(BadData) as wrong:
            of_matrix(np.array(matrix, float))
        assert wrong.value.code == code


def test_refuses_wrong_names_and_no_outcome():
    with pytest.raises(BadModel, match="2 drivers and 3 names"):
        relative_weights_of_matrix(np.eye(3), drivers=["a", "b", "c"])
    with pytest.raises(BadModel, match="Name the outcome"):
        regression(survey(), None)  # type: ignore[arg-type]

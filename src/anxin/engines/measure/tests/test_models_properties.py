"""What must not change a model's answer: the order of items, rows and groups, units, and rows written as frequencies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines import measure

FACTORS = {"f": ["x0", "x1", "x2"], "g": ["x3", "x4", "x5"]}
MODEL = "f =~ x0 + x1 + x2\ng =~ x3 + x4 + x5"
ROWS = 160
seeds = st.integers(0, 10**6)
few = settings(max_examples=10, deadline=None)


def sample(seed: int, *, ordered: bool = False, rows: int = ROWS) -> dict[str, np.ndarray]:
    """Two related factors of three items each, loadings and relation drawn with the seed."""
    rng = np.random.default_rng(seed)
    f = rng.standard_normal(rows)
    g = 0.5 * f + np.sqrt(0.75) * rng.standard_normal(rows)
    loadings = rng.uniform(0.65, 0.9, 6)
    items = np.repeat([f, g], 3, axis=0).T * loadings + rng.standard_normal((rows, 6)) * np.sqrt(1 - loadings**2)
    if ordered:
        items = 1.0 + np.searchsorted(np.array([-0.9, 0.0, 0.8]), items)
    return {f"x{place}": items[:, place] for place in range(6)}


def fitted(data: Any, model: Any = MODEL, **options: Any) -> measure.FittedModel:
    found = measure.fit(model, data, **options)
    assert found.converged
    return found


def numbers(model: measure.FittedModel, names: list[str] | None = None) -> np.ndarray:
    """Standardised solution and fit, which name no unit and no order."""
    named = names or ["f=~x0", "f=~x1", "f=~x2", "g=~x3", "g=~x4", "g=~x5", "f~~g", "x0~~x0", "x5~~x5"]
    best = model.fit.scaled or model.fit
    fit = [best.chisq, model.fit.chisq, best.cfi, best.rmsea, model.fit.srmr]
    return np.array([*(model.get(name).std_all for name in named), *fit])


ways = pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"ordered": True}], ids=["ML", "MLR", "WLSMV"])


@ways
@few
@given(seed=seeds)
def test_order_of_rows_items_and_factors(options: dict[str, Any], seed: int) -> None:
    data = sample(seed, ordered="ordered" in options)
    plain = fitted(data, **options)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(ROWS)
    np.testing.assert_allclose(
        numbers(fitted({name: column[rows] for name, column in data.items()}, **options)), numbers(plain), atol=1e-6
    )
    columns = {name: data[name] for name in rng.permutation(list(data))}
    np.testing.assert_allclose(numbers(fitted(columns, **options)), numbers(plain), atol=1e-6)
    # Another marker and the factors the other way round: other units, the same standardised solution and fit.
    turned = {"g": rng.permutation(FACTORS["g"]).tolist(), "f": rng.permutation(FACTORS["f"]).tolist()}
    np.testing.assert_allclose(numbers(fitted(data, turned, **options)), numbers(plain), atol=2e-5)
    unit = fitted(data, std_lv=True, **options)
    np.testing.assert_allclose(numbers(unit), numbers(plain), atol=2e-5)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
@few
@given(seed=seeds, power=st.integers(-3, 4), shift=st.floats(-100, 100))
def test_units_of_measurements(estimator: Any, seed: int, power: int, shift: float) -> None:
    data = sample(seed)
    plain = fitted(data, estimator=estimator)
    scale = 10.0**power
    moved = fitted({**data, "x1": scale * data["x1"] + shift * scale, "x4": -data["x4"]}, estimator=estimator)
    signs = np.ones(14)
    signs[4] = -1  # g=~x4
    np.testing.assert_allclose(numbers(moved), numbers(plain) * signs, atol=2e-5)
    one, other = moved.get("f=~x1"), plain.get("f=~x1")
    assert one.estimate == pytest.approx(scale * other.estimate, rel=1e-5)
    assert one.se == pytest.approx(scale * other.se, rel=1e-5)


@few
@given(seed=seeds)
def test_any_numbers_in_order_name_ordinal_answers(seed: int) -> None:
    data = sample(seed, ordered=True)
    rng = np.random.default_rng(seed)
    names = np.sort(rng.choice(np.arange(-50, 50), 5, replace=False))
    moved = {name: names[column.astype(int)] for name, column in data.items()}
    plain, other = fitted(data, ordered=True), fitted(moved, ordered=True)
    np.testing.assert_array_equal(numbers(other), numbers(plain))
    assert [one.se for one in other.estimates if one.free] == [one.se for one in plain.estimates if one.free]


@few
@given(seed=seeds)
def test_order_and_names_of_groups(seed: int) -> None:
    data = sample(seed)
    which = np.random.default_rng(seed).permutation(np.arange(ROWS) % 2)
    options: dict[str, Any] = {"group": "", "equal": ("loadings", "intercepts")}
    names = np.array(["a", "b"])
    plain = fitted(measure.Answers.of(data, group=names[which]), **options)
    other = fitted(measure.Answers.of(data, group=names[1 - which]), **options)
    assert (plain.groups, other.groups) == (("a", "b"), ("a", "b"))
    assert plain.group_sizes == other.group_sizes[::-1]
    assert other.fit.chisq == pytest.approx(plain.fit.chisq, abs=1e-6)
    for name in ("x0~~x0", "f~~g", "g=~x5"):
        for group, swapped in (("a", "b"), ("b", "a")):
            assert other.get(name, group).std_all == pytest.approx(plain.get(name, swapped).std_all, abs=1e-5)

    # The first group's means are zero, so the other's are its distance from them.
    def apart(model: measure.FittedModel) -> float:
        return model.get("f~1", "b").estimate - model.get("f~1", "a").estimate

    assert apart(other) == pytest.approx(-apart(plain), abs=1e-5)
    listed = fitted({**data, "who": names[which]}, **{**options, "group": "who"})
    np.testing.assert_allclose([one.estimate for one in listed.estimates], [one.estimate for one in plain.estimates])


@ways
@few
@given(seed=seeds)
def test_two_like_groups_are_one(options: dict[str, Any], seed: int) -> None:
    """Each half twice the same answers: every group's estimates are those of one, and chi-square doubles."""
    data = sample(seed, ordered="ordered" in options)
    twice = {name: np.tile(column, 2) for name, column in data.items()}
    one = fitted(data, **options)
    both = fitted(measure.Answers.of(twice, group=np.repeat([1, 2], ROWS)), group="", **options)
    for group in ("1", "2"):
        for name in ("f=~x1", "f~~g", "x0~~x0"):
            assert both.get(name, group).estimate == pytest.approx(one.get(name).estimate, abs=1e-6)
    assert both.fit.chisq == pytest.approx(2 * one.fit.chisq, rel=1e-5, abs=1e-6)
    assert both.fit.df == 2 * one.fit.df


@few
@given(seed=seeds)
def test_whole_weights_give_the_estimates_of_repeated_rows(seed: int) -> None:
    # (WLSMV weighs correlations by their errors, which survey weights widen, so its estimates are others.)
    for options in ({"estimator": "MLR"}, {"estimator": "ULSMV"}):
        data = sample(seed, ordered=options["estimator"] == "ULSMV")
        weights = np.random.default_rng(seed).integers(0, 4, ROWS)
        again = {name: np.repeat(column, weights) for name, column in data.items()}
        weighted = fitted(measure.Answers.of(data, weights=weights.astype(float)), **options)
        repeated = fitted(again, **options)
        for name in ("f=~x1", "g=~x5", "f~~g", "f~~f"):
            assert weighted.get(name).estimate == pytest.approx(repeated.get(name).estimate, abs=1e-5)
        # As survey weights they say less than so many respondents would: errors do not shrink with them.
        assert weighted.get("f~~g").se > 0.9 * repeated.get("f~~g").se * np.sqrt(weights.sum() / (weights > 0).sum())
        scaled = fitted(measure.Answers.of(data, weights=7.5 * weights), **options)
        np.testing.assert_allclose(numbers(scaled), numbers(weighted), atol=1e-6)


@few
@given(seed=seeds)
def test_equal_weights_and_full_information_change_nothing(seed: int) -> None:
    data = sample(seed)
    for options in ({"estimator": "MLR"}, {"ordered": True}):
        data = sample(seed, ordered="ordered" in options)
        plain = fitted(data, **options)
        weighted = fitted(measure.Answers.of(data, weights=np.full(ROWS, 3.0)), **options)
        np.testing.assert_allclose(numbers(weighted), numbers(plain), atol=1e-6)
        errors = [[one.se for one in model.estimates if one.free] for model in (weighted, plain)]
        np.testing.assert_allclose(*errors, rtol=1e-5)
    data = sample(seed)
    np.testing.assert_allclose(numbers(fitted(data, missing="fiml")), numbers(fitted(data, means=True)), atol=1e-5)


@few
@given(seed=seeds)
def test_a_model_gives_back_what_it_implies(seed: int) -> None:
    """Answers whose covariances are exactly the model's have a chi-square of nothing and their own parameters."""
    rng = np.random.default_rng(seed)
    loadings = np.zeros((6, 2))
    loadings[:3, 0], loadings[3:, 1] = (1, *rng.uniform(0.5, 1.5, 2)), (1, *rng.uniform(0.5, 1.5, 2))
    factors = np.array([[1, 0.4], [0.4, 0.8]])
    errors = rng.uniform(0.3, 1, 6)
    sigma = loadings @ factors @ loadings.T + np.diag(errors)
    raw = rng.standard_normal((200, 6))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / 200)).T
    items = white @ np.linalg.cholesky(sigma).T
    model = fitted({f"x{place}": items[:, place] for place in range(6)})
    assert model.fit.chisq == pytest.approx(0, abs=1e-8)
    np.testing.assert_allclose(model.loading_matrix(standardised=False), loadings, atol=1e-6)
    found = [model.get(name).estimate for name in ("f~~f", "f~~g", "g~~g")]
    np.testing.assert_allclose(found, [1, 0.4, 0.8], atol=1e-6)
    np.testing.assert_allclose([model.get(f"x{place}~~x{place}").estimate for place in range(6)], errors, atol=1e-6)
    np.testing.assert_allclose(model.implied(), sigma, atol=1e-6)
    np.testing.assert_allclose(model.residuals(), 0, atol=1e-7)

"""Polychoric correlations against the likelihood worked out in SciPy, simulated truth, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal

from anxin.engines import measure

CUTS = np.array([-1.2, -0.4, 0.3, 1.1])


def normal_answers(n: int, correlation: np.ndarray, seed: int, cuts: np.ndarray = CUTS) -> dict[str, np.ndarray]:
    latent = np.random.default_rng(seed).multivariate_normal(np.zeros(len(correlation)), correlation, n)
    return {f"x{i + 1}": 1 + np.searchsorted(cuts, latent[:, i]) for i in range(len(correlation))}


def cells(r: float, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Probabilities of a table's cells by SciPy's bivariate normal distribution."""
    edges = [np.clip(np.concatenate([[-np.inf], cut, [np.inf]]), -9, 9) for cut in (rows, columns)]
    below = np.array(
        [[multivariate_normal.cdf([a, b], mean=[0, 0], cov=[[1, r], [r, 1]]) for b in edges[1]] for a in edges[0]]
    )
    return np.diff(np.diff(below, axis=0), axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_the_estimate_maximises_the_likelihood(seed: int) -> None:
    table = normal_answers(300, np.array([[1, 0.3 * seed - 0.4], [0.3 * seed - 0.4, 1]]), seed, CUTS[: 2 + seed % 3])
    found = measure.polychoric(table)
    x, y = table["x1"], table["x2"]
    counts = np.array([[np.sum((x == a) & (y == b)) for b in np.unique(y)] for a in np.unique(x)])
    rows, columns = (ndtri(np.cumsum(counts.sum(axis=axis))[:-1] / 300) for axis in (1, 0))
    np.testing.assert_allclose(found.thresholds[0], rows)
    np.testing.assert_allclose(found.thresholds[1], columns)

    def loss(r: float) -> float:
        return -float((counts * np.log(np.maximum(cells(r, rows, columns), 1e-300))).sum())

    best = minimize_scalar(loss, bounds=(-0.95, 0.95), method="bounded", options={"xatol": 1e-9})
    assert found.matrix[0, 1] == pytest.approx(best.x, abs=1e-5)


def test_a_table_that_a_correlation_makes_gives_it_back() -> None:
    r = 0.55
    expected = cells(r, CUTS, CUTS[:2]) * 1e6
    rows, columns = np.indices(expected.shape)
    found = measure.polychoric(
        measure.Answers.of({"a": rows.ravel(), "b": columns.ravel(), "w": expected.ravel()}, weights="w")
    )
    assert found.matrix[0, 1] == pytest.approx(r, abs=1e-7)
    np.testing.assert_allclose(found.thresholds[0], CUTS, atol=1e-7)


def test_the_truth_is_recovered_within_its_standard_errors() -> None:
    truth = np.array([[1, 0.6, 0.2, -0.5], [0.6, 1, 0.1, -0.3], [0.2, 0.1, 1, 0], [-0.5, -0.3, 0, 1]])
    found = measure.polychoric(normal_answers(20_000, truth, 1))
    pairs = np.triu_indices(4, 1)
    assert np.abs((found.matrix - truth)[pairs] / found.standard_errors[pairs]).max() < 4
    np.testing.assert_allclose(np.array(found.thresholds), np.tile(CUTS, (4, 1)), atol=0.04)
    assert found.n == 20_000
    assert not found.cautions


def test_standard_errors_are_the_spread_of_estimates() -> None:
    truth = np.array([[1, 0.5], [0.5, 1]])
    found = [measure.polychoric(normal_answers(400, truth, seed)) for seed in range(300)]
    spread = np.std([one.matrix[0, 1] for one in found], ddof=1)
    assert np.mean([one.standard_errors[0, 1] for one in found]) == pytest.approx(spread, rel=0.15)


def test_a_tetrachoric_correlation_at_the_medians_has_a_closed_form() -> None:
    # Sheppard 1899: with both cuts at 0 the share in the first quadrant is 1/4 + arcsin(r) / 2π.
    counts = np.array([[70, 30], [30, 70]])
    rows, columns = np.indices((2, 2))
    found = measure.polychoric({
        "a": np.repeat(rows.ravel(), counts.ravel()), "b": np.repeat(columns.ravel(), counts.ravel()),
    })  # fmt: skip
    assert found.matrix[0, 1] == pytest.approx(np.sin(2 * np.pi * (0.35 - 0.25)), abs=1e-9)


def test_only_the_one_empty_cell_of_a_two_by_two_table_is_filled() -> None:
    def of(counts: list[list[float]]) -> measure.Polychoric:
        table = np.array(counts)
        rows, columns = np.indices(table.shape)
        return measure.polychoric(
            measure.Answers.of({"a": rows.ravel(), "b": columns.ravel(), "w": table.ravel()}, weights="w")
        )

    # Half a respondent into the empty cell, taken from its neighbours so that the margins stay.
    assert of([[40, 0], [20, 40]]).matrix[0, 1] == pytest.approx(of([[39.5, 0.5], [20.5, 39.5]]).matrix[0, 1], abs=1e-9)
    assert of([[40, 0], [20, 40]]).matrix[0, 1] < 0.99
    larger = of([[40, 0, 1], [20, 40, 1], [1, 1, 1]])
    filled = of([[39.5, 0.5, 1], [20.5, 39.5, 1], [1, 1, 1]])
    assert abs(larger.matrix[0, 1] - filled.matrix[0, 1]) > 1e-3


def test_missing_answers_listwise_and_pairwise() -> None:
    table = {name: column.astype(float) for name, column in normal_answers(500, np.eye(3) * 0.5 + 0.5, 3).items()}
    table["x3"][:100] = np.nan
    listwise, pairwise = measure.polychoric(table), measure.polychoric(table, missing="pairwise")
    assert (listwise.n, pairwise.n) == (400, 500)
    assert [one.code for one in listwise.cautions] == ["dropped"]
    assert "100 of 500" in str(listwise.cautions[0])
    first_two = measure.polychoric({name: table[name] for name in ("x1", "x2")})
    assert pairwise.matrix[0, 1] == pytest.approx(first_two.matrix[0, 1], abs=1e-12)
    rest = measure.polychoric({name: column[100:] for name, column in table.items()})
    np.testing.assert_allclose(listwise.matrix, rest.matrix, atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7), st.booleans())
def test_what_must_not_change_it(seed: int, categories: int, fractional: bool) -> None:
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.uniform(-1.5, 1.5, categories - 1))
    shape = rng.uniform(-0.8, 0.8, (4, 2))
    correlation = shape @ shape.T / 1.4
    np.fill_diagonal(correlation, 1)
    table = normal_answers(200, correlation, seed, cuts)
    if any(len(np.unique(column)) < 2 for column in table.values()):
        return
    found = measure.polychoric(table)
    order = rng.permutation(4)
    items = list(table)
    turned = measure.polychoric({items[i]: table[items[i]] for i in order})
    np.testing.assert_allclose(turned.matrix, found.matrix[np.ix_(order, order)], atol=1e-9)
    rows = rng.permutation(200)
    np.testing.assert_array_equal(measure.polychoric({i: c[rows] for i, c in table.items()}).matrix, found.matrix)
    # Any recoding that keeps the order of answers; reversing an item turns the sign.
    grow = (lambda x: x**2 / 2 + 0.25) if fractional else (lambda x: 10 * x - 60)
    np.testing.assert_allclose(
        measure.polychoric({i: grow(c) for i, c in table.items()}).matrix, found.matrix, atol=1e-9
    )
    reversed_one = measure.polychoric({**table, "x2": -table["x2"]}).matrix
    signs = np.array([1, -1, 1, 1])
    np.testing.assert_allclose(reversed_one, found.matrix * np.outer(signs, signs), atol=1e-7)
    # Weights are frequencies.
    counts = rng.integers(0, 4, 200)
    again = {i: np.repeat(c, counts) for i, c in table.items()}
    if all(len(np.unique(column)) > 1 for column in again.values()):
        weighted = measure.polychoric(measure.Answers.of(table, weights=counts))
        np.testing.assert_allclose(weighted.matrix, measure.polychoric(again).matrix, atol=1e-9)


def test_a_near_empty_category_and_a_perfect_relation_are_cautions() -> None:
    table = normal_answers(200, np.eye(3) * 0.6 + 0.4, 5)
    table["x1"] = np.clip(table["x1"], 2, None)
    table["x1"][:3] = 1
    found = measure.polychoric({**table, "copy": table["x2"]})
    cautions = {one.code: one for one in found.cautions}
    assert "x1 (1: 3)" in cautions["near-empty-category"].about
    assert "x2 and copy" in cautions["at-the-edge"].about
    assert found.matrix[1, 3] == pytest.approx(0.9999, abs=1e-4)


def test_a_matrix_that_no_normal_variables_have_is_a_caution() -> None:
    # Pairwise, three pairs of items speak of three different groups of people.
    rng = np.random.default_rng(0)
    table = {name: np.full(300, np.nan) for name in ("a", "b", "c")}
    for start, (one, other, sign) in enumerate((("a", "b", 1), ("b", "c", 1), ("a", "c", -1))):
        rows = slice(100 * start, 100 * start + 100)
        latent = rng.standard_normal(100)
        table[one][rows] = np.searchsorted(CUTS, latent + 0.3 * rng.standard_normal(100))
        table[other][rows] = np.searchsorted(CUTS, sign * latent + 0.3 * rng.standard_normal(100))
    found = measure.polychoric(table, missing="pairwise")
    assert "not-positive-definite" in [one.code for one in found.cautions]
    assert np.linalg.eigvalsh(found.matrix)[0] < 0


def test_it_reads_and_stores() -> None:
    found = measure.polychoric(normal_answers(200, np.array([[1, 0.4], [0.4, 1]]), 2))
    assert found.table().columns == ("item", "x1", "x2")
    assert "2 items, 200 answers" in repr(found)
    assert found.to_dict()["matrix"][0][1] == found.matrix[0, 1]
    assert found.categories == ((1.0, 2.0, 3.0, 4.0, 5.0),) * 2
    np.testing.assert_allclose(np.diff(ndtr(found.thresholds[0])) > 0, True)


TABLE = {"a": [1, 2, 3, 1, 2, 3, 2, 1], "b": [2, 1, 3, 1, 3, 3, 2, 1]}
EMPTY = [np.nan] * 8


@pytest.mark.parametrize(
    ("table", "options", "code", "about"),
    [
        ({**TABLE, "c": [4] * 8}, {}, "constant-item", "c"),
        ({**TABLE, "c": EMPTY}, {"missing": "pairwise"}, "all-missing", "c"),
        ({**TABLE, "c": EMPTY}, {}, "all-missing", "c"),
        ({"a": TABLE["a"]}, {}, "one-item", ""),
        ({name: column[:2] for name, column in TABLE.items()}, {}, "too-few", ""),
        ({"a": np.arange(40), "b": np.arange(40) % 5}, {}, "too-many-categories", "a"),
        (TABLE, {"items": ["a", "z"]}, "no-item", "z"),
        (TABLE, {"missing": "mean"}, "bad-option", "missing"),
        (
            {"a": [1, 2, 3, 4, *[np.nan] * 4], "b": [*[np.nan] * 4, 1, 2, 3, 4]},
            {"missing": "pairwise"},
            "never-together",
            "a",
        ),
        (
            {"a": [1, 2, 1, 2, 1, 1, 1, 1], "b": [*[np.nan] * 4, 1, 2, 3, 4]},
            {"missing": "pairwise"},
            "constant-item",
            "a",
        ),
    ],
)
def test_refuses(table: dict[str, list[float]], options: dict[str, object], code: str, about: str) -> None:
    with pytest.raises(measure.MeasureError) as wrong:
        measure.polychoric(table, **options)
    assert wrong.value.code == code
    assert not about or about in wrong.value.about
    assert all(name in str(wrong.value) for name in wrong.value.about)

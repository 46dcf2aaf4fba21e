"""Unrotated factors: against R, against a known structure, and at their own minimum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import BadModel, NotIdentified
from anxin.engines.measure.factors.extraction import LOWEST, degrees, extract, squared_multiple
from anxin.engines.measure.moments import moments
from anxin.engines.measure.tests import reference

SETS = [("hs", 3), ("servperf_500", 5), ("bfi", 5)]


def structure(seed: int, p: int = 12, k: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """A correlation matrix that k factors reproduce exactly, and its communalities."""
    rng = np.random.default_rng(seed)
    loadings = rng.uniform(-0.12, 0.12, (p, k))
    loadings[np.arange(p), np.arange(p) % k] += rng.uniform(0.45, 0.75, p)
    r = loadings @ loadings.T
    communalities = np.diagonal(r).copy()
    np.fill_diagonal(r, 1.0)
    return r, communalities


def noisy(seed: int, n: int = 200, p: int = 12) -> np.ndarray:
    r, _ = structure(seed, p)
    data = np.random.default_rng(seed).multivariate_normal(np.zeros(p), r, n)
    return np.corrcoef(data.T)


def ml_value(r: np.ndarray, psi: np.ndarray, k: int) -> float:
    values = np.linalg.eigvalsh(r / np.sqrt(np.outer(psi, psi)))[: len(r) - k]
    return float(np.sum(values - np.log(values) - 1))


def minres_value(r: np.ndarray, psi: np.ndarray, k: int) -> float:
    values = np.linalg.eigvalsh(r - np.diag(psi))[: len(r) - k]
    return float(np.sum(values**2) / 2)


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
@given(seed=st.integers(0, 2**20))
@settings(max_examples=15, deadline=None)
def test_an_exact_structure_is_found_again(method: str, seed: int) -> None:
    r, communalities = structure(seed)
    found = extract(r, 3, method, tolerance=1e-12)
    assert found.converged
    off = ~np.eye(len(r), dtype=bool)
    np.testing.assert_allclose((found.loadings @ found.loadings.T)[off], r[off], atol=1e-6)
    np.testing.assert_allclose(1 - found.uniquenesses, communalities, atol=1e-6)


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("seed", range(5))
def test_no_step_leads_lower(method: str, seed: int) -> None:
    r = noisy(seed)
    found = extract(r, 3, method)
    value = ml_value if method == "ml" else minres_value
    here = value(r, found.uniquenesses, 3)
    for place in range(len(r)):
        for step in (-1e-3, 1e-3):
            there = found.uniquenesses.copy()
            there[place] += step
            assert value(r, there, 3) > here


def test_principal_axes_end_at_minres() -> None:
    r = noisy(3)
    axes, least = extract(r, 3, "pa", tolerance=1e-11), extract(r, 3)
    assert axes.converged
    np.testing.assert_allclose(axes.uniquenesses, least.uniquenesses, atol=1e-7)


@given(seed=st.integers(0, 2**20))
@settings(max_examples=15, deadline=None)
def test_order_of_items_only_orders_the_uniquenesses(seed: int) -> None:
    r = noisy(seed)
    order = np.random.default_rng(seed).permutation(len(r))
    for method in ("minres", "ml"):
        plain, turned = extract(r, 2, method), extract(r[np.ix_(order, order)], 2, method)
        np.testing.assert_allclose(turned.uniquenesses, plain.uniquenesses[order], atol=1e-6)


def test_columns_come_by_falling_size_and_are_orthogonal() -> None:
    found = extract(noisy(1), 3)
    inner = found.loadings.T @ found.loadings
    np.testing.assert_allclose(inner, np.diag(np.diagonal(inner)), atol=1e-10)
    assert np.all(np.diff(np.diagonal(inner)) < 0)


def test_a_heywood_case_stops_at_the_bound() -> None:
    r = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]])  # l1 = sqrt(.9 .8 / .5) > 1
    assert extract(r, 1).uniquenesses[0] == LOWEST
    assert extract(r, 1, "ml").uniquenesses[0] == pytest.approx(LOWEST, rel=1e-12)
    assert not extract(r, 1, "pa").converged


def test_one_factor_of_three_items_by_hand() -> None:
    r = np.array([[1, 0.42, 0.36], [0.42, 1, 0.3024], [0.36, 0.3024, 1]])
    expected = np.sqrt([0.42 * 0.36 / 0.3024, 0.42 * 0.3024 / 0.36, 0.36 * 0.3024 / 0.42])  # Spearman's triads
    for method in ("minres", "ml"):
        np.testing.assert_allclose(np.abs(extract(r, 1, method).loadings[:, 0]), expected, atol=1e-8)


def test_squared_multiple_correlations() -> None:
    r = noisy(2)
    rest = np.delete(np.delete(r, 4, 0), 4, 1)
    own = np.delete(r[4], 4)
    assert squared_multiple(r)[4] == pytest.approx(own @ np.linalg.solve(rest, own), rel=1e-10)
    singular = np.ones((3, 3)) * 0.5 + np.diag([0.5] * 3)
    singular[0, 1] = singular[1, 0] = 1.0
    np.testing.assert_allclose(squared_multiple(singular), [1, 1, 0.25])


def test_too_many_factors_are_refused_with_the_most_there_can_be() -> None:
    assert degrees(6, 3) == 0
    with pytest.raises(NotIdentified, match=r"6 items cannot settle 4 factors.*Ask for 3 at most") as caught:
        extract(np.eye(6), 4)
    assert caught.value.code == "too-many-factors"
    with pytest.raises(NotIdentified, match="at least 3 items"):
        extract(np.eye(2), 1)
    with pytest.raises(BadModel, match="whole number from 1, not 0"):
        extract(np.eye(6), 0)
    with pytest.raises(BadModel, match=r"no method 'alpha'. Methods: minres, ml, pa"):
        extract(np.eye(6), 1, "alpha")


@pytest.mark.shared
@pytest.mark.parametrize(("name", "k"), SETS)
def test_uniquenesses_agree_with_psych(shared: Path, name: str, k: int) -> None:
    r = moments(reference.answers(shared, name)).cor
    theirs = reference.estimates(shared, name)
    for key, method in (("psych.fa.minres.oblimin", "minres"), ("psych.fa.ml.oblimin", "ml")):
        np.testing.assert_allclose(1 - extract(r, k, method).uniquenesses, theirs[key]["h2"], atol=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "k"), SETS)
def test_ml_is_no_worse_than_factanal(shared: Path, name: str, k: int) -> None:
    """factanal's optimiser stops up to 1.1e-5 short in a uniqueness (bfi): its likelihood is the worse one."""
    r = moments(reference.answers(shared, name)).cor
    theirs = np.array(reference.estimates(shared, name)["stats.factanal.varimax"]["uniq"])
    found = extract(r, k, "ml")
    np.testing.assert_allclose(found.uniquenesses, theirs, atol=1.2e-5)
    assert ml_value(r, found.uniquenesses, k) < ml_value(r, theirs, k)

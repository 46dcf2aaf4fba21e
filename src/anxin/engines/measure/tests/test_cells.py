"""The compiled loops over pair tables and their NumPy forms, which take over where Numba is missing, say the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from anxin.engines.measure.pairs import cells, fitting
from anxin.engines.measure.pairs.normal import RULES, exponential

CUTS = np.array([[-1.9, -1.15, -0.35, 0.75], [-0.2, 0.4, np.inf, np.inf], [-8.0, -0.5, 1.3, np.inf]])


@settings(deadline=None)  # the first call compiles
@given(st.floats(-708, 0))
def test_exponential(x):
    assert exponential(x) == pytest.approx(np.exp(x), rel=4e-16, abs=0)


def test_exponential_far_out_is_next_to_nothing():
    assert 0 < exponential(-1e6) < 1e-307
    assert 0 < exponential(-np.inf) < 1e-307


@pytest.mark.parametrize("r", [-0.9999, -0.95, -0.7, -0.1, 0.0, 0.3, 0.61, 0.9, 0.9999])
def test_chances_of_cells(r):
    left, right = np.repeat(CUTS, 3, axis=0), np.tile(CUTS, (3, 1))
    every = np.full(len(left), r)
    chance, change = cells._chances(left, right, every, RULES)
    same_chance, same_change = cells._chances_arrays(left, right, every)
    np.testing.assert_allclose(chance, same_chance, rtol=0, atol=2e-15)
    np.testing.assert_allclose(change, same_change, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(chance.sum(axis=(1, 2)), 1, atol=2e-14)
    # Each row's cells sum to what the left item's thresholds cut off.
    edges = ndtr(np.column_stack([np.full(len(left), -np.inf), left, np.full(len(left), np.inf)]))
    np.testing.assert_allclose(chance.sum(axis=2), np.diff(edges, axis=1), atol=2e-14)
    np.testing.assert_allclose(change.sum(axis=(1, 2)), 0, atol=1e-14)


def test_fits_agree_and_recover_the_correlation():
    r = np.array([-0.95, -0.6, -0.2, 0.0, 0.45, 0.62, 0.93])
    random = np.random.default_rng(3)
    left, right = np.sort(ndtri(random.uniform(0.05, 0.95, (2, len(r), 3))), axis=-1)
    tables = 1000 * cells.chances(left, right, r)[0]
    start = np.zeros(len(r))
    compiled = fitting._fit(tables, left, right, start, RULES)
    np.testing.assert_allclose(compiled, r, atol=1e-9)
    np.testing.assert_allclose(fitting._fit_arrays(tables, left, right, start), compiled, rtol=0, atol=1e-10)

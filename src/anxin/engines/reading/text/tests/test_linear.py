from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_array

from anxin.engines.reading.text.linear import Heads, fit

WIDTH = 40


def problem(seed: int = 1, count: int = 60) -> tuple[csr_array, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    dense = chance.random((count, WIDTH)) * (chance.random((count, WIDTH)) < 0.2)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    wanted = np.stack((dense[:, 0] > dense[:, 1], chance.random(count) < 0.1), axis=1)
    losses = (chance.random((count, 2)) * 6).astype(np.float32)
    losses[:5, 1] = 0
    return csr_array(dense.astype(np.float32)), wanted, losses


def nothing(labels: int = 2) -> Heads:
    return Heads(np.zeros((WIDTH, labels), np.float32), np.zeros(labels, np.float32))


def test_finds_the_minimum() -> None:
    rows, wanted, losses = problem()
    heads = fit(rows, wanted, losses, nothing(), tolerance=1e-5)
    dense = rows.toarray().astype(float)
    # The intercept's column is as long as the weighted rows' main direction.
    heaviest = losses.max(axis=1).astype(float)
    constant = np.sqrt(1.05 * np.linalg.eigvalsh(dense.T @ (heaviest[:, None] * dense))[-1] / heaviest.sum())
    for label in range(2):
        signs = np.where(wanted[:, label], 1, -1)

        def loss(unknown: np.ndarray, signs: np.ndarray = signs, label: int = label) -> float:
            margins = signs * (dense @ unknown[:-1] + constant * unknown[-1])
            return float(losses[:, label] @ np.logaddexp(0, -margins) + 0.5 * unknown @ unknown)

        best = minimize(loss, np.zeros(WIDTH + 1), method="BFGS", options={"gtol": 1e-6}).x
        np.testing.assert_allclose(heads.weights[:, label], best[:-1], atol=3e-3)
        assert heads.intercepts[label] == pytest.approx(constant * best[-1], abs=3e-3)


def test_what_is_anchored_does_not_move() -> None:
    rows, wanted, losses = problem()
    learned = fit(rows, wanted, losses, nothing())
    again = fit(rows, wanted, losses, learned, anchored=np.ones(wanted.shape, dtype=bool))
    np.testing.assert_array_equal(again.weights, learned.weights)
    np.testing.assert_array_equal(again.intercepts, learned.intercepts)


def test_labels_do_not_touch_one_another() -> None:
    rows, wanted, losses = problem()
    both = fit(rows, wanted, losses, nothing(), tolerance=1e-5)
    flipped = wanted.copy()
    flipped[:, 1] = ~flipped[:, 1]
    other = fit(rows, flipped, losses, nothing(), tolerance=1e-5)
    np.testing.assert_allclose(both.weights[:, 0], other.weights[:, 0], atol=2e-3)
    assert np.abs(both.weights[:, 1] - other.weights[:, 1]).max() > 0.1


def test_columns_that_do_not_occur_stay() -> None:
    rows, wanted, losses = problem()
    prior = nothing()
    prior.weights[:] = 0.25
    narrow = csr_array(rows.toarray() * (np.arange(WIDTH) < 10))
    heads = fit(narrow.astype(np.float32), wanted, losses, prior)
    assert (heads.weights[10:] == 0.25).all()
    assert (heads.weights[:10] != 0.25).any()


def test_no_rows_teach_nothing() -> None:
    rows = csr_array((0, WIDTH), dtype=np.float32)
    heads = fit(rows, np.zeros((0, 2), bool), np.zeros((0, 2), np.float32), nothing())
    assert not heads.weights.any()
    assert not heads.intercepts.any()

"""R² of every subset of the drivers at once."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.drivers.observations import SINGULAR
from anxin.engines.measure.results import Floats


def subset_r_squared(correlations: Floats) -> Floats:
    """(2^p, b): R² of each subset of p drivers for (b, p + 1, p + 1) correlation matrices, the outcome last.

    Bit j of a subset's number says whether driver j is in it. Driver by driver, each matrix so far becomes two: one with the
    driver dropped, one with it swept out (what is left of the others' covariances once it is held constant), both one row and
    column smaller; after p steps the outcome's unexplained variance is left. About 6 · 2^p numbers in all, and 2.3 · 2^p at
    a time. Matrices with a gap or linearly dependent drivers give NaN.
    """
    left = np.ascontiguousarray(np.moveaxis(correlations, 0, -1))
    p = left.shape[0] - 1
    batch = left.shape[2]
    for _ in range(p):
        pivot = left[0, 0]
        rest = left[1:, 1:]
        pivot = np.where(pivot > SINGULAR, pivot, np.nan)
        swept = rest - (left[0, 1:] / pivot)[:, None] * left[0, 1:][None, :]
        left = np.concatenate([rest, swept], axis=2)
    result: Floats = 1.0 - left[0, 0].reshape(1 << p, batch)
    # A resample that can only sometimes be computed cannot be computed.
    result[:, np.isnan(result).any(axis=0)] = np.nan
    return result


def sizes(p: int) -> NDArray[np.intp]:
    """How many drivers are in each of the 2^p subsets."""
    result = np.zeros(1, np.intp)
    for _ in range(p):
        result = np.concatenate([result, result + 1])
    return result


def shapley_of_subsets(r_squared: Floats) -> Floats:
    """(b, p) Shapley values: for each driver the mean gain in R² over all orders in which drivers can come.

    φ_j = Σ over S without j of |S|! (p - |S| - 1)! / p! (R²(S with j) - R²(S)) (Shapley 1953), regrouped so that each subset is
    read once for every driver.
    """
    count, batch = r_squared.shape
    p = count.bit_length() - 1
    # without[s]: weight of a subset of size s that lacks the driver; one that has it weighs without[s - 1].
    without = np.array([factorial(s) * factorial(p - s - 1) / factorial(p) for s in range(p)] + [0.0])
    both = without + np.concatenate([[0.0], without[:-1]])
    size = sizes(p)
    base = without[size] @ r_squared
    weighted = both[size][:, None] * r_squared
    shares = [weighted.reshape(-1, 2, 1 << j, batch)[:, 1].sum(axis=(0, 1)) for j in range(p)]
    return np.asarray(np.stack(shares, axis=1) - base[:, None])


def conditional_gains(r_squared: Floats) -> Floats:
    """(p, p): driver j's mean gain in R² when it joins k others, k = 0 … p - 1, from one matrix's (2^p,) R²."""
    p = r_squared.size.bit_length() - 1
    size = sizes(p)
    result = np.empty((p, p))
    for j in range(p):
        cube = r_squared.reshape(-1, 2, 1 << j)
        gains = (cube[:, 1] - cube[:, 0]).reshape(-1)
        others = size.reshape(-1, 2, 1 << j)[:, 0].reshape(-1)
        result[j] = np.bincount(others, weights=gains, minlength=p) / np.bincount(others, minlength=p)
    return result


def always_above(r_squared: Floats, tolerance: float = 1e-12) -> NDArray[np.bool_]:
    """(p, p): whether the row's driver adds at least as much as the column's to every subset without both, and once more."""
    p = r_squared.size.bit_length() - 1
    number = np.arange(1 << p)
    result = np.zeros((p, p), bool)
    for i in range(p):
        for j in range(p):
            if i != j:
                plain = number[(number >> i & 1 == 0) & (number >> j & 1 == 0)]
                gap = r_squared[plain | 1 << i] - r_squared[plain | 1 << j]
                result[i, j] = bool(gap.min() >= -tolerance and gap.max() > tolerance)
    return result

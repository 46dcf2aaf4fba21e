"""Matrices of judgements for the tests of the analytic hierarchy process."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from anxin.engines.measure.evaluation import SAATY_SCALE

Matrix = NDArray[np.float64]

HOUSE_NAMES = ("size", "transport", "neighbourhood", "age", "yard", "modern", "condition", "financing")
# Saaty 2003 (EJOR 145), a family chooses a house; rows above the diagonal.
HOUSE = [
    *(5, 3, 7, 6, 6, 1 / 3, 1 / 4),
    *(1 / 3, 5, 3, 3, 1 / 5, 1 / 7),
    *(6, 3, 4, 6, 1 / 5),
    *(1 / 3, 1 / 4, 1 / 7, 1 / 8),
    *(1 / 2, 1 / 5, 1 / 6),
    *(1 / 5, 1 / 6),
    1 / 2,
]


def consistent(weights: Matrix) -> Matrix:
    return weights[:, None] / weights[None, :]


@st.composite
def weights(draw: st.DrawFn, least: int = 2, most: int = 7) -> Matrix:
    n = draw(st.integers(least, most))
    values = np.array(draw(st.lists(st.floats(0.05, 20.0), min_size=n, max_size=n)))
    return values / values.sum()


@st.composite
def matrices(draw: st.DrawFn, least: int = 3, most: int = 7) -> Matrix:
    """Complete, on Saaty's scale, of any inconsistency."""
    n = draw(st.integers(least, most))
    upper = draw(st.lists(st.sampled_from(SAATY_SCALE), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    matrix = np.ones((n, n))
    rows, columns = np.triu_indices(n, 1)
    matrix[rows, columns] = upper
    matrix[columns, rows] = 1 / np.array(upper)
    return matrix


@st.composite
def gappy(draw: st.DrawFn, least: int = 3, most: int = 6) -> Matrix:
    """With gaps, but linked: the pairs of a random chain through all criteria stay."""
    matrix = draw(matrices(least, most))
    n = len(matrix)
    chain = draw(st.permutations(range(n)))
    kept = {frozenset(pair) for pair in pairwise(chain)}
    for i in range(n):
        for j in range(i + 1, n):
            if frozenset((i, j)) not in kept and draw(st.booleans()):
                matrix[i, j] = matrix[j, i] = np.nan
    return matrix

"""Maximum likelihood of each pair's correlation, thresholds held at their own values (Olsson 1979, two steps).

Fisher scoring from the Pearson correlation of the table, kept inside a bracket that the score's sign narrows: four or five
steps where the data are ordinary, bisection where they are not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.kernels import COMPILED, compiled
from anxin.engines.measure.pairs.cells import FLOOR, begin, chances, fill
from anxin.engines.measure.pairs.normal import RULES
from anxin.engines.measure.results import Floats

EDGE = 0.9999  # no estimate is let nearer to ±1: there the likelihood is flat
_TOLERANCE = 1e-11
_STEPS = 100


def correlations(tables: Floats, left: Floats, right: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The correlations (pairs,) of `tables` (pairs, k, k) under thresholds (pairs, k - 1), and which lie at the edge."""
    start = np.clip(_pearson(tables), -0.9, 0.9)
    r = _fit(tables, left, right, start, RULES) if COMPILED else _fit_arrays(tables, left, right, start)
    return r, np.abs(r) >= EDGE - 1e-6


def _pearson(tables: Floats) -> Floats:
    scores = np.arange(tables.shape[1], dtype=float)
    total = tables.sum(axis=(1, 2))
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    mean_x, mean_y = rows @ scores / total, columns @ scores / total
    var_x = rows @ scores**2 / total - mean_x**2
    var_y = columns @ scores**2 / total - mean_y**2
    cross = (tables @ scores) @ scores / total - mean_x * mean_y
    spread = np.sqrt(var_x * var_y)
    r: Floats = np.divide(cross, spread, out=np.zeros_like(cross), where=spread > 0)
    return r


def keep_margins_of_empty_cell(tables: Floats, two_by_two: NDArray[np.bool_]) -> Floats:
    """lavaan's rule for a 2 x 2 table with one empty cell: half a respondent goes in and the margins stay.

    `two_by_two` (pairs,) says which tables are so; they may stand among larger ones, with zeros beyond their own cells.
    """
    empty = tables[:, :2, :2] == 0
    lone = two_by_two & (empty.sum(axis=(1, 2)) == 1)
    if not lone.any():
        return tables
    adjusted = tables.copy()
    on_diagonal = empty[:, 0, 0] | empty[:, 1, 1]
    sign = np.where(on_diagonal, 0.5, -0.5) * lone
    adjusted[:, :2, :2] += sign[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return adjusted


@compiled
def _fit(tables: Floats, left: Floats, right: Floats, start: Floats, rules: Floats) -> Floats:
    pairs, k, _ = tables.shape
    result = np.empty(pairs)
    corner, slope = np.zeros((k + 1, k + 1)), np.zeros((k + 1, k + 1))
    work = np.empty((4, (k - 1) * (k - 1)))
    for pair in range(pairs):
        table = tables[pair]
        total = table.sum()
        rows, columns = begin(left[pair], right[pair], corner, slope, work)
        low, high, r = -EDGE, EDGE, start[pair]
        for _ in range(_STEPS):
            fill(r, rows, columns, rules, corner, slope, work)
            score = 0.0
            information = 0.0
            for a in range(rows + 1):
                for b in range(columns + 1):
                    chance = corner[a + 1, b + 1] - corner[a, b + 1] - corner[a + 1, b] + corner[a, b]
                    change = slope[a + 1, b + 1] - slope[a, b + 1] - slope[a + 1, b] + slope[a, b]
                    chance = max(chance, FLOOR)
                    share = change / chance
                    score += table[a, b] * share
                    information += total * change * share
            if score > 0:
                low = r
            else:
                high = r
            following = r + score / information
            if not low < following < high:
                following = 0.5 * (low + high)
            step = following - r
            r = following
            if abs(step) < _TOLERANCE:
                break
        result[pair] = r
    return result


def _fit_arrays(tables: Floats, left: Floats, right: Floats, start: Floats) -> Floats:
    """The same for all pairs at once in NumPy."""
    r = start.copy()
    low, high = np.full(len(r), -EDGE), np.full(len(r), EDGE)
    total = tables.sum(axis=(1, 2))
    running = np.arange(len(r))
    for _ in range(_STEPS):
        chance, change = chances(left[running], right[running], r[running])
        share = change / chance
        score = np.einsum("qab,qab->q", tables[running], share)
        information = total[running] * np.einsum("qab,qab->q", change, share)
        up = score > 0
        low[running[up]] = r[running[up]]
        high[running[~up]] = r[running[~up]]
        following = r[running] + score / information
        astray = ~((following > low[running]) & (following < high[running]))
        following[astray] = 0.5 * (low[running] + high[running])[astray]
        step = following - r[running]
        r[running] = following
        running = running[np.abs(step) >= _TOLERANCE]
        if not running.size:
            break
    return r

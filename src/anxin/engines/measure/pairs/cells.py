"""What a correlation and two sets of thresholds say about a pair table, and how they change with each.

Thresholds are held as (p, k - 1) with +inf where an item has fewer, so that all pairs are worked out in one array.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from anxin.engines.measure.kernels import COMPILED, compiled
from anxin.engines.measure.pairs.normal import RULES, cumulative, density, exponential, joint, rule
from anxin.engines.measure.results import Floats

LOWEST = -8.0
FLOOR = np.finfo(float).eps  # lavaan's floor for a cell's probability


def thresholds(margins: Floats) -> Floats:
    """(p, k - 1) thresholds from (p, k) counts: the normal quantile of the cumulative share; +inf past an item's last.

    Empty first categories, which a bootstrap draw may have, get a threshold of -8 instead of none, to keep their place.
    """
    shares = np.cumsum(margins, axis=1) / margins.sum(axis=1, keepdims=True)
    # A running sum of floats may end a hair below 1, which would give a threshold of 8 instead of none.
    shares[np.cumsum(margins[:, ::-1], axis=1)[:, ::-1] - margins <= 0] = 1.0
    result: Floats = np.maximum(ndtri(shares[:, :-1]), LOWEST)
    return result


def differences(corners: Floats) -> Floats:
    """Cells from corners (pairs, k - 1, k - 1) of a function that is 0 at the low edges and given at the high ones."""
    return np.diff(np.diff(corners, axis=1), axis=2)


def chances(left: Floats, right: Floats, r: Floats) -> tuple[Floats, Floats]:
    """Cell probabilities and their derivative by r: left, right (pairs, k - 1), r (pairs,) give two (pairs, k, k)."""
    return _chances(left, right, r, RULES) if COMPILED else _chances_arrays(left, right, r)


def _chances_arrays(left: Floats, right: Floats, r: Floats) -> tuple[Floats, Floats]:
    pairs, inner = left.shape
    h, k, rr = left[:, :, None], right[:, None, :], r[:, None, None]
    corners = np.zeros((pairs, inner + 2, inner + 2))
    corners[:, 1:-1, 1:-1] = joint(h, k, rr)
    corners[:, 1:-1, -1] = ndtr(left)
    corners[:, -1, 1:-1] = ndtr(right)
    corners[:, -1, -1] = 1.0
    slopes = np.zeros((pairs, inner + 2, inner + 2))
    slopes[:, 1:-1, 1:-1] = density(h, k, rr)
    return np.maximum(differences(corners), FLOOR), differences(slopes)


@compiled
def _chances(left: Floats, right: Floats, r: Floats, rules: Floats) -> tuple[Floats, Floats]:
    pairs, inner = left.shape
    chance = np.full((pairs, inner + 1, inner + 1), FLOOR)
    change = np.zeros((pairs, inner + 1, inner + 1))
    corner, slope = np.zeros((inner + 2, inner + 2)), np.zeros((inner + 2, inner + 2))
    work = np.empty((4, inner * inner))
    for pair in range(pairs):
        rows, columns = begin(left[pair], right[pair], corner, slope, work)
        fill(r[pair], rows, columns, rules, corner, slope, work)
        for a in range(rows + 1):
            for b in range(columns + 1):
                value = corner[a + 1, b + 1] - corner[a, b + 1] - corner[a + 1, b] + corner[a, b]
                chance[pair, a, b] = max(value, FLOOR)
                change[pair, a, b] = slope[a + 1, b + 1] - slope[a, b + 1] - slope[a + 1, b] + slope[a, b]
    return chance, change


@compiled
def begin(h: Floats, g: Floats, corner: Floats, slope: Floats, work: Floats) -> tuple[int, int]:
    """Make ready for `fill` with one pair's thresholds: how many of each are finite. `corner` and `slope` are (k + 1, k + 1),
    `work` (4, (k - 1)²).
    """
    rows = 0
    while rows < len(h) and h[rows] < 1e300:
        rows += 1
    columns = 0
    while columns < len(g) and g[columns] < 1e300:
        columns += 1
    corner[:] = 0.0
    slope[:] = 0.0
    for a in range(rows):
        corner[a + 1, columns + 1] = cumulative(h[a])
    for b in range(columns):
        corner[rows + 1, b + 1] = cumulative(g[b])
    corner[rows + 1, columns + 1] = 1.0
    for a in range(rows):
        for b in range(columns):
            work[0, a * columns + b] = h[a] * g[b]
            work[1, a * columns + b] = 0.5 * (h[a] * h[a] + g[b] * g[b])
    return rows, columns


@compiled
def fill(r: float, rows: int, columns: int, rules: Floats, corner: Floats, slope: Floats, work: Floats) -> None:
    """P(X ≤ h[a], Y ≤ g[b]) into corner[a + 1, b + 1] and its derivative by r into `slope`."""
    product, squares, integral, steep = work[0], work[1], work[2], work[3]
    cells = rows * columns
    integral[:] = 0.0
    first, last = rule(r)
    end = math.asin(r)
    for node in range(first, last):
        sine = math.sin(end * rules[0, node])
        scale = 1.0 / (1.0 - sine * sine)
        weight = rules[1, node] * end / (2.0 * math.pi)
        for cell in range(cells):
            integral[cell] += weight * exponential((product[cell] * sine - squares[cell]) * scale)
    rest = 1.0 / (1.0 - r * r)
    front = math.sqrt(rest) / (2.0 * math.pi)
    for cell in range(cells):
        steep[cell] = front * exponential((r * product[cell] - squares[cell]) * rest)
    for a in range(rows):
        for b in range(columns):
            cell = a * columns + b
            corner[a + 1, b + 1] = corner[a + 1, columns + 1] * corner[rows + 1, b + 1] + integral[cell]
            slope[a + 1, b + 1] = steep[cell]


def by_thresholds(left: Floats, right: Floats, r: Floats) -> tuple[Floats, Floats]:
    """What a cell gains per unit of a threshold.

    The first is (pairs, k - 1, k): threshold a of the left item moves chance from row a + 1 to row a, in column b by this
    much. The second is (pairs, k, k - 1), likewise for the right item.
    """
    root = np.sqrt(1 - r * r)[:, None, None]
    pairs, inner = left.shape

    def gains(own: Floats, other: Floats) -> Floats:
        upper = np.zeros((pairs, inner, inner + 2))
        with np.errstate(invalid="ignore"):
            upper[:, :, 1:-1] = ndtr((other[:, None, :] - r[:, None, None] * own[:, :, None]) / root)
        upper[:, :, -1] = 1.0
        weight = np.exp(-0.5 * own * own) / np.sqrt(2 * np.pi)
        upper[~np.isfinite(own)] = 0.0
        result: Floats = np.diff(upper, axis=2) * weight[:, :, None]
        return result

    return gains(left, right), np.transpose(gains(right, left), (0, 2, 1))

"""What a correlation and two sets of thresholds say about a pair table, and how they change with each.

Thresholds are held as (p, k - 1) with +inf where an item has fewer, so that all pairs are worked out in one array.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from anxin.engines.measure.pairs.normal import density, joint
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

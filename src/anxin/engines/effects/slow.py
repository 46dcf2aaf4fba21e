"""Charts with a memory, for small lasting shifts: EWMA (Roberts 1959) and the tabular CUSUM (Page 1954)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from anxin.engines.results import Floats


def ewma(z: ArrayLike, *, weight: float = 0.2, limit: float = 2.86) -> tuple[Floats, Floats]:
    """The smoothed distance from the centre and its limit, per period: both in standard deviations; NaN is passed over.

    weight 0.2 with limit 2.86 gives a false alarm about every 370 points (Lucas & Saccucci 1990).
    """
    given = np.asarray(z, np.float64)
    smoothed, limits = np.empty(len(given)), np.empty(len(given))
    value, seen = 0.0, 0
    for place, one in enumerate(given):
        if np.isfinite(one):
            value, seen = weight * one + (1 - weight) * value, seen + 1
        smoothed[place] = value
        limits[place] = limit * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * seen)))
    return smoothed, limits


def cusum(z: ArrayLike, *, slack: float = 0.5) -> tuple[Floats, Floats]:
    """Sums of what lies more than `slack` above and below the centre; a signal where either passes 5."""
    given = np.nan_to_num(np.asarray(z, np.float64))
    above, below = np.zeros(len(given)), np.zeros(len(given))
    up = down = 0.0
    for place, one in enumerate(given):
        up, down = max(0.0, up + one - slack), max(0.0, down - one - slack)
        above[place], below[place] = up, down
    return above, below

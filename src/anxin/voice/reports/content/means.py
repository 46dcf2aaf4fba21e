"""Means and their intervals, group by group, in a few passes over the answers.

The same estimates as `engines.measure.scores` (t intervals; with weights the linearised variance), which would take a pass for every
score and group. A test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """(k, p) each: k groups, p columns. NaN where fewer than two answered."""

    n: Floats
    mean: Floats
    sd: Floats
    se: Floats
    low: Floats
    high: Floats


def means_by(
    table: Floats,
    codes: NDArray[np.intp] | None = None,
    groups: int = 1,
    weights: Floats | None = None,
    level: float = 0.95,
) -> Means:
    """Means of the columns of `table` (n, p), NaN for no answer, in each group; a code of -1 belongs to none."""
    rows, columns = table.shape
    if codes is None:
        codes = np.zeros(rows, np.intp)
    inside = codes >= 0
    shape = (groups, columns)
    n, mean, variance, squared = np.zeros(shape), np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for place in range(columns):
        x = table[:, place]
        use = inside & ~np.isnan(x)
        own, x = (codes, x) if bool(use.all()) else (codes[use], x[use])
        w = None if weights is None else (weights if x.size == rows else weights[use])
        n[:, place] = np.bincount(own, minlength=groups)
        total = n[:, place] if w is None else np.bincount(own, w, groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean[:, place] = np.bincount(own, x if w is None else w * x, groups) / total
            off = np.square(x - mean[own, place])
            spread = np.bincount(own, off if w is None else w * off, groups) / total
            count = n[:, place]
            variance[:, place] = spread * count / (count - 1)
            heavy = spread * total if w is None else np.bincount(own, np.square(w) * off, groups)
            squared[:, place] = count / (count - 1) * heavy / np.square(total)
    with np.errstate(invalid="ignore"):
        se = np.where(n > 1, np.sqrt(squared), np.nan)
        sd = np.where(n > 1, np.sqrt(variance), np.nan)
        reach = stdtrit(np.maximum(n - 1, 1), 0.5 + level / 2) * se
    return Means(n, mean, sd, se, mean - reach, mean + reach)


def person_means(table: Floats, least: float = 0.5) -> Floats:
    """(n,) each respondent's mean over the columns answered, NaN where they are fewer than `least` of them."""
    given = ~np.isnan(table)
    count = given.sum(axis=1)
    total = np.where(given, table, 0.0).sum(axis=1)
    enough = (count > 0) & (count >= least * table.shape[1])
    return np.asarray(np.divide(total, count, out=np.full(len(table), np.nan), where=enough))

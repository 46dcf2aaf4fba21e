"""p values of many tests read together, and tests of tables; many at once.

SciPy is imported where it is needed: most questions do without, and it doubles the time to start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.log.columns import Ints
from anxin.engines.results import Floats


def adjusted(p_values: Sequence[float] | Floats) -> Floats:
    """Benjamini & Yekutieli 2001: the expected share of false findings among those below alpha, whatever the tests'
    dependence (here they share cases, so they are dependent). NaN stays NaN and does not count."""
    from scipy import stats

    raw = np.asarray(p_values, np.float64)
    result = raw.copy()
    made = ~np.isnan(raw)
    if made.any():
        result[made] = stats.false_discovery_control(raw[made], method="by")
    return result


def two_by_two(hits: Ints, total: Ints, other_hits: Ints, other_total: Ints) -> Floats:
    """Two-sided p values of equal shares hits/total and other_hits/other_total, element by element: Fisher's exact test
    where an expected count is below 10, else Pearson's chi-square with Yates's correction. NaN where a margin is empty."""
    from scipy import stats

    n, all_hits = total + other_total, hits + other_hits
    with np.errstate(divide="ignore", invalid="ignore"):
        share = all_hits / n
        variance = share * (1 - share) * (1 / total + 1 / other_total)
        gap = np.abs(hits / total - other_hits / other_total)
        corrected = np.maximum(gap - 0.5 * (1 / total + 1 / other_total), 0)
        result = stats.chi2.sf(corrected**2 / variance, 1)
    result = np.where((total == 0) | (other_total == 0) | (all_hits == 0) | (all_hits == n), np.nan, result)
    smallest = np.minimum.reduce([total * share, total * (1 - share), other_total * share, other_total * (1 - share)])
    for place in np.flatnonzero((smallest < 10) & ~np.isnan(result)):
        table = [
            [int(hits[place]), int(total[place] - hits[place])],
            [int(other_hits[place]), int(other_total[place] - other_hits[place])],
        ]
        result[place] = stats.fisher_exact(table)[1]
    return np.asarray(result, np.float64)


def homogeneity(before: Ints, after: Ints) -> tuple[float, float]:
    """Whether two rows of counts have the same shares: (Cramér's V, p) of the chi-square test. Columns expected below 5
    times in either row are pooled. (0, NaN) where nothing is left to compare."""
    from scipy import stats

    n, m = int(before.sum()), int(after.sum())
    if not n or not m:
        return 0.0, float("nan")
    expected = (before + after) * min(n, m) / (n + m)
    rare = expected < 5
    table = np.stack((before, after))
    pooled = (
        np.concatenate((table[:, ~rare], table[:, rare].sum(axis=1, keepdims=True)), axis=1) if rare.any() else table
    )
    pooled = pooled[:, pooled.sum(axis=0) > 0]
    if rare.any() and pooled.shape[1] > 1 and pooled[:, -1].sum() * min(n, m) / (n + m) < 5:
        pooled = np.concatenate((pooled[:, :-2], pooled[:, -2:].sum(axis=1, keepdims=True)), axis=1)
    if pooled.shape[1] < 2:
        return 0.0, float("nan")
    found = stats.chi2_contingency(pooled, correction=False)
    return float(np.sqrt(found.statistic / (n + m))), float(found.pvalue)


def kolmogorov_smirnov(before: Ints, after: Ints) -> tuple[float, float]:
    """(D, p) of the two-sample test with the asymptotic p of Stephens 1970, which allows for small samples; conservative
    where values are tied. (0, NaN) for an empty sample."""
    from scipy import stats

    if not len(before) or not len(after):
        return 0.0, float("nan")
    first, second = np.sort(before), np.sort(after)
    every: NDArray[np.int64] = np.concatenate((first, second))
    gap = np.abs(
        np.searchsorted(first, every, side="right") / len(first)
        - np.searchsorted(second, every, side="right") / len(second)
    ).max()
    size = np.sqrt(len(first) * len(second) / (len(first) + len(second)))
    return float(gap), float(stats.kstwobign.sf((size + 0.12 + 0.11 / size) * gap))

"""p values of many tests read together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from anxin.engines.measure.errors import BadData
from anxin.engines.measure.options import one_of
from anxin.engines.measure.results import Floats

Adjustment = Literal["holm", "bh", "by", "bonferroni", "none"]
ADJUSTMENTS: tuple[Adjustment, ...] = ("holm", "bh", "by", "bonferroni", "none")


def adjusted(p_values: Sequence[float] | NDArray[np.float64], *, method: Adjustment = "holm") -> Floats:
    """Adjusted p values of one family of tests, in the order given (any shape).

    `method`: "holm" keeps the chance of any false finding below alpha, whatever the tests' dependence (Holm 1979, A simple
    sequentially rejective multiple test procedure: running maximum of (m - i + 1) p_(i)); "bonferroni" does the same with
    less power (m p); "bh" keeps the expected share of false findings among the findings below alpha for independent or
    positively dependent tests (Benjamini & Hochberg 1995: running minimum of m p_(i) / i); "by" the same whatever the
    dependence (Benjamini & Yekutieli 2001). NaN (a test that could not be made) stays NaN and does not count in m.

    Raises BadData for a p value outside 0 to 1, BadModel for an unknown method.
    """
    one_of(method, ADJUSTMENTS, "method")
    raw = np.asarray(p_values, dtype=np.float64)
    made = ~np.isnan(raw)
    if np.any((raw[made] < 0) | (raw[made] > 1)):
        raise BadData("A p value lies between 0 and 1; one of these does not.", code="bad-p")
    result = raw.copy()
    if method == "none" or not made.any():
        return result
    given = raw[made]
    if method == "holm":
        order = np.argsort(given, kind="stable")
        steps = np.maximum.accumulate(given[order] * np.arange(given.size, 0, -1))
        holm = np.empty_like(given)
        holm[order] = np.minimum(steps, 1.0)
        result[made] = holm
    elif method == "bonferroni":
        result[made] = np.minimum(given * given.size, 1.0)
    else:
        result[made] = stats.false_discovery_control(given, method=method)
    return result

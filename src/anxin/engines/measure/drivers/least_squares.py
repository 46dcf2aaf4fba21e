"""Least squares with standard errors that do not suppose equal spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.results import Floats


def robust_fit(outcome: Floats, regressors: Floats, weights: Floats | None, names: Sequence[str]) -> Any:
    """statsmodels' OLS (WLS with weights) on a constant and `regressors` (n, k), with HC3 errors and t distribution.

    HC3 (MacKinnon & White 1985; Long & Ervin 2000) divides each residual by 1 - leverage, so a row that settles a coefficient alone
    has none. Raises BadData naming the regressors (by `names`, one each) where there is such a row.
    """
    import statsmodels.api as sm

    design = np.column_stack([np.ones(len(outcome)), regressors])
    whitened = design if weights is None else design * np.sqrt(weights)[:, None]
    left, upper = np.linalg.qr(whitened)
    leverage = np.square(left).sum(axis=1)
    alone = int(leverage.argmax())
    if leverage[alone] > 1 - 1e-9:
        direction = np.linalg.solve(upper, left[alone])[1:] * regressors.std(axis=0)
        about = [
            name for name, part in zip(names, np.abs(direction), strict=True) if part > 1e-6 * np.abs(direction).max()
        ]
        about = list(dict.fromkeys(about))
        raise BadData(
            f"{listed(about)}: one respondent's answers alone settle the coefficient. Leave it out, or gather more answers.",
            code="leverage",
            about=about,
        )
    model = sm.OLS(outcome, design) if weights is None else sm.WLS(outcome, design, weights=weights)
    return model.fit(cov_type="HC3", use_t=True)

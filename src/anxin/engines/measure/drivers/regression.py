"""Multiple regression of an outcome on drivers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engines.measure.drivers.least_squares import robust_fit
from anxin.engines.measure.drivers.observations import Observations, inflation, observations
from anxin.engines.measure.groups.statistic import Statistic
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment, adjusted
from anxin.engines.measure.options import check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number
from anxin.engines.measure.variables import Dimensions


@dataclass(frozen=True, kw_only=True, repr=False)
class Regression(Result):
    """Least squares of the outcome on p drivers, standard errors robust to unequal spread (HC3).

    `coefficients` in points of outcome per point of driver, with `standard_errors`, `t`, `p`, `p_adjusted` over the drivers and
    `intervals`; `betas` and `beta_intervals` in standard deviations. `vif`: variance inflation factors. `wald`: the robust F
    test that no driver matters.
    """

    outcome: str
    drivers: tuple[str, ...]
    n: int
    intercept: float
    coefficients: Floats
    standard_errors: Floats
    t: Floats
    p: Floats
    p_adjusted: Floats
    intervals: tuple[Interval, ...]
    betas: Floats
    beta_intervals: tuple[Interval, ...]
    vif: Floats
    r_squared: float
    r_squared_adjusted: float
    wald: Statistic
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        found = int((self.p_adjusted < 0.05).sum())
        return (
            f"{self.outcome} on {len(self.drivers)} drivers: R² {number(self.r_squared, 2)}, {self.wald}; {found} drivers "
            "differ from 0 at .05"
        )

    def table(self) -> Table:
        columns = ("driver", "b", "SE", "low", "high", "t", "p", "p adjusted", "beta", "beta low", "beta high", "VIF")
        rows = [
            (
                *(name, self.coefficients[place], self.standard_errors[place]),
                *(self.intervals[place].low, self.intervals[place].high),
                *(self.t[place], self.p[place], self.p_adjusted[place], self.betas[place]),
                *(self.beta_intervals[place].low, self.beta_intervals[place].high, self.vif[place]),
            )
            for place, name in enumerate(self.drivers)
        ]
        return Table.of(columns, rows, title=f"{self.outcome}: R² = {number(self.r_squared)}, n = {self.n}")


def regression(
    source: Any,
    outcome: str,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> Regression:
    """Multiple regression (statsmodels OLS; WLS with weights) with HC3 standard errors (MacKinnon & White 1985).

    HC3 stays right when answers spread unequally, and with sampling weights, whose scale does not matter. p values and
    intervals use t with n - p - 1 degrees of freedom. Standardised betas are b SD(driver) / SD(outcome), and so are their intervals'
    ends (the SDs taken as known). Drivers, missing answers and errors as in `relative_weights`.
    """
    one_of(adjust, ADJUSTMENTS, "adjust")
    check_level(level)
    seen = observations(source, outcome, items=items, dimensions=dimensions, weights=weights, missing=missing)
    return regression_of(seen, adjust=adjust, level=level)


def regression_of(seen: Observations, *, adjust: Adjustment, level: float) -> Regression:
    """`regression` of observations already checked."""
    p = len(seen.drivers)
    shares = np.full(seen.n, 1 / seen.n) if seen.weights is None else seen.weights / seen.n
    means = shares @ seen.raw
    sds = np.sqrt(shares @ np.square(seen.raw - means))
    # On centred drivers, so that large numbers with little spread lose no digits; the slopes are the same.
    fit = robust_fit(seen.raw[:, p], seen.raw[:, :p] - means[:p], seen.weights, seen.drivers)
    coefficients = np.asarray(fit.params)[1:]
    ends = np.asarray(fit.conf_int(alpha=1 - level))[1:]
    scale = sds[:p] / sds[p]
    raw_p = np.asarray(fit.pvalues)[1:]
    return Regression(
        outcome=seen.outcome,
        drivers=seen.drivers,
        n=seen.n,
        intercept=float(fit.params[0] - means[:p] @ coefficients),
        coefficients=coefficients,
        standard_errors=np.asarray(fit.bse)[1:],
        t=np.asarray(fit.tvalues)[1:],
        p=raw_p,
        p_adjusted=adjusted(raw_p, method=adjust),
        intervals=tuple(Interval(float(low), float(high), level, "HC3") for low, high in ends),
        betas=coefficients * scale,
        beta_intervals=tuple(Interval(float(low), float(high), level, "HC3") for low, high in ends * scale[:, None]),
        vif=inflation(seen.correlations),
        r_squared=float(fit.rsquared),
        r_squared_adjusted=float(fit.rsquared_adj),
        wald=Statistic("Wald", "F", float(fit.fvalue), float(fit.f_pvalue), p, seen.n - p - 1),
        cautions=seen.cautions,
    )

"""Key-driver analysis: regression, relative weights and Shapley values of the same answers side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engines.measure.drivers.observations import observations
from anxin.engines.measure.drivers.regression import Regression, regression_of
from anxin.engines.measure.drivers.relative import RelativeWeights, weights_of
from anxin.engines.measure.drivers.resampling import IntervalMethod, check_bootstrap
from anxin.engines.measure.drivers.shapley import ApproximateShapley, Shapley, shapley_of
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment
from anxin.engines.measure.options import one_of
from anxin.engines.measure.results import Caution, Result, Table, number
from anxin.engines.measure.variables import Dimensions


@dataclass(frozen=True, kw_only=True, repr=False)
class KeyDrivers(Result):
    """Three views of what drives an outcome."""

    regression: Regression
    relative_weights: RelativeWeights
    shapley: Shapley | ApproximateShapley
    cautions: tuple[Caution, ...] = ()

    @property
    def drivers(self) -> tuple[str, ...]:
        return self.regression.drivers

    @property
    def outcome(self) -> str:
        return self.regression.outcome

    def headline(self) -> str:
        return self.shapley.headline()

    def table(self) -> Table:
        """The drivers, heaviest Shapley value first."""
        weights, shapley, fit = self.relative_weights, self.shapley, self.regression
        columns = (
            "driver",
            "r",
            "beta",
            "p adjusted",
            "VIF",
            "relative weight %",
            "Shapley %",
            "low %",
            "high %",
            "rank",
        )
        rows = []
        for place in np.argsort(-shapley.weights, kind="stable"):
            ends = None if shapley.share_intervals is None else shapley.share_intervals[place]
            rows.append(
                (
                    *(self.drivers[place], shapley.correlations[place], fit.betas[place], fit.p_adjusted[place]),
                    *(fit.vif[place], 100 * weights.shares[place], 100 * shapley.shares[place]),
                    *((None, None) if ends is None else (100 * ends.low, 100 * ends.high)),
                    int(shapley.ranks[place]),
                )
            )
        return Table.of(columns, rows, title=f"What drives {self.outcome}: R² = {number(fit.r_squared)}, n = {fit.n}")


def key_drivers(
    source: Any,
    outcome: str,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    resamples: int = 1000,
    interval: IntervalMethod = "bca",
    adjust: Adjustment = "holm",
    level: float = 0.95,
    seed: int = 0,
) -> KeyDrivers:
    """`regression`, `relative_weights` and `shapley` of the same complete answers; see each for conventions and errors."""
    check_bootstrap(resamples, interval, level, seed)
    one_of(adjust, ADJUSTMENTS, "adjust")
    seen = observations(source, outcome, items=items, dimensions=dimensions, weights=weights, missing=missing)
    fit = regression_of(seen, adjust=adjust, level=level)
    weighed = weights_of(seen, resamples=resamples, interval=interval, level=level, seed=seed)
    shared = shapley_of(seen, resamples=resamples, interval=interval, level=level, seed=seed)
    cautions = dict.fromkeys([*weighed.cautions, *shared.cautions])
    return KeyDrivers(regression=fit, relative_weights=weighed, shapley=shared, cautions=tuple(cautions))

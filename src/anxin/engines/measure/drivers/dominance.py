"""Dominance analysis: does one driver beat another always, on average at every size, or on the whole?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.drivers.observations import check_correlations, correlation_cautions, observations
from anxin.engines.measure.drivers.shapley import EXACT_UP_TO
from anxin.engines.measure.drivers.subsets import always_above, conditional_gains, subset_r_squared
from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.results import Caution, Floats, Result, Table, number
from anxin.engines.measure.variables import Dimensions

_TOLERANCE = 1e-12


@dataclass(frozen=True, kw_only=True, repr=False)
class Dominance(Result):
    """Dominance between p drivers.

    `gains[j, k]`: driver j's mean gain in R² when it joins k other drivers; `general` = the mean over k = the Shapley value.
    `complete`, `conditional`, `overall` (p, p): whether the row's driver dominates the column's in every subset, in `gains` at
    every k, in `general`; each implies the next.
    """

    outcome: str
    drivers: tuple[str, ...]
    r_squared: float
    gains: Floats
    general: Floats
    complete: NDArray[np.bool_]
    conditional: NDArray[np.bool_]
    overall: NDArray[np.bool_]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        order = np.argsort(-self.general, kind="stable")
        return f"Dominance for {self.outcome}: {' > '.join(self.drivers[place] for place in order)}"

    def table(self) -> Table:
        columns = ["driver", "general", *(f"joining {k}" for k in range(len(self.drivers)))]
        rows = [
            [self.drivers[place], self.general[place], *self.gains[place]]
            for place in np.argsort(-self.general, kind="stable")
        ]
        return Table.of(columns, rows, title=f"Gains in R² of {self.outcome}, R² = {number(self.r_squared)}")

    def pairs(self) -> Table:
        """For each pair who dominates whom, and how strictly."""
        rows = []
        for i, j in combinations(range(len(self.drivers)), 2):
            above, below = (i, j) if self.general[i] >= self.general[j] else (j, i)
            kinds = (("complete", self.complete), ("conditional", self.conditional), ("general", self.overall))
            kind = next((name for name, matrix in kinds if matrix[above, below]), "none")
            rows.append((self.drivers[above], self.drivers[below], kind))
        return Table.of(("driver", "dominates", "dominance"), rows)


def dominance(
    source: Any,
    outcome: str,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
) -> Dominance:
    """Complete, conditional and general dominance of drivers (Budescu 1993; Azen & Budescu 2003), up to 15 drivers.

    Drivers, weights, missing answers and errors as in `relative_weights`; BadModel for more than 15 drivers.
    """
    seen = observations(source, outcome, items=items, dimensions=dimensions, weights=weights, missing=missing)
    return _dominance(seen.correlations, seen.drivers, outcome, seen.cautions)


def dominance_of_matrix(
    correlations: Any, *, drivers: Sequence[str] | None = None, outcome: str = "outcome"
) -> Dominance:
    """`dominance` of a (p + 1, p + 1) correlation matrix with the outcome last."""
    matrix, names = check_correlations(correlations, drivers)
    return _dominance(matrix, names, outcome, correlation_cautions(matrix, names))


def _dominance(correlations: Floats, drivers: tuple[str, ...], outcome: str, cautions: Sequence[Caution]) -> Dominance:
    if len(drivers) > EXACT_UP_TO:
        raise BadModel(
            f"Dominance looks at every subset of the drivers; {len(drivers)} are too many (at most {EXACT_UP_TO}). Take "
            "dimensions instead of items, or `shapley`, which estimates.",
            code="too-many-drivers",
            about=["drivers"],
        )
    r_squared = subset_r_squared(correlations[None])[:, 0]
    gains = conditional_gains(r_squared)
    general = gains.mean(axis=1)
    steps = gains[:, None, :] - gains[None, :, :]
    return Dominance(
        outcome=outcome,
        drivers=drivers,
        r_squared=float(r_squared[-1]),
        gains=gains,
        general=general,
        complete=always_above(r_squared),
        conditional=(steps.min(axis=2) >= -_TOLERANCE) & (steps.max(axis=2) > _TOLERANCE),
        overall=general[:, None] - general[None, :] > _TOLERANCE,
        cautions=tuple(cautions),
    )

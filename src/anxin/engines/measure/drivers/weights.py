"""Driver weights: how R² is shared out between correlated drivers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number


@dataclass(frozen=True, kw_only=True, repr=False)
class DriverWeights(Result):
    """Weights of p drivers that sum to R².

    `correlations` with the outcome and standardised `betas` give the direction, which a weight does not have.
    `intervals` are the weights' own and `share_intervals` the shares' (bootstrap; None without resamples or answers).
    `outweighs[i, j]` is the share of resamples in which driver i's weight is above driver j's.
    """

    outcome: str
    drivers: tuple[str, ...]
    weights: Floats
    r_squared: float
    n: int | None
    correlations: Floats
    betas: Floats
    resamples: int
    intervals: tuple[Interval, ...] | None
    share_intervals: tuple[Interval, ...] | None
    outweighs: Floats | None
    cautions: tuple[Caution, ...] = ()

    @property
    def shares(self) -> Floats:
        """The weights as shares of R²; they sum to 1."""
        return np.asarray(self.weights / self.weights.sum())

    @property
    def ranks(self) -> NDArray[np.intp]:
        """1 for the largest weight."""
        order = np.argsort(-self.weights, kind="stable")
        ranks = np.empty(order.size, np.intp)
        ranks[order] = np.arange(1, order.size + 1)
        return ranks

    @property
    def method(self) -> str:
        raise NotImplementedError

    def headline(self) -> str:
        order = np.argsort(-self.weights, kind="stable")[:3]
        shown = ", ".join(f"{self.drivers[place]} {self.shares[place]:.0%}" for place in order)
        return f"{self.method} for {self.outcome}: R² {number(self.r_squared, 2)}, of which {shown}"

    def table(self) -> Table:
        """The drivers, heaviest first."""
        columns = ["driver", "weight", "low", "high", "share", "rank", "r", "beta"]
        rows = []
        for place in np.argsort(-self.weights, kind="stable"):
            ends = (None, None) if self.intervals is None else (self.intervals[place].low, self.intervals[place].high)
            row = [self.drivers[place], self.weights[place], *ends, self.shares[place], int(self.ranks[place])]
            rows.append([*row, self.correlations[place], self.betas[place]])
        title = f"{self.method} for {self.outcome}, R² = {number(self.r_squared)}"
        return Table.of(columns, rows, title=title)


def outweighing(replicates: Floats) -> Floats:
    """(p, p): share of the (b, p) replicates in which the row's weight is above the column's; ties count half."""
    p = replicates.shape[1]
    result = np.full((p, p), np.nan)
    for place in range(p):
        mine = replicates[:, place : place + 1]
        above = (mine > replicates).mean(axis=0) + (mine == replicates).mean(axis=0) / 2
        result[place] = above
    np.fill_diagonal(result, np.nan)
    return result


def with_shares(weights: Floats) -> Floats:
    """(b, 2 p): weights, then shares of their sum."""
    total = weights.sum(axis=1, keepdims=True)
    return np.concatenate([weights, weights / np.where(total > 0, total, np.nan)], axis=1)


def weak_model(r_squared: float, n: int, p: int) -> Sequence[Caution]:
    """A caution where R² itself is not beyond chance."""
    from scipy import stats

    df2 = n - p - 1
    if r_squared >= 1 or float(stats.f.sf(r_squared / p / ((1 - r_squared) / df2), p, df2)) < 0.05:
        return ()
    text = f"R² = {number(r_squared)} is not beyond chance at .05: there is nothing to share out."
    return (Caution("weak-model", text),)

"""The bootstrap of figures that depend on the answers through their covariances only.

A resample of n rows is a count for each row; its covariances are the counts times the rows' products. So a thousand resamples
are one matrix product, and the figure is computed from a thousand small matrices at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from anxin.engines.measure.errors import BadData
from anxin.engines.measure.options import check_count, check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Interval

IntervalMethod = Literal["bca", "percentile"]
Figure = Callable[[Floats], Floats]  # (b, q, q) covariances to (b, k) figures; NaN where there is none
METHODS: tuple[IntervalMethod, ...] = ("bca", "percentile")
_CELLS = 4_000_000  # counts held at a time
_STEP = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """`replicates` (b, k) of the resamples that could be computed, `failed` how many could not, and the k intervals."""

    replicates: Floats
    failed: int
    intervals: tuple[Interval, ...]

    @property
    def cautions(self) -> tuple[Caution, ...]:
        if not self.failed:
            return ()
        text = f"{self.failed} of {self.failed + len(self.replicates)} resamples had a column without spread and were left out."
        return (Caution("resamples-failed", text),)


def check_bootstrap(resamples: int, interval: str, level: float, seed: int) -> None:
    check_count(seed, "seed", least=0)
    check_count(resamples, "resamples", least=0)
    if 0 < resamples < 100:
        check_count(resamples, "resamples", least=100)
    one_of(interval, METHODS, "interval")
    check_level(level)


def bootstrap(
    figure: Figure,
    data: Floats,
    weights: Floats | None,
    *,
    resamples: int,
    interval: IntervalMethod,
    level: float,
    seed: int,
) -> Resampled:
    """Intervals of a figure of the covariances of `data` (n, q), whose columns have mean 0 and variance about 1.

    "percentile": quantiles of the replicates. "bca": bias-corrected and accelerated (Efron 1987), with the acceleration
    Σ U³ / (6 (Σ U²)^1.5) from the empirical influence values U, by central differences of the figure in each covariance.
    Weights go with their rows.
    """
    products = Products(data, weights)
    replicates = np.concatenate(
        [figure(products.covariances(counts)) for counts in counts_of_resamples(len(data), resamples, seed)]
    )
    fine = np.isfinite(replicates).all(axis=1)
    kept = replicates[fine]
    if len(kept) < resamples / 2:
        raise BadData(
            f"{resamples - len(kept)} of {resamples} resamples had a column without spread: too few answers differ for a "
            "bootstrap. Ask for resamples=0.",
            code="resamples-failed",
        )
    estimate = figure(covariance(data, weights)[None])[0]
    acceleration = accelerations(figure, data, weights) if interval == "bca" else np.zeros(estimate.size)
    intervals = intervals_of(kept, estimate, acceleration, interval=interval, level=level)
    return Resampled(kept, int(resamples - len(kept)), intervals)


def intervals_of(
    replicates: Floats, estimate: Floats, acceleration: Floats, *, interval: IntervalMethod, level: float
) -> tuple[Interval, ...]:
    """One interval for each column of the replicates."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    count, k = replicates.shape
    at = np.tile(tails[:, None], k)
    if interval == "bca":
        below = (replicates < estimate).sum(axis=0) + (replicates == estimate).sum(axis=0) / 2
        # All replicates on one side would put the correction at infinity.
        bias = special.ndtri(np.clip(below / count, 0.5 / count, 1 - 0.5 / count))
        reach = bias + special.ndtri(tails)[:, None]
        at = special.ndtr(bias + reach / (1 - acceleration * reach))
    name = "BCa" if interval == "bca" else "percentile"
    ends = [np.quantile(replicates[:, place], at[:, place]) for place in range(k)]
    return tuple(Interval(float(low), float(high), level, name) for low, high in ends)


def covariance(data: Floats, weights: Floats | None) -> Floats:
    """(q, q) weighted covariances, divided by the sum of weights."""
    shares = np.full(len(data), 1 / len(data)) if weights is None else weights / weights.sum()
    away = data - shares @ data
    return np.asarray((away * shares[:, None]).T @ away)


def counts_of_resamples(n: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Blocks (b, n) of how often each of n rows was drawn; the same draws however they are cut into blocks."""
    generator = np.random.default_rng(seed)
    block = max(1, min(resamples, _CELLS // n))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = generator.integers(0, n, size=(size, n))
        drawn += np.arange(size)[:, None] * n
        yield np.bincount(drawn.reshape(-1), minlength=size * n).reshape(size, n).astype(np.float64)


class Products:
    """The products of `data`'s (n, q) columns, row by row, from which any resample's covariances are a sum."""

    def __init__(self, data: Floats, weights: Floats | None) -> None:
        n, self.q = data.shape
        self.places = np.triu_indices(self.q)
        first, second = self.places
        self.parts = np.column_stack([np.ones(n), data, data[:, first] * data[:, second]])
        if weights is not None:
            self.parts *= weights[:, None]

    def covariances(self, counts: Floats) -> Floats:
        """(b, q, q) of the resamples with counts (b, n); NaN where all weight is 0."""
        first, second = self.places
        sums = counts @ self.parts
        total = np.where(sums[:, :1] > 0, sums[:, :1], np.nan)
        means = sums[:, 1 : self.q + 1] / total
        matrices = np.empty((len(counts), self.q, self.q))
        matrices[:, first, second] = sums[:, self.q + 1 :] / total - means[:, first] * means[:, second]
        matrices[:, second, first] = matrices[:, first, second]
        return matrices


def accelerations(figure: Figure, data: Floats, weights: Floats | None) -> Floats:
    """Efron's acceleration of each of the k figures."""
    centre = covariance(data, weights)
    q = len(centre)
    first, second = np.triu_indices(q)
    steps = np.zeros((first.size, q, q))
    place = np.arange(first.size)
    steps[place, first, second] = _STEP
    steps[place, second, first] = _STEP
    slopes = (figure(centre + steps) - figure(centre - steps)) / (2 * _STEP)
    # The figure's slope in each covariance times how far each row's product is from it.
    constant = centre[first, second] @ slopes
    squares, cubes = np.zeros(slopes.shape[1]), np.zeros(slopes.shape[1])
    shares = np.ones(len(data)) if weights is None else weights
    away = data - shares @ data / shares.sum()
    for start in range(0, len(data), 100_000):
        rows = away[start : start + 100_000]
        influence = (rows[:, first] * rows[:, second]) @ slopes - constant
        influence *= shares[start : start + 100_000, None]
        squares += np.square(influence).sum(axis=0)
        cubes += np.power(influence, 3).sum(axis=0)
    return np.where(squares > 0, cubes / (6 * np.power(np.where(squares > 0, squares, 1.0), 1.5)), 0.0)


def correlations_of(matrices: Floats) -> Floats:
    """(b, q, q) correlations; NaN where a column has no spread."""
    spread = np.diagonal(matrices, axis1=-2, axis2=-1)
    # Resamples of one answer repeated leave a variance of rounding size, not 0.
    scale = np.sqrt(np.where(spread > 1e-12, spread, np.nan))
    return np.asarray(matrices / (scale[..., :, None] * scale[..., None, :]))

"""Johnson's relative weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.drivers.observations import (
    SINGULAR,
    Observations,
    check_correlations,
    correlation_cautions,
    observations,
    standardised_betas,
)
from anxin.engines.measure.drivers.resampling import IntervalMethod, bootstrap, check_bootstrap, correlations_of
from anxin.engines.measure.drivers.weights import DriverWeights, outweighing, weak_model, with_shares
from anxin.engines.measure.results import Caution, Floats, Interval
from anxin.engines.measure.variables import Dimensions


@dataclass(frozen=True, kw_only=True, repr=False)
class RelativeWeights(DriverWeights):
    """Johnson's relative weights. `beyond_noise[j]` is the interval of driver j's weight less that of a column of noise: a driver
    whose interval lies above 0 weighs more than chance would (its own interval never reaches 0)."""

    beyond_noise: tuple[Interval, ...] | None

    @property
    def method(self) -> str:
        return "Relative weights"


def relative_weights(
    source: Any,
    outcome: str,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    resamples: int = 1000,
    interval: IntervalMethod = "bca",
    level: float = 0.95,
    seed: int = 0,
) -> RelativeWeights:
    """How much of an outcome's variance each driver explains, by Johnson's (2000) relative weights.

    The standardised drivers X, with correlations R = V D V' and Λ = V D^½ V', are replaced by the nearest uncorrelated
    variables Z = X Λ^-1; the outcome is regressed on Z (β = Λ^-1 r_xy) and the drivers on Z (Λ); driver j's weight is
    Σ_k λ_jk² β_k². Weights are not negative and sum to R². Drivers: `items` (default: every other item) and `dimensions`;
    listwise deletion; weights as in weighted least squares.

    Intervals are bootstrap ("bca" or "percentile"; rows resampled, seeded); resamples=0 leaves them out. `beyond_noise`
    compares with a random column added to the drivers (Tonidandel, LeBreton & Johnson 2009).

    Relative weights are an approximation in that Z is a choice: Thomas, Zumbo, Kwan & Schweitzer (2014) argue against it;
    `shapley` shares out R² by an averaging that needs none.

    Raises BadData for an unknown, constant or fully determined driver and for fewer than p + 3 complete answers; BadModel for unknown
    options and an outcome that is its own driver.
    """
    check_bootstrap(resamples, interval, level, seed)
    seen = observations(source, outcome, items=items, dimensions=dimensions, weights=weights, missing=missing)
    return weights_of(seen, resamples=resamples, interval=interval, level=level, seed=seed)


def relative_weights_of_matrix(
    correlations: Any, *, drivers: Sequence[str] | None = None, outcome: str = "outcome", n: int | None = None
) -> RelativeWeights:
    """`relative_weights` of a (p + 1, p + 1) correlation matrix with the outcome last; without intervals."""
    matrix, names = check_correlations(correlations, drivers)
    return _result(matrix, names, outcome, n)


def weights_of(
    seen: Observations, *, resamples: int, interval: IntervalMethod, level: float, seed: int
) -> RelativeWeights:
    """`relative_weights` of observations already checked."""
    if not resamples:
        return _result(seen.correlations, seen.drivers, seen.outcome, seen.n, cautions=seen.cautions)
    p = len(seen.drivers)
    # A stream of its own, so that the resamples are those of every other analysis with this seed.
    noise = np.random.default_rng([seed, p]).standard_normal(seen.n)
    data = np.column_stack([seen.data[:, :p], noise, seen.data[:, p]])
    without = np.r_[0:p, p + 1]

    def figure(covariances: Floats) -> Floats:
        matrices = correlations_of(covariances)
        own = with_shares(johnson(matrices[:, without[:, None], without]))
        beside = johnson(matrices)
        return np.concatenate([own, beside[:, :p] - beside[:, p:]], axis=1)

    found = bootstrap(figure, data, seen.weights, resamples=resamples, interval=interval, level=level, seed=seed)
    return _result(
        seen.correlations,
        seen.drivers,
        seen.outcome,
        seen.n,
        resamples=resamples,
        intervals=found.intervals[:p],
        share_intervals=found.intervals[p : 2 * p],
        beyond_noise=found.intervals[2 * p :],
        outweighs=outweighing(found.replicates[:, :p]),
        cautions=(*seen.cautions, *found.cautions),
    )


def johnson(correlations: Floats) -> Floats:
    """(b, p) relative weights of (b, p + 1, p + 1) correlation matrices, the outcome last; NaN where singular."""
    fine, roots, vectors, simple = _decomposed(correlations)
    across = np.swapaxes(vectors, 1, 2)
    loadings = (vectors * np.sqrt(roots)[:, None, :]) @ across
    betas = (vectors / np.sqrt(roots)[:, None, :]) @ (across @ simple)
    result = np.asarray(np.square(loadings) @ np.square(betas))[:, :, 0]
    result[~fine] = np.nan
    return result


def betas_of(correlations: Floats) -> Floats:
    """(b, p) standardised regression coefficients of (b, p + 1, p + 1) correlation matrices; NaN where singular."""
    fine, roots, vectors, simple = _decomposed(correlations)
    result = np.asarray((vectors / roots[:, None, :]) @ (np.swapaxes(vectors, 1, 2) @ simple))[:, :, 0]
    result[~fine] = np.nan
    return result


def _decomposed(correlations: Floats) -> tuple[NDArray[np.bool_], Floats, Floats, Floats]:
    """Which matrices can be inverted; the drivers' eigenvalues and vectors; the (b, p, 1) correlations with the outcome."""
    fine = np.asarray(np.isfinite(correlations).all(axis=(1, 2)))
    matrices = np.where(fine[:, None, None], correlations, np.eye(correlations.shape[1]))
    roots, vectors = np.linalg.eigh(matrices[:, :-1, :-1])
    fine &= roots[:, 0] > SINGULAR
    return fine, np.where(roots > SINGULAR, roots, 1.0), vectors, matrices[:, :-1, -1:]


def _result(
    correlations: Floats,
    drivers: tuple[str, ...],
    outcome: str,
    n: int | None,
    *,
    cautions: Sequence[Caution] | None = None,
    resamples: int = 0,
    intervals: tuple[Interval, ...] | None = None,
    share_intervals: tuple[Interval, ...] | None = None,
    beyond_noise: tuple[Interval, ...] | None = None,
    outweighs: Floats | None = None,
) -> RelativeWeights:
    weights = johnson(correlations[None])[0]
    r_squared = float(weights.sum())
    notes = correlation_cautions(correlations, drivers) if cautions is None else list(cautions)
    if n is not None and n > len(drivers) + 1:
        notes.extend(weak_model(r_squared, n, len(drivers)))
    return RelativeWeights(
        outcome=outcome,
        drivers=drivers,
        weights=weights,
        r_squared=r_squared,
        n=n,
        correlations=correlations[:-1, -1],
        betas=standardised_betas(correlations),
        resamples=resamples,
        intervals=intervals,
        share_intervals=share_intervals,
        beyond_noise=beyond_noise,
        outweighs=outweighs,
        cautions=tuple(notes),
    )

"""Shapley values of R² (LMG): exact over all subsets of drivers, by random orders where there are too many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engines.measure.drivers.observations import (
    Observations,
    check_correlations,
    correlation_cautions,
    observations,
    standardised_betas,
)
from anxin.engines.measure.drivers.resampling import (
    Figure,
    IntervalMethod,
    Resampled,
    bootstrap,
    check_bootstrap,
    correlations_of,
)
from anxin.engines.measure.drivers.subsets import shapley_of_subsets, subset_r_squared
from anxin.engines.measure.drivers.weights import DriverWeights, outweighing, weak_model, with_shares
from anxin.engines.measure.options import check_count
from anxin.engines.measure.results import Caution, Floats
from anxin.engines.measure.variables import Dimensions

EXACT_UP_TO = 15  # drivers; 2^15 subsets take some milliseconds a matrix
MOST_EXACT = 20
_BOOTSTRAP_ORDERS = 1000
_CELLS = 6_000_000  # numbers held at a time


@dataclass(frozen=True, kw_only=True, repr=False)
class Shapley(DriverWeights):
    """Shapley values of R² over all 2^p subsets: exact."""

    @property
    def method(self) -> str:
        return "Shapley values (LMG)"


@dataclass(frozen=True, kw_only=True, repr=False)
class ApproximateShapley(DriverWeights):
    """Shapley values of R² estimated from `orders` random orders of the drivers, half of them the others reversed.

    They sum to R² exactly. `standard_errors` are what the choice of orders leaves open, beside what the intervals say.
    """

    orders: int
    standard_errors: Floats

    @property
    def method(self) -> str:
        return "Shapley values (LMG), approximate"


def shapley(
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
    exact_up_to: int = EXACT_UP_TO,
    orders: int = 10_000,
) -> Shapley | ApproximateShapley:
    """How much of an outcome's variance each driver explains: its gain in R², averaged over all orders of entry.

    Known as LMG (Lindeman, Merenda & Gold 1980), Shapley value regression (Shapley 1953; Lipovetsky & Conklin 2001) and
    general dominance (Budescu 1993; Azen & Budescu 2003), which are one and the same. Values are not negative and sum to R².
    Exact up to `exact_up_to` drivers (20 at most); beyond, an ApproximateShapley from `orders` random orders (Castro, Gómez &
    Tejada 2009, antithetic; the bootstrap's share of them is 1,000), with what that leaves open. Drivers, weights, missing answers, intervals and errors as in
    `relative_weights`.
    """
    check_bootstrap(resamples, interval, level, seed)
    _check_orders(exact_up_to, orders)
    seen = observations(source, outcome, items=items, dimensions=dimensions, weights=weights, missing=missing)
    return shapley_of(
        seen, resamples=resamples, interval=interval, level=level, seed=seed, exact_up_to=exact_up_to, orders=orders
    )


def shapley_of_matrix(
    correlations: Any,
    *,
    drivers: Sequence[str] | None = None,
    outcome: str = "outcome",
    n: int | None = None,
    exact_up_to: int = EXACT_UP_TO,
    orders: int = 10_000,
    seed: int = 0,
) -> Shapley | ApproximateShapley:
    """`shapley` of a (p + 1, p + 1) correlation matrix with the outcome last; without intervals."""
    _check_orders(exact_up_to, orders)
    check_count(seed, "seed", least=0)
    matrix, names = check_correlations(correlations, drivers)
    notes = correlation_cautions(matrix, names)
    return _result(matrix, names, outcome, n, notes, None, 0, exact_up_to, orders, seed)


def shapley_of(
    seen: Observations,
    *,
    resamples: int,
    interval: IntervalMethod,
    level: float,
    seed: int,
    exact_up_to: int = EXACT_UP_TO,
    orders: int = 10_000,
) -> Shapley | ApproximateShapley:
    """`shapley` of observations already checked."""
    p = len(seen.drivers)
    found = None
    if resamples:
        values = (
            shapley_values if p <= exact_up_to else _by_orders(_random_orders(p, min(orders, _BOOTSTRAP_ORDERS), seed))
        )
        found = bootstrap(
            _figure(values), seen.data, seen.weights, resamples=resamples, interval=interval, level=level, seed=seed
        )
    return _result(
        seen.correlations,
        seen.drivers,
        seen.outcome,
        seen.n,
        list(seen.cautions),
        found,
        resamples,
        exact_up_to,
        orders,
        seed,
    )


def _check_orders(exact_up_to: int, orders: int) -> None:
    check_count(exact_up_to, "exact_up_to", least=0)
    check_count(orders, "orders", least=2)
    if exact_up_to > MOST_EXACT:
        check_count(-1, f"exact_up_to (at most {MOST_EXACT})", least=0)


def _figure(values: Callable[[Floats], Floats]) -> Figure:
    return lambda covariances: with_shares(values(correlations_of(covariances)))


def shapley_values(correlations: Floats) -> Floats:
    """(b, p) Shapley values of (b, p + 1, p + 1) correlation matrices, the outcome last; NaN where singular."""
    p = correlations.shape[1] - 1
    block = max(1, _CELLS // (3 << p))
    parts = [
        shapley_of_subsets(subset_r_squared(correlations[start : start + block]))
        for start in range(0, len(correlations), block)
    ]
    return np.concatenate(parts)


def _random_orders(p: int, orders: int, seed: int) -> Any:
    half = np.random.default_rng([seed, p]).permuted(np.tile(np.arange(p), (-(-orders // 2), 1)), axis=1)
    return np.concatenate([half, half[:, ::-1]])


def _by_orders(orders: Any) -> Callable[[Floats], Floats]:
    def values(correlations: Floats) -> Floats:
        return np.stack([gains_in_orders(one, orders).mean(axis=0) for one in correlations])

    return values


def gains_in_orders(correlations: Floats, orders: Any) -> Floats:
    """(m, p): each driver's gain in R² in each of m orders of entry.

    With the outcome last, the last row of the Cholesky factor holds its correlation with what each driver brings beyond those
    before it: the squares are the gains.
    """
    m, p = orders.shape
    result = np.full((m, p), np.nan)
    if not np.isfinite(correlations).all():
        return result
    # The outcome's own entry does not matter to the row and must not make a perfect fit singular.
    matrix = correlations.copy()
    matrix[-1, -1] = 2.0
    whole = np.concatenate([orders, np.full((m, 1), p)], axis=1)
    block = max(1, _CELLS // (p + 1) ** 2)
    for start in range(0, m, block):
        order = whole[start : start + block]
        try:
            factors = np.linalg.cholesky(matrix[order[:, :, None], order[:, None, :]])
        except np.linalg.LinAlgError:
            return result
        gains = np.square(factors[:, -1, :-1])
        np.put_along_axis(result[start : start + block], order[:, :-1], gains, axis=1)
    return result


def _result(
    correlations: Floats,
    drivers: tuple[str, ...],
    outcome: str,
    n: int | None,
    notes: list[Caution],
    found: Resampled | None,
    resamples: int,
    exact_up_to: int,
    orders: int,
    seed: int,
) -> Shapley | ApproximateShapley:
    p = len(drivers)
    betas = standardised_betas(correlations)
    r_squared = float(betas @ correlations[:-1, -1])
    if n is not None and n > p + 1:
        notes = [*notes, *weak_model(r_squared, n, p)]
    if found is not None:
        notes = [*notes, *found.cautions]
    shared: dict[str, Any] = {
        "outcome": outcome,
        "drivers": drivers,
        "r_squared": r_squared,
        "n": n,
        "correlations": correlations[:-1, -1],
        "betas": betas,
        "resamples": resamples,
        "intervals": None if found is None else found.intervals[:p],
        "share_intervals": None if found is None else found.intervals[p:],
        "outweighs": None if found is None else outweighing(found.replicates[:, :p]),
    }
    if p <= exact_up_to:
        return Shapley(weights=shapley_values(correlations[None])[0], cautions=tuple(notes), **shared)
    gains = gains_in_orders(correlations, _random_orders(p, orders, seed))
    half = len(gains) // 2
    pairs = (gains[:half] + gains[half:]) / 2  # an order and its reverse are one draw
    errors = pairs.std(axis=0, ddof=1) / np.sqrt(half) if half > 1 else np.full(p, np.nan)
    text = (
        f"{p} drivers have too many subsets to go through all: these values are estimated from {2 * half} random orders, with "
        f"a standard error of up to {float(np.max(errors)):.1e}."
    )
    return ApproximateShapley(
        weights=pairs.mean(axis=0),
        orders=2 * half,
        standard_errors=errors,
        cautions=(*notes, Caution("approximate", text)),
        **shared,
    )

"""Unrotated factor loadings of a correlation matrix: minres, maximum likelihood, principal axes.

All three look for L (p, k) and uniquenesses psi so that R is near L L' + diag(psi). For given psi the best L is known in
closed form from an eigendecomposition, so the search is over the p uniquenesses only, by Newton's method with exact
derivatives (Jöreskog 1967 for ML; Harman & Jones 1966 and Jöreskog 1977 for minres) within LOWEST <= psi <= 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from anxin.engines.measure.errors import BadModel, NotIdentified
from anxin.engines.measure.results import Floats

Method = Literal["minres", "ml", "pa"]
METHODS: dict[str, str] = {"minres": "minimum residual", "ml": "maximum likelihood", "pa": "principal axes"}

LOWEST = 0.005  # the least uniqueness searched, as in R's factanal and psych's fa
TOLERANCE = 1e-9  # largest gradient at a minimum
STEPS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """Loadings (p, k), columns by falling size, signs as they came; uniquenesses (p,); whether the search ended well."""

    loadings: Floats
    uniquenesses: Floats
    converged: bool
    iterations: int


def extract(r: Floats, factors: int, method: Method = "minres", *, tolerance: float = 1e-8) -> Extraction:
    """Factor a correlation matrix `r` (p, p) into `factors` unrotated factors.

    "minres" minimises the squared off-diagonal residuals (ordinary least squares: the same while no uniqueness is at its
    bound), "ml" the Wishart likelihood (r must be positive definite), "pa" iterates the communalities from the squared
    multiple correlations until none moves by more than `tolerance`; iterated to the end it finds the minres solution.
    Raises BadModel for an unknown method or number of factors, NotIdentified for too many factors.
    """
    p = len(r)
    check_factors(p, factors)
    if method == "pa":
        return _principal_axes(r, factors, tolerance)
    if method not in METHODS:
        names = ", ".join(METHODS)
        raise BadModel(f"There is no method {method!r}. Methods: {names}.", code="bad-option", about=["method"])
    smc = squared_multiple(r)
    search = _likelihood if method == "ml" else _least_squares
    best = search(r, factors, np.clip(1 - smc, LOWEST, 1.0))
    if not best[2] or bool((best[1] <= LOWEST).any()):
        # A wall or a stall: look from elsewhere too (R's factanal begins here).
        other = search(r, factors, np.clip((1 - 0.5 * factors / p) * (1 - smc), LOWEST, 1.0))
        third = search(r, factors, np.full(p, 0.5))
        best = min((best, other, third), key=lambda found: (round(found[0], 10), not found[2]))
    _, psi, converged, iterations = best
    loadings = _likelihood_loadings(r, psi, factors) if method == "ml" else _axes(r, psi, factors)
    return Extraction(loadings=loadings, uniquenesses=psi, converged=converged, iterations=iterations)


def degrees(p: int, factors: int) -> int:
    """Degrees of freedom of k factors in p items: ((p - k)^2 - p - k) / 2."""
    return ((p - factors) ** 2 - p - factors) // 2


def check_factors(p: int, factors: int) -> None:
    """Raise BadModel or NotIdentified when p items cannot carry this many factors."""
    if factors < 1 or factors != int(factors):
        raise BadModel(f"The number of factors is a whole number from 1, not {factors!r}.", code="bad-factors")
    if degrees(p, int(factors)) < 0 or p < 3:
        most = max((k for k in range(1, p) if degrees(p, k) >= 0), default=0) if p >= 3 else 0
        raise NotIdentified(
            f"{p} items cannot settle {factors} factors: the model has more parameters than correlations. "
            + (f"Ask for {most} at most or add items." if most else "Factor at least 3 items."),
            code="too-many-factors",
            about=["factors"],
        )


def squared_multiple(r: Floats) -> Floats:
    """(p,) squared multiple correlation of each item with the others (Guttman's lower bound of its communality).

    Where r is not positive definite: the largest squared correlation with another item.
    """
    values, vectors = np.linalg.eigh(r)
    if values[0] > 1e-8:
        smc: Floats = 1 - 1 / np.sum(vectors**2 / values, axis=1)
    else:
        smc = np.max((r - np.diag(np.diagonal(r))) ** 2, axis=1)
    return np.clip(smc, 0.0, 1.0)


Found = tuple[float, Floats, bool, int]
Derivatives = tuple[float, Floats, Floats]


def _least_squares(r: Floats, k: int, start: Floats) -> Found:
    """Minimise half the sum of squares of R - L L' - psi: half the sum of the squared eigenvalues of R - psi left over."""

    def at(psi: Floats) -> tuple[float, Callable[[], Derivatives]]:
        values, vectors = np.linalg.eigh(r - np.diag(psi))
        split = len(r) - k
        kept = np.maximum(values[split:], 0.0)
        rest, low, high = values[:split], vectors[:, :split], vectors[:, split:]
        missed = values[split:] - kept
        value = 0.5 * float(rest @ rest + missed @ missed)

        def derivatives() -> Derivatives:
            gradient = -(low**2) @ rest - (high**2) @ missed
            # How the eigenvectors turn with psi: exact while the k largest are positive, as they are near a minimum.
            share = rest[:, None] / (rest[:, None] - kept[None, :] - 1e-12)
            pairs = (low[:, :, None] * high[:, None, :]).reshape(len(r), -1)
            hessian = (low @ low.T) ** 2 + 2 * (pairs * share.ravel()) @ pairs.T
            return value, gradient, hessian

        return value, derivatives

    return _newton(at, start, np.full(len(r), LOWEST), np.ones(len(r)))


def _likelihood(r: Floats, k: int, start: Floats) -> Found:
    """Minimise the sum of g - log g - 1 over the p - k smallest eigenvalues g of psi^-1/2 R psi^-1/2, over log psi."""

    def at(log_psi: Floats) -> tuple[float, Callable[[], Derivatives]]:
        scale = np.exp(-0.5 * log_psi)
        values, vectors = np.linalg.eigh(r * scale[:, None] * scale[None, :])
        split = len(r) - k
        rest, large, low, high = values[:split], values[split:], vectors[:, :split], vectors[:, split:]
        value = float(np.sum(rest - np.log(rest) - 1))

        def derivatives() -> Derivatives:
            gradient = (low**2) @ (1 - rest)
            gap = rest[:, None] - large[None, :]
            share = (1 - rest[:, None]) * (rest[:, None] + large[None, :]) / np.where(gap < -1e-12, gap, -1e-12)
            pairs = (low[:, :, None] * high[:, None, :]).reshape(len(r), -1)
            hessian = ((low * rest) @ low.T) * (low @ low.T) - (pairs * share.ravel()) @ pairs.T
            return value, gradient, hessian

        return value, derivatives

    lower, upper = np.full(len(r), np.log(LOWEST)), np.zeros(len(r))
    value, log_psi, converged, iterations = _newton(at, np.log(start), lower, upper)
    return value, np.exp(log_psi), converged, iterations


def _newton(
    at: Callable[[Floats], tuple[float, Callable[[], Derivatives]]], start: Floats, lower: Floats, upper: Floats
) -> Found:
    """A minimum within bounds: Newton steps on the coordinates not held by a bound, halved until the value falls."""
    here = start
    value, derivatives = at(here)
    for iteration in range(STEPS):
        _, gradient, hessian = derivatives()
        free = ~(((here <= lower) & (gradient > 0)) | ((here >= upper) & (gradient < 0)))
        if not bool(free.any()) or float(np.abs(gradient[free]).max()) < TOLERANCE:
            return value, here, True, iteration
        step = np.zeros_like(here)
        step[free] = _descent(gradient[free], hessian[np.ix_(free, free)])
        if -float(gradient @ step) < 1e-14 * (1 + abs(value)):
            # The value can no longer tell better from worse. Where the gradient is small too, one step more and done.
            here = np.clip(here + step, lower, upper)
            return value, here, float(np.abs(gradient[free]).max()) < 1e-6, iteration + 1
        length = 1.0
        while True:
            there = np.clip(here + length * step, lower, upper)
            new, new_derivatives = at(there)
            if new <= value + 1e-4 * float(gradient @ (there - here)):
                break
            length /= 2
            if length < 1e-10:  # rounding has the last word: the gradient says how good it is
                return value, here, float(np.abs(gradient[free]).max()) < 1e-6, iteration
        here, value, derivatives = there, new, new_derivatives
    return value, here, False, STEPS


def _descent(gradient: Floats, hessian: Floats) -> Floats:
    """The Newton step, or where the curvature is not positive, one along it all the same."""
    try:
        root = np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(hessian)
        curvature = np.maximum(np.abs(values), 1e-3 * float(np.abs(values).max()) + 1e-12)
        bent: Floats = -(vectors / curvature) @ (vectors.T @ gradient)
        return bent
    plain: Floats = -np.linalg.solve(root.T, np.linalg.solve(root, gradient))
    return plain


def _axes(r: Floats, psi: Floats, k: int) -> Floats:
    values, vectors = np.linalg.eigh(r - np.diag(psi))
    loadings: Floats = vectors[:, ::-1][:, :k] * np.sqrt(np.maximum(values[::-1][:k], 0.0))
    return loadings


def _likelihood_loadings(r: Floats, psi: Floats, k: int) -> Floats:
    scale = 1 / np.sqrt(psi)
    values, vectors = np.linalg.eigh(r * scale[:, None] * scale[None, :])
    size = np.sqrt(np.maximum(values[::-1][:k] - 1, 0.0))
    loadings: Floats = vectors[:, ::-1][:, :k] * size / scale[:, None]
    return loadings


def _principal_axes(r: Floats, k: int, tolerance: float) -> Extraction:
    communalities, moved, iteration = squared_multiple(r), np.inf, 0
    while moved >= tolerance and iteration < 10_000:
        iteration += 1
        loadings = _axes(r, 1 - communalities, k)
        new = np.sum(loadings**2, axis=1)
        moved = float(np.abs(new - communalities).max())
        communalities = new
        if bool((new > 1).any()):  # a Heywood case: on from here it only grows
            break
    return Extraction(
        loadings=loadings,
        uniquenesses=1 - communalities,
        converged=moved < tolerance,
        iterations=iteration,
    )

"""Fisher scoring with step halving, and Newton's steps where scoring is slow.

A problem is minimised whose value, gradient and expected information are per observation, so that `decrement` = g'I⁻¹g is
the squared distance from the minimum in units of (standard error times √n).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import lapack

from anxin.engines.measure.results import Floats

TOLERANCE = 1e-15
STEPS = 500
_PATIENCE = 20  # scoring steps at least that are waited for before an exact Hessian, which costs about q of them
_ROUNDING = 1e-13


class Problem(Protocol):
    def scoring(self, x: Floats) -> tuple[float, Floats, Floats]:
        """Value, gradient and expected information; the value is infinite where the model makes no sense."""

    def hessian(self, x: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """Where the minimiser stopped. `converged` is True only if the gradient says so."""

    x: Floats
    value: float
    gradient: Floats
    information: Floats
    decrement: float
    steps: int
    converged: bool


def minimise(problem: Problem, start: Floats, *, steps: int = STEPS, tolerance: float = TOLERANCE) -> Minimum:
    """Go from `start` to the nearest minimum.

    Within `tolerance` one last full step is taken unseen: it gains the digits that another evaluation would only confirm.
    """
    x = start
    value, gradient, information = problem.scoring(x)
    if not len(x):
        return Minimum(x, value, gradient, information, 0.0, 0, True)
    before = decrement = np.inf
    for number in range(steps):
        by_information = solve(information, gradient)
        decrement = float(gradient @ by_information)
        if decrement < tolerance:
            return Minimum(x - by_information, value - 0.5 * decrement, gradient, information, decrement, number, True)
        direction = by_information
        # Scoring gains a fixed number of digits a step; where many steps are left, pay for exact second derivatives.
        if number > 2 and _steps_left(decrement, before, tolerance) > max(_PATIENCE, len(x)):
            hessian = problem.hessian(x)
            if _cholesky(hessian) is not None:
                direction = solve(hessian, gradient)
        before = decrement
        slope = float(gradient @ direction)
        length = 1.0
        while True:
            trial = x - length * direction
            reached, steeper, wider = problem.scoring(trial)
            # Near the minimum the value's own rounding hides the gain; the gradient decides there.
            if reached <= value - 1e-4 * length * slope + _ROUNDING * (1 + abs(value)):
                break
            length *= 0.5
            if length < 1e-12:
                return Minimum(x, value, gradient, information, decrement, number, decrement < 1e-12)
        x, value, gradient, information = trial, reached, steeper, wider
    return Minimum(x, value, gradient, information, decrement, steps, False)


def _steps_left(decrement: float, before: float, tolerance: float) -> float:
    if decrement >= before:
        return np.inf
    return float(np.log(tolerance / decrement) / np.log(decrement / before))


def _cholesky(matrix: Floats) -> Floats | None:
    factor, wrong = lapack.dpotrf(matrix, lower=1)
    return None if wrong else factor


def solve(matrix: Floats, right: Floats) -> Floats:
    """matrix⁻¹ right for a matrix that should be positive definite; least squares where it is not."""
    factor = _cholesky(matrix)
    if factor is not None and factor.diagonal().min() > 1e-4 * factor.diagonal().max():
        solution: Floats = lapack.dpotrs(factor, right, lower=1)[0]
        return solution
    # Pivots far apart may only mean that items are measured in very different units.
    scale = 1 / np.sqrt(np.maximum(np.abs(matrix.diagonal()), 1e-300))
    even = matrix * scale[:, None] * scale
    factor = _cholesky(even)
    if factor is not None and factor.diagonal().min() > 1e-5:
        solution = lapack.dpotrs(factor, scale * right, lower=1)[0]
        return scale * solution
    values, vectors = np.linalg.eigh(even)
    inverse = np.where(values > 1e-10 * values.max(), 1 / np.maximum(values, 1e-300), 0.0)
    result: Floats = scale * (vectors @ (inverse * (vectors.T @ (scale * right))))
    return result


def inverse(matrix: Floats) -> tuple[Floats, float] | None:
    """The inverse of a positive definite matrix and the logarithm of its determinant, or None where it is not one."""
    factor, wrong = lapack.dpotrf(matrix, lower=0, clean=1)
    if wrong:
        return None
    logdet = 2.0 * float(np.log(factor.diagonal()).sum())
    half, _ = lapack.dpotri(factor, lower=0)
    full = half + half.T
    places = np.arange(len(full))
    full[places, places] *= 0.5
    return full, logdet

"""Gradient projection: the minimum of a rotation criterion over rotations (Jennrich 2001, 2002; Bernaards & Jennrich 2005).

Loadings are L = A T'^-1 with factor correlations T' T. The columns of T have length 1 (oblique), or T is orthogonal, so
that L = A T. Both walks go down the gradient projected on what such T may do, and back onto them after each step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dgetrf, dgetri

from anxin.engines.measure.kernels import COMPILED, compiled
from anxin.engines.measure.results import Floats

USUAL, FIRM, LOOSE, NEAR = 1e-5, 1e-8, 1e-5, 1e-2  # lengths of the projected gradient to stop at
STEPS = 1000
MEMORY = 4  # steps among whose values the next may rise

Criterion = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Loadings (p, k) to rotate, the criterion, and whether factors stay uncorrelated. `oblimin` is that criterion's gamma:
    with it one compiled pass does what takes a dozen calls on matrices this small.
    """

    loadings: Floats
    criterion: Criterion
    orthogonal: bool
    oblimin: float | None = None

    def rotated(self, turn: Floats) -> Floats:
        return self.loadings @ self.weights(turn)

    def weights(self, turn: Floats) -> Floats:
        """What loadings are multiplied by: T when orthogonal, T'^-1 when oblique."""
        if self.orthogonal:
            return turn
        if turn.ndim == 2:  # as np.linalg.inv, which for a matrix this small is mostly overhead
            factored, pivots, _ = dgetrf(turn)
            return np.asarray(dgetri(factored, pivots)[0].T, np.float64)
        return np.asarray(np.linalg.inv(turn).swapaxes(-1, -2), np.float64)

    def at(self, turn: Floats) -> tuple[Floats, Callable[[], Floats]]:
        """The criterion's values (...) over T (..., k, k), and how to get its projected gradients (..., k, k)."""
        weights = self.weights(turn)
        rotated = self.loadings @ weights
        value, slope = self.criterion(rotated)

        def gradient() -> Floats:
            if self.orthogonal:
                pull = self.loadings.T @ slope
                inner = turn.swapaxes(-1, -2) @ pull
                along: Floats = pull - turn @ ((inner + inner.swapaxes(-1, -2)) / 2)
                return along
            pull = slope.swapaxes(-1, -2) @ rotated
            along = turn * pull.diagonal(axis1=-2, axis2=-1)[..., None, :] - weights @ pull
            return along

        return value, gradient

    def onto(self, turn: Floats) -> Floats:
        """The nearest T that is allowed."""
        if self.orthogonal:
            left, _, right = np.linalg.svd(turn)
            nearest: Floats = left @ right
            return nearest
        scaled: Floats = turn / np.sqrt(np.add.reduce(turn * turn, axis=-2, keepdims=True))
        return scaled

    def arrive(self, turn: Floats) -> tuple[Floats, Floats, Callable[[], Floats]]:
        """`onto` and, there, `at`."""
        if COMPILED and self.oblimin is not None:
            there, values, gradients = _oblimin(self.loadings, turn.reshape(-1, *turn.shape[-2:]), self.oblimin)
            return (there, values, lambda: gradients) if turn.ndim == 3 else (there[0], values[0], lambda: gradients[0])
        there = self.onto(turn)
        return there, *self.at(there)


def criterion(method: str, p: int, k: int, *, gamma: float, epsilon: float) -> Criterion:
    """From loadings (..., p, k) to the criterion's values (...) and gradients (..., p, k); less is simpler."""
    if method in ("geomin", "geomin-orthogonal"):

        def geomin(loadings: Floats) -> tuple[Floats, Floats]:
            squares = loadings**2 + epsilon
            means = np.exp(np.log(squares).sum(axis=-1, keepdims=True) / k)
            return means.sum(axis=(-2, -1)), (2 / k) * loadings / squares * means

        return geomin
    if method == "oblimin":
        elsewhere = 1 - np.eye(k)

        def oblimin(loadings: Floats) -> tuple[Floats, Floats]:
            others = (loadings * loadings) @ elsewhere
            if gamma:
                others -= gamma / p * others.sum(axis=-2, keepdims=True)
            gradient = loadings * others
            return 0.25 * _dot(loadings, gradient), gradient

        return oblimin
    weight = {"quartimax": 0.0, "varimax": 1.0, "equamax": k / 2}[method]

    def orthomax(loadings: Floats) -> tuple[Floats, Floats]:
        squares = loadings * loadings
        gradient = loadings * (weight / p * squares.sum(axis=-2, keepdims=True) - squares)
        return 0.25 * _dot(loadings, gradient), gradient

    return orthomax


@compiled
def _oblimin(loadings: Floats, turns: Floats, gamma: float) -> tuple[Floats, Floats, Floats]:
    """`Problem.arrive` for direct oblimin: from turns (s, k, k) the nearest T, values (s,) and projected gradients."""
    starts, k, _ = turns.shape
    p = len(loadings)
    nearest, values, gradients = np.empty((starts, k, k)), np.empty(starts), np.empty((starts, k, k))
    rotated, slope, pull = np.empty((p, k)), np.empty((p, k)), np.empty((k, k))
    for start in range(starts):
        turn = nearest[start]
        for j in range(k):
            turn[:, j] = turns[start, :, j] / math.sqrt((turns[start, :, j] ** 2).sum())
        weights = _inverse(turn).T
        for i in range(p):
            for j in range(k):
                total = 0.0
                for m in range(k):
                    total += loadings[i, m] * weights[m, j]
                rotated[i, j] = total
        for i in range(p):
            total = 0.0
            for j in range(k):
                total += rotated[i, j] * rotated[i, j]
            for j in range(k):
                slope[i, j] = total - rotated[i, j] * rotated[i, j]  # squares of the other factors' loadings
        if gamma != 0:
            for j in range(k):
                slope[:, j] -= gamma * slope[:, j].mean()
        slope *= rotated
        values[start] = 0.25 * (rotated * slope).sum()
        for j in range(k):
            for m in range(k):
                total = 0.0
                for i in range(p):
                    total += slope[i, j] * rotated[i, m]
                pull[j, m] = total
        for j in range(k):
            for m in range(k):
                total = turn[j, m] * pull[m, m]
                for one in range(k):
                    total -= weights[j, one] * pull[one, m]
                gradients[start, j, m] = total
    return nearest, values, gradients


@compiled
def _inverse(matrix: Floats) -> Floats:
    """By Gauss and Jordan with row pivots; not finite where there is none."""
    k = len(matrix)
    left, right = matrix.copy(), np.eye(k)
    for column in range(k):
        pivot = column
        for row in range(column + 1, k):
            if abs(left[row, column]) > abs(left[pivot, column]):
                pivot = row
        for place in range(k):
            left[column, place], left[pivot, place] = left[pivot, place], left[column, place]
            right[column, place], right[pivot, place] = right[pivot, place], right[column, place]
        scale = 1.0 / left[column, column]
        left[column] *= scale
        right[column] *= scale
        for row in range(k):
            if row != column:
                share = left[row, column]
                for place in range(k):
                    left[row, place] -= share * left[column, place]
                    right[row, place] -= share * right[column, place]
    return right


def walk(problem: Problem, turn: Floats) -> tuple[Floats, bool]:
    """One start (k, k) by Bernaards & Jennrich's own step rule down to a gradient of USUAL, where GPArotation stops."""
    value, gradient = problem.at(turn)
    step = 1.0
    for _ in range(STEPS):
        slope = gradient()
        length = float(np.vdot(slope, slope))
        if length < USUAL**2:
            return turn, True
        step *= 2
        for _ in range(11):
            there, new, gradient = problem.arrive(turn - step * slope)
            if value - new > 0.5 * length * step:
                break
            step /= 2
        turn, value = there, new
    return turn, False


def varimax(loadings: Floats, turn: Floats) -> tuple[Floats, bool]:
    """One start (k, k) by the singular value iteration, ended where R's varimax ends: a gain below USUAL of the sum."""
    before = 0.0
    for _ in range(STEPS):
        rotated = loadings @ turn
        pull = loadings.T @ (rotated**3 - rotated * np.mean(rotated**2, axis=0))
        left, sizes, right = np.linalg.svd(pull)
        turn = left @ right
        gain, before = float(sizes.sum()) - before * (1 + USUAL), float(sizes.sum())
        if gain < 0:
            return turn, True
    return turn, False


def descend(problem: Problem, turns: Floats, tolerance: float) -> tuple[Floats, Floats, Floats]:
    """Many starts (s, k, k) side by side: ends (s, k, k), values (s,), lengths of the projected gradient (s,).

    Steps as long as Barzilai & Borwein (1988) have them, shortened when the value rises above the last few (Grippo,
    Lampariello & Lucidi 1986): to the same minima as `walk` in fewer steps.
    """
    turn = turns.copy()
    value, gradient = problem.at(turn)
    slope = gradient()
    step = np.ones(len(turn))
    squared = _dot(slope, slope)
    past = np.tile(value, (MEMORY, 1))
    for count in range(STEPS):
        live = squared > tolerance**2
        if not live.any():
            break
        there, new, gradient = problem.arrive(turn - step[:, None, None] * slope)
        new_slope = gradient()
        high = past.max(axis=0)
        # The last term lets steps pass that differ by rounding only.
        good = live & (new <= high - 1e-4 * step * squared + 1e-14 * np.abs(high))
        moved, change = there - turn, new_slope - slope
        both = np.abs(_dot(moved, change)) + 1e-300
        next_step = _dot(moved, moved) / both if count % 2 else both / (_dot(change, change) + 1e-300)
        if good.all():
            turn, value, slope, step = there, new, new_slope, next_step
        else:
            turn[good], slope[good] = there[good], new_slope[good]
            value = np.where(good, new, value)
            step = np.where(good, next_step, np.where(live, step / 4, step))
        past[count % MEMORY] = value
        squared = _dot(slope, slope)
    return turn, value, np.sqrt(squared)


def _dot(one: Floats, other: Floats) -> Floats:
    """Inner products of matrices (..., i, j)."""
    if one.ndim == 2:  # einsum is slower to get going
        return np.asarray(np.vdot(one, other), np.float64)
    return np.asarray(np.einsum("...ij,...ij->...", one, other), np.float64)

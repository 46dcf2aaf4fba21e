"""Membership functions: how far a measured value belongs to a grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.results import Floats, number


@dataclass(frozen=True, slots=True)
class Shape:
    """A trapezoid: 0 up to `a`, rising to 1 at `b`, 1 up to `c`, falling to 0 at `d` (Zadeh 1965).

    a <= b <= c <= d; equal neighbours make a step, `a` = `b` = -inf leaves the left open, `c` = `d` = inf the right.
    Usually made by `triangle`, `trapezoid`, `falling` or `rising`. Calling it with values gives their membership, 0 to
    1.
    """

    a: float
    b: float
    c: float
    d: float

    def __post_init__(self) -> None:
        corners = (self.a, self.b, self.c, self.d)
        if not all(low <= high for low, high in pairwise(corners)):
            raise BadModel(
                f"The corners of a membership function must not fall: {', '.join(map(number, corners))}.",
                code="bad-shape",
            )
        if np.isinf(self.a) != np.isinf(self.b) or np.isinf(self.c) != np.isinf(self.d):
            raise BadModel("An open side of a membership function needs both its corners infinite.", code="bad-shape")

    def __call__(self, values: Any) -> Floats:
        """Membership of each value, same shape; NaN where the value is NaN."""
        x = np.asarray(values, np.float64)
        up = _ramp(x, self.a, self.b)
        down = _ramp(-x, -self.d, -self.c)
        membership: Floats = np.where(np.isnan(x), np.nan, np.minimum(up, down))
        return membership


def _ramp(x: Floats, start: float, end: float) -> Floats:
    """0 up to `start`, 1 from `end` on; a step that is 1 at `end` if they are equal."""
    if np.isinf(end):
        return np.ones_like(x)
    if start == end:
        return (x >= end).astype(np.float64)
    ramp: Floats = np.clip((x - start) / (end - start), 0.0, 1.0)
    return ramp


def triangle(a: float, b: float, c: float) -> Shape:
    """0 at `a`, 1 at `b`, 0 at `c`."""
    return Shape(a, b, b, c)


def trapezoid(a: float, b: float, c: float, d: float) -> Shape:
    """0 at `a`, 1 from `b` to `c`, 0 at `d`."""
    return Shape(a, b, c, d)


def falling(a: float, b: float) -> Shape:
    """Half trapezoid for the lowest grade: 1 up to `a`, 0 from `b` on."""
    return Shape(-np.inf, -np.inf, a, b)


def rising(a: float, b: float) -> Shape:
    """Half trapezoid for the highest grade: 0 up to `a`, 1 from `b` on."""
    return Shape(a, b, np.inf, np.inf)


def by_thresholds(thresholds: Sequence[float]) -> tuple[Shape, ...]:
    """Piecewise linear membership of k grades: the value at `thresholds[g]` belongs to grade g alone.

    Between two thresholds membership passes linearly from one grade to the next, beyond the outer ones it stays 1: half
    trapezoids at the ends, triangles inside, so the memberships of a value always sum to 1. Thresholds go with the
    grades, in their order: with grades from worst to best, rising thresholds mean that larger is better, falling ones
    that smaller is better. Raises BadModel unless there are at least two and they strictly rise or strictly fall.
    """
    points = [float(point) for point in thresholds]
    steps = np.diff(points)
    if len(points) < 2 or not np.isfinite(points).all() or not ((steps > 0).all() or (steps < 0).all()):
        raise BadModel(
            f"Thresholds must rise (larger is better) or fall (smaller is better) from grade to grade: {points}.",
            code="bad-thresholds",
        )
    if points[0] > points[-1]:
        return by_thresholds(points[::-1])[::-1]
    inner = [triangle(*points[at - 1 : at + 2]) for at in range(1, len(points) - 1)]
    return (falling(points[0], points[1]), *inner, rising(points[-2], points[-1]))

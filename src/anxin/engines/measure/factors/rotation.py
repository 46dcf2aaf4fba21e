"""Rotation of factor loadings towards simple structure.

Convention here as everywhere in `factors`: factors come by falling sum of squares diag(Phi L' L), each with the sign that
makes the sum of its loadings positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadData, BadModel
from anxin.engines.measure.factors import projection
from anxin.engines.measure.factors.projection import FIRM, LOOSE, NEAR, Problem
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

ORTHOGONAL = ("varimax", "quartimax", "equamax", "geomin-orthogonal")
OBLIQUE = ("oblimin", "promax", "geomin")
ROTATIONS = (*ORTHOGONAL, *OBLIQUE, "none")
STARTS = 6


@dataclass(frozen=True, kw_only=True, repr=False)
class Rotation(Result):
    """Rotated loadings.

    `pattern` (p, k) the regression weights of items on factors, `phi` (k, k) the factors' correlations (identity when
    orthogonal), `structure` (p, k) = pattern phi the correlations of items and factors. `turn` (k, k): pattern =
    unrotated turn. `value` is the criterion's (of loadings weighted by `kaiser`), `reached` of `starts` starts led to this
    solution, `optima` are the values of the distinct minima seen, this one's first.
    """

    method: str
    oblique: bool
    kaiser: bool
    exact: bool
    pattern: Floats
    structure: Floats
    phi: Floats
    turn: Floats
    value: float
    converged: bool
    starts: int
    reached: int
    optima: tuple[float, ...]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{self.method}, {self.pattern.shape[1]} factors, criterion {number(self.value, 5)}"

    def table(self) -> Table:
        columns = ["item", *(f"F{place + 1}" for place in range(self.pattern.shape[1]))]
        return Table.of(columns, [(f"item{place + 1}", *row) for place, row in enumerate(self.pattern)], "Pattern")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Minimum:
    turn: Floats
    phi: Floats
    value: float
    converged: bool
    starts: int = 1
    reached: int = 1
    others: tuple[float, ...] = ()


def rotate(
    loadings: Any,
    method: str = "oblimin",
    *,
    kaiser: bool | None = None,
    gamma: float = 0.0,
    epsilon: float = 0.01,
    power: float = 4.0,
    starts: int = STARTS,
    seed: int = 1,
    exact: bool = False,
) -> Rotation:
    """Rotate unrotated (orthogonal) loadings (p, k).

    Orthogonal: "varimax" (Kaiser 1958), "quartimax" (Neuhaus & Wrigley 1954), "equamax" (Saunders 1962),
    "geomin-orthogonal". Oblique: "oblimin" (direct oblimin, Jennrich & Sampson 1966: `gamma` 0 is quartimin, negative is
    less oblique), "promax" (Hendrickson & White 1964: varimax raised to `power`, as R's promax), "geomin" (Yates 1987 with
    Browne's `epsilon`). "none" leaves them as they are.

    `kaiser`: weight items to equal communality meanwhile; by default for varimax, equamax and promax (as SPSS and R's
    varimax do), not for the others (as GPArotation and psych). `starts`: the loadings as given and random orthogonal turns
    of them, from `seed`; the lowest minimum is taken, and a caution says when there are several.

    The search ends where R's does (varimax: a gain below 1e-5; the others: a gradient below 1e-5 as in GPArotation), so that
    loadings agree with R's to 1e-5. `exact` goes on to the minimum itself, which moves loadings by up to 1e-3 (varimax) or
    3e-5 (others).

    Raises BadModel for an unknown method or option, BadData for loadings that are not a finite (p, k) table.
    """
    given = np.array(loadings, dtype=np.float64)
    if given.ndim != 2 or given.size == 0 or given.shape[0] < given.shape[1] or not bool(np.isfinite(given).all()):
        text = f"Loadings are a finite table of items by factors, not fewer items than factors; this is {given.shape}."
        raise BadData(text, code="bad-loadings")
    _check(method, gamma, epsilon, power, starts)
    p, k = given.shape
    if k == 1 or method == "none":
        found = _Minimum(turn=np.eye(k), phi=np.eye(k), value=0.0, converged=True)
        return _arranged(given, "none", False, False, found)
    kaiser = method in ("varimax", "equamax", "promax") if kaiser is None else kaiser
    weight = np.ones((p, 1))
    if kaiser:
        length = np.sqrt(np.sum(given**2, axis=1, keepdims=True))
        weight = np.where(length > 0, length, 1.0)
    first = "varimax" if method == "promax" else method
    goal = projection.criterion(first, p, k, gamma=gamma, epsilon=epsilon)
    problem = Problem(given / weight, goal, first in ORTHOGONAL, gamma if first == "oblimin" else None)
    with np.errstate(all="ignore"):  # a step too far may overflow; it is not taken
        found = _minimise(problem, first == "varimax", _turns(k, starts, seed), exact)
    if method == "promax":
        found = _promax(given, found, power)
    return _arranged(given, method, kaiser, exact, found)


def arrange(pattern: Floats, phi: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The order (k,) and signs (k,) of factors under the convention: by falling diag(Phi L' L), sums of loadings positive."""
    size = np.einsum("ik,kl,il->k", pattern, phi, pattern)
    order = np.argsort(-size, kind="stable")
    total = pattern.sum(axis=0)
    largest = pattern[np.argmax(np.abs(pattern), axis=0), np.arange(pattern.shape[1])]
    signs = np.where(np.abs(total) > 1e-12, np.sign(total), np.where(largest < 0, -1.0, 1.0))
    return order, signs[order]


def aligned(loadings: Floats, to: Floats) -> tuple[Sequence[int], Floats]:
    """Which columns of `loadings`, with which signs, lie nearest to the columns of `to` (for comparing two solutions)."""
    from scipy.optimize import linear_sum_assignment

    inner = to.T @ loadings
    rows, columns = linear_sum_assignment(-np.abs(inner))
    return columns.tolist(), np.where(inner[rows, columns] < 0, -1.0, 1.0)


def _check(method: str, gamma: float, epsilon: float, power: float, starts: int) -> None:
    if method not in ROTATIONS:
        text = f"There is no rotation {method!r}. Rotations: {', '.join(ROTATIONS)}."
        raise BadModel(text, code="bad-option", about=["rotation"])
    for name, fine, need in (
        ("gamma", gamma <= 0.8, "at most 0.8 (0 is quartimin)"),
        ("epsilon", epsilon > 0, "above 0 (0.01 is usual)"),
        ("power", power > 1, "above 1 (4 is usual)"),
        ("starts", starts >= 1, "1 or more"),
    ):
        if not fine:
            raise BadModel(f"The rotation's {name} must be {need}.", code="bad-option", about=[name])


def _turns(k: int, starts: int, seed: int) -> Floats:
    """(starts, k, k): the identity, then random rotations (uniform over the orthogonal group)."""
    random = np.random.default_rng(seed).normal(size=(starts, k, k))
    turns, triangles = np.linalg.qr(random)
    turns *= np.sign(np.diagonal(triangles, axis1=1, axis2=2))[:, None, :]
    turns[0] = np.eye(k)
    return turns


def _minimise(problem: Problem, varimax: bool, turns: Floats, exact: bool) -> _Minimum:
    """The first start to its minimum; the others far enough to see whether they come to the same; the lowest of all."""

    def finish(start: Floats) -> _Minimum:
        if exact:
            ends, _, length = projection.descend(problem, start[None], FIRM)
            end, settled = ends[0], bool(length[0] <= LOOSE)  # rounding may stop it a little short of FIRM
        elif varimax:
            end, settled = projection.varimax(problem.loadings, start)
        else:
            end, settled = projection.walk(problem, start)
        phi = np.eye(len(end)) if problem.orthogonal else end.T @ end
        value = float(problem.criterion(problem.rotated(end))[0])
        return _Minimum(turn=problem.weights(end), phi=phi, value=value, converged=settled)

    first = finish(turns[0])
    if len(turns) == 1:
        return first
    ends, values, lengths = projection.descend(problem, turns[1:], NEAR)
    patterns, pattern = problem.rotated(ends), problem.loadings @ first.turn
    far = [start for start, one in enumerate(patterns) if not _alike(one, pattern)]
    if not far:
        return replace(first, starts=len(turns), reached=len(turns))
    ends[far], values[far], lengths[far] = projection.descend(problem, ends[far], LOOSE)
    patterns = problem.rotated(ends)
    settled = [start for start in far if lengths[start] <= LOOSE]
    best, margin = first, 1e-7 + 1e-5 * abs(first.value)
    if settled:
        lowest = min(settled, key=lambda start: float(values[start]))
        if not _alike(patterns[lowest], pattern) and values[lowest] < first.value - margin:
            best = finish(ends[lowest])
    best_pattern = problem.loadings @ best.turn
    seen = [(pattern, first.value), *((patterns[start], float(values[start])) for start in settled)]
    others = [value for one, value in seen if not _alike(one, best_pattern)]
    reached = _alike(pattern, best_pattern) + sum(_alike(one, best_pattern) for one in patterns)
    return replace(best, starts=len(turns), reached=int(reached), others=tuple(others))


def _alike(one: Floats, other: Floats) -> bool:
    """Whether two patterns are the same but for order and sign of factors, as far as a reader could tell."""
    order, signs = aligned(one, other)
    return float(np.abs(one[:, order] * signs - other).max()) < 0.05


def _promax(given: Floats, varimax: _Minimum, power: float) -> _Minimum:
    """Least squares towards the varimax loadings raised to `power`, scaled to factors of variance 1."""
    start = given @ varimax.turn
    target = start * np.abs(start) ** (power - 1)
    turn = np.linalg.lstsq(start, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diagonal(np.linalg.inv(turn.T @ turn)))
    inverse = np.linalg.inv(turn)
    return replace(varimax, turn=varimax.turn @ turn, phi=inverse @ inverse.T)


def _arranged(given: Floats, method: str, kaiser: bool, exact: bool, found: _Minimum) -> Rotation:
    order, signs = arrange(given @ found.turn, found.phi)
    turn = found.turn[:, order] * signs
    phi = found.phi[np.ix_(order, order)] * np.outer(signs, signs)
    optima = [found.value]
    for value in sorted(found.others):
        if value > optima[-1] + 1e-7 + 1e-5 * abs(value):
            optima.append(value)
    cautions = []
    if not found.converged:
        text = f"The {method} rotation did not settle within {projection.STEPS} steps: do not rely on these loadings."
        cautions.append(Caution("rotation-not-converged", text))
    if found.others:
        cautions.append(
            Caution(
                "local-optima",
                f"The {method} criterion has several minima here: {found.reached} of {found.starts} starts led to this, "
                f"the lowest found ({', '.join(number(value, 5) for value in optima[:3])}). Other programs may stop at "
                "another one; more starts make it more certain.",
            )
        )
    pattern = given @ turn
    return Rotation(
        method=method,
        oblique=method in OBLIQUE,
        kaiser=kaiser,
        exact=exact,
        pattern=pattern,
        structure=pattern @ phi,
        phi=phi,
        turn=turn,
        value=found.value,
        converged=found.converged,
        starts=found.starts,
        reached=found.reached,
        optima=tuple(optima),
        cautions=tuple(cautions),
    )

"""Least squares on thresholds and polychoric correlations: DWLS, ULS and WLS (Muthén 1984).

The moments of a group are its thresholds, item by item, and then its correlations in the order of pairs; where thresholds
are saturated they leave the problem. The model's moments are δ_i (τ - μ_i) and δ_i Σ_ij δ_j. In the delta parameterisation δ
is a parameter (1 in a single group) and the residual variance is what it leaves; in theta the residual variance is 1 and
δ_i = Σ_ii^-½.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.likelihood import complex_jacobian
from anxin.engines.measure.models.structure import Implied, Numbers, Structure
from anxin.engines.measure.pairs.tables import pair_places
from anxin.engines.measure.results import Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One group's moments. `weight` is (w,) for a diagonal weight matrix and (w, w) for a full one; `gamma` (w, w) is the
    covariance of √n times the moments, None until a robust test asks for it. `owner[c]` is the item of threshold c.
    """

    n: float
    moments: Floats
    weight: Floats
    owner: Indices
    with_cuts: bool

    def weighted(self, right: Numbers) -> Numbers:
        if self.weight.ndim == 2:
            return self.weight @ right
        return self.weight * right if right.ndim == 1 else self.weight[:, None] * right


class LeastSquares:
    """½ Σ_g (n_g - 1)/N (s - σ)'W(s - σ): lavaan's `fmin`."""

    def __init__(
        self, structures: Sequence[Structure], freedom: Freedom, targets: Sequence[Target], *, theta: bool
    ) -> None:
        self.structures, self.freedom, self.targets, self.theta = structures, freedom, targets, theta
        self.total = sum(target.n for target in targets)
        self.shares = [(target.n - 1) / self.total for target in targets]
        self.rows, self.columns = pair_places(len(structures[0].names))
        # Observed variables of regressions: in the delta parameterisation their residual variance follows from the rest.
        first = len(structures[0].latents)
        self._phantoms = [place for place in range(first) if structures[0].latents[place] in structures[0].names]
        self._at = [structures[0].names.index(structures[0].latents[place]) for place in self._phantoms]

    def state(self, group: int, x: Numbers) -> tuple[dict[str, Numbers], Implied]:
        """Matrices with dependent residual variances settled, and what they imply."""
        one = self.structures[group]
        filled = one.matrices(self.freedom.slots(group, x))
        implied = one.implied(filled)
        if self._phantoms and not self.theta:
            square = self._reach_square(implied)
            gap = 1 / filled["delta"][self._at] ** 2 - implied.sigma[self._at, self._at]
            places = np.array(self._phantoms)
            filled["psi"][places, places] += np.linalg.solve(square, gap)
            implied = one.implied(filled)
        return filled, implied

    def _reach_square(self, implied: Implied) -> Numbers:
        p = len(implied.mu)
        reach = implied.basis[self._at][:, [p + place for place in self._phantoms]]
        return reach * reach

    def moments(self, group: int, x: Numbers) -> Numbers:
        filled, implied = self.state(group, x)
        return self._moments(group, filled, implied, self._scale(filled, implied))

    def _scale(self, filled: dict[str, Numbers], implied: Implied) -> Numbers:
        return self._power(implied, -0.5) if self.theta else filled["delta"]

    def _power(self, implied: Implied, power: float) -> Numbers:
        # A step too far may leave a variance negative; no number then tells the optimiser to step back.
        with np.errstate(invalid="ignore", divide="ignore"):
            result: Numbers = implied.sigma.diagonal() ** power
            return result

    def _moments(self, group: int, filled: dict[str, Numbers], implied: Implied, scale: Numbers) -> Numbers:
        target = self.targets[group]
        related = scale[self.rows] * implied.sigma[self.rows, self.columns] * scale[self.columns]
        if not target.with_cuts:
            return related
        cuts = scale[target.owner] * (filled["tau"] - implied.mu[target.owner])
        return np.concatenate([cuts, related])

    def with_derivatives(self, group: int, x: Numbers) -> tuple[Numbers, Numbers]:
        """The model's moments (w,) and their derivatives by the group's slots (w, slots)."""
        one, target = self.structures[group], self.targets[group]
        filled, implied = self.state(group, x)
        scale = self._scale(filled, implied)
        sigma = implied.sigma[self.rows, self.columns]
        by_sigma = one.sigma_directions(implied, self.rows, self.columns)
        diagonal = np.arange(len(one.names))
        by_variance: Numbers | None = None
        if self._phantoms and not self.theta:
            by_sigma = by_sigma + self._through_phantoms(one, filled, implied)
        by_scale = np.zeros((len(one.names), one.slots.count), by_sigma.dtype)
        if self.theta:
            by_variance = one.sigma_directions(implied, diagonal, diagonal)
            by_scale = -0.5 * self._power(implied, -1.5)[:, None] * by_variance
        else:
            by_scale[one.slots.scale[0], one.slots.scale[1]] = 1.0
        both = (scale[self.rows] * scale[self.columns])[:, None]
        derivatives = (
            both * by_sigma
            + (sigma * scale[self.columns])[:, None] * by_scale[self.rows]
            + (sigma * scale[self.rows])[:, None] * by_scale[self.columns]
        )
        if target.with_cuts:
            own = target.owner
            by_cut = -one.mean_directions(implied)[own]
            by_cut[one.slots.threshold[0], one.slots.threshold[1]] += 1.0
            shifted = filled["tau"] - implied.mu[own]
            cuts = scale[own][:, None] * by_cut + shifted[:, None] * by_scale[own]
            derivatives = np.concatenate([cuts, derivatives])
        return self._moments(group, filled, implied, scale), derivatives

    def _through_phantoms(self, one: Structure, filled: dict[str, Numbers], implied: Implied) -> Numbers:
        """What each slot does to Σ's pairs by way of the residual variances that keep the phantoms' total at 1/δ²."""
        at = np.array(self._at)
        p = len(one.names)
        change = -one.sigma_directions(implied, at, at)
        for place, slot in zip(*one.slots.scale, strict=True):
            if place in self._at:
                change[self._at.index(int(place)), slot] -= 2 / filled["delta"][place] ** 3
        residual = np.linalg.solve(self._reach_square(implied), change)
        reach = implied.basis[:, [p + place for place in self._phantoms]]
        return (reach[self.rows] * reach[self.columns]) @ residual

    def value(self, x: Floats) -> float:
        result = 0.0
        for group, target in enumerate(self.targets):
            off = target.moments - self.moments(group, x)
            result += 0.5 * self.shares[group] * float(off @ target.weighted(off))
        return result if np.isfinite(result) else np.inf

    def scoring(self, x: Floats) -> tuple[float, Floats, Floats]:
        q = self.freedom.count
        value, gradient, information = 0.0, np.zeros(q), np.zeros((q, q))
        for group, target in enumerate(self.targets):
            moments, derivatives = self.with_derivatives(group, x)
            off = target.moments - moments
            share = self.shares[group]
            weighted = target.weighted(derivatives)
            value += 0.5 * share * float(off @ target.weighted(off))
            gradient -= share * self.freedom.gather(group, weighted.T @ off)
            information += share * self.freedom.gather_square(group, derivatives.T @ weighted)
        return value, gradient, information

    def gradient(self, x: Numbers) -> Numbers:
        total = np.zeros(self.freedom.count, x.dtype)
        for group, target in enumerate(self.targets):
            moments, derivatives = self.with_derivatives(group, x)
            off = target.weighted(target.moments - moments)
            total -= self.shares[group] * self.freedom.gather(group, derivatives.T @ off)
        return total

    def hessian(self, x: Floats) -> Floats:
        return complex_jacobian(self.gradient, x)


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """Sandwich covariance of x, and the two traces of UΓ that correct the test (Satorra & Bentler 1994)."""

    covariance: Floats
    trace: float
    trace_of_square: float


def robust(problem: LeastSquares, x: Floats, gammas: Sequence[Floats]) -> Robust:
    """From each group's Γ (w, w). U is never formed: its traces come through (q, q) matrices.

    UΓ = D - A H B with D = blockdiag(WΓ), A = stacked f WΔ, B = Δ'WΓ and H = (Σ f Δ'WΔ)⁻¹, f = n_g/N. The sandwich is
    divided by N less the number of groups, as in lavaan.
    """
    q = problem.freedom.count
    information, middle, twice = (np.zeros((q, q)) for _ in range(3))
    trace = trace_of_square = 0.0
    for group, (target, gamma) in enumerate(zip(problem.targets, gammas, strict=True)):
        _, derivatives = problem.with_derivatives(group, x)
        share = target.n / problem.total
        weighted = target.weighted(derivatives)
        joined = target.weighted(gamma)  # WΓ
        through = gamma @ weighted  # ΓWΔ
        information += share * problem.freedom.gather_square(group, derivatives.T @ weighted)
        middle += share * problem.freedom.gather_square(group, weighted.T @ through)
        twice += share * problem.freedom.gather_square(group, through.T @ target.weighted(through))
        trace += float(np.trace(joined))
        trace_of_square += float(np.einsum("ij,ji->", joined, joined))
    inverted = np.linalg.inv(information)
    first = inverted @ middle
    trace -= float(np.trace(first))
    trace_of_square += float(np.einsum("ij,ji->", first, first)) - 2 * float(np.einsum("ij,ji->", inverted, twice))
    return Robust(first @ inverted / (problem.total - len(gammas)), trace, trace_of_square)

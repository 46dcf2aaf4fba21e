"""The normal likelihood of complete answers, through their means and covariances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.scoring import inverse
from anxin.engines.measure.models.structure import Implied, Numbers, Structure
from anxin.engines.measure.results import Floats

_STEP = 1e-30  # an imaginary step; its square vanishes, so the derivative is exact


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One group's data as the normal likelihood sees it: n, means (p,) and covariances (p, p) with denominator n."""

    n: float
    mean: Floats
    cov: Floats
    logdet: float


class Likelihood:
    """Half the maximum likelihood discrepancy, summed over groups with shares n_g / N (lavaan's `fmin`).

    f = ½ Σ_g (n_g/N) [ log|Σ| + tr(SΣ⁻¹) - log|S| - p + (m - μ)'Σ⁻¹(m - μ) ]   (Jöreskog 1969)
    """

    def __init__(
        self, structures: Sequence[Structure], freedom: Freedom, samples: Sequence[Sample], *, means: bool
    ) -> None:
        self.structures, self.freedom, self.samples, self.means = structures, freedom, samples, means
        self.total = sum(sample.n for sample in samples)

    def implied(self, group: int, x: Numbers) -> Implied:
        one = self.structures[group]
        return one.implied(one.matrices(self.freedom.slots(group, x)))

    def value(self, x: Floats) -> float:
        result = 0.0
        for group, sample in enumerate(self.samples):
            implied = self.implied(group, x)
            inverted = inverse(implied.sigma)
            if inverted is None:
                return np.inf
            result += sample.n / self.total * self._half_discrepancy(sample, implied, *inverted)
        return result

    def _half_discrepancy(self, sample: Sample, implied: Implied, weight: Floats, logdet: float) -> float:
        found = logdet - sample.logdet + float(np.einsum("ij,ij->", weight, sample.cov)) - len(weight)
        if self.means:
            off = sample.mean - implied.mu
            found += float(off @ weight @ off)
        return 0.5 * found

    def scoring(self, x: Floats) -> tuple[float, Floats, Floats]:
        q = self.freedom.count
        value, gradient, information = 0.0, np.zeros(q), np.zeros((q, q))
        for group, (one, sample) in enumerate(zip(self.structures, self.samples, strict=True)):
            implied = self.implied(group, x)
            inverted = inverse(implied.sigma)
            if inverted is None:
                return np.inf, gradient, information
            weight, logdet = inverted
            share = sample.n / self.total
            value += share * self._half_discrepancy(sample, implied, weight, logdet)
            reach = weight @ implied.basis
            lookup = implied.basis.T @ reach
            expected = one.information(lookup)
            slope = one.slope(self._pull(sample, implied, reach, lookup))
            if self.means:
                directions = one.mean_directions(implied)
                slope = slope - directions.T @ (weight @ (sample.mean - implied.mu))
                expected = expected + directions.T @ weight @ directions
            gradient += share * self.freedom.gather(group, slope)
            information += share * self.freedom.gather_square(group, expected)
        return value, gradient, information

    def _pull(self, sample: Sample, implied: Implied, reach: Numbers, lookup: Numbers) -> Numbers:
        """E' (Σ⁻¹ - Σ⁻¹ S Σ⁻¹) E, with the means' misfit in S."""
        scatter = sample.cov
        if self.means:
            off = sample.mean - implied.mu
            scatter = scatter + np.outer(off, off)
        return lookup - reach.T @ scatter @ reach

    def gradient(self, x: Numbers) -> Numbers:
        """The gradient alone, for real or complex x."""
        total = np.zeros(self.freedom.count, x.dtype)
        for group, (one, sample) in enumerate(zip(self.structures, self.samples, strict=True)):
            implied = self.implied(group, x)
            weight = np.linalg.inv(implied.sigma)
            reach = weight @ implied.basis
            slope = one.slope(self._pull(sample, implied, reach, implied.basis.T @ reach))
            if self.means:
                directions = one.mean_directions(implied)
                slope = slope - directions.T @ (weight @ (sample.mean - implied.mu))
            total += sample.n / self.total * self.freedom.gather(group, slope)
        return total

    def hessian(self, x: Floats) -> Floats:
        """The observed information per observation, exact to rounding."""
        return complex_jacobian(self.gradient, x)


def complex_jacobian(function: Callable[[Numbers], Numbers], x: Floats, *, symmetric: bool = True) -> Floats:
    """Derivatives (values, q) of a function of complex vectors; a Hessian's rounding is made symmetric."""
    if not len(x):
        return np.zeros((len(function(x)), 0))
    columns = []
    for place in range(len(x)):
        stepped = x.astype(complex)
        stepped[place] += 1j * _STEP
        columns.append(function(stepped).imag / _STEP)
    jacobian = np.array(columns).T
    return 0.5 * (jacobian + jacobian.T) if symmetric else jacobian

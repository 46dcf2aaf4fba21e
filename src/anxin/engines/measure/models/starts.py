"""Where to begin: one-factor loadings of each factor's indicators, then factor covariances, then regressions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from anxin.engines.measure.models.parameters import Completed
from anxin.engines.measure.results import Floats


def starting_values(completed: Completed, group: int, names: tuple[str, ...], mean: Floats, cov: Floats) -> Floats:
    """A value for every row of the parameter table that belongs to `group`; zero for the others' rows."""
    roles, options = completed.variables, completed.options
    at = {name: place for place, name in enumerate(names)}

    # Every variable as a row of coefficients over observed ones: an observed one is itself, a factor a composite.
    composite = {name: np.eye(len(names))[at[name]] for name in names}
    loading: dict[tuple[str, str], float] = {}
    variance: dict[str, float] = {name: float(cov[at[name], at[name]]) for name in names}
    true_sd: dict[str, float] = {}
    for factor in _inner_first(roles.indicators):
        own = roles.indicators[factor]
        block = _correlations(np.array([composite[name] for name in own]), cov)
        for row, name in enumerate(own):
            if name in roles.indicators:  # composites of items are less reliable than the factors they stand for
                shrink = true_sd[name]
                block[row] /= shrink
                block[:, row] /= shrink
        standard = _one_factor(np.clip(block, -0.95, 0.95))
        first = completed.get(factor, "=~", own[0], group)
        spread = [np.sqrt(variance[name]) for name in own]
        unit = 1.0
        if first is not None and not options.std_lv and first.value:
            unit = standard[0] * spread[0] / first.value
            if abs(unit) < 0.05 * spread[0]:
                unit = np.copysign(0.05 * spread[0], unit or 1.0)
        elif options.std_lv or first is None:
            unit = np.copysign(1.0, standard.sum())
        variance[factor] = float(unit * unit)
        for name, one, size in zip(own, standard, spread, strict=True):
            loading[factor, name] = float(one * size / unit)
        weights = sum(
            np.copysign(1.0, one) * composite[name] / size
            for name, one, size in zip(own, standard, spread, strict=True)
        )
        composite[factor] = weights * np.copysign(1.0, unit)
        size = np.abs(standard).sum()
        reliability = size**2 / (size**2 + np.maximum(1 - standard**2, 0.05).sum())
        true_sd[factor] = float(np.sqrt(np.clip(reliability, 0.2, 1.0)))
    between = _Between(completed, composite, variance, true_sd, cov)
    regression, residual = between.regressions(group)
    values = np.zeros(len(completed.parameters))
    for row, one in enumerate(completed.parameters):
        if one.group != group:
            continue
        if not one.free:
            values[row] = one.value
        elif one.start is not None:
            values[row] = one.start
        elif one.op == "=~":
            values[row] = loading[one.lhs, one.rhs]
        elif one.op == "~":
            values[row] = regression.get((one.lhs, one.rhs), 0.0)
        elif one.op == "~~" and one.lhs == one.rhs:
            values[row] = _variance(one.lhs, completed, group, loading, variance, residual)
        elif one.op == "~~" and one.lhs in roles.latents and one.rhs in roles.latents:
            values[row] = (
                between.covariance(one.lhs, one.rhs, residual) if not roles.measured & {one.lhs, one.rhs} else 0
            )
        elif one.op == "~~" and one.lhs in roles.exogenous and one.rhs in roles.exogenous:
            values[row] = cov[at[one.lhs], at[one.rhs]]
        elif one.op == "~1" and one.lhs in at:
            values[row] = mean[at[one.lhs]]
        elif one.op == "~*~":
            values[row] = 1.0

    return values


def _variance(
    name: str,
    completed: Completed,
    group: int,
    loading: Mapping[tuple[str, str], float],
    variance: Mapping[str, float],
    residual: Mapping[str, float],
) -> float:
    roles = completed.variables
    if name in residual:
        return residual[name]
    owners = [factor for factor, own in roles.indicators.items() if name in own]
    explained = sum(loading[factor, name] ** 2 * variance[factor] for factor in owners)
    return max(variance[name] - explained, 0.1 * variance[name])


class _Between:
    """Covariances between factors and observed predictors, corrected for the composites' unreliability."""

    def __init__(
        self,
        completed: Completed,
        composite: Mapping[str, Floats],
        variance: Mapping[str, float],
        true_sd: Mapping[str, float],
        cov: Floats,
    ) -> None:
        self.completed, self.variance = completed, variance
        roles = completed.variables
        names = [*roles.latents, *roles.structural]
        self.place = {name: place for place, name in enumerate(names)}
        found = _correlations(np.array([composite[name] for name in names]), cov) if names else np.zeros((0, 0))
        shrink = np.array([true_sd.get(name, 1.0) for name in names])
        self.cor = np.clip(found / np.outer(shrink, shrink), -0.85, 0.85)
        np.fill_diagonal(self.cor, 1.0)

    def correlation(self, one: str, other: str) -> float:
        return float(self.cor[self.place[one], self.place[other]])

    def covariance(self, one: str, other: str, residual: Mapping[str, float]) -> float:
        if one in residual or other in residual:
            return 0.0
        return self.correlation(one, other) * float(np.sqrt(self.variance[one] * self.variance[other]))

    def regressions(self, group: int) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
        """Least squares by equation: slopes by (outcome, predictor), and each outcome's residual variance."""
        slopes: dict[tuple[str, str], float] = {}
        residual: dict[str, float] = {}
        equations: dict[str, list[str]] = {}
        for one in self.completed.parameters:
            if one.op == "~" and one.group == group:
                equations.setdefault(one.lhs, []).append(one.rhs)
        for outcome, predictors in equations.items():
            inner = np.array([[self.correlation(a, b) for b in predictors] for a in predictors])
            outer = np.array([self.correlation(outcome, b) for b in predictors])
            standard = np.linalg.solve(inner + 0.05 * np.eye(len(predictors)), outer)
            for name, one_slope in zip(predictors, standard, strict=True):
                slopes[outcome, name] = float(one_slope * np.sqrt(self.variance[outcome] / self.variance[name]))
            explained = float(np.clip(standard @ outer, 0.0, 0.9))
            residual[outcome] = self.variance[outcome] * (1 - explained)
        return slopes, residual


def _correlations(composites: Floats, cov: Floats) -> Floats:
    """Correlations of composites, the rows of (composites, p) coefficients."""
    between = composites @ cov @ composites.T
    size = np.sqrt(np.maximum(between.diagonal(), 1e-300))
    result: Floats = between / np.outer(size, size)
    return result


def _one_factor(cor: Floats) -> Floats:
    """Standardised loadings of one factor on items with this correlation matrix: Spearman's, or by principal axes."""
    p = len(cor)
    if p == 1:
        return np.ones(1)
    if p == 2:
        size = np.sqrt(np.clip(abs(cor[0, 1]), 0.1, 0.9))
        return np.array([size, np.copysign(size, cor[0, 1])])
    off = cor.copy()
    np.fill_diagonal(off, 0.0)  # exactly: a hair below zero there would rule the closed form out
    sums = off.sum(axis=1)
    if bool((off >= 0).all()) and float((sums.sum() - 2 * sums).min()) > 0:
        # Spearman's closed form, exact for one factor.
        common = (sums**2 - (off**2).sum(axis=1)) / (sums.sum() - 2 * sums)
        closed: Floats = np.sqrt(np.clip(common, 0.05, 0.9))
        return closed
    reduced = cor.copy()
    common = np.abs(off).max(axis=1)
    for _ in range(3):
        np.fill_diagonal(reduced, common)
        values, vectors = np.linalg.eigh(reduced)
        standard: Floats = vectors[:, -1] * np.sqrt(max(values[-1], 1e-3))
        common = np.clip(standard**2, 0.05, 0.95)
    standard = np.clip(standard, -0.95, 0.95)
    sign = float(np.copysign(1.0, standard[0] if abs(standard[0]) > 0.1 else standard.sum()))
    return sign * standard


def _inner_first(indicators: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Factors so that those measured by factors come after these."""
    done: list[str] = []

    def visit(factor: str) -> None:
        if factor in done:
            return
        for name in indicators[factor]:
            if name in indicators:
                visit(name)
        done.append(factor)

    for factor in indicators:
        visit(factor)
    return done

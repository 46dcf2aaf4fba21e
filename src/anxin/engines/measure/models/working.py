"""What stands behind a fitted model: the problem that was solved, and quantities worked out of its solution on request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.incomplete import FullLikelihood
from anxin.engines.measure.models.likelihood import Likelihood
from anxin.engines.measure.models.ordinal import LeastSquares
from anxin.engines.measure.models.ordinal_data import OrdinalMoments
from anxin.engines.measure.models.parameters import Completed
from anxin.engines.measure.models.structure import Implied, Numbers, Structure
from anxin.engines.measure.results import Floats

Problem = Likelihood | FullLikelihood | LeastSquares


@dataclass(frozen=True, eq=False)
class Working:
    """`x` solves `problem`; `covariance` (q, q) is its estimated covariance; `saturated_errors` are the standard errors of
    rows that the data settle by themselves (thresholds). `sample[g]` are the group's means and covariances, `groups[g]` its
    answers.
    """

    completed: Completed
    structures: tuple[Structure, ...]
    freedom: Freedom
    problem: Problem
    x: Floats
    information: Floats
    covariance: Floats
    group_names: tuple[str, ...]
    sample: tuple[tuple[Floats, Floats], ...]
    saturated_errors: dict[int, float]
    groups: tuple[Answers, ...]
    moments: OrdinalMoments | None = None

    def rows(self, x: Numbers) -> Numbers:
        """Every row's value; residual variances of ordinal items are filled in from what their scale leaves."""
        values = self.freedom.row_spread @ x + self.freedom.row_shift
        if isinstance(self.problem, LeastSquares):
            for group, one in enumerate(self.structures):
                self._fill_dependent(values, group, one, x)
        return values

    def _fill_dependent(self, values: Numbers, group: int, one: Structure, x: Numbers) -> None:
        assert isinstance(self.problem, LeastSquares)
        filled, implied = self.problem.state(group, x)
        phantoms = {name: place for place, name in enumerate(one.latents) if name in one.names}
        for row, parameter in enumerate(self.completed.parameters):
            if parameter.group != group:
                continue
            if self.problem.theta:
                if parameter.op == "~*~":
                    place = one.names.index(parameter.lhs)
                    values[row] = implied.sigma[place, place] ** -0.5
                continue
            if parameter.op == "~~" and parameter.lhs == parameter.rhs and parameter.lhs in one.names:
                place = one.names.index(parameter.lhs)
                if parameter.lhs in phantoms:
                    values[row] = filled["psi"][phantoms[parameter.lhs], phantoms[parameter.lhs]]
                else:
                    common = implied.sigma[place, place] - filled["theta"][place, place]
                    values[row] = filled["delta"][place] ** -2 - common

    def errors_through(self, jacobian: Floats) -> Floats:
        """Standard errors of quantities with this (quantities, q) derivative by x, by the delta method."""
        errors: Floats = np.sqrt(np.maximum(((jacobian @ self.covariance) * jacobian).sum(axis=1), 0.0))
        return errors

    def row_errors(self) -> Floats:
        errors = self.errors_through(self.freedom.row_spread)
        for row, error in self.saturated_errors.items():
            errors[row] = error
        return errors

    def state(self, group: int, x: Numbers) -> tuple[dict[str, Numbers], Implied]:
        if isinstance(self.problem, LeastSquares):
            return self.problem.state(group, x)
        one = self.structures[group]
        filled = one.matrices(self.freedom.slots(group, x))
        return filled, one.implied(filled)

    def variances(self, group: int, x: Numbers) -> tuple[Numbers, Numbers]:
        """Total variances of the observed (p,) and latent (m,) variables."""
        filled, implied = self.state(group, x)
        observed = implied.sigma.diagonal()
        if isinstance(self.problem, LeastSquares) and not self.problem.theta:
            observed = filled["delta"] ** -2
        return observed, implied.factors.diagonal()

    def standardised_rows(self, x: Numbers) -> tuple[Numbers, Numbers]:
        """Every row in units of latent standard deviations (std.lv) and of all (std.all).

        NaN where a variance that would be the unit is not positive (a Heywood case).
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._standardised(x)

    def _standardised(self, x: Numbers) -> tuple[Numbers, Numbers]:
        values = self.rows(x)
        std_lv, std_all = values.copy(), values.copy()
        for group, one in enumerate(self.structures):
            observed, latent = self.variances(group, x)
            one_names = set(one.names)
            sizes_all = {name: _deviation(observed[place]) for place, name in enumerate(one.names)}
            sizes_lv = {name: np.ones((), values.dtype) for name in one.names}
            for place, name in enumerate(one.latents):
                if name not in sizes_all:
                    sizes_all[name] = sizes_lv[name] = _deviation(latent[place])
            own = [(row, one) for row, one in enumerate(self.completed.parameters) if one.group == group]
            # A covariance of residuals becomes their correlation: in units of the residuals, not of the totals.
            left = {one.lhs: values[row] for row, one in own if one.op == "~~" and one.lhs == one.rhs}
            for row, parameter in own:
                lhs, op, rhs, value = parameter.lhs, parameter.op, parameter.rhs, values[row]
                if op == "~~" and lhs != rhs:
                    both = _root(left[lhs]) * _root(left[rhs])
                    both = both if both != 0 else np.nan * both
                    std_all[row] = value / both
                    std_lv[row] = value if lhs in one_names and rhs in one_names else value / both
                    continue
                std_lv[row] = _in_units(op, lhs, rhs, value, sizes_lv)
                std_all[row] = _in_units(op, lhs, rhs, value, sizes_all)
        return std_lv, std_all

    def factor_covariances(self, group: int) -> Floats:
        _, implied = self.state(group, self.x)
        count = len(self.completed.variables.latents)
        result: Floats = implied.factors[:count, :count]
        return result

    def implied_moments(self, group: int) -> tuple[Floats, Floats]:
        """Covariances (p, p) and means (p,); for an ordinal model the correlations of the underlying variables."""
        filled, implied = self.state(group, self.x)
        if isinstance(self.problem, LeastSquares):
            scale = implied.sigma.diagonal() ** -0.5 if self.problem.theta else filled["delta"]
            sigma = implied.sigma * np.outer(scale, scale)
            np.fill_diagonal(sigma, 1.0)
            return sigma, implied.mu
        return implied.sigma, implied.mu

    def residual_correlations(self, group: int) -> Floats:
        mean_cov = self.sample[group]
        sigma, _ = self.implied_moments(group)
        size = np.sqrt(mean_cov[1].diagonal())
        model = np.sqrt(sigma.diagonal())
        result: Floats = mean_cov[1] / np.outer(size, size) - sigma / np.outer(model, model)
        return result

    def explained(self, group: int) -> dict[str, float]:
        """R² of explained variables."""
        roles = self.completed.variables
        explained = roles.measured | set(roles.dependents)
        rows = self.rows(self.x)
        observed, latent = self.variances(group, self.x)
        one = self.structures[group]
        total = {name: float(value) for name, value in zip(one.latents, latent, strict=True)}
        total |= {name: float(value) for name, value in zip(one.names, observed, strict=True)}
        found = {}
        for row, parameter in enumerate(self.completed.parameters):
            own = parameter.op == "~~" and parameter.lhs == parameter.rhs and parameter.group == group
            if own and parameter.lhs in explained:
                whole = total[parameter.lhs]
                found[parameter.lhs] = 1 - float(rows[row]) / whole if whole > 0 else np.nan
        return found


def _in_units(op: str, lhs: str, rhs: str, value: Numbers, size: dict[str, Numbers]) -> Numbers:
    unit: Numbers
    match op:
        case "=~":
            unit = size[rhs] / size[lhs]
        case "~":
            unit = size[lhs] / size[rhs]
        case "~~":
            unit = size[lhs] * size[rhs]
        case "~*~":
            unit = value  # a scale in units of the scaled variable is 1
        case _:
            unit = size[lhs]
    result: Numbers = value / unit
    return result


def _deviation(variance: Numbers) -> Numbers:
    """A standard deviation; none where a total variance is not positive, so that nothing is in units of it."""
    result: Numbers = np.sqrt(variance if variance.real > 0 else np.nan * variance)
    return result


def _root(variance: Numbers) -> Numbers:
    """A standard deviation; of the size alone where a variance came out negative (a Heywood case)."""
    result: Numbers = np.sqrt(variance if variance.real >= 0 else -variance)
    return result

"""A fitted model, and what it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.expressions import Expression
from anxin.engines.measure.models.indices import Fit
from anxin.engines.measure.models.likelihood import complex_jacobian
from anxin.engines.measure.models.structure import Numbers
from anxin.engines.measure.results import Caution, Floats, Result, Table

if TYPE_CHECKING:
    from anxin.engines.measure.models.working import Working

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter: `estimate`, its standard error, z, p and 95 % interval (NaN for fixed ones and without convergence).

    `std_lv` has latent variables with unit variance, `std_all` observed ones as well. `group` is a name ('' for one group).
    """

    lhs: str
    op: str
    rhs: str
    group: str
    label: str
    free: bool
    estimate: float
    se: float
    z: float
    p: float
    low: float
    high: float
    std_lv: float
    std_all: float

    @property
    def name(self) -> str:
        return f"{self.lhs}~1" if self.op == "~1" else f"{self.lhs}{self.op}{self.rhs}"


@dataclass(frozen=True, kw_only=True, repr=False)
class FittedModel(Result):
    """A structural equation model's estimates and fit.

    `converged` is True only where the gradient vanished; without it standard errors are NaN and a caution says so.
    `estimates` come group by group: what was written first, then what custom added; `defined` holds quantities made with `:=`.
    """

    model: str
    estimator: str
    n: int
    groups: tuple[str, ...]
    group_sizes: tuple[int, ...]
    observed: tuple[str, ...]
    latents: tuple[str, ...]
    converged: bool
    steps: int
    estimates: tuple[Estimate, ...]
    defined: tuple[Estimate, ...]
    fit: Fit
    cautions: tuple[Caution, ...] = ()
    _working: Working | None = None

    def headline(self) -> str:
        state = "" if self.converged else "NOT CONVERGED; "
        return f"{state}{self.estimator}, n = {self.n}, {self.fit.headline()}"

    def table(self) -> Table:
        """All estimates; fixed zeros and scales at 1 are left out."""
        idle = {"~*~": 1.0}
        shown = [
            one
            for one in (*self.estimates, *self.defined)
            if one.free or one.op == ":=" or one.estimate != idle.get(one.op, 0.0)
        ]
        head = ["parameter", "estimate", "se", "z", "p", "low", "high", "std.lv", "std.all"]
        rows = [
            [one.name, one.estimate, one.se, one.z, one.p, one.low, one.high, one.std_lv, one.std_all] for one in shown
        ]
        if len(self.groups) > 1:
            head.insert(1, "group")
            rows = [[row[0], one.group, *row[1:]] for row, one in zip(rows, shown, strict=True)]
        return Table.of(head, [[_blank(cell) for cell in row] for row in rows], f"Estimates ({self.estimator})")

    def get(self, name: str, group: str | None = None) -> Estimate:
        """The estimate called 'quality=~x1', 'x1~~x1', 'loyalty~quality', 'x1~1' or by its label or defined name."""
        wanted = name.replace(" ", "")
        for one in (*self.estimates, *self.defined):
            if group is not None and one.group != group:
                continue
            if wanted in (one.name, one.label) or (one.op == ":=" and one.lhs == wanted):
                return one
            if one.op == "~~" and wanted == f"{one.rhs}~~{one.lhs}":
                return one
        raise BadModel(f"The model has no parameter {name!r}.", code="unknown-parameter", about=[name])

    @cached_property
    def work(self) -> Working:
        assert self._working is not None
        return self._working

    def loadings(self, *, standardised: bool = True, group: int = 0) -> Table:
        """Items by factors."""
        matrix = self.loading_matrix(standardised=standardised, group=group)
        rows = [[item, *row] for item, row in zip(self.observed, matrix.tolist(), strict=True)]
        return Table.of(["item", *self.latents], rows, "Standardised loadings" if standardised else "Loadings")

    def loading_matrix(self, *, standardised: bool = True, group: int = 0) -> Floats:
        """(items, factors): direct loadings, zero where there is none."""
        matrix = np.zeros((len(self.observed), len(self.latents)))
        name = self.groups[group]
        for one in self.estimates:
            if one.op == "=~" and one.group == name and one.rhs in self.observed:
                place = self.observed.index(one.rhs), self.latents.index(one.lhs)
                matrix[place] = one.std_all if standardised else one.estimate
        return matrix

    def factor_correlations(self, *, group: int = 0) -> Floats:
        """(factors, factors) correlations of the latent variables that the model implies; NaN where a variance is not positive."""
        covariances = self.work.factor_covariances(group)
        variances = covariances.diagonal()
        scale = 1 / np.sqrt(np.where(variances > 0, variances, np.nan))
        result: Floats = covariances * np.outer(scale, scale)
        return result

    def implied(self, *, group: int = 0) -> Floats:
        """(items, items) covariances that the model implies (correlations of the underlying variables if ordinal)."""
        return self.work.implied_moments(group)[0]

    def residuals(self, *, group: int = 0) -> Floats:
        """(items, items) sample correlation less the model's: above 0.1 in size is worth a look."""
        return self.work.residual_correlations(group)

    def explained(self) -> Table:
        """R² of every variable that the model explains: 1 less its residual variance over its total."""
        rows = []
        for group, name in enumerate(self.groups):
            for variable, share in self.work.explained(group).items():
                rows.append([variable, name, share])
        return Table.of(["variable", "group", "r2"], rows, "Explained variance")

    def standardised(self) -> Table:
        """The fully standardised solution with standard errors by the delta method."""
        work = self.work

        def all_std(x: Numbers) -> Numbers:
            return work.standardised_rows(x)[1]

        values = all_std(work.x)
        rows = []
        if self.converged:
            jacobian = complex_jacobian(all_std, work.x, symmetric=False)
            errors = work.errors_through(jacobian)
        else:
            errors = np.full(len(values), np.nan)
        z = ndtri(0.5 + LEVEL / 2)
        for one, value, error in zip(self.estimates, values, errors, strict=True):
            if not one.free and one.estimate == 0:
                continue
            known = error > 1e-10
            se = float(error) if known else None
            ends = [value - z * error, value + z * error] if known else [None, None]
            p = float(2 * ndtr(-abs(value / error))) if known else None
            rows.append([one.name, one.group, value, se, value / error if known else None, p, *ends])
        return Table.of(["parameter", "group", "std.all", "se", "z", "p", "low", "high"], rows, "Standardised solution")

    def modification_indices(self, *, least: float = 3.84) -> Table:
        """What chi-square would fall by if a parameter now fixed were free (Sörbom 1989), largest first.

        `epc` is the value it would take (expected parameter change). Cross-loadings and covariances of residuals are tried.
        `least` leaves out smaller ones; 3.84 is the 5 % point for one, so among many some are that large by chance.
        """
        from anxin.engines.measure.models.modification import modification_indices

        return modification_indices(self, least=least)

    def summary(self) -> str:
        """Headline, cautions, fit and estimates as text."""
        cautions = [f"Caution: {one.text}" for one in self.cautions]
        return "\n".join([self.headline(), *cautions, "", str(self.fit.table()), "", str(self.table())])


def estimates_of(work: Working, *, converged: bool) -> tuple[Estimate, ...]:
    """All rows of the parameter table with errors and standardised values."""
    rows = work.rows(work.x)
    errors = work.row_errors() if converged else np.full(len(rows), np.nan)
    std_lv, std_all = work.standardised_rows(work.x)
    parameters, names = work.completed.parameters, work.group_names
    keys = [
        (one.lhs, one.op, one.rhs, names[one.group], "" if one.label.startswith(".") else one.label)
        for one in parameters
    ]
    free = [one.free or one.saturated for one in parameters]
    return _estimates(keys, free, rows, errors, std_lv, std_all)


def defined_of(
    work: Working, expressions: Sequence[tuple[str, Expression]], *, converged: bool
) -> tuple[Estimate, ...]:
    """Quantities made with `:=`, errors by the delta method."""
    if not expressions:
        return ()

    def values(x: Numbers) -> Numbers:
        return _defined_values(work, expressions, work.rows(x))

    def standard(place: int) -> Floats:
        return np.real(_defined_values(work, expressions, work.standardised_rows(work.x)[place]))

    found = np.real(values(work.x))
    if converged:
        jacobian = complex_jacobian(values, work.x, symmetric=False)
        errors = work.errors_through(jacobian)
    else:
        errors = np.full(len(found), np.nan)
    std_lv, std_all = standard(0), standard(1)
    keys = [(name, ":=", expression.text, "", "") for name, expression in expressions]
    return _estimates(keys, [True] * len(keys), found, errors, std_lv, std_all)


def _defined_values(work: Working, expressions: Sequence[tuple[str, Expression]], rows: Numbers) -> Numbers:
    known = {one.label: rows[row] for row, one in enumerate(work.completed.parameters) if one.label}
    found = []
    for name, expression in expressions:
        known[name] = expression(known)
        found.append(known[name])
    return np.array(found)


def _estimates(
    keys: Sequence[tuple[str, str, str, str, str]],
    free: Sequence[bool],
    values: Floats,
    errors: Floats,
    std_lv: Floats,
    std_all: Floats,
) -> tuple[Estimate, ...]:
    known = np.array(free, bool) & np.isfinite(errors) & (errors > 0)
    se = np.where(known, errors, np.nan)
    z = values / se
    margin = 1.959963984540054 * se
    columns = np.array([values, se, z, 2 * ndtr(-np.abs(z)), values - margin, values + margin, std_lv, std_all])
    return tuple(
        Estimate(*key, one, *numbers) for key, one, numbers in zip(keys, free, columns.T.tolist(), strict=True)
    )


def _blank(cell: object) -> object:
    return None if isinstance(cell, float) and not np.isfinite(cell) else cell

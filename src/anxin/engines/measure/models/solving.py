"""What every way of fitting shares: starting values in an optimiser's terms, refusals, and the result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anxin.engines.measure.errors import NotIdentified, listed
from anxin.engines.measure.models import assessing
from anxin.engines.measure.models.data import Prepared
from anxin.engines.measure.models.expressions import Expression
from anxin.engines.measure.models.fitted import FittedModel, defined_of, estimates_of
from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.indices import Fit
from anxin.engines.measure.models.parameters import Completed
from anxin.engines.measure.models.request import Request
from anxin.engines.measure.models.scoring import Minimum
from anxin.engines.measure.models.starts import starting_values
from anxin.engines.measure.models.working import Working
from anxin.engines.measure.results import Caution, Floats


def start_rows(completed: Completed, names: tuple[str, ...], moments: Sequence[tuple[Floats, Floats]]) -> Floats:
    """A starting value for every row of the parameter table, from each group's means and covariances."""
    rows = np.zeros(len(completed.parameters))
    for group, (mean, cov) in enumerate(moments):
        rows += starting_values(completed, group, names, mean, cov)
    return rows


def solved(free: Freedom, rows: Floats) -> Floats:
    """The x whose rows come nearest; where each row is one x, its mean over the rows that share it."""
    if not free.count:
        return np.zeros(0)
    weight = free.row_spread.sum(axis=0)
    if bool(((free.row_spread != 0).sum(axis=1) <= 1).all()) and bool((weight > 0).all()):
        result: Floats = free.row_spread.T @ (rows - free.row_shift) / (free.row_spread**2).sum(axis=0)
        return result
    return np.asarray(np.linalg.lstsq(free.row_spread, rows - free.row_shift, rcond=None)[0], np.float64)


def refuse_negative_df(counted: int, free: int) -> None:
    if free > counted:
        raise NotIdentified(
            f"The model has {free} free parameters, but the data settle only {counted}. Fix or equate some, or measure factors "
            "by more items.",
            code="not-identified",
        )


def refuse_unidentified(reached: Minimum, free: Freedom, *, rounding: float) -> None:
    """`rounding` is the share of the largest information below which another is taken for none at all.

    It is 0 for a likelihood: there information is exactly zero for a parameter that moves nothing, and otherwise in the
    units of the items, which may be shares and fen in one model.
    """
    if not free.count:
        return
    size = np.sqrt(np.maximum(reached.information.diagonal(), 0.0))
    idle = [name for name, one in zip(free.names, size, strict=True) if one <= rounding * size.max()]
    if not idle:
        values, vectors = np.linalg.eigh(reached.information / np.outer(size, size))
        if values[0] > 1e-9:
            return
        idle = [name for name, part in zip(free.names, vectors[:, 0], strict=True) if abs(part) > 0.1]
    raise NotIdentified(
        f"The model is not identified: many values of {listed(idle)} fit equally well. Fix one of them, or set equal.",
        code="not-identified",
        about=idle,
    )


def inverse_or_nan(matrix: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(matrix), np.float64)
    except np.linalg.LinAlgError:
        return np.full(matrix.shape, np.nan)


def result(
    request: Request, prepared: Prepared, working: Working, reached: Minimum, found: Fit, cautions: list[Caution]
) -> FittedModel:
    expressions = [
        (relation.left, Expression(relation.right)) for relation in request.written.relations if relation.op == ":="
    ]
    estimates = estimates_of(working, converged=reached.converged)
    cautions += assessing.doubts(working, estimates, reached)
    return FittedModel(
        model=request.text,
        estimator=request.estimator,
        n=int(sum(prepared.sizes)),
        groups=prepared.names,
        group_sizes=prepared.sizes,
        observed=request.roles.observed,
        latents=request.roles.latents,
        converged=reached.converged,
        steps=reached.steps,
        estimates=estimates,
        defined=defined_of(working, expressions, converged=reached.converged),
        fit=found,
        cautions=tuple(cautions),
        _working=working,
    )

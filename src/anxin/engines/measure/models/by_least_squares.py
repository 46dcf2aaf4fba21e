"""Fitting ordinal answers by least squares on thresholds and polychoric correlations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anxin.engines.measure.errors import listed
from anxin.engines.measure.models import assessing
from anxin.engines.measure.models.data import Prepared
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.freedom import freedom
from anxin.engines.measure.models.ordinal import LeastSquares, Robust, robust
from anxin.engines.measure.models.ordinal_data import Ordinal, OrdinalMoments
from anxin.engines.measure.models.parameters import Completed, complete
from anxin.engines.measure.models.request import Request
from anxin.engines.measure.models.restarts import other_rows, reach
from anxin.engines.measure.models.solving import (
    inverse_or_nan,
    refuse_negative_df,
    refuse_unidentified,
    result,
    solved,
    start_rows,
)
from anxin.engines.measure.models.structure import structure
from anxin.engines.measure.models.working import Working
from anxin.engines.measure.results import Caution, Floats


def fit_by_least_squares(request: Request, prepared: Prepared, moments: OrdinalMoments | None = None) -> FittedModel:
    """Fit an ordinal model. `moments` may be handed on from an earlier fit to the same answers."""
    options, roles, estimator = request.options, request.roles, request.estimator
    names = roles.observed
    found = moments or OrdinalMoments(prepared)
    groups = found.groups
    counts = {name: len(values) - 1 for name, values in zip(names, groups[0].coding.categories, strict=True)}
    completed = complete(request.written, roles, options, counts)
    # A full weight matrix ties thresholds to correlations, so that they move even where nothing restricts them.
    # In the theta parameterisation thresholds are in units of the residual, which the model settles.
    with_cuts = estimator == "WLS" or options.theta or _restricts_thresholds(completed)
    saturated = {} if with_cuts else _settle_thresholds(completed, groups, names)
    structures = tuple(structure(completed, group, names) for group in range(options.groups))
    free = freedom(completed, structures, request.written.relations)
    wants_gamma = estimator in ("WLSMV", "ULSMV", "WLS")
    gammas = [found.gamma(group, with_cuts=with_cuts) if wants_gamma else None for group in range(options.groups)]
    targets = [
        one.target(estimator, with_cuts=with_cuts, gamma=gamma) for one, gamma in zip(groups, gammas, strict=True)
    ]
    problem = LeastSquares(structures, free, targets, theta=options.theta)
    refuse_negative_df(sum(len(target.moments) for target in targets), free.count)
    sample = [(np.zeros(len(names)), one.correlations) for one in groups]
    rows = _start_rows(completed, names, groups, sample)
    reached = reach(problem, rows, other_rows(rows, completed, names, sample), lambda one: solved(free, one))
    refuse_unidentified(reached, free, rounding=1e-10)
    corrected: Robust | None = None
    if estimator in ("WLSMV", "ULSMV"):
        corrected = robust(problem, reached.x, [gamma for gamma in gammas if gamma is not None])
        covariance = corrected.covariance
    else:
        covariance = inverse_or_nan(reached.information) / problem.total
    working = Working(
        completed=completed,
        structures=structures,
        freedom=free,
        problem=problem,
        x=reached.x,
        information=reached.information,
        covariance=covariance,
        group_names=prepared.names,
        sample=tuple(sample),
        saturated_errors=saturated,
        groups=prepared.groups,
        moments=found,
    )
    fit = assessing.ordinal_fit(problem, reached, working, groups, gammas, corrected)
    cautions = [*prepared.cautions, *found.cautions]
    if roles.exogenous:
        text = (
            f"{listed(roles.exogenous)} predicts and is taken as ordinal too: its effect is that of the normal variable behind "
            "the answers, not of the answers themselves."
        )
        cautions.append(Caution("ordinal-predictor", text, roles.exogenous))
    return result(request, prepared, working, reached, fit, cautions)


def _restricts_thresholds(completed: Completed) -> bool:
    """Whether the model says anything about thresholds; otherwise they are the sample's own and leave the problem."""
    for one in completed.parameters:
        if one.op == "|" and (not one.free or one.label or one.written):
            return True
        if one.op in ("~1", "~*~") and (one.free or one.value != (1.0 if one.op == "~*~" else 0.0)):
            return True
    return False


def _settle_thresholds(completed: Completed, groups: Sequence[Ordinal], names: Sequence[str]) -> dict[int, float]:
    """Put the sample's thresholds into the table and give their standard errors by row."""
    errors = {}
    for row, one in enumerate(completed.parameters):
        if one.op != "|":
            continue
        own = groups[one.group]
        item, cut = names.index(one.lhs), int(one.rhs[1:]) - 1
        one.free, one.saturated, one.value = False, True, float(own.cuts[item, cut])
        n = own.coding.n
        errors[row] = float(np.sqrt(own.influence.cut_covariances[item][cut, cut] * n / (n - 1)))
    return errors


def _start_rows(
    completed: Completed,
    names: tuple[str, ...],
    groups: Sequence[Ordinal],
    sample: Sequence[tuple[Floats, Floats]],
) -> Floats:
    rows = start_rows(completed, names, sample)
    theta = completed.options.theta
    for row, one in enumerate(completed.parameters):
        if not one.free or one.start is not None:
            continue
        if one.op == "|":
            rows[row] = groups[one.group].cuts[names.index(one.lhs), int(one.rhs[1:]) - 1]
        elif theta and one.op == "~~" and one.lhs == one.rhs and one.lhs in names:
            rows[row] = 1.0
        elif theta and one.op == "=~" and one.rhs in names and completed.options.std_lv:
            # In units of the residual's standard deviation, not of the total's.
            rows[row] /= np.sqrt(max(1 - min(rows[row] ** 2, 0.9), 0.1))
    return rows

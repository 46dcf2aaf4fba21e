"""Fitting by maximum likelihood: ML, MLR, and with gaps in the answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.models import assessing
from anxin.engines.measure.models.casewise import scores
from anxin.engines.measure.models.data import Prepared, logdet, sample
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.freedom import freedom
from anxin.engines.measure.models.incomplete import FullLikelihood, Gappy, gappy
from anxin.engines.measure.models.likelihood import Likelihood
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


def fit_by_likelihood(request: Request, prepared: Prepared) -> FittedModel:
    options, roles = request.options, request.roles
    names = roles.observed
    cautions = list(prepared.cautions)
    completed = complete(request.written, roles, options)
    gaps = request.missing == "fiml" and any(not bool(one.answered.all()) for one in prepared.groups)
    if gaps:
        incomplete = [_gappy(one, name) for one, name in zip(prepared.groups, prepared.names, strict=True)]
        if not all(one.settled for one in incomplete):
            text = "The saturated model's estimates did not settle; too many answers are missing for chi-square."
            cautions.append(Caution("em-not-converged", text))
        moments = [(one.mean, one.cov) for one in incomplete]
    else:
        samples = [sample(one, name) for one, name in zip(prepared.groups, prepared.names, strict=True)]
        moments = [(one.mean, one.cov) for one in samples]
    for group, (mean, cov) in enumerate(moments):
        _hold_exogenous(completed, group, names, mean, cov)
    structures = tuple(structure(completed, group, names) for group in range(options.groups))
    free = freedom(completed, structures, request.written.relations)
    problem: Likelihood | FullLikelihood
    if gaps:
        problem = FullLikelihood(structures, free, incomplete)
    else:
        problem = Likelihood(structures, free, samples, means=options.means)
    counted = assessing.moments_of(roles, options)
    refuse_negative_df(counted, free.count)
    rows = start_rows(completed, names, moments)
    reached = reach(problem, rows, other_rows(rows, completed, names, moments), lambda one: solved(free, one))
    refuse_unidentified(reached, free, rounding=0.0)
    q = free.count
    if request.missing == "fiml" or request.estimator == "MLR":
        curvature = problem.hessian(reached.x)
    else:
        curvature = reached.information
    total = problem.total
    covariance = inverse_or_nan(curvature) / total
    corrections = None
    if request.estimator == "MLR":
        weights = [
            None if one.weights is None else one.weights * (one.n / one.weights.sum()) for one in prepared.groups
        ]
        values = [one.values for one in prepared.groups]
        meat = scores(problem, reached.x, values, weights, assessing.given_places(roles, options))
        bread = inverse_or_nan(curvature)
        covariance = bread @ meat.meat @ bread / total
        corrections = assessing.yuan_bentler(
            meat.saturated_trace,
            float(np.trace(meat.meat @ bread)),
            problem,
            values,
            weights,
            counted - q,
            roles,
            options,
        )
    working = Working(
        completed=completed,
        structures=structures,
        freedom=free,
        problem=problem,
        x=reached.x,
        information=reached.information,
        covariance=covariance,
        group_names=prepared.names,
        sample=tuple(moments),
        saturated_errors={},
        groups=prepared.groups,
    )
    found = assessing.likelihood_fit(problem, reached, working, counted, corrections, roles, options)
    return result(request, prepared, working, reached, found, cautions)


def _gappy(answers: Answers, name: str) -> Gappy:
    values = answers.values
    where = f" in group {name!r}" if name else ""
    missing: NDArray[np.bool_] = np.all(np.isnan(values), axis=0)
    empty = [item for item, none in zip(answers.items, missing, strict=True) if none]
    if empty:
        raise BadData(f"All answers to {listed(empty)}{where} are missing.", code="all-missing", about=empty)
    spread = np.nanvar(values, axis=0)
    flat = [item for item, variance in zip(answers.items, spread, strict=True) if not variance > 0]
    if flat:
        raise BadData(f"Everyone gave the same answer to {listed(flat)}{where}.", code="constant-item", about=flat)
    answered = (~np.isnan(values)).astype(float)
    together = answered.T @ answered
    apart = np.argwhere(np.triu(together < 2, 1))
    if len(apart):
        one, other = answers.items[apart[0][0]], answers.items[apart[0][1]]
        raise BadData(
            f"Nobody{where} answered both {one} and {other}, so their covariance is not known. Leave one out.",
            code="never-together",
            about=[one, other],
        )
    if answers.n <= answers.p:
        raise BadData(
            f"{answers.n} respondents{where} are too few for {answers.p} items: covariances need more respondents than items.",
            code="too-few",
        )
    weights = None if answers.weights is None else answers.weights * (answers.n / answers.weights.sum())
    found = gappy(values, weights)
    logdet(found.cov, answers.items, answers.n, where)  # refuses items that determine one another
    return found


def _hold_exogenous(completed: Completed, group: int, names: Sequence[str], mean: Floats, cov: Floats) -> None:
    for one in completed.parameters:
        if one.exogenous and one.group == group:
            place = names.index(one.lhs)
            one.value = float(mean[place]) if one.op == "~1" else float(cov[place, names.index(one.rhs)])

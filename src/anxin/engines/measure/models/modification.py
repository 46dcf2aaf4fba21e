"""Modification indices: score tests of parameters that a model leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.incomplete import FullLikelihood
from anxin.engines.measure.models.likelihood import Likelihood
from anxin.engines.measure.models.ordinal import LeastSquares
from anxin.engines.measure.models.parameters import Completed, Parameter
from anxin.engines.measure.models.structure import structure
from anxin.engines.measure.models.working import Problem, Working
from anxin.engines.measure.results import Floats, Table


def modification_indices(fitted: FittedModel, *, least: float) -> Table:
    """See FittedModel.modification_indices."""
    if not fitted.converged:
        raise BadModel("The model did not converge; it has no modification indices.", code="not-converged")
    work = fitted.work
    total = work.problem.total
    rows: list[tuple[str, str, float, float, float]] = []
    for group, name in enumerate(work.group_names):
        candidates = _candidates(work, group)
        if not candidates:
            continue
        gradient, information = _extended(work, candidates, group)
        q = work.freedom.count
        inner = information[:q, :q]
        cross = information[:q, q:]
        left = information[q:, q:].diagonal() - np.einsum("ij,ij->j", cross, np.linalg.solve(inner, cross))
        slope = gradient[q:]
        known = left > 1e-9 * np.abs(information[q:, q:].diagonal())
        for place, one in enumerate(candidates):
            if known[place]:
                change = -slope[place] / left[place]
                index = total * slope[place] ** 2 / left[place]
                if index >= least:
                    rows.append(
                        (one.name, name, float(index), float(change), _standard(work, one, group, float(change)))
                    )
    rows.sort(key=lambda row: -row[2])
    return Table.of(["parameter", "group", "mi", "epc", "epc_std"], rows, "Modification indices")


def _candidates(work: Working, group: int) -> list[Parameter]:
    """Cross-loadings and residual covariances that the model does not have; loadings, paths and (co)variances that it holds."""
    roles, completed = work.completed.variables, work.completed
    inner = set(roles.structural)
    # An ordinal item's residual variance is what its scale leaves, so there is nothing to free.
    dependent = set(roles.observed) if completed.options.ordinal else set()
    found = [
        one
        for one in completed.parameters
        if one.group == group
        and one.op in ("=~", "~", "~~")
        and not (one.free or one.exogenous)
        and not (one.lhs == one.rhs and one.lhs in dependent)
    ]
    for factor in roles.latents:
        for item in roles.observed:
            if item not in inner and completed.get(factor, "=~", item, group) is None:
                found.append(Parameter(factor, "=~", item, group, free=True))
    plain = [name for name in roles.observed if name not in inner and name in roles.measured]
    for place, one in enumerate(plain):
        for other in plain[place + 1 :]:
            if completed.get(one, "~~", other, group) is None:
                found.append(Parameter(one, "~~", other, group, free=True))
    return found


def _extended(work: Working, candidates: list[Parameter], group: int) -> tuple[Floats, Floats]:
    """Gradient and information of the model with the candidates free, where they stand now."""
    before = work.completed.parameters
    place_of = {id(one): row for row, one in enumerate(before)}
    new = [one for one in candidates if id(one) not in place_of]
    place_of.update({id(one): len(before) + row for row, one in enumerate(new)})
    places = [place_of[id(one)] for one in candidates]
    rows = [*before, *new]
    for place in places:
        rows[place] = replace(rows[place], free=True)
    extended = Completed(rows, work.completed.variables, work.completed.options)
    names = work.structures[0].names
    structures = list(work.structures)
    structures[group] = structure(extended, group, names)
    q, extra = work.freedom.count, len(candidates)
    spread, shift = [], []
    row_spread = np.zeros((len(rows), q + extra))
    row_spread[: len(before), :q] = work.freedom.row_spread
    row_spread[places, q + np.arange(extra)] = 1.0
    row_shift = np.concatenate([work.freedom.row_shift, np.zeros(len(new))])
    row_shift[places] = 0.0
    for one in structures:
        own = np.array(one.rows, int)
        spread.append(row_spread[own])
        shift.append(row_shift[own])
    freedom = Freedom(
        names=(*work.freedom.names, *(one.name for one in candidates)),
        spread=tuple(spread),
        shift=tuple(shift),
        plain=tuple(None for _ in structures),
        row_spread=row_spread,
        row_shift=row_shift,
    )
    problem: Problem
    match work.problem:
        case LeastSquares() as old:
            problem = LeastSquares(structures, freedom, old.targets, theta=old.theta)
        case Likelihood() as old:
            problem = Likelihood(structures, freedom, old.samples, means=old.means)
        case FullLikelihood() as old:
            problem = FullLikelihood(structures, freedom, old.samples)
    x = np.concatenate([work.x, [one.value for one in candidates]])
    _, gradient, information = problem.scoring(x)
    return gradient, information


def _standard(work: Working, one: Parameter, group: int, change: float) -> float:
    """The expected change in standardised units."""
    observed, latent = work.variances(group, work.x)
    at = work.structures[group]
    names, values = (*at.names, *at.latents), np.sqrt(np.abs([*observed, *latent])).tolist()
    size = dict(zip(names, values, strict=True))
    if one.op in ("=~", "~"):
        cause, effect = (one.lhs, one.rhs) if one.op == "=~" else (one.rhs, one.lhs)
        return change * size[cause] / size[effect] if size[effect] else float("nan")
    rows = work.rows(work.x)
    left = {
        other.lhs: float(abs(rows[row])) ** 0.5
        for row, other in enumerate(work.completed.parameters)
        if other.op == "~~" and other.lhs == other.rhs and other.group == group
    }
    both = left[one.lhs] * left[one.rhs]
    return change / both if both else float("nan")

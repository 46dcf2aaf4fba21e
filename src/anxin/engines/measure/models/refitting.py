"""Fitting a model again to many bootstrap samples, from the estimates of the whole sample.

For a likelihood all draws go together: the same steps with the whole sample's information matrix, (draws, p, p) matrices at
a time, until each draw's gradient vanishes; the few that do not get there are fitted one by one. For an ordinal model each draw
has its own pair tables, correlations and weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from anxin.engines.measure.errors import BadModel, MeasureError
from anxin.engines.measure.models.casewise import score_rows
from anxin.engines.measure.models.expressions import Expression
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.freedom import Freedom
from anxin.engines.measure.models.incomplete import FullLikelihood
from anxin.engines.measure.models.likelihood import Likelihood, Sample, complex_jacobian
from anxin.engines.measure.models.ordinal import LeastSquares, Target
from anxin.engines.measure.models.ordinal_data import Ordinal, ordinal
from anxin.engines.measure.models.scoring import minimise
from anxin.engines.measure.models.structure import Numbers
from anxin.engines.measure.models.syntax import parse
from anxin.engines.measure.models.working import Working
from anxin.engines.measure.pairs.cells import LOWEST
from anxin.engines.measure.pairs.influence import row_blocks
from anxin.engines.measure.resampling import draw_counts
from anxin.engines.measure.results import Floats

_SHARED_STEPS = 3  # with the whole sample's information; after them each draw has its own
_STEPS = 16
_ENOUGH = 1e-8  # squared distance from the minimum in units of a standard error; a last step then gains a digit more
_ROWS = 4096


def refit_on_counts(
    fitted: FittedModel, draws: int, seed: int, *, standardised: bool
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Names, estimates and (draws, names) estimates in each draw; NaN where a draw cannot be fitted."""
    work = fitted.work
    if isinstance(work.problem, FullLikelihood):
        raise BadModel(
            "Answers with gaps cannot be bootstrapped quickly; use bootstrap(…) with a fit.", code="bad-option"
        )
    if isinstance(work.problem, LeastSquares):
        solutions = _ordinal_draws(work, fitted.estimator, draws, seed)
    else:
        solutions = _likelihood_draws(work, work.problem, draws, seed)
    return _as_parameters(fitted, solutions, standardised=standardised)


def _as_parameters(
    fitted: FittedModel, solutions: Sequence[tuple[Working, Floats]], *, standardised: bool
) -> tuple[tuple[str, ...], Floats, Floats]:
    rows, names = _shown(fitted, standardised=standardised)
    defined = _defined(fitted)

    def values(work: Working, x: Floats) -> Floats:
        every = work.standardised_rows(x)[1] if standardised else work.rows(x)
        extra = _made(fitted, defined, every)
        result: Floats = np.concatenate([np.real(every[rows]), extra])
        return result

    whole = values(fitted.work, fitted.work.x)
    if not standardised and not defined and not isinstance(fitted.work.problem, LeastSquares):
        freedom = fitted.work.freedom
        many = np.array([x for _, x in solutions])
        replicates = many @ freedom.row_spread[rows].T + freedom.row_shift[rows]
    else:
        blank = np.full(len(whole), np.nan)
        replicates = np.array([values(work, x) if np.isfinite(x).all() else blank for work, x in solutions])
    return names, whole, replicates


def _shown(fitted: FittedModel, *, standardised: bool) -> tuple[list[int], tuple[str, ...]]:
    """Rows that are estimated, each shared parameter once, and the names of all that is reported.

    Standardised values differ even where parameters are shared, and a loading fixed at 1 has one too.
    """
    rows, names, seen = [], [], set()
    for row, (one, parameter) in enumerate(zip(fitted.estimates, fitted.work.completed.parameters, strict=True)):
        shared = bool(parameter.label) and not standardised
        fixed_path = standardised and one.op in ("=~", "~") and one.estimate != 0
        if not (one.free or fixed_path) or (shared and parameter.label in seen):
            continue
        seen.add(parameter.label)
        rows.append(row)
        names.append(f"{one.name} ({one.group})" if one.group and not shared else one.name)
    return rows, (*names, *(one.lhs for one in fitted.defined))


def _defined(fitted: FittedModel) -> list[tuple[str, Expression]]:
    return [(one.left, Expression(one.right)) for one in parse(fitted.model).relations if one.op == ":="]


def _made(fitted: FittedModel, defined: Sequence[tuple[str, Expression]], rows: Numbers) -> Floats:
    known = {one.label: rows[row] for row, one in enumerate(fitted.work.completed.parameters) if one.label}
    for name, expression in defined:
        known[name] = expression(known)
    return np.array([float(np.real(known[name])) for name, _ in defined])


def _likelihood_draws(work: Working, problem: Likelihood, draws: int, seed: int) -> list[tuple[Working, Floats]]:
    means: list[list[Floats]] = [[] for _ in work.groups]
    covs: list[list[Floats]] = [[] for _ in work.groups]
    for group, answers in enumerate(work.groups):
        # Groups are drawn each with a stream of its own.
        values = answers.values - problem.samples[group].mean
        for counts in draw_counts(answers.n, draws, seed + group):
            mean, cov = _moments(values, counts)
            means[group].append(mean + problem.samples[group].mean)
            covs[group].append(cov)
    mean_of = [np.concatenate(parts) for parts in means]
    cov_of = [np.concatenate(parts) for parts in covs]
    x = _together(problem, work.x, work.information, mean_of, cov_of)
    for draw in np.flatnonzero(~np.isfinite(x).all(axis=1)):
        x[draw] = _alone(problem, work.x, [one[draw] for one in mean_of], [one[draw] for one in cov_of])
    return [(work, one) for one in x]


def _moments(values: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Means (draws, p) and covariances (draws, p, p) of drawn rows of centred values, through products of items."""
    n, p = values.shape
    rows, columns = np.tril_indices(p)
    first, second = np.zeros((len(counts), p)), np.zeros((len(counts), len(rows)))
    for start in range(0, n, _ROWS):
        block = values[start : start + _ROWS]
        weight = counts[:, start : start + _ROWS]
        first += weight @ block
        second += weight @ (block[:, rows] * block[:, columns])
    mean = first / n
    cov = np.empty((len(counts), p, p))
    cov[:, rows, columns] = second / n
    cov[:, columns, rows] = second / n
    return mean, cov - mean[:, :, None] * mean[:, None, :]


def _together(
    problem: Likelihood, start: Floats, information: Floats, means: Sequence[Floats], covs: Sequence[Floats]
) -> Floats:
    """(draws, q) minima; NaN for draws that do not get there.

    Steps by the whole sample's information first, then by each draw's own, worked out once. In between steps leap by the
    minimal residual extrapolation of the last two (Anderson 1965, depth one, draw by draw).
    """
    draws = len(covs[0])
    x = np.tile(start, (draws, 1))
    shared = np.linalg.inv(information)
    own: Floats | None = None
    running = np.arange(draws)
    result = np.full((draws, len(start)), np.nan)
    last_x: Floats = np.zeros((0, 0))
    last_step: Floats = np.zeros((0, 0))
    for number in range(_STEPS):
        gradient = _gradients(problem, x, [one[running] for one in means], [one[running] for one in covs])
        if number == _SHARED_STEPS:
            own = np.asarray(np.linalg.inv(_informations(problem, x)), np.float64)
        step = -(gradient @ shared) if own is None else -(own @ gradient[:, :, None])[:, :, 0]
        decrement = -(gradient * step).sum(axis=1)
        done = decrement * problem.total < _ENOUGH
        lost = ~np.isfinite(decrement) | (decrement > 1e3)
        result[running[done]] = (x + step)[done]
        leap = x + step
        if number not in (0, _SHARED_STEPS):
            turn = step - last_step
            size = (turn * turn).sum(axis=1)
            share = np.divide((turn * step).sum(axis=1), size, out=np.zeros_like(size), where=size > 0)
            share = np.clip(share, -2.0, 0.9)[:, None]
            leap = (1 - share) * leap + share * (last_x + last_step)
        keep = ~done & ~lost
        if not keep.any():
            break
        last_x, last_step, x, running = x[keep], step[keep], leap[keep], running[keep]
        own = None if own is None else own[keep]
    return result


def _informations(problem: Likelihood, x: Floats) -> Floats:
    """(draws, q, q) expected informations."""
    total = np.zeros((len(x), x.shape[1], x.shape[1]))
    for group, (one, sample) in enumerate(zip(problem.structures, problem.samples, strict=True)):
        implied = one.implied(one.matrices(_slots(problem, group, x)))
        weight = np.linalg.inv(implied.sigma)
        found = one.information(implied.basis.mT @ (weight @ implied.basis))
        if problem.means:
            directions = _mean_directions(problem, group, implied.basis, implied.factor_means)
            found = found + directions.mT @ weight @ directions
        spread = problem.freedom.spread[group]
        total += sample.n / problem.total * (spread.T @ found @ spread)
    return total


def _slots(problem: Likelihood, group: int, x: Floats) -> Floats:
    freedom = problem.freedom
    plain = freedom.plain[group]
    return x[:, plain] if plain is not None else x @ freedom.spread[group].T + freedom.shift[group]


def _gradients(problem: Likelihood, x: Floats, means: Sequence[Floats], covs: Sequence[Floats]) -> Floats:
    """(draws, q) gradients of as many draws at once; NaN where the model makes no sense."""
    total = np.zeros_like(x)
    for group, (one, sample) in enumerate(zip(problem.structures, problem.samples, strict=True)):
        implied = one.implied(one.matrices(_slots(problem, group, x)))
        try:
            weight = np.linalg.inv(implied.sigma)
        except np.linalg.LinAlgError:
            return np.full_like(x, np.nan)
        reach = weight @ implied.basis
        scatter = covs[group]
        off = means[group] - implied.mu
        if problem.means:
            scatter = scatter + off[:, :, None] * off[:, None, :]
        slope = one.slope(implied.basis.mT @ reach - reach.mT @ (scatter @ reach))
        if problem.means:
            directions = _mean_directions(problem, group, implied.basis, implied.factor_means)
            slope = slope - (directions.mT @ (weight @ off[:, :, None]))[:, :, 0]
        total += sample.n / problem.total * (slope @ problem.freedom.spread[group])
    return total


def _mean_directions(problem: Likelihood, group: int, basis: Floats, factor_means: Floats) -> Floats:
    one = problem.structures[group]
    times = np.concatenate([np.ones((len(basis), 1)), factor_means], axis=1)
    scale = times[:, one.times] * (one.times >= 0)
    result: Floats = basis[:, :, one.where_mean] * scale[:, None, :]
    return result


def _alone(problem: Likelihood, start: Floats, means: Sequence[Floats], covs: Sequence[Floats]) -> Floats:
    samples = []
    for old, mean, cov in zip(problem.samples, means, covs, strict=True):
        sign, logdet = np.linalg.slogdet(cov)
        if sign <= 0:
            return np.full(len(start), np.nan)
        samples.append(Sample(old.n, mean, cov, float(logdet)))
    found = minimise(Likelihood(problem.structures, problem.freedom, samples, means=problem.means), start)
    return found.x if found.converged else np.full(len(start), np.nan)


def _ordinal_draws(work: Working, estimator: str, draws: int, seed: int) -> list[tuple[Working, Floats]]:
    assert isinstance(work.problem, LeastSquares)
    assert work.moments is not None
    old = work.problem
    with_cuts = old.targets[0].with_cuts
    found: list[tuple[Working, Floats]] = []
    streams = [
        (row for block in draw_counts(one.coding.n, draws, seed + group) for row in block)
        for group, one in enumerate(work.moments.groups)
    ]
    for _ in range(draws):
        rows = [next(stream) for stream in streams]  # every group's stream goes on, whatever becomes of the draw
        try:
            targets = [
                _redrawn(one, row, estimator, with_cuts=with_cuts)
                for one, row in zip(work.moments.groups, rows, strict=True)
            ]
            problem = LeastSquares(old.structures, old.freedom, [one for one, _ in targets], theta=old.theta)
            reached = minimise(problem, work.x, tolerance=_ENOUGH / old.total)
            x = reached.x if reached.converged else np.full(len(work.x), np.nan)
            freedom = _with_thresholds(work, [cuts for _, cuts in targets])
        except MeasureError:
            problem, x, freedom = old, np.full(len(work.x), np.nan), work.freedom
        found.append((replace(work, problem=problem, freedom=freedom), x))
    return found


def _with_thresholds(work: Working, cuts: Sequence[Floats]) -> Freedom:
    """The parameter table with a draw's own thresholds where the data settle them by themselves."""
    if not work.saturated_errors:
        return work.freedom
    shift = work.freedom.row_shift.copy()
    for row in work.saturated_errors:
        item, cut = _cut_of(work, row)
        own = cuts[work.completed.parameters[row].group]
        known = cut < own.shape[1] and LOWEST < own[item, cut] < np.inf
        shift[row] = own[item, cut] if known else np.nan  # a category that nobody of the draw chose
    return replace(work.freedom, row_shift=shift)


def _redrawn(one: Ordinal, counts: Floats, estimator: str, *, with_cuts: bool) -> tuple[Target, Floats]:
    """A group's target and thresholds where each respondent counts as often as they were drawn."""
    coding = one.coding.weighted(counts)
    drawn, counts, _ = ordinal(coding, frequencies=True)
    own = np.arange(counts.shape[1]) < coding.sizes[:, None]
    if with_cuts and bool((counts[own] == 0).any()):
        raise BadModel("A category that has a threshold in the model is empty in this draw.", code="empty-category")
    gamma = drawn.gamma(with_cuts=True) if estimator == "WLS" else None
    return drawn.target(estimator, with_cuts=with_cuts, gamma=gamma), drawn.cuts


def row_influences(fitted: FittedModel, *, standardised: bool) -> Floats:
    """(respondents, names): how much each respondent moves each parameter, for BCa's acceleration (infinitesimal jackknife)."""
    work = fitted.work
    rows, _ = _shown(fitted, standardised=standardised)
    defined = _defined(fitted)

    def values(x: Numbers) -> Numbers:
        every = work.standardised_rows(x)[1] if standardised else work.rows(x)
        known = {one.label: every[row] for row, one in enumerate(work.completed.parameters) if one.label}
        extra = []
        for name, expression in defined:
            known[name] = expression(known)
            extra.append(known[name])
        return np.concatenate([every[rows], np.array(extra, every.dtype)])

    jacobian = complex_jacobian(values, work.x, symmetric=False)
    if isinstance(work.problem, LeastSquares):
        return _ordinal_influences(work, work.problem, rows, jacobian)
    scores = score_rows(work.problem, work.x, [one.values for one in work.groups])
    result: Floats = scores @ np.linalg.inv(work.information) @ jacobian.T
    return result


def _ordinal_influences(work: Working, problem: LeastSquares, rows: Sequence[int], jacobian: Floats) -> Floats:
    """Through each respondent's influence on the moments: x moves by H Δ'W times it; a saturated threshold by its own."""
    assert work.moments is not None
    inverted = np.linalg.inv(work.information)
    parts = []
    for group, (one, target) in enumerate(zip(work.moments.groups, problem.targets, strict=True)):
        _, derivatives = problem.with_derivatives(group, work.x)
        weighted = target.weighted(derivatives) @ problem.freedom.spread[group]
        onto_x = problem.shares[group] * weighted @ inverted @ jacobian.T
        cuts = np.argwhere(np.isfinite(one.cuts))
        onto = np.zeros((len(cuts) + len(one.r), jacobian.shape[0]))
        onto[len(onto) - len(onto_x) :] = onto_x
        for place, row in enumerate(rows):
            if row in work.saturated_errors and work.completed.parameters[row].group == group:
                item, cut = _cut_of(work, row)
                onto[np.flatnonzero((cuts == (item, cut)).all(axis=1)), place] = 1.0
        parts += [block @ onto for block in row_blocks(one.coding, one.influence, one.cuts, with_cuts=True)]
    return np.concatenate(parts)


def _cut_of(work: Working, row: int) -> tuple[int, int]:
    """The item and the threshold that a row of the parameter table is."""
    parameter = work.completed.parameters[row]
    return work.structures[0].names.index(parameter.lhs), int(parameter.rhs[1:]) - 1

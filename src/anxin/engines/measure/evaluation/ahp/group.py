"""Weights from several judges, and how far the judges agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from scipy import stats

from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.evaluation.ahp.consistency import consistency_index, consistency_ratio, random_index, ri_for
from anxin.engines.measure.evaluation.ahp.judgements import Judgements, scale_cautions
from anxin.engines.measure.evaluation.ahp.panel import Panel
from anxin.engines.measure.evaluation.ahp.priorities import THRESHOLD, Method, Priorities, check_method, priorities
from anxin.engines.measure.evaluation.ahp.vectors import log_least_squares, normalised_columns, principal
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

Aggregate = Literal["judgements", "priorities-arithmetic", "priorities-geometric"]

# Below this, Goepel calls consensus "low" (Goepel 2013).
_LOW_CONSENSUS = 0.65


@dataclass(frozen=True, kw_only=True, repr=False)
class GroupPriorities(Result):
    """The weights of n criteria by k judges together.

    `weights` are the group's, by `aggregate`. `aggregated` are the priorities of the aggregated matrix of judgements,
    whichever way was asked for (None if even together the judges do not link all criteria). Per judge, in the panel's
    order: `individual` (k, n) weights, `cr`, `distance` to the group (Aitchison: root of the summed squared differences
    of centred logarithms; 0 is the same) and `rank_correlation` with it (Spearman); NaN for judges whose own judgements
    do not link all criteria. Per criterion `sd`, the standard deviation of the individual weights (n - 1, weighted:
    1 - sum of squared shares). Per pair `judgement_spread` (n, n), the geometric standard deviation of the judgements
    (1 is unanimous). `consensus` is Goepel's index, from 0 to 1. `inconsistent` names the judges with CR over the
    threshold.
    """

    names: tuple[str, ...]
    judges: tuple[str, ...]
    judge_weights: Floats
    aggregate: str
    method: str
    weights: Floats
    aggregated: Priorities | None
    individual: Floats
    sd: Floats
    cr: Floats
    ri_table: str
    threshold: float
    distance: Floats
    rank_correlation: Floats
    judgement_spread: Floats
    consensus: float
    inconsistent: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()

    @property
    def ranking(self) -> tuple[str, ...]:
        """The criteria from the heaviest to the lightest; equals keep their order."""
        return tuple(self.names[at] for at in np.argsort(-self.weights, kind="stable"))

    def headline(self) -> str:
        return (
            f"{len(self.judges)} judges, {self.aggregate}, {self.method}: {self.ranking[0]} "
            f"{number(float(self.weights.max()))} first; consensus {number(self.consensus, 2)}; {len(self.inconsistent)} "
            f"judges over CR {self.threshold:g}"
        )

    def table(self) -> Table:
        rank = {name: at + 1 for at, name in enumerate(self.ranking)}
        rows = [[name, rank[name], float(self.weights[at]), _known(self.sd[at])] for at, name in enumerate(self.names)]
        return Table.of(["criterion", "rank", "weight", "SD of judges"], rows, self.headline())

    def judges_table(self) -> Table:
        """One row a judge: share, CR, distance, rank correlation, weights."""
        rows = [
            [
                judge,
                float(self.judge_weights[at]),
                _known(self.cr[at]),
                _known(self.distance[at]),
                _known(self.rank_correlation[at]),
                *map(_known, self.individual[at]),
            ]
            for at, judge in enumerate(self.judges)
        ]
        return Table.of(["judge", "share", "CR", "distance", "rank correlation", *self.names], rows, "Judges")


def aggregate_judgements(panel: Any) -> Judgements:
    """The group's matrix: the weighted geometric mean of the judges' cells, a_ij = product over k of a_ijk^(share k).

    The only mean that keeps reciprocity and the other conditions of Aczél & Saaty 1983; aggregation of individual
    judgements in Forman & Peniwati 1998 ("Aggregating individual judgments and priorities with the AHP", EJOR 108). A
    pair that some judges left out is the mean over those who judged it, their shares scaled to 1; a pair nobody judged
    stays missing. `panel` is what `Panel.of` takes.
    """
    together = Panel.of(panel)
    mean = _log_mean(together)
    matrix = np.exp(mean)
    np.fill_diagonal(matrix, 1.0)
    lower = np.tril_indices(together.n, -1)
    matrix[lower] = 1 / matrix.T[lower]
    return Judgements(names=together.names, matrix=matrix, cautions=tuple(scale_cautions(together.names, matrix)))


def group_priorities(
    panel: Any,
    *,
    aggregate: Aggregate = "judgements",
    method: Method = "eigenvector",
    ri_table: str = "saaty",
    threshold: float = THRESHOLD,
    seed: int = 0,
) -> GroupPriorities:
    """The criteria's weights by a panel of judges, with each judge's consistency and distance from the group.

    `panel` is what `Panel.of` takes. `aggregate` (Forman & Peniwati 1998):
    - "judgements": weights of the aggregated matrix (`aggregate_judgements`), for a group that acts as one;
    - "priorities-arithmetic": the weighted mean of the judges' weights, for individuals who act in their own right;
    - "priorities-geometric": their weighted geometric mean, scaled to sum 1.

    `method`, `ri_table`, `threshold` and `seed` as in `priorities`. Nobody is left out for being inconsistent: the
    result names them; `Panel.without` leaves them out. Judges whose own judgements do not link all criteria count
    towards aggregated judgements but have no priorities to aggregate, which a caution says.

    Consensus after Goepel 2013 (ISAHP, "Implementing the AHP as a standard method ... in corporate enterprises"): from
    the Shannon entropies of the judges' weights (alpha) and of their mean (gamma), scaled between the least and the
    most agreement that judgements up to 9 allow.

    Raises BadModel for an unknown option, BadData if together the judges do not link all criteria (judgements) or none
    does (priorities).
    """
    check_method(method)
    if aggregate not in get_args(Aggregate):
        raise BadModel(
            f"There is no way to aggregate {aggregate!r}. Ways: {listed(get_args(Aggregate))}.",
            code="no-aggregate",
            about=[aggregate],
        )
    random_index(1, ri_table)
    together = Panel.of(panel)
    cautions = list(together.cautions)
    individual, cr = _individual(together, method, ri_table, seed)
    known = ~np.isnan(individual[:, 0])
    if not known.all():
        apart = tuple(judge for judge, there in zip(together.judges, known, strict=True) if not there)
        why = "do not link all criteria" if method != "normalised-columns" else "are not complete"
        cautions.append(
            Caution("no-own-priorities", f"The judgements of {len(apart)} judges {why}: {listed(apart)}.", apart)
        )
    matrix = aggregate_judgements(together)
    aggregated = None
    if len(matrix.parts()) == 1 and (matrix.complete or method != "normalised-columns"):
        aggregated = priorities(matrix, method=method, ri_table=ri_table, threshold=threshold, seed=seed)
    shares = np.where(known, together.weights, 0.0)
    if aggregate == "judgements":
        if aggregated is None:
            aggregated = priorities(matrix, method=method, ri_table=ri_table)  # raises: says which criteria are apart
        weights = aggregated.weights
        cautions += aggregated.cautions
    else:
        if shares.sum() == 0:
            matrix.require_linked()
            raise BadModel(
                'No judge alone links all criteria, so there are no priorities to aggregate: use aggregate="judgements".',
                code="no-own-priorities",
            )
        weights = _mean_weights(individual[known], shares[known] / shares.sum(), aggregate)
    inconsistent = tuple(judge for judge, ratio in zip(together.judges, cr, strict=True) if ratio > threshold)
    if inconsistent:
        cautions.append(
            Caution(
                "inconsistent-judges",
                f"{len(inconsistent)} of {together.k} judges have a CR over {threshold:g}: {listed(inconsistent)}.",
                inconsistent,
            )
        )
    consensus = _consensus(individual[known], shares[known]) if shares.sum() > 0 else float("nan")
    if consensus < _LOW_CONSENSUS:
        cautions.append(
            Caution("low-consensus", f"Consensus is {number(consensus, 2)}: the judges differ; see who stands apart.")
        )
    return GroupPriorities(
        names=together.names,
        judges=together.judges,
        judge_weights=together.weights,
        aggregate=aggregate,
        method=method,
        weights=weights,
        aggregated=aggregated,
        individual=individual,
        sd=_spread(individual[known], shares[known]),
        cr=cr,
        ri_table=ri_table,
        threshold=threshold,
        distance=_distances(individual, weights),
        rank_correlation=_rank_correlations(individual, weights),
        judgement_spread=_judgement_spread(together),
        consensus=consensus,
        inconsistent=inconsistent,
        cautions=tuple(cautions),
    )


def _individual(panel: Panel, method: Method, ri_table: str, seed: int) -> tuple[Floats, Floats]:
    """Each judge's weights (k, n) and CR (k,), NaN where the judge's own judgements allow none."""
    judged = ~np.isnan(panel.matrices)
    whole = judged.all(axis=(1, 2))
    usable = whole if method == "normalised-columns" else np.asarray(panel.linked)
    weights = np.full((panel.k, panel.n), np.nan)
    cr = np.full(panel.k, np.nan)
    if not usable.any():
        return weights, cr
    matrices = panel.matrices[usable]
    vectors, lambda_max = principal(matrices)
    if method == "geometric-mean":
        vectors = log_least_squares(matrices)
    elif method == "normalised-columns":
        vectors = normalised_columns(matrices)
    weights[usable] = vectors
    # One random index for each pattern of gaps, not for each judge.
    patterns, which = np.unique(judged[usable].reshape(len(matrices), -1), axis=0, return_inverse=True)
    indices = [ri_for(pattern.reshape(panel.n, panel.n), ri_table, seed=seed) for pattern in patterns]
    cr[usable] = [
        consistency_ratio(consistency_index(float(value), panel.n), indices[at])
        for value, at in zip(lambda_max, which.ravel(), strict=True)
    ]
    return weights, cr


def _log_mean(panel: Panel) -> Floats:
    """(n, n) weighted mean of log judgements over those who judged the pair; NaN where nobody (of weight) did."""
    judged = ~np.isnan(panel.matrices)
    logs = np.where(judged, np.log(np.where(judged, panel.matrices, 1.0)), 0.0)
    share = np.einsum("k,kij->ij", panel.weights, judged.astype(np.float64))
    total = np.einsum("k,kij->ij", panel.weights, logs)
    mean: Floats = np.where(share > 0, total / np.where(share > 0, share, 1.0), np.nan)
    return mean


def _mean_weights(individual: Floats, shares: Floats, aggregate: str) -> Floats:
    if aggregate == "priorities-arithmetic":
        return shares @ individual
    weights = np.exp(shares @ np.log(individual))
    scaled: Floats = weights / weights.sum()
    return scaled


def _spread(individual: Floats, shares: Floats) -> Floats:
    """Weighted standard deviation per criterion; with equal shares the one with n - 1. NaN for fewer than two
    judges."""
    n = individual.shape[1] if individual.ndim == 2 else 0
    if shares.sum() == 0 or np.count_nonzero(shares) < 2:
        return np.full(n, np.nan)
    parts = shares / shares.sum()
    squares = parts @ (individual - parts @ individual) ** 2
    spread: Floats = np.sqrt(squares / (1 - (parts**2).sum()))
    return spread


def _judgement_spread(panel: Panel) -> Floats:
    """exp of the standard deviation of log judgements, per pair; NaN where fewer than two judged."""
    judged = ~np.isnan(panel.matrices)
    parts = panel.weights[:, None, None] * judged
    total = parts.sum(axis=0)
    parts = parts / np.where(total > 0, total, 1.0)
    logs = np.where(judged, np.log(np.where(judged, panel.matrices, 1.0)), 0.0)
    squares = (parts * (logs - (parts * logs).sum(axis=0)) ** 2).sum(axis=0)
    free = 1 - (parts**2).sum(axis=0)
    enough = (parts > 0).sum(axis=0) >= 2
    spread: Floats = np.where(enough, np.exp(np.sqrt(squares / np.where(enough, free, 1.0))), np.nan)
    return spread


def _distances(individual: Floats, weights: Floats) -> Floats:
    logs = np.log(individual)
    centred = logs - logs.mean(axis=1, keepdims=True)
    group = np.log(weights) - np.log(weights).mean()
    distances: Floats = np.sqrt(((centred - group) ** 2).sum(axis=1))
    return distances


def _rank_correlations(individual: Floats, weights: Floats) -> Floats:
    """Spearman's correlation of each judge's weights with the group's; NaN where either ranks nothing."""
    # Rounding must not break ties between equal weights.
    ranks = stats.rankdata(np.round(individual, 12), axis=1)
    own = ranks - ranks.mean(axis=1, keepdims=True)
    group = stats.rankdata(np.round(weights, 12))
    group = group - group.mean()
    scale = np.sqrt((own**2).sum(axis=1) * (group**2).sum())
    correlations: Floats = np.where(scale > 0, own @ group / np.where(scale > 0, scale, 1.0), np.nan)
    return correlations


def _consensus(individual: Floats, shares: Floats) -> float:
    """S* = (1/exp(H_beta) - least) / (1 - least) with H_beta = H_gamma - H_alpha (Goepel 2013).

    `least` is 1/exp(H_beta) when k judges each prefer another criterion 9 to 1. For one judge, or one criterion, 1.
    """
    n = individual.shape[1]
    k = min(int(np.count_nonzero(shares)), n)
    if k < 2 or n < 2:
        return 1.0
    parts = shares / shares.sum()
    alpha = float(parts @ -(individual * np.log(individual)).sum(axis=1))
    mean = parts @ individual
    gamma = float(-(mean * np.log(mean)).sum())
    unit = 1 / (n + 8)
    alpha_least = -9 * unit * np.log(9 * unit) - (n - 1) * unit * np.log(unit)
    top = (k + 8) * unit
    gamma_most = -(n - k) * unit * np.log(unit) - top * np.log(top / k)
    least = np.exp(alpha_least - gamma_most)
    return float(np.clip((np.exp(alpha - gamma) - least) / (1 - least), 0.0, 1.0))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

"""Objective weights from what was measured, and their combination with weights from judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

Normalisation = Literal["proportion", "min-max"]
Combination = Literal["multiplicative", "convex"]

_NOTHING = 1e-12  # what is left of an exact 0 after rounding


@dataclass(frozen=True, kw_only=True, repr=False)
class EntropyWeights(Result):
    """Entropy weights of p criteria over m alternatives, with the working.

    `matrix` (m, p) is what was given, `cost` the criteria of which less is better, `normalisation` one name per
    criterion (what was done to it), `normalised` (m, p) the result, `shares` (m, p) its columns scaled to sum 1.
    `entropy` e_j lies in 0 to 1, `divergence` is 1 - e_j, `weights` are the divergences scaled to sum 1.
    """

    alternatives: tuple[str, ...]
    criteria: tuple[str, ...]
    cost: tuple[str, ...]
    matrix: Floats
    normalisation: tuple[str, ...]
    offset: float
    normalised: Floats
    shares: Floats
    entropy: Floats
    divergence: Floats
    weights: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"entropy weights of {len(self.criteria)} criteria over {len(self.alternatives)} alternatives: {_most(self)}"

    def table(self) -> Table:
        rows = zip(
            self.criteria,
            _directions(self.criteria, self.cost),
            self.normalisation,
            self.entropy,
            self.divergence,
            self.weights,
            strict=True,
        )
        columns = ("criterion", "direction", "normalisation", "entropy", "divergence", "weight")
        return Table.of(columns, rows, self.headline())


@dataclass(frozen=True, kw_only=True, repr=False)
class CriticWeights(Result):
    """CRITIC weights of p criteria over m alternatives, with the working.

    `normalised` (m, p) is min-max, 1 the best; `contrast` its standard deviations (n - 1), `correlations` (p, p) its
    Pearson correlations (NaN for a constant criterion), `conflict` the sums over k of 1 - r_jk, `information` their
    products C_j, `weights` these scaled to sum 1.
    """

    alternatives: tuple[str, ...]
    criteria: tuple[str, ...]
    cost: tuple[str, ...]
    matrix: Floats
    normalisation: tuple[str, ...]
    normalised: Floats
    contrast: Floats
    correlations: Floats
    conflict: Floats
    information: Floats
    weights: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return (
            f"CRITIC weights of {len(self.criteria)} criteria over {len(self.alternatives)} alternatives: {_most(self)}"
        )

    def table(self) -> Table:
        rows = zip(
            self.criteria,
            _directions(self.criteria, self.cost),
            self.contrast,
            self.conflict,
            self.information,
            self.weights,
            strict=True,
        )
        columns = ("criterion", "direction", "contrast", "conflict", "information", "weight")
        return Table.of(columns, rows, self.headline())


@dataclass(frozen=True, kw_only=True, repr=False)
class CombinedWeights(Result):
    """Subjective and objective weights combined; `share` is the subjective part of a convex combination, else None."""

    criteria: tuple[str, ...]
    subjective: Floats
    objective: Floats
    how: str
    share: float | None
    weights: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        part = "" if self.share is None else f", {self.share:g} subjective"
        return f"combined weights ({self.how}{part}): {_most(self)}"

    def table(self) -> Table:
        rows = zip(self.criteria, self.subjective, self.objective, self.weights, strict=True)
        return Table.of(("criterion", "subjective", "objective", "combined"), rows, self.headline())


def entropy_weights(
    source: Any,
    *,
    criteria: Sequence[str] | None = None,
    cost: Iterable[str] = (),
    normalisation: Normalisation = "proportion",
    offset: float = 0.0,
    alternatives: str | Sequence[str] | None = None,
) -> EntropyWeights:
    """Weights by how much the alternatives differ on each criterion.

    p_ij = z_ij / sum over i of z_ij; e_j = -(1 / ln m) sum over i of p_ij ln p_ij, 0 ln 0 = 0; d_j = 1 - e_j; w_j = d_j
    / sum of d (Shannon 1948; Zeleny 1982, Multiple Criteria Decision Making; 熵权法). z_ij is, by `normalisation`,
    - "proportion": the value itself, min / value for a criterion in `cost`; weights do not depend on a column's unit. A
      column with values below 0 (cost: 0 or below) cannot be taken so and is shifted by min-max, which a caution says;
    - "min-max": (x - min) / (max - min), turned round for costs, plus `offset`; weights do not depend on unit or zero.
    The two give different weights, as textbooks do; the result names what was done to each column. Hwang & Yoon 1981 take
    shares of costs as they are: leave `cost` empty for that.

    `source`, one row an alternative, one column a criterion, and `criteria` (its columns) are those of `Answers.of`.
    `alternatives` names the rows: a column of the source, or m names. A criterion on which all are equal has weight 0
    and a caution.

    Raises BadData for fewer than two alternatives, missing values, unknown criteria, or when no criterion differs;
    BadModel for weights of rows (entropy has no weighted form here) and unknown options.
    """
    if normalisation not in get_args(Normalisation):
        raise BadModel(
            f"There is no normalisation {normalisation!r}. Ways: {listed(get_args(Normalisation))}.",
            code="no-normalisation",
            about=[normalisation],
        )
    if not 0 <= offset < np.inf:
        raise BadModel("The offset after min-max is 0 or more.", code="bad-offset")
    names, labels, matrix, costs = _decision(source, criteria, cost, alternatives)
    constant = _constant(matrix)
    lowest = matrix.min(axis=0)
    shifted = np.where(costs, lowest <= 0, lowest < 0)
    cautions = _constant_cautions(names, constant)
    if normalisation == "proportion":
        forced = tuple(name for name, move in zip(names, shifted & ~constant, strict=True) if move)
        if forced:
            cautions.append(
                Caution(
                    "shifted",
                    f"{listed(forced)} has values that cannot be shares of a sum (below 0, or 0 where less is better) and "
                    "was normalised by min-max instead.",
                    forced,
                )
            )
    by_range = shifted if normalisation == "proportion" else np.ones(len(names), bool)
    values = np.where(costs, lowest / np.where(matrix > 0, matrix, 1.0), matrix)
    normalised = np.where(by_range, _min_max(matrix, costs) + offset, values)
    normalised[:, constant] = 1.0
    # Each column by its largest value first: sums of very large or small units then cannot overflow.
    shares = normalised / normalised.max(axis=0)
    shares = shares / shares.sum(axis=0)
    # 1 - e_j as the sum of terms that cannot cancel, with u = m p - 1: nearly equal alternatives keep their digits.
    u = shares * len(labels) - 1
    divergence = np.clip((xlog1py(1 + u, u) - u).mean(axis=0) / np.log(len(labels)), 0.0, 1.0)
    divergence[constant] = 0.0
    if divergence.sum() == 0:
        raise BadData(
            "The alternatives are equal on every criterion, so no weights can be told from them.", code="constant"
        )
    words = np.where(constant, "constant", np.where(by_range, "min-max", np.where(costs, "min/x share", "share")))
    return EntropyWeights(
        alternatives=labels,
        criteria=names,
        cost=tuple(name for name, is_cost in zip(names, costs, strict=True) if is_cost),
        matrix=matrix,
        normalisation=tuple(str(word) for word in words),
        offset=offset,
        normalised=normalised,
        shares=shares,
        entropy=1 - divergence,
        divergence=divergence,
        weights=divergence / divergence.sum(),
        cautions=tuple(cautions),
    )


def critic_weights(
    source: Any,
    *,
    criteria: Sequence[str] | None = None,
    cost: Iterable[str] = (),
    alternatives: str | Sequence[str] | None = None,
) -> CriticWeights:
    """Weights by contrast and conflict: CRITIC (Diakoulaki, Mavrotas & Papayannakis 1995, Computers & OR 22).

    Columns are scaled by min-max, (x - min) / (max - min), turned round for criteria in `cost`; C_j = s_j times the sum
    over k of (1 - r_jk), s_j the standard deviation (n - 1; n gives the same weights) and r Pearson's correlation; w_j
    = C_j / sum of C. Weights do not depend on a column's unit or zero. A constant criterion has weight 0, a caution,
    and no part in the others' conflict.

    Arguments and errors as in `entropy_weights`; BadData also when the criteria that differ all agree perfectly, for
    then none conflicts with another.
    """
    names, labels, matrix, costs = _decision(source, criteria, cost, alternatives)
    constant = _constant(matrix)
    if constant.all():
        raise BadData(
            "The alternatives are equal on every criterion, so no weights can be told from them.", code="constant"
        )
    normalised = _min_max(matrix, costs)
    contrast = normalised.std(axis=0, ddof=1)
    contrast[constant] = 0.0
    centred = (normalised - normalised.mean(axis=0)) / np.where(constant, 1.0, contrast)
    correlations = np.clip(centred.T @ centred / (len(labels) - 1), -1.0, 1.0)
    disagreement = 1 - correlations
    disagreement[np.abs(disagreement) < _NOTHING] = 0.0
    disagreement[constant, :] = disagreement[:, constant] = 0.0
    correlations[constant, :] = correlations[:, constant] = np.nan
    conflict = disagreement.sum(axis=1)
    information = contrast * conflict
    if information.sum() <= _NOTHING:
        raise BadData(
            "The criteria that differ rank the alternatives in perfect agreement, so none conflicts with another and "
            "CRITIC gives no weights. Use entropy weights.",
            code="no-conflict",
            about=[name for name, flat in zip(names, constant, strict=True) if not flat],
        )
    cautions = _constant_cautions(names, constant)
    if len(labels) < 5:
        cautions.append(
            Caution(
                "few-alternatives", f"Correlations over {len(labels)} alternatives say little; so do these weights."
            )
        )
    return CriticWeights(
        alternatives=labels,
        criteria=names,
        cost=tuple(name for name, is_cost in zip(names, costs, strict=True) if is_cost),
        matrix=matrix,
        normalisation=tuple("constant" if flat else "min-max" for flat in constant),
        normalised=normalised,
        contrast=contrast,
        correlations=correlations,
        conflict=conflict,
        information=information,
        weights=information / information.sum(),
        cautions=tuple(cautions),
    )


def combine_weights(
    subjective: Any,
    objective: Any,
    *,
    how: Combination = "multiplicative",
    share: float = 0.5,
    criteria: Sequence[str] | None = None,
) -> CombinedWeights:
    """Weights from judgement and weights from data in one.

    "multiplicative": w_j proportional to s_j o_j, which favours criteria that both find heavy (Zeleny 1982; 乘法合成);
    "convex": w_j = share * s_j + (1 - share) * o_j, `share` from 0 to 1 (加法合成). Each set is a result with named
    weights (`Priorities`, `GroupPriorities`, `EntropyWeights`, `CriticWeights`, the bottom criteria of a `Synthesis`),
    a mapping {criterion: weight} or, with `criteria`, a sequence; both are first scaled to sum 1.

    Raises BadData if the two concern different criteria, weights are negative or not finite, or every product is 0;
    BadModel for an unknown way or share.
    """
    if how not in get_args(Combination):
        raise BadModel(
            f"There is no combination {how!r}. Ways: {listed(get_args(Combination))}.",
            code="no-combination",
            about=[how],
        )
    if not 0 <= share <= 1:
        raise BadModel("The share of subjective weights lies between 0 and 1.", code="bad-share")
    first = named_weights(subjective, criteria)
    second = named_weights(objective, criteria)
    differing = sorted(set(first) ^ set(second))
    if differing:
        raise BadData(
            f"Subjective and objective weights concern different criteria; only one has {listed(differing)}.",
            code="other-criteria",
            about=differing,
        )
    names = tuple(first)
    s, o = np.array(list(first.values())), np.array([second[name] for name in names])
    if how == "multiplicative":
        product = s * o
        if product.sum() == 0:
            raise BadData(
                "No criterion has weight in both sets, so all products are 0. Combine them convexly.", code="no-overlap"
            )
        weights = product / product.sum()
    else:
        weights = share * s + (1 - share) * o
    return CombinedWeights(
        criteria=names,
        subjective=s,
        objective=o,
        how=how,
        share=share if how == "convex" else None,
        weights=weights,
    )


def named_weights(source: Any, criteria: Sequence[str] | None = None) -> dict[str, float]:
    """Weights by name, scaled to sum 1, from a result, a mapping or (with `criteria`) a sequence."""
    if isinstance(source, Mapping):
        names, values = [str(name) for name in source], list(source.values())
    elif hasattr(source, "bottom_weights"):
        names, values = list(source.bottom), list(source.bottom_weights)
    elif hasattr(source, "weights"):
        names = list(source.criteria if hasattr(source, "criteria") else source.names)
        values = list(source.weights)
    else:
        values = list(source)
        if criteria is None:
            raise BadData("Name the criteria of a list of weights (criteria=[...]).", code="no-names")
        names = [str(name) for name in criteria]
    if len(names) != len(values):
        raise BadData(
            f"There are {len(names)} criteria and {len(values)} weights: give one each.", code="weights-length"
        )
    weights = np.asarray(values, np.float64)
    bad = [name for name, weight in zip(names, weights, strict=True) if not 0 <= weight < np.inf]
    if bad:
        raise BadData(f"The weight of {listed(bad)} is missing or negative.", code="bad-weight", about=bad)
    if not weights.size or weights.sum() == 0:
        raise BadData("All weights are zero.", code="bad-weight")
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


def _decision(
    source: Any, criteria: Sequence[str] | None, cost: Iterable[str], alternatives: str | Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...], Floats, NDArray[np.bool_]]:
    """Criteria, alternatives, (m, p) values and which criteria are costs."""
    answers = Answers.of(source, items=criteria)
    if answers.weights is not None:
        raise BadModel("Weights of alternatives have no place in these formulas: leave them out.", code="weighted")
    matrix = np.array(answers.values, np.float64)
    if len(matrix) < 2:
        raise BadData("Weights from data need at least two alternatives (rows).", code="too-few")
    gaps = np.isnan(matrix)
    for column in np.flatnonzero(gaps.any(axis=0))[:1]:
        rows = answers.row_numbers[np.flatnonzero(gaps[:, column])] + 1
        raise BadData(
            f"{answers.items[column]} has no value in row {listed(map(str, rows))}: fill it in or leave the row out.",
            code="missing",
            about=[answers.items[column]],
        )
    costs = np.zeros(answers.p, bool)
    for name in cost:
        costs[answers.place(name)] = True
    labels: tuple[str, ...]
    if alternatives is None:
        labels = tuple(str(row + 1) for row in answers.row_numbers)
    elif isinstance(alternatives, str):
        if alternatives not in answers.columns:
            raise BadData(f"There is no column {alternatives!r}.", code="no-column", about=[alternatives])
        labels = tuple(str(one) for one in answers.columns[alternatives])
    else:
        labels = tuple(str(one) for one in alternatives)
        if len(labels) != len(matrix):
            raise BadData(f"There are {len(matrix)} rows and {len(labels)} names: give one each.", code="names-count")
    return answers.items, labels, matrix, costs


def _constant(matrix: Floats) -> NDArray[np.bool_]:
    span = np.ptp(matrix, axis=0)
    constant: NDArray[np.bool_] = span <= _NOTHING * np.abs(matrix).max(axis=0)
    return constant


def _min_max(matrix: Floats, costs: NDArray[np.bool_]) -> Floats:
    """0 to 1, 1 the best; 0 for a constant column."""
    low, span = matrix.min(axis=0), np.ptp(matrix, axis=0)
    scaled = (matrix - low) / np.where(span > 0, span, 1.0)
    turned: Floats = np.where(costs & (span > 0), 1 - scaled, scaled)
    return turned


def _constant_cautions(names: Sequence[str], constant: NDArray[np.bool_]) -> list[Caution]:
    flat = tuple(name for name, is_flat in zip(names, constant, strict=True) if is_flat)
    if not flat:
        return []
    return [Caution("constant", f"The alternatives are equal on {listed(flat)}: weight 0.", flat)]


def _directions(criteria: Sequence[str], cost: Sequence[str]) -> list[str]:
    return ["cost" if name in cost else "benefit" for name in criteria]


def _most(result: EntropyWeights | CriticWeights | CombinedWeights) -> str:
    top = int(np.argmax(result.weights))
    return f"{result.criteria[top]} {number(float(result.weights[top]))} the heaviest"

"""Fuzzy comprehensive evaluation (模糊综合评价): weights and memberships composed, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.evaluation.ahp.hierarchy import Synthesis
from anxin.engines.measure.evaluation.fuzzy.membership import Membership
from anxin.engines.measure.evaluation.weights import named_weights
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

# How far siblings' weights may miss a sum of 1 before the scaling is worth a caution (weights printed to three digits).
_OFF = 5e-3

OPERATORS: Mapping[str, Callable[[Floats, Floats], Floats]] = MappingProxyType(
    {
        "M(·,+)": lambda w, r: w @ r,
        "M(∧,∨)": lambda w, r: np.minimum(w[:, None], r).max(axis=0),
        "M(·,∨)": lambda w, r: (w[:, None] * r).max(axis=0),
        "M(∧,+)": lambda w, r: np.minimum(w[:, None], r).sum(axis=0),
    }
)
# What is easy to type.
_SPOKEN = {
    "weighted-average": "M(·,+)",
    "min-max": "M(∧,∨)",
    "product-max": "M(·,∨)",
    "bounded-sum": "M(∧,+)",
    "M(*,+)": "M(·,+)",
    "M(*,∨)": "M(·,∨)",
}


@dataclass(frozen=True, eq=False)
class Factor:
    """A factor of the evaluation: what it weighs among its siblings, and the factors it consists of, if any.

    A factor without children has its memberships in the `Membership` under its name. `of` builds a tree from weights.
    """

    name: str
    weight: float = 1.0
    children: Sequence[Factor] = ()

    @classmethod
    def of(cls, name: str, source: Any) -> Factor:
        """A tree from weights: an AHP `Synthesis` of an index system, or a mapping {factor: weight} for a single level.

        In a mapping a pair (weight, mapping) makes a factor with factors of its own: {"claims": (0.6, {"speed": 0.7,
        "papers": 0.3}), "care": 0.4}. Any other result with weights (`Priorities`, `EntropyWeights`, ...) is one level.
        """
        if isinstance(source, Synthesis):
            return _from_synthesis(source, name)
        if not isinstance(source, Mapping):
            source = named_weights(source)
        children = []
        for child, value in source.items():
            if isinstance(value, tuple):
                weight, below = value
                inner = cls.of(str(child), below)
                children.append(cls(inner.name, float(weight), inner.children))
            else:
                children.append(cls(str(child), float(value)))
        return cls(name, 1.0, tuple(children))

    def walk(self) -> Iterator[Factor]:
        """This factor and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True, repr=False)
class Composition(Result):
    """One composition B = A ∘ R: factor `name` from its `factors`.

    `weights` A (k,) sum to 1, `matrix` R is (k, grades), `membership` B (grades,) as composed and `normalised` B scaled
    to sum 1. `level` counts from 0 at the whole. `grade` is the grade of largest membership, `score` the weighted score
    (None without scores of grades).
    """

    name: str
    level: int
    factors: tuple[str, ...]
    weights: Floats
    matrix: Floats
    operator: str
    grades: tuple[str, ...]
    membership: Floats
    normalised: Floats
    grade: str
    score: float | None

    def headline(self) -> str:
        score = "" if self.score is None else f", score {number(self.score, 2)}"
        return f"{self.name}: {self.grade} {number(float(self.normalised.max()))}{score} by {self.operator}"

    def table(self) -> Table:
        """A and R side by side; the last row is B."""
        rows: list[list[str | float | None]] = [
            [factor, float(weight), *map(float, row)]
            for factor, weight, row in zip(self.factors, self.weights, self.matrix, strict=True)
        ]
        rows.append([self.name, None, *map(float, self.membership)])
        return Table.of(["factor", "weight", *self.grades], rows, self.headline())


@dataclass(frozen=True, kw_only=True, repr=False)
class FuzzyEvaluation(Result):
    """The result of a fuzzy comprehensive evaluation with every composition behind it.

    `compositions` come bottom up, the whole last. `membership` is its B, `normalised` B scaled to sum 1. By maximum
    membership the result is `grade`, worth `grade_score`; `effectiveness` says how far that principle can be trusted
    (see `max_membership_effectiveness`) and `verdict` names it. `score` is the weighted score, sum of b_j s_j / sum of
    b_j. Scores are None without `scores` of the grades.
    """

    name: str
    grades: tuple[str, ...]
    scores: tuple[float, ...] | None
    operator: str
    compositions: tuple[Composition, ...]
    membership: Floats
    normalised: Floats
    grade: str
    grade_score: float | None
    effectiveness: float
    verdict: str
    score: float | None
    cautions: tuple[Caution, ...] = ()

    def composition(self, name: str) -> Composition:
        """The composition of one factor."""
        for one in self.compositions:
            if one.name == name:
                return one
        raise BadData(
            f"There is no composition of {name!r}. There are: {listed(one.name for one in self.compositions)}.",
            code="no-factor",
            about=[name],
        )

    def headline(self) -> str:
        score = "" if self.score is None else f"; weighted score {number(self.score, 2)}"
        return (
            f"{self.name}: {self.grade} by maximum membership ({number(float(self.normalised.max()))}, {self.verdict})"
            f"{score}"
        )

    def table(self) -> Table:
        """One row for each composition, the whole last."""
        rows = [[one.name, *map(float, one.normalised), one.grade, one.score] for one in self.compositions]
        return Table.of(["factor", *self.grades, "grade", "score"], rows, self.headline())


def compose(weights: Any, matrix: Any, operator: str = "M(·,+)") -> Floats:
    """B = A ∘ R for weights (k,) and memberships (k, grades): the fuzzy composition of Zadeh 1965, 1973.

    Operators, b_j over factors i: "M(·,+)" sum of w r (weighted average: every factor counts); "M(∧,∨)" max of min(w,
    r) (Zadeh's: the decisive factor alone); "M(·,∨)" max of w r (the decisive factor, scaled); "M(∧,+)" min(1, sum of
    min(w, r)) (bounded sum). Also by the names weighted-average, min-max, product-max, bounded-sum. Weights are taken
    as given; results lie in 0 to 1 for weights that sum to at most 1.

    Raises BadModel for an unknown operator, BadData for shapes that do not fit.
    """
    w, r = np.asarray(weights, np.float64), np.asarray(matrix, np.float64)
    if w.ndim != 1 or r.ndim != 2 or len(w) != len(r):
        raise BadData(
            f"{w.size} weights do not fit a membership matrix of shape {r.shape}: one row a weight.", code="shapes"
        )
    membership: Floats = np.minimum(OPERATORS[operator_name(operator)](w, r), 1.0)
    return membership


def operator_name(operator: str) -> str:
    """The operator's written form, from it or its spoken name."""
    name = _SPOKEN.get(operator, operator)
    if name not in OPERATORS:
        raise BadModel(
            f"There is no operator {operator!r}. Operators: {listed([*OPERATORS, *list(_SPOKEN)[:4]])}.",
            code="no-operator",
            about=[operator],
        )
    return name


def max_membership_effectiveness(membership: Any) -> float:
    """How far the largest membership stands out: (n b1 - 1) / (2 b2 (n - 1)), b1 and b2 the two largest of n shares.

    The effectiveness index of the maximum membership principle (最大隶属度原则有效度; Chen & Sun 2001): infinite when all
    membership is in one grade, 1 and above very effective, 0.5 to 1 fairly, 0 to 0.5 hardly, 0 (all grades alike) not
    at all. Memberships are first scaled to sum 1. Raises BadData for fewer than two grades or nothing in them.
    """
    b = np.asarray(membership, np.float64)
    if b.ndim != 1 or b.size < 2 or not (b >= 0).all() or not 0 < b.sum() < np.inf:
        raise BadData("Effectiveness needs the memberships of at least two grades, not all 0.", code="no-membership")
    second, first = np.sort(b / b.sum())[-2:]
    if second == 0:
        return float("inf")
    index = float((b.size * first - 1) / (2 * second * (b.size - 1)))
    return max(index, 0.0)


def evaluate(
    factors: Factor | Any,
    membership: Any,
    *,
    operator: str | Mapping[str, str] = "M(·,+)",
    scores: Sequence[float] | None = None,
    normalise_levels: bool = False,
    grades: Sequence[str] | None = None,
    name: str = "overall",
) -> FuzzyEvaluation:
    """Fuzzy comprehensive evaluation of one level or of a tree of factors, bottom up.

    `factors` is a `Factor` tree or what `Factor.of` takes ({factor: weight} for a single level), then called `name`.
    Weights of siblings are scaled to sum 1, with a caution if they were far off. `membership` is a `Membership` or what
    `Membership.of` takes (`grades` names its columns), with a row for every factor without children; a bare matrix has
    them in the tree's order. `operator` as in `compose`; a mapping {factor: operator} sets it for the composition of
    single factors, "" for all others. `scores` are the grades' points for the weighted score.

    B of a level is a row of R on the next. It is passed up as composed; `normalise_levels` first scales it to sum 1,
    which some textbooks do (the two agree for M(·,+)). Method: Zadeh 1965; for insurers' service quality as in Zhu &
    Kui 2013.

    Raises BadData for a factor without memberships or weights that are negative or all 0, BadModel for a factor named
    twice, unknown operators, or scores that are not one a grade.
    """
    tree = factors if isinstance(factors, Factor) else Factor.of(name, factors)
    _check_tree(tree)
    leaves = [one.name for one in tree.walk() if not one.children]
    relation = Membership.of(membership, factors=leaves, grades=grades)
    points = _points(scores, relation.grades)
    chosen = _operators(operator, tree)
    cautions = [*relation.cautions, *_unused(leaves, relation)]
    compositions: list[Composition] = []

    def memberships(one: Factor, level: int) -> Floats:
        if not one.children:
            return relation.row(one.name)
        rows = np.array([memberships(child, level + 1) for child in one.children])
        weights = np.array([child.weight for child in one.children], np.float64)
        total = weights.sum()
        if abs(total - 1) > _OFF:
            cautions.append(
                Caution(
                    "weights-scaled", f"The weights under {one.name} summed to {total:g}; scaled to 1.", (one.name,)
                )
            )
        composed = _composed(one, level, weights / total, rows, chosen(one.name), relation.grades, points)
        compositions.append(composed)
        return composed.normalised if normalise_levels else composed.membership

    memberships(tree, 0)
    whole = compositions[-1]
    effectiveness = max_membership_effectiveness(whole.membership)
    cautions += _principle_cautions(whole, effectiveness)
    return FuzzyEvaluation(
        name=tree.name,
        grades=relation.grades,
        scores=points,
        operator=whole.operator,
        compositions=tuple(compositions),
        membership=whole.membership,
        normalised=whole.normalised,
        grade=whole.grade,
        grade_score=None if points is None else points[int(np.argmax(whole.membership))],
        effectiveness=effectiveness,
        verdict=_verdict(effectiveness),
        score=whole.score,
        cautions=tuple(cautions),
    )


def _composed(
    one: Factor,
    level: int,
    weights: Floats,
    rows: Floats,
    operator: str,
    grades: tuple[str, ...],
    points: tuple[float, ...] | None,
) -> Composition:
    b = compose(weights, rows, operator)
    if b.sum() == 0:
        raise BadData(
            f"{one.name} belongs to no grade: all memberships of its factors with weight are 0.",
            code="no-membership",
            about=[one.name],
        )
    share = b / b.sum()
    return Composition(
        name=one.name,
        level=level,
        factors=tuple(child.name for child in one.children),
        weights=weights,
        matrix=rows,
        operator=operator,
        grades=grades,
        membership=b,
        normalised=share,
        grade=grades[int(np.argmax(b))],
        score=None if points is None else float(share @ np.asarray(points)),
    )


def _from_synthesis(synthesis: Synthesis, name: str) -> Factor:
    if synthesis.alternatives:
        raise BadModel(
            f"{synthesis.goal} ranks alternatives; a fuzzy evaluation takes its weights from an index system, a hierarchy "
            "whose bottom criteria have no judgements.",
            code="has-alternatives",
            about=[synthesis.goal],
        )

    def under(parent: str) -> tuple[Factor, ...]:
        return tuple(Factor(one.name, one.local, under(one.name)) for one in synthesis.criteria if one.parent == parent)

    return Factor(name, 1.0, under(synthesis.goal))


def _check_tree(tree: Factor) -> None:
    names = [one.name for one in tree.walk()]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise BadModel(
            f"Two factors are called {listed(twice)}: give each a name of its own.", code="name-twice", about=twice
        )
    if not tree.children:
        raise BadModel(f"{tree.name} has no factors to evaluate.", code="no-factors", about=[tree.name])
    for one in tree.walk():
        bad = [child.name for child in one.children if not 0 <= child.weight < np.inf]
        if bad:
            raise BadData(f"The weight of {listed(bad)} is missing or negative.", code="bad-weight", about=bad)
        if one.children and sum(child.weight for child in one.children) == 0:
            raise BadData(f"All weights under {one.name} are zero.", code="bad-weight", about=[one.name])


def _operators(operator: str | Mapping[str, str], tree: Factor) -> Callable[[str], str]:
    if isinstance(operator, str):
        single = operator_name(operator)
        return lambda _: single
    composed = {one.name for one in tree.walk() if one.children}
    unknown = [key for key in operator if key and key not in composed]
    if unknown:
        raise BadModel(
            f"{listed(unknown)} is not composed of factors, so it takes no operator. Composed are: {listed(sorted(composed))}.",
            code="no-factor",
            about=unknown,
        )
    named = {key: operator_name(value) for key, value in operator.items()}
    return lambda factor: named.get(factor, named.get("", "M(·,+)"))


def _points(scores: Sequence[float] | None, grades: tuple[str, ...]) -> tuple[float, ...] | None:
    if scores is None:
        return None
    points = tuple(float(score) for score in scores)
    if len(points) != len(grades) or not np.isfinite(points).all():
        raise BadModel(
            f"There are {len(grades)} grades and {len(points)} scores: give each a number.", code="scores-count"
        )
    return points


def _unused(leaves: Sequence[str], relation: Membership) -> list[Caution]:
    unused = tuple(factor for factor in relation.factors if factor not in leaves)
    if not unused:
        return []
    return [Caution("unused", f"{listed(unused)} has memberships but no weight, and does not count.", unused)]


def _verdict(effectiveness: float) -> str:
    if effectiveness >= 1:
        return "very effective"
    if effectiveness >= 0.5:
        return "fairly effective"
    return "hardly effective" if effectiveness > 0 else "not effective"


def _principle_cautions(whole: Composition, effectiveness: float) -> list[Caution]:
    cautions = []
    b = whole.normalised
    tied = tuple(grade for grade, value in zip(whole.grades, b, strict=True) if b.max() - value < 1e-12)
    if len(tied) > 1:
        cautions.append(Caution("tie", f"{listed(tied)} have the same largest membership; the first was taken.", tied))
    if effectiveness < 0.5:
        cautions.append(
            Caution(
                "max-membership",
                f"Maximum membership says little here (effectiveness {number(effectiveness, 2)}, under 0.5): read the "
                "weighted score or the whole distribution.",
            )
        )
    return cautions

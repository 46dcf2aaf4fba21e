"""Hierarchies: criteria, subcriteria and alternatives, weighed together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.evaluation.ahp.consistency import consistency_ratio
from anxin.engines.measure.evaluation.ahp.group import aggregate_judgements
from anxin.engines.measure.evaluation.ahp.judgements import Judgements
from anxin.engines.measure.evaluation.ahp.panel import Panel
from anxin.engines.measure.evaluation.ahp.priorities import THRESHOLD, Method, Priorities, priorities
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

Mode = Literal["distributive", "ideal"]


@dataclass(frozen=True, eq=False)
class Criterion:
    """A goal, criterion or subcriterion.

    `judgements` compare its `children`, or the alternatives if it has none; they are what `Judgements.of` takes, or a
    `Panel`, whose judgements are then aggregated (`aggregate_judgements`; see `group_priorities` for each judge's
    part). `weights` {name: weight} stand in for judgements where weights are given by hand or measured. A child may be
    written as its bare name. A criterion with neither judgements nor children is an indicator: a hierarchy whose bottom
    is indicators weighs an index system and has no alternatives.
    """

    name: str
    judgements: Any = None
    children: Sequence[Criterion | str] = ()
    weights: Mapping[str, float] | None = None

    @property
    def parts(self) -> tuple[Criterion, ...]:
        """The children as criteria."""
        return tuple(Criterion(one) if isinstance(one, str) else one for one in self.children)

    def walk(self) -> Iterator[Criterion]:
        """This criterion and all below it, each before its children."""
        yield self
        for child in self.parts:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True, repr=False)
class Weighed(Result):
    """One criterion of a synthesis.

    `level` counts from 0 at the goal; `local` is its weight under `parent`, `overall` its weight under the goal.
    `compared` names what its judgements compare, with `shares`, their local weights; `priorities` is the working (None
    where weights were given, or nothing is compared). `scores` rates the alternatives under this criterion alone, (m,).
    """

    name: str
    parent: str | None
    level: int
    local: float
    overall: float
    compared: tuple[str, ...]
    shares: Floats
    priorities: Priorities | None
    scores: Floats

    def headline(self) -> str:
        return f"{self.name}: {number(self.overall)} of the whole"

    def table(self) -> Table:
        return Table.of(["compared", "share"], zip(self.compared, self.shares, strict=True), self.headline())


@dataclass(frozen=True, kw_only=True, repr=False)
class LevelConsistency(Result):
    """The consistency of one level: CR = sum of weight * CI / sum of weight * RI over the matrices made under it."""

    level: int
    ci: float
    ri: float
    cr: float

    def headline(self) -> str:
        return f"level {self.level}: CR {number(self.cr)}"

    def table(self) -> Table:
        return Table.of(["level", "CI", "RI", "CR"], [[self.level, self.ci, self.ri, self.cr]])


@dataclass(frozen=True, kw_only=True, repr=False)
class Synthesis(Result):
    """A weighed hierarchy.

    `criteria` are all criteria, each before its children, the goal first. `bottom` names those that rate alternatives
    (or are indicators), `bottom_weights` their weights under the goal, which sum to 1; `local_scores` is (bottom, m)
    and `contributions` the same times the weights. `scores` are the m alternatives' overall scores, which sum to 1
    (empty for an index system). `levels` and `cr` say how consistent each level and the whole hierarchy are.
    """

    goal: str
    method: str
    mode: str
    criteria: tuple[Weighed, ...]
    bottom: tuple[str, ...]
    bottom_weights: Floats
    alternatives: tuple[str, ...]
    local_scores: Floats
    contributions: Floats
    scores: Floats
    levels: tuple[LevelConsistency, ...]
    cr: float
    threshold: float
    cautions: tuple[Caution, ...] = ()

    @property
    def ranking(self) -> tuple[str, ...]:
        """The alternatives, or without alternatives the indicators, from the best; equals keep their order."""
        names, values = (self.alternatives, self.scores) if self.alternatives else (self.bottom, self.bottom_weights)
        return tuple(names[at] for at in np.argsort(-values, kind="stable"))

    def criterion(self, name: str) -> Weighed:
        """One criterion by name."""
        for one in self.criteria:
            if one.name == name:
                return one
        raise BadData(
            f"There is no criterion {name!r}. Criteria: {listed(one.name for one in self.criteria)}.",
            code="no-criterion",
            about=[name],
        )

    def headline(self) -> str:
        first = self.ranking[0]
        values = self.scores if self.alternatives else self.bottom_weights
        return f"{self.goal}: {first} {number(float(values.max()))} first; CR of the hierarchy {number(self.cr)}"

    def table(self) -> Table:
        """Every criterion with its weights and what it gives the alternatives; the last row is the result."""
        rows: list[list[str | float | None]] = []
        for one in self.criteria[1:]:
            name = "  " * (one.level - 1) + one.name
            rows.append([name, one.local, one.overall, *map(float, one.scores)])
        if self.alternatives:
            rows.append([self.goal, None, 1.0, *map(float, self.scores)])
        return Table.of(["criterion", "local", "overall", *self.alternatives], rows, self.headline())


def synthesise(
    goal: Criterion,
    *,
    method: Method = "eigenvector",
    ri_table: str = "saaty",
    mode: Mode = "distributive",
    threshold: float = THRESHOLD,
    seed: int = 0,
) -> Synthesis:
    """Weigh a hierarchy from the goal down and rank its alternatives.

    A criterion's overall weight is the product of the local weights on its path; an alternative's score is the sum over
    the bottom criteria of overall weight times local priority (Saaty 1980; 2008). `mode` "ideal" first divides local
    priorities by the best alternative's, which keeps the ranking when a copy of an alternative is added; the scores are
    then scaled to sum 1. Consistency of a level and of the hierarchy: sum of overall weight times CI over sum of
    overall weight times RI (Saaty 1980; 层次总排序一致性检验). `method`, `ri_table`, `threshold` and `seed` as in `priorities`.

    Raises BadModel for a name used twice, children or alternatives that are not those compared, or bottom criteria of
    which only some rate alternatives; BadData from the judgements, with the criterion named.
    """
    if mode not in get_args(Mode):
        raise BadModel(f"There is no mode {mode!r}. Modes: {listed(get_args(Mode))}.", code="no-mode", about=[mode])
    _check_names(goal)
    alternatives = _alternatives(goal)
    settings = {"method": method, "ri_table": ri_table, "threshold": threshold, "seed": seed}
    cautions: list[Caution] = []

    def weigh(one: Criterion, parent: str | None, level: int, local: float, overall: float) -> list[Weighed]:
        compared = tuple(child.name for child in one.parts) or (alternatives if _compares(one) else ())
        shares, working = _shares(one, compared, settings)
        if working is not None:
            cautions.extend(Caution(c.code, f"{one.name}: {c.text}", (one.name, *c.about)) for c in working.cautions)
        below = [
            weigh(child, one.name, level + 1, float(share), overall * float(share))
            for child, share in zip(one.parts, shares, strict=False)
        ]
        scores = np.zeros(len(alternatives))
        if below:
            scores = sum((float(s) * part[0].scores for s, part in zip(shares, below, strict=True)), scores)
        elif compared:
            scores = shares / shares.max() if mode == "ideal" else shares
        me = Weighed(
            name=one.name,
            parent=parent,
            level=level,
            local=local,
            overall=overall,
            compared=compared,
            shares=shares,
            priorities=working,
            scores=scores,
        )
        return [me, *(row for part in below for row in part)]

    criteria = weigh(goal, None, 0, 1.0, 1.0)
    with_children = {one.parent for one in criteria}
    bottom = [one for one in criteria if one.name not in with_children]
    weights = np.array([one.overall for one in bottom])
    local = np.array([one.scores for one in bottom])
    total = weights @ local
    levels = _levels(criteria)
    weighed_ci, weighed_ri = _weighed_indices(criteria)
    return Synthesis(
        goal=goal.name,
        method=method,
        mode=mode,
        criteria=tuple(criteria),
        bottom=tuple(one.name for one in bottom),
        bottom_weights=weights,
        alternatives=alternatives,
        local_scores=local,
        contributions=weights[:, None] * local,
        scores=total / total.sum() if alternatives else total,
        levels=levels,
        cr=consistency_ratio(weighed_ci, weighed_ri),
        threshold=threshold,
        cautions=(*cautions, *_level_cautions(levels, threshold)),
    )


def _compares(one: Criterion) -> bool:
    return one.judgements is not None or one.weights is not None


def _check_names(goal: Criterion) -> None:
    names = [one.name for one in goal.walk()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadModel(
            f"Two criteria are called {listed(twice)}: give each a name of its own.", code="name-twice", about=twice
        )
    for one in goal.walk():
        if one.children and len(one.children) > 1 and not _compares(one):
            raise BadModel(
                f"{one.name} has {len(one.children)} criteria below it but no judgements (or weights) that compare them.",
                code="no-judgements",
                about=[one.name],
            )


def _alternatives(goal: Criterion) -> tuple[str, ...]:
    """The alternatives that all bottom criteria compare, in the order of the first; none for an index system."""
    bottom = [one for one in goal.walk() if not one.children]
    rating = [one for one in bottom if _compares(one)]
    if not rating:
        return ()
    if len(rating) < len(bottom):
        lacking = [one.name for one in bottom if not _compares(one)]
        raise BadModel(
            f"{listed(lacking)} has no judgements of the alternatives, which other criteria have.",
            code="no-judgements",
            about=lacking,
        )
    first = _compared_names(rating[0])
    for one in rating[1:]:
        differing = sorted(set(_compared_names(one)) ^ set(first))
        if differing:
            raise BadModel(
                f"{rating[0].name} and {one.name} rate different alternatives; only one of them has {listed(differing)}.",
                code="other-alternatives",
                about=[one.name, *differing],
            )
    clash = sorted({one.name for one in goal.walk()} & set(first))
    if clash:
        raise BadModel(
            f"{listed(clash)} is both a criterion and an alternative: give each a name of its own.",
            code="name-twice",
            about=clash,
        )
    return first


def _compared_names(one: Criterion) -> tuple[str, ...]:
    if one.weights is not None:
        return tuple(str(name) for name in one.weights)
    return judgements_of(one).names


def judgements_of(one: Criterion) -> Judgements:
    """The matrix that compares what lies below a criterion; BadData names the criterion."""
    try:
        if isinstance(one.judgements, Panel):
            return aggregate_judgements(one.judgements)
        return Judgements.of(one.judgements)
    except BadData as error:
        raise BadData(f"{one.name}: {error}", code=error.code, about=[one.name, *error.about]) from None


def _shares(one: Criterion, compared: tuple[str, ...], settings: Mapping[str, Any]) -> tuple[Floats, Priorities | None]:
    """The local weights of what a criterion compares, in that order, and their working."""
    if not _compares(one):
        return np.ones(len(compared)), None
    if one.judgements is not None and one.weights is not None:
        raise BadModel(f"{one.name} has judgements and weights: give one of the two.", code="both", about=[one.name])
    names = _compared_names(one)
    if set(names) != set(compared):
        differing = sorted(set(names) ^ set(compared))
        raise BadModel(
            f"{one.name} compares {listed(names)}, but has {listed(compared)} below it; differing: {listed(differing)}.",
            code="other-criteria",
            about=[one.name, *differing],
        )
    if one.weights is not None:
        shares = np.array([float(one.weights[name]) for name in compared])
        if not (np.isfinite(shares).all() and (shares >= 0).all() and shares.sum() > 0):
            raise BadData(f"{one.name}: weights must be 0 or more, and not all 0.", code="bad-weight", about=[one.name])
        return shares / shares.sum(), None
    try:
        working = priorities(judgements_of(one).select(compared), **settings)
    except BadData as error:
        raise BadData(f"{one.name}: {error}", code=error.code, about=[one.name, *error.about]) from None
    return working.weights, working


def _weighed_indices(criteria: Sequence[Weighed]) -> tuple[float, float]:
    judged = [(one.overall, one.priorities) for one in criteria if one.priorities is not None]
    return sum(w * p.ci for w, p in judged), sum(w * p.ri for w, p in judged)


def _levels(criteria: Sequence[Weighed]) -> tuple[LevelConsistency, ...]:
    """One entry for each level whose criteria were compared by judgements (level 1: those right below the goal)."""
    found = []
    for level in sorted({one.level for one in criteria if one.priorities is not None}):
        ci, ri = _weighed_indices([one for one in criteria if one.level == level])
        found.append(LevelConsistency(level=level + 1, ci=ci, ri=ri, cr=consistency_ratio(ci, ri)))
    return tuple(found)


def _level_cautions(levels: Sequence[LevelConsistency], threshold: float) -> list[Caution]:
    return [
        Caution("inconsistent-level", f"Level {one.level} as a whole has CR {number(one.cr)}, over {threshold:g}.")
        for one in levels
        if one.cr > threshold
    ]

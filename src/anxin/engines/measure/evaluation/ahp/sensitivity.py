"""How far a weight or a judgement may move before the result changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.evaluation.ahp.hierarchy import Criterion, Synthesis, Weighed, judgements_of, synthesise
from anxin.engines.measure.evaluation.ahp.judgements import SAATY_SCALE, Judgements
from anxin.engines.measure.evaluation.ahp.priorities import Method, priorities
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

_TIE = 1e-12


@dataclass(frozen=True, kw_only=True, repr=False)
class WeightRange(Result):
    """How far one criterion's local weight may move, its siblings' shrinking or growing in proportion.

    The best alternative stays the same while the weight is between `low` and `high` (0 and 1: whatever it is).
    `critical` is the nearer end at which another takes its place, `becomes`, and `change` = critical - weight,
    `relative` the same as a share of the weight; None if no weight from 0 to 1 changes the best. `scores` is (steps,
    m): the alternatives' scores over `WeightSensitivity.grid`.
    """

    criterion: str
    weight: float
    low: float
    high: float
    critical: float | None
    change: float | None
    relative: float | None
    becomes: str | None
    scores: Floats

    def headline(self) -> str:
        if self.critical is None:
            return f"{self.criterion}: no weight changes the best"
        return f"{self.criterion}: at {number(self.critical)} instead of {number(self.weight)}, {self.becomes} is best"

    def table(self) -> Table:
        return Table.of(_COLUMNS, [_row(self)])


@dataclass(frozen=True, kw_only=True, repr=False)
class WeightSensitivity(Result):
    """For every criterion with siblings, how far its weight may move; `grid` has the curves' weights, from 0 to 1."""

    best: str
    alternatives: tuple[str, ...]
    ranges: tuple[WeightRange, ...]
    grid: Floats
    cautions: tuple[Caution, ...] = ()

    @property
    def critical(self) -> WeightRange | None:
        """The criterion whose weight needs the smallest change to change the best; None if none can."""
        changing = [one for one in self.ranges if one.change is not None]
        return min(changing, key=lambda one: abs(one.change or 0.0)) if changing else None

    def headline(self) -> str:
        if self.critical is None:
            return f"{self.best} stays best whatever a single weight is"
        return f"{self.best} is best; most sensitive: {self.critical.headline()}"

    def table(self) -> Table:
        return Table.of(_COLUMNS, [_row(one) for one in self.ranges], self.headline())


_COLUMNS = ("criterion", "weight", "low", "high", "critical", "change", "relative", "then best")


def _row(one: WeightRange) -> list[str | float | None]:
    return [one.criterion, one.weight, one.low, one.high, one.critical, one.change, one.relative, one.becomes]


def weight_sensitivity(synthesis: Synthesis, *, steps: int = 21) -> WeightSensitivity:
    """How much each criterion's weight must change, alone, before another alternative is best.

    A criterion's local weight t runs from 0 to 1 and its siblings keep their proportions, so that every score is linear
    in t and the crossings are exact: s(t) = rest + P (t s_c + (1 - t) s_siblings), P the parent's overall weight (the
    "smallest change" of Triantaphyllou & Sánchez 1997, Decision Sciences 28, with the other weights rescaled). Works
    for criteria on every level; those without siblings have nothing to vary and are left out.

    Raises BadModel if the hierarchy has fewer than two alternatives.
    """
    if len(synthesis.alternatives) < 2:
        raise BadModel(
            "Sensitivity asks which alternative is best: the hierarchy needs at least two alternatives.",
            code="no-alternatives",
        )
    total = np.sum(synthesis.bottom_weights @ synthesis.local_scores)
    scores = synthesis.criteria[0].scores
    best = int(np.argmax(scores))
    grid = np.linspace(0.0, 1.0, steps)
    by_name = {one.name: one for one in synthesis.criteria}
    ranges = []
    for one in synthesis.criteria[1:]:
        assert one.parent is not None
        parent = by_name[one.parent]
        if len(parent.compared) > 1 and one.local < 1 - _TIE:
            ranges.append(_range(one, parent, scores, best, synthesis.alternatives, grid))
    cautions = []
    if np.sum(scores > scores[best] - _TIE * total) > 1:
        tied = [synthesis.alternatives[at] for at in np.flatnonzero(scores > scores[best] - _TIE * total)]
        cautions.append(
            Caution("tie", f"{listed(tied)} are equally good: any change of a weight decides.", tuple(tied))
        )
    return WeightSensitivity(
        best=synthesis.alternatives[best],
        alternatives=synthesis.alternatives,
        ranges=tuple(ranges),
        grid=grid,
        cautions=tuple(cautions),
    )


def _range(
    one: Weighed, parent: Weighed, scores: Floats, best: int, alternatives: tuple[str, ...], grid: Floats
) -> WeightRange:
    siblings = (parent.scores - one.local * one.scores) / (1 - one.local)
    slope = parent.overall * (one.scores - siblings)
    start = scores - one.local * slope  # the scores at t = 0
    low, high, under, over = 0.0, 1.0, None, None
    for rival in range(len(alternatives)):
        tilt = slope[best] - slope[rival]
        if rival == best or abs(tilt) < _TIE:
            continue
        # The lead of the best is lead0 + tilt * t: it is lost where that falls to 0.
        crossing = float((start[rival] - start[best]) / tilt)
        if tilt > 0 and low < crossing <= one.local + _TIE:
            low, under = min(crossing, one.local), alternatives[rival]
        elif tilt < 0 and one.local - _TIE <= crossing < high:
            high, over = max(crossing, one.local), alternatives[rival]
    ends = [(end, name) for end, name in ((low, under), (high, over)) if name is not None]
    critical, becomes = min(ends, key=lambda end: abs(end[0] - one.local)) if ends else (None, None)
    change = None if critical is None else critical - one.local
    curve = start + grid[:, None] * slope
    return WeightRange(
        criterion=one.name,
        weight=one.local,
        low=low,
        high=high,
        critical=critical,
        change=change,
        relative=None if change is None or one.local == 0 else change / one.local,
        becomes=becomes,
        scores=curve / curve.sum(axis=1, keepdims=True),
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class JudgementSensitivity(Result):
    """What follows when one judgement takes every value of a scale and all others stay.

    Row v of `weights` (v, n), `cr` (v,) and entry v of `best` belong to `values[v]`; `names` are the criteria compared,
    or the alternatives when a hierarchy was given. `low` and `high` are the nearest values of the scale, under and over
    the judgement, at which another is best (None: none does), `becomes_low` and `becomes_high` what is best there.
    """

    first: str
    second: str
    judged: float | None
    names: tuple[str, ...]
    values: Floats
    weights: Floats
    cr: Floats
    best: tuple[str, ...]
    best_now: str | None
    low: float | None
    becomes_low: str | None
    high: float | None
    becomes_high: str | None
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        pair = f"{self.first} against {self.second}"
        ends = [
            f"{name} is best at {number(end)}"
            for end, name in ((self.low, self.becomes_low), (self.high, self.becomes_high))
            if end is not None
        ]
        if self.best_now is None:
            return f"{pair}: not judged; {' or '.join(dict.fromkeys(self.best))} would be best"
        return (
            f"{pair}: {self.best_now} is best at {number(self.judged)}; {' and '.join(ends) or 'no value changes that'}"
        )

    def table(self) -> Table:
        rows = [
            [float(value), float(cr), best, *map(float, row)]
            for value, cr, best, row in zip(self.values, self.cr, self.best, self.weights, strict=True)
        ]
        return Table.of(["judgement", "CR", "best", *self.names], rows, self.headline())


def judgement_sensitivity(
    source: Any,
    first: str,
    second: str,
    *,
    values: Sequence[float] = SAATY_SCALE,
    method: Method = "eigenvector",
    ri_table: str = "saaty",
    seed: int = 0,
) -> JudgementSensitivity:
    """How weights, ranking and CR change while the judgement of `first` against `second` runs over `values`.

    `source` is what `Judgements.of` takes: then the criteria are ranked. Or a `Criterion` hierarchy: then the judgement
    is that of the one criterion that compares the two, and the alternatives are ranked (indicators, if there are none);
    alternatives are compared under several criteria, so for those give the criterion's own judgements.

    One-way sensitivity by direct computation; weights as in `priorities`, hierarchies as in `synthesise`. Raises
    BadData for an unknown criterion, BadModel if no criterion of the hierarchy compares the two, or more than one does.
    """
    scale = np.sort(np.asarray(values, np.float64))
    if scale.size == 0 or not (np.isfinite(scale).all() and (scale > 0).all()):
        raise BadData("Values of a judgement are above 0.", code="not-positive")
    at = _comparing(source, first, second) if isinstance(source, Criterion) else None
    base = Judgements.of(source) if at is None else judgements_of(at)
    now = float(base.matrix[base.place(first), base.place(second)])
    judged = None if np.isnan(now) else now

    def outcome(value: float | None) -> tuple[tuple[str, ...], Floats, float, tuple[str, ...]]:
        changed = base if value is None else base.with_judgement(first, second, value)
        if at is None:
            weighed = priorities(changed, method=method, ri_table=ri_table, seed=seed)
            return weighed.names, weighed.weights, weighed.cr, weighed.ranking
        whole = synthesise(_replaced(source, at.name, changed), method=method, ri_table=ri_table, seed=seed)
        working = whole.criterion(at.name).priorities
        assert working is not None
        names, ranked = (
            (whole.alternatives, whole.scores) if whole.alternatives else (whole.bottom, whole.bottom_weights)
        )
        return names, ranked, working.cr, whole.ranking

    outcomes = [outcome(float(value)) for value in scale]
    best = tuple(ranking[0] for *_, ranking in outcomes)
    best_now = None if judged is None else outcome(None)[3][0]
    low = high = None
    if judged is not None:
        other = np.array([name != best_now for name in best])
        below, above = scale[other & (scale < judged)], scale[other & (scale > judged)]
        low = float(below[-1]) if below.size else None
        high = float(above[0]) if above.size else None
    becomes = {float(value): name for value, name in zip(scale, best, strict=True)}
    return JudgementSensitivity(
        first=first,
        second=second,
        judged=judged,
        names=outcomes[0][0],
        values=scale,
        weights=np.stack([weights for _, weights, _, _ in outcomes]),
        cr=np.array([cr for _, _, cr, _ in outcomes]),
        best=best,
        best_now=best_now,
        low=low,
        becomes_low=None if low is None else becomes[low],
        high=high,
        becomes_high=None if high is None else becomes[high],
    )


def _comparing(goal: Criterion, first: str, second: str) -> Criterion:
    found = [
        one for one in goal.walk() if one.judgements is not None and {first, second} <= set(judgements_of(one).names)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadModel(
            f"No criterion compares {first} with {second} by judgements.", code="not-compared", about=[first, second]
        )
    raise BadModel(
        f"{first} and {second} are compared under {listed(one.name for one in found)}: give the judgements of one "
        "of them.",
        code="compared-twice",
        about=[first, second],
    )


def _replaced(goal: Criterion, name: str, judgements: Judgements) -> Criterion:
    if goal.name == name:
        return replace(goal, judgements=judgements)
    return replace(goal, children=tuple(_replaced(child, name, judgements) for child in goal.parts))

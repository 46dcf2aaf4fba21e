"""The importance–performance map: what matters, how well it is done, and what to do first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.drivers.observations import observations
from anxin.engines.measure.drivers.relative import betas_of, johnson
from anxin.engines.measure.drivers.resampling import (
    Products,
    check_bootstrap,
    correlations_of,
    counts_of_resamples,
)
from anxin.engines.measure.drivers.shapley import EXACT_UP_TO, shapley_values
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment, adjusted
from anxin.engines.measure.options import one_of
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number
from anxin.engines.measure.variables import Dimensions, column_of, variables

Derivation = Literal["relative-weights", "shapley", "beta", "correlation"]
SplitBy = Literal["mean", "median", "scale"]
FEW = 30
SURE = 0.8  # share of resamples below which an item's quadrant is called uncertain

_DERIVED: dict[str, Callable[[Floats], Floats]] = {
    "relative-weights": johnson,
    "shapley": shapley_values,
    "beta": betas_of,
    "correlation": lambda correlations: correlations[:, :-1, -1],
}


class Quadrant(StrEnum):
    """Martilla & James's four quadrants."""

    CONCENTRATE = "concentrate here"
    KEEP_UP = "keep up the good work"
    LOW_PRIORITY = "low priority"
    OVERKILL = "possible overkill"


QUADRANTS = tuple(Quadrant)


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One item on the map.

    `probabilities`: share of resamples in which it lies in each of QUADRANTS, the lines drawn anew each time; `probability`
    is its own quadrant's. `gap`: importance less performance, in points if both are on one scale, otherwise in standard
    deviations between items; `p` whether it is 0, `p_adjusted` over all items. `potential`: what the index of all items, 0 to
    1 and weighted by importance, would gain if this item got full marks. `rank`: 1 for what to do first.
    """

    item: str
    importance: float
    importance_interval: Interval
    performance: float
    performance_interval: Interval
    quadrant: Quadrant
    probability: float
    probabilities: tuple[float, ...]
    gap: float
    gap_interval: Interval
    p: float
    p_adjusted: float
    potential: float
    potential_interval: Interval
    rank: int


@dataclass(frozen=True, kw_only=True, repr=False)
class ImportancePerformance(Result):
    """The map: points in the order of the items, and the two lines that part it.

    `importance_from` is "stated", "given" (fixed numbers) or the name of the derivation; `index` is the importance-weighted
    performance from 0 to 1.
    """

    points: tuple[MapPoint, ...]
    importance_from: str
    importance_line: float
    performance_line: float
    scale: tuple[float, float]
    index: float
    n: int
    resamples: int
    adjust: Adjustment
    cautions: tuple[Caution, ...] = ()

    def __getitem__(self, item: str) -> MapPoint:
        for point in self.points:
            if point.item == item:
                return point
        names = [point.item for point in self.points]
        raise BadData(f"There is no item {item!r}. Items: {listed(names)}.", code="no-item", about=[item])

    @property
    def first(self) -> tuple[MapPoint, ...]:
        """The points in the order of what to do first."""
        return tuple(sorted(self.points, key=lambda point: point.rank))

    def headline(self) -> str:
        here = [point.item for point in self.first if point.quadrant is Quadrant.CONCENTRATE]
        do = f"concentrate on {listed(here)}" if here else "nothing lies in 'concentrate here'"
        return f"{len(self.points)} items, importance {self.importance_from}: {do}; first by gap {self.first[0].item}"

    def table(self) -> Table:
        """What to do first, first."""
        columns = ("rank", "item", "importance", "low", "high", "performance", "low ", "high ", "quadrant", "sure")
        rows = [
            (
                *(point.rank, point.item, point.importance),
                *(point.importance_interval.low, point.importance_interval.high, point.performance),
                *(point.performance_interval.low, point.performance_interval.high, point.quadrant.value),
                *(point.probability, point.gap, point.p_adjusted, point.potential),
            )
            for point in self.first
        ]
        title = (
            f"Importance ({self.importance_from}, line {number(self.importance_line)}) and performance "
            f"(line {number(self.performance_line)}), n = {self.n}"
        )
        return Table.of((*columns, "gap", "p adjusted", "potential"), rows, title=title)


def importance_performance(
    source: Any,
    *,
    scale: tuple[float, float],
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    outcome: str | None = None,
    importance: Mapping[str, str] | Mapping[str, float] | None = None,
    derive: Derivation = "relative-weights",
    split: SplitBy = "mean",
    lines: tuple[float, float] | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    adjust: Adjustment = "holm",
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> ImportancePerformance:
    """Importance–performance analysis (Martilla & James 1977) with what the sample leaves open.

    Performance is an item's (or dimension's) mean on `scale` (its lowest and highest answer). Importance is one of:
    derived from an `outcome` by `derive` ("relative-weights" and "shapley": parts of R²; "beta": standardised coefficients;
    "correlation"), from respondents who answered everything; stated, `importance` naming for each item the column in which
    the same respondents rated its importance on the same scale; or given, `importance` holding a number for each item.

    The map is parted at the items' "mean" or "median" on each axis or, `split="scale"`, at the middle of the scale (importance
    that is not on it at the items' mean), or at `lines` = (importance, performance). A point on a line counts as high.

    Rows are resampled `resamples` times (seeded); intervals are percentile, a quadrant's probability is its share of resamples,
    with mean and median lines drawn anew in each. The gap is importance less performance: in points where importance is
    stated (Slack 1994; Bacon 2003: distance from the diagonal), otherwise of both axes standardised over the items; its p is
    2 min(share <= 0, share >= 0) of resamples with one added to both counts (Davison & Hinkley 1997), adjusted over the items.
    "What to do first" ranks gaps above 0 with p_adjusted below 1 - level first, then the others, each by size.
    `potential` = share of importance (below 0 counted as 0) times (highest - mean) / (highest - lowest).

    Raises BadData for an unknown item, no answers, an answer off the scale, and as `relative_weights` where importance is derived;
    BadModel for fewer than two items, no or two sources of importance, an item without importance, unknown options.
    """
    _check(scale, outcome, importance, derive, split, adjust)
    check_bootstrap(resamples, "percentile", level, seed)
    if resamples == 0:
        raise BadModel("The map's tests need resamples: give at least 100.", code="bad-option", about=["resamples"])
    also = [outcome] if outcome is not None else _stated(importance)
    answers = variables(source, items=items, dimensions=dimensions, also=also, weights=weights, missing=missing)
    names = [name for name in answers.items if name not in also]
    if len(names) < 2:
        raise BadModel("A map takes at least two items.", code="few-items", about=names)
    performance = np.column_stack([answers.column(name) for name in names])
    _check_on_scale(performance, names, scale)
    matter = _importance(answers, names, outcome, importance, derive)
    if matter.rated is not None:
        _check_on_scale(matter.rated, matter.columns, scale)
    places = _Places(scale, split, lines, stated=matter.rated is not None)

    mean = _Mean(performance, answers.weights)
    ones = np.ones((1, answers.n))
    point = places.of(matter.of(ones), mean.of(ones))
    blocks = [
        places.of(matter.of(counts), mean.of(counts)) for counts in counts_of_resamples(answers.n, resamples, seed)
    ]
    replicates = _Located(*(np.concatenate(parts) for parts in zip(*(block.parts for block in blocks), strict=True)))
    fine = np.isfinite(replicates.importance).all(axis=1) & np.isfinite(replicates.performance).all(axis=1)
    failed = int((~fine).sum())
    if failed > resamples / 2:
        raise BadData(
            f"{failed} of {resamples} resamples lacked answers to an item: too few answers for a map.",
            code="resamples-failed",
        )
    replicates = _Located(*(part[fine] for part in replicates.parts))
    cautions = [*matter.cautions, *_cautions(answers, names, performance, failed, resamples, level)]
    points = _points(names, point, replicates, level=level, adjust=adjust)
    unsure = [one.item for one in points if one.probability < SURE]
    if unsure:
        text = (
            f"{listed(unsure)}: lies in its quadrant in fewer than {SURE:.0%} of resamples; a new sample may move it."
        )
        cautions.append(Caution("uncertain-quadrant", text, tuple(unsure)))
    shares = _shares(point.importance)[0]
    low, high = scale
    return ImportancePerformance(
        points=points,
        importance_from=matter.name,
        importance_line=float(point.lines[0, 0]),
        performance_line=float(point.lines[0, 1]),
        scale=(float(low), float(high)),
        index=float(shares @ (point.performance[0] - low) / (high - low)),
        n=answers.n,
        resamples=resamples - failed,
        adjust=adjust,
        cautions=tuple(cautions),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Located:
    """b placings of p items: importance, performance, gap, potential and quadrant (b, p), and the two lines (b, 2)."""

    importance: Floats
    performance: Floats
    gap: Floats
    potential: Floats
    quadrant: NDArray[np.intp]
    lines: Floats

    @property
    def parts(self) -> tuple[NDArray[Any], ...]:
        return self.importance, self.performance, self.gap, self.potential, self.quadrant, self.lines


@dataclass(frozen=True, slots=True)
class _Places:
    """From importance and performance to places on the map."""

    scale: tuple[float, float]
    split: SplitBy
    lines: tuple[float, float] | None
    stated: bool

    def of(self, importance: Floats, performance: Floats) -> _Located:
        lines = np.column_stack([self._line(importance, self.stated, 0), self._line(performance, True, 1)])
        high = (importance >= lines[:, :1]).astype(np.intp), (performance >= lines[:, 1:]).astype(np.intp)
        # QUADRANTS' order: important and badly done, important and well done, neither, well done and unimportant.
        quadrant = np.where(high[0] == 1, high[1], 2 + high[1])
        gap = importance - performance if self.stated else _standard(importance) - _standard(performance)
        low, top = self.scale
        potential = _shares(importance) * (top - performance) / (top - low)
        return _Located(importance, performance, gap, potential, quadrant, lines)

    def _line(self, values: Floats, on_scale: bool, axis: int) -> Floats:
        if self.lines is not None:
            return np.full(len(values), float(self.lines[axis]))
        if self.split == "median":
            return np.asarray(np.median(values, axis=1))
        if self.split == "scale" and on_scale:
            return np.full(len(values), (self.scale[0] + self.scale[1]) / 2)
        return np.asarray(values.mean(axis=1))


class _Mean:
    """Means of (n, p) ratings, gaps and weights taken in, for any counts of rows."""

    def __init__(self, ratings: Floats, weights: Floats | None) -> None:
        given = ~np.isnan(ratings)
        weight = np.ones(len(ratings)) if weights is None else weights
        self.sums = np.where(given, ratings, 0.0) * weight[:, None]
        self.sizes = given * weight[:, None]

    def of(self, counts: Floats) -> Floats:
        sizes = counts @ self.sizes
        return np.asarray(counts @ self.sums / np.where(sizes > 0, sizes, np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class _Importance:
    name: str
    of: Callable[[Floats], Floats]  # counts (b, n) to importances (b, p)
    rated: Floats | None = None
    columns: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()


def _importance(
    answers: Answers,
    names: list[str],
    outcome: str | None,
    importance: Mapping[str, Any] | None,
    derive: Derivation,
) -> _Importance:
    if importance is not None:
        without = [name for name in names if name not in importance]
        if without:
            raise BadModel(
                f"{listed(without)}: no importance is given. Name a column or a number for each item.",
                code="no-importance",
                about=without,
            )
        if _stated(importance):
            columns = tuple(importance[name] for name in names)
            rated = np.column_stack([column_of(answers, column) for column in columns])
            return _Importance("stated", _Mean(rated, answers.weights).of, rated, columns)
        fixed = np.array([float(importance[name]) for name in names])
        if not np.isfinite(fixed).all():
            raise BadModel("An importance is not a number.", code="no-importance", about=["importance"])
        return _Importance("given", lambda counts: np.tile(fixed, (len(counts), 1)))
    assert outcome is not None
    if derive == "shapley" and len(names) > EXACT_UP_TO:
        raise BadModel(
            f"Shapley values of {len(names)} items in every resample take too long (at most {EXACT_UP_TO}). Take dimensions, or "
            "derive='relative-weights'.",
            code="too-many-drivers",
            about=["derive"],
        )
    seen = observations(answers, outcome, items=names, dimensions=None, weights=None, missing=())
    complete = np.flatnonzero(np.all(answers.answered, axis=1))
    data = np.zeros((answers.n, len(names) + 1))
    data[complete] = seen.data
    weights = np.zeros(answers.n)
    weights[complete] = 1.0 if seen.weights is None else seen.weights
    products = Products(data, weights)
    figure = _DERIVED[derive]
    return _Importance(
        derive, lambda counts: figure(correlations_of(products.covariances(counts))), cautions=seen.cautions
    )


def _stated(importance: Mapping[str, Any] | None) -> list[str]:
    """The columns that hold stated importance; none if it is given as numbers."""
    values = list((importance or {}).values())
    texts = [value for value in values if isinstance(value, str)]
    if texts and len(texts) < len(values):
        raise BadModel(
            "Importance is either a column's name for every item or a number for every item.",
            code="no-importance",
            about=["importance"],
        )
    return list(dict.fromkeys(texts))


def _check(
    scale: Sequence[float],
    outcome: str | None,
    importance: Mapping[str, Any] | None,
    derive: str,
    split: str,
    adjust: str,
) -> None:
    one_of(derive, _DERIVED, "derive")
    one_of(split, ("mean", "median", "scale"), "split")
    one_of(adjust, ADJUSTMENTS, "adjust")
    if len(scale) != 2 or not scale[0] < scale[1]:
        raise BadModel(
            f"scale={scale!r} will not do: give the lowest and the highest answer, such as (1, 5).",
            code="bad-option",
            about=["scale"],
        )
    if (outcome is None) == (importance is None):
        raise BadModel(
            "Say where importance comes from: outcome='…' derives it, importance={…} names a column or a number for each item. "
            "One of the two.",
            code="no-importance",
            about=["outcome", "importance"],
        )


def _check_on_scale(ratings: Floats, names: Sequence[str], scale: tuple[float, float]) -> None:
    empty = [name for name, column in zip(names, ratings.T, strict=True) if np.isnan(column).all()]
    if empty:
        raise BadData(f"{listed(empty)}: no answers at all. Leave these out.", code="all-missing", about=empty)
    off = [
        name
        for name, column in zip(names, ratings.T, strict=True)
        if np.nanmin(column) < scale[0] or np.nanmax(column) > scale[1]
    ]
    if off:
        raise BadData(
            f"{listed(off)}: answers lie outside the scale {scale[0]} to {scale[1]}. Correct them, name their codes as "
            "missing=[…], or give the right scale.",
            code="out-of-range",
            about=off,
        )


def _standard(values: Floats) -> Floats:
    """Each row to mean 0 and standard deviation 1; 0 where a row has no spread."""
    spread = values.std(axis=1, keepdims=True)
    return np.asarray((values - values.mean(axis=1, keepdims=True)) / np.where(spread > 1e-12, spread, np.inf))


def _shares(importance: Floats) -> Floats:
    """Importances as shares of their sum, below 0 counted as 0."""
    kept = np.maximum(importance, 0.0)
    total = kept.sum(axis=1, keepdims=True)
    return np.asarray(kept / np.where(total > 0, total, np.inf))


def _points(
    names: list[str], point: _Located, replicates: _Located, *, level: float, adjust: Adjustment
) -> tuple[MapPoint, ...]:
    count = len(replicates.gap)
    tails = [(1 - level) / 2, (1 + level) / 2]

    def intervals(values: Floats) -> list[Interval]:
        ends = np.quantile(values, tails, axis=0)
        return [Interval(float(low), float(high), level, "percentile") for low, high in ends.T]

    sides = np.minimum((replicates.gap <= 0).sum(axis=0), (replicates.gap >= 0).sum(axis=0))
    p = np.minimum(2 * (sides + 1) / (count + 1), 1.0)
    together = adjusted(p, method=adjust)
    gap = point.gap[0]
    pressing = (gap > 0) & (together < 1 - level)
    order = np.lexsort((-gap, ~pressing))
    rank = np.empty(len(names), np.intp)
    rank[order] = np.arange(1, len(names) + 1)
    shares = np.stack([(replicates.quadrant == code).mean(axis=0) for code in range(len(QUADRANTS))], axis=1)
    axes = [
        intervals(one) for one in (replicates.importance, replicates.performance, replicates.gap, replicates.potential)
    ]
    return tuple(
        MapPoint(
            item=name,
            importance=float(point.importance[0, place]),
            importance_interval=axes[0][place],
            performance=float(point.performance[0, place]),
            performance_interval=axes[1][place],
            quadrant=QUADRANTS[point.quadrant[0, place]],
            probability=float(shares[place, point.quadrant[0, place]]),
            probabilities=tuple(float(share) for share in shares[place]),
            gap=float(gap[place]),
            gap_interval=axes[2][place],
            p=float(p[place]),
            p_adjusted=float(together[place]),
            potential=float(point.potential[0, place]),
            potential_interval=axes[3][place],
            rank=int(rank[place]),
        )
        for place, name in enumerate(names)
    )


def _cautions(
    answers: Answers, names: list[str], performance: Floats, failed: int, resamples: int, level: float
) -> list[Caution]:
    cautions = []
    gaps = int(np.isnan(performance).sum())
    if gaps:
        text = f"{gaps} ratings are missing; each item's mean is of those who answered it."
        cautions.append(Caution("missing-pairwise", text))
    if answers.n < FEW:
        cautions.append(
            Caution("few-answers", f"Only {answers.n} respondents: the map may look different with others.")
        )
    if 2 * len(names) / (resamples + 1) > 1 - level:
        text = (
            f"{resamples} resamples are too few for adjusted p values of {len(names)} items to reach {1 - level:.2g}."
        )
        cautions.append(Caution("few-resamples", text))
    if failed:
        text = f"{failed} of {resamples} resamples lacked answers to an item and were left out."
        cautions.append(Caution("resamples-failed", text))
    return cautions

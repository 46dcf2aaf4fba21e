"""Means of items, dimensions and the whole, with intervals; weighted or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.instruments import Instrument
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table

FEW = 30


@dataclass(frozen=True, slots=True)
class Score:
    """A mean on the scale and its interval, of `kind` "item", "dimension" or "overall", in a group ('' for everybody).

    `n` respondents have it (`effective_n` after weighting, Kish). `percent` is 100 (mean - low) / (high - low).
    """

    name: str
    kind: str
    group: str
    n: int
    effective_n: float
    mean: float
    sd: float
    se: float
    interval: Interval
    percent: float


@dataclass(frozen=True, kw_only=True, repr=False)
class Scores(Result):
    """Scores of every item, dimension and the whole, everybody together and group by group.

    `dimension_weights` are those of the whole (None: every item counts alike).
    """

    scale: tuple[float, float]
    dimensions: dict[str, tuple[str, ...]]
    scores: tuple[Score, ...]
    dimension_weights: dict[str, float] | None
    level: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        whole = self.get("overall")
        return f"overall {whole.mean:.2f} ({whole.interval.low:.2f} to {whole.interval.high:.2f}), {whole.percent:.1f} of 100"

    def table(self) -> Table:
        rows = [
            [one.kind, one.name, one.group, one.n, one.mean, one.sd, one.interval.low, one.interval.high, one.percent]
            for one in self.scores
        ]
        head = ["kind", "name", "group", "n", "mean", "sd", "low", "high", "of 100"]
        if not any(one.group for one in self.scores):
            head.remove("group")
            rows = [[*row[:2], *row[3:]] for row in rows]
        return Table.of(head, rows, f"Scores from {self.scale[0]:g} to {self.scale[1]:g}")

    def get(self, name: str, group: str = "") -> Score:
        """One score: an item's code, a dimension's name or "overall"."""
        for one in self.scores:
            if one.name == name and one.group == group:
                return one
        raise BadModel(f"There is no score {name!r}{f' of {group!r}' if group else ''}.", code="no-item", about=[name])

    def of(self, kind: str, group: str = "") -> tuple[Score, ...]:
        """All scores of a kind in one group."""
        return tuple(one for one in self.scores if one.kind == kind and one.group == group)


def scores(
    source: Any,
    *,
    instrument: Instrument | None = None,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    scale: tuple[float, float] | None = None,
    reversed_items: Sequence[str] = (),
    dimension_weights: Mapping[str, float] | None = None,
    least_answered: float = 0.5,
    level: float = 0.95,
) -> Scores:
    """Score answers by an instrument, or by dimensions named as {dimension: items} on a scale (low, high).

    Reversed items are turned round first. A respondent's dimension is the mean of the items they answered, if that is at least
    `least_answered` of them; their whole is the mean of all items, or with `dimension_weights` the weighted mean of the
    dimensions they have (weights are scaled to 1 over those). Intervals are t intervals of means; with survey weights w the
    variance is linearised, n/(n-1) Σ w²(x - m)² / (Σw)², and the degrees of freedom are n - 1. SERVPERF's index (Cronin &
    Taylor 1992) is the whole of the perception items.

    Raises BadModel without an instrument or dimensions, BadData for items that the answers lack or that nobody answered.
    """
    if instrument is not None:
        chosen = instrument if dimensions is None else instrument.only(_all_items(dimensions))
        answers = chosen.answers(source)
        parts = {one.code: tuple(item.code for item in chosen.items_of(one.code)) for one in chosen.dimensions}
        ends = scale or (float(chosen.scale.low), float(chosen.scale.high))
        turned = [*chosen.reversed_codes]
    elif dimensions is not None:
        if scale is None:
            raise BadModel("Say from where to where the scale goes: scale=(1, 5).", code="no-scale", about=["scale"])
        parts = {name: tuple(items) for name, items in dimensions.items()}
        answers = Answers.of(source).select(_all_items(dimensions))
        ends = scale
        turned = list(reversed_items)
    else:
        raise BadModel("Scores need an instrument, or dimensions with their items.", code="no-dimensions")
    if not ends[0] < ends[1]:
        raise BadModel(f"scale={ends!r}: the lowest answer comes first.", code="bad-option", about=["scale"])
    weighting = _dimension_weights(dimension_weights, parts)
    values = answers.reversed(turned, low=ends[0], high=ends[1]).values
    _refuse_empty(answers, values)
    at = {item: place for place, item in enumerate(answers.items)}
    persons = {
        name: _person_means(values[:, [at[item] for item in items]], least_answered) for name, items in parts.items()
    }
    if weighting is None:
        whole = _person_means(values, least_answered)
    else:
        whole = _weighted_whole(
            np.column_stack(list(persons.values())), np.array(list(weighting.values())), least_answered
        )
    named: list[tuple[str, str, Floats]] = [(item, "item", values[:, place]) for item, place in at.items()]
    named += [(name, "dimension", column) for name, column in persons.items()]
    named.append(("overall", "overall", whole))
    found = [_score(name, kind, "", column, answers.weights, ends, level) for name, kind, column in named]
    if answers.group is not None:
        for code, group in enumerate(answers.group_names):
            rows = answers.group == code
            weights = None if answers.weights is None else answers.weights[rows]
            found += [_score(name, kind, group, column[rows], weights, ends, level) for name, kind, column in named]
    return Scores(
        scale=ends,
        dimensions=parts,
        scores=tuple(found),
        dimension_weights=weighting,
        level=level,
        cautions=tuple(_cautions(found)),
    )


def mean_interval(
    values: Floats, weights: Floats | None, level: float
) -> tuple[int, float, float, float, float, Interval]:
    """n, effective n, mean, standard deviation, standard error and interval of the values given (NaN left out)."""
    given = ~np.isnan(values)
    x = values[given]
    n = len(x)
    if n == 0:
        return 0, 0.0, np.nan, np.nan, np.nan, Interval(np.nan, np.nan, level)
    w = np.ones(n) if weights is None else np.asarray(weights[given], np.float64)
    total = float(w.sum())
    if total <= 0:
        return 0, 0.0, np.nan, np.nan, np.nan, Interval(np.nan, np.nan, level)
    mean = float(w @ x / total)
    if n < 2:
        return n, 1.0, mean, np.nan, np.nan, Interval(np.nan, np.nan, level)
    off = x - mean
    variance = float(w @ off**2 / total) * n / (n - 1)
    se = float(np.sqrt(n / (n - 1) * (w**2 @ off**2))) / total
    reach = float(stdtrit(n - 1, 0.5 + level / 2)) * se
    return (
        n,
        total**2 / float(w @ w),
        mean,
        float(np.sqrt(variance)),
        se,
        Interval(mean - reach, mean + reach, level, "t"),
    )


def _score(
    name: str, kind: str, group: str, values: Floats, weights: Floats | None, ends: tuple[float, float], level: float
) -> Score:
    n, effective, mean, sd, se, interval = mean_interval(values, weights, level)
    percent = 100 * (mean - ends[0]) / (ends[1] - ends[0])
    return Score(name, kind, group, n, effective, mean, sd, se, interval, percent)


def _person_means(values: Floats, least: float) -> Floats:
    given = ~np.isnan(values)
    count = given.sum(axis=1)
    enough = (count > 0) & (count >= least * values.shape[1])
    total = np.where(given, values, 0.0).sum(axis=1)
    result: Floats = np.divide(total, count, out=np.full(len(values), np.nan), where=enough)
    return result


def _weighted_whole(persons: Floats, weights: Floats, least: float) -> Floats:
    given = ~np.isnan(persons)
    share = given @ weights
    total = np.where(given, persons, 0.0) @ weights
    result: Floats = np.divide(total, share, out=np.full(len(persons), np.nan), where=(share > 0) & (share >= least))
    return result


def _dimension_weights(
    given: Mapping[str, float] | None, parts: Mapping[str, Sequence[str]]
) -> dict[str, float] | None:
    if given is None:
        return None
    unknown = sorted(set(given) ^ set(parts))
    if unknown:
        raise BadModel(
            f"dimension_weights names the dimensions {listed(parts)}, one weight each; {listed(unknown)} does not fit.",
            code="no-dimension",
            about=unknown,
        )
    total = sum(given.values())
    if min(given.values()) < 0 or total <= 0:
        raise BadModel("Dimension weights are 0 or more and not all 0.", code="bad-weight", about=["dimension_weights"])
    return {name: given[name] / total for name in parts}


def _all_items(dimensions: Mapping[str, Sequence[str]]) -> list[str]:
    return [item for items in dimensions.values() for item in items]


def _refuse_empty(answers: Answers, values: Floats) -> None:
    empty = [item for item, column in zip(answers.items, values.T, strict=True) if bool(np.isnan(column).all())]
    if empty:
        raise BadData(f"Nobody answered {listed(empty)}. Leave it out.", code="all-missing", about=empty)


def _cautions(found: Sequence[Score]) -> list[Caution]:
    cautions = []
    few = sorted({one.group or "everybody" for one in found if one.n < FEW})
    if few:
        text = f"Fewer than {FEW} answers for some scores of {listed(few)}: read the intervals, not the means."
        cautions.append(Caution("few-answers", text, tuple(few)))
    weighted = [one for one in found if one.kind == "overall" and one.effective_n < 0.999 * one.n]
    if weighted:
        one = weighted[0]
        text = f"Weighted: {one.n} answers say as much as {one.effective_n:.0f} unweighted ones (Kish)."
        cautions.append(Caution("weighted", text))
    return cautions

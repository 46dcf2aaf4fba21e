"""SERVQUAL: what customers found less what they expect (Parasuraman, Zeithaml & Berry 1988)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit
from scipy.stats import wilcoxon

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.instruments import Instrument
from anxin.engines.measure.multiplicity import adjusted
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table


@dataclass(frozen=True, slots=True)
class Gap:
    """Perception less expectation of `kind` "item", "dimension" or "overall": negative falls short.

    `t` and `p` of the paired t test, `p_adjusted` by Holm over its kind, `p_rank` of Wilcoxon's signed-rank test, `d` the mean
    gap over its standard deviation (d_z), `importance` the dimension's share of importance points (NaN without).
    """

    name: str
    kind: str
    n: int
    expectation: float
    perception: float
    gap: float
    interval: Interval
    t: float
    p: float
    p_adjusted: float
    p_rank: float
    d: float
    importance: float


@dataclass(frozen=True, kw_only=True, repr=False)
class Gaps(Result):
    """Gaps of every item, dimension and the whole. `weighted` is the overall gap by importance points (NaN without)."""

    gaps: tuple[Gap, ...]
    weighted: float
    level: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        whole = self.get("overall")
        worst = min((one for one in self.gaps if one.kind == "dimension"), key=lambda one: one.gap, default=whole)
        return f"overall gap {whole.gap:+.2f} ({whole.interval.low:+.2f} to {whole.interval.high:+.2f}); widest in {worst.name} ({worst.gap:+.2f})"

    def table(self) -> Table:
        rows = [
            [
                one.kind, one.name, one.n, one.expectation, one.perception, one.gap, one.interval.low, one.interval.high,
                one.t, one.p_adjusted, one.d, None if np.isnan(one.importance) else one.importance,
            ]
            for one in self.gaps
        ]  # fmt: skip
        head = ["kind", "name", "n", "expected", "found", "gap", "low", "high", "t", "p adjusted", "d", "importance"]
        return Table.of(head, rows, "Gaps: found less expected")

    def get(self, name: str) -> Gap:
        for one in self.gaps:
            if one.name == name:
                return one
        raise BadModel(f"There is no gap {name!r}.", code="no-item", about=[name])


def gaps(
    source: Any,
    *,
    instrument: Instrument | None = None,
    pairs: Mapping[str, Mapping[str, tuple[str, str]]] | None = None,
    importance: Mapping[str, str] | None = None,
    least_answered: float = 0.5,
    level: float = 0.95,
) -> Gaps:
    """Gaps by an instrument with expectation (E_…) and perception (P_…) items, or by `pairs`.

    `pairs` is {dimension: {item: (expectation column, perception column)}}. `importance` names each dimension's column of
    importance points; the instrument's own importance items are taken if the table has them. A respondent's dimension is the mean
    gap of the items they answered twice, if at least `least_answered` of them. The weighted gap is Σ importance share × gap.

    Raises BadModel without pairs, BadData for absent columns, fewer than three pairs of answers; weights are refused (paired
    rank tests have no weighted form).
    """
    answers = Answers.of(source)
    if answers.weights is not None:
        raise BadModel("Gaps take no weights; compare weighted scores instead.", code="weights")
    if instrument is not None:
        pairs, importance = _pairs_of(instrument, answers, importance)
    if not pairs:
        raise BadModel("Gaps need pairs of an expectation and a perception column.", code="no-pairs")
    used = [column for items in pairs.values() for both in items.values() for column in both]
    absent = [column for column in [*used, *(importance or {}).values()] if column not in answers.items]
    if absent:
        raise BadData(
            f"There is no column {listed(absent)}. Columns: {listed(answers.items)}.", code="no-item", about=absent
        )
    items: list[tuple[str, Floats, Floats]] = []
    dimensions: list[tuple[str, Floats, Floats]] = []
    for dimension, own in pairs.items():
        expected = np.column_stack([answers.column(both[0]) for both in own.values()])
        found = np.column_stack([answers.column(both[1]) for both in own.values()])
        items += [(item, expected[:, i], found[:, i]) for i, item in enumerate(own)]
        dimensions.append((dimension, *_person(expected, found, least_answered)))
    everything = _person(
        np.column_stack([one[1] for one in items]), np.column_stack([one[2] for one in items]), least_answered
    )
    points = _importance(answers, importance, list(pairs))
    results = [*_tested(items, "item", {}, level), *_tested(dimensions, "dimension", points, level)]
    results += _tested([("overall", *everything)], "overall", {}, level)
    weighted = float("nan")
    if points:
        weighted = sum(points[one.name] * one.gap for one in results if one.kind == "dimension")
    cautions = []
    least = min(one.n for one in results)
    if least < 30:
        cautions.append(Caution("few-answers", f"Only {least} pairs of answers behind some gaps."))
    return Gaps(gaps=tuple(results), weighted=weighted, level=level, cautions=tuple(cautions))


def _pairs_of(
    instrument: Instrument, answers: Answers, importance: Mapping[str, str] | None
) -> tuple[dict[str, dict[str, tuple[str, str]]], Mapping[str, str] | None]:
    """Pairs E_x, P_x of an instrument, and its importance items, by the table's own columns."""
    columns = instrument.match(answers.items).columns
    pairs: dict[str, dict[str, tuple[str, str]]] = {}
    lacking = []
    for item in instrument.items:
        if item.kind != "expectation":
            continue
        bare = item.code.removeprefix("E_")
        other = f"P_{bare}"
        if item.code not in columns or other not in columns:
            lacking.append(bare)
            continue
        pairs.setdefault(item.dimension, {})[bare] = (columns[item.code], columns[other])
    if lacking:
        raise BadData(
            f"The answers lack an expectation (E_) or perception (P_) column of {listed(lacking)}.",
            code="no-item",
            about=lacking,
        )
    if importance is None:
        own = {item.dimension: columns.get(item.code, "") for item in instrument.items if item.kind == "importance"}
        if own and all(own.values()):
            importance = own
    return pairs, importance


def _person(expected: Floats, found: Floats, least: float) -> tuple[Floats, Floats]:
    """Each respondent's mean expectation and perception over items answered both times."""
    both = ~np.isnan(expected) & ~np.isnan(found)
    count = both.sum(axis=1)
    enough = (count > 0) & (count >= least * expected.shape[1])

    def mean(values: Floats) -> Floats:
        total = np.where(both, values, 0.0).sum(axis=1)
        result: Floats = np.divide(total, count, out=np.full(len(values), np.nan), where=enough)
        return result

    return mean(expected), mean(found)


def _importance(answers: Answers, importance: Mapping[str, str] | None, dimensions: Sequence[str]) -> dict[str, float]:
    if importance is None:
        return {}
    if set(importance) != set(dimensions):
        raise BadModel(f"importance names one column for each of {listed(dimensions)}.", code="no-dimension")
    points = np.column_stack([answers.column(importance[name]) for name in dimensions])
    usable = points[(~np.isnan(points).any(axis=1)) & (points.sum(axis=1) > 0)]
    if not len(usable):
        raise BadData(
            "Nobody gave importance points to every dimension.", code="all-missing", about=list(importance.values())
        )
    shares = (usable / usable.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(zip(dimensions, map(float, shares), strict=True))


def _tested(
    named: Sequence[tuple[str, Floats, Floats]], kind: str, importance: Mapping[str, float], level: float
) -> list[Gap]:
    rows = []
    for name, expected, found in named:
        both = ~np.isnan(expected) & ~np.isnan(found)
        difference = found[both] - expected[both]
        n = len(difference)
        if n < 3:
            raise BadData(
                f"Only {n} respondents gave both answers of {name!r}; three are needed.", code="too-few", about=[name]
            )
        mean, sd = float(difference.mean()), float(difference.std(ddof=1))
        se = sd / np.sqrt(n)
        reach = float(stdtrit(n - 1, 0.5 + level / 2)) * se
        t = mean / se if se > 0 else (0.0 if mean == 0 else float(np.copysign(np.inf, mean)))
        p = float(2 * stdtr(n - 1, -abs(t)))
        rank = float(wilcoxon(difference, method="approx").pvalue) if bool((difference != 0).any()) else 1.0
        rows.append((name, n, float(expected[both].mean()), float(found[both].mean()), mean, reach, t, p, rank, sd))
    holm = adjusted([row[7] for row in rows], method="holm")
    return [
        Gap(
            name=name, kind=kind, n=n, expectation=e, perception=f, gap=mean,
            interval=Interval(mean - reach, mean + reach, level, "paired t"), t=t, p=p, p_adjusted=float(q), p_rank=rank,
            d=mean / sd if sd > 0 else 0.0, importance=importance.get(name, float("nan")),
        )
        for (name, n, e, f, mean, reach, t, p, rank, sd), q in zip(rows, holm, strict=True)
    ]  # fmt: skip

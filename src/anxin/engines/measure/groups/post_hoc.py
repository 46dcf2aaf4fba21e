"""Which of several groups differ: Tukey's HSD, Games–Howell, Dunn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy import stats

from anxin.engines.measure.groups import studentized
from anxin.engines.measure.groups.effects import small_sample_factor
from anxin.engines.measure.groups.grouping import Split
from anxin.engines.measure.groups.statistic import GroupSummary, summaries
from anxin.engines.measure.multiplicity import Adjustment, adjusted
from anxin.engines.measure.results import Floats, Interval, Result, Table, number

Method = Literal["tukey", "games-howell", "dunn"]
NAMES = {"tukey": "Tukey HSD", "games-howell": "Games–Howell", "dunn": "Dunn"}


@dataclass(frozen=True, slots=True)
class PairDifference:
    """Two of the groups, the first less the second.

    `difference` is of means (of mean ranks for Dunn) and `statistic` is q (z for Dunn). `p_adjusted` holds for all pairs
    together: Tukey's and Games–Howell's is so by itself, Dunn's `p` is one pair's. `effect` is Hedges' g of the two groups
    (None for Dunn).
    """

    first: str
    second: str
    difference: float
    interval: Interval | None
    statistic: float
    df: float | None
    p: float | None
    p_adjusted: float
    effect: float | None


@dataclass(frozen=True, kw_only=True, repr=False)
class PostHoc(Result):
    """Every pair of groups for one item."""

    item: str
    method: Method
    pairs: tuple[PairDifference, ...]

    def headline(self) -> str:
        apart = [pair for pair in self.pairs if pair.p_adjusted < 0.05]
        names = "; ".join(f"{pair.first} – {pair.second} {number(pair.difference, 2)}" for pair in apart)
        return (
            f"{self.item}, {NAMES[self.method]}: {len(apart)} of {len(self.pairs)} pairs differ at .05. {names}".strip()
        )

    def table(self) -> Table:
        rows = [
            (
                pair.first,
                pair.second,
                pair.difference,
                None if pair.interval is None else pair.interval.low,
                None if pair.interval is None else pair.interval.high,
                pair.statistic,
                pair.df,
                pair.p_adjusted,
                pair.effect,
            )
            for pair in self.pairs
        ]
        columns = ("group", "and", "difference", "low", "high", "statistic", "df", "p adjusted", "g")
        return Table.of(columns, rows, title=f"{self.item}: {NAMES[self.method]}")


def pairs_apart(parts: Split, *, method: Method, level: float, adjust: Adjustment = "holm") -> PostHoc:
    """All pairs of groups.

    "tukey": Tukey's HSD in Kramer's form for unequal groups, as scipy.stats.tukey_hsd; supposes equal spread.
    "games-howell": Games & Howell (1976): each pair's own variances, q = |d| / sqrt((v1/n1 + v2/n2) / 2) with Welch's degrees
    of freedom, against the studentised range of all k groups. "dunn": Dunn (1964): difference of mean ranks over the
    pooled ranking with the correction for ties, normal p values adjusted by `adjust`.
    """
    if method == "dunn":
        return PostHoc(item=parts.item, method=method, pairs=_dunn(parts, adjust))
    groups = summaries(parts, level)
    places = list(combinations(range(len(groups)), 2))
    differences = np.array([groups[i].mean - groups[j].mean for i, j in places])
    errors, degrees = _tukey(groups, places) if method == "tukey" else _games_howell(groups, places)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.abs(differences) / errors
    q[~np.isfinite(q)] = np.nan
    p = studentized.tail(q, len(groups), degrees)
    reach = studentized.quantile(level, len(groups), degrees) * errors
    return PostHoc(
        item=parts.item,
        method=method,
        pairs=tuple(
            PairDifference(
                first=groups[i].group,
                second=groups[j].group,
                difference=float(differences[at]),
                interval=_interval(float(differences[at]), float(reach[at]), level, NAMES[method]),
                statistic=float(q[at]),
                df=float(degrees[at]),
                p=None,
                p_adjusted=float(p[at]),
                effect=_g(groups[i], groups[j]),
            )
            for at, (i, j) in enumerate(places)
        ),
    )


def _interval(difference: float, reach: float, level: float, method: str) -> Interval | None:
    return Interval(difference - reach, difference + reach, level, method) if np.isfinite(reach) else None


def _tukey(groups: tuple[GroupSummary, ...], places: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    sizes = np.array([group.effective_n for group in groups])
    df = float((sizes - 1).sum())
    within = sum((group.effective_n - 1) * group.variance for group in groups) / df
    errors = np.sqrt([within / 2 * (1 / sizes[i] + 1 / sizes[j]) for i, j in places])
    return errors, np.full(len(places), df)


def _games_howell(groups: tuple[GroupSummary, ...], places: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    shares = np.array([group.variance / group.effective_n for group in groups])
    first, second = np.array(places).T
    less = np.array([group.effective_n - 1 for group in groups])
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = (shares[first] + shares[second]) ** 2 / (
            shares[first] ** 2 / less[first] + shares[second] ** 2 / less[second]
        )
    return np.sqrt((shares[first] + shares[second]) / 2), degrees


def _g(first: GroupSummary, second: GroupSummary) -> float:
    df = first.effective_n + second.effective_n - 2
    pooled = ((first.effective_n - 1) * first.variance + (second.effective_n - 1) * second.variance) / df
    return small_sample_factor(df) * (first.mean - second.mean) / pooled**0.5 if pooled > 0 else float("nan")


def _dunn(parts: Split, adjust: Adjustment) -> tuple[PairDifference, ...]:
    ranks = stats.rankdata(parts.pooled)
    total = ranks.size
    sizes = np.array([sample.size for sample in parts.samples])
    means = np.bincount(parts.codes, weights=ranks) / sizes
    _, ties = np.unique(parts.pooled, return_counts=True)
    tied = float((ties.astype(np.float64) ** 3 - ties).sum()) / (12 * (total - 1))
    places = list(combinations(range(sizes.size), 2))
    first, second = np.array(places).T
    z = (means[first] - means[second]) / np.sqrt(
        (total * (total + 1) / 12 - tied) * (1 / sizes[first] + 1 / sizes[second])
    )
    p = 2 * stats.norm.sf(np.abs(z))
    together = adjusted(p, method=adjust)
    return tuple(
        PairDifference(
            first=parts.groups[i],
            second=parts.groups[j],
            difference=float(means[i] - means[j]),
            interval=None,
            statistic=float(z[at]),
            df=None,
            p=float(p[at]),
            p_adjusted=float(together[at]),
            effect=None,
        )
        for at, (i, j) in enumerate(places)
    )

"""The small parts that every comparison is made of: a test's statistic, an effect size, a group's summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from anxin.engines.measure.groups.grouping import Split
from anxin.engines.measure.results import Interval, number, p_value

Lead = Literal["welch", "student", "rank"]  # the test whose p value is reported first


@dataclass(frozen=True, slots=True)
class Statistic:
    """A test: its statistic, degrees of freedom (as many as it has) and two-sided p value."""

    name: str
    symbol: str
    value: float
    p: float
    df: float | None = None
    df2: float | None = None

    def __str__(self) -> str:
        degrees = ", ".join(f"{one:.1f}".removesuffix(".0") for one in (self.df, self.df2) if one is not None)
        return f"{self.symbol}{f'({degrees})' if degrees else ''} = {number(self.value, 2)}, {p_value(self.p)}"


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect size with its interval where a standard one exists."""

    name: str
    value: float
    interval: Interval | None = None

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.name} = {number(self.value, 2)}"
        ends = f"{number(self.interval.low, 2)} to {number(self.interval.high, 2)}"
        return f"{self.name} = {number(self.value, 2)} ({self.interval.level:.0%} CI {ends})"


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """A group's answers to one item. `effective_n` is Kish's (sum w)^2 / sum w^2 (1965), n without weights.

    `median` is None for weighted answers. `interval` is the mean's, from t with effective_n - 1 degrees of freedom.
    """

    group: str
    n: int
    effective_n: float
    mean: float
    sd: float
    median: float | None
    interval: Interval | None

    @property
    def variance(self) -> float:
        return self.sd**2


def summaries(parts: Split, level: float) -> tuple[GroupSummary, ...]:
    """Each group's mean, spread and interval; weighted where the answers are.

    With weights w: mean = sum w x / sum w; variance = sum w (x - mean)^2 / sum w * m / (m - 1) where m is Kish's effective
    number of answers, which stands for n in the standard error too. That is statsmodels' DescrStatsW with the weights
    scaled to sum to m, so that their scale does not matter.
    """
    return tuple(_summary(parts, place, level) for place in range(len(parts.groups)))


def _summary(parts: Split, place: int, level: float) -> GroupSummary:
    sample = parts.samples[place]
    if parts.weights is None:
        effective, mean = float(sample.size), float(sample.mean())
        spread = float(np.square(sample - mean).sum() / (sample.size - 1)) if sample.size > 1 else float("nan")
        median: float | None = float(np.median(sample))
    else:
        weights = parts.weights[place]
        total = float(weights.sum())
        effective = total**2 / float(np.square(weights).sum())
        mean = float(weights @ sample) / total
        # A group of one effective answer has no variance; the guard only avoids 1 - 1 rounding to a tiny number.
        inflation = effective / (effective - 1) if effective > 1 + 1e-9 else float("nan")
        spread = float(weights @ np.square(sample - mean)) / total * inflation
        median = None
    if np.ptp(sample) == 0:
        mean, spread = float(sample[0]), 0.0 if effective > 1 else float("nan")  # exactly, whatever the sum rounded to
    interval = None
    if effective > 1 and np.isfinite(spread):
        reach = float(stats.t.ppf((1 + level) / 2, effective - 1)) * np.sqrt(spread / effective)
        interval = Interval(float(mean - reach), float(mean + reach), level, "t")
    return GroupSummary(parts.groups[place], sample.size, effective, mean, float(np.sqrt(spread)), median, interval)

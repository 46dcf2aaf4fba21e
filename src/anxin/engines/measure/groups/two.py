"""Two groups: Welch's and Student's t, Mann–Whitney, Levene, and how large the difference is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from anxin.engines.measure.groups.effects import cliffs_delta, common_language, hedges_g
from anxin.engines.measure.groups.grouping import Split
from anxin.engines.measure.groups.spread import levene, spread_cautions
from anxin.engines.measure.groups.statistic import Effect, GroupSummary, Lead, Statistic, summaries
from anxin.engines.measure.results import Caution, Interval, Result, Table, number


@dataclass(frozen=True, kw_only=True, repr=False)
class TwoGroups(Result):
    """Two groups' answers to one item, the first less the second.

    `difference` is mean less mean, its `interval` that of the t test in the lead (Welch's beside a rank test). `welch`,
    `student`: t tests. `rank`: Mann–Whitney U of the first group. `levene`: equality of spread (Brown–Forsythe).
    `hedges_g`, `cliffs_delta`, `common_language`: effect sizes. What has no weighted form is None for weighted answers.
    """

    item: str
    first: GroupSummary
    second: GroupSummary
    test: Lead
    difference: float
    interval: Interval | None
    welch: Statistic
    student: Statistic
    rank: Statistic | None
    levene: Statistic | None
    hedges_g: Effect
    cliffs_delta: Effect | None
    common_language: Effect | None
    cautions: tuple[Caution, ...] = ()

    @property
    def lead(self) -> Statistic:
        """The test that was asked for."""
        if self.test == "rank":
            assert self.rank is not None
            return self.rank
        return self.welch if self.test == "welch" else self.student

    @property
    def effect(self) -> Effect:
        """The effect size that belongs to the test in the lead."""
        return self.cliffs_delta if self.test == "rank" and self.cliffs_delta is not None else self.hedges_g

    @property
    def rank_biserial(self) -> Effect | None:
        """The rank-biserial correlation (Kerby 2014), which for two groups is Cliff's delta."""
        return self.cliffs_delta

    @property
    def groups(self) -> tuple[GroupSummary, ...]:
        return self.first, self.second

    def headline(self) -> str:
        return (
            f"{self.item}: {self.first.group} {number(self.first.mean, 2)}, {self.second.group} "
            f"{number(self.second.mean, 2)}; {self.lead.name} {self.lead}; {self.effect}"
        )

    def table(self) -> Table:
        tests = [one for one in (self.welch, self.student, self.rank, self.levene) if one is not None]
        return Table.of(
            ("test", "statistic", "df", "p"),
            [(one.name, one.value, one.df, one.p) for one in tests],
            title=f"{self.item}: {self.first.group} against {self.second.group}",
        )


def two_groups(parts: Split, *, test: Lead, level: float) -> TwoGroups:
    """Compare two samples; see `compare` for the conventions and sources."""
    first, second = summaries(parts, level)
    cautions = spread_cautions(parts)
    difference = first.mean - second.mean
    welch, welch_interval = _t_test(first, second, level, equal=False)
    student, student_interval = _t_test(first, second, level, equal=True)
    pooled_df = first.effective_n + second.effective_n - 2
    pooled = ((first.effective_n - 1) * first.variance + (second.effective_n - 1) * second.variance) / pooled_df
    delta = rank = None
    if parts.weights is None:
        delta = cliffs_delta(parts.samples[0], parts.samples[1], level)
        u = stats.mannwhitneyu(*parts.samples, alternative="two-sided")
        rank = Statistic("Mann–Whitney", "U", float(u.statistic), float(u.pvalue))
    return TwoGroups(
        item=parts.item,
        first=first,
        second=second,
        test=test,
        difference=difference,
        interval=student_interval if test == "student" else welch_interval,
        welch=welch,
        student=student,
        rank=rank,
        levene=levene(parts),
        hedges_g=hedges_g(difference, math.sqrt(pooled), first.effective_n, second.effective_n, level),
        cliffs_delta=delta,
        common_language=None if delta is None else common_language(delta),
        cautions=cautions,
    )


def _t_test(
    first: GroupSummary, second: GroupSummary, level: float, *, equal: bool
) -> tuple[Statistic, Interval | None]:
    name = "Student" if equal else "Welch"
    n1, n2 = first.effective_n, second.effective_n
    v1, v2 = first.variance / n1, second.variance / n2
    if not v1 + v2 > 0:
        return Statistic(name, "t", float("nan"), float("nan")), None
    if equal:
        df = n1 + n2 - 2
        error = math.sqrt(((n1 - 1) * first.variance + (n2 - 1) * second.variance) / df * (1 / n1 + 1 / n2))
    else:
        df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
        error = math.sqrt(v1 + v2)
    found = stats.ttest_ind_from_stats(
        first.mean, first.sd, n1, second.mean, second.sd, n2, equal_var=equal, alternative="two-sided"
    )
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    difference = first.mean - second.mean
    interval = Interval(difference - reach, difference + reach, level, name)
    return Statistic(name, "t", float(found.statistic), float(found.pvalue), float(np.float64(df))), interval

"""Two answers of the same respondents compared: before and after, expected and perceived."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import stats

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.groups.effects import noncentral_t, small_sample_factor
from anxin.engines.measure.groups.spread import FEW
from anxin.engines.measure.groups.statistic import Effect, Statistic
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment, adjusted
from anxin.engines.measure.options import check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number
from anxin.engines.measure.variables import Dimensions, variables

PairedTest = Literal["t", "rank"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Paired(Result):
    """One pair of items, the first less the second, of the n respondents who answered both.

    `t`: the paired t test; `rank`: Wilcoxon's signed ranks W (the smaller of both sums), None for weighted answers or where
    nobody's two answers differ. `hedges_gz`: mean difference over the differences' SD, bias taken out, with the exact
    noncentral-t interval; `hedges_gav`: over the two items' average SD, comparable with the g of independent groups.
    `rank_biserial`: share of rank sum in favour of the first less that in favour of the second (Kerby 2014).
    """

    first: str
    second: str
    test: PairedTest
    n: int
    effective_n: float
    first_mean: float
    second_mean: float
    difference: float
    interval: Interval | None
    sd: float
    t: Statistic
    rank: Statistic | None
    hedges_gz: Effect
    hedges_gav: Effect
    rank_biserial: Effect | None
    cautions: tuple[Caution, ...] = ()

    @property
    def lead(self) -> Statistic:
        """The test that was asked for."""
        if self.test == "rank" and self.rank is not None:
            return self.rank
        return self.t

    def headline(self) -> str:
        return (
            f"{self.first} {number(self.first_mean, 2)}, {self.second} {number(self.second_mean, 2)}; "
            f"{self.lead.name} {self.lead}; {self.hedges_gz}"
        )

    def table(self) -> Table:
        tests = [one for one in (self.t, self.rank) if one is not None]
        rows = [(one.name, one.value, one.df, one.p) for one in tests]
        return Table.of(("test", "statistic", "df", "p"), rows, title=f"{self.first} against {self.second}")


@dataclass(frozen=True, kw_only=True, repr=False)
class PairedComparison(Result):
    """Several pairs of items; `p_adjusted` are the leading tests' p values for all pairs together."""

    pairs: tuple[Paired, ...]
    adjust: Adjustment
    p: Floats
    p_adjusted: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        found = [f"{one.first} – {one.second}" for one, p in zip(self.pairs, self.p_adjusted, strict=True) if p < 0.05]
        of = f"{len(found)} of {len(self.pairs)} pairs differ at .05 ({self.adjust})"
        return f"{of}: {listed(found)}" if found else of

    def table(self) -> Table:
        columns = ("first", "second", "n", "mean first", "mean second", "difference", "low", "high", "statistic", "df")
        rows = [
            (
                *(one.first, one.second, one.n, one.first_mean, one.second_mean, one.difference),
                *((None, None) if one.interval is None else (one.interval.low, one.interval.high)),
                *(one.lead.value, one.lead.df, one.lead.p, self.p_adjusted[place], one.hedges_gz.value),
                None if one.rank is None else one.rank.p,
            )
            for place, one in enumerate(self.pairs)
        ]
        title = f"p adjusted by {self.adjust} over {len(self.pairs)} pairs"
        return Table.of((*columns, "p", "p adjusted", "g z", "rank p"), rows, title=title)


def paired(
    source: Any,
    pairs: Sequence[tuple[str, str]] | None = None,
    *,
    dimensions: Dimensions | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    test: PairedTest = "t",
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> PairedComparison:
    """Compare pairs of items (or of `dimensions`, by name) of the same respondents, the first less the second.

    `source`: what `Answers.of` takes; `pairs`: names, two and two (None where the source has just two items). Respondents
    who left one of the two unanswered are left out of that pair. `test` leads and is adjusted over the pairs by `adjust`: "t"
    (the default) or "rank" (Wilcoxon's signed ranks; pairs without a difference are dropped as in Wilcoxon 1945, exact up
    to 50 pairs without ties, normal with the correction for ties otherwise). With sampling weights the t test uses the
    weighted mean and variance and Kish's effective n; the rank test has no such form and is left out.

    Raises BadData for an unknown item, for fewer than two respondents with both answers, and where everybody's difference is
    the same; BadModel for an unknown option and for test="rank" with weights.

    Sources: Student (1908); Wilcoxon (1945); Hedges (1981); Cumming (2012) for d_av; Kerby (2014).
    """
    one_of(test, ("t", "rank"), "test")
    one_of(adjust, ADJUSTMENTS, "adjust")
    check_level(level)
    wanted = None if pairs is None else list(dict.fromkeys(name for pair in pairs for name in pair))
    named = [name for name in wanted or () if name not in (dimensions or {})]
    items = None if wanted is None or isinstance(source, np.ndarray) else named
    answers = variables(source, items=items, dimensions=dimensions, weights=weights, missing=missing)
    if pairs is None:
        if answers.p != 2:
            raise BadModel(
                f"There are {answers.p} items. Say which belong together: pairs=[('before', 'after'), …].",
                code="no-pairs",
                about=["pairs"],
            )
        pairs = [(answers.items[0], answers.items[1])]
    if answers.weights is not None and test == "rank":
        raise BadModel(
            "Weights are not supported for Wilcoxon's test. Take test='t', or leave the weights out.",
            code="weights-not-supported",
            about=["test"],
        )
    results = tuple(_paired(answers, first, second, test, level) for first, second in pairs)
    p = np.array([one.lead.p for one in results])
    left_out = (
        ()
        if answers.weights is None
        else (Caution("rank-left-out", "Wilcoxon's test has no weighted form and was left out."),)
    )
    return PairedComparison(
        pairs=results,
        adjust=adjust,
        p=p,
        p_adjusted=adjusted(p, method=adjust),
        cautions=(*left_out, *(caution for one in results for caution in one.cautions)),
    )


def _paired(answers: Answers, first: str, second: str, test: PairedTest, level: float) -> Paired:
    if first == second:
        raise BadModel(f"{first!r} is paired with itself.", code="same-item", about=[first])
    x, y = answers.column(first), answers.column(second)
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[both], y[both]
    about = (first, second)
    if x.size < 2:
        raise BadData(
            f"{x.size} respondents answered both {first!r} and {second!r}; a comparison takes at least 2.",
            code="few-pairs",
            about=about,
        )
    differences = x - y
    if np.ptp(differences) == 0:
        raise BadData(
            f"Everybody's {first!r} is {number(float(differences[0]), 2)} above {second!r}: the difference has no spread "
            "to test against.",
            code="constant",
            about=about,
        )
    weights = np.ones(x.size) if answers.weights is None else answers.weights[both]
    total = float(weights.sum())
    n = total**2 / float(np.square(weights).sum())
    if n <= 1 + 1e-9:
        raise BadData(
            f"One respondent carries all the weight for {first!r} and {second!r}.", code="few-pairs", about=about
        )

    def moments(values: Floats) -> tuple[float, float]:
        mean = float(weights @ values) / total
        return mean, float(weights @ np.square(values - mean)) / total * n / (n - 1)

    mean, variance = moments(differences)
    error = math.sqrt(variance / n)
    t, df = mean / error, n - 1
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    (first_mean, first_variance), (second_mean, second_variance) = moments(x), moments(y)
    average = math.sqrt((first_variance + second_variance) / 2)
    factor = small_sample_factor(df)
    low, high = noncentral_t(t, df, level)
    scale = factor / math.sqrt(n)
    rank, biserial = (None, None) if answers.weights is not None else _signed_ranks(differences)
    missing = int(answers.n - x.size)
    cautions = []
    if missing:
        text = f"{first} – {second}: {missing} respondents who did not answer both were left out."
        cautions.append(Caution("missing-dropped", text, about))
    if x.size < FEW:
        cautions.append(Caution("few-answers", f"{first} – {second}: only {x.size} respondents answered both.", about))
    return Paired(
        first=first,
        second=second,
        test=test,
        n=x.size,
        effective_n=n,
        first_mean=first_mean,
        second_mean=second_mean,
        difference=mean,
        interval=Interval(mean - reach, mean + reach, level, "t"),
        sd=math.sqrt(variance),
        t=Statistic("paired t", "t", t, float(2 * stats.t.sf(abs(t), df)), df),
        rank=rank,
        hedges_gz=Effect(
            "Hedges g_z", factor * t / math.sqrt(n), Interval(low * scale, high * scale, level, "noncentral t")
        ),
        hedges_gav=Effect("Hedges g_av", factor * mean / average if average > 0 else float("nan")),
        rank_biserial=biserial,
        cautions=tuple(cautions),
    )


def _signed_ranks(differences: Floats) -> tuple[Statistic, Effect]:
    found = stats.wilcoxon(differences, zero_method="wilcox", correction=False)
    kept = differences[differences != 0]
    ranks = stats.rankdata(np.abs(kept))
    favour = float(ranks[kept > 0].sum())
    total = kept.size * (kept.size + 1) / 2
    biserial = Effect("rank-biserial", (2 * favour - total) / total)
    return Statistic("Wilcoxon", "W", float(found.statistic), float(found.pvalue)), biserial

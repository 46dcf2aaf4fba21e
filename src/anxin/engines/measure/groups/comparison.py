"""All items and dimensions over a grouping, in one call and one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.groups.categorical import Independence, crossed
from anxin.engines.measure.groups.cross_tables import cross_tables
from anxin.engines.measure.groups.grouping import Split, split, with_groups
from anxin.engines.measure.groups.post_hoc import Method, pairs_apart
from anxin.engines.measure.groups.several import SeveralGroups, several_groups
from anxin.engines.measure.groups.statistic import Lead
from anxin.engines.measure.groups.two import TwoGroups, two_groups
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment, adjusted
from anxin.engines.measure.options import check_count, check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Result, Table
from anxin.engines.measure.variables import Dimensions, variables

Choice = Literal["welch", "student", "rank", "chi-square"]
PostHocChoice = Literal["auto", "tukey", "games-howell", "dunn", "none"]
_FITTING: dict[str, Method] = {"welch": "games-howell", "student": "tukey", "rank": "dunn"}


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison(Result):
    """Every item compared between the groups.

    `items[i]` is item i's full result, `p[i]` the p value of its test in the lead and `p_adjusted[i]` the same for all items
    together; `rank_p` and `rank_p_adjusted` are the rank test's, a family of its own (None for weighted answers and for
    chi-square).
    """

    groups: tuple[str, ...]
    test: Choice
    adjust: Adjustment
    items: tuple[TwoGroups | SeveralGroups | Independence, ...]
    p: Floats
    p_adjusted: Floats
    rank_p: Floats | None
    rank_p_adjusted: Floats | None
    cautions: tuple[Caution, ...] = ()

    def __getitem__(self, item: str) -> TwoGroups | SeveralGroups | Independence:
        for one in self.items:
            if one.item == item:
                return one
        names = [one.item for one in self.items]
        raise BadData(f"There is no item {item!r}. Items: {listed(names)}.", code="no-item", about=[item])

    def headline(self) -> str:
        found = [one.item for one, p in zip(self.items, self.p_adjusted, strict=True) if p < 0.05]
        of = f"{len(found)} of {len(self.items)} items differ between {len(self.groups)} groups at .05 ({self.adjust})"
        return f"{of}: {listed(found)}" if found else of

    def table(self) -> Table:
        title = f"{len(self.groups)} groups; p adjusted by {self.adjust} over {len(self.items)} items"
        if self.test == "chi-square":
            columns = ["item", "n", "chi²", "df", "test", "p", "p adjusted", "V", "V corrected"]
            return Table.of(columns, [self._crossed(place) for place in range(len(self.items))], title=title)
        first = self.items[0]
        means = [f"mean {name}" for name in self.groups]
        if isinstance(first, TwoGroups):
            columns = ["item", "n", *means, "difference", "low", "high", "statistic", "df"]
        else:
            columns = ["item", "n", *means, "statistic", "df", "df2"]
        columns += ["p", "p adjusted", "effect", "effect low", "effect high"]
        if self.rank_p is not None and self.test != "rank":
            columns += ["rank p", "rank p adjusted", "rank effect"]
        return Table.of(columns, [self._row(place) for place in range(len(self.items))], title=title)

    def _row(self, place: int) -> list[Any]:
        one = self.items[place]
        assert not isinstance(one, Independence)
        row: list[Any] = [one.item, sum(group.n for group in one.groups), *(group.mean for group in one.groups)]
        if isinstance(one, TwoGroups):
            ends = one.interval
            row += [one.difference, None if ends is None else ends.low, None if ends is None else ends.high]
            row += [one.lead.value, one.lead.df]
            rank_effect = one.cliffs_delta
        else:
            row += [one.lead.value, one.lead.df, one.lead.df2]
            rank_effect = one.rank_epsilon_squared
        inside = one.effect.interval
        row += [one.lead.p, self.p_adjusted[place], one.effect.value]
        row += [None, None] if inside is None else [inside.low, inside.high]
        if self.rank_p is not None and self.rank_p_adjusted is not None and self.test != "rank":
            row += [self.rank_p[place], self.rank_p_adjusted[place], None if rank_effect is None else rank_effect.value]
        return row

    def _crossed(self, place: int) -> list[Any]:
        one = self.items[place]
        assert isinstance(one, Independence)
        chi2 = one.chi_square
        row = [one.item, one.n, chi2.value, chi2.df, one.lead.name, one.lead.p, self.p_adjusted[place]]
        return [*row, one.cramers_v.value, one.cramers_v_corrected.value]


def compare(
    source: Any,
    group: Any = None,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    groups: Sequence[str] | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    test: Choice = "welch",
    adjust: Adjustment = "holm",
    post_hoc: PostHocChoice = "auto",
    level: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
) -> Comparison:
    """Compare every item and dimension between two groups or more.

    `source`: what `Answers.of` takes, or one column of n answers; `group`: a column's name or n values (None: the groups of
    the Answers). `groups` picks and orders the groups; the difference of two is the first less the second. `dimensions`
    maps a name to items, whose mean of answered items is compared (items themselves only if named as well). An item's missing
    answers leave out that respondent for that item only.

    `test` is the test that leads and whose p values are adjusted over all items by `adjust` ("holm", "bh", "by",
    "bonferroni", "none"): "welch" (the default: Welch's t, for three and more groups Welch's analysis of variance, neither
    of which supposes equal spread), "student" (Student's t, classical analysis of variance), "rank" (Mann–Whitney,
    Kruskal–Wallis), "chi-square" (answers as categories: `independence`). The first three are always computed together,
    with Levene's test and effect sizes; all are two-sided. `post_hoc` compares the pairs of three and more groups:
    "auto" takes Games–Howell with Welch, Tukey's HSD with "student", Dunn (adjusted by `adjust`) with "rank".

    Weights are sampling weights: means, variances and numbers of answers (Kish's effective n) take them in and go into the
    t tests and analyses of variance, as statsmodels' DescrStatsW and CompareMeans do with weights that sum to the effective
    n. The rank tests and Levene have no such form and are left out, with a caution; to ask for one by `test`, for
    Tukey, Dunn or for chi-square with weights is an error.

    Raises BadData for an unknown column, fewer than two groups, an item with the same answer everywhere, a group with fewer
    than two answers to an item; BadModel for an unknown option or group, and for weights with a test that has no weighted form.

    Sources: Welch (1947, 1951); Mann & Whitney (1947); Kruskal & Wallis (1952); Brown & Forsythe (1974); Hedges (1981);
    Cliff (1993); McGraw & Wong (1992); Steiger (2004); Games & Howell (1976); Dunn (1964); Bergsma (2013); Kish (1965);
    Holm (1979); Benjamini & Hochberg (1995).
    """
    _check_options(test, adjust, post_hoc, level)
    check_count(resamples, "resamples", least=0)
    check_count(seed, "seed", least=0)
    if test == "chi-square":
        if dimensions is not None:
            raise BadModel(
                "A dimension's mean is no category. Name items for chi-square, or take test='welch'.",
                code="bad-option",
                about=["dimensions"],
            )
        tables = cross_tables(source, group, items=items, groups=groups, weights=weights, missing=missing)
        generator = np.random.default_rng(seed)
        crossings = [crossed(one, level=level, resamples=resamples, generator=generator) for one in tables.tables]
        return _compared(tables.groups, test, adjust, crossings, tables.cautions)
    answers = variables(source, items=items, dimensions=dimensions, weights=weights, group=group, missing=missing)
    answers, cautions = with_groups(answers, groups)
    if not answers.items:
        raise BadData("There is no item to compare. Name the items or dimensions.", code="no-items")
    method = _post_hoc_method(test, post_hoc)
    if answers.weights is not None:
        _check_weighted(test, method if len(answers.group_names) > 2 else None)
        cautions.append(
            Caution("rank-left-out", "Rank tests and Levene's test have no weighted form and were left out.")
        )
    parts = [split(answers, item) for item in answers.items]
    _check_parts(parts)
    lead: Lead = test
    results: list[TwoGroups | SeveralGroups] = []
    for one in parts:
        if len(one.groups) == 2:
            results.append(two_groups(one, test=lead, level=level))
        else:
            pairs = None if method is None else pairs_apart(one, method=method, level=level, adjust=adjust)
            results.append(several_groups(one, test=lead, level=level, post_hoc=pairs))
    return _compared(answers.group_names, test, adjust, results, cautions)


def _compared(
    groups: tuple[str, ...],
    test: Choice,
    adjust: Adjustment,
    results: Sequence[TwoGroups | SeveralGroups | Independence],
    cautions: Sequence[Caution],
) -> Comparison:
    p = np.array([one.lead.p for one in results])
    ranks = [None if isinstance(one, Independence) else one.rank for one in results]
    rank_p = np.array([one.p for one in ranks if one is not None])
    with_ranks = rank_p.size == p.size
    return Comparison(
        groups=groups,
        test=test,
        adjust=adjust,
        items=tuple(results),
        p=p,
        p_adjusted=adjusted(p, method=adjust),
        rank_p=rank_p if with_ranks else None,
        rank_p_adjusted=adjusted(rank_p, method=adjust) if with_ranks else None,
        cautions=(*cautions, *(caution for one in results for caution in one.cautions)),
    )


def _check_options(test: str, adjust: str, post_hoc: str, level: float) -> None:
    one_of(test, ("welch", "student", "rank", "chi-square"), "test")
    one_of(adjust, ADJUSTMENTS, "adjust")
    one_of(post_hoc, ("auto", "tukey", "games-howell", "dunn", "none"), "post_hoc")
    check_level(level)


def _post_hoc_method(test: str, choice: PostHocChoice) -> Method | None:
    if choice == "none":
        return None
    return _FITTING[test] if choice == "auto" else choice


def _check_weighted(test: str, method: Method | None) -> None:
    if test == "rank" or method in ("dunn", "tukey"):
        name = "rank tests" if test == "rank" else {"dunn": "Dunn's test", "tukey": "Tukey's HSD"}[cast(str, method)]
        raise BadModel(
            f"Weights are not supported for {name}. Take test='welch' (with Games–Howell), or leave the weights out.",
            code="weights-not-supported",
            about=["test" if test == "rank" else "post_hoc"],
        )


def _check_parts(parts: Sequence[Split]) -> None:
    empty = [one.item for one in parts if not any(sample.size for sample in one.samples)]
    if empty:
        raise BadData(f"{listed(empty)}: no answers at all. Leave these out.", code="all-missing", about=empty)
    short = [
        (one.item, name, sample.size)
        for one in parts
        for name, sample in zip(one.groups, one.samples, strict=True)
        if sample.size < 2
    ]
    if short:
        item, name, size = short[0]
        more = f" and {len(short) - 1} more such cases" if len(short) > 1 else ""
        raise BadData(
            f"Group {name!r} has {size} answers to {item!r}{more}; a comparison takes at least 2 in each group. Merge the "
            "group with another, or choose the groups with groups=[…].",
            code="few-in-group",
            about=[one for case in short for one in case[:2]],
        )
    flat = [one.item for one in parts if np.ptp(one.pooled) == 0]
    if flat:
        raise BadData(
            f"{listed(flat)}: everybody gave the same answer, so there is nothing to compare. Leave these out.",
            code="constant",
            about=flat,
        )

"""Answers that are kinds, not amounts: chi-square of independence, Cramér's V, residuals, Fisher's exact test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from anxin.engines.measure.errors import BadData
from anxin.engines.measure.groups.cross_tables import CrossTable, coded
from anxin.engines.measure.groups.effects import cramers_v
from anxin.engines.measure.groups.statistic import Effect, Statistic
from anxin.engines.measure.options import check_count, check_level
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number

SMALL = 5  # an expected count below which chi-square's approximation is doubted


@dataclass(frozen=True, kw_only=True, repr=False)
class Independence(Result):
    """A cross table of r categories by c groups, and whether the two go together.

    `observed`, `expected`, `residuals` (r, c): counts, counts expected under independence, adjusted standardised residuals
    (normal with variance 1 under independence; beyond ±2 a cell stands out). `chi_square`: Pearson's without continuity
    correction. `fisher`, `odds_ratio`: 2x2 tables only. `simulated`: the same by random tables, where asked for.
    `cramers_v` and `cramers_v_corrected`: how strongly.
    """

    item: str
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    observed: NDArray[np.int64]
    expected: Floats
    residuals: Floats
    chi_square: Statistic
    fisher: Statistic | None
    odds_ratio: Effect | None
    simulated: Statistic | None
    cramers_v: Effect
    cramers_v_corrected: Effect
    cautions: tuple[Caution, ...] = ()

    @property
    def lead(self) -> Statistic:
        """Fisher's test for a 2x2 table with a small expected count, the simulated test if there is one, else chi-square."""
        if self.fisher is not None and bool(self.expected.min() < SMALL):
            return self.fisher
        return self.simulated or self.chi_square

    @property
    def effect(self) -> Effect:
        return self.cramers_v_corrected

    @property
    def n(self) -> int:
        return int(self.observed.sum())

    def headline(self) -> str:
        return f"{self.item}: {self.lead.name} {self.lead}; {self.effect}"

    def table(self) -> Table:
        """Counts, each group's share and the residual, a row a category."""
        shares = self.observed / self.observed.sum(axis=0)
        columns = ["category"]
        for group in self.groups:
            columns += [group, f"{group} share", f"{group} residual"]
        rows = [
            [category, *(one for cell in zip(counts, part, away, strict=True) for one in cell)]
            for category, counts, part, away in zip(self.categories, self.observed, shares, self.residuals, strict=True)
        ]
        return Table.of(columns, rows, title=f"{self.item}: V = {number(self.effect.value)}")


def independence(
    values: Sequence[Any] | NDArray[Any],
    group: Sequence[Any] | NDArray[Any],
    *,
    item: str = "value",
    level: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
) -> Independence:
    """Whether categorical answers depend on a group: n answers and n groups, numbers or texts, None or NaN where missing.

    Pearson's chi-square without continuity correction; Cramér's V with interval, and corrected for bias (Bergsma 2013);
    adjusted standardised residuals (O - E) / sqrt(E (1 - row share) (1 - column share)) (Haberman 1973). A 2x2 table also gets
    Fisher's exact test (two-sided, by the tables no likelier than this) and the conditional odds ratio with its exact interval.
    `resamples` random tables with the same margins give a p value (b + 1) / (resamples + 1) for sparse tables (Patefield 1981).

    Raises BadData for lists of different length, for answers all in one category and for answers all in one group.
    """
    check_level(level)
    check_count(resamples, "resamples", least=0)
    check_count(seed, "seed", least=0)
    rows, categories = coded(values)
    columns, groups = coded(group)
    if rows.size != columns.size:
        raise BadData(
            f"{item}: there are {rows.size} answers and {columns.size} groups: give one each.", code="groups-length"
        )
    table = CrossTable.of(item, rows, categories, columns, groups)
    return crossed(table, level=level, resamples=resamples, generator=np.random.default_rng(seed))


def crossed(table: CrossTable, *, level: float, resamples: int, generator: np.random.Generator) -> Independence:
    """`independence` of a table already counted."""
    item, observed, categories, groups = table.item, table.counts, table.categories, table.groups
    if len(categories) < 2:
        raise BadData(
            f"{item}: all answers are in one category, so there is nothing to compare.", code="constant", about=[item]
        )
    if len(groups) < 2:
        raise BadData(
            f"{item}: all answers are in one group. Give at least two groups.", code="one-group", about=[item]
        )
    n = int(observed.sum())
    found = stats.chi2_contingency(observed, correction=False)
    expected = np.asarray(found.expected_freq)
    chi2 = float(found.statistic)
    row_share = observed.sum(axis=1, keepdims=True) / n
    column_share = observed.sum(axis=0, keepdims=True) / n
    residuals = (observed - expected) / np.sqrt(expected * (1 - row_share) * (1 - column_share))
    plain, corrected = cramers_v(chi2, len(categories), len(groups), n, level)
    fisher, odds = _two_by_two(observed, level) if observed.shape == (2, 2) else (None, None)
    return Independence(
        item=item,
        categories=categories,
        groups=groups,
        observed=observed,
        expected=expected,
        residuals=residuals,
        chi_square=Statistic("chi-square", "chi²", chi2, float(found.pvalue), float(found.dof)),
        fisher=fisher,
        odds_ratio=odds,
        simulated=_simulated(observed, expected, chi2, resamples, generator) if resamples else None,
        cramers_v=plain,
        cramers_v_corrected=corrected,
        cautions=_cautions(item, expected, table.missing),
    )


def _two_by_two(observed: NDArray[Any], level: float) -> tuple[Statistic, Effect]:
    exact = stats.fisher_exact(observed)
    ratio = stats.contingency.odds_ratio(observed, kind="conditional")
    ends = ratio.confidence_interval(confidence_level=level)
    interval = Interval(float(ends.low), float(ends.high), level, "exact conditional")
    value = float(ratio.statistic)
    return Statistic("Fisher", "OR", value, float(exact.pvalue)), Effect("odds ratio", value, interval)


def _simulated(
    observed: NDArray[Any], expected: Floats, chi2: float, resamples: int, generator: np.random.Generator
) -> Statistic:
    tables = stats.random_table(observed.sum(axis=1), observed.sum(axis=0)).rvs(resamples, random_state=generator)
    others = (np.square(tables - expected) / expected).sum(axis=(1, 2))
    # Equal tables must count as equal though their sums round differently.
    beyond = int((others >= chi2 * (1 - 1e-10)).sum())
    return Statistic("chi-square, simulated", "chi²", chi2, (beyond + 1) / (resamples + 1))


def _cautions(item: str, expected: Floats, missing: int) -> tuple[Caution, ...]:
    cautions = []
    if missing:
        cautions.append(Caution("missing-dropped", f"{item}: {missing} missing answers were left out.", (item,)))
    small = float((expected < SMALL).mean())
    # Cochran's (1954) rule.
    if small > 0.2 or float(expected.min()) < 1:
        cautions.append(
            Caution(
                "small-expected",
                f"{item}: {small:.0%} of the cells expect fewer than {SMALL} answers. Merge rare categories or ask for "
                "resamples.",
                (item,),
            )
        )
    return tuple(cautions)

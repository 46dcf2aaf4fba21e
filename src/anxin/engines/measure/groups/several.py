"""Three groups and more: Welch's and the classical analysis of variance, Kruskal–Wallis, Levene, and shares of variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from anxin.engines.measure.groups.effects import shares_of_variance
from anxin.engines.measure.groups.grouping import Split
from anxin.engines.measure.groups.post_hoc import PostHoc
from anxin.engines.measure.groups.spread import levene, spread_cautions
from anxin.engines.measure.groups.statistic import Effect, GroupSummary, Lead, Statistic, summaries
from anxin.engines.measure.results import Caution, Result, Table, number


@dataclass(frozen=True, kw_only=True, repr=False)
class SeveralGroups(Result):
    """Three or more groups' answers to one item.

    `welch`: Welch's (1951) analysis of variance, for groups that spread differently; `anova`: the classical one; `rank`:
    Kruskal–Wallis; `levene`: equality of spread (Brown–Forsythe). `eta_squared`, `omega_squared`, `epsilon_squared` are
    shares of variance of the classical analysis, with one interval; `rank_epsilon_squared` = H / (n - 1) (Tomczak &
    Tomczak 2014) and `rank_eta_squared` = (H - k + 1) / (n - k) are Kruskal–Wallis's. `post_hoc` says which groups
    differ. What has no weighted form is None for weighted answers.
    """

    item: str
    groups: tuple[GroupSummary, ...]
    test: Lead
    welch: Statistic
    anova: Statistic
    rank: Statistic | None
    levene: Statistic | None
    eta_squared: Effect
    omega_squared: Effect
    epsilon_squared: Effect
    rank_epsilon_squared: Effect | None
    rank_eta_squared: Effect | None
    post_hoc: PostHoc | None
    cautions: tuple[Caution, ...] = ()

    @property
    def lead(self) -> Statistic:
        """The test that was asked for."""
        if self.test == "rank":
            assert self.rank is not None
            return self.rank
        return self.welch if self.test == "welch" else self.anova

    @property
    def effect(self) -> Effect:
        """The effect size that belongs to the test in the lead."""
        if self.test == "rank" and self.rank_epsilon_squared is not None:
            return self.rank_epsilon_squared
        return self.omega_squared

    def headline(self) -> str:
        ordered = sorted(self.groups, key=lambda one: one.mean)
        return (
            f"{self.item}: from {number(ordered[0].mean, 2)} ({ordered[0].group}) to {number(ordered[-1].mean, 2)} "
            f"({ordered[-1].group}); {self.lead.name} {self.lead}; {self.effect}"
        )

    def table(self) -> Table:
        tests = [one for one in (self.welch, self.anova, self.rank, self.levene) if one is not None]
        return Table.of(
            ("test", "statistic", "df", "df2", "p"),
            [(one.name, one.value, one.df, one.df2, one.p) for one in tests],
            title=f"{self.item} in {len(self.groups)} groups",
        )


def several_groups(parts: Split, *, test: Lead, level: float, post_hoc: PostHoc | None) -> SeveralGroups:
    """Compare three samples or more; see `compare` for the conventions and sources."""
    groups = summaries(parts, level)
    anova = _anova(groups, equal=True)
    k = len(groups)
    if np.isfinite(anova.value):
        assert anova.df is not None
        assert anova.df2 is not None
        eta, omega, epsilon = shares_of_variance(anova.value, anova.df, anova.df2, level)
    else:
        eta, omega, epsilon = (Effect(name, float("nan")) for name in ("eta²", "omega²", "epsilon²"))
    rank = rank_epsilon = rank_eta = None
    if parts.weights is None:
        found = stats.kruskal(*parts.samples)
        h, n = float(found.statistic), sum(sample.size for sample in parts.samples)
        rank = Statistic("Kruskal–Wallis", "H", h, float(found.pvalue), k - 1)
        rank_epsilon = Effect("rank epsilon²", h / (n - 1))
        rank_eta = Effect("rank eta²", (h - k + 1) / (n - k))
    return SeveralGroups(
        item=parts.item,
        groups=groups,
        test=test,
        welch=_anova(groups, equal=False),
        anova=anova,
        rank=rank,
        levene=levene(parts),
        eta_squared=eta,
        omega_squared=omega,
        epsilon_squared=epsilon,
        rank_epsilon_squared=rank_epsilon,
        rank_eta_squared=rank_eta,
        post_hoc=post_hoc,
        cautions=spread_cautions(parts),
    )


def _anova(groups: tuple[GroupSummary, ...], *, equal: bool) -> Statistic:
    from statsmodels.stats.oneway import anova_generic

    name = "ANOVA" if equal else "Welch ANOVA"
    variances = np.array([group.variance for group in groups])
    # Welch's weights are n / variance: a group without spread has none.
    if not (variances.sum() > 0 if equal else bool((variances > 0).all())):
        return Statistic(name, "F", float("nan"), float("nan"))
    found = anova_generic(
        np.array([group.mean for group in groups]),
        variances,
        np.array([group.effective_n for group in groups]),
        use_var="equal" if equal else "unequal",
    )
    return Statistic(name, "F", float(found.statistic), float(found.pvalue), *(float(one) for one in found.df))

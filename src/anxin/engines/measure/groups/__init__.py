"""Groups compared: t tests and analyses of variance, rank tests, chi-square, which groups differ, and by how much."""

from anxin.engines.measure.groups.categorical import Independence, independence
from anxin.engines.measure.groups.comparison import Comparison, compare
from anxin.engines.measure.groups.pairs import Paired, PairedComparison, paired
from anxin.engines.measure.groups.post_hoc import PairDifference, PostHoc
from anxin.engines.measure.groups.several import SeveralGroups
from anxin.engines.measure.groups.statistic import Effect, GroupSummary, Statistic
from anxin.engines.measure.groups.two import TwoGroups

__all__ = [
    "Comparison",
    "Effect",
    "GroupSummary",
    "Independence",
    "PairDifference",
    "Paired",
    "PairedComparison",
    "PostHoc",
    "SeveralGroups",
    "Statistic",
    "TwoGroups",
    "compare",
    "independence",
    "paired",
]

"""Whether a change helped, and whether anything changed at all. Pure: series in, result out. See README.md."""

from anxin.engines.effects.change import (
    Comparison,
    Comparisons,
    Peers,
    dispersion,
    means,
    newcombe,
    peers,
    rates,
    shares,
)
from anxin.engines.effects.charts import Chart, individuals, p_chart, u_chart, xbar_s
from anxin.engines.effects.differences import Differences, differences
from anxin.engines.effects.errors import BadSeries
from anxin.engines.effects.interrupted import Interrupted, interrupted
from anxin.engines.effects.rules import NELSON, RULES, USUAL, WESTERN_ELECTRIC, signals
from anxin.engines.effects.slow import cusum, ewma
from anxin.engines.effects.verdict import Verdict, Word, judge

__all__ = [
    "NELSON",
    "RULES",
    "USUAL",
    "WESTERN_ELECTRIC",
    "BadSeries",
    "Chart",
    "Comparison",
    "Comparisons",
    "Differences",
    "Interrupted",
    "Peers",
    "Verdict",
    "Word",
    "cusum",
    "differences",
    "dispersion",
    "ewma",
    "individuals",
    "interrupted",
    "judge",
    "means",
    "newcombe",
    "p_chart",
    "peers",
    "rates",
    "shares",
    "signals",
    "u_chart",
    "xbar_s",
]

"""What a simulation of so many runs may show."""

from __future__ import annotations

from scipy import stats

LEVEL = 0.95


def bounds(runs: int) -> tuple[int, int]:
    """The fewest intervals that hold, and the most "helped" said for nothing, that an honest 95 % interval gives in `runs` runs with
    a chance of 99.5 % each: quantiles of the binomial with 0.95 and with the 0.025 of one side."""
    return int(stats.binom.ppf(0.005, runs, LEVEL)), int(stats.binom.ppf(0.995, runs, (1 - LEVEL) / 2))

"""What an action has done, measured of the lake as it stands: difference in differences where some branches have it and others
not, an interrupted time series where all have it."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from anxin.engines.effects import BadSeries, Differences, Interrupted, Word, differences, interrupted, judge
from anxin.engines.results import plain
from anxin.insight.improvement.indicators import INDICATORS, Indicator, Series, in_periods, observed, until_of
from anxin.insight.results.asking import Ask

PAST_DAYS = 728
LEAST_OTHERS = 3
"""Branches without the change, so that a comparison of branches is worth more than a look at the past."""


@dataclass(frozen=True, slots=True)
class Measured:
    method: str
    word: str
    reason: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    body: dict[str, Any] = field(default_factory=dict)


def hoped(indicator: Indicator, expected: float) -> float:
    """The expected effect in the unit that is measured: for durations "a third less" is the log of two thirds."""
    if indicator.unit != "log":
        return abs(expected)
    share = min(abs(expected), 0.99)
    return abs(math.log(1 - share)) if indicator.good == "down" else math.log(1 + share)


def measure(
    ask: Ask, *, indicator: str, starts_on: date, branches: list[str], expected: float,
    left_out: Collection[str] = (),
) -> Measured:  # fmt: skip
    """`left_out`: branches in which something else was changed that moves the same indicator; they are no comparison.

    Raises LookupError for an indicator that is not there."""
    kind, seen = observed(indicator, ask)
    apart = sorted(set(left_out) - set(branches)) if branches else []
    if apart:
        seen = seen.where(~np.isin(seen.branch.astype(str), apart))
    until = until_of(ask)
    if until is None or not len(seen):
        return Measured("", Word.TOO_EARLY, "few_observations")
    compared = bool(branches)
    found = in_periods(
        kind, seen, by="month" if compared else "week", group="branch" if compared else "", anchor=starts_on, until=until,
        periods=0,
    )  # fmt: skip
    start = found.begins.index(starts_on) if found is not None and starts_on in found.begins else -1
    if found is None or start < 1:
        return Measured("", Word.TOO_EARLY, "few_periods")
    first = max(0, start - PAST_DAYS // (28 if compared else 7))
    values, n = found.values[:, first:], found.n[:, first:]
    begins, start = found.begins[first:], start - first
    names = np.array(found.groups)
    mask = np.isin(names, branches) if compared else np.ones(len(names), bool)
    if compared and (~mask).sum() < LEAST_OTHERS:
        # Too few to compare with: the branches' own past, weekly.
        return _by_past(kind, seen.where(np.isin(seen.branch.astype(str), branches)), starts_on, until, expected)
    if not compared:
        return _told(
            kind, _interrupted(values[0], n[0], start), begins, expected, len(begins) - start, float(n[0, start:].sum())
        )
    try:
        result: Differences | Interrupted = differences(values, n, mask, start=start)
    except BadSeries as why:
        return Measured("", Word.TOO_EARLY, "few_groups", body={"why": why.code})
    return _told(
        kind,
        result,
        begins,
        expected,
        len(begins) - start,
        float(n[mask, start:].sum()),
        _sides(names, mask, apart, n[mask].sum(0)),
    )


def _sides(names: Any, mask: Any, apart: list[str], here: Any) -> dict[str, Any]:
    return {
        "left_out": apart,
        "n_here": plain(here),
        "with": [str(one) for one in names[mask]],
        "without": [str(one) for one in names[~mask]],
    }


def _by_past(kind: Indicator, seen: Any, starts_on: date, until: Any, expected: float) -> Measured:
    found: Series | None = (
        in_periods(kind, seen, by="week", group="", anchor=starts_on, until=until) if len(seen) else None
    )
    if found is None or starts_on not in found.begins[1:]:
        return Measured("", Word.TOO_EARLY, "few_periods")
    start = found.begins.index(starts_on)
    n = found.n[0]
    return _told(
        kind, _interrupted(found.values[0], n, start), found.begins, expected, len(n) - start, float(n[start:].sum())
    )


def _interrupted(values: Any, n: Any, start: int) -> Interrupted | BadSeries:
    try:
        return interrupted(values, n, start=start)
    except BadSeries as why:
        return why


def _told(
    kind: Indicator, result: Differences | Interrupted | BadSeries, begins: tuple[date, ...], expected: float, periods: int,
    observations: float, more: dict[str, Any] | None = None,
) -> Measured:  # fmt: skip
    if isinstance(result, BadSeries):
        return Measured("", Word.TOO_EARLY, "few_periods", body={"why": result.code})
    verdict = judge(
        estimate=result.estimate, interval=result.interval, smallest=result.smallest, expected=hoped(kind, expected),
        good=kind.good, periods=periods, observations=observations,
    )  # fmt: skip
    told = {key: value for key, value in result.to_dict().items() if key not in ("n", "weights", "fitted")}
    body = {
        "unit": kind.unit, "good": kind.good, "begins": [one.isoformat() for one in begins],
        "days": (begins[1] - begins[0]).days if len(begins) > 1 else 7, "result": told, "observations": observations,
        "cautions": [one.code for one in result.cautions], **(more or {}),
    }  # fmt: skip
    method = "differences" if isinstance(result, Differences) else "interrupted"
    low, high = result.interval.low, result.interval.high
    return Measured(method, verdict.word, verdict.reason, plain(result.estimate), plain(low), plain(high), body)


def next_period(begins: list[str], days: int) -> date:
    return date.fromisoformat(begins[-1]) + timedelta(days=days)


__all__ = ["INDICATORS", "Measured", "hoped", "measure", "next_period"]

"""Months as the boards count them: in the insurer's zone, written 2025-03."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.utils import timezone

from anxin.engines.mining import Log
from anxin.engines.mining.working import months as months_of
from anxin.insight.results.asking import ALL, Ask, is_month


def month_at(moment: datetime) -> str:
    return f"{timezone.localtime(moment, timezone.get_default_timezone()):%Y-%m}"


def shifted(month: str, by: int) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year:04d}-{number + 1:02d}"


def bounds(month: str) -> tuple[datetime, datetime]:
    """Its first moment, and the first moment after it."""
    zone = timezone.get_default_timezone()
    after = shifted(month, 1)
    return (
        datetime(int(month[:4]), int(month[5:]), 1, tzinfo=zone),
        datetime(int(after[:4]), int(after[5:]), 1, tzinfo=zone),
    )


def span(first: str, last: str) -> list[str]:
    """All months from one to another, both included."""
    found = [first]
    while found[-1] < last:
        found.append(shifted(found[-1], 1))
    return found


def months_with_data(ask: Ask) -> list[str]:
    """Every month from the first event in scope up to the present one; empty without events."""
    log = ask.log_of_all_months
    present = month_at(ask.now)
    if log is None or not len(log):
        return []
    first = str(months_of(log.time.min(keepdims=True), timezone.get_default_timezone())[0])
    return span(min(first, present), present)


def default_month(ask: Ask, known: list[str]) -> str:
    """The newest full month, but none after the last event (a log of the past); the present one where nothing is older."""
    present, log = month_at(ask.now), ask.log_of_all_months
    if log is None or not known:
        return present
    last = str(months_of(log.time.max(keepdims=True), timezone.get_default_timezone())[0])
    newest = min(shifted(present, -1), last)
    return newest if newest in known else present


def chosen(ask: Ask, known: list[str], *, may_be_all: bool = False) -> str:
    """The month asked for (`ALL` where that may be), else the default."""
    asked = ask.get("month")
    if is_month(asked) or (asked == ALL and may_be_all):
        return asked
    return default_month(ask, known)


def in_month(log: Log, month: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which events happened in it; all of them for `ALL`."""
    if month == ALL:
        return np.ones(len(log), bool)
    first, after = (int(moment.timestamp()) * 1_000_000 for moment in bounds(month))
    return np.asarray((log.time >= first) & (log.time < after))

"""Months (2025-03) and quarters (2025-Q1) of the insurer's own time."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils import timezone

from anxin.access.errors import Invalid

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def _begin(year: int, month: int) -> datetime:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return datetime(year, month, 1, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def span(period: str) -> tuple[datetime, datetime, int]:
    """Begin, end (not in it) and how many months. Raises Invalid."""
    if found := _MONTH.fullmatch(period):
        year, month = int(found[1]), int(found[2])
        return _begin(year, month), _begin(year, month + 1), 1
    if found := _QUARTER.fullmatch(period):
        year, month = int(found[1]), int(found[2]) * 3 - 2
        return _begin(year, month), _begin(year, month + 3), 3
    raise Invalid(f"{period}: not a month (2025-03) or a quarter (2025-Q1)", fields={"period": "2025-03, 2025-Q1"})


def last_month(period: str) -> str:
    """2025-Q1 → 2025-03; a month is its own."""
    if found := _QUARTER.fullmatch(period):
        return f"{found[1]}-{3 * int(found[2]):02d}"
    return period


def overlapping(period: str) -> list[str]:
    """The period itself with the quarter it lies in, or the months it has: a case counts in all of them."""
    if found := _QUARTER.fullmatch(period):
        return [period, *(f"{found[1]}-{3 * int(found[2]) - back:02d}" for back in (2, 1, 0))]
    year, month = period.split("-")
    return [period, f"{year}-Q{(int(month) + 2) // 3}"]


def next_month(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def month_of(moment: datetime, back: int = 0) -> str:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    months = local.year * 12 + local.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def quarter_of(moment: datetime) -> str:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local.year:04d}-Q{(local.month + 2) // 3}"

"""The periods that indicators are told for: a month, a quarter, a year, on the insurer's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

_FORM = re.compile(r"(\d{4})(?:-(\d{2})|-?Q([1-4]))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """`name` is 2026-10, 2026Q3 or 2026; days from `first` to before `after`."""

    name: str
    first: date
    after: date

    @classmethod
    def parse(cls, name: str) -> Period:
        """Raises ValueError for anything else."""
        found = _FORM.fullmatch(name.strip().upper())
        if found is None or not 1990 <= int(found[1]) <= 2999:
            raise ValueError(name)
        year = int(found[1])
        if found[2]:
            return cls.of_month(date(year, int(found[2]), 1))
        if found[3]:
            first = date(year, 3 * int(found[3]) - 2, 1)
            return cls(f"{year}Q{found[3]}", first, _later(first, 3))
        return cls(str(year), date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def of_month(cls, day: date) -> Period:
        first = day.replace(day=1)
        return cls(f"{first:%Y-%m}", first, _later(first, 1))

    @property
    def months(self) -> int:
        return (self.after.year - self.first.year) * 12 + self.after.month - self.first.month

    @property
    def begin(self) -> int:
        """Its first moment, in microseconds of UTC since 1970."""
        return micros(self.first)

    @property
    def end(self) -> int:
        """The first moment after it."""
        return micros(self.after)

    def before(self, times: int = 1) -> Period:
        """The period of the same length that many times before."""
        first = _later(self.first, -self.months * times)
        if self.months == 1:
            return Period.of_month(first)
        if self.months == 3:
            return Period.parse(f"{first.year}Q{(first.month + 2) // 3}")
        return Period.parse(str(first.year))

    def is_over(self, now: datetime) -> bool:
        return timezone.localdate(now) >= self.after


def micros(day: date) -> int:
    """00:00 of a day on the insurer's clock."""
    moment = datetime.combine(day, time(), timezone.get_default_timezone())
    return (moment - _EPOCH) // timedelta(microseconds=1)


def last_quarter(now: datetime) -> Period:
    """The last one that is over: what a reporting office works on."""
    today = timezone.localdate(now)
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return Period.parse(f"{first.year}Q{(first.month + 2) // 3}").before()


def choices(now: datetime) -> list[Period]:
    """What a page offers, the last whole quarter first: quarters, months and years of the last two years."""
    quarter = last_quarter(now)
    running = Period.parse(f"{quarter.after.year}Q{(quarter.after.month + 2) // 3}")
    month = Period.of_month(timezone.localdate(now))
    year = Period.parse(str(timezone.localdate(now).year))
    return [
        quarter, running, *(quarter.before(times) for times in range(1, 7)),
        *(month.before(times) if times else month for times in range(13)), year, year.before(),
    ]  # fmt: skip


def months_until(period: Period, count: int = 13) -> list[Period]:
    """The months up to the last one of a period, the oldest first."""
    last = Period.of_month(period.after - timedelta(days=1))
    return [last.before(times) if times else last for times in range(count - 1, -1, -1)]


def _later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)

"""The same questions answered the slow, obvious way: one day, or one span, at a time. For comparison in tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from anxin.engines.calendar import FIXED_HOLIDAYS, Due, OfficeHours, Override, YearTable

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reference:
    years: tuple[YearTable, ...]
    overrides: tuple[Override, ...]
    office_hours: OfficeHours
    zone: ZoneInfo

    def table(self, year: int) -> YearTable | None:
        return next((table for table in self.years if table.year == year), None)

    def why_off(self, day: date) -> str:
        """Empty on a working day."""
        for override in self.overrides:
            if override.on == day:
                return "" if override.working else override.reason
        table = self.table(day.year)
        if table is not None:
            if day in table.make_up_days:
                return ""
            if day in table.holidays:
                return table.holidays[day]
        elif (day.month, day.day) in FIXED_HOLIDAYS:
            return FIXED_HOLIDAYS[day.month, day.day]
        return "周末" if day.weekday() >= 5 else ""

    def rolled(self, strict_on: date, also_looked_at: list[date]) -> Due:
        looked_at = [*also_looked_at, strict_on]
        reasons: list[str] = []
        day = strict_on
        while self.why_off(day):
            if self.why_off(day) not in reasons:
                reasons.append(self.why_off(day))
            day += ONE_DAY
            looked_at.append(day)
        provisional = any(self.table(seen.year) is None for seen in looked_at)
        return Due(strict_on, day, provisional, "、".join(reasons))

    def add_calendar_days(self, start: date, days: int) -> Due:
        day = start
        for _ in range(days):
            day += ONE_DAY
        return self.rolled(day, [])

    def add_working_days(self, start: date, days: int) -> Due:
        day, looked_at = start, []
        while days:
            day += ONE_DAY
            looked_at.append(day)
            if not self.why_off(day):
                days -= 1
        return self.rolled(day, looked_at)

    def working_days_between(self, a: date, b: date) -> int:
        count = 0
        while a < b:
            a += ONE_DAY
            count += not self.why_off(a)
        return count

    def open_spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The office spans from `day` on, as moments, without end."""
        while True:
            if not self.why_off(day):
                for opens, closes in self.office_hours.spans:
                    end_day = day + ONE_DAY if closes == time(0) else day
                    yield (
                        datetime.combine(day, opens, self.zone),
                        datetime.combine(end_day, closes, self.zone),
                    )
            day += ONE_DAY

    def add_office_hours(self, start: datetime, minutes: int) -> datetime:
        left = timedelta(minutes=minutes)
        if not left:
            return start
        for opens, closes in self.open_spans(start.astimezone(self.zone).date()):
            begin = max(opens, start)
            if closes - begin >= left:
                return begin + left
            left -= max(closes - begin, timedelta(0))
        raise AssertionError("open_spans never ends")

    def office_minutes_between(self, a: datetime, b: datetime) -> int:
        worked = timedelta(0)
        for opens, closes in self.open_spans(a.astimezone(self.zone).date()):
            if opens >= b:
                break
            worked += max(min(closes, b) - max(opens, a), timedelta(0))
        return worked // timedelta(minutes=1)

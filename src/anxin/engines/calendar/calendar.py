"""The calendar: adding days and hours, rolling over holidays, counting what lies between."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NoReturn, Self, final
from zoneinfo import ZoneInfo

from anxin.engines.calendar import snapshot
from anxin.engines.calendar.due import Due
from anxin.engines.calendar.moments import LAST_YEAR, out_of_range, require_amount, require_day, require_moment
from anxin.engines.calendar.office import DEFAULT_OFFICE_HOURS, MINUTE, OfficeHours, since_midnight
from anxin.engines.calendar.rules import DayRules
from anxin.engines.calendar.tables import FIXED_HOLIDAYS, Override, YearTable
from anxin.engines.calendar.year_days import YearDays

_HOUR = 60 * MINUTE
_LEAP_DAY = (2, 29)


@final
class Calendar:
    """Days and hours of one insurer. Immutable; equal and hashed by content; safe to share between threads.

    years         the published years, e.g. china_years()
    overrides     single days an administrator decided; they win over the tables
    office_hours  for add_office_hours and office_minutes_between
    zone          where days begin and end

    Days are `date`, moments are aware `datetime`; every moment returned is in UTC. Limits count from a first day that
    is itself not counted (Civil Code art. 201). Amounts are 0 or more. Days may lie in the years 1 to 9998.
    Raises ValueError, naming the argument and the fix, for a naive datetime, a datetime where a day is meant, a
    negative amount, a year or an override given twice.
    """

    __slots__ = ("_edition", "_laid_out", "_office_hours", "_rules", "_zone")

    _rules: DayRules
    _office_hours: OfficeHours
    _zone: ZoneInfo
    _laid_out: dict[int, YearDays]  # years laid out so far; grows as they are asked for
    _edition: str

    def __init__(
        self,
        *,
        years: Iterable[YearTable],
        overrides: Iterable[Override] = (),
        office_hours: OfficeHours = DEFAULT_OFFICE_HOURS,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),  # noqa: B008 - a ZoneInfo is immutable
        fixed_holidays: Mapping[tuple[int, int], str] = FIXED_HOLIDAYS,
    ) -> None:
        if not zone.key:
            raise ValueError("zone: has no key, so it could not be stored; build it as ZoneInfo('Area/City')")
        put = object.__setattr__
        put(self, "_rules", DayRules(years, overrides, fixed_holidays))
        put(self, "_office_hours", office_hours)
        put(self, "_zone", zone)
        put(self, "_laid_out", {})
        put(self, "_edition", snapshot.digest(self.to_data()))

    # What it is

    @property
    def edition(self) -> str:
        """SHA-256, in hex, of the content: what a record pins to say which calendar dated it."""
        return self._edition

    @property
    def office_hours(self) -> OfficeHours:
        return self._office_hours

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    def to_data(self) -> dict[str, Any]:
        """A canonical, JSON-able snapshot; its shape is described in snapshot.py."""
        return snapshot.write(self._rules, self._office_hours, self._zone)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The calendar `to_data` was taken from. Raises ValueError for anything else."""
        parts = snapshot.read(data)
        return cls(
            years=parts.years,
            overrides=parts.overrides,
            office_hours=parts.office_hours,
            zone=parts.zone,
            fixed_holidays=parts.fixed_holidays,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return self._edition == other._edition

    def __hash__(self) -> int:
        return hash(self._edition)

    def __repr__(self) -> str:
        return f"<Calendar {self._edition[:12]} {self._zone.key}, {len(self._rules.tables)} published years>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Calendar.from_data, (self.to_data(),))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name}: a Calendar cannot be changed; build another")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name}: a Calendar cannot be changed; build another")

    # Single days

    def is_published(self, year: int) -> bool:
        """Whether the year's holiday notice is in the calendar."""
        return self._rules.is_published(year)

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies in a year not yet published, overridden or not."""
        require_day("day", day)
        return not self._rules.is_published(day.year)

    def is_working_day(self, day: date) -> bool:
        """By override, else by the published table, else Monday to Friday without the fixed holidays."""
        require_day("day", day)
        return self._rules.is_working_day(day)

    def holiday_name(self, day: date) -> str:
        """The holiday's Chinese name, or an override's reason; empty for a working day and for a plain weekend."""
        require_day("day", day)
        return self._rules.holiday_name(day)

    def date_of(self, moment: datetime) -> date:
        """The day it is in the zone at that moment."""
        require_moment("moment", moment)
        return moment.astimezone(self._zone).date()

    def end_of_day(self, day: date) -> datetime:
        """24:00 of the day in the zone, as a moment in UTC: when a limit of days is over (Civil Code art. 203)."""
        require_day("day", day)
        if day.year > LAST_YEAR:
            raise out_of_range("day")
        return datetime.combine(date.fromordinal(day.toordinal() + 1), time(0), self._zone).astimezone(UTC)

    # Limits of days and years

    def add_calendar_days(self, start: date, days: int) -> Due:
        """The limit of `days` calendar days from `start`; every kind of day counts, only the last one rolls."""
        require_day("start", start)
        require_amount("days", days)
        ordinal = start.toordinal() + days
        if ordinal > date.max.toordinal():
            raise out_of_range("days")
        return self._due(date.fromordinal(ordinal))

    def add_working_days(self, start: date, days: int) -> Due:
        """The limit of `days` working days from `start`: strict and rolled are the same day, unless `days` is 0."""
        # No calls on the way through this function: a desk queue asks it thousands of times.
        if type(start) is not date:
            require_day("start", start)
        if days <= 0:
            require_amount("days", days)
            return self._due(start)
        year = self._laid_out.get(start.year) or self._lay_out(start.year)
        index = year.through[start.toordinal() - year.eve] + days - 1
        if index < year.count:
            return year.working[index]
        return self._working_day_in_a_later_year(start, days)

    def add_years(self, start: date, years: int) -> Due:
        """The limit of `years` years: the same day of the year, or 28 February where there is no 29th (art. 202)."""
        require_day("start", start)
        require_amount("years", years)
        number = start.year + years
        if number > LAST_YEAR:
            raise out_of_range("years")
        if (start.month, start.day) == _LEAP_DAY and not _is_leap(number):
            return self._due(date(number, 2, 28))
        return self._due(start.replace(year=number))

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days d there are with a < d <= b; 0 when b is not after a."""
        require_day("a", a)
        require_day("b", b)
        if b <= a:
            return 0
        first, last = self._year(a.year), self._year(b.year)
        to_a, to_b = first.through[a.toordinal() - first.eve], last.through[b.toordinal() - last.eve]
        return to_b - to_a + sum(self._year(number).count for number in range(a.year, b.year))

    # Limits of hours

    def add_hours(self, start: datetime, hours: int | Fraction) -> datetime:
        """`hours` on the clock, counted from the moment itself (Civil Code art. 201); whole microseconds, rounded down."""
        require_moment("start", start)
        if not isinstance(hours, int | Fraction):
            raise TypeError(f"hours: give an int or a Fraction, not {type(hours).__name__}, so that nothing is rounded")
        if hours < 0:
            raise ValueError(f"hours: {hours} is negative; give 0 or more (a limit only runs forward)")
        try:
            return start.astimezone(UTC) + timedelta(microseconds=int(hours * _HOUR))
        except OverflowError as error:
            raise out_of_range("hours") from error

    def add_office_hours(self, start: datetime, minutes: int) -> tuple[datetime, bool]:
        """The earliest moment by which `minutes` of office time have passed, in UTC; and whether it is provisional.

        Time outside office hours does not count, so a start at night counts from the next opening, and a limit used
        up at closing time ends then, not at the next opening. 0 minutes is `start` itself.
        Minutes are those of the office's wall clock: a change of daylight time inside office hours is not seen.
        """
        require_moment("start", start)
        require_amount("minutes", minutes)
        local = start.astimezone(self._zone)
        day = local.date()
        if minutes == 0:
            return start.astimezone(UTC), not self._rules.is_published(day.year)
        per_day = self._office_hours.per_day
        if self._rules.is_working_day(day):
            wanted = self._office_hours.worked_by(since_midnight(local.time())) + minutes * MINUTE
        else:
            wanted = per_day + minutes * MINUTE  # as if this day had been worked to its end
        days, rest = divmod(wanted - 1, per_day)  # rest 0 .. per_day - 1: the end of a day belongs to that day
        due = self.add_working_days(day, days)
        clock = self._office_hours.clock_after(rest + 1)
        end = datetime.combine(due.strict_on, time(0)) + timedelta(microseconds=clock)
        provisional = due.provisional or not self._rules.is_published(day.year)
        return end.replace(tzinfo=self._zone).astimezone(UTC), provisional

    def office_minutes_between(self, a: datetime, b: datetime) -> int:
        """Whole minutes of office time from `a` to `b`, rounded down; 0 when b is not after a."""
        require_moment("a", a)
        require_moment("b", b)
        if b <= a:
            return 0
        local_a, local_b = a.astimezone(self._zone), b.astimezone(self._zone)
        day_a, day_b = local_a.date(), local_b.date()
        # Working days from a's day up to the day before b's, each whole, then the parts of the two days themselves.
        worked_a, worked_b = self._rules.is_working_day(day_a), self._rules.is_working_day(day_b)
        days = self.working_days_between(day_a, day_b) + worked_a - worked_b
        office_time = days * self._office_hours.per_day
        if worked_a:
            office_time -= self._office_hours.worked_by(since_midnight(local_a.time()))
        if worked_b:
            office_time += self._office_hours.worked_by(since_midnight(local_b.time()))
        return max(0, office_time // MINUTE)

    # Inside

    def _due(self, day: date) -> Due:
        year = self._year(day.year)
        return year.by_day[day.toordinal() - year.eve - 1]

    def _year(self, number: int) -> YearDays:
        return self._laid_out.get(number) or self._lay_out(number)

    def _lay_out(self, number: int) -> YearDays:
        if number > LAST_YEAR:
            raise out_of_range(str(number))
        # Two threads may lay out the same year at once: both get the same content, and one of the two stays.
        return self._laid_out.setdefault(number, YearDays(self._rules, number))

    def _working_day_in_a_later_year(self, start: date, days: int) -> Due:
        if days > date.max.toordinal() - start.toordinal():
            raise out_of_range("days")  # said at once, rather than after laying out thousands of years
        number = start.year
        year = self._year(number)
        looked_at = start.toordinal() - year.eve
        left = days - (year.count - year.through[looked_at])
        provisional = not year.published and looked_at < len(year.by_day)  # from 31 December none of its days is
        while True:
            number += 1
            year = self._year(number)
            provisional = provisional or not year.published
            if left <= year.count:
                break
            left -= year.count
        due = year.working[left - 1]
        return due if due.provisional == provisional else replace(due, provisional=provisional)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

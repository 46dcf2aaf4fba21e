"""Whether one day is worked, and what it is called when it is not."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from anxin.engines.calendar.tables import SATURDAY, Override, YearTable

WEEKEND = "周末"


class DayRules:
    """Answers for single days. Order: override, then the year's published table, then weekends and fixed holidays."""

    __slots__ = ("fixed_holidays", "overrides", "tables")

    tables: Mapping[int, YearTable]
    overrides: Mapping[date, Override]
    fixed_holidays: Mapping[tuple[int, int], str]

    def __init__(
        self,
        years: Iterable[YearTable],
        overrides: Iterable[Override],
        fixed_holidays: Mapping[tuple[int, int], str],
    ) -> None:
        tables: dict[int, YearTable] = {}
        for table in sorted(years, key=lambda table: table.year):
            if table.year in tables:
                raise ValueError(f"years: {table.year} is given twice; keep one table per year")
            tables[table.year] = table
        decided: dict[date, Override] = {}
        for override in sorted(overrides, key=lambda override: override.on):
            if override.on in decided:
                raise ValueError(f"overrides: {override.on} is given twice; keep the one that holds")
            decided[override.on] = override
        for (month, day), name in fixed_holidays.items():
            try:
                date(2001, month, day)  # a common year: 29 February cannot be fixed
            except ValueError as error:
                raise ValueError(f"fixed_holidays: ({month}, {day}) is not a day of every year") from error
            if not name.strip():
                raise ValueError(f"fixed_holidays: ({month}, {day}) has no name; give the holiday's Chinese name")
        self.tables = MappingProxyType(tables)
        self.overrides = MappingProxyType(decided)
        self.fixed_holidays = MappingProxyType(dict(sorted(fixed_holidays.items())))

    def is_published(self, year: int) -> bool:
        return year in self.tables

    def is_working_day(self, day: date) -> bool:
        override = self.overrides.get(day)
        if override is not None:
            return override.working
        table = self.tables.get(day.year)
        if table is None:
            return day.weekday() < SATURDAY and (day.month, day.day) not in self.fixed_holidays
        if day in table.holidays:
            return False
        return day.weekday() < SATURDAY or day in table.make_up_days

    def holiday_name(self, day: date) -> str:
        """The name of the holiday, or an override's reason; empty for a working day and for a plain weekend."""
        override = self.overrides.get(day)
        if override is not None:
            return "" if override.working else override.reason
        table = self.tables.get(day.year)
        if table is None:
            return self.fixed_holidays.get((day.month, day.day), "")
        return table.holidays.get(day, "")

    def rest_name(self, day: date) -> str:
        """What to call a day that is not worked; never empty."""
        return self.holiday_name(day) or WEEKEND

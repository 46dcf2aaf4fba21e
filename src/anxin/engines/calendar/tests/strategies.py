"""Calendars, days and moments for property tests, within years few enough to be walked day by day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from anxin.engines.calendar import Calendar, OfficeHours, Override, YearTable
from anxin.engines.calendar.tests.reference import Reference

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = st.sampled_from(["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"])

days = st.dates(date(2022, 1, 1), date(2027, 12, 31))
amounts = st.integers(0, 400)
moments = st.datetimes(datetime(2022, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
minutes = st.integers(0, 60_000)


@st.composite
def year_tables(draw: st.DrawFn, year: int) -> YearTable:
    in_year = st.dates(date(year, 1, 1), date(year, 12, 31))
    holidays: dict[date, str] = {}
    # Breaks of several days, and now and then across the turn of the year, where a table ends.
    for first in draw(st.lists(in_year | st.just(date(year, 12, 30)), max_size=6)):
        name = draw(NAMES)
        for offset in range(draw(st.integers(1, 8))):
            day = first + timedelta(days=offset)
            if day.year == year:
                holidays[day] = name
    weekend_days = draw(st.frozensets(in_year, max_size=12))
    make_up_days = frozenset(day for day in weekend_days if day.weekday() >= 5 and day not in holidays)
    return YearTable(year, holidays, make_up_days)


@st.composite
def office_hours(draw: st.DrawFn) -> OfficeHours:
    clocks = draw(st.lists(st.integers(0, 24 * 60), min_size=2, max_size=6, unique=True).map(sorted))
    clocks = clocks[: len(clocks) // 2 * 2]
    times = [time(clock // 60 % 24, clock % 60) for clock in clocks]
    return OfficeHours(tuple(zip(times[::2], times[1::2], strict=True)))


@st.composite
def references(draw: st.DrawFn) -> Reference:
    published = draw(st.sets(st.integers(2022, 2028)))
    overridden = draw(st.lists(days, max_size=10, unique=True))
    return Reference(
        years=tuple(draw(year_tables(year)) for year in sorted(published)),
        overrides=tuple(
            Override(day, draw(st.booleans()), draw(st.sampled_from(["台风", "加班"]))) for day in overridden
        ),
        office_hours=draw(office_hours()),
        zone=SHANGHAI,
    )


def calendar_of(reference: Reference) -> Calendar:
    return Calendar(
        years=reference.years,
        overrides=reference.overrides,
        office_hours=reference.office_hours,
        zone=reference.zone,
    )


calendars = references().map(calendar_of)

"""What must hold for every calendar, and agreement with a reference that walks day by day."""

import json
import pickle
from datetime import date, datetime, timedelta

from hypothesis import given, settings

from anxin.engines.calendar import Calendar
from anxin.engines.calendar.tests import strategies as some
from anxin.engines.calendar.tests.reference import Reference

# The first question put to a calendar lays out whole years; an example may take a few milliseconds more than the next.
unhurried = settings(deadline=None)


@unhurried
@given(some.references(), some.days, some.amounts)
def test_a_day_by_day_walk_gives_the_same_limits(reference: Reference, start: date, days: int) -> None:
    calendar = some.calendar_of(reference)
    assert calendar.add_working_days(start, days) == reference.add_working_days(start, days)
    assert calendar.add_calendar_days(start, days) == reference.add_calendar_days(start, days)


@unhurried
@given(some.references(), some.days, some.days)
def test_a_day_by_day_walk_counts_the_same_working_days(reference: Reference, a: date, b: date) -> None:
    assert some.calendar_of(reference).working_days_between(a, b) == reference.working_days_between(a, b)


@unhurried
@given(some.references(), some.days)
def test_single_days_agree_with_the_reference(reference: Reference, day: date) -> None:
    calendar = some.calendar_of(reference)
    assert calendar.is_working_day(day) == (not reference.why_off(day))
    assert calendar.holiday_name(day) == reference.why_off(day).replace("周末", "")
    assert calendar.is_provisional(day) == (reference.table(day.year) is None)


@unhurried
@given(some.references(), some.moments, some.minutes)
def test_a_span_by_span_walk_gives_the_same_office_limit(reference: Reference, start: datetime, minutes: int) -> None:
    minutes %= 60 * (1 + sum(1 for _ in reference.office_hours.spans)) * 20  # keep the walk short
    end, _ = some.calendar_of(reference).add_office_hours(start, minutes)
    assert end == reference.add_office_hours(start, minutes)


@unhurried
@given(some.references(), some.moments, some.moments)
def test_a_span_by_span_walk_counts_the_same_office_minutes(reference: Reference, a: datetime, b: datetime) -> None:
    expected = 0 if b <= a else reference.office_minutes_between(a, b)
    assert some.calendar_of(reference).office_minutes_between(a, b) == expected


@unhurried
@given(some.calendars, some.days, some.amounts, some.amounts)
def test_adding_n_then_m_working_days_is_adding_both(calendar: Calendar, start: date, n: int, m: int) -> None:
    after_n = calendar.add_working_days(start, n).strict_on
    assert calendar.add_working_days(after_n, m).strict_on == calendar.add_working_days(start, n + m).strict_on


@unhurried
@given(some.calendars, some.days, some.days, some.amounts, some.amounts)
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    calendar: Calendar, a: date, b: date, n: int, m: int
) -> None:
    (a, b), (n, m) = sorted((a, b)), sorted((n, m))
    for add in (calendar.add_working_days, calendar.add_calendar_days):
        assert add(a, n).strict_on <= add(a, m).strict_on
        assert add(a, n).rolled_on <= add(a, m).rolled_on
        assert add(a, n).strict_on <= add(b, n).strict_on
        assert add(a, n).rolled_on <= add(b, n).rolled_on


@unhurried
@given(some.calendars, some.days, some.amounts)
def test_a_limit_rolls_to_the_next_working_day_and_says_why(calendar: Calendar, start: date, days: int) -> None:
    for due in (
        calendar.add_working_days(start, days),
        calendar.add_calendar_days(start, days),
        calendar.add_years(start, days % 3),
    ):
        assert due.strict_on <= due.rolled_on
        assert calendar.is_working_day(due.rolled_on)
        passed = [due.strict_on + timedelta(days=n) for n in range((due.rolled_on - due.strict_on).days)]
        assert not any(calendar.is_working_day(day) for day in passed)
        assert bool(due.rolled_over) == bool(passed)


@unhurried
@given(some.calendars, some.days, some.amounts)
def test_counting_working_days_undoes_adding_them(calendar: Calendar, start: date, days: int) -> None:
    end = calendar.add_working_days(start, days).strict_on
    assert calendar.working_days_between(start, end) == days


@unhurried
@given(some.calendars, some.days, some.days, some.days)
def test_working_days_add_up_over_a_day_between(calendar: Calendar, a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    whole = calendar.working_days_between(a, c)
    assert whole == calendar.working_days_between(a, b) + calendar.working_days_between(b, c)


@unhurried
@given(some.calendars, some.moments, some.minutes)
def test_counting_office_minutes_undoes_adding_them(calendar: Calendar, start: datetime, minutes: int) -> None:
    end, _ = calendar.add_office_hours(start, minutes)
    assert calendar.office_minutes_between(start, end) == minutes
    if minutes:  # and the end is the earliest such moment
        assert calendar.office_minutes_between(start, end - timedelta(microseconds=1)) == minutes - 1


@unhurried
@given(some.calendars, some.moments, some.minutes, some.minutes)
def test_adding_office_minutes_in_two_goes_is_adding_both(calendar: Calendar, start: datetime, n: int, m: int) -> None:
    after_n, _ = calendar.add_office_hours(start, n)
    assert calendar.add_office_hours(after_n, m)[0] == calendar.add_office_hours(start, n + m)[0]


@unhurried
@given(some.calendars, some.moments, some.minutes)
def test_an_office_limit_is_provisional_when_a_year_on_its_way_is(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    end, provisional = calendar.add_office_hours(start, minutes)
    first, last = calendar.date_of(start), calendar.date_of(end - timedelta(microseconds=1))
    years = range(first.year, max(first, last).year + 1)
    assert provisional == any(not calendar.is_published(year) for year in years)


@unhurried
@given(some.calendars, some.days)
def test_a_day_ends_when_the_next_begins(calendar: Calendar, day: date) -> None:
    end = calendar.end_of_day(day)
    assert calendar.date_of(end - timedelta(microseconds=1)) == day
    assert calendar.date_of(end) == day + timedelta(days=1)


@unhurried
@given(some.calendars, some.days, some.amounts, some.moments)
def test_a_stored_edition_replays_exactly(calendar: Calendar, day: date, days: int, moment: datetime) -> None:
    stored = json.dumps(calendar.to_data())
    for again in (Calendar.from_data(json.loads(stored)), pickle.loads(pickle.dumps(calendar))):
        assert again == calendar
        assert hash(again) == hash(calendar)
        assert again.edition == calendar.edition
        assert again.to_data() == calendar.to_data()
        assert again.add_working_days(day, days) == calendar.add_working_days(day, days)
        assert again.add_calendar_days(day, days) == calendar.add_calendar_days(day, days)
        assert again.add_office_hours(moment, days) == calendar.add_office_hours(moment, days)

"""Office hours on the real calendar of China: 09:00-12:00 and 13:00-17:30, seven and a half hours a day."""

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from anxin.engines.calendar import Calendar, OfficeHours, china_years

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Calendar(
    years=china_years(last=2026), office_hours=OfficeHours(((time(9), time(12)), (time(13), time(17, 30))))
)
FULL_DAY = 450


def at(month: int, day: int, hour: int, minute: int = 0, *, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param(at(3, 6, 9, 30), 60, at(3, 6, 10, 30), id="within the morning"),
        pytest.param(at(3, 6, 11, 30), 60, at(3, 6, 13, 30), id="over lunch"),
        pytest.param(at(3, 6, 12, 20), 60, at(3, 6, 14), id="from lunch"),
        pytest.param(at(3, 6, 11), 60, at(3, 6, 12), id="used up at closing time, not at the next opening"),
        pytest.param(at(3, 6, 3), 60, at(3, 6, 10), id="from before opening"),
        pytest.param(at(3, 6, 17), 60, at(3, 7, 9, 30), id="over night"),
        pytest.param(at(3, 6, 23), FULL_DAY, at(3, 7, 17, 30), id="a whole day, from night"),
        pytest.param(at(3, 7, 17), 60, at(3, 10, 9, 30), id="over a weekend"),
        pytest.param(at(3, 8, 10), 60, at(3, 10, 10), id="from a Saturday"),
        pytest.param(at(1, 24, 17), 60, at(1, 26, 9, 30), id="into a make-up Sunday"),
        pytest.param(at(1, 26, 17), 60, at(1, 27, 9, 30), id="from a make-up Sunday"),
        pytest.param(at(1, 27, 17), 60, at(2, 5, 9, 30), id="over Spring Festival"),
        pytest.param(at(3, 3, 9), 5 * FULL_DAY, at(3, 7, 17, 30), id="a whole week"),
        pytest.param(at(3, 8, 10), 0, at(3, 8, 10), id="nothing to add"),
    ],
)
def test_office_minutes_run_only_in_office_hours(start: datetime, minutes: int, end: datetime) -> None:
    found, provisional = CHINA.add_office_hours(start, minutes)
    assert found == end
    assert found.tzinfo is UTC
    assert provisional is False
    assert CHINA.office_minutes_between(start, end) == minutes


def test_seconds_are_kept() -> None:
    start = at(3, 6, 11, 59) + timedelta(seconds=40)
    assert CHINA.add_office_hours(start, 1)[0] == at(3, 6, 13) + timedelta(seconds=40)
    assert CHINA.office_minutes_between(start, at(3, 6, 13) + timedelta(seconds=39)) == 0


def test_any_zone_may_be_passed_in() -> None:
    start = datetime(2025, 3, 6, 3, 30, tzinfo=UTC)  # 11:30 in Shanghai
    assert CHINA.add_office_hours(start, 60)[0] == at(3, 6, 13, 30)
    assert CHINA.office_minutes_between(start, datetime(2025, 3, 6, 5, 30, tzinfo=UTC)) == 60


def test_office_minutes_backwards_are_none() -> None:
    assert CHINA.office_minutes_between(at(3, 7, 10), at(3, 6, 10)) == 0


def test_office_time_into_an_unpublished_year_is_provisional() -> None:
    assert CHINA.add_office_hours(at(12, 31, 10, year=2026), 60) == (at(12, 31, 11, year=2026), False)
    assert CHINA.add_office_hours(at(12, 31, 17, year=2026), 60) == (at(1, 4, 9, 30, year=2027), True)
    assert CHINA.add_office_hours(at(1, 4, 9, year=2027), 0) == (at(1, 4, 9, year=2027), True)


def test_office_time_out_of_an_unpublished_year_is_provisional() -> None:
    calendar = Calendar(years=china_years(2026, 2026))
    assert calendar.add_office_hours(at(12, 31, 17), 60) == (at(1, 4, 9, 30, year=2026), True)


def test_round_the_clock_offices_close_at_24() -> None:
    calendar = Calendar(years=china_years(), office_hours=OfficeHours(((time(0), time(0)),)))
    assert calendar.add_office_hours(at(3, 6, 12), 24 * 60)[0] == at(3, 7, 12)
    assert calendar.add_office_hours(at(3, 6, 12), 12 * 60)[0] == at(3, 7, 0)
    assert calendar.office_minutes_between(at(3, 7, 12), at(3, 10, 12)) == 24 * 60


def test_clocks_that_change_are_followed_between_days() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar(years=(), zone=berlin)
    friday = datetime(2025, 3, 28, 17, tzinfo=berlin)  # the clocks go forward on Sunday
    assert calendar.add_office_hours(friday, 60)[0] == datetime(2025, 3, 31, 7, 30, tzinfo=UTC)


# Plain hours


def test_plain_hours_run_through_nights_and_holidays() -> None:
    end = CHINA.add_hours(at(1, 27, 20), 24)
    assert end == at(1, 28, 20)
    assert end.tzinfo is UTC


def test_parts_of_an_hour_are_exact() -> None:
    assert CHINA.add_hours(at(3, 6, 9), Fraction(1, 3)) == at(3, 6, 9, 20)
    assert CHINA.add_hours(at(3, 6, 9), Fraction(1, 7)) == at(3, 6, 9) + timedelta(microseconds=514_285_714)


# What is refused


def test_naive_moments_are_refused() -> None:
    naive = datetime(2025, 3, 6, 9)
    for ask in (
        lambda: CHINA.add_hours(naive, 1),
        lambda: CHINA.add_office_hours(naive, 1),
        lambda: CHINA.office_minutes_between(naive, at(3, 6, 10)),
        lambda: CHINA.office_minutes_between(at(3, 6, 10), naive),
        lambda: CHINA.date_of(naive),
    ):
        with pytest.raises(ValueError, match=r"^(start|a|b|moment): .*has no time zone; give an aware datetime"):
            ask()


def test_negative_and_inexact_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^hours: -1 is negative; give 0 or more"):
        CHINA.add_hours(at(3, 6, 9), -1)
    with pytest.raises(ValueError, match=r"^minutes: -1 is negative; give 0 or more"):
        CHINA.add_office_hours(at(3, 6, 9), -1)
    with pytest.raises(TypeError, match=r"^hours: give an int or a Fraction, not float"):
        CHINA.add_hours(at(3, 6, 9), 0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^hours: goes beyond the year 9998"):
        CHINA.add_hours(at(3, 6, 9), 10**12)


@pytest.mark.parametrize(
    ("spans", "says"),
    [
        ((), "^spans: empty; give at least one"),
        (((time(9), time(12)), (time(11), time(17))), "^spans: 11:00:00-17:00:00 begins before the span ahead"),
        (((time(13), time(17)), (time(9), time(12))), "^spans: 09:00:00-12:00:00 begins before the span ahead"),
        (((time(12), time(9)),), "^spans: 12:00:00-09:00:00 does not end after it begins"),
        (((time(9), time(9)),), "^spans: 09:00:00-09:00:00 does not end after it begins"),
        (((time(22), time(0)), (time(1), time(2))), "^spans: 22:00:00-00:00:00 does not end after it begins"),
        (((time(9, tzinfo=UTC), time(12, tzinfo=UTC)),), "^spans: .* carries a zone; give plain times"),
    ],
)
def test_spans_out_of_order_are_refused(spans: tuple[tuple[time, time], ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        OfficeHours(spans)


def test_spans_may_touch() -> None:
    hours = OfficeHours(((time(9), time(12)), (time(12), time(17))))
    assert Calendar(years=(), office_hours=hours).add_office_hours(at(3, 6, 11, 30), 60)[0] == at(3, 6, 12, 30)

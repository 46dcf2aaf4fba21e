"""Office time laid out for millions agrees with the calendar that answers one by one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines import mining
from anxin.engines.calendar import Calendar, OfficeHours, china_years
from anxin.engines.mining.durations import micros_at
from anxin.engines.mining.tests.logs import log_of
from anxin.engines.mining.working import Offsets, months

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)
CHINA = Calendar(years=china_years())
# The clocks of Berlin change, and its offices here work to midnight.
BERLIN = Calendar(
    years=[], zone=ZoneInfo("Europe/Berlin"), office_hours=OfficeHours(((time(8), time(12, 30)), (time(14), time(0))))
)
moments = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))


@pytest.mark.parametrize("calendar", [CHINA, BERLIN], ids=["China", "Berlin"])
@given(pairs=st.lists(st.tuples(moments, moments), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_it_agrees_with_the_calendar(calendar: Calendar, pairs: list[tuple[datetime, datetime]]) -> None:
    laid_out = mining.WorkingTime.of(calendar, FIRST, LAST)
    begins, ends = (np.array([micros_at(one, "at") for one in some]) for some in zip(*pairs, strict=True))
    minutes = laid_out.between(begins, ends) // 60_000_000
    assert minutes.tolist() == [calendar.office_minutes_between(a, b) for a, b in pairs]


def test_a_night_a_weekend_and_a_holiday_cost_no_office_time() -> None:
    # Friday 17:00 to Monday 10:00 in Shanghai, over a plain weekend: half an hour and an hour.
    log = log_of([("1", "a", 4 * 1440 + 8 * 60), ("1", "b", 7 * 1440 + 60)])
    laid_out = mining.WorkingTime.of(CHINA, FIRST, LAST)
    found = mining.waits(log, working=laid_out)
    assert found.working_median is not None
    assert found.working_median.tolist() == [90 * 60_000_000]
    assert laid_out.seconds(log.begins(), log.ends()).tolist() == [90 * 60]


def test_a_moment_outside_the_layout_is_refused() -> None:
    laid_out = mining.WorkingTime.of(CHINA, FIRST, FIRST + timedelta(days=3))
    with pytest.raises(mining.BadQuestion, match="outside the days"):
        laid_out.passed(np.array([micros_at(LAST, "at")]))


def test_years_without_published_holidays_are_said() -> None:
    assert mining.WorkingTime.of(CHINA, FIRST, LAST).cautions == ()
    found = mining.WorkingTime.of(CHINA, LAST, datetime(2040, 1, 1, tzinfo=UTC))
    assert [one.code for one in found.cautions] == ["provisional"]


@given(
    st.lists(moments, min_size=1, max_size=20), st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai"])
)
@settings(max_examples=60, deadline=None)
def test_months_are_those_on_the_wall(some: list[datetime], zone: str) -> None:
    micros = np.array([micros_at(one, "at") for one in some])
    assert [str(one) for one in months(micros, ZoneInfo(zone))] == [
        f"{one.astimezone(ZoneInfo(zone)):%Y-%m}" for one in some
    ]


def test_the_clocks_change_at_the_right_second() -> None:
    found = Offsets.of(
        ZoneInfo("Europe/Berlin"), micros_at(FIRST, "at"), micros_at(datetime(2024, 12, 31, tzinfo=UTC), "at")
    )
    changes = [
        micros_at(datetime(2024, 3, 31, 1, tzinfo=UTC), "at"),
        micros_at(datetime(2024, 10, 27, 1, tzinfo=UTC), "at"),
    ]
    for change, expected in zip(found.changes, changes, strict=True):
        assert abs(int(change) - expected) <= 1_000_000

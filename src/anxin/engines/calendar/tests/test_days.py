"""Limits of days and years on the real calendar of China."""

from datetime import UTC, date, datetime

import pytest
from chinese_calendar import is_workday  # type: ignore[import-untyped, unused-ignore]

from anxin.engines.calendar import Calendar, Due, Override, china_years

CHINA = Calendar(years=china_years())
# A calendar that ends with 2026 whatever the installed package knows, so that 2027 stays unpublished in these tests.
UP_TO_2026 = Calendar(years=china_years(last=2026))


def test_thirty_days_ending_at_qingming_roll_past_the_holiday() -> None:
    due = CHINA.add_calendar_days(date(2025, 3, 6), 30)
    assert due == Due(date(2025, 4, 5), date(2025, 4, 7), provisional=False, rolled_over="清明节")


def test_sixty_days_ending_at_labour_day_roll_past_the_holiday() -> None:
    due = CHINA.add_calendar_days(date(2025, 3, 6), 60)
    assert due == Due(date(2025, 5, 5), date(2025, 5, 6), provisional=False, rolled_over="劳动节")


def test_a_limit_ending_on_a_plain_weekend_rolls_to_monday() -> None:
    due = CHINA.add_calendar_days(date(2025, 3, 5), 10)
    assert due == Due(date(2025, 3, 15), date(2025, 3, 17), provisional=False, rolled_over="周末")


def test_a_limit_ending_on_a_working_day_does_not_roll() -> None:
    due = CHINA.add_calendar_days(date(2025, 3, 6), 5)
    assert due == Due(date(2025, 3, 11), date(2025, 3, 11), provisional=False, rolled_over="")


def test_a_limit_ending_on_a_make_up_sunday_does_not_roll() -> None:
    due = CHINA.add_calendar_days(date(2025, 4, 17), 10)
    assert due == Due(date(2025, 4, 27), date(2025, 4, 27), provisional=False, rolled_over="")


def test_rolling_over_two_holidays_names_both() -> None:
    due = CHINA.add_calendar_days(date(2025, 9, 20), 13)  # 3 October 2025: National Day and Mid-autumn in one break
    assert due == Due(date(2025, 10, 3), date(2025, 10, 9), provisional=False, rolled_over="国庆节、中秋节")


def test_rolling_over_a_weekend_into_a_holiday_names_both() -> None:
    calendar = Calendar(years=china_years(), overrides=[Override(date(2025, 3, 17), working=False, reason="停电")])
    due = calendar.add_calendar_days(date(2025, 3, 5), 10)
    assert due == Due(date(2025, 3, 15), date(2025, 3, 18), provisional=False, rolled_over="周末、停电")


def test_the_first_day_is_not_counted() -> None:
    assert CHINA.add_calendar_days(date(2025, 3, 6), 1).strict_on == date(2025, 3, 7)
    assert CHINA.add_working_days(date(2025, 3, 6), 1).strict_on == date(2025, 3, 7)


def test_working_days_skip_spring_festival_and_count_its_make_up_days() -> None:
    # 2025: off from Tuesday 28 January to Tuesday 4 February; Sunday 26 January and Saturday 8 February worked.
    friday = date(2025, 1, 24)
    expected = [date(2025, 1, 26), date(2025, 1, 27), date(2025, 2, 5), date(2025, 2, 6), date(2025, 2, 7)]
    expected += [date(2025, 2, 8), date(2025, 2, 10)]
    assert [CHINA.add_working_days(friday, n).rolled_on for n in range(1, 8)] == expected
    assert CHINA.working_days_between(friday, date(2025, 2, 10)) == 7
    assert {CHINA.holiday_name(date(2025, 1, day)) for day in (28, 29, 30, 31)} == {"春节"}


def test_every_limit_from_one_start_ends_on_the_next_working_day_through_two_turns_of_the_year() -> None:
    start = date(2024, 12, 20)
    after = (date.fromordinal(start.toordinal() + n) for n in range(1, 741))  # to 30 December 2026
    worked = [day for day in after if is_workday(day)]
    assert [CHINA.add_working_days(start, n).rolled_on for n in range(1, len(worked) + 1)] == worked


@pytest.mark.parametrize("day", [date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28)])
def test_make_up_weekend_days_are_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert CHINA.is_working_day(day)
    assert CHINA.holiday_name(day) == ""


def test_every_published_day_agrees_with_the_package() -> None:
    first, last = date(2004, 1, 1), date(2026, 12, 31)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        assert CHINA.is_working_day(day) == is_workday(day), day


def test_zero_working_days_is_the_day_itself_rolled_when_it_is_not_worked() -> None:
    assert CHINA.add_working_days(date(2025, 3, 14), 0) == Due(date(2025, 3, 14), date(2025, 3, 14), False, "")
    assert CHINA.add_working_days(date(2025, 3, 15), 0) == Due(date(2025, 3, 15), date(2025, 3, 17), False, "周末")


def test_counting_backwards_finds_nothing() -> None:
    assert CHINA.working_days_between(date(2025, 3, 14), date(2025, 3, 14)) == 0
    assert CHINA.working_days_between(date(2025, 3, 14), date(2025, 3, 1)) == 0


# Years


def test_two_years_end_on_the_same_day_of_the_year() -> None:
    assert CHINA.add_years(date(2023, 3, 6), 2) == Due(date(2025, 3, 6), date(2025, 3, 6), False, "")


@pytest.mark.parametrize(
    ("years", "end"), [(0, date(2024, 2, 29)), (1, date(2025, 2, 28)), (2, date(2026, 2, 28)), (4, date(2028, 2, 29))]
)
def test_a_leap_day_ends_on_the_last_of_february(years: int, end: date) -> None:
    assert CHINA.add_years(date(2024, 2, 29), years).strict_on == end


def test_the_end_of_february_stays_the_28th_in_a_leap_year() -> None:
    assert CHINA.add_years(date(2023, 2, 28), 1).strict_on == date(2024, 2, 28)


# Years not yet published


def test_an_unpublished_year_keeps_weekends_and_fixed_holidays_only() -> None:
    assert not UP_TO_2026.is_published(2027)
    assert not UP_TO_2026.is_working_day(date(2027, 10, 1))
    assert UP_TO_2026.holiday_name(date(2027, 10, 1)) == "国庆节"
    assert not UP_TO_2026.is_working_day(date(2027, 2, 20))
    assert UP_TO_2026.is_working_day(date(2027, 2, 8))  # Spring Festival's Monday: not guessed
    assert UP_TO_2026.is_provisional(date(2027, 2, 8))
    assert not UP_TO_2026.is_provisional(date(2026, 12, 31))


def test_a_limit_that_ends_in_an_unpublished_year_is_provisional() -> None:
    assert UP_TO_2026.add_calendar_days(date(2026, 12, 1), 30).provisional is False
    assert UP_TO_2026.add_calendar_days(date(2026, 12, 1), 45).provisional is True
    assert UP_TO_2026.add_working_days(date(2026, 12, 25), 4).provisional is False
    assert UP_TO_2026.add_working_days(date(2026, 12, 25), 5).provisional is True


def test_a_limit_that_rolls_into_an_unpublished_year_is_provisional() -> None:
    calendar = Calendar(
        years=china_years(last=2026), overrides=[Override(date(2026, 12, 31), working=False, reason="年终盘点")]
    )
    due = calendar.add_calendar_days(date(2026, 12, 1), 30)
    assert due == Due(date(2026, 12, 31), date(2027, 1, 4), provisional=True, rolled_over="年终盘点、元旦、周末")


def test_working_days_through_an_unpublished_year_into_a_published_one_are_provisional() -> None:
    with_a_gap = Calendar(years=[*china_years(2024, 2024), *china_years(2026, 2026)])
    assert with_a_gap.add_working_days(date(2024, 12, 2), 300).provisional is True
    assert with_a_gap.add_working_days(date(2025, 12, 30), 2).provisional is True
    assert with_a_gap.add_working_days(date(2025, 12, 31), 2).provisional is False  # looks at 2026 only


# Overrides


def test_an_override_wins_over_the_table_both_ways() -> None:
    calendar = Calendar(
        years=china_years(),
        overrides=[
            Override(date(2025, 4, 4), working=True, reason="理赔值班"),
            Override(date(2025, 4, 8), working=False, reason="台风"),
        ],
    )
    assert calendar.is_working_day(date(2025, 4, 4))
    assert calendar.holiday_name(date(2025, 4, 4)) == ""
    assert calendar.holiday_name(date(2025, 4, 8)) == "台风"
    assert calendar.add_calendar_days(date(2025, 4, 1), 7) == Due(date(2025, 4, 8), date(2025, 4, 9), False, "台风")


def test_an_override_decides_in_an_unpublished_year_which_stays_provisional() -> None:
    calendar = Calendar(
        years=china_years(last=2026), overrides=[Override(date(2027, 2, 8), working=False, reason="春节")]
    )
    assert not calendar.is_working_day(date(2027, 2, 8))
    assert calendar.is_provisional(date(2027, 2, 8))


# Where days end


def test_a_day_ends_at_midnight_in_china() -> None:
    assert CHINA.end_of_day(date(2025, 4, 7)) == datetime(2025, 4, 7, 16, tzinfo=UTC)
    assert CHINA.end_of_day(date(2025, 4, 7)).tzinfo is UTC


def test_the_day_of_a_moment_is_chinas() -> None:
    assert CHINA.date_of(datetime(2025, 4, 7, 15, 59, 59, tzinfo=UTC)) == date(2025, 4, 7)
    assert CHINA.date_of(datetime(2025, 4, 7, 16, tzinfo=UTC)) == date(2025, 4, 8)


# What is refused


def test_a_datetime_where_a_day_is_meant_is_refused() -> None:
    moment = datetime(2025, 4, 7, 23, tzinfo=UTC)
    for ask in (
        lambda: CHINA.is_working_day(moment),
        lambda: CHINA.add_working_days(moment, 1),
        lambda: CHINA.add_calendar_days(moment, 1),
        lambda: CHINA.add_years(moment, 1),
        lambda: CHINA.end_of_day(moment),
        lambda: CHINA.working_days_between(moment, date(2025, 4, 8)),
    ):
        with pytest.raises(ValueError, match=r"^(day|start|a): .*pass calendar\.date_of\(moment\)"):
            ask()


def test_negative_amounts_are_refused() -> None:
    for add in (CHINA.add_working_days, CHINA.add_calendar_days):
        with pytest.raises(ValueError, match=r"^days: -1 is negative; give 0 or more"):
            add(date(2025, 4, 7), -1)
    with pytest.raises(ValueError, match=r"^years: -1 is negative; give 0 or more"):
        CHINA.add_years(date(2025, 4, 7), -1)


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    for days in (5_000_000, 10**12):
        with pytest.raises(ValueError, match=r"^days: goes beyond the year 9998"):
            CHINA.add_working_days(date(2025, 4, 7), days)
        with pytest.raises(ValueError, match=r"^days: goes beyond the year 9998"):
            CHINA.add_calendar_days(date(2025, 4, 7), days)
    with pytest.raises(ValueError, match=r"^years: goes beyond the year 9998"):
        CHINA.add_years(date(2025, 4, 7), 8000)
    with pytest.raises(ValueError, match=r"^day: goes beyond the year 9998"):
        CHINA.end_of_day(date(9999, 12, 31))

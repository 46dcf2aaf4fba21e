"""Amounts, days and lengths of time as pages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from anxin.access import clock
from anxin.access import formats as words

# 02:20 in Greenwich on the 17th is 10:20 in Shanghai.
NOON = datetime(2025, 3, 17, 2, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_march_2025():
    with clock.held_at(NOON):
        yield


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (805000, "8,050.00"), (0, "0.00"), (5, "0.05"), (123456789, "1,234,567.89"), (-86000, "−860.00"), (-1, "−0.01"),
        (None, ""), ("", ""),
    ],
)  # fmt: skip
def test_fen(amount, text):
    assert words.fen(amount) == text


def test_fen_for_a_form_has_no_commas():
    assert words.fen_plain(123456789) == "1234567.89"


def test_days_in_chinese():
    with translation.override("zh-hans"):
        assert words.day(date(2025, 3, 6)) == "3月6日"
        assert words.day(date(2024, 10, 18)) == "2024年10月18日"
        assert words.full_day(date(2025, 3, 6)) == "2025年3月6日"
        assert words.weekday(NOON) == "周一"
        assert words.moment(NOON) == "3月17日 10:20"
        assert words.clock_time(NOON) == "10:20"


def test_days_in_english():
    with translation.override("en"):
        assert words.day(date(2025, 3, 6)) == "6 Mar"
        assert words.day(date(2024, 10, 18)) == "18 Oct 2024"
        assert words.weekday(date(2025, 3, 16)) == "Sun"
        assert words.moment(NOON) == "17 Mar 10:20"


def test_a_moment_late_in_greenwich_is_the_next_day_here():
    late = datetime(2025, 3, 5, 16, 0, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert words.day(late) == "3月6日"
    assert words.iso_day(late) == "2025-03-06"
    assert words.iso(late) == "2025-03-06T00:00+08:00"
    assert words.iso(date(2025, 3, 6)) == "2025-03-06"


def test_the_year_is_that_of_here():
    with clock.held_at(datetime(2024, 12, 31, 16, 30, tzinfo=UTC)), translation.override("zh-hans"):
        assert words.day(date(2025, 1, 1)) == "1月1日"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (timedelta(days=12, hours=15, minutes=59), "12 天 15 小时", "12 days 15 hours"),
        (timedelta(minutes=3), "3 分钟", "3 minutes"),
        (timedelta(hours=1), "1 小时", "1 hour"),
        (timedelta(days=1, minutes=5), "1 天", "1 day"),
        (timedelta(seconds=40), "40 秒", "40 seconds"),
        (0, "0 秒", "0 seconds"),
        (-7200, "−2 小时", "−2 hours"),
    ],
)
def test_duration(value, zh, en):
    with translation.override("zh-hans"):
        assert words.duration(value) == zh
    with translation.override("en"):
        assert words.duration(value) == en


def test_shares():
    assert words.share(0.253) == "25%"
    assert words.share(0.125) == "13%"
    assert words.per_cent(0.2314) == "23.1%"
    assert words.per_cent(1.4) == "100.0%"


@pytest.mark.parametrize(
    "write",
    [words.fen, words.day, words.full_day, words.weekday, words.clock_time, words.moment, words.iso, words.duration],
)
def test_nothing_is_written_as_nothing(write):
    assert write(None) == ""

"""Tables, overrides and fixed holidays: what they are and what they refuse; a calendar's identity and snapshot."""

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from anxin.engines.calendar import FIXED_HOLIDAYS, Calendar, OfficeHours, Override, YearTable, china_years

QINGMING = date(2025, 4, 4)
SUNDAY = date(2025, 1, 26)


def small(**changes: Any) -> Calendar:
    parts: dict[str, Any] = {
        "years": [YearTable(2025, {QINGMING: "清明节"}, frozenset({SUNDAY}))],
        "overrides": [Override(date(2025, 6, 6), working=False, reason="台风")],
    }
    return Calendar(**(parts | changes))


# China's tables


def test_published_years_come_whole_and_in_order() -> None:
    years = china_years()
    assert [table.year for table in years] == list(range(2004, years[-1].year + 1))
    assert years[-1].year >= 2026
    assert all(len(table.holidays) >= 20 for table in years)


def test_holidays_carry_their_full_chinese_names() -> None:
    (table,) = china_years(2025, 2025)
    assert set(table.holidays.values()) == {"元旦", "春节", "清明节", "劳动节", "端午节", "国庆节", "中秋节"}
    assert table.holidays[date(2025, 4, 5)] == "清明节"
    assert table.make_up_days == {
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
    }


def test_years_may_be_chosen_and_stop_at_the_last_published() -> None:
    assert [table.year for table in china_years(2024, 2025)] == [2024, 2025]
    assert china_years(2024, 9000) == china_years(2024)
    assert china_years(9000) == ()


def test_years_that_cannot_be_had_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^first: no table of 2003; the earliest year is 2004"):
        china_years(2003)
    with pytest.raises(ValueError, match=r"^last: 2024 lies before first, 2025"):
        china_years(2025, 2024)


def test_every_fixed_holiday_is_off_in_every_published_year_since_it_was_fixed() -> None:
    for table in china_years(2025):
        for (month, day), name in FIXED_HOLIDAYS.items():
            assert table.holidays[date(table.year, month, day)] == name


# Tables and overrides


def test_a_table_keeps_its_own_copy() -> None:
    holidays = {QINGMING: "清明节"}
    table = YearTable(2025, holidays, frozenset())
    holidays.clear()
    assert dict(table.holidays) == {QINGMING: "清明节"}
    with pytest.raises(TypeError):
        table.holidays[QINGMING] = ""  # type: ignore[index]


def test_equal_tables_are_equal_hash_alike_and_can_be_pickled() -> None:
    a = YearTable(2025, {date(2025, 4, 5): "清明节", QINGMING: "清明节"}, frozenset({SUNDAY}))
    b = YearTable(2025, {QINGMING: "清明节", date(2025, 4, 5): "清明节"}, frozenset({SUNDAY}))
    assert a == b
    assert hash(a) == hash(b)
    assert pickle.loads(pickle.dumps(a)) == copy.deepcopy(a) == a


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: YearTable(2025, {date(2024, 4, 4): "清明节"}, frozenset()), "^holidays: 2024-04-04 is not in 2025"),
        (lambda: YearTable(2025, {QINGMING: " "}, frozenset()), "^holidays: 2025-04-04 has no name"),
        (lambda: YearTable(2025, {}, frozenset({date(2024, 1, 7)})), "^make_up_days: 2024-01-07 is not in 2025"),
        (lambda: YearTable(2025, {}, frozenset({QINGMING})), "^make_up_days: 2025-04-04 is not a Saturday or Sunday"),
        (lambda: YearTable(2025, {SUNDAY: "春节"}, frozenset({SUNDAY})), "^make_up_days: 2025-01-26 is also a holiday"),
        (lambda: YearTable(0, {}, frozenset()), "^year: 0 is not between 1 and 9998"),
        (lambda: Override(QINGMING, working=True, reason=" "), "^reason: the override of 2025-04-04 has none"),
        (lambda: small(years=[*china_years(2025, 2025)] * 2), "^years: 2025 is given twice"),
        (lambda: small(overrides=[Override(QINGMING, True, "a"), Override(QINGMING, False, "b")]), "^overrides: 2025"),
        (lambda: small(fixed_holidays={(2, 30): "无"}), r"^fixed_holidays: \(2, 30\) is not a day of every year"),
        (lambda: small(fixed_holidays={(1, 1): ""}), r"^fixed_holidays: \(1, 1\) has no name"),
    ],
)
def test_contradictions_are_refused(build: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build()


# A calendar's identity


def test_calendars_of_the_same_content_are_one_edition() -> None:
    years = china_years()
    forwards, backwards = Calendar(years=years), Calendar(years=reversed(years))
    assert forwards == backwards
    assert len({forwards, backwards}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"years": []},
        {"overrides": []},
        {"overrides": [Override(date(2025, 6, 6), working=False, reason="停电")]},
        {"office_hours": OfficeHours(((time(8), time(16)),))},
        {"zone": ZoneInfo("Asia/Urumqi")},
        {"fixed_holidays": {(1, 1): "元旦"}},
    ],
)
def test_any_change_is_another_edition(changes: dict[str, Any]) -> None:
    assert small(**changes) != small()
    assert small(**changes).edition != small().edition


def test_a_calendar_cannot_be_changed() -> None:
    calendar = small()
    with pytest.raises(AttributeError, match="cannot be changed"):
        calendar.zone = ZoneInfo("UTC")  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del calendar._rules


def test_a_calendar_is_not_equal_to_its_data() -> None:
    assert small() != small().to_data()


# Snapshots


def test_the_snapshot_is_canonical_json() -> None:
    calendar = small()
    assert calendar.to_data() == {
        "format": 1,
        "zone": "Asia/Shanghai",
        "office_hours": [["09:00", "12:00"], ["13:00", "17:30"]],
        "fixed_holidays": {
            "01-01": "元旦",
            "05-01": "劳动节",
            "05-02": "劳动节",
            "10-01": "国庆节",
            "10-02": "国庆节",
            "10-03": "国庆节",
        },
        "years": [{"year": 2025, "holidays": {"2025-04-04": "清明节"}, "make_up_days": ["2025-01-26"]}],
        "overrides": [{"on": "2025-06-06", "working": False, "reason": "台风"}],
    }
    assert Calendar.from_data(json.loads(json.dumps(calendar.to_data()))) == calendar


def test_a_snapshot_keeps_the_fixed_holidays_it_was_made_with() -> None:
    # Until 2024 Labour Day was one day: an edition stored then must go on saying so.
    before_2025 = {day: name for day, name in FIXED_HOLIDAYS.items() if day != (5, 2)}
    replayed = Calendar.from_data(small(fixed_holidays=before_2025).to_data())
    assert replayed.is_working_day(date(2028, 5, 2))
    assert not small().is_working_day(date(2028, 5, 2))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 2}, "^data: format is 2, this release reads 1"),
        ({"zone": "Nowhere/Atall"}, "^data: .*Nowhere/Atall"),
        ({"years": [{"year": 2025}]}, "^data: 'holidays' is missing"),
        ({"years": 2025}, "^data: not of the expected shape"),
        ({"overrides": [{"on": "2025-06-06", "working": "no", "reason": "台风"}]}, "^data: not of the expected shape"),
        ({"overrides": [{"on": "6 June", "working": False, "reason": "台风"}]}, "6 June"),
        ({"office_hours": [["17:00", "09:00"]]}, "^spans: "),
    ],
)
def test_broken_snapshots_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Calendar.from_data(small().to_data() | changes)

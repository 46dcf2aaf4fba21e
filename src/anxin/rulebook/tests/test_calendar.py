"""The working calendar as an administrator changes it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.rulebook import queries
from anxin.rulebook.actions import remove_calendar_override, set_calendar_override, set_office_hours

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 6)


@pytest.fixture
def by(actors: dict[str, Actor], now: datetime) -> dict[str, Any]:
    return {"actor": actors["administrator"], "now": now}


def test_a_day_is_changed_changed_again_and_set_back(by: dict[str, Any]) -> None:
    assert queries.calendar().is_working_day(DAY)
    edition = set_calendar_override(on=DAY, working=False, reason="国务院通知", **by)
    assert edition.note == "2025-06-06 改为休息日：国务院通知"
    assert queries.calendar().holiday_name(DAY) == "国务院通知"
    set_calendar_override(on=DAY, working=False, reason="国办发明电〔2025〕1号", **by)
    assert queries.calendar().holiday_name(DAY) == "国办发明电〔2025〕1号"
    remove_calendar_override(on=DAY, **by)
    assert queries.calendar().is_working_day(DAY)
    assert [row.number for row in queries.editions("calendar", actor=by["actor"])] == [4, 3, 2, 1]


def test_a_reason_is_asked_for_and_an_unknown_day_is_missing(by: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        set_calendar_override(on=DAY, working=False, reason=" ", **by)
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(Missing):
        remove_calendar_override(on=DAY, **by)


def test_only_an_administrator(actors: dict[str, Actor], now: datetime) -> None:
    for role in ("supervisor", "auditor", "customer"):
        with pytest.raises(NotAllowed):
            set_calendar_override(on=DAY, working=False, reason="国务院通知", actor=actors[role], now=now)


def test_office_hours(by: dict[str, Any]) -> None:
    set_office_hours(spans=[(time(8, 30), time(12)), (time(13, 30), time(18))], note="夏令作息", **by)
    assert queries.calendar().office_hours.spans[0] == (time(8, 30), time(12))
    for wrong in ([], [(time(12), time(9))], [(time(9), time(13)), (time(12), time(18))]):
        with pytest.raises(Invalid) as refused:
            set_office_hours(spans=wrong, note="试一试", **by)
        assert set(refused.value.fields) == {"calendar.office_hours"}

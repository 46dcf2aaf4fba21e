"""The promise line's numbers, against the worked examples of the mock-ups (real dates of 2025)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from anxin.engines.calendar import Calendar, china_years
from anxin.journal.promises import fold, line
from anxin.journal.promises.rules import Rule, RuleSet

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(years=china_years(), zone=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=ZONE)


class World:
    """One rule and one calendar, for every edition."""

    def __init__(self, rule: Rule):
        self.rule = rule

    def rules(self, edition: int) -> RuleSet:
        return RuleSet({self.rule.id: self.rule})

    def calendar(self, edition: int) -> Calendar:
        return CALENDAR


def rule(amount: int, unit: Any = "calendar_days", **more: Any) -> Rule:
    values: dict[str, Any] = {
        "id": "R", "klass": "deadline", "what_zh": "告诉您整案核定结果", "what_en": "Tell you the decision",
        "source_zh": "保险法 第23条", "source_en": "Insurance Law art. 23", "amount": amount, "unit": unit,
        "starts_on": ("start",), "kept_by": ("done",), "paused_by": ("stop",), "resumed_by": ("go",),
    } | more  # fmt: skip
    return Rule(**values)


def shown(what: Rule, started: str, now: str, *then: tuple[str, str]) -> line.PromiseLine:
    """The line at `now` of a clock started at `started`, after further (activity, moment)."""
    world = World(what)
    events = [("start", started), *then]
    clocks = fold.replay(
        (fold.Happening(seq, name, at(moment), {}, 1, 1) for seq, (name, moment) in enumerate(events, 1)), world
    )
    return line.line_of(clocks[0], what, CALENDAR, at(now), department="核赔部", person="沈敏")


def test_mr_lis_decision_on_14_march() -> None:
    it = shown(rule(30), "03-06T16:05", "03-14T09:30")
    assert (it.state, it.left_kind, it.left_unit, it.left_number) == ("running", "left", "days", "22")
    assert (it.since_on, it.due_on, it.rolled_on) == (date(2025, 3, 6), date(2025, 4, 5), date(2025, 4, 7))
    assert it.roll_full_name == "清明节"
    assert it.used_percent == 25
    assert (it.x_used, it.x_due, it.x_roll, it.x_now, it.x_over) == ("23.1%", "93.8%", "100.0%", "23.1%", "")
    with translation.override("zh-hans"):
        assert it.roll_name == "清明"
        assert (it.left_before, it.left_number, it.left_after) == ("还有 ", "22", " 天")
        assert it.label == "进行中，时限用去25%"
    with translation.override("en"):
        assert it.roll_name == "Qingming"
        assert it.left_words == "22 days left"


RUNNING = [
    # amount, unit, started, state, left, used %, x now, x due
    (30, "calendar_days", "03-06T16:05", "running", "19 days", 35, "32.6%", "93.8%"),
    (60, "calendar_days", "03-06T16:05", "running", "49 days", 17, "17.1%", "98.4%"),
    (30, "calendar_days", "03-07T11:00", "running", "20 days", 31, "30.4%", "96.8%"),
    (30, "calendar_days", "03-11T11:00", "running", "24 days", 18, "18.1%", "100.0%"),
    (30, "calendar_days", "02-17T11:00", "near", "2 days", 91, "91.4%", "100.0%"),
    (5, "calendar_days", "03-16T11:00", "running", "4 days", 9, "8.6%", "100.0%"),
    (5, "calendar_days", "03-12T11:00", "near", "13.7 hours", 89, "88.6%", "100.0%"),
    (3, "calendar_days", "03-14T11:00", "near", "13.7 hours", 81, "81.0%", "100.0%"),
    (2, "working_days", "03-13T11:00", "near", "13.7 hours", 72, "71.5%", "100.0%"),
    (3, "working_days", "03-14T11:00", "running", "2 days", 14, "14.4%", "100.0%"),
    (5, "working_days", "03-14T11:00", "running", "4 days", 9, "8.6%", "100.0%"),
    (5, "working_days", "03-17T09:00", "running", "7 days", 0, "0.0%", "100.0%"),
]


@pytest.mark.parametrize(("amount", "unit", "started", "state", "left", "used", "x_now", "x_due"), RUNNING)
def test_running_and_near_on_17_march_at_10_20(
    amount: int, unit: str, started: str, state: str, left: str, used: int, x_now: str, x_due: str
) -> None:
    it = shown(rule(amount, unit), started, "03-17T10:20")
    assert it.state == state
    assert f"{it.left_number} {it.left_unit}" == left
    assert (it.used_percent, it.x_now, it.x_used, it.x_due) == (used, x_now, x_now, x_due)


def test_broken_counts_in_its_own_unit_and_is_drawn_by_the_plain_calendar() -> None:
    five_days = shown(rule(5), "03-09T11:00", "03-17T10:20")
    assert (five_days.state, five_days.left_kind, five_days.left_unit, five_days.left_number) == (
        "broken", "over", "days", "3",
    )  # fmt: skip
    assert (five_days.x_used, five_days.x_due, five_days.x_over, five_days.x_now) == (
        "67.3%",
        "67.3%",
        "100.0%",
        "100.0%",
    )
    two_working = shown(rule(2, "working_days"), "03-12T11:00", "03-17T10:20")
    assert (two_working.left_unit, two_working.left_number) == ("working_days", "1")
    assert (two_working.x_used, two_working.x_over) == ("45.1%", "100.0%")
    with translation.override("zh-hans"):
        assert two_working.left_words == "已超 1 工作日"
        assert two_working.label == "已超时，时限已用完"


def test_late_on_a_weekend_says_days_where_no_working_day_has_passed() -> None:
    it = shown(rule(2, "working_days"), "03-12T11:00", "03-15T10:00")
    assert (it.state, it.left_unit, it.left_number) == ("broken", "days", "1")


def test_between_the_strict_and_the_rolled_date_both_ticks_stay() -> None:
    it = shown(rule(30), "03-06T16:05", "04-06T12:00")
    assert (it.state, it.left_words) == ("broken", "已超 1 天")
    assert (it.x_due, it.x_over, it.x_roll) == ("93.8%", "95.3%", "100.0%")


@pytest.mark.parametrize(
    ("started", "paused", "used", "x", "stopped", "left"),
    [("03-04", "03-11T09:20", 21, "21.3%", 6, 23), ("03-05", "03-12T18:00", 23, "22.5%", 5, 23),
     ("03-10", "03-12T17:46", 6, "5.8%", 5, 28)],
)  # fmt: skip
def test_paused_stands_still_and_has_no_due_date(
    started: str, paused: str, used: int, x: str, stopped: int, left: int
) -> None:
    it = shown(rule(30), f"{started}T11:00", "03-17T10:20", ("stop", paused))
    assert (it.state, it.due_on, it.due_at, it.rolled_on, it.x_roll) == ("paused", None, None, None, "")
    assert (it.used_percent, it.x_used, it.x_due) == (used, x, "100.0%")
    assert (it.left_kind, it.left_number) == ("stopped", str(stopped))
    with translation.override("zh-hans"):
        assert it.resume_words == f"复钟后余 {left} 天"


def test_kept_early_says_by_how_much() -> None:
    last_day = shown(rule(2, "working_days"), "03-13T11:00", "03-20T10:20", ("done", "03-17T09:12"))
    assert (last_day.state, last_day.left_kind, last_day.left_unit, last_day.left_number) == (
        "kept", "early", "hours", "14.8",
    )  # fmt: skip
    assert (last_day.used_percent, last_day.x_now) == (69, "69.2%")
    rolled = shown(rule(30), "02-21T11:00", "03-20T10:20", ("done", "03-17T09:36"))
    assert (rolled.left_unit, rolled.left_number, rolled.used_percent) == ("days", "6", 78)
    assert (rolled.x_used, rolled.x_due, rolled.due_on, rolled.rolled_on) == (
        "75.5%", "96.8%", date(2025, 3, 23), date(2025, 3, 24),
    )  # fmt: skip


def test_done_late_stays_overdue_and_stands_still() -> None:
    late = shown(rule(5), "03-09T11:00", "06-01T10:20", ("done", "03-16T10:00"))
    assert (late.state, late.was_late, late.left_number) == ("broken", True, "2")


def test_nothing_is_used_on_the_first_day() -> None:
    it = shown(rule(5), "03-09T00:00", "03-09T23:59")
    assert (it.used_percent, it.x_used) == (0, "0.0%")


def test_a_pause_does_not_count_as_used() -> None:
    it = shown(rule(30), "03-04T11:00", "03-20T12:00", ("stop", "03-11T09:20"), ("go", "03-18T15:00"))
    # 23 whole days were left when it stopped; from the resuming day they run anew.
    assert it.due_on == date(2025, 4, 10)
    assert (it.left_number, it.used_percent) == ("21", 28)


def test_hours_and_office_minutes() -> None:
    call = shown(rule(60, "minutes"), "03-14T10:00", "03-14T10:24")
    assert (call.left_unit, call.left_number, call.used_percent, call.has_time) == ("minutes", "36", 40, True)
    survey = shown(rule(24, "hours"), "03-14T10:00", "03-14T16:30")
    assert (survey.left_unit, survey.left_number, survey.used_percent) == ("hours", "17.5", 27)
    late = shown(rule(24, "hours"), "03-14T10:00", "03-15T12:30")
    assert (late.state, late.left_kind, late.left_unit, late.left_number) == ("broken", "over", "hours", "2.5")
    office = shown(rule(60, "office_minutes"), "03-14T17:00", "03-17T09:15")
    assert (office.due_on, office.used_percent, office.left_number) == (date(2025, 3, 17), 75, "15")


def test_a_limitation_that_has_passed_is_no_breach() -> None:
    two_years = rule(2, "years", klass="limitation")
    world = World(two_years)
    clock = fold.replay([fold.Happening(1, "start", at("03-06T16:05"), {}, 1, 1)], world)[0]
    before = line.line_of(clock, two_years, CALENDAR, at("03-06T16:05") + timedelta(days=365))
    assert (before.state, before.due_on, before.used_percent) == ("running", date(2027, 3, 6), 50)
    after = line.line_of(clock, two_years, CALENDAR, datetime(2027, 3, 8, tzinfo=ZONE))
    assert (after.state, after.left_kind) == ("void", "none")


def test_a_count_has_no_line() -> None:
    once = rule(0, klass="count", limit=1)
    it = shown(once, "03-06T16:05", "03-14T09:30")
    assert (it.drawn, it.state, it.count, it.limit, it.x_now, it.left_words) == (False, "kept", 1, 1, "", "")

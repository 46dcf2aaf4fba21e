"""A later rule or calendar moves running promises only by an event each, and never into the past."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from anxin.access import clock
from anxin.access.actors import Actor, system
from anxin.access.errors import Missing, NotAllowed
from anxin.access.models import Branch
from anxin.journal import activities
from anxin.journal.models import Case, Event, Promise
from anxin.journal.promises import fold
from anxin.journal.promises.source import source
from anxin.journal.writing import facts_of, on_case, opening
from anxin.rulebook.actions import (
    change_rule,
    redate_open_promises,
    redating_outlook,
    set_calendar_override,
)
from anxin.rulebook.tests.world import MEDICAL, MOTOR_INJURY

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(actors: dict[str, Actor], now: datetime) -> dict[str, Any]:
    return {"actor": actors["administrator"], "now": now}


def case(branch: Branch, moment: datetime, *steps: tuple[str, dict[str, Any]]) -> str:
    """A case whose events all happened at `moment`."""
    with (
        clock.held_at(moment),
        opening(
            kind="claim", branch=branch, subject=("customer", "c"), state="opened", actor=system(), now=moment
        ) as work,
    ):
        for activity, data in steps:
            work.record(f"claims.{activity}", data)
    return work.case.public_id


def promise(public_id: str, rule: str) -> Promise:
    return Promise.objects.get(case__public_id=public_id, rule=rule)


def redated(public_id: str) -> list[dict[str, Any]]:
    rows = Event.objects.filter(case__public_id=public_id, activity=activities.PROMISE_REDATED).order_by("seq")
    return [facts_of(event) for event in rows]


def replayed(public_id: str) -> list[tuple[str, str, datetime | None, int, int]]:
    happenings = [
        fold.Happening(e.seq, e.activity, e.occurred_at, facts_of(e), e.rules_edition, e.calendar_edition)
        for e in Event.objects.filter(case__public_id=public_id).order_by("seq")
    ]
    return [(c.rule, c.state, c.due_at, c.rules_edition, c.calendar_edition) for c in fold.replay(happenings, source())]


def stored(public_id: str) -> list[tuple[str, str, datetime | None, int, int]]:
    return [
        (c.rule, c.state, c.due_at, c.rules_edition, c.calendar_edition)
        for c in Promise.objects.filter(case__public_id=public_id).order_by("pk")
    ]


def test_publishing_alone_moves_no_running_promise(by: dict[str, Any], branch: Branch, now: datetime) -> None:
    one = case(branch, now, ("request_received", MOTOR_INJURY))
    change_rule(rule_id="CL-02", changes={"amount": 20}, note="更快", **by)
    assert promise(one, "CL-02").strict_on == date(2025, 4, 13)
    two = case(branch, now, ("request_received", MOTOR_INJURY))
    assert promise(two, "CL-02").strict_on == date(2025, 4, 3)


def test_re_dating_says_so_in_each_case(by: dict[str, Any], branch: Branch, now: datetime) -> None:
    one = case(branch, now, ("request_received", MOTOR_INJURY))
    done = case(branch, now, ("request_received", MOTOR_INJURY), ("decision_notified", {"outcome": "pay"}))
    change_rule(rule_id="CL-02", changes={"amount": 20}, note="更快", **by)
    seen: list[tuple[int, int]] = []
    assert redating_outlook(rule_id="CL-02", **by).earlier == 1
    assert redated(one) == []
    result = redate_open_promises(rule_id="CL-02", progress=lambda at, of: seen.append((at, of)), **by)
    assert (result.looked_at, result.earlier, result.redated) == (1, 1, 1)
    assert seen == [(1, 1)]
    assert redated(one) == [{"rule": "CL-02", "key": "", "serial": 1, "rules": 2, "calendar": 1}]
    assert redated(done) == []
    assert promise(one, "CL-02").strict_on == date(2025, 4, 3)
    assert promise(one, "CL-07").rules_edition == 1
    assert replayed(one) == stored(one)
    # The queue goes by the case's tightest promise: it moved along.
    assert Case.objects.get(public_id=one).due_at == promise(one, "CL-02").due_at
    # Again is harmless.
    assert redate_open_promises(rule_id="CL-02", **by).redated == 0


def test_a_promise_is_never_made_late_by_us(by: dict[str, Any], branch: Branch, now: datetime) -> None:
    old = case(branch, now - timedelta(days=25), ("request_received", MOTOR_INJURY))
    before = promise(old, "CL-02").due_at
    change_rule(rule_id="CL-02", changes={"amount": 20}, note="更快", **by)
    result = redate_open_promises(rule_id="CL-02", **by)
    assert (result.too_late, result.redated) == (1, 0)
    assert promise(old, "CL-02").due_at == before


def test_a_new_holiday_moves_what_it_touches(by: dict[str, Any], branch: Branch, now: datetime) -> None:
    medical = case(branch, now, ("request_received", MEDICAL))
    assert promise(medical, "CL-04").strict_on == date(2025, 3, 21)
    set_calendar_override(on=date(2025, 3, 19), working=False, reason="国务院通知", **by)
    result = redate_open_promises(**by)
    assert (result.later, result.unchanged) == (1, 2)
    assert promise(medical, "CL-04").strict_on == date(2025, 3, 24)
    assert promise(medical, "CL-02").calendar_edition == 1
    assert replayed(medical) == stored(medical)


def test_a_last_day_that_no_longer_rolls_is_re_dated_on_the_same_day(
    by: dict[str, Any], branch: Branch, now: datetime
) -> None:
    one = case(branch, now, ("request_received", MOTOR_INJURY))
    assert promise(one, "CL-02").rolled_on == date(2025, 4, 14)
    set_calendar_override(on=date(2025, 4, 13), working=True, reason="国务院通知", **by)
    result = redate_open_promises(rule_id="CL-02", **by)
    assert result.same_day == 1
    assert promise(one, "CL-02").rolled_on == date(2025, 4, 13)


def test_stopped_promises_take_the_calendar_but_keep_their_length(
    by: dict[str, Any], branch: Branch, now: datetime
) -> None:
    one = case(branch, now, ("request_received", MOTOR_INJURY), ("supplement_notice_arrived", {}))
    assert promise(one, "CL-02").state == fold.PAUSED
    change_rule(rule_id="CL-02", changes={"amount": 20}, note="更快", **by)
    assert redate_open_promises(rule_id="CL-02", **by).redated == 0
    with on_case(one, actor=system(), now=now + timedelta(days=3)) as work, clock.held_at(now + timedelta(days=3)):
        work.record("claims.supplement_received", {})
    assert promise(one, "CL-02").strict_on == date(2025, 4, 16)
    assert replayed(one) == stored(one)


def test_what_is_switched_off_stays_promised(by: dict[str, Any], branch: Branch, now: datetime) -> None:
    one = case(branch, now, ("notified", {**MOTOR_INJURY, "loss_on": "2025-03-13"}))
    change_rule(rule_id="CS-01", changes={"enabled": False}, note="停用", **by)
    assert redate_open_promises(rule_id="CS-01", **by).redated == 0
    assert promise(one, "CS-01").state == fold.RUNNING
    two = case(branch, now, ("notified", {**MOTOR_INJURY, "loss_on": "2025-03-13"}))
    assert not Promise.objects.filter(case__public_id=two, rule="CS-01").exists()


def test_who_may(actors: dict[str, Actor], now: datetime) -> None:
    for role in ("supervisor", "auditor", "customer"):
        with pytest.raises(NotAllowed):
            redate_open_promises(actor=actors[role], now=now)
        with pytest.raises(NotAllowed):
            redating_outlook(actor=actors[role], now=now)
    with pytest.raises(Missing):
        redate_open_promises(rule_id="CL-99", actor=actors["administrator"], now=now)


def test_the_timer_breaks_what_the_law_fixed_and_records_the_liability(branch: Branch, now: datetime) -> None:
    from anxin.journal import timers

    one = case(branch, now - timedelta(days=40), ("request_received", MOTOR_INJURY))
    while timers.wake(now):
        pass
    rows = Event.objects.filter(case__public_id=one, activity="claims.late_liability_recorded")
    assert [facts_of(event) for event in rows] == [{"rule": "CL-02", "key": ""}]
    breach = Event.objects.get(case__public_id=one, activity=activities.PROMISE_BROKEN)
    assert (facts_of(breach)["rule"], breach.occurred_at) == ("CL-02", promise(one, "CL-02").broken_at)
    assert promise(one, "CL-02").state == fold.BROKEN
    assert promise(one, "CL-07").state == fold.RUNNING

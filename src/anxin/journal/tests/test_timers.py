"""Promises coming due: warned, escalated, broken — each once, dated when it happened."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.journal import chain, timers
from anxin.journal.models import Case, Event, Promise
from anxin.journal.tests.world import World, open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(branch: Branch, actors: dict[str, Actor], now: datetime) -> Case:
    return open_case(branch, actors["system"], now)


def said(case: Case, rule: str) -> list[tuple[str, datetime]]:
    rows = Event.objects.filter(case=case, activity__startswith="promise.").order_by("seq")
    return [(row.activity.removeprefix("promise."), row.occurred_at) for row in rows if row.facts["rule"] == rule]


def test_nothing_before_its_time(case: Case, now: datetime) -> None:
    assert timers.wake(now + timedelta(minutes=44)) == 0
    assert timers.next_wake() == now + timedelta(minutes=45)


def test_warned_at_three_quarters_then_half_way_to_the_supervisor_then_broken(case: Case, now: datetime) -> None:
    for minutes in (45, 52, 53, 59, 60, 61):
        timers.wake(now + timedelta(minutes=minutes))
    assert said(case, "CALL") == [
        ("near", now + timedelta(minutes=45)),
        ("escalated", now + timedelta(minutes=52, seconds=30)),
        ("broken", now + timedelta(minutes=60)),
    ]
    assert timers.wake(now + timedelta(minutes=61)) == 0
    call = Promise.objects.get(case=case, rule="CALL")
    assert (call.state, call.settled_at, call.broken_at) == ("broken", None, now + timedelta(minutes=60))


def test_a_worker_that_was_away_writes_the_true_moments(case: Case, now: datetime) -> None:
    later = now + timedelta(days=1)
    while timers.wake(later):
        pass
    assert [name for name, _ in said(case, "CALL")] == ["near", "escalated", "broken"]
    broken = Event.objects.get(case=case, activity="promise.broken", data__contains="CALL")
    assert (broken.occurred_at, broken.recorded_at, broken.actor_kind) == (now + timedelta(minutes=60), later, "system")
    assert chain.verify().sound


def test_a_breach_brings_its_consequence(case: Case, now: datetime) -> None:
    while timers.wake(now + timedelta(days=40)):
        pass
    owed = Event.objects.get(case=case, activity="t.owed")
    assert owed.facts == {"rule": "DAYS", "key": ""}


def test_a_limitation_that_passes_is_no_breach(case: Case, now: datetime) -> None:
    while timers.wake(now + timedelta(days=800)):
        pass
    assert [name for name, _ in said(case, "LIMIT")] == ["near", "escalated", "voided"]


def test_what_is_done_or_stopped_stays_quiet(
    branch: Branch, actors: dict[str, Actor], case: Case, now: datetime
) -> None:
    other = open_case(branch, actors["system"], now)
    for public_id, word in ((case.public_id, "t.answered"), (other.public_id, "t.stopped")):
        with on_case(public_id, actor=actors["system"], now=now) as work:
            work.record(word)
    assert timers.wake(now + timedelta(days=400)) == 0


def test_two_workers_say_it_once(case: Case, now: datetime) -> None:
    late = now + timedelta(minutes=46)
    pks = set(Promise.objects.filter(wake_at__lte=late).values_list("pk", flat=True))
    assert timers._wake_case(case.public_id, pks, late) == 1
    assert timers._wake_case(case.public_id, pks, late) == 0


def test_one_case_that_cannot_be_woken_does_not_keep_the_others_asleep(
    branch: Branch, actors: dict[str, Actor], case: Case, now: datetime, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    other = open_case(branch, actors["system"], now)
    Promise.objects.filter(case=case).update(rules_edition=77)
    assert timers.wake(now + timedelta(minutes=46)) == 1
    assert said(other, "CALL")
    assert case.public_id in caplog.text

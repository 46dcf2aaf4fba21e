"""The chain shows what was changed, cut, doubled or taken away, and where first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.journal import chain, triggers
from anxin.journal.actions import make_checkpoint
from anxin.journal.models import Case, Checkpoint, Event
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(branch: Branch, actors: dict[str, Actor], now: datetime) -> list[Case]:
    """Three cases with four, five and six events."""
    made = []
    for number in range(3):
        case = open_case(branch, actors["adjudicator"], now, "t.other", "t.other", data={"line": "甲", "n": number})
        for step in range(2 + number):
            with on_case(case.public_id, actor=actors["system"], now=now + timedelta(minutes=step)) as work:
                work.record("t.other", {"step": step}, occurred_at=now - timedelta(microseconds=step))
        case.refresh_from_db()
        made.append(case)
    return made


@pytest.fixture
def tampering() -> Iterator[None]:
    """Someone with full rights over the database takes the triggers away first."""
    triggers.remove()
    yield
    triggers.install()


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def first(report: chain.Report) -> tuple[str, int, str]:
    found = report.broken[0]
    return found["public_id"], found["seq"], found["what"]


def test_sound(cases: list[Case]) -> None:
    seen: list[int] = []
    report = chain.verify(progress=seen.append)
    assert (report.sound, report.cases, report.events, report.broken) == (True, 3, 15, [])
    assert seen[-1] == 15


def test_the_hash_is_what_the_words_say(cases: list[Case]) -> None:
    event = Event.objects.get(case=cases[0], seq=2)
    before = Event.objects.get(case=cases[0], seq=1).hash
    micros = int((event.occurred_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    text = (
        f'[1,"{before}","{cases[0].public_id}",2,"t.other",1,"staff",{event.actor_id},"adjudication","desk",'
        f'{micros},{micros},"{{\\"line\\":\\"甲\\",\\"n\\":0}}",null,0,1,1]'
    )
    assert event.hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        "activity = 't.asked'", "data = '{}'", "occurred_at = '2025-01-01 00:00:00'", "recorded_at = '2025-01-01 00:00:00'",
        "actor_id = NULL", "actor_kind = 'system'", "department = 'audit'", "channel = 'api'", "version = 2", "depth = 3",
        "rules_edition = 9", "calendar_edition = 9", f"hash = '{'0' * 64}'",
    ],
)  # fmt: skip
def test_a_changed_field_is_named(cases: list[Case], tampering: None, change: str) -> None:
    run(f"UPDATE journal_event SET {change} WHERE case_id = %s AND seq = 2", cases[1].pk)
    report = chain.verify()
    assert first(report) == (cases[1].public_id, 2, "changed")
    assert len(report.broken) == 1
    assert chain.verify(case=cases[0]).sound
    assert not chain.verify(case=cases[1]).sound


def test_an_event_moved_to_another_case_is_seen(cases: list[Case], tampering: None) -> None:
    run("UPDATE journal_event SET case_id = %s, seq = 7 WHERE case_id = %s AND seq = 4", cases[2].pk, cases[0].pk)
    assert {(item["public_id"], item["what"]) for item in chain.verify().broken} == {
        (cases[0].public_id, "tail"), (cases[2].public_id, "changed"),
    }  # fmt: skip


def test_a_missing_event_is_named(cases: list[Case], tampering: None) -> None:
    run("DELETE FROM journal_event WHERE case_id = %s AND seq = 3", cases[1].pk)
    assert first(chain.verify()) == (cases[1].public_id, 4, "missing")


def test_a_cut_tail_is_seen(cases: list[Case], tampering: None) -> None:
    run("DELETE FROM journal_event WHERE case_id = %s AND seq >= 4", cases[1].pk)
    assert first(chain.verify()) == (cases[1].public_id, 3, "tail")


def test_a_doubled_event_is_seen(cases: list[Case], tampering: None) -> None:
    # The unique key stands in the way of a true double: this one comes under the next number.
    run(
        "INSERT INTO journal_event (case_id, seq, activity, version, actor_kind, actor_id, department, channel, occurred_at,"
        " recorded_at, data, cause_id, depth, rules_edition, calendar_edition, hash)"
        " SELECT case_id, 6, activity, version, actor_kind, actor_id, department, channel, occurred_at, recorded_at, data,"
        " cause_id, depth, rules_edition, calendar_edition, hash FROM journal_event WHERE case_id = %s AND seq = 5",
        cases[1].pk,
    )
    assert first(chain.verify()) == (cases[1].public_id, 6, "changed")


def test_a_cut_tail_with_its_head_is_seen_against_a_checkpoint(
    cases: list[Case], tampering: None, now: datetime
) -> None:
    mark = make_checkpoint(now=now)
    assert (mark.cases, mark.events, mark.previous) == (3, 15, "")
    assert chain.verify().sound
    run("DELETE FROM journal_event WHERE case_id = %s AND seq >= 4", cases[1].pk)
    head = Event.objects.get(case=cases[1], seq=3).hash
    run("UPDATE journal_case SET event_count = 3, head_hash = %s WHERE id = %s", head, cases[1].pk)
    report = chain.verify()
    assert [item["what"] for item in report.broken] == ["checkpoint"]


def test_a_missing_case_is_seen_against_a_checkpoint(cases: list[Case], tampering: None, now: datetime) -> None:
    make_checkpoint(now=now)
    run("DELETE FROM journal_event WHERE case_id = %s", cases[2].pk)
    run("DELETE FROM journal_promise WHERE case_id = %s", cases[2].pk)
    run("DELETE FROM journal_case WHERE id = %s", cases[2].pk)
    assert [item["what"] for item in chain.verify().broken] == ["checkpoint"]


def test_events_written_after_a_checkpoint_do_not_disturb_it(
    cases: list[Case], branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    marks = [make_checkpoint(now=now)]
    with on_case(cases[0].public_id, actor=actors["system"], now=now) as work:
        work.record("t.other")
    marks.append(make_checkpoint(now=now))
    open_case(branch, actors["system"], now)
    marks.append(make_checkpoint(now=now))
    assert [mark.previous for mark in marks] == ["", marks[0].digest, marks[1].digest]
    report = chain.verify()
    assert (report.sound, report.checkpoints) == (True, 3)


def test_a_rewritten_checkpoint_is_seen(cases: list[Case], now: datetime) -> None:
    make_checkpoint(now=now)
    make_checkpoint(now=now)
    Checkpoint.objects.filter(pk=Checkpoint.objects.earliest("pk").pk).update(digest="0" * 64)
    # The checkpoint itself, and the next one, which names it.
    assert [item["what"] for item in chain.verify().broken] == ["checkpoint", "checkpoint"]


def test_a_case_without_events_is_seen(cases: list[Case], tampering: None) -> None:
    run("DELETE FROM journal_event WHERE case_id = %s", cases[0].pk)
    assert first(chain.verify()) == (cases[0].public_id, 0, "tail")


def test_the_report_stops_listing_but_not_counting(cases: list[Case], tampering: None) -> None:
    run("UPDATE journal_event SET depth = 5")
    report = chain.verify(limit=2)
    assert (len(report.broken), report.events) == (2, 15)

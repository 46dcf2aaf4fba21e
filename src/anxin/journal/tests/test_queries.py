"""What the desk is told: the queue, the supervisor's strip, a case's promises, its timeline."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from anxin.access.actors import Actor
from anxin.access.models import Branch, User
from anxin.journal import timers
from anxin.journal.actions import add_note, erase_text
from anxin.journal.models import Case
from anxin.journal.queries import promises_of, queue_of, supervision, timeline
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db

Opener = Callable[..., Case]


@pytest.fixture
def opened(branch: Branch, staff: dict[str, User], actors: dict[str, Actor], now: datetime) -> Opener:
    def make(
        role: str = "",
        *said: str,
        ago: timedelta = timedelta(),
        where: Branch = branch,
        data: dict[str, Any] | None = None,
    ) -> Case:
        case = open_case(where, actors["system"], now - ago, *said, data=data)
        if role:
            with on_case(case.public_id, actor=actors["system"], now=now - ago) as work:
                place = staff[role]
                work.hand_to(str(place.department_id), place.pk)
        case.refresh_from_db()
        return case

    return make


def test_the_tightest_comes_first_and_what_stands_still_last(
    opened: Opener, actors: dict[str, Actor], now: datetime
) -> None:
    paused = opened("adjudicator", "t.asked", "t.stopped")
    later, overdue, first = (opened("adjudicator", ago=timedelta(minutes=minutes)) for minutes in (5, 90, 50))
    opened("surveyor")
    queue = queue_of(actors["adjudicator"], now)
    assert [row.case for row in queue.rows] == [overdue, first, later, paused]
    assert [row.line.state for row in queue.rows if row.line] == ["broken", "near", "running", "paused"]
    assert all(row.mine for row in queue.rows)
    assert queue.rows[0].rule is not None
    assert queue.rows[0].rule.id == "CALL"
    assert (queue.counts.all, queue.counts.overdue, queue.counts.near, queue.counts.today, queue.counts.paused) == (
        4,
        1,
        1,
        2,
        1,
    )
    for view, cases in {"overdue": [overdue], "near": [first], "today": [first, later], "paused": [paused]}.items():
        assert [row.case for row in queue_of(actors["adjudicator"], now, view=view).rows] == cases


def test_a_promise_of_ones_own_on_anothers_case_is_in_the_queue(
    opened: Opener, staff: dict[str, User], actors: dict[str, Actor], now: datetime
) -> None:
    case = opened("surveyor", data={"by": staff["assessor"].pk})
    row = queue_of(actors["assessor"], now).rows[0]
    assert (row.case, row.mine) == (case, False)
    assert row.promise is not None
    # Theirs, not the tighter one that the case's holder has to keep.
    assert (row.promise.rule, row.promise.person_id) == ("WORK", staff["assessor"].pk)
    assert row.line is not None
    assert (row.line.department, row.line.person) == ("核赔部", "assessor")
    assert queue_of(actors["assessor"], now + timedelta(hours=2)).counts.overdue == 0
    assert queue_of(actors["surveyor"], now + timedelta(hours=2)).counts.overdue == 1


def test_unassigned_cases_of_the_own_department_and_branch(
    opened: Opener, actors: dict[str, Actor], now: datetime, other_branch: Branch
) -> None:
    mine, elsewhere = opened(), opened(where=other_branch)
    for case in (mine, elsewhere):
        with on_case(case.public_id, actor=actors["system"], now=now) as work:
            work.hand_to("adjudication")
    queue = queue_of(actors["adjudicator"], now)
    assert [row.case for row in queue.rows] == [mine]
    assert queue.counts.unassigned == 1
    assert queue_of(actors["adjudicator"], now, with_unassigned=False).rows == []
    assert [row.case for row in queue_of(actors["outsider"], now).rows] == [elsewhere]


def test_closed_cases_and_strangers_have_no_queue(opened: Opener, actors: dict[str, Actor], now: datetime) -> None:
    case = opened("adjudicator")
    with on_case(case.public_id, actor=actors["system"], now=now) as work:
        work.record("t.answered")
        work.close()
    assert queue_of(actors["adjudicator"], now).rows == []
    for who in ("customer", "system"):
        assert queue_of(actors[who], now).total == 0


def test_filters_pages_and_unknown_views(opened: Opener, actors: dict[str, Actor], now: datetime) -> None:
    cases = [opened("adjudicator", ago=timedelta(minutes=minutes)) for minutes in range(5)]
    pages = [queue_of(actors["adjudicator"], now, page=page, size=2) for page in (1, 2, 3, 9)]
    assert [[row.case for row in page.rows] for page in pages] == [
        [cases[4], cases[3]], [cases[2], cases[1]], [cases[0]], [cases[0]],
    ]  # fmt: skip
    assert (pages[0].pages, pages[0].total) == (3, 5)
    assert [row.case for row in queue_of(actors["adjudicator"], now, text="000003").rows] == [cases[2]]
    assert queue_of(actors["adjudicator"], now, kinds=["claim"]).total == 0
    assert queue_of(actors["adjudicator"], now, states=["open"]).total == 5
    with pytest.raises(ValueError, match="view"):
        queue_of(actors["adjudicator"], now, view="mine")


def test_query_counts_do_not_grow(
    opened: Opener, actors: dict[str, Actor], now: datetime, django_assert_num_queries: Any
) -> None:
    for rows in (1, 12):
        for _ in range(rows):
            case = opened("adjudicator")
        with django_assert_num_queries(4):
            queue_of(actors["adjudicator"], now)
        with django_assert_num_queries(2):
            supervision(actors["supervisor"], now)
        with django_assert_num_queries(1):  # and one more where an event speaks of words
            [row.event.actor for row in timeline(case).rows]
        held = Case.objects.select_related("person").get(pk=case.pk)
        with django_assert_num_queries(2):
            promises_of(held, now)


def test_the_strip_shows_what_is_broken_and_what_is_nearly_due(
    opened: Opener, actors: dict[str, Actor], now: datetime
) -> None:
    opened("adjudicator", ago=timedelta(hours=23))
    opened("surveyor", ago=timedelta(minutes=50))
    opened("call_taker", ago=timedelta(minutes=10))  # within 48 hours, but of no hour three quarters are gone
    watches = {watch.department: watch for watch in supervision(actors["supervisor"], now)}
    assert list(watches) == ["survey", "adjudication"]
    late = watches["adjudication"]
    # Of the 23 hours the call and the two office hours are used up; five working days lie further ahead.
    assert [(mark.rule, mark.state) for mark in late.marks] == [
        ("CALL", "broken"),
        ("DESK", "broken"),
        ("HOURS", "near"),
    ]
    assert (late.name, late.broken, late.near) == ("核赔部", 2, 1)
    assert late.people == {(actors["adjudicator"].user_id, "adjudicator"): [2, 1]}
    call = next(mark for mark in late.marks if mark.rule == "CALL")
    assert call.x == "2.8%"
    assert (watches["survey"].broken, watches["survey"].near) == (0, 1)
    # The same rule as in the holder's queue and in the row of the promise itself.
    assert queue_of(actors["surveyor"], now).counts.near == 1
    assert {row.line.state for row in queue_of(actors["surveyor"], now).rows if row.line} == {"near"}


def test_only_supervisors_see_the_strip_and_only_their_branches(
    opened: Opener, actors: dict[str, Actor], now: datetime, branch: Branch, other_branch: Branch
) -> None:
    opened(where=other_branch, ago=timedelta(hours=2))
    assert supervision(actors["adjudicator"], now) == []
    assert supervision(actors["customer"], now) == []
    assert supervision(actors["supervisor"], now) == []
    assert len(supervision(actors["administrator"], now)) == 1
    assert supervision(actors["administrator"], now, branch_id=branch.pk) == []


def test_promises_of_a_case(opened: Opener, actors: dict[str, Actor], now: datetime) -> None:
    case = opened("adjudicator", "t.asked", "t.noticed", data={"line": "a"})
    with on_case(case.public_id, actor=actors["system"], now=now) as work:
        work.record("t.disputed", {"line": "a"})
        work.record("t.settled", {"line": "a"})
    rows = promises_of(case, now + timedelta(minutes=119))
    assert [row.promise.rule for row in rows] == [
        "CALL",
        "DESK",
        "HOURS",
        "WORK",
        "DAYS",
        "LIMIT",
        "LINE",
        "ONCE",
        "ONCE-EACH",
    ]
    assert [row.line.state for row in rows][:2] == ["broken", "near"]
    assert rows[3].line.person == "adjudicator"
    assert not rows[-1].line.drawn


def test_the_timeline_tells_words_people_and_waits(opened: Opener, actors: dict[str, Actor], now: datetime) -> None:
    case = opened("adjudicator")
    add_note(case=case.public_id, text="客户晚上方便", actor=actors["surveyor"], now=now + timedelta(hours=3))
    noted = add_note(case=case.public_id, text="李明，电话…", actor=actors["surveyor"], now=now + timedelta(hours=4))
    erase_text(public_id=noted.facts["text"], actor=actors["administrator"], now=now + timedelta(hours=5))
    case.refresh_from_db()
    rows = timeline(case).rows
    assert [row.event.activity for row in rows] == [
        "text.erased",
        "case.noted",
        "case.noted",
        "case.handed_over",
        "t.asked",
    ]
    assert [row.words for row in rows] == ["", "", "客户晚上方便", None, None]
    assert [row.actor for row in rows][:3] == ["administrator", "surveyor", "surveyor"]
    assert [row.since for row in rows] == [
        timedelta(hours=1),
        timedelta(hours=1),
        timedelta(hours=3),
        timedelta(),
        None,
    ]
    with translation.override("en"):
        assert timeline(case).rows[1].title == "A note was written"
    with translation.override("zh-hans"):
        assert timeline(case).rows[1].title == "写了备注"
    second = timeline(case, page=2, size=2)
    assert ([row.event.seq for row in second.rows], second.pages, second.total) == ([3, 2], 3, 5)
    assert second.rows[-1].since == timedelta()
    assert [row.event.seq for row in timeline(case, size=2, newest_first=False).rows] == [1, 2]


def test_warnings_reach_the_holders_queue(opened: Opener, actors: dict[str, Actor], now: datetime) -> None:
    opened("adjudicator")
    soon = now + timedelta(minutes=50)
    while timers.wake(soon):
        pass
    assert queue_of(actors["adjudicator"], soon).counts.near == 1
    assert [watch.near for watch in supervision(actors["supervisor"], soon)] == [1]


def test_the_queue_goes_by_its_indexes(opened: Opener, actors: dict[str, Actor], now: datetime) -> None:
    """A queue must cost what the reader's own cases cost, however many others there are."""
    if connection.vendor != "sqlite":
        return  # PostgreSQL's planner rightly scans a table of three rows
    opened("adjudicator")
    with CaptureQueriesContext(connection) as asked:
        queue_of(actors["adjudicator"], now)
        supervision(actors["supervisor"], now)
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
            plan = [row[3] for row in cursor.fetchall()]
        assert not [step for step in plan if re.match(r"SCAN (journal_\w+|U\d)", step) and "INDEX" not in step], plan

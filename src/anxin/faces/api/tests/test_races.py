"""Writes that read before they take SQLite's lock: first what is lost without the guards, then that nothing is.

Two guards stand behind a write that read too early: the case is written only if its event count is still the one that was
read (`CHECK_SEQUENCE`), and a case has one event of each number. Either makes the write fail, whereupon `operations` tries it
again under the lock, and there `expected` and the life cycle have the last word.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from anxin.journal import writing
from anxin.journal.models import Event
from anxin.journeys.claims import working
from anxin.journeys.claims.models import Claim

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = "first", "second"


class _Meeting:
    """Holds each thread's first read of the claim until the other has read it too; what is tried again goes straight on."""

    def __init__(self, real: Any):
        self._real, self._both, self._been = real, threading.Barrier(2), set[str]()
        self.met = False

    def first(self, **values: Any) -> Any:
        found = self._real.first(**values)
        name = threading.current_thread().name
        if name in (FIRST, SECOND) and name not in self._been:
            self._been.add(name)
            # Under a lock the other cannot come: then there is nothing to wait for.
            with contextlib.suppress(threading.BrokenBarrierError):
                self._both.wait(timeout=3)
                self.met = True
        return found


@pytest.fixture
def both(caller, report, monkeypatch) -> Callable[..., tuple[list[int], Claim, _Meeting]]:
    """Two people set the reserve of one claim at once; the two statuses, the claim as it then is, and whether they met."""
    claim = caller("call_taker").post("/claims", report).json()
    meeting = _Meeting(working._claim)
    monkeypatch.setattr(working, "_claim", meeting)
    people = {FIRST: caller("adjudicator"), SECOND: caller("supervisor")}
    asked = {FIRST: 100_000, SECOND: 200_000}

    def run(*, expected: bool) -> tuple[list[int], Claim, _Meeting]:
        ends: dict[str, int] = {}
        more = {"expected": claim["sequence"]} if expected else {}

        def ask(name: str) -> None:
            try:
                body = {"reserve_fen": asked[name], "reason": "papers", **more}
                ends[name] = people[name].post(f"/claims/{claim['id']}/reserve", body).status_code
            finally:
                connections.close_all()

        threads = [threading.Thread(target=ask, args=(name,), name=name) for name in (FIRST, SECOND)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in threads)
        return [ends[FIRST], ends[SECOND]], Claim.objects.get(case__public_id=claim["id"]), meeting

    return run


def _reserves(claim: Claim) -> list[tuple[int, int]]:
    """(before, after) of each entry about the reserve, in the order in which they were written."""
    rows = Event.objects.filter(case_id=claim.case_id, activity="claims.reserve_set").order_by("pk")
    return [(row.facts["before"], row.facts["reserve"]) for row in rows]


@pytest.fixture
def unguarded(monkeypatch) -> None:
    """Take both guards away: the count is not asked for, and the second's events bear numbers of their own."""
    monkeypatch.setattr(writing, "CHECK_SEQUENCE", False)
    real = writing.CaseWork.record

    def record(self: Any, *args: Any, **kwargs: Any) -> Event:
        event = real(self, *args, **kwargs)
        if threading.current_thread().name == SECOND:
            event.seq += 50
        return event

    monkeypatch.setattr(writing.CaseWork, "record", record)


def test_without_the_guards_one_of_two_writes_is_lost(both, unguarded) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL locks the row when it reads it: nobody reads before the lock there
    statuses, claim, meeting = both(expected=False)
    assert meeting.met
    assert statuses == [200, 200]  # both were told that all is well
    before = {before for before, _after in _reserves(claim)}
    assert len(before) == 1  # and neither saw what the other had set


def test_with_them_the_second_is_tried_again_on_what_the_first_left(both) -> None:
    statuses, claim, meeting = both(expected=False)
    assert meeting.met or connection.vendor != "sqlite"
    assert statuses == [200, 200]
    (before, between), (then, after) = _reserves(claim)
    assert before != between
    assert (then, after) == (between, claim.reserve_fen)


def test_who_said_what_they_saw_is_told_that_somebody_was_quicker(both) -> None:
    statuses, claim, meeting = both(expected=True)
    assert meeting.met or connection.vendor != "sqlite"
    assert sorted(statuses) == [200, 409]
    ((_before, after),) = _reserves(claim)
    assert after == claim.reserve_fen == (100_000 if statuses[0] == 200 else 200_000)

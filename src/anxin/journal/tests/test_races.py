"""Two people on one case at the same time: first what is lost when the checks are off, then that they prevent it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import IntegrityError, connection

from anxin.access.actors import Actor
from anxin.access.errors import Stale
from anxin.access.models import Branch
from anxin.journal import chain, writing
from anxin.journal.models import Case
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(branch: Branch, actors: dict[str, Actor], now: datetime) -> Case:
    return open_case(branch, actors["system"], now)


@pytest.fixture
def unchecked() -> Iterator[None]:
    writing.CHECK_SEQUENCE = False
    yield
    writing.CHECK_SEQUENCE = True


def together(first: Callable[[], None], second: Callable[[], None]) -> list[Exception]:
    """Run both in threads of their own; what they raised."""
    raised: list[Exception] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def decide(
    case: Case, actor: Actor, now: datetime, amount: int, seen: int, go: threading.Barrier
) -> Callable[[], None]:
    """Someone who read the case when it had `seen` events now writes the amount they settled on."""

    def work() -> None:
        go.wait(10)
        with on_case(case.public_id, actor=actor, now=now, expected=seen) as held:
            held.record("t.other", {"amount": amount})
            held.set(amount_fen=amount)

    return work


def outcome(case: Case) -> tuple[int, list[int]]:
    """The amount that stands, and the amounts that were decided in turn."""
    case.refresh_from_db()
    told = [event.facts["amount"] for event in case.events.filter(activity="t.other").order_by("seq")]
    return case.amount_fen, told


def both(case: Case, actors: dict[str, Actor], now: datetime) -> list[Exception]:
    go = threading.Barrier(2)
    return together(
        decide(case, actors["adjudicator"], now, 100, 1, go), decide(case, actors["supervisor"], now, 200, 1, go)
    )


def test_without_the_expected_count_the_first_decision_is_silently_overwritten(
    case: Case, actors: dict[str, Actor], now: datetime, unchecked: None
) -> None:
    assert both(case, actors, now) == []
    stands, told = outcome(case)
    # Both believe that theirs stands; the one who came first has lost it without a word.
    assert sorted(told) == [100, 200]
    assert stands == told[-1]


def test_with_it_the_second_is_told_and_nothing_is_lost(case: Case, actors: dict[str, Actor], now: datetime) -> None:
    raised = both(case, actors, now)
    assert [type(error) for error in raised] == [Stale]
    stands, told = outcome(case)
    assert told == [stands]
    assert chain.verify().sound


def add(case: Case, actor: Actor, now: datetime, amount: int, read: threading.Barrier) -> Callable[[], None]:
    """Read, think, write: without an expected count only the lock keeps two of these apart."""

    def work() -> None:
        with on_case(case.public_id, actor=actor, now=now) as held:
            before = held.case.amount_fen
            with contextlib.suppress(threading.BrokenBarrierError):
                read.wait(1)  # both have read, unless the lock keeps one of them waiting
            held.record("t.other", {"amount": amount})
            held.set(amount_fen=before + amount)

    return work


def both_add(case: Case, actors: dict[str, Actor], now: datetime) -> list[Exception]:
    read = threading.Barrier(2)
    return together(add(case, actors["adjudicator"], now, 100, read), add(case, actors["supervisor"], now, 200, read))


@pytest.mark.postgres
def test_without_the_row_lock_one_of_two_additions_is_lost(
    case: Case, actors: dict[str, Actor], now: datetime, unchecked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LOCK_ROWS", False)
    raised = both_add(case, actors, now)
    # The chain's own key stops the second at the last moment: it is lost with an error nobody can act on.
    assert [type(error) for error in raised] == [IntegrityError]
    assert outcome(case)[0] in (100, 200)


def test_with_the_lock_both_additions_count(case: Case, actors: dict[str, Actor], now: datetime) -> None:
    assert both_add(case, actors, now) == []
    assert outcome(case)[0] == 300
    assert chain.verify().sound


def test_many_at_once_leave_a_sound_chain(case: Case, actors: dict[str, Actor], now: datetime) -> None:
    def twenty() -> None:
        for _ in range(20):
            with on_case(case.public_id, actor=actors["system"], now=now) as held:
                held.record("t.other", {"amount": 1})
                held.set(amount_fen=held.case.amount_fen + 1)

    assert together(twenty, twenty) == []
    case.refresh_from_db()
    assert (case.amount_fen, case.event_count) == (40, 41)
    assert chain.verify().sound

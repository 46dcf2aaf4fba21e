"""Two people at once, each on a connection of their own. First what happens without the guard, then that it is refused.

The guard against a page that is out of date is the expected event count (`CHECK_SEQUENCE`); against two transactions that
overlap it is the row lock on PostgreSQL (`LOCK_ROWS`) and the single writer on SQLite. Behind both stands the database:
one event per number in a case, one payment per decision, payee and party.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from anxin.access.errors import IllegalMove, Stale
from anxin.journal import writing
from anxin.journeys.claims.actions import adjudication, payment
from anxin.journeys.claims.actions.adjudication import draft_decision
from anxin.journeys.claims.actions.advance import approve_advance
from anxin.journeys.claims.models import Approval, Decision, Payment
from anxin.journeys.claims.verdicts import ClauseAnswer

pytestmark = pytest.mark.django_db(transaction=True)
DRUNK = "PDAA.drunk_driving"


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same time, each in a thread with its own connection; what each returned or raised, in order."""
    start = threading.Barrier(len(calls))
    ends: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            ends[number] = call()
        except Exception as error:
            ends[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return ends


def refused(ends: list[Any]) -> list[Exception]:
    return [end for end in ends if isinstance(end, Exception)]


@pytest.fixture
def overlapping(monkeypatch) -> Callable[[Any, str], None]:
    """Hold each of two calls at a function until the other is there too (or, kept out by a lock, cannot come)."""

    def hold(module: Any, name: str) -> None:
        meeting = threading.Barrier(2)
        real = getattr(module, name)

        def wait_then_go_on(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            with contextlib.suppress(threading.BrokenBarrierError):
                meeting.wait(timeout=2)
            return result

        monkeypatch.setattr(module, name, wait_then_go_on)

    return hold


# -- two adjudicators -------------------------------------------------------------------------------------------------


@pytest.fixture
def two_findings(steps, actors, people, now) -> Callable[[], list[Any]]:
    """Two adjudicators look at the same page and find the opposite about the same exclusion."""
    steps.issue()
    steps.answer()
    draft_decision(claim=steps.claim, answers={}, actor=actors["adjudicator"], now=now)
    seen = steps.case().event_count

    def find(actor: Any, triggered: bool) -> Callable[[], Any]:
        answers = {DRUNK: ClauseAnswer(triggered, f"{actor.name} 的依据")}
        return lambda: draft_decision(claim=steps.claim, answers=answers, expected=seen, actor=actor, now=now)

    return lambda: together(find(actors["adjudicator"], True), find(people.adjudicator, False))


def test_without_the_check_one_adjudicators_finding_is_lost(two_findings, monkeypatch) -> None:
    monkeypatch.setattr(writing, "CHECK_SEQUENCE", False)
    ends = two_findings()
    assert refused(ends) == []  # both were told that all is well
    assert len(Decision.objects.get().answers) == 1  # and one of them was overwritten


def test_with_the_check_the_second_adjudicator_is_told(two_findings, actors, people) -> None:
    ends = two_findings()
    (told,) = refused(ends)
    assert isinstance(told, Stale)
    first = actors["adjudicator"] if ends[1] is told else people.adjudicator
    assert Decision.objects.get().answers[DRUNK]["by"] == first.user_id


def test_a_claim_is_decided_by_one_of_two_adjudicators(steps, actors, people) -> None:
    steps.issue()
    steps.answer()
    answers = steps.clauses()
    ends = together(
        lambda: steps.decide(actor=actors["adjudicator"], answers=answers),
        lambda: steps.decide(actor=people.adjudicator, answers=answers),
    )
    (told,) = refused(ends)
    assert isinstance(told, IllegalMove)
    assert Decision.objects.filter(state="approved").count() == 1


@pytest.mark.postgres
def test_without_the_lock_overlapping_adjudicators_crash_into_each_other(
    two_findings, overlapping, monkeypatch
) -> None:
    monkeypatch.setattr(writing, "CHECK_SEQUENCE", False)
    monkeypatch.setattr(writing, "LOCK_ROWS", False)
    overlapping(adjudication, "_draft")
    (crash,) = refused(two_findings())
    # Nothing is lost even so: the case has one event of each number. But it is an error, and no answer.
    assert isinstance(crash, IntegrityError)


@pytest.mark.postgres
def test_with_the_lock_the_second_waits_and_is_told(two_findings, overlapping) -> None:
    overlapping(adjudication, "_draft")
    (told,) = refused(two_findings())
    assert isinstance(told, Stale)


# -- double payment ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two_advances(steps, actors, people, now) -> Callable[[], list[Any]]:
    """Two people see that 3,000 yuan should be advanced, and both approve it."""
    steps.issue()
    steps.answer(dispute=("bonnet",))
    steps.give_accounts("own")
    seen = steps.case().event_count

    def pay(actor: Any) -> Callable[[], Any]:
        return lambda: approve_advance(claim=steps.claim, amounts={"own": 300_000}, expected=seen, actor=actor, now=now)

    return lambda: together(pay(actors["adjudicator"]), pay(people.adjudicator))


def test_without_the_check_an_advance_is_paid_twice(two_advances, monkeypatch) -> None:
    monkeypatch.setattr(writing, "CHECK_SEQUENCE", False)
    assert refused(two_advances()) == []
    assert list(Payment.objects.values_list("amount_fen", flat=True)) == [300_000, 300_000]


def test_with_the_check_it_is_paid_once(two_advances) -> None:
    (told,) = refused(two_advances())
    assert isinstance(told, Stale)
    assert list(Payment.objects.values_list("amount_fen", flat=True)) == [300_000]
    assert Approval.objects.count() == 1


@pytest.fixture
def two_cashiers(steps, people, actors) -> Callable[[], list[Any]]:
    """Two people of finance instruct the same decision, neither naming what they saw."""
    steps.issue()
    steps.answer()
    steps.decide()
    steps.give_accounts("own", "tp1", "inj1")
    return lambda: together(
        lambda: steps.instruct(actor=people.finance), lambda: steps.instruct(actor=actors["finance"])
    )


def test_two_cashiers_pay_a_claim_once(two_cashiers) -> None:
    (told,) = refused(two_cashiers())
    assert isinstance(told, IllegalMove)
    assert sum(Payment.objects.values_list("amount_fen", flat=True)) == 2_689_050


@pytest.mark.postgres
def test_without_the_lock_the_database_stops_the_second_payment(two_cashiers, overlapping, monkeypatch) -> None:
    monkeypatch.setattr(writing, "CHECK_SEQUENCE", False)
    monkeypatch.setattr(writing, "LOCK_ROWS", False)
    overlapping(payment, "standing_decision")
    (crash,) = refused(two_cashiers())
    assert isinstance(crash, IntegrityError)
    assert sum(Payment.objects.values_list("amount_fen", flat=True)) == 2_689_050


@pytest.mark.postgres
def test_with_the_lock_the_second_cashier_waits_and_is_told(two_cashiers, overlapping) -> None:
    overlapping(payment, "standing_decision")
    (told,) = refused(two_cashiers())
    assert isinstance(told, IllegalMove)


def test_the_bank_may_report_the_end_of_a_payment_twice_at_once(two_cashiers, now) -> None:
    from anxin.journeys.claims.ports import report_paid

    two_cashiers()
    key = Payment.objects.filter(for_party="own").get().public_id
    ends = together(*[lambda: report_paid(key, "SIM1", now=now)] * 2)
    assert refused(ends) == []
    assert Payment.objects.filter(state="paid").count() == 1


def test_these_tests_have_connections_of_their_own() -> None:
    mine = connection.connection
    (other,) = together(lambda: connection.cursor().connection is not mine)
    assert other is True

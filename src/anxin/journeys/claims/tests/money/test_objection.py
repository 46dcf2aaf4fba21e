"""An objection to a decision: on record, with a promise, answered in words by somebody who had no part in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.access.actors import actor_of
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import User
from anxin.journal import deliveries
from anxin.journal.models import Event, Promise
from anxin.journal.queries import queue_of
from anxin.journal.replaying import differences
from anxin.journeys.claims.actions.closing import close_claim
from anxin.journeys.claims.actions.objection import answer_objection, object_to_decision
from anxin.journeys.claims.actions.refusal import send_refusal_notice
from anxin.journeys.claims.models import Objection
from anxin.messages.models import Message

DRUNK = "PDAA.drunk_driving"
WORDS = "我没有喝酒，酒精来自藿香正气水"


@pytest.fixture
def refused(steps):
    steps.issue()
    steps.answer()
    steps.decide(outcome="refuse", triggered=(DRUNK,), reasons=(DRUNK,))
    return steps


@pytest.fixture
def objected(refused, actors, now):
    return object_to_decision(claim=refused.claim, text=WORDS, actor=actors["customer"], now=now)


@pytest.fixture
def reviewer(objected):
    return actor_of(User.objects.get(pk=objected.reviewer_id))


def test_it_is_an_act_of_its_own_with_a_promise_in_the_reviewers_queue(refused, objected, reviewer, li, now) -> None:
    event = Event.objects.get(activity="claims.objected")
    assert (event.actor_kind, event.facts["decision"]) == ("customer", objected.decision.public_id)
    assert WORDS not in event.data
    promise = Promise.objects.get(case_id=li.case_id, rule="CS-20")
    assert (promise.state, promise.key, promise.person_id) == ("running", objected.public_id, reviewer.user_id)
    assert promise.person_id not in {objected.decision.adjudicator_id, li.assessor_id}
    (row,) = queue_of(reviewer, now).rows
    assert (row.case.pk, row.rule.id) == (li.case_id, "CS-20")
    deliveries.drain("test")
    told = Message.objects.get(template="objection_received", channel="portal")
    assert "3月21日" in told.body_zh  # five working days after Friday 14 March
    assert list(differences()) == []


def test_the_decision_stands_and_the_customer_is_told_why(refused, objected, reviewer, li, now) -> None:
    answer_objection(claim=refused.claim, outcome="stands", answer="血检为 92mg", actor=reviewer, now=now)
    assert refused.case().state == "refused"
    assert Promise.objects.get(case_id=li.case_id, rule="CS-20").state == "kept"
    deliveries.drain("test")
    assert "血检为 92mg" in Message.objects.get(template="objection_stands", channel="portal").body_zh
    with pytest.raises(Missing):
        answer_objection(claim=refused.claim, outcome="stands", answer="x", actor=reviewer, now=now)


def test_granted_the_claim_is_opened_again_and_can_be_decided_anew(refused, objected, reviewer, li, now) -> None:
    answer_objection(claim=refused.claim, outcome="reopened", answer="重新核定", actor=reviewer, now=now)
    assert refused.case().state == "opened"
    assert Event.objects.get(activity="claims.reopened").facts["reason"] == "objection"
    assert refused.decide().outcome == "pay"


def test_whoever_had_a_part_does_not_answer(refused, objected, steps, actors, people, now) -> None:
    answer = {"claim": refused.claim, "outcome": "stands", "answer": "x", "now": now}
    decided = actor_of(User.objects.get(pk=objected.decision.adjudicator_id))
    for actor in (decided, actors["customer"], actors["call_taker"], steps.assessor()):
        with pytest.raises(NotAllowed):
            answer_objection(actor=actor, **answer)
    answer_objection(actor=people.second_head, **answer)  # anybody else with the right may, not only the one chosen


def test_reasons_and_answers_are_needed(refused, objected, reviewer, actors, now) -> None:
    with pytest.raises(Invalid) as refusal:
        object_to_decision(claim=refused.claim, text="  ", actor=actors["customer"], now=now)
    assert set(refusal.value.fields) == {"text"}
    with pytest.raises(Invalid) as refusal:
        answer_objection(claim=refused.claim, outcome="maybe", answer=" ", actor=reviewer, now=now)
    assert set(refusal.value.fields) == {"outcome", "answer"}


def test_one_at_a_time_and_never_before_a_decision(refused, objected, reviewer, actors, now) -> None:
    with pytest.raises(IllegalMove):
        object_to_decision(claim=refused.claim, text="再看看", actor=actors["customer"], now=now)
    answer_objection(claim=refused.claim, outcome="reopened", answer="重新核定", actor=reviewer, now=now)
    with pytest.raises(IllegalMove):
        object_to_decision(claim=refused.claim, text="再看看", actor=actors["customer"], now=now)


def test_a_claim_is_not_closed_over_an_objection(refused, objected, reviewer, actors, now) -> None:
    send_refusal_notice(claim=refused.claim, actor=actors["adjudicator"], now=now)
    with pytest.raises(IllegalMove):
        close_claim(claim=refused.claim, actor=actors["supervisor"], now=now)
    answer_objection(claim=refused.claim, outcome="stands", answer="维持", actor=reviewer, now=now)
    close_claim(claim=refused.claim, actor=actors["supervisor"], now=now)


def test_a_closed_claim_is_among_the_open_ones_until_the_answer(refused, actors, now) -> None:
    send_refusal_notice(claim=refused.claim, actor=actors["adjudicator"], now=now)
    close_claim(claim=refused.claim, actor=actors["supervisor"], now=now)
    later = now + timedelta(days=3)
    made = object_to_decision(claim=refused.claim, text=WORDS, actor=actors["customer"], now=later)
    reviewer = actor_of(User.objects.get(pk=made.reviewer_id))
    assert refused.case().closed_at is None
    assert [row.case.public_id for row in queue_of(reviewer, later).rows] == [refused.claim]
    answer_objection(claim=refused.claim, outcome="stands", answer="维持", actor=reviewer, now=later)
    case = refused.case()
    assert (case.state, case.closed_at) == ("closed", later)


def test_in_a_small_branch_a_supervisor_looks_at_it(refused, actors, now) -> None:
    from anxin.journeys.claims.actions.assignment import forget_people

    decision = refused.case().claim.decisions.get()
    User.objects.filter(department="adjudication").exclude(pk=decision.adjudicator_id).exclude(
        pk=actors["supervisor"].user_id
    ).update(is_active=False)
    forget_people()
    made = object_to_decision(claim=refused.claim, text=WORDS, actor=actors["customer"], now=now)
    assert made.reviewer_id == actors["supervisor"].user_id


def test_the_database_holds_one_open_objection(refused, objected, now) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(claim=objected.claim, decision=objected.decision, text="x", made_at=now)

"""Above one's authority somebody with it must agree; from half a million on two different people."""

from __future__ import annotations

import pytest

from anxin.access.errors import Invalid, NotAllowed, Stale
from anxin.journal.models import Event
from anxin.journeys.claims.actions.approval import approve, return_proposal
from anxin.journeys.claims.actions.assessment import LineInput
from anxin.journeys.claims.actions.parties import set_liability
from anxin.journeys.claims.models import Approval, Claim, Decision


@pytest.fixture
def large(steps):
    """An injured person's 600,000 yuan: more than two hundred thousand (level 3) and than half a million."""
    steps.issue(lines=[LineInput("medical", party="inj1", name_zh="医疗费", amount_fen=60_000_000)])
    return steps


@pytest.fixture
def medium(steps):
    """260,000 yuan: above level 3, below two signatures."""
    steps.issue(lines=[LineInput("medical", party="inj1", name_zh="医疗费", amount_fen=26_000_000)])
    return steps


def test_above_ones_authority_it_is_proposed_and_someone_else_approves(medium, li, people, told, now) -> None:
    decision = medium.decide()
    assert (decision.state, decision.level) == ("proposed", 4)
    case = medium.case()
    assert (case.state, case.department_id, case.person_id) == ("approving", "adjudication", None)
    approve(claim=medium.claim, note="同意", actor=people.head, now=now)
    decision.refresh_from_db()
    assert decision.state == "approved"
    assert medium.case().state == "decided"
    assert told(li).count("claims.decision_approved") == 1
    assert "claims.decided" in told(li)


def test_within_ones_authority_nobody_else_is_asked(steps, people) -> None:
    steps.issue(lines=[LineInput("vehicle", item="front_bumper", method="replace")])
    steps.answer()
    assert steps.decide(actor=people.junior).state == "approved"


def test_a_junior_proposes_what_a_senior_decides_alone(steps, people) -> None:
    steps.issue()
    steps.answer()
    decision = steps.decide(actor=people.junior)
    assert (decision.state, decision.level) == ("proposed", 2)


def test_from_half_a_million_on_two_different_people_sign(large, people, now) -> None:
    decision = large.decide(actor=people.head)
    assert decision.state == "proposed"
    with pytest.raises(NotAllowed):
        approve(claim=large.claim, actor=people.head, now=now)
    approve(claim=large.claim, actor=people.second_head, now=now)
    decision.refresh_from_db()
    assert decision.state == "proposed"
    with pytest.raises(NotAllowed):
        approve(claim=large.claim, actor=people.second_head, now=now)


def test_the_second_signature_decides(large, people, actors, now) -> None:
    decision = large.decide()
    approve(claim=large.claim, actor=people.head, now=now)
    approve(claim=large.claim, actor=people.second_head, now=now)
    decision.refresh_from_db()
    assert decision.state == "approved"
    signed = set(Approval.objects.filter(decision=decision, agreed=True).values_list("approver_id", flat=True))
    assert signed == {people.head.user_id, people.second_head.user_id}
    assert Event.objects.filter(activity="claims.decided").count() == 1


def test_who_has_no_authority_or_had_a_part_in_it_does_not_approve(medium, li, people, actors, now) -> None:
    medium.decide()
    for actor in (people.adjudicator, people.junior, actors["supervisor"]):
        with pytest.raises(NotAllowed):
            approve(claim=medium.claim, actor=actor, now=now)
    Claim.objects.filter(pk=li.pk).update(surveyor_id=people.head.user_id)
    with pytest.raises(NotAllowed):
        approve(claim=medium.claim, actor=people.head, now=now)


def test_a_proposal_can_be_returned_with_words_and_proposed_anew(medium, li, people, actors, now) -> None:
    decision = medium.decide()
    with pytest.raises(Invalid):
        return_proposal(claim=medium.claim, note=" ", actor=people.head, now=now)
    return_proposal(claim=medium.claim, note="补医保外用药清单", actor=people.head, now=now)
    decision.refresh_from_db()
    assert decision.state == "returned"
    case = medium.case()
    assert (case.state, case.person_id) == ("adjudicating", actors["adjudicator"].user_id)
    again = medium.decide(answers={})  # what was answered is kept
    assert again.pk != decision.pk
    assert again.state == "proposed"
    approve(claim=medium.claim, actor=people.head, now=now)
    assert Decision.objects.filter(claim=li, state="approved").count() == 1


def test_an_amount_that_changed_after_the_proposal_is_not_signed(medium, people, actors, now) -> None:
    medium.decide()
    set_liability(claim=medium.claim, permille=500, basis="agreement", actor=actors["adjudicator"], now=now)
    with pytest.raises(Stale):
        approve(claim=medium.claim, actor=people.head, now=now)

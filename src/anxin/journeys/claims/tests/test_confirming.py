"""Confirming cover keeps the five days of compulsory motor insurance, once, by somebody who had no part in the claim."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, NotAllowed
from anxin.journal.deliveries import drain
from anxin.journal.models import Promise
from anxin.journeys.claims.actions.confirming import confirm_cover
from anxin.journeys.claims.actions.notification import open_claim
from anxin.journeys.claims.actions.papers import PaperInput, receive_papers
from anxin.journeys.claims.models import RequiredPaper
from anxin.messages.models import Message


@pytest.fixture
def proved(claim, actors, minutes):
    """The claim with the five days running: opened, and every listed paper there."""
    open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(5))
    papers = [
        PaperInput(paper.code, paper.party.code if paper.party else "")
        for paper in RequiredPaper.objects.filter(claim=claim, given_with="").select_related("party")
    ]
    receive_papers(claim=claim.public_id, papers=papers, actor=actors["call_taker"], now=minutes(6))
    RequiredPaper.objects.filter(claim=claim).exclude(given_with="").update(state="received")
    return claim


def test_confirming_is_recorded_and_the_customer_told(proved, actors, minutes) -> None:
    row = confirm_cover(claim=proved.public_id, actor=actors["adjudicator"], now=minutes(60))
    assert row.cover_confirmed_at == minutes(60)
    assert not Promise.objects.filter(case_id=row.case_id, rule="CL-11").exclude(state="kept").exists()
    drain("test")
    assert Message.objects.filter(case_id=row.case_id, template="cover_confirmed", channel="portal").count() == 1


def test_it_is_confirmed_once(proved, actors, minutes) -> None:
    confirm_cover(claim=proved.public_id, actor=actors["adjudicator"], now=minutes(60))
    with pytest.raises(IllegalMove):
        confirm_cover(claim=proved.public_id, actor=actors["adjudicator"], now=minutes(61))


def test_not_by_who_assessed_it_nor_before_it_is_opened(claim, actors, staff, minutes) -> None:
    with pytest.raises(IllegalMove):
        confirm_cover(claim=claim.public_id, actor=actors["adjudicator"], now=minutes(4))
    open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(5))
    claim.assessor = staff["adjudicator"]
    claim.save()
    with pytest.raises(NotAllowed):
        confirm_cover(claim=claim.public_id, actor=actors["adjudicator"], now=minutes(6))
    with pytest.raises(NotAllowed):
        confirm_cover(claim=claim.public_id, actor=actors["assessor"], now=minutes(6))


def test_not_without_a_policy_in_force(claim, actors, minutes) -> None:
    open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(5))
    claim.covers.update(in_force=False)
    with pytest.raises(IllegalMove):
        confirm_cover(claim=claim.public_id, actor=actors["adjudicator"], now=minutes(6))

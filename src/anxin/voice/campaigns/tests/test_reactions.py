"""Asking after an event: once a case, due hours later, quiet times and opt-outs kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.journal import deliveries
from anxin.journal.models import Case, Event
from anxin.journal.writing import on_case, opening
from anxin.voice.campaigns.models import Campaign, Invitation, OptOut
from anxin.voice.campaigns.reaching import preview
from anxin.voice.campaigns.reactions import ask_after
from anxin.voice.responses.models import Rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def after_closing(campaign) -> Campaign:
    campaign.occasion, campaign.trigger = "event", {"activity": "claims.closed", "after_hours": 24}
    campaign.save()
    return campaign


@pytest.fixture
def close(actors, branch, departments, staff, now):
    """Close a claim of a customer, as the claims journey does; voice knows the event by its name alone."""

    def act(customer, *activities: str, at=now) -> Case:
        with opening(
            kind="claim",
            branch=branch,
            subject=("customer", customer.public_id),
            state="closed",
            actor=actors["adjudicator"],
            now=at,
        ) as work:
            work.record("claims.notified", {"line": "home"})
            work.hand_to("adjudication", staff["adjudicator"].pk, quietly=True)
            case = work.case
        for activity in activities or ("claims.closed",):
            with on_case(case.public_id, actor=actors["adjudicator"], now=at) as work:
                work.record(activity, {"score": 4} if activity == "claims.rated" else {})
        return Case.objects.get(pk=case.pk)

    return act


def _deliver() -> None:
    deliveries.drain("test", until_empty=True)


def test_an_event_asks_its_customer_a_day_later(after_closing, close, make_customer, staff, now) -> None:
    customer = make_customer()
    case = close(customer)
    _deliver()
    asked = Invitation.objects.get()
    assert (asked.customer, asked.case, asked.person, asked.branch) == (
        customer, case, staff["adjudicator"], case.branch,
    )  # fmt: skip
    assert asked.due_at == now + timedelta(hours=24)
    assert asked.facts == {"line": "home", "channel": "sms"}
    # Told again, asked once.
    event = Event.objects.get(case=case, activity="claims.closed")
    ask_after(event, now)
    assert Invitation.objects.count() == 1


def test_nobody_is_asked_twice_in_a_quarter(after_closing, close, make_customer, now) -> None:
    customer = make_customer()
    close(customer)
    close(customer)
    _deliver()
    assert Invitation.objects.count() == 1
    after_closing.refresh_from_db()
    assert after_closing.left_out == {"quiet": 1}


def test_other_events_paused_campaigns_and_opt_outs_ask_nobody(after_closing, close, make_customer, now) -> None:
    customer = make_customer()
    close(customer, "claims.fully_paid")
    _deliver()
    after_closing.state = "paused"
    after_closing.save()
    close(customer)
    _deliver()
    after_closing.state = "running"
    after_closing.save()
    OptOut.objects.create(customer=customer, at=now)
    close(customer)
    _deliver()
    assert not Invitation.objects.exists()


def test_everyone_with_a_claim_closed_lately(campaign, close, make_customer, now) -> None:
    campaign.audience = {"kind": "claims", "happened": "closed", "days": 7}
    close(make_customer(mobile="13800000001"))
    close(make_customer(mobile="13800000002"), at=now - timedelta(days=8))
    close(make_customer(mobile="13800000003"), "claims.fully_paid")
    assert preview(campaign, now).asked == 1
    campaign.audience = {"kind": "claims", "happened": "paid", "days": 7}
    assert preview(campaign, now).asked == 1
    campaign.audience = {"kind": "claims", "happened": "closed", "days": 30, "lines": ["home"]}
    assert preview(campaign, now).asked == 2
    campaign.audience = {"kind": "claims", "happened": "closed", "days": 30, "lines": ["cargo"]}
    assert preview(campaign, now).asked == 0


def test_a_rating_event_becomes_a_rating_once(close, make_customer, staff) -> None:
    from anxin.voice.responses.reactions import note_rating

    customer = make_customer()
    case = close(customer, "claims.rated")
    _deliver()
    event = Event.objects.get(activity="claims.rated")
    note_rating(event, event.recorded_at)
    rating = Rating.objects.get()
    assert (rating.service, rating.score, rating.case, rating.customer, rating.person) == (
        "claim", 4, case, customer, staff["adjudicator"],
    )  # fmt: skip

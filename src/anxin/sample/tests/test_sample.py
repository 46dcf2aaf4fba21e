"""The sample insurer, built whole once: its size, its truth, and that its promises follow from its events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count

from anxin.access import clock
from anxin.access.models import Branch, User
from anxin.journal import chain
from anxin.journal.models import Case, Promise
from anxin.journal.replaying import differences
from anxin.journeys.claims.models import Claim, Decision, Payment
from anxin.registers.customers.identity import resident_id
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy
from anxin.registers.products.models import Line
from anxin.sample.build import accounts, build
from anxin.voice.campaigns.models import Campaign
from anxin.voice.responses.models import Response

AS_OF = datetime(2026, 3, 17, 2, 20, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: object) -> Iterator[dict[str, int]]:
    """Build it once for all tests here, and take it back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        with clock.held_at(AS_OF):
            yield build(as_of=AS_OF)
        transaction.set_rollback(True)
        clock.set_offset(timedelta())


def test_it_is_as_large_as_promised(counts: dict[str, int]) -> None:
    assert counts["branches"] == 12
    assert counts["staff"] == 80
    assert counts["customers"] == 2_002
    assert counts["policies"] >= 3_500
    assert counts["claims"] == 2_504
    assert Branch.objects.count() == 12
    assert set(Policy.objects.values_list("product__line", flat=True)) == set(Line.values)


def test_every_chain_is_sound(counts: dict[str, int]) -> None:
    report = chain.verify()
    assert report.broken == []
    assert (report.cases, report.events) == (counts["claims"], counts["events"])


def test_replaying_every_case_gives_the_same_promises(counts: dict[str, int]) -> None:
    assert list(differences()) == []


def test_it_holds_what_an_insurer_lives_through(counts: dict[str, int]) -> None:
    states = dict(Case.objects.values_list("state").annotate(n=Count("pk")))
    assert states["closed"] > 2_000
    assert sum(states.get(name, 0) for name in ("notified", "opened", "offered", "adjudicating")) > 40
    assert states["withdrawn"] > 20
    assert Promise.objects.filter(rule="CL-01", state="broken").exists()  # papers asked for twice
    assert Promise.objects.filter(state="paused").exists()
    assert Claim.objects.exclude(reviewer=None).count() > 100
    first, last = Case.objects.order_by("opened_at").first(), Case.objects.order_by("opened_at").last()
    assert first is not None
    assert last is not None
    assert last.opened_at - first.opened_at > timedelta(days=700)


def test_nobody_adjudicates_what_they_assessed(counts: dict[str, int]) -> None:
    for claim in Claim.objects.exclude(assessor=None).exclude(adjudicator=None):
        assert claim.assessor_id != claim.adjudicator_id
        assert claim.reviewer_id is None or claim.reviewer_id != claim.assessor_id


def test_money_paid_is_what_was_decided(counts: dict[str, int]) -> None:
    for claim in (
        Claim.objects.filter(case__state="closed").exclude(paid_at=None).prefetch_related("payments", "decisions")
    ):
        paid = sum(payment.amount_fen for payment in claim.payments.all() if payment.state == Payment.State.PAID)
        assert paid == [decision.amount_fen for decision in claim.decisions.all()][-1]


def test_what_is_decided_says_whose_it_is(counts: dict[str, int]) -> None:
    """Finance pays by these parts: without them a claim would be closed with nothing paid."""
    decisions = Decision.objects.filter(outcome="pay")
    assert decisions.filter(claim__case__state="decided").exists()
    assert [row.pk for row in decisions if sum(row.parts.values()) != row.amount_fen] == []
    paid = Payment.objects.filter(kind="settlement").exclude(decision=None).select_related("decision")
    assert [row.pk for row in paid if row.amount_fen != row.decision.parts[row.for_party]] == []


def test_identity_numbers_hold(counts: dict[str, int]) -> None:
    for number in Customer.objects.filter(id_kind="resident_id").values_list("id_number", flat=True):
        resident_id(number, today=AS_OF.date())


@pytest.mark.parametrize(("username", "loss_on", "days"), [("li", "2025-03-04", 77), ("zhang", "2025-05-11", 35)])
def test_each_story_is_there_as_it_went_wrong_and_live(
    counts: dict[str, int], username: str, loss_on: str, days: int
) -> None:
    user = User.objects.get(username=username)
    past, live = Case.objects.filter(subject_id=user.customer_public_id).order_by("opened_at")
    assert past.claim.loss_at.date().isoformat() == loss_on
    assert past.closed_at is not None
    assert (past.closed_at - past.opened_at).days >= days
    assert past.promises.filter(state="broken").count() >= 3
    assert live.closed_at is None
    assert AS_OF - live.opened_at < timedelta(days=11)
    assert not live.promises.filter(state="broken").exists()


def test_mr_li_was_asked_for_papers_three_times(counts: dict[str, int]) -> None:
    li = User.objects.get(username="li")
    past = Case.objects.filter(subject_id=li.customer_public_id).earliest("opened_at")
    once = past.promises.get(rule="CL-01")
    assert (once.state, once.count) == ("broken", 3)


def test_there_is_an_account_for_every_role(counts: dict[str, int]) -> None:
    roles = {account.role for account in accounts()}
    assert roles == {
        "customer", "call_taker", "surveyor", "assessor", "adjudicator", "finance", "supervisor", "administrator",
        "auditor", "analyst",
    }  # fmt: skip
    for account in accounts():
        assert User.objects.get(username=account.username).check_password(account.password)


def test_papers_asked_for_later_are_ones_the_list_knows(counts: dict[str, int]) -> None:
    from anxin.journal.models import Event
    from anxin.rulebook.queries import paper

    asked = {code for row in Event.objects.filter(activity="claims.supplement_noticed") for code in row.facts["papers"]}
    assert {code for code in asked if paper(code) is None} == set()


def test_three_waves_of_answers_the_second_on_paper(counts: dict[str, int]) -> None:
    waves = list(Campaign.objects.exclude(wave="").order_by("starts_at"))
    assert [wave.state for wave in waves] == ["ended"] * 3
    assert [wave.responses.filter(state="complete").count() for wave in waves] == [1_200] * 3
    assert [set(wave.responses.values_list("source", flat=True)) for wave in waves] == [{"web"}, {"paper"}, {"web"}]
    # By link they were anonymous: no answer leads to a person. A personal copy on paper has a serial and an addressee.
    linked = Response.objects.filter(campaign__in=[waves[0], waves[2]])
    assert not linked.exclude(customer=None, invitation=None).exists()
    assert not Response.objects.filter(campaign=waves[1], customer=None).exists()
    flagged = sum(bool(one) for one in Response.objects.filter(campaign__in=waves).values_list("flags", flat=True))
    assert 60 < flagged < 500
    after = Campaign.objects.get(occasion="event")
    assert (after.state, after.rates) == ("running", "claim")

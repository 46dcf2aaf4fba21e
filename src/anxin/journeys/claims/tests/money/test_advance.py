"""Paying before the decision: what is undisputed, and what rescuing the injured cost."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.journal.models import Event, Promise
from anxin.journeys.claims.actions.advance import approve_advance, notify_rescue_cost, pay_rescue_cost
from anxin.journeys.claims.actions.assessment import LineInput
from anxin.journeys.claims.actions.payment import confirm_payment, fail_payment, retry_payment
from anxin.journeys.claims.models import Payment, RescueCost


@pytest.fixture
def disputed(steps):
    steps.issue()
    steps.answer(dispute=("bonnet",))
    steps.give_accounts("own")
    return steps


@pytest.fixture
def approve_it(disputed, actors, now):
    def call(**changes):
        return approve_advance(**({"claim": disputed.claim, "actor": actors["adjudicator"], "now": now} | changes))

    return call


def test_the_undisputed_7190_go_to_whoever_can_be_paid(
    disputed, approve_it, li, told, actors, now, to_the_bank
) -> None:
    approval = approve_it()
    assert approval.parts == {"own": 719_000}  # the third party's account is not known yet
    payment = Payment.objects.get()
    assert (payment.kind, payment.amount_fen, payment.approval_id) == ("advance", 719_000, approval.pk)
    assert disputed.case().state == "reviewing"
    to_the_bank(now)
    confirm_payment(payment=payment.public_id, bank_reference="B1", actor=actors["finance"], now=now)
    assert told(li)[-2:] == ["claims.payment_confirmed", "claims.advance_paid"]
    assert Promise.objects.get(case_id=li.case_id, rule="CS-08").state == "kept"
    with pytest.raises(Invalid):
        approve_it()  # nothing undisputed is left for those with an account


def test_later_advances_take_only_what_is_left(disputed, approve_it) -> None:
    approve_it(amounts={"own": 300_000})
    with pytest.raises(Invalid):
        approve_it(amounts={"own": 419_001})
    approve_it(amounts={"own": 419_000})
    assert sum(Payment.objects.values_list("amount_fen", flat=True)) == 719_000


def test_a_third_party_needs_an_account_first(disputed, approve_it) -> None:
    with pytest.raises(Invalid) as refused:
        approve_it(amounts={"tp1": 648_000})
    assert set(refused.value.fields) == {"amounts.tp1"}
    disputed.give_accounts("tp1")
    assert approve_it().parts == {"own": 719_000, "tp1": 648_000}


def test_an_advance_is_subtracted_from_the_decision_and_paid_once(
    disputed, approve_it, li, actors, people, now
) -> None:
    from anxin.access.actors import actor_of
    from anxin.access.models import User
    from anxin.journeys.claims.actions.dispute import review_line
    from anxin.journeys.claims.models import AssessmentLine

    approve_it()
    line = AssessmentLine.objects.get(state="disputed")
    review_line(
        claim=disputed.claim, line=line.public_id, amount_fen=86_000, note="维持",
        actor=actor_of(User.objects.get(pk=line.reviewer_id)), now=now,
    )  # fmt: skip
    disputed.decide()
    calculated = Event.objects.get(activity="claims.calculated").facts
    assert (calculated["amount"], calculated["paid"], calculated["to_pay"]) == (2_689_050, 719_000, 1_970_050)
    disputed.give_accounts("tp1", "inj1")
    paid = disputed.instruct()
    assert {payment.for_party: payment.amount_fen for payment in paid} == {
        "own": 86_000, "tp1": 648_000, "inj1": 1_236_050,
    }  # fmt: skip


def test_only_someone_with_the_authority_and_without_a_part_in_it(disputed, approve_it, people, actors) -> None:
    disputed.give_accounts("tp1", "inj1")
    with pytest.raises(NotAllowed) as refused:
        approve_it(actor=people.junior)  # 26,030.50 yuan; level 1 settles 10,000
    assert refused.value.facts["level"] == 2
    for actor in (actors["finance"], actors["customer"], disputed.assessor()):
        with pytest.raises(NotAllowed):
            approve_it(actor=actor)
    approve_it(actor=actors["supervisor"])


def test_from_half_a_million_on_two_sign(steps, people, now) -> None:
    steps.issue(lines=[LineInput("medical", party="inj1", name_zh="医疗费", amount_fen=60_000_000)])
    steps.give_accounts("inj1")
    facts = {"claim": steps.claim, "now": now}
    approve_advance(actor=people.head, **facts)
    assert not Payment.objects.exists()
    with pytest.raises(NotAllowed):
        approve_advance(actor=people.head, **facts)
    approve_advance(actor=people.second_head, **facts)
    assert Payment.objects.get().amount_fen == 60_000_000
    assert Event.objects.filter(activity="claims.advance_approved").count() == 1
    assert Event.objects.filter(activity="claims.advance_proposed").count() == 1


def test_an_advance_that_failed_is_owed_again_and_can_be_retried(approve_it, actors, people, now) -> None:
    from anxin.access.actors import system

    approve_it()
    first = Payment.objects.get()
    fail_payment(payment=first.public_id, code="account_closed", actor=system(), now=now)
    again = retry_payment(payment=first.public_id, actor=people.finance, now=now)
    assert (again.kind, again.amount_fen, again.approval_id) == ("advance", 719_000, first.approval_id)
    with pytest.raises(Invalid):
        approve_it()


@pytest.fixture
def rescue(steps, actors, now):
    def call(**changes):
        facts = {
            "claim": steps.claim, "party": "inj1", "amount_fen": 320_000, "hospital": "城东医院", "bank": "中国银行",
            "account_number": "6216 6100 0012", "actor": actors["call_taker"], "now": now,
        }  # fmt: skip
        return notify_rescue_cost(**(facts | changes))

    return call


def test_a_rescue_cost_is_paid_to_the_hospital_and_counts_for_the_injured(
    steps, rescue, li, told, actors, now, to_the_bank
) -> None:
    cost = rescue()
    payment = pay_rescue_cost(claim=steps.claim, rescue_cost=cost.public_id, actor=actors["adjudicator"], now=now)
    assert (payment.kind, payment.for_party, payment.payee.name) == ("rescue", "inj1", "城东医院")
    to_the_bank(now)
    confirm_payment(payment=payment.public_id, bank_reference="B1", actor=actors["finance"], now=now)
    assert told(li)[-1] == "claims.rescue_cost_paid"
    with pytest.raises(IllegalMove):
        pay_rescue_cost(claim=steps.claim, rescue_cost=cost.public_id, actor=actors["adjudicator"], now=now)
    steps.issue()
    steps.answer()
    steps.decide()
    steps.give_accounts("own", "tp1", "inj1")
    assert {item.for_party: item.amount_fen for item in steps.instruct()}["inj1"] == 1_236_050 - 320_000


def test_rescue_costs_stay_within_the_compulsory_limit(steps, rescue, actors, now) -> None:
    large, small = rescue(amount_fen=1_700_000), rescue(amount_fen=200_000)
    facts = {"claim": steps.claim, "actor": actors["adjudicator"], "now": now}
    pay_rescue_cost(rescue_cost=large.public_id, **facts)
    with pytest.raises(Invalid) as refused:
        pay_rescue_cost(rescue_cost=small.public_id, **facts)
    assert refused.value.facts["room_fen"] == 100_000
    assert RescueCost.objects.filter(payment=None).count() == 1


def test_a_rescue_cost_needs_an_injured_person_and_a_hospitals_account(rescue) -> None:
    with pytest.raises(Missing):
        rescue(party="tp1")
    with pytest.raises(Invalid) as refused:
        rescue(amount_fen=0, hospital="", account_number="abc")
    assert set(refused.value.fields) == {"amount_fen", "hospital", "account_number"}

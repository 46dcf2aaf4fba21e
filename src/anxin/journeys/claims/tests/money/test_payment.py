"""Payment: several payees, once each, through the bank, failed and tried again, paid in full."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from anxin.access.actors import system
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.connectors.payments.models import Transfer
from anxin.connectors.payments.simulator import report_ends
from anxin.journal.models import Event, Promise
from anxin.journeys.claims import ports
from anxin.journeys.claims.actions.closing import close_claim
from anxin.journeys.claims.actions.parties import set_payee
from anxin.journeys.claims.actions.payment import confirm_payment, fail_payment, retry_payment
from anxin.journeys.claims.models import Claim, Payee, Payment


@pytest.fixture
def decided(steps):
    steps.issue()
    steps.answer()
    steps.decide()
    return steps


@pytest.fixture
def paying(decided):
    decided.give_accounts("own", "tp1", "inj1")
    decided.instruct()
    return decided


def test_each_party_is_paid_and_the_last_payment_pays_in_full(
    paying, li, told, actors, people, now, to_the_bank
) -> None:
    assert paying.case().state == "paying"
    assert to_the_bank(now) == 3
    payments = list(Payment.objects.order_by("pk"))
    assert {payment.for_party: payment.amount_fen for payment in payments} == {
        "own": 805_000, "tp1": 648_000, "inj1": 1_236_050,
    }  # fmt: skip
    for number, payment in enumerate(payments):
        assert paying.case().state == "paying"
        confirm_payment(payment=payment.public_id, bank_reference=f"B{number}", actor=actors["finance"], now=now)
    assert paying.case().state == "paid"
    assert Claim.objects.get(pk=li.pk).paid_at == now
    assert told(li)[-1] == "claims.fully_paid"
    assert Event.objects.get(activity="claims.fully_paid").facts == {"amount": 2_689_050}
    assert Promise.objects.get(case_id=li.case_id, rule="CL-05").state == "kept"
    close_claim(claim=paying.claim, actor=actors["finance"], now=now)
    assert paying.case().state == "closed"


def test_the_simulated_bank_brings_the_money_by_itself(paying, now, to_the_bank) -> None:
    to_the_bank(now)
    assert report_ends(now) == 0
    assert report_ends(now + timedelta(minutes=1)) == 3
    assert paying.case().state == "paid"
    assert set(Payment.objects.values_list("bank_reference", flat=True)) == set(
        Transfer.objects.values_list("bank_reference", flat=True)
    )
    assert report_ends(now + timedelta(minutes=2)) == 0


def test_sent_twice_it_is_paid_once(paying, now, to_the_bank) -> None:
    to_the_bank(now)
    Payment.objects.update(state="instructed")  # as if the process had died before it noted the hand-over
    assert to_the_bank(now) == 3
    assert Transfer.objects.count() == 3


def test_a_bank_that_is_away_loses_nothing(paying, now, to_the_bank, caplog) -> None:
    class Away:
        def send(self, batch, now):
            raise ConnectionError("closed")

    there = ports.payment_port()
    ports.supply(Away())
    try:
        assert to_the_bank(now) == 0
    finally:
        ports.supply(there)
    assert "wait for the next round" in caplog.text
    assert to_the_bank(now) == 3


def test_nothing_is_instructed_twice(paying, decided) -> None:
    with pytest.raises(IllegalMove):
        decided.instruct()
    assert Payment.objects.count() == 3


def test_the_database_itself_refuses_a_second_payment(paying) -> None:
    first = Payment.objects.filter(for_party="own").get()
    first.pk, first.public_id = None, "f" * 24
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_a_confirmation_said_again_changes_nothing(paying, actors, li, told, now, to_the_bank) -> None:
    to_the_bank(now)
    key = Payment.objects.first().public_id
    confirm_payment(payment=key, bank_reference="B1", actor=actors["finance"], now=now)
    before = told(li)
    confirm_payment(payment=key, bank_reference="B1", actor=actors["finance"], now=now)
    assert told(li) == before
    with pytest.raises(IllegalMove):
        confirm_payment(payment=key, bank_reference="B2", actor=actors["finance"], now=now)
    with pytest.raises(IllegalMove):
        fail_payment(payment=key, code="x", actor=system(), now=now)


def test_a_payment_is_not_confirmed_by_hand_before_the_bank_has_it(paying, actors, now) -> None:
    key = Payment.objects.first().public_id
    with pytest.raises(IllegalMove):
        confirm_payment(payment=key, bank_reference="B1", actor=actors["finance"], now=now)
    with pytest.raises(Invalid):
        confirm_payment(payment=key, bank_reference=" ", actor=actors["finance"], now=now)


def test_a_payment_that_failed_is_tried_again_with_a_new_key(
    paying, actors, people, li, told, now, to_the_bank
) -> None:
    to_the_bank(now)
    payments = {payment.for_party: payment for payment in Payment.objects.all()}
    for party in ("tp1", "inj1"):
        confirm_payment(payment=payments[party].public_id, bank_reference=party, actor=actors["finance"], now=now)
    failed = payments["own"]
    fail_payment(payment=failed.public_id, code="account_closed", actor=actors["finance"], now=now)
    fail_payment(payment=failed.public_id, code="account_closed", actor=actors["finance"], now=now)
    assert told(li).count("claims.payment_failed") == 1
    assert paying.case().state == "paying"
    set_payee(
        claim=paying.claim, name="李明", bank="工商银行", account_number="6222020000001234", actor=actors["customer"],
        now=now,
    )  # fmt: skip
    again = retry_payment(payment=failed.public_id, actor=people.finance, now=now)
    assert again.public_id != failed.public_id
    assert (again.retry_of_id, again.amount_fen, again.payee.last_four) == (failed.pk, 805_000, "1234")
    with pytest.raises(IllegalMove):
        retry_payment(payment=failed.public_id, actor=people.finance, now=now)
    with pytest.raises(IllegalMove):
        paying.instruct()
    to_the_bank(now)
    confirm_payment(payment=again.public_id, bank_reference="B9", actor=actors["finance"], now=now)
    assert paying.case().state == "paid"


def test_an_account_that_fails_at_the_simulated_bank(decided, actors, now, to_the_bank) -> None:
    set_payee(
        claim=decided.claim, name="李明", bank="工商银行", account_number="622202000000000", actor=actors["customer"],
        now=now,
    )  # fmt: skip
    decided.instruct()
    to_the_bank(now)
    report_ends(now + timedelta(minutes=1))
    assert (Payment.objects.get().state, Payment.objects.get().failure) == ("failed", "account_closed")


def test_parties_without_an_account_wait_and_are_paid_later(decided) -> None:
    with pytest.raises(Invalid) as refused:
        decided.instruct()
    assert set(refused.value.fields) == {"payees.own", "payees.tp1", "payees.inj1"}
    decided.give_accounts("own")
    assert [payment.for_party for payment in decided.instruct()] == ["own"]
    assert decided.case().state == "paying"
    decided.give_accounts("tp1", "inj1")
    assert [payment.for_party for payment in decided.instruct()] == ["inj1", "tp1"]


def test_the_account_in_the_register_serves_the_insured(decided, customer, now, told, li) -> None:
    from anxin.registers.customers.models import PaymentAccount

    PaymentAccount.objects.create(
        customer=customer, holder="李明", bank="建设银行", number="6217000012346621", created_at=now
    )
    (payment,) = decided.instruct()
    assert (payment.for_party, payment.payee.last_four) == ("own", "6621")
    assert "claims.payee_set" in told(li)


def test_a_partys_money_goes_to_several_when_the_parts_add_up(decided, actors, now) -> None:
    decided.give_accounts("own", "inj1")
    first = Payee.objects.get(party__code="inj1")
    details = {"claim": decided.claim, "name": "医院", "bank": "中国银行", "actor": actors["supervisor"], "now": now}
    second = set_payee(party="inj1", account_number="12345678", beside=True, **details)
    with pytest.raises(Invalid):
        decided.instruct(payees={"inj1": [(first.public_id, 1), (second.public_id, 1)]})
    with pytest.raises(Missing):
        decided.instruct(payees={"inj1": [("f" * 24, 1_236_050)]})
    # Nobody's money goes to an account that was given for somebody else's.
    with pytest.raises(Invalid) as refused:
        decided.instruct(payees={"own": [(first.public_id, 805_000)]})
    assert set(refused.value.fields) == {"payees.own"}
    paid = decided.instruct(payees={"inj1": [(first.public_id, 1_000_000), (second.public_id, 236_050)]})
    assert [(item.for_party, item.amount_fen) for item in paid] == [
        ("own", 805_000),
        ("inj1", 1_000_000),
        ("inj1", 236_050),
    ]


def test_an_account_out_of_use_gets_nothing(decided, customer, actors, now) -> None:
    from anxin.registers.customers.models import PaymentAccount

    PaymentAccount.objects.create(
        customer=customer, holder="李明", bank="建设银行", number="6217000012346621", created_at=now
    )
    (failed,) = decided.instruct()
    Payment.objects.update(state="failed")
    details = {"claim": decided.claim, "name": "李明", "bank": "工商银行", "actor": actors["customer"], "now": now}
    set_payee(account_number="6222020000001234", **details)
    # What came out of the register is replaced as well: one account is in use.
    assert [payee.last_four for payee in Payee.objects.filter(is_current=True)] == ["1234"]
    with pytest.raises(Invalid) as refused:
        decided.instruct(payees={"own": [(failed.payee.public_id, 805_000)]})
    assert "停用" in refused.value.fields["payees.own"]
    (again,) = decided.instruct()
    assert again.payee.last_four == "1234"


def test_unless_it_is_split_the_first_account_in_use_gets_it_all(decided, actors, now) -> None:
    decided.give_accounts("own")
    first = Payee.objects.get()
    details = {"claim": decided.claim, "name": "大众维修", "bank": "工商银行", "actor": actors["customer"], "now": now}
    set_payee(account_number="6222020000001234", beside=True, **details)
    (payment,) = decided.instruct()
    assert payment.payee == first


def test_whoever_decided_does_not_pay_and_others_may_not(decided, actors, people) -> None:
    for who in ("adjudicator", "customer", "assessor", "supervisor", "auditor"):
        with pytest.raises(NotAllowed):
            decided.instruct(actor=actors[who])


def test_finance_pays_within_its_own_authority(decided, actors, people, staff) -> None:
    from anxin.access.actors import actor_of

    decided.give_accounts("own", "tp1", "inj1")
    person = staff["finance"]
    person.authority_level, person.access_version = 1, person.access_version + 1
    with pytest.raises(NotAllowed):
        decided.instruct(actor=actor_of(person))


def test_with_nothing_left_to_pay_the_claim_is_paid_at_once(steps, li, told) -> None:
    from anxin.journeys.claims.actions.assessment import LineInput
    from anxin.registers.policies.models import PolicyCoverage

    PolicyCoverage.objects.filter(coverage__code="vehicle_damage").update(deductible_fen=50_000)
    steps.issue(lines=[LineInput("vehicle", name_zh="补漆", amount_fen=40_000)])
    steps.answer()
    assert steps.decide().amount_fen == 0
    assert steps.instruct() == []
    assert steps.case().state == "paid"
    assert told(li)[-1] == "claims.fully_paid"


def test_someone_elses_payment_is_not_there(paying, outsider, other_branch, now) -> None:
    from anxin.access.actors import actor_of
    from anxin.access.models import RoleGrant

    RoleGrant.objects.create(user=outsider, role="finance", branch=other_branch)
    outsider.access_version += 1
    with pytest.raises(Missing):
        confirm_payment(
            payment=Payment.objects.first().public_id, bank_reference="B", actor=actor_of(outsider), now=now
        )


def test_paying_and_confirming_need_few_queries(
    decided, actors, people, now, to_the_bank, django_assert_max_num_queries
) -> None:
    decided.give_accounts("own", "tp1", "inj1")
    with django_assert_max_num_queries(14):
        decided.instruct()
    to_the_bank(now)
    first, second, third = (payment.public_id for payment in Payment.objects.all())
    confirm_payment(payment=first, bank_reference="1", actor=actors["finance"], now=now)
    confirm_payment(payment=second, bank_reference="2", actor=actors["finance"], now=now)
    with django_assert_max_num_queries(16):
        confirm_payment(payment=third, bank_reference="3", actor=actors["finance"], now=now)

"""Third parties, the injured, payees, the share of fault, and the call back."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.journal.models import Event, Promise
from anxin.journeys.claims.actions.closing import withdraw
from anxin.journeys.claims.actions.contact import record_contact
from anxin.journeys.claims.actions.notification import PartyInput
from anxin.journeys.claims.actions.parties import add_party, change_party, set_liability, set_payee
from anxin.journeys.claims.models import Claim, Payee


def test_a_later_injured_person_is_added_with_papers_and_changes_what_the_claim_is(
    claim, actors, minutes, told
) -> None:
    party = add_party(
        claim=claim.public_id, party=PartyInput("injured", name="赵丽", in_hospital=True), actor=actors["surveyor"],
        now=minutes(5),
    )  # fmt: skip
    assert party.code == "inj1"
    assert told(claim)[-2:] == ["claims.party_added", "claims.papers_listed"]
    assert set(claim.papers.filter(party=party).values_list("code", flat=True)) >= {"medical_invoice", "fee_detail"}
    row = Claim.objects.select_related("case").get(pk=claim.pk)
    assert row.has_injury
    assert row.case.title_zh == "车险追尾，一人受伤"
    second = add_party(claim=claim.public_id, party=PartyInput("injured"), actor=actors["surveyor"], now=minutes(6))
    assert second.code == "inj2"
    assert "赵丽" not in "".join(Event.objects.filter(case_id=claim.case_id).values_list("data", flat=True))


def test_a_small_claim_with_someone_hurt_is_not_small_any_more(notify, actors, minutes) -> None:
    claim = notify(claimed_fen=100_000)
    assert claim.is_small
    add_party(claim=claim.public_id, party=PartyInput("injured"), actor=actors["surveyor"], now=minutes(5))
    assert not Claim.objects.get(pk=claim.pk).is_small


def test_correcting_a_party_says_which_fields_and_nothing_of_them(notify, actors, minutes) -> None:
    claim = notify(has_third_party=True)
    changed = change_party(
        claim=claim.public_id, party="tp1", changes={"name": "陈强", "plate": "苏E12345", "note": ""},
        actor=actors["call_taker"], now=minutes(5),
    )  # fmt: skip
    assert (changed.name, changed.plate) == ("陈强", "苏E12345")
    event = Event.objects.get(case_id=claim.case_id, activity="claims.party_changed")
    assert event.facts == {"party": "tp1", "fields": ["name", "plate"]}
    with pytest.raises(Missing):
        change_party(claim=claim.public_id, party="tp9", changes={}, actor=actors["call_taker"], now=minutes(6))
    with pytest.raises(Invalid):
        change_party(
            claim=claim.public_id, party="tp1", changes={"code": "x"}, actor=actors["call_taker"], now=minutes(6)
        )


def test_several_payees_and_the_last_one_given_counts(notify, actors, minutes) -> None:
    claim = notify(has_injury=True)
    details = {"claim": claim.public_id, "bank": "建设银行"}
    set_payee(**details, name="李明", account_number="6222 0000 1111", actor=actors["customer"], now=minutes(5))
    set_payee(
        **details,
        party="inj1",
        name="赵丽",
        account_number="6222000022223333",
        actor=actors["call_taker"],
        now=minutes(6),
    )
    set_payee(**details, name="李明", account_number="6222-0000-4444", actor=actors["customer"], now=minutes(7))
    current = Payee.objects.filter(claim=claim, is_current=True).values_list("party__code", "account_number")
    assert dict(current) == {"own": "622200004444", "inj1": "6222000022223333"}
    assert Payee.objects.filter(claim=claim).count() == 3
    event = Event.objects.filter(case_id=claim.case_id, activity="claims.payee_set").order_by("seq").last()
    assert event.facts["last_four"] == "4444"
    assert "622200004444" not in event.data


@pytest.mark.parametrize("number", ["", "1234", "62220000abc", "6" * 33])
def test_an_account_number_is_digits(claim, actors, minutes, number) -> None:
    with pytest.raises(Invalid) as refused:
        set_payee(
            claim=claim.public_id, name="李明", bank="建设银行", account_number=number, actor=actors["customer"],
            now=minutes(5),
        )  # fmt: skip
    assert set(refused.value.fields) == {"account_number"}


def test_the_share_of_fault_with_what_it_rests_on(claim, actors, minutes) -> None:
    row = set_liability(
        claim=claim.public_id, permille=700, basis="police_report", text="主要责任", actor=actors["surveyor"],
        now=minutes(5),
    )  # fmt: skip
    assert (row.liability_permille, row.liability_basis) == (700, "police_report")
    for wrong in ({"permille": 1001, "basis": "agreement"}, {"permille": 0, "basis": "rumour"}):
        with pytest.raises(Invalid):
            set_liability(claim=claim.public_id, **wrong, actor=actors["surveyor"], now=minutes(6))
    with pytest.raises(NotAllowed):
        set_liability(claim=claim.public_id, permille=0, basis="survey", actor=actors["customer"], now=minutes(6))


def test_only_a_call_that_reached_the_customer_keeps_the_promise(claim, actors, minutes, told) -> None:
    desk = actors["call_taker"]
    record_contact(claim=claim.public_id, outcome="no_answer", actor=desk, now=minutes(10))
    assert Promise.objects.get(case_id=claim.case_id, rule="CS-01").state == "running"
    record_contact(claim=claim.public_id, outcome="reached", text="已约查勘", actor=desk, now=minutes(20))
    assert Promise.objects.get(case_id=claim.case_id, rule="CS-01").state == "kept"
    assert told(claim)[-2:] == ["claims.contact_tried", "claims.contacted"]
    with pytest.raises(Invalid):
        record_contact(claim=claim.public_id, outcome="telepathy", actor=desk, now=minutes(21))


def test_no_party_is_added_to_a_claim_that_ended(claim, actors, minutes) -> None:
    withdraw(claim=claim.public_id, reason="repaired", actor=actors["customer"], now=minutes(5))
    with pytest.raises(IllegalMove) as refused:
        add_party(claim=claim.public_id, party=PartyInput("injured"), actor=actors["surveyor"], now=minutes(6))
    assert refused.value.facts == {"move": "add_party", "state": "withdrawn"}

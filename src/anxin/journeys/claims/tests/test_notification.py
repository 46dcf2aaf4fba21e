"""First notice of loss: by whom, under which policies, with which list; and opening the case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.journal.models import Case, Event, Promise
from anxin.journeys.claims.actions.notification import PartyInput, open_claim
from anxin.journeys.claims.models import Claim, Party, RequiredPaper


def test_a_customer_reports_and_everything_is_there_at_once(notify, told, staff, motor_policies) -> None:
    claim = notify(
        has_injury=True,
        has_third_party=True,
        parties=[
            PartyInput("third_vehicle", name="陈强", plate="苏E12345"),
            PartyInput("injured", name="陈强"),
            PartyInput("injured", name="赵丽", in_hospital=True),
        ],
    )
    case = Case.objects.get(pk=claim.case_id)
    assert told(claim) == ["claims.notified", "claims.coverage_checked", "claims.papers_listed"]
    assert (case.title_zh, case.title_en) == (
        "车险追尾，一辆三者车，两人受伤", "Motor rear-end collision, one third-party vehicle, two injured",
    )  # fmt: skip
    assert case.state == "notified"
    assert (case.department_id, case.person_id) == ("call_centre", staff["call_taker"].pk)
    assert case.number == "2025-000001"
    assert [cover.policy for cover in claim.covers.all()] == motor_policies
    assert claim.cover_result == "in_force"
    assert claim.line == "motor_commercial"
    assert claim.has_compulsory
    assert list(claim.parties.values_list("code", flat=True)) == ["own", "tp1", "inj1", "inj2"]
    asked = {paper.key for paper in claim.papers.select_related("party")}
    assert {"claim_form", "accident_report", "medical_invoice:inj1", "medical_invoice:inj2"} <= asked
    listed = Event.objects.get(case=case, activity="claims.papers_listed").facts
    assert listed["count"] == claim.papers.exclude(provider="us").count()
    assert set(listed["papers"]) == asked
    facts = Event.objects.get(case=case, activity="claims.notified").facts
    assert facts["injury"] is True
    assert facts["loss_on"] == "2025-03-14"
    assert "陈" not in Event.objects.get(case=case, activity="claims.notified").data


def test_the_clocks_of_law_and_company_run_from_the_notice(claim, now) -> None:
    rules = {promise.rule: promise for promise in Promise.objects.filter(case_id=claim.case_id)}
    assert rules["CS-01"].due_at == now + timedelta(hours=1)
    assert rules["CL-10"].state == "kept"
    assert rules["CL-09"].state == "kept"
    assert Case.objects.get(pk=claim.case_id).due_at == now + timedelta(hours=1)


def test_a_report_needs_few_queries(notify, django_assert_max_num_queries) -> None:
    notify()  # warms what is cached per process: people, rules
    with django_assert_max_num_queries(17):
        notify(has_injury=True, parties=[PartyInput("injured") for _number in range(9)])


def test_the_same_external_report_is_one_claim(notify, actors) -> None:
    first = notify(external_id="A-1", actor=actors["call_taker"])
    assert notify(external_id="A-1", actor=actors["call_taker"]).pk == first.pk
    assert Claim.objects.count() == 1


def test_the_same_report_twice_at_the_same_moment_is_one_claim(notify, actors, monkeypatch) -> None:
    from anxin.journeys.claims.actions import notification

    first = notify(external_id="A-1", actor=actors["call_taker"])
    looks = iter([None, first])  # the other report is not there yet when this one looks, and there when it writes
    monkeypatch.setattr(notification, "_reported_before", lambda *_: next(looks))
    assert notify(external_id="A-1", actor=actors["call_taker"]).pk == first.pk
    assert Claim.objects.count() == 1
    assert Case.objects.count() == 1


def test_a_report_known_elsewhere_is_not_shown(notify, actors, other_branch) -> None:
    from dataclasses import replace

    notify(external_id="A-1", actor=actors["call_taker"])
    with pytest.raises(Missing):
        notify(external_id="A-1", actor=replace(actors["call_taker"], branch_ids=frozenset({other_branch.pk})))


@pytest.mark.parametrize(
    ("loss_on", "reason"), [(date(2024, 10, 17), "before_start"), (date(2025, 10, 18), "after_end")]
)
def test_a_loss_outside_the_term_is_taken_and_marked(notify, now, loss_on, reason) -> None:
    moment = now.replace(year=loss_on.year, month=loss_on.month, day=loss_on.day)
    claim = notify(loss_at=moment, now=moment + timedelta(hours=1))
    assert claim.cover_result == "not_in_force"
    assert {cover.reason for cover in claim.covers.all()} == {reason}


def test_the_last_day_counts_until_midnight_in_the_insurers_zone(notify, now) -> None:
    moment = now.replace(year=2025, month=10, day=17, hour=15, minute=59)  # 23:59 in Shanghai
    assert notify(loss_at=moment, now=moment + timedelta(hours=1)).cover_result == "in_force"
    later = moment + timedelta(minutes=1)
    assert notify(loss_at=later, now=later + timedelta(hours=1)).cover_result == "not_in_force"


def test_a_suspended_policy_is_not_in_force(notify, motor_policies) -> None:
    from anxin.registers.policies.models import Suspension

    for policy in motor_policies:
        Suspension.objects.create(policy=policy, from_on=date(2025, 3, 1))
    claim = notify()
    assert {cover.reason for cover in claim.covers.all()} == {"suspended"}


def test_one_policy_in_force_and_one_not_is_for_a_person_to_look_at(notify, motor_policies) -> None:
    motor_policies[0].ends_on = date(2025, 3, 1)
    motor_policies[0].save()
    assert notify(policies=motor_policies).cover_result == "doubtful"


def test_two_cars_need_a_choice(notify, motor_policies, customer, branch) -> None:
    from anxin.registers.policies.models import Policy, Vehicle

    second = Policy.objects.get(pk=motor_policies[1].pk)
    second.pk, second.public_id, second.number, second.number_key = None, "f" * 24, "PDAA 9", "PDAA9"
    second.save(force_insert=True)
    Vehicle.objects.create(policy=second, plate="苏E·00000", plate_key="苏E00000", vin="V" * 17, make_zh="大众")
    with pytest.raises(Invalid) as refused:
        notify()
    assert "policies" in refused.value.fields
    claim = notify(plate="苏E 00000")
    assert [cover.policy_id for cover in claim.covers.all()] == [second.pk]
    with pytest.raises(Invalid):
        notify(plate="沪A00000")


def test_home_has_its_own_list(notify, home_policy) -> None:
    claim = notify(type="home", cause="fire", account="厨房起火")
    assert claim.line == "home"
    assert claim.case.title_zh == "家财险火灾"
    assert "fire_certificate" in {paper.code for paper in claim.papers.all()}


def test_small_means_vehicle_damage_only_and_little(notify) -> None:
    assert notify(claimed_fen=500_000).is_small
    assert not notify(claimed_fen=500_001).is_small
    assert not notify(claimed_fen=100_000, has_third_party=True).is_small
    assert not notify().is_small


def test_an_account_we_know_is_not_asked_for_again(notify, customer, now) -> None:
    from anxin.registers.customers.models import PaymentAccount

    assert notify().papers.get(code="bank_card").state == "waiting"
    PaymentAccount.objects.create(customer=customer, holder="李明", bank="工行", number="62220001", created_at=now)
    claim = notify()
    assert claim.papers.get(code="bank_card").state == "waived"
    listed = Event.objects.get(case_id=claim.case_id, activity="claims.papers_listed").facts
    assert listed["count"] == claim.papers.exclude(code="bank_card").count()


def test_an_injury_without_names_is_still_a_party(notify) -> None:
    claim = notify(has_injury=True, has_third_party=True)
    assert list(claim.parties.values_list("code", flat=True)) == ["own", "tp1", "inj1"]
    assert claim.case.title_zh == "车险追尾，涉及三者，有人受伤"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "boat"}, "type"),
        ({"cause": "magic"}, "cause"),
        ({"claimed_fen": -1}, "claimed_fen"),
        ({"account": "字" * 4001}, "account"),
        ({"parties": [PartyInput("own")]}, "kind"),
        ({"type": "home"}, "policies"),
    ],
)
def test_what_cannot_be_used_is_named(notify, changes, field) -> None:
    with pytest.raises(Invalid) as refused:
        notify(**changes)
    assert field in refused.value.fields
    assert Case.objects.count() == 0


def test_a_loss_in_the_future_is_refused(notify, now) -> None:
    with pytest.raises(Invalid) as refused:
        notify(loss_at=now + timedelta(minutes=1))
    assert "loss_at" in refused.value.fields


def test_nobody_reports_for_another_customer_or_under_a_strangers_policy(
    notify, other_customer, motor_policies, actors, staff, outsider, other_branch
) -> None:
    with pytest.raises(Missing):
        notify(customer=other_customer)
    with pytest.raises(Missing):
        notify(customer=other_customer, policies=motor_policies, actor=actors["call_taker"])
    with pytest.raises(NotAllowed):
        notify(actor=actors["auditor"])
    with pytest.raises(NotAllowed):
        notify(actor=actors["outsider"])
    from dataclasses import replace

    elsewhere = replace(actors["call_taker"], branch_ids=frozenset({other_branch.pk}))
    with pytest.raises(Missing):
        notify(actor=elsewhere)


def test_the_call_taker_who_took_the_call_stays_the_one_to_ask(notify, actors, staff) -> None:
    claim = notify(actor=actors["call_taker"].through("phone"))
    assert claim.handler_id == staff["call_taker"].pk
    assert Event.objects.filter(case_id=claim.case_id, seq=1).get().channel == "phone"


def test_opening_hands_a_large_loss_to_survey_and_a_small_one_to_assessment(notify, actors, staff, minutes) -> None:
    large = open_claim(claim=notify().public_id, reserve_fen=4_600_000, actor=actors["call_taker"], now=minutes(5))
    assert (large.case.state, large.case.department_id, large.case.person_id) == (
        "opened", "survey", staff["surveyor"].pk,
    )  # fmt: skip
    assert large.case.amount_fen == 4_600_000
    small = open_claim(claim=notify().public_id, reserve_fen=90_000, actor=actors["call_taker"], now=minutes(5))
    assert (small.case.department_id, small.assessor_id) == ("assessment", staff["assessor"].pk)


def test_opening_twice_or_on_an_old_page_is_refused(claim, actors, minutes, told) -> None:
    with pytest.raises(Stale):
        open_claim(claim=claim.public_id, expected=2, actor=actors["call_taker"], now=minutes(5))
    open_claim(claim=claim.public_id, expected=3, actor=actors["call_taker"], now=minutes(5))
    with pytest.raises(IllegalMove) as refused:
        open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(6))
    assert refused.value.facts["move"] == "open"
    assert told(claim).count("claims.opened") == 1


def test_someone_elses_claim_does_not_exist(claim, actors, minutes) -> None:
    with pytest.raises(Missing):
        open_claim(claim=claim.public_id, actor=actors["outsider"], now=minutes(1))
    assert not Claim.objects.visible_to(actors["outsider"]).exists()
    assert Claim.objects.visible_to(actors["auditor"]).exists()


def test_notifying_is_all_or_nothing(notify, monkeypatch) -> None:
    from anxin.journeys.claims.actions import notification

    insert = notification.insert_all

    def broken(rows: list[object]) -> None:
        if isinstance(rows[0], RequiredPaper):
            raise RuntimeError("disk full")
        insert(rows)

    monkeypatch.setattr(notification, "insert_all", broken)
    with pytest.raises(RuntimeError):
        notify()
    assert not Claim.objects.exists()
    assert not Party.objects.exists()
    assert not Event.objects.exists()

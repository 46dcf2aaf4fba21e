"""The customer is told, once, in both languages; and what arrives by text message stops the clock when it arrives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.access.models import User
from anxin.connectors.outbox.models import SentMessage
from anxin.connectors.outbox.simulator import report_arrivals
from anxin.journal import deliveries, reacting
from anxin.journal.models import Delivery, Promise
from anxin.journal.writing import on_case
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.closing import withdraw
from anxin.journeys.claims.actions.papers import (
    PaperInput,
    SupplementInput,
    receive_papers,
    return_paper,
    send_supplement_notice,
)
from anxin.journeys.claims.actions.survey import schedule_survey
from anxin.messages.models import Message
from anxin.messages.sending import send_waiting


@pytest.fixture
def drain():
    def run() -> None:
        deliveries.drain("test")
        assert not Delivery.objects.filter(state__in=["waiting", "dead"]).exists(), list(
            Delivery.objects.values_list("reaction", "error")
        )

    return run


def test_reactions_never_feed_themselves() -> None:
    assert reacting.cycles() == []


def test_a_report_is_answered_with_number_and_list(claim, drain) -> None:
    drain()
    messages = {message.channel: message for message in Message.objects.filter(case=claim.case_id)}
    count = claim.papers.exclude(provider="us").count()
    assert messages["portal"].body_zh == (
        f"您的报案已收到，案号苏州 2025-000001。需要的材料一次列全，共{count}份，清单和每一步的时限见“我的理赔”。"
    )
    assert "Suzhou 2025-000001" in messages["portal"].body_en
    assert messages["portal"].arrived_at is not None
    assert messages["sms"].state == "queued"
    drain()
    assert Message.objects.count() == 2


def test_each_occasion_has_its_words(claim, actors, minutes, drain, photo) -> None:
    schedule_survey(claim=claim.public_id, at=minutes(90), place="修理厂", actor=actors["surveyor"], now=minutes(5))
    receive_papers(
        claim=claim.public_id, papers=[PaperInput("driving_licence", files=[photo()])], actor=actors["customer"],
        now=minutes(6),
    )  # fmt: skip
    return_paper(
        claim=claim.public_id, paper_code="driving_licence", text="看不清有效期。", actor=actors["adjudicator"],
        now=minutes(7),
    )  # fmt: skip
    withdraw(claim=claim.public_id, reason="repaired", actor=actors["customer"], now=minutes(8))
    drain()
    told = list(Message.objects.filter(case=claim.case_id, channel="portal").values_list("template", flat=True))
    assert told == ["claim_notified", "survey_scheduled", "paper_returned", "survey_cancelled", "claim_withdrawn"]
    survey = Message.objects.get(template="survey_scheduled", channel="portal")
    assert "查勘约在3月14日 11:00，地点修理厂，由surveyor到场" in survey.body_zh
    assert "“驾驶证”用不了：看不清有效期。" in Message.objects.get(template="paper_returned").body_zh


def test_what_the_back_half_records_is_told_too(claim, actors, minutes, drain) -> None:
    from anxin.journeys.claims.models import Party, Payee, Payment

    payee = Payee.objects.create(
        claim=claim, party=Party.objects.get(claim=claim, code="own"), name="李明", bank="工行",
        account_number="6222000022223333", given_at=minutes(1),
    )  # fmt: skip
    payment = Payment.objects.create(
        claim=claim, payee=payee, kind="settlement", amount_fen=719_000, state="paid", instructed_at=minutes(1)
    )
    with on_case(claim.public_id, actor=actors["adjudicator"], now=minutes(5)) as work:
        work.record(
            activities.ASSESSMENT_ISSUED, {"assessment": "a", "lines": 5, "amount": 805_000, "assessor": 1, "prices": 1}
        )
        work.record(activities.DECIDED, {**claim.scope, "decision": "d", "outcome": "pay", "amount": 2_689_050})
        work.record(activities.REFUSAL_SENT, {"decision": "d", "document": "x"})
        work.record(
            activities.PAYMENT_CONFIRMED, {"payment": payment.public_id, "kind": "settlement", "amount": 719_000}
        )
        work.record(activities.PAYMENT_FAILED, {"payment": payment.public_id, "code": "account_closed"})
        work.record(activities.CLOSED, {"outcome": "paid", "paid": 719_000})
    drain()
    words = {row.template: row.body_zh for row in Message.objects.filter(channel="portal")}
    assert "5项，合计8,050.00元" in words["assessment_issued"]
    assert "赔付26,890.50元" in words["decided"]
    assert "7,190.00元已付到尾号3333的账户" in words["payment_confirmed"]
    assert {"refused", "payment_failed", "claim_closed"} <= words.keys()
    # Telling the decision is itself on record, which keeps the promise to tell.
    assert Promise.objects.get(case_id=claim.case_id, rule="CS-16").state == "kept"


def test_a_notice_arrives_at_once_for_whoever_has_a_portal(claim, actors, minutes, drain, told) -> None:
    send_supplement_notice(
        claim=claim.public_id, papers=[SupplementInput("vehicle_licence")], actor=actors["adjudicator"], now=minutes(5)
    )
    drain()
    assert told(claim)[-1] == "claims.supplement_notice_arrived"
    assert "行驶证" in Message.objects.get(template="supplement", channel="portal").body_zh


def test_a_notice_by_text_message_arrives_when_the_carrier_says_so(claim, actors, minutes, drain, told, photo) -> None:
    User.objects.filter(username="customer").update(is_active=False)
    receive_papers(
        claim=claim.public_id, actor=actors["call_taker"], now=minutes(4),
        papers=[PaperInput("claim_form"), PaperInput("driving_licence")],
    )  # fmt: skip
    send_supplement_notice(
        claim=claim.public_id, papers=[SupplementInput("vehicle_licence")], actor=actors["adjudicator"], now=minutes(5)
    )
    drain()
    assert told(claim)[-1] == "claims.supplement_noticed"
    assert send_waiting(minutes(6)) == 2
    assert send_waiting(minutes(6)) == 0
    assert set(SentMessage.objects.values_list("to", flat=True)) == {"+8613812346207"}
    assert report_arrivals(minutes(6)) == 0
    assert report_arrivals(minutes(6) + timedelta(seconds=3)) == 2
    assert report_arrivals(minutes(7)) == 0
    drain()
    assert told(claim)[-2:] == ["messages.arrived", "claims.supplement_notice_arrived"]
    assert Promise.objects.get(case_id=claim.case_id, rule="CL-02").state == "paused"


def test_telling_costs_few_queries(claim, django_assert_max_num_queries) -> None:
    batch = deliveries.claim("test")
    with django_assert_max_num_queries(6):
        assert deliveries.run(batch[0], "test")

"""Mr Li's claim from the assessment to its closing, with every reaction run: what the customer hears, what the chain holds."""

from __future__ import annotations

from datetime import timedelta

from anxin.access.actors import actor_of
from anxin.access.models import User
from anxin.connectors.payments.simulator import report_ends
from anxin.journal import deliveries
from anxin.journal.chain import verify
from anxin.journal.models import Delivery, Event, Promise
from anxin.journeys.claims.actions.advance import approve_advance, notify_rescue_cost, pay_rescue_cost
from anxin.journeys.claims.actions.closing import close_claim
from anxin.journeys.claims.actions.dispute import review_line
from anxin.journeys.claims.models import AssessmentLine, Payment
from anxin.messages.models import Message


def test_from_the_assessment_to_the_closing(steps, li, actors, people, now, to_the_bank, told) -> None:
    claim = steps.claim
    cost = notify_rescue_cost(
        claim=claim, party="inj1", amount_fen=320_000, hospital="城东医院", bank="中国银行",
        account_number="6216610000124001", actor=actors["call_taker"], now=now,
    )  # fmt: skip
    pay_rescue_cost(claim=claim, rescue_cost=cost.public_id, actor=actors["adjudicator"], now=now)
    steps.issue()
    steps.answer(dispute=("bonnet",))
    steps.give_accounts("own", "tp1", "inj1")
    approve_advance(claim=claim, amounts={"own": 719_000}, actor=actors["adjudicator"], now=now)
    to_the_bank(now)
    report_ends(now + timedelta(minutes=1))
    deliveries.drain("test")
    line = AssessmentLine.objects.get(state="disputed")
    later = now + timedelta(hours=2)
    review_line(
        claim=claim, line=line.public_id, amount_fen=238_000, method="replace", note="折痕过深，更换新件",
        actor=actor_of(User.objects.get(pk=line.reviewer_id)), now=later,
    )  # fmt: skip
    decision = steps.decide(now=later)
    deliveries.drain("test")
    steps.instruct(now=later)
    to_the_bank(later)
    report_ends(later + timedelta(minutes=1))
    close_claim(claim=claim, actor=actors["finance"], now=later + timedelta(hours=1))
    deliveries.drain("test")

    assert decision.amount_fen == 2_689_050 - 86_000 + 238_000
    assert sum(Payment.objects.values_list("amount_fen", flat=True)) == decision.amount_fen
    assert set(Payment.objects.values_list("state", flat=True)) == {"paid"}
    assert steps.case().state == "closed"
    assert "claims.decision_notified" in told(li)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    heard = list(Message.objects.filter(channel="portal").order_by("pk").values_list("template", flat=True))
    for template in ("assessment_issued", "line_reviewed", "decided", "payment_confirmed", "claim_closed"):
        assert template in heard
    kept = Promise.objects.filter(case_id=li.case_id, rule__in=["CL-05", "CL-13", "CS-07", "CS-08", "CS-09", "CS-12"])
    assert {promise.rule for promise in kept} == {"CL-05", "CL-13", "CS-07", "CS-08", "CS-09", "CS-12"}
    assert set(kept.values_list("state", flat=True)) == {"kept"}
    assert verify().sound
    for event in Event.objects.filter(case_id=li.case_id):
        assert not any(word in event.data for word in ("李明", "陈强", "城东医院", "折痕"))

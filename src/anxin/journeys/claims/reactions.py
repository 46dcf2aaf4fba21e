"""What claims do when something happened: tell the customer. Each message is queued once, with the event as its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from anxin.access.actors import system
from anxin.access.models import User
from anxin.access.prepared import Prepared
from anxin.journal.models import Case, Event, Promise
from anxin.journal.reacting import reaction
from anxin.journal.writing import on_case
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.papers import mark_notice_arrived
from anxin.journeys.claims.models import AssessmentLine, Claim, Objection, Party, Payment, RequiredPaper, Survey
from anxin.messages import activities as message_activities
from anxin.messages.actions import PORTAL, SMS, queue_message
from anxin.messages.templates import TEMPLATES, Fact, yuan
from anxin.registers.customers.models import ContactPoint

_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a claim's messages go to, and how they can be reached."""

    case: Case
    customer_id: int
    has_sign_in: bool
    has_mobile: bool

    def tell(self, template: str, facts: dict[str, Fact], now: datetime, *, reference: str = "") -> None:
        channels = [PORTAL, SMS] if TEMPLATES[template].by_sms and self.has_mobile else [PORTAL]
        branch = self.case.branch
        number = (f"{branch.short_zh} {self.case.number}", f"{branch.short_en} {self.case.number}")
        queue_message(
            customer_id=self.customer_id, case=self.case, template=template, facts={"number": number, **facts},
            channels=channels, reference=reference, now=now,
        )  # fmt: skip


_claim_of = Prepared(
    lambda case: Claim.objects.filter(case_id=case)
    .select_related("case__branch")
    .annotate(
        has_sign_in=Exists(
            User.objects.filter(
                customer_public_id=OuterRef("case__subject_id"), kind=User.Kind.CUSTOMER, is_active=True
            )
        ),
        has_mobile=Exists(
            ContactPoint.objects.filter(customer=OuterRef("customer"), kind=ContactPoint.Kind.MOBILE)
        ),
    )
    .only("customer_id", "case__public_id", "case__number", "case__branch__short_zh", "case__branch__short_en"),
    case=int,
)  # fmt: skip


def addressee_of(event: Event) -> Addressee:
    """The customer of the event's claim, in one query."""
    claim: Any = _claim_of.first(case=event.case_id)
    return Addressee(claim.case, claim.customer_id, bool(claim.has_sign_in), bool(claim.has_mobile))


@reaction("claims.tell_notified", to=(activities.PAPERS_LISTED,))
def tell_notified(event: Event, now: datetime) -> None:
    # The list given with the report and the report itself are one message; a list for a later party is its own.
    template = "claim_notified" if event.seq <= 3 else "papers_listed"
    addressee_of(event).tell(template, {"count": event.facts["count"]}, now)


@reaction("claims.tell_survey", to=(activities.SURVEY_SCHEDULED, activities.SURVEY_CANCELLED))
def tell_survey(event: Event, now: datetime) -> None:
    survey = Survey.objects.select_related("surveyor").get(public_id=event.facts["survey"])
    facts: dict[str, Fact] = {"at": _moment(survey.at)}
    if event.activity == activities.SURVEY_CANCELLED:
        addressee_of(event).tell("survey_cancelled", facts, now)
        return
    place: Fact = survey.place or ("您报案的地点", "the place you reported")
    addressee_of(event).tell("survey_scheduled", {**facts, "place": place, "who": survey.surveyor.display_name}, now)


@reaction("claims.tell_cover", to=(activities.COVER_CONFIRMED,))
def tell_cover(event: Event, now: datetime) -> None:
    addressee_of(event).tell("cover_confirmed", {}, now)


@reaction("claims.tell_paper_returned", to=(activities.PAPER_RETURNED,))
def tell_paper_returned(event: Event, now: datetime) -> None:
    paper = _paper(event)
    reason = paper.reason.rstrip("。.") or "—"
    addressee_of(event).tell("paper_returned", {"paper": (paper.title_zh, paper.title_en), "reason": reason}, now)


@reaction("claims.tell_supplement", to=(activities.SUPPLEMENT_NOTICED,), emits=(activities.SUPPLEMENT_ARRIVED,))
def tell_supplement(event: Event, now: datetime) -> None:
    """Sends the notice. In the portal of someone who has one it arrives at once; else when the carrier says so."""
    asked = list(RequiredPaper.objects.filter(claim__case_id=event.case_id, notice=event.facts["count"]))
    papers = ("、".join(paper.title_zh for paper in asked), ", ".join(paper.title_en for paper in asked))
    addressee = addressee_of(event)
    addressee.tell("supplement", {"papers": papers}, now, reference=str(event.facts["count"]))
    if addressee.has_sign_in:
        mark_notice_arrived(claim=addressee.case.public_id, notice=event.facts["count"], actor=system(), now=now)


@reaction("claims.notice_arrived", to=(message_activities.ARRIVED,), emits=(activities.SUPPLEMENT_ARRIVED,))
def notice_arrived(event: Event, now: datetime) -> None:
    if event.facts["template"] == "supplement":
        mark_notice_arrived(claim=event.case.public_id, notice=int(event.facts["reference"]), actor=system(), now=now)


@reaction("claims.tell_assessment", to=(activities.ASSESSMENT_ISSUED,))
def tell_assessment(event: Event, now: datetime) -> None:
    facts = event.facts
    if not facts["lines"]:
        return  # all of it was established from papers: there is nothing to answer
    addressee_of(event).tell("assessment_issued", {"count": facts["lines"], "amount": yuan(facts["amount"])}, now)


@reaction("claims.tell_review", to=(activities.LINE_REVIEWED,))
def tell_review(event: Event, now: datetime) -> None:
    line = AssessmentLine.objects.get(public_id=event.facts["line"])
    item = (line.name_zh, line.name_en or line.name_zh)
    addressee_of(event).tell("line_reviewed", {"item": item, "amount": yuan(event.facts["amount"])}, now)


@reaction("claims.tell_decision", to=(activities.DECIDED,), emits=(activities.DECISION_NOTIFIED,))
def tell_decision(event: Event, now: datetime) -> None:
    """Tells the customer, which keeps the promise to tell. A refusal is told by its notice, with the reasons."""
    facts = event.facts
    if facts["outcome"] == "refuse":
        return
    addressee = addressee_of(event)
    addressee.tell("decided", {"amount": yuan(facts["amount"])}, now)
    with on_case(addressee.case.public_id, actor=system(), now=now) as work:
        work.record(activities.DECISION_NOTIFIED, {"decision": facts["decision"], "outcome": facts["outcome"]})


@reaction("claims.tell_refusal", to=(activities.REFUSAL_SENT,))
def tell_refusal(event: Event, now: datetime) -> None:
    addressee_of(event).tell("refused", {}, now)


@reaction("claims.tell_objection", to=(activities.OBJECTED, activities.OBJECTION_ANSWERED))
def tell_objection(event: Event, now: datetime) -> None:
    row = Objection.objects.get(public_id=event.facts["objection"])
    if event.activity == activities.OBJECTION_ANSWERED:
        template = "objection_stands" if row.outcome == Objection.Outcome.STANDS else "objection_granted"
        addressee_of(event).tell(template, {"answer": row.answer}, now)
        return
    promised = Promise.objects.filter(case_id=event.case_id, start_seq=event.seq, key=row.public_id).first()
    due_on = promised.strict_on if promised else None
    by: Fact = (
        (f"{due_on.month}月{due_on.day}日", f"{due_on.day} {_EN_MONTHS[due_on.month - 1]}")
        if due_on
        else ("近日", "soon")
    )
    addressee_of(event).tell("objection_received", {"by": by}, now)


_payment = Prepared(lambda key: Payment.objects.select_related("payee__party").filter(public_id=key), key=str)
# What the customer is told of money that went to others: to whom in kind, never where to.
_OTHERS: dict[str, Fact] = {
    Party.Kind.THIRD_VEHICLE: ("三者车一方", "the other vehicle's side"),
    Party.Kind.THIRD_PROPERTY: ("财产受损的一方", "the owner of the damaged property"),
    Party.Kind.INJURED: ("伤者", "the injured person"),
    Party.Kind.HOSPITAL: ("医院", "the hospital"),
}


@reaction("claims.tell_payment", to=(activities.PAYMENT_CONFIRMED, activities.PAYMENT_FAILED))
def tell_payment(event: Event, now: datetime) -> None:
    payment = _payment.first(key=event.facts["payment"])
    assert payment is not None
    arrived = event.activity == activities.PAYMENT_CONFIRMED
    party = payment.payee.party
    if party is not None and party.kind in _OTHERS:
        if arrived:  # a failure is ours to mend with them
            facts: dict[str, Fact] = {"amount": yuan(payment.amount_fen), "whom": _OTHERS[party.kind]}
            addressee_of(event).tell("others_paid", facts, now)
        return
    facts = {"amount": yuan(payment.amount_fen), "last_four": payment.payee.last_four}
    addressee_of(event).tell("payment_confirmed" if arrived else "payment_failed", facts, now)


_ENDS = {
    activities.CLOSED: "claim_closed",
    activities.WITHDRAWN: "claim_withdrawn",
    activities.REOPENED: "claim_reopened",
}


@reaction("claims.tell_end", to=tuple(_ENDS))
def tell_end(event: Event, now: datetime) -> None:
    addressee_of(event).tell(_ENDS[event.activity], {}, now)


def _paper(event: Event) -> RequiredPaper:
    code, _colon, party = event.facts["paper"].partition(":")
    rows = RequiredPaper.objects.filter(claim__case_id=event.case_id, code=code)
    return rows.get(party__code=party) if party else rows.get(party=None)


def _moment(moment: datetime) -> tuple[str, str]:
    """3月18日 14:00, 18 March 14:00 — in the insurer's zone."""
    local = timezone.localtime(moment)
    return (
        f"{local.month}月{local.day}日 {local:%H:%M}",
        f"{local.day} {_EN_MONTHS[local.month - 1]} {local:%H:%M}",
    )

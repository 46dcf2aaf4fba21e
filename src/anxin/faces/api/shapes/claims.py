"""A claim as the API tells it. Names, numbers and accounts are masked, as on every page; what is the insurer's own
business (reserve, drafts, signatures) is not told to customers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from anxin.access.actors import Actor
from anxin.access.models import spoken
from anxin.faces.api.shapes.base import Answer, Page
from anxin.faces.api.shapes.registers import Reference
from anxin.journal.models import Case
from anxin.journeys.claims.models import (
    Approval,
    AssessmentLine,
    Claim,
    Decision,
    Party,
    Payee,
    Payment,
    RequiredPaper,
    Survey,
)
from anxin.registers.customers.masking import mask_name, mask_phone, mask_plate


class Written(Answer):
    """Where the claim stands after a write."""

    id: str
    number: str
    state: str
    department: str = Field(description="Who holds it now.")
    sequence: int = Field(description="Send it as `expected` with the next write.")


def written_fields(case: Case) -> dict[str, Any]:
    return {
        "id": case.public_id, "number": case.number, "state": case.state, "department": case.department_id or "",
        "sequence": case.event_count,
    }  # fmt: skip


class PaperItem(Answer):
    code: str
    party: str = Field(description="Whose paper it is; empty for the claim's.")
    title: str
    hint: str
    provider: str
    is_request: bool = Field(description="The claim request itself, with which the time for the decision begins.")
    given_with: str = Field(description="`payee`: it is there when the payment details are.")
    in_supplement: bool
    state: str
    reason: str = Field(description="Why it cannot be used, or what a supplement asks for.")
    received_at: datetime | None

    @classmethod
    def of(cls, row: RequiredPaper) -> PaperItem:
        return cls(
            code=row.code, party=row.party.code if row.party else "", title=row.title, hint=row.hint,
            provider=row.provider, is_request=row.is_request, given_with=row.given_with, in_supplement=row.in_supplement,
            state=row.state, reason=row.reason, received_at=row.received_at,
        )  # fmt: skip


class Papers(Answer):
    items: list[PaperItem]


class Notified(Written):
    papers: list[PaperItem] = Field(description="The complete list of what the customer must bring, given this once.")


class Received(Written):
    missing: list[str] = Field(
        description="Listed papers of the customer's side that are not there yet, as `code` or `code:party`."
    )


class LineItem(Answer):
    id: str
    party: str
    loss_kind: str
    item: str
    name: str
    method: str
    quantity_hundredths: int
    standard_fen: int | None
    amount_fen: int = Field(description="What stands.")
    first_amount_fen: int
    deviation: str
    state: str
    quote_fen: int | None
    review_note: str

    @classmethod
    def of(cls, row: AssessmentLine) -> LineItem:
        return cls(
            id=row.public_id, party=row.party.code if row.party else "own", loss_kind=row.loss_kind, item=row.item,
            name=row.name, method=row.method, quantity_hundredths=row.quantity_hundredths,
            standard_fen=row.standard_fen, amount_fen=row.amount_fen, first_amount_fen=row.first_amount_fen,
            deviation=row.deviation, state=row.state, quote_fen=row.quote_fen, review_note=row.review_note,
        )  # fmt: skip


class AssessmentItem(Answer):
    id: str
    state: str
    is_offer: bool = Field(description="The customer is asked to agree; else losses established from papers.")
    issued_at: datetime | None
    answered_at: datetime | None
    lines: list[LineItem]


class Assessed(Written):
    assessment: str
    lines: list[LineItem]


class ExclusionItem(Answer):
    key: str = Field(description="How `answers` of a decision refer to it.")
    number: str
    title: str
    text: str


class Calculated(Answer):
    amount_fen: int = Field(description="What all that is assessed comes to, after share, deductible and limit.")
    paid_fen: int
    to_pay_fen: int
    by_party: dict[str, int]
    exclusions: list[ExclusionItem] = Field(description="What a decision must answer, one by one.")


class DecisionLineItem(Answer):
    clause: str
    coverage: str
    question: str
    basis: str
    verdict: str
    amount_fen: int | None


class DecisionItem(Answer):
    id: str
    state: str
    outcome: str
    amount_fen: int
    parts: dict[str, int] = Field(description="What each party gets.")
    note: str
    reasons: list[str] = Field(description="Codes of refusal.")
    made_at: datetime
    approved_at: datetime | None
    notice_sent_at: datetime | None
    lines: list[DecisionLineItem]

    @classmethod
    def of(cls, row: Decision) -> DecisionItem:
        return cls(
            id=row.public_id, state=row.state, outcome=row.outcome, amount_fen=row.amount_fen, parts=row.parts,
            note=row.note, reasons=[str(reason["code"]) for reason in row.reasons], made_at=row.made_at,
            approved_at=row.approved_at, notice_sent_at=row.notice_sent_at,
            lines=[
                DecisionLineItem(
                    clause=line.clause, coverage=line.coverage, question=line.question, basis=line.basis,
                    verdict=line.verdict, amount_fen=line.amount_fen,
                )
                for line in row.lines.all()
            ],
        )  # fmt: skip


class Decided(Written):
    decision: str
    decision_state: str
    outcome: str
    amount_fen: int
    level: int = Field(description="The authority level it needs.")

    @classmethod
    def of(cls, case: Case, row: Decision) -> Decided:
        return cls(
            **written_fields(case), decision=row.public_id, decision_state=row.state, outcome=row.outcome,
            amount_fen=row.amount_fen, level=row.level,
        )  # fmt: skip


class PaymentItem(Answer):
    id: str
    kind: str
    party: str
    payee: str
    amount_fen: int
    state: str
    instructed_at: datetime
    sent_at: datetime | None
    paid_at: datetime | None
    bank_reference: str
    failure: str

    @classmethod
    def of(cls, row: Payment) -> PaymentItem:
        return cls(
            id=row.public_id, kind=row.kind, party=row.for_party, payee=row.payee.public_id, amount_fen=row.amount_fen,
            state=row.state, instructed_at=row.instructed_at, sent_at=row.sent_at, paid_at=row.paid_at,
            bank_reference=row.bank_reference, failure=row.failure,
        )  # fmt: skip


class Payments(Answer):
    items: list[PaymentItem]


class Paid(Written):
    payments: list[PaymentItem]


class PartyItem(Answer):
    code: str
    kind: str
    name: str = Field(description="Masked.")
    phone: str = Field(description="Masked.")
    plate: str = Field(description="Masked.")
    in_hospital: bool

    @classmethod
    def of(cls, row: Party) -> PartyItem:
        return cls(
            code=row.code, kind=row.kind, name=mask_name(row.name) if row.name else "",
            phone=mask_phone(row.phone) if row.phone else "", plate=mask_plate(row.plate) if row.plate else "",
            in_hospital=row.in_hospital,
        )  # fmt: skip


class PartyWritten(Written):
    party: str = Field(description="The party's code.")


class PayeeItem(Answer):
    id: str
    party: str
    name: str = Field(description="Masked.")
    bank: str
    last_four: str
    is_current: bool

    @classmethod
    def of(cls, row: Payee) -> PayeeItem:
        return cls(
            id=row.public_id, party=row.party.code if row.party else "own", name=mask_name(row.name), bank=row.bank,
            last_four=row.last_four, is_current=row.is_current,
        )  # fmt: skip


class PayeeWritten(Written):
    payee: str


class CheckItem(Answer):
    code: str
    title: str
    needs_photo: bool
    done: bool
    note: str


class SurveyItem(Answer):
    id: str
    state: str
    at: datetime
    place: str
    done_at: datetime | None
    findings: str
    checklist: list[CheckItem]

    @classmethod
    def of(cls, row: Survey) -> SurveyItem:
        return cls(
            id=row.public_id, state=row.state, at=row.at, place=row.place, done_at=row.done_at, findings=row.findings,
            checklist=[
                CheckItem(
                    code=item["code"], title=spoken(item["title_zh"], item["title_en"]),
                    needs_photo=item["needs_photo"], done=item["done"], note=item["note"],
                )
                for item in row.checklist
            ],
        )  # fmt: skip


class SurveyWritten(Written):
    survey: str


class Filed(Written):
    files: list[str] = Field(description="Ids of the files; `/files/{file}` gives them back.")


class FileItem(Answer):
    id: str
    purpose: str
    paper: str = Field(description="Code of the listed paper; empty for a picture.")
    reference: str
    content_type: str
    size: int
    added_at: datetime


class ApprovalItem(Answer):
    kind: str
    agreed: bool
    level: int
    amount_fen: int
    at: datetime

    @classmethod
    def of(cls, row: Approval) -> ApprovalItem:
        return cls(kind=row.kind, agreed=row.agreed, level=row.level, amount_fen=row.amount_fen, at=row.at)


class CoverItem(Answer):
    policy: Reference = Field(description="`name` is its number.")
    line: str
    in_force: bool
    reason: str = Field(description="Why not: before_start, after_end, suspended, lapsed, …")


class PromiseItem(Answer):
    rule: str
    key: str
    title: str
    source: str = Field(description="Law and article, regulation, or company standard.")
    klass: str
    state: str = Field(description="running, paused, kept, broken, void.")
    started_at: datetime
    due_at: datetime | None
    strict_on: date | None
    rolled_on: date | None = Field(description="When the last day is a holiday: the next working day.")
    provisional: bool = Field(description="The holidays of that year are not published yet.")
    settled_at: datetime | None
    broken_at: datetime | None


class Promises(Answer):
    items: list[PromiseItem]


class EventItem(Answer):
    sequence: int
    activity: str
    title: str
    occurred_at: datetime
    recorded_at: datetime
    actor_kind: str
    department: str
    channel: str
    facts: dict[str, Any]
    words: str | None = Field(
        description="The free text it speaks of; empty when it was erased, null when there is none."
    )
    hash: str


class EventPage(Page):
    items: list[EventItem]


class ClaimItem(Answer):
    id: str
    number: str
    type: str
    line: str
    cause: str
    title: str
    state: str
    branch: str
    customer: Reference = Field(description="The name is masked, except to the customer.")
    loss_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    department: str
    held_since: datetime | None
    due_at: datetime | None = Field(description="The tightest open promise.")
    amount_fen: int | None = Field(
        description="What it is about in money: the reserve, then the decision. Null to customers before the decision."
    )
    sequence: int

    @classmethod
    def of(cls, row: Claim, actor: Actor) -> ClaimItem:
        return cls(**claim_fields(row, actor))


def claim_fields(row: Claim, actor: Actor) -> dict[str, Any]:
    case, customer = row.case, row.customer
    return {
        "id": case.public_id,
        "number": case.number,
        "type": row.type,
        "line": row.line,
        "cause": row.cause,
        "title": spoken(case.title_zh, case.title_en),
        "state": case.state,
        "branch": case.branch.code,
        "customer": Reference(
            id=customer.public_id, name=customer.spoken_name if actor.is_customer else customer.masked_name
        ),
        "loss_at": row.loss_at,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "department": case.department_id or "",
        "held_since": case.held_since,
        "due_at": case.due_at,
        "amount_fen": None if actor.is_customer and row.decided_at is None else case.amount_fen,
        "sequence": case.event_count,
    }


class ClaimPage(Page):
    items: list[ClaimItem]


class ClaimFile(ClaimItem):
    """The whole shared file of a claim."""

    loss_place: str
    account: str = Field(description="What happened, in the reporter's words.")
    reporter_name: str = Field(description="Masked.")
    reporter_phone: str = Field(description="Masked.")
    external_id: str
    has_injury: bool
    has_third_party: bool
    is_complex: bool
    cover_result: str
    claimed_fen: int | None
    reserve_fen: int | None = Field(description="Null to customers.")
    liability_permille: int
    liability_basis: str
    request_received_at: datetime | None
    proofs_complete_at: datetime | None
    supplement_open: bool
    decided_at: datetime | None
    agreed_at: datetime | None
    paid_at: datetime | None
    covers: list[CoverItem]
    parties: list[PartyItem]
    papers: list[PaperItem]
    files: list[FileItem]
    surveys: list[SurveyItem]
    assessments: list[AssessmentItem]
    decisions: list[DecisionItem] = Field(description="Customers see the one that stands.")
    approvals: list[ApprovalItem] = Field(description="Empty to customers.")
    payees: list[PayeeItem]
    payments: list[PaymentItem]

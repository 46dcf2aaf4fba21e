"""The case page: one shared file, the same for every department. Three queries, whatever hangs on the claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.models import Department, User, spoken
from anxin.journal.models import Case, Promise
from anxin.journal.queries import PromiseRow, promise_row
from anxin.journeys.claims.models import (
    Approval,
    Assessment,
    AssessmentLine,
    Claim,
    ClaimPolicy,
    Decision,
    DecisionLine,
    Objection,
    PaperFile,
    Party,
    Payee,
    Payment,
    Rating,
    RequiredPaper,
    RescueCost,
    Survey,
)
from anxin.journeys.claims.queries.gathering import Rows, gather
from anxin.messages.models import Message
from anxin.papers.models import StoredFile
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.policies.models import Home, Policy, PolicyCoverage, Vehicle
from anxin.registers.products.models import Product


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The customer as a page may show them: masked. Seeing more is a recorded act of the customers' room."""

    public_id: str
    name: str
    mobile: str
    id_number: str
    preferred: str
    """How they like to be reached, in words."""
    is_organisation: bool


@dataclass(frozen=True, slots=True)
class CoverageView:
    name: str
    code: str
    kind: str
    limit_fen: int | None
    """None: no limit but the loss."""
    used_fen: int
    """What this claim takes of it, by the latest decision or its draft."""

    @property
    def is_full(self) -> bool:
        return self.limit_fen is not None and self.used_fen >= self.limit_fen > 0


@dataclass(frozen=True, slots=True)
class PolicyView:
    policy: Policy
    product: Product
    in_force: bool
    reason: str
    """Why not in force: before_start, after_end, suspended, lapsed, surrendered, cancelled, completed."""
    coverages: tuple[CoverageView, ...]
    vehicle: Vehicle | None
    home: Home | None


@dataclass(frozen=True, slots=True)
class PaperView:
    paper: RequiredPaper
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A file that is no listed paper: `purpose` loss_photo, survey_photo or dispute; `reference` what it belongs to."""

    file: StoredFile
    purpose: str
    reference: str
    item: str


@dataclass(frozen=True, slots=True)
class SurveyView:
    survey: Survey
    photos: tuple[PhotoView, ...]


@dataclass(frozen=True, slots=True)
class AssessmentView:
    assessment: Assessment
    lines: tuple[AssessmentLine, ...]
    total_fen: int


@dataclass(frozen=True, slots=True)
class DecisionView:
    decision: Decision
    lines: tuple[DecisionLine, ...]
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Fen per party. `reserve_fen` is None where the reserve is not split by party."""

    party: Party | None
    reserve_fen: int | None
    assessed_fen: int
    undisputed_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Money:
    rows: tuple[MoneyRow, ...]
    total: MoneyRow
    outstanding_fen: int
    """The reserve less what is paid (未决准备金)."""


@dataclass(frozen=True, slots=True)
class ClaimPage:
    case: Case
    claim: Claim
    title: str
    customer: CustomerView
    policies: tuple[PolicyView, ...]
    parties: tuple[Party, ...]
    payees: tuple[Payee, ...]
    papers: tuple[PaperView, ...]
    photos: tuple[PhotoView, ...]
    surveys: tuple[SurveyView, ...]
    assessments: tuple[AssessmentView, ...]
    decisions: tuple[DecisionView, ...]
    approvals: tuple[Approval, ...]
    objections: tuple[Objection, ...]
    payments: tuple[Payment, ...]
    rescue_costs: tuple[RescueCost, ...]
    messages: tuple[Message, ...]
    """Oldest first. For a customer: what stands in their portal."""
    ratings: tuple[Rating, ...]
    promises: tuple[PromiseRow, ...]
    """Open ones by due moment, then paused, then how the others ended; for a customer, those made to customers."""
    money: Money
    people: dict[int, User]
    departments: dict[str, Department]
    now: datetime

    @property
    def assessment(self) -> AssessmentView | None:
        """The one that stands: the latest offer not replaced."""
        offers = [
            view
            for view in self.assessments
            if view.assessment.state != Assessment.State.REPLACED and view.assessment.is_offer
        ]
        return offers[-1] if offers else None

    @property
    def decision(self) -> DecisionView | None:
        """The latest decision, draft included."""
        return self.decisions[-1] if self.decisions else None

    @property
    def objection(self) -> Objection | None:
        """The one that waits for its answer."""
        return next((row for row in self.objections if row.answered_at is None), None)

    @property
    def planned_survey(self) -> Survey | None:
        return next((view.survey for view in self.surveys if view.survey.state == Survey.State.PLANNED), None)

    def payee_of(self, party: Party) -> Payee | None:
        """Where this party's money goes now."""
        return next((payee for payee in self.payees if payee.party_id == party.pk and payee.is_current), None)


def claim_page(public_id: str, actor: Actor, *, now: datetime | None = None) -> ClaimPage:
    """Everything the shared case page shows. Raises `Missing` for a claim that is not there or not theirs to see.

    A customer gets their own claim without the insurer's inner side: staff promises, drafts, other channels' messages.
    """
    claim = (
        Claim.objects.visible_to(actor)
        .filter(case__public_id=public_id)
        .select_related("case__branch", "case__department", "case__person", "customer", "handler")
        .first()
    )
    if claim is None:
        raise Missing(_("There is no such case."))
    moment = now or clock.now()
    rows = gather(claim.pk, claim.case_id)
    people = _name_people(claim, rows)
    departments = {row.code: row for row in rows[Department]}
    case = claim.case
    inner = not actor.is_customer
    decisions = _decisions(rows)
    photos = _photos(rows)
    files: dict[int, list[StoredFile]] = {}
    for link in rows[PaperFile]:
        if link.paper_id is not None and link.file.erased_at is None:
            files.setdefault(link.paper_id, []).append(link.file)
    if not inner:
        final = (Decision.State.APPROVED,)
        decisions = tuple(view for view in decisions if view.decision.state in final)
    return ClaimPage(
        case=case,
        claim=claim,
        title=spoken(case.title_zh, case.title_en),
        customer=_customer(claim.customer, rows),
        policies=_policies(rows, decisions),
        parties=tuple(rows[Party]),
        payees=tuple(rows[Payee]),
        papers=tuple(PaperView(paper, tuple(files.get(paper.pk, ()))) for paper in rows[RequiredPaper]),
        photos=tuple(photos),
        surveys=tuple(
            SurveyView(survey, tuple(photo for photo in photos if photo.reference == survey.public_id))
            for survey in sorted(rows[Survey], key=lambda survey: (survey.at, survey.pk))
        ),
        assessments=_assessments(rows, inner=inner),
        decisions=decisions,
        approvals=tuple(rows[Approval]) if inner else (),
        objections=tuple(rows[Objection]),
        payments=tuple(rows[Payment]),
        rescue_costs=tuple(rows[RescueCost]),
        messages=tuple(row for row in rows[Message] if inner or row.channel == Message.Channel.PORTAL),
        ratings=tuple(rows[Rating]),
        promises=_promises(case, rows, departments, moment, inner=inner),
        money=_money(claim, rows),
        people=people,
        departments=departments,
        now=moment,
    )


def _name_people(claim: Claim, rows: Rows) -> dict[int, User]:
    """Every person any row names, in one query, put where templates look for them."""
    relations = [
        (row, field)
        for found in rows.values()
        for row in found
        for field in row._meta.concrete_fields
        if field.is_relation and field.related_model is User
    ]
    relations += [
        (claim, field) for field in claim._meta.concrete_fields if field.is_relation and field.related_model is User
    ]
    wanted = {getattr(row, field.attname) for row, field in relations} - {None}
    people: dict[int, User] = User.objects.only(
        "username", "display_name", "department_id", "branch_id", "authority_level", "is_active"
    ).in_bulk(wanted)
    for row, field in relations:
        person = people.get(getattr(row, field.attname))
        if person is not None:
            field.set_cached_value(row, person)
    return people


def _customer(customer: Customer, rows: Rows) -> CustomerView:
    contacts: list[ContactPoint] = rows[ContactPoint]
    mobiles = [point for point in contacts if point.kind == ContactPoint.Kind.MOBILE]
    mobile = next((point for point in mobiles if point.is_primary), mobiles[0] if mobiles else None)
    return CustomerView(
        public_id=customer.public_id, name=customer.masked_name, mobile=mobile.masked if mobile else "",
        id_number=customer.masked_id_number, preferred=str(customer.get_preferred_contact_display()),
        is_organisation=customer.is_organisation,
    )  # fmt: skip


def _policies(rows: Rows, decisions: Iterable[DecisionView]) -> tuple[PolicyView, ...]:
    used: dict[tuple[int, str], int] = {}
    for view in list(decisions)[-1:]:
        for line in view.lines:
            if line.policy_id and line.coverage and line.amount_fen:
                key = (line.policy_id, line.coverage)
                used[key] = used.get(key, 0) + line.amount_fen
    covers: list[ClaimPolicy] = sorted(rows[ClaimPolicy], key=lambda cover: (cover.position, cover.pk))
    bought: list[PolicyCoverage] = sorted(rows[PolicyCoverage], key=lambda row: (row.coverage.position, row.pk))
    return tuple(
        PolicyView(
            policy=cover.policy,
            product=cover.policy.product,
            in_force=cover.in_force,
            reason=cover.reason,
            coverages=tuple(
                CoverageView(
                    row.coverage.name, row.coverage.code, row.coverage.kind, row.limit_fen,
                    used.get((row.policy_id, row.coverage.code), 0),
                )
                for row in bought
                if row.policy_id == cover.policy_id
            ),
            vehicle=next((row for row in rows[Vehicle] if row.policy_id == cover.policy_id), None),
            home=next((row for row in rows[Home] if row.policy_id == cover.policy_id), None),
        )
        for cover in covers
    )  # fmt: skip


def _photos(rows: Rows) -> list[PhotoView]:
    return [
        PhotoView(link.file, link.purpose, link.reference, link.item)
        for link in rows[PaperFile]
        if link.paper_id is None and link.file.erased_at is None
    ]


def _assessments(rows: Rows, *, inner: bool) -> tuple[AssessmentView, ...]:
    lines: dict[int, list[AssessmentLine]] = {}
    for line in sorted(rows[AssessmentLine], key=lambda line: (line.position, line.pk)):
        lines.setdefault(line.assessment_id, []).append(line)
    return tuple(
        AssessmentView(row, tuple(lines.get(row.pk, ())), sum(line.amount_fen for line in lines.get(row.pk, ())))
        for row in rows[Assessment]
        if inner or row.state != Assessment.State.DRAFT
    )


def _decisions(rows: Rows) -> tuple[DecisionView, ...]:
    lines: dict[int, list[DecisionLine]] = {}
    for line in sorted(rows[DecisionLine], key=lambda line: (line.position, line.pk)):
        lines.setdefault(line.decision_id, []).append(line)
    return tuple(
        DecisionView(
            row, tuple(lines.get(row.pk, ())), tuple(item for item in rows[Approval] if item.decision_id == row.pk)
        )
        for row in rows[Decision]
    )


def _promises(
    case: Case, rows: Rows, departments: dict[str, Department], now: datetime, *, inner: bool
) -> tuple[PromiseRow, ...]:
    def order(promise: Promise) -> tuple[bool, bool, datetime, int]:
        moment = promise.due_at or promise.started_at
        return promise.settled_at is not None, promise.due_at is None, moment, promise.pk

    drawn = [promise_row(promise, case, departments, now) for promise in sorted(rows[Promise], key=order)]
    return tuple(row for row in drawn if inner or row.rule.audience == "customer")


# What the customer agreed to, or nobody disputes: agreed lines, second assessments, and losses fixed from papers.
_OPEN_LINES = frozenset({AssessmentLine.State.OFFERED, AssessmentLine.State.DISPUTED})


def _money(claim: Claim, rows: Rows) -> Money:
    sums: dict[int | None, list[int]] = {party.pk: [0, 0, 0] for party in rows[Party]}
    own = next((party.pk for party in rows[Party] if party.kind == Party.Kind.OWN), None)

    by_code = {party.code: party.pk for party in rows[Party]}

    def add(party_id: int | None, place: int, fen: int) -> None:
        sums.setdefault(party_id if party_id is not None else own, [0, 0, 0])[place] += fen

    for line in rows[AssessmentLine]:
        if line.assessment.state in (Assessment.State.ISSUED, Assessment.State.ANSWERED):
            add(line.party_id, 0, line.amount_fen)
            if line.state not in _OPEN_LINES:
                add(line.party_id, 1, line.amount_fen)
    for payment in rows[Payment]:
        if payment.state == Payment.State.PAID:
            add(by_code.get(payment.for_party), 2, payment.amount_fen)
    is_split = any(party.reserve_fen for party in rows[Party])
    table = tuple(
        MoneyRow(party, party.reserve_fen if is_split else None, *sums[party.pk])
        for party in rows[Party]
        if party.kind == Party.Kind.OWN or any(sums[party.pk]) or party.reserve_fen
    )
    total = [sum(values[place] for values in sums.values()) for place in range(3)]
    return Money(table, MoneyRow(None, claim.reserve_fen, *total), max(0, claim.reserve_fen - total[2]))


def name_of(people: dict[int, User], user_id: Any) -> str:
    person = people.get(user_id)
    return person.display_name if person else ""

"""What stands on the money side of a claim: losses, covers and payments, read once and reckoned with together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from anxin.access.models import spoken
from anxin.access.prepared import Prepared
from anxin.journeys.claims.calculation import OWN, Calculation, Cover, Loss, calculate
from anxin.journeys.claims.models import Assessment, AssessmentLine, Claim, Party, Payment
from anxin.registers.policies.models import Endorsement, Policy, PolicyCoverage
from anxin.registers.policies.queries import coverage_terms
from anxin.registers.products.models import Clause

THIRD = frozenset({Party.Kind.THIRD_VEHICLE, Party.Kind.THIRD_PROPERTY, Party.Kind.INJURED, Party.Kind.HOSPITAL})
SETTLED = frozenset({AssessmentLine.State.ACCEPTED, AssessmentLine.State.REVIEWED, AssessmentLine.State.FIXED})


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """A clause of a product's terms, as a decision cites it. `coverage` is a code of the product; empty: all of them."""

    product: str
    coverage: str
    kind: str
    code: str
    number: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    position: int

    @property
    def key(self) -> str:
        """How answers, lines and forms refer to it."""
        return f"{self.product}.{self.code or self.position}"

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)


@dataclass(frozen=True, slots=True)
class Covered:
    """One coverage in force on the loss date, with its limit and deductible of that day."""

    policy_id: int
    policy_number: str
    starts_on: date
    ends_on: date | None
    product: tuple[int, str, int, datetime]
    """(id, code, version, published): a published version never changes, so its clauses are kept in process."""
    line: str
    code: str
    kind: str
    name_zh: str
    name_en: str
    limit_fen: int | None
    deductible_fen: int
    deductible_permille: int

    @property
    def key(self) -> str:
        return f"{self.policy_id}.{self.code}"

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def clauses(self) -> tuple[ClauseFacts, ...]:
        """The clauses that hold for this coverage, in the order of the terms."""
        return tuple(clause for clause in clauses_of(self.product) if clause.coverage in ("", self.code))

    @property
    def cover(self) -> Cover:
        return Cover(self.key, self.kind, self.limit_fen, self.deductible_fen, self.deductible_permille)


@lru_cache(maxsize=512)
def clauses_of(product: tuple[int, str, int, datetime]) -> tuple[ClauseFacts, ...]:
    """All clauses of one product version."""
    return tuple(
        ClauseFacts(
            product=product[1], coverage=row.coverage.code if row.coverage else "", kind=row.kind, code=row.code,
            number=row.number, title_zh=row.title_zh, title_en=row.title_en, text_zh=row.text_zh, text_en=row.text_en,
            position=row.position,
        )
        for row in Clause.objects.filter(product_id=product[0]).select_related("coverage")
    )  # fmt: skip


_covers: Prepared[Any] = Prepared(
    lambda claim: PolicyCoverage.objects.filter(policy__claims__claim_id=claim, policy__claims__in_force=True)
    .annotate(
        endorsed_on=Subquery(
            Endorsement.objects.filter(policy=OuterRef("policy")).order_by("-effective_on").values("effective_on")[:1]
        )
    )
    .order_by("policy__claims__position", "policy_id", "coverage__position", "id")
    .values_list(
        "endorsed_on", "policy_id", "policy__number", "policy__starts_on", "policy__ends_on", "policy__product_id",
        "policy__product__code", "policy__product__version", "policy__product__published_at", "policy__product__line",
        "coverage__code", "coverage__kind", "coverage__name_zh", "coverage__name_en", "limit_fen", "deductible_fen",
        "deductible_permille",
    ),
    claim=int,
)  # fmt: skip


def covered(claim: Claim) -> list[Covered]:
    """The coverages of the claim's policies that were in force, in the order in which policies pay. One query.

    Limits are those of the loss date: a policy endorsed since then is read again with its endorsements undone.
    """
    on = timezone.localdate(claim.loss_at)
    found: list[Covered] = []
    undone: set[int] = set()
    rows: list[Any] = _covers.all(claim=claim.pk)
    for endorsed_on, policy, number, starts, ends, product, code, version, published, line, *terms in rows:
        sold = (product, code, version, published)
        if endorsed_on is None or endorsed_on <= on:
            found.append(Covered(policy, number, starts, ends, sold, line, *terms))
        elif policy not in undone:
            undone.add(policy)
            found += [
                Covered(
                    policy, number, starts, ends, sold, line, item.code, item.kind, item.name_zh, item.name_en,
                    item.limit_fen, item.deductible_fen, item.deductible_permille,
                )
                for item in coverage_terms(Policy.objects.get(pk=policy), on)
            ]  # fmt: skip
    return found


@dataclass(slots=True)
class Statement:
    """Lines that stand, covers in force, payments made or under way (failed ones apart)."""

    claim: Claim
    lines: list[AssessmentLine]
    replaced: list[AssessmentLine]
    covers: list[Covered]
    payments: list[Payment]
    injured: list[Party] = field(default_factory=list)
    _by_key: dict[str, Covered] = field(default_factory=dict)

    def cover(self, key: str) -> Covered:
        if not self._by_key:
            self._by_key = {item.key: item for item in self.covers}
        return self._by_key[key]

    @property
    def paid(self) -> dict[str, int]:
        """{party code: fen} paid or on its way."""
        return paid_by_party(self.payments)

    @property
    def disputed(self) -> list[AssessmentLine]:
        return [line for line in self.lines if line.state == AssessmentLine.State.DISPUTED]

    @property
    def unknown(self) -> list[Party]:
        """The injured whose loss nobody has established yet: decided apart, when their papers are there."""
        known = {line.party_id for line in self.lines}
        return [party for party in self.injured if party.pk not in known]

    @property
    def is_settled(self) -> bool:
        """Nothing is open between the customer and us."""
        return all(line.state in SETTLED for line in self.lines)

    def calculate(self, *, settled_only: bool = False, excluded: Collection[str] = ()) -> Calculation:
        return calculate(
            [loss_of(line) for line in self.lines if not settled_only or line.state in SETTLED],
            [item.cover for item in self.covers],
            share_permille=self.claim.liability_permille, cause=self.claim.cause, paid=self.paid, excluded=excluded,
        )  # fmt: skip

    def involved(self, calculation: Calculation) -> list[Covered]:
        """The coverages that losses of this claim fall under, in the order of their steps."""
        keys = dict.fromkeys(step.cover for step in calculation.steps if step.base_fen)
        return [self.cover(key) for key in keys]

    def handlers(self) -> set[int]:
        """User ids of everyone who surveyed, assessed or reviewed: none of them decides or approves."""
        claim = self.claim
        people = {claim.surveyor_id, claim.assessor_id, claim.reviewer_id}
        for line in (*self.lines, *self.replaced):
            people |= {line.reviewer_id, line.assessment.assessor_id}
        return {person for person in people if person is not None}


def loss_of(line: AssessmentLine) -> Loss:
    party = line.party
    third = party is not None and party.kind in THIRD
    return Loss(line.public_id, party.code if party else OWN, line.loss_kind, line.amount_fen, third)


def paid_by_party(payments: Iterable[Payment]) -> dict[str, int]:
    paid: dict[str, int] = {}
    for payment in payments:
        if payment.state != Payment.State.FAILED:
            paid[payment.for_party] = paid.get(payment.for_party, 0) + payment.amount_fen
    return paid


_lines = Prepared(
    lambda claim: (
        AssessmentLine.objects.filter(assessment__claim_id=claim)
        .select_related("assessment", "party")
        .order_by("assessment_id", "position", "id")
    ),
    claim=int,
)
_injured = Prepared(
    lambda claim: Party.objects.filter(claim_id=claim, kind=Party.Kind.INJURED).order_by("pk"), claim=int
)
_payments = Prepared(lambda claim: Payment.objects.filter(claim_id=claim).order_by("pk"), claim=int)


def lines_of(claim: Claim) -> tuple[list[AssessmentLine], list[AssessmentLine]]:
    """(lines that stand, lines of replaced assessments). One query."""
    standing: list[AssessmentLine] = []
    replaced: list[AssessmentLine] = []
    for line in _lines.all(claim=claim.pk):
        is_old = line.assessment.state in (Assessment.State.REPLACED, Assessment.State.DRAFT)
        (replaced if is_old else standing).append(line)
    return standing, replaced


def payments_of(claim: Claim) -> list[Payment]:
    return _payments.all(claim=claim.pk)


def statement(claim: Claim) -> Statement:
    """Three queries, one for the injured if there are any, and more for a policy endorsed since the loss."""
    standing, replaced = lines_of(claim)
    injured = _injured.all(claim=claim.pk) if claim.has_injury else []
    return Statement(claim, standing, replaced, covered(claim), payments_of(claim), injured)

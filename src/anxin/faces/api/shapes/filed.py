"""Putting the whole shared file of a claim together, in a fixed number of queries."""

from __future__ import annotations

from anxin.access.actors import Actor
from anxin.faces.api.shapes.claims import (
    ApprovalItem,
    AssessmentItem,
    ClaimFile,
    CoverItem,
    DecisionItem,
    FileItem,
    LineItem,
    PaperItem,
    PartyItem,
    PayeeItem,
    PaymentItem,
    SurveyItem,
    claim_fields,
)
from anxin.faces.api.shapes.registers import Reference
from anxin.journeys.claims.models import Assessment, Claim, Decision
from anxin.registers.customers.masking import mask_name, mask_phone


def claim_file(row: Claim, actor: Actor) -> ClaimFile:
    """`row` came through `visible_to(actor)`, with case, branch and customer."""
    own = actor.is_customer
    decisions = row.decisions.prefetch_related("lines")
    assessments = row.assessments.prefetch_related("lines__party")
    if own:
        decisions = decisions.filter(state=Decision.State.APPROVED)
        assessments = assessments.exclude(state=Assessment.State.DRAFT)
    return ClaimFile(
        **claim_fields(row, actor),
        loss_place=row.loss_place,
        account=row.account,
        reporter_name=mask_name(row.reporter_name) if row.reporter_name else "",
        reporter_phone=mask_phone(row.reporter_phone) if row.reporter_phone else "",
        external_id=row.external_id,
        has_injury=row.has_injury,
        has_third_party=row.has_third_party,
        is_complex=row.is_complex,
        cover_result=row.cover_result,
        claimed_fen=row.claimed_fen,
        reserve_fen=None if own else row.reserve_fen,
        liability_permille=row.liability_permille,
        liability_basis=row.liability_basis,
        request_received_at=row.request_received_at,
        proofs_complete_at=row.proofs_complete_at,
        supplement_open=row.supplement_open,
        decided_at=row.decided_at,
        agreed_at=row.agreed_at,
        paid_at=row.paid_at,
        covers=[
            CoverItem(
                policy=Reference(id=item.policy.public_id, name=item.policy.number),
                line=item.policy.product.line, in_force=item.in_force, reason=item.reason,
            )
            for item in row.covers.select_related("policy__product")
        ],
        parties=[PartyItem.of(item) for item in row.parties.all()],
        papers=[PaperItem.of(item) for item in row.papers.select_related("party")],
        files=[
            FileItem(
                id=item.file.public_id, purpose=item.purpose, paper=item.paper.code if item.paper else "",
                reference=item.reference, content_type=item.file.content_type, size=item.file.size,
                added_at=item.added_at,
            )
            for item in row.files.select_related("file", "paper")
        ],
        surveys=[SurveyItem.of(item) for item in row.surveys.all()],
        assessments=[
            AssessmentItem(
                id=item.public_id, state=item.state, is_offer=item.is_offer, issued_at=item.issued_at,
                answered_at=item.answered_at, lines=[LineItem.of(line) for line in item.lines.all()],
            )
            for item in assessments
        ],
        decisions=[DecisionItem.of(item) for item in decisions],
        approvals=[] if own else [ApprovalItem.of(item) for item in row.approvals.all()],
        payees=[PayeeItem.of(item) for item in row.payees.select_related("party")],
        payments=[PaymentItem.of(item) for item in row.payments.select_related("payee")],
    )  # fmt: skip

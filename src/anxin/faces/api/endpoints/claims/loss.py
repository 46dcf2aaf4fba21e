"""Loss assessment, the customer's answer, and the second assessment of what is disputed."""

from __future__ import annotations

from anxin.access.prepared import Prepared
from anxin.faces.api.endpoints.claims.room import GUARDED, case_after, expected, room, written
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId, RecordId
from anxin.faces.api.shapes.claims import Assessed, LineItem, Written, written_fields
from anxin.faces.api.shapes.claims_given import Answers, AssessmentGiven, LossesGiven, LossLine, Review
from anxin.journeys.claims.actions import assessment, dispute
from anxin.journeys.claims.models import Assessment, AssessmentLine
from anxin.journeys.claims.permissions import ANSWER, ASSESS, REVIEW


@room.write(
    "/claims/{claim}/assessments", Assessed, ASSESS, summary="Issue the loss assessment", status=201, extra=GUARDED
)
def issue_assessment(request: ApiRequest, claim: ClaimId, given: AssessmentGiven) -> Assessed:
    """One that still waits for the customer is replaced, and stays in the file."""
    row = assessment.issue_assessment(
        claim=claim, lines=_lines(given.lines), reserve_fen=given.reserve_fen, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return _answer(request, claim, row)


@room.write(
    "/claims/{claim}/losses", Assessed, ASSESS, summary="Add losses found from papers", status=201, extra=GUARDED
)
def establish_losses(request: ApiRequest, claim: ClaimId, given: LossesGiven) -> Assessed:
    """Nobody is asked to agree to them: an injured person's invoices, a third party's repair bill."""
    row = assessment.establish_losses(
        claim=claim, lines=_lines(given.lines), expected=expected(request, given), actor=request.actor, now=request.now
    )
    return _answer(request, claim, row)


@room.write("/claims/{claim}/answers", Written, ANSWER, summary="Accept or dispute the assessment", extra=GUARDED)
def answer_assessment(request: ApiRequest, claim: ClaimId, given: Answers) -> Written:
    """All lines that wait, at once. What is disputed goes to a second assessor who had no part in it."""
    answers = {
        line: assessment.Answer(item.verdict, item.reason, item.quote_fen) for line, item in given.answers.items()
    }
    row = assessment.answer_assessment(
        claim=claim, answers=answers, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return written(request, claim, row)


@room.write(
    "/claims/{claim}/lines/{line}/review",
    Written,
    REVIEW,
    summary="Give the second assessment of a line",
    extra=GUARDED,
)
def review_line(request: ApiRequest, claim: ClaimId, line: RecordId, given: Review) -> Written:
    """By the second assessor only. With the last one the claim goes on to adjudication."""
    dispute.review_line(
        claim=claim, line=line, amount_fen=given.amount_fen, note=given.note, method=given.method,
        expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim)


def _lines(given: list[LossLine]) -> list[assessment.LineInput]:
    return [assessment.LineInput(**line.model_dump()) for line in given]


_lines_of = Prepared(
    lambda assessment: AssessmentLine.objects.filter(assessment_id=assessment).select_related("party"), assessment=int
)


def _answer(request: ApiRequest, claim: str, row: Assessment) -> Assessed:
    return Assessed(
        **written_fields(case_after(request, claim, row)),
        assessment=row.public_id,
        lines=[LineItem.of(line) for line in _lines_of.all(assessment=row.pk)],
    )

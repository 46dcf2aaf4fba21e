"""How a claim ends, or begins anew."""

from __future__ import annotations

from anxin.faces.api.endpoints.claims.room import GUARDED, expected, room, written
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId
from anxin.faces.api.shapes.claims import Written
from anxin.faces.api.shapes.claims_given import (
    Nothing,
    ObjectionAnswer,
    ObjectionGiven,
    RatingGiven,
    Reopening,
    Withdrawal,
)
from anxin.journeys.claims.actions import closing, objection
from anxin.journeys.claims.permissions import ANSWER_OBJECTION, CLOSE, OBJECT, RATE, REOPEN, WITHDRAW


@room.write("/claims/{claim}/close", Written, CLOSE, summary="Close a claim", extra=GUARDED)
def close_claim(request: ApiRequest, claim: ClaimId, given: Nothing) -> Written:
    """Paid in full, or refused and the customer told. What is left of the reserve is released."""
    row = closing.close_claim(claim=claim, expected=expected(request, given), actor=request.actor, now=request.now)
    return written(request, claim, row)


@room.write("/claims/{claim}/withdraw", Written, WITHDRAW, summary="Withdraw a claim", extra=GUARDED)
def withdraw_claim(request: ApiRequest, claim: ClaimId, given: Withdrawal) -> Written:
    row = closing.withdraw(
        claim=claim, reason=given.reason, text=given.text, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return written(request, claim, row)


@room.write("/claims/{claim}/objections", Written, OBJECT, summary="Object to the decision", status=201, extra=GUARDED)
def object_to_decision(request: ApiRequest, claim: ClaimId, given: ObjectionGiven) -> Written:
    """By the customer, or through a member of staff. Somebody who had no part in the decision answers within a promise."""
    row = objection.object_to_decision(
        claim=claim, text=given.text, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return written(request, claim, row)


@room.write(
    "/claims/{claim}/objections/answer", Written, ANSWER_OBJECTION, summary="Answer the objection", extra=GUARDED
)
def answer_objection(request: ApiRequest, claim: ClaimId, given: ObjectionAnswer) -> Written:
    """By somebody who had no part in the decision. `reopened` opens the claim again, to be assessed and decided anew."""
    row = objection.answer_objection(
        claim=claim, outcome=given.outcome, answer=given.answer, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return written(request, claim, row)


@room.write("/claims/{claim}/reopen", Written, REOPEN, summary="Reopen a claim", extra=GUARDED)
def reopen_claim(request: ApiRequest, claim: ClaimId, given: Reopening) -> Written:
    """What was decided and paid stays on record and counts."""
    row = closing.reopen(
        claim=claim, reason=given.reason, text=given.text, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return written(request, claim, row)


@room.write("/claims/{claim}/ratings", Written, RATE, summary="Rate the service", status=201, extra=GUARDED)
def rate_claim(request: ApiRequest, claim: ClaimId, given: RatingGiven) -> Written:
    """By the customer, once for each time the claim ended."""
    row = closing.rate(
        claim=claim, score=given.score, comment=given.comment, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return written(request, claim, row)

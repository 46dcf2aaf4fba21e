"""The decision: drafted, decided or proposed, approved or returned; agreed to."""

from __future__ import annotations

from anxin.faces.api.endpoints.claims.room import GUARDED, case_after, expected, room, written
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId
from anxin.faces.api.shapes.claims import Decided, Written
from anxin.faces.api.shapes.claims_given import DecisionGiven, Draft, ExclusionAnswer, Note, NoteNeeded, Nothing
from anxin.journeys.claims.actions import adjudication, approval, confirming, refusal
from anxin.journeys.claims.models import Decision
from anxin.journeys.claims.permissions import ADJUDICATE, AGREE, APPROVE
from anxin.journeys.claims.verdicts import ClauseAnswer


@room.write(
    "/claims/{claim}/decision/draft", Decided, ADJUDICATE, summary="Save a draft of the decision", extra=GUARDED
)
def draft_decision(request: ApiRequest, claim: ClaimId, given: Draft) -> Decided:
    """Some exclusions, the words to the customer; lines and amounts are worked out anew when it is decided."""
    row = adjudication.draft_decision(
        claim=claim, answers=_answers(given.answers), note=given.note, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return _answer(request, claim, row)


@room.write("/claims/{claim}/decision", Decided, ADJUDICATE, summary="Decide, or propose the decision", extra=GUARDED)
def decide(request: ApiRequest, claim: ClaimId, given: DecisionGiven) -> Decided:
    """Within one's own authority it stands at once; above it, it waits for approval. Nobody decides what they assessed."""
    row = adjudication.decide(
        claim=claim, outcome=given.outcome, answers=_answers(given.answers), basis=given.basis, reasons=given.reasons,
        note=given.note, amount_fen=given.amount_fen, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return _answer(request, claim, row)


@room.write("/claims/{claim}/decision/approve", Decided, APPROVE, summary="Approve the proposal", extra=GUARDED)
def approve_decision(request: ApiRequest, claim: ClaimId, given: Note) -> Decided:
    """It becomes the decision when everyone who must has signed."""
    row = approval.approve(
        claim=claim, note=given.note, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return _answer(request, claim, row)


@room.write("/claims/{claim}/decision/return", Decided, APPROVE, summary="Return the proposal", extra=GUARDED)
def return_decision(request: ApiRequest, claim: ClaimId, given: NoteNeeded) -> Decided:
    row = approval.return_proposal(
        claim=claim, note=given.note, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return _answer(request, claim, row)


@room.write(
    "/claims/{claim}/refusal-notice", Decided, ADJUDICATE, summary="Send the refusal notice", extra=GUARDED, status=201
)
def send_refusal_notice(request: ApiRequest, claim: ClaimId, given: Nothing) -> Decided:
    """The notice with every reason, kept in the file as it was sent, and the customer told (Insurance Law art. 24)."""
    row = refusal.send_refusal_notice(
        claim=claim, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return _answer(request, claim, row)


@room.write("/claims/{claim}/cover", Written, ADJUDICATE, summary="Confirm that the loss is covered", extra=GUARDED)
def confirm_cover(request: ApiRequest, claim: ClaimId, given: Nothing) -> Written:
    """That the insurance answers at all, ahead of the amount (Compulsory Motor Insurance Regulation art. 29)."""
    row = confirming.confirm_cover(claim=claim, expected=expected(request, given), actor=request.actor, now=request.now)
    return written(request, claim, row)


@room.write("/claims/{claim}/agree", Written, AGREE, summary="Agree to the amount", extra=GUARDED)
def agree(request: ApiRequest, claim: ClaimId, given: Nothing) -> Written:
    """To a decision that does not pay everything: from here the ten days for payment run (Insurance Law art. 23)."""
    row = adjudication.agree(claim=claim, expected=expected(request, given), actor=request.actor, now=request.now)
    return written(request, claim, row)


def _answers(given: dict[str, ExclusionAnswer]) -> dict[str, ClauseAnswer]:
    return {key: ClauseAnswer(item.triggered, item.basis, item.basis_en) for key, item in given.items()}


def _answer(request: ApiRequest, claim: str, row: Decision) -> Decided:
    return Decided.of(case_after(request, claim, row), row)

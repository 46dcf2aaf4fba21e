"""Surveys: appointment and checklist."""

from __future__ import annotations

from anxin.faces.api.endpoints.claims.room import GUARDED, case_after, expected, room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId, RecordId
from anxin.faces.api.shapes.claims import SurveyWritten, written_fields
from anxin.faces.api.shapes.claims_given import SurveyAppointment, SurveyCompletion, Words
from anxin.journeys.claims.actions import survey as surveys
from anxin.journeys.claims.models import Survey
from anxin.journeys.claims.permissions import PLAN_SURVEY, SURVEY


@room.write(
    "/claims/{claim}/surveys",
    SurveyWritten,
    PLAN_SURVEY,
    summary="Make a survey appointment",
    status=201,
    extra=GUARDED,
)
def schedule_survey(request: ApiRequest, claim: ClaimId, given: SurveyAppointment) -> SurveyWritten:
    """With the token's person where they survey, else with the surveyor whose turn it is."""
    row = surveys.schedule_survey(
        claim=claim, at=given.at, place=given.place, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return _answer(request, claim, row)


@room.write(
    "/claims/{claim}/surveys/{survey}/cancel",
    SurveyWritten,
    PLAN_SURVEY,
    summary="Cancel an appointment",
    extra=GUARDED,
)
def cancel_survey(request: ApiRequest, claim: ClaimId, survey: RecordId, given: Words) -> SurveyWritten:
    row = surveys.cancel_survey(
        claim=claim, survey=survey, text=given.text, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return _answer(request, claim, row)


@room.write(
    "/claims/{claim}/surveys/{survey}/complete", SurveyWritten, SURVEY, summary="Complete a survey", extra=GUARDED
)
def complete_survey(request: ApiRequest, claim: ClaimId, survey: RecordId, given: SurveyCompletion) -> SurveyWritten:
    """Refused, with the missing items by name, until the checklist is complete. Then assessment has it."""
    answers = {code: surveys.CheckAnswer(done=item.done, note=item.note) for code, item in given.answers.items()}
    row = surveys.complete_survey(
        claim=claim, survey=survey, answers=answers, findings=given.findings, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return _answer(request, claim, row)


def _answer(request: ApiRequest, claim: str, row: Survey) -> SurveyWritten:
    return SurveyWritten(**written_fields(case_after(request, claim, row)), survey=row.public_id)

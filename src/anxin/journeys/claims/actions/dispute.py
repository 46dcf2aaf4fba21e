"""Dispute of a line: a second assessor who had no part in the first assessment looks again, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.journal.promises import holders
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.assignment import ASSESSMENT, people_of
from anxin.journeys.claims.models import AssessmentLine, Claim
from anxin.journeys.claims.permissions import CHOOSE_REVIEWER, REVIEW
from anxin.journeys.claims.statement import SETTLED, lines_of
from anxin.journeys.claims.working import advance, on_claim

State = AssessmentLine.State
MAX_FEN = 10**13


def review_line(
    *, claim: str, line: str, amount_fen: int, note: str, method: str = "", expected: int | None = None, actor: Actor,
    now: datetime,
) -> AssessmentLine:  # fmt: skip
    """Decide one disputed line. With the last of them the claim goes on to adjudication.

    Only the second assessor may; where none was free when the customer disputed, the first independent one to do it
    becomes the second assessor.
    """
    actor.must(REVIEW)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="review") as (work, row):
        standing, replaced = lines_of(row)
        found = next((item for item in standing if item.public_id == line), None)
        if found is None:
            raise Missing(_("There is no such line in this assessment."))
        if found.state != State.DISPUTED:
            raise IllegalMove(_("This line is not disputed, or was reviewed already."))
        _may_review(row, [*standing, *replaced], found, actor)
        if not 0 <= amount_fen <= MAX_FEN:
            raise Invalid(
                _("The amount cannot be used."), fields={"amount_fen": _("Enter an amount that is not negative.")}
            )
        if not note.strip():
            raise Invalid(
                _("The customer must be told why."), fields={"note": _("Say in plain words how you came to this.")}
            )
        before, found.amount_fen = found.amount_fen, amount_fen
        found.method = method or found.method
        found.state, found.review_note = State.REVIEWED, note.strip()
        found.reviewer_id, found.reviewed_at = actor.user_id, now
        found.save(update_fields=["amount_fen", "method", "state", "review_note", "reviewer", "reviewed_at"])
        total = sum(item.amount_fen for item in standing)
        raised = total > row.reserve_fen
        if row.reviewer_id != actor.user_id or raised:
            row.reviewer_id = actor.user_id
            old, row.reserve_fen = row.reserve_fen, max(row.reserve_fen, total)
            row.save(update_fields=["reviewer", "reserve_fen"])
            if raised:
                work.record(activities.RESERVE_SET, {"reserve": total, "before": old, "reason": "review"})
        work.set(amount_fen=total)
        work.record(
            activities.LINE_REVIEWED,
            {
                "line": found.public_id, "before": before, "amount": amount_fen, "reviewer": actor.user_id or 0,
                **work.text(found.review_note),
            },
        )  # fmt: skip
        if all(item.state in SETTLED for item in standing):
            advance(work, "finish_review")
        return found


def choose_reviewer(*, claim: str, person: int, expected: int | None = None, actor: Actor, now: datetime) -> Claim:
    """Give the disputed lines that still wait, and the promises on them, to another second assessor (illness, leave)."""
    actor.must(CHOOSE_REVIEWER)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="review") as (work, row):
        standing, replaced = lines_of(row)
        waiting = [line for line in standing if line.state == State.DISPUTED]
        if person in _taken(row, [*standing, *replaced]) or person not in people_of(work.case.branch_id, ASSESSMENT):
            raise Invalid(
                _("This person cannot review the line."),
                fields={"person": _("Choose an assessor of the branch who had no part in this claim.")},
            )
        AssessmentLine.objects.filter(pk__in=[line.pk for line in waiting]).update(reviewer=person)
        row.reviewer_id = person
        row.save(update_fields=["reviewer"])
        _tell(work, waiting, person)
        return row


def _tell(work: CaseWork, waiting: Sequence[AssessmentLine], person: int) -> None:
    for line in waiting:
        work.record(activities.REVIEWER_CHOSEN, {"line": line.public_id, "reviewer": person})
        holders.hand_over(work, person_field="reviewer", key=line.public_id, person_id=person)


def _taken(claim: Claim, lines: Sequence[AssessmentLine]) -> set[int | None]:
    """Everyone who had a part in it: the first assessors, the surveyor, the adjudicator."""
    return {line.assessment.assessor_id for line in lines} | {
        claim.assessor_id, claim.surveyor_id, claim.adjudicator_id,
    }  # fmt: skip


def _may_review(claim: Claim, lines: Sequence[AssessmentLine], line: AssessmentLine, actor: Actor) -> None:
    if actor.user_id in _taken(claim, lines):
        raise NotAllowed(_("You had a part in this assessment: somebody else must review it."))
    if line.reviewer_id is not None and line.reviewer_id != actor.user_id:
        raise NotAllowed(_("Another assessor was chosen to review this line."))

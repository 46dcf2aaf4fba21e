"""Where a claim has got to, as the customer reads it: what is done, who holds it now and by when, what comes next.

Made from a `ClaimPage`, without another query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from anxin.journal.queries import PromiseRow
from anxin.journeys.claims import activities, lifecycle
from anxin.journeys.claims.cover import ASSESSED_LINES
from anxin.journeys.claims.models import Assessment, AssessmentLine, Survey
from anxin.journeys.claims.queries.page import ClaimPage

DONE, NOW, NEXT = "done", "now", "next"

_NAMES = {
    "report": pgettext_lazy("claim step", "Report"),
    "papers": pgettext_lazy("claim step", "Papers"),
    "survey": pgettext_lazy("claim step", "Survey"),
    "assessment": pgettext_lazy("claim step", "Loss assessment"),
    "answer": pgettext_lazy("claim step", "Your answer"),
    "review": pgettext_lazy("claim step", "Second assessment"),
    "decision": pgettext_lazy("claim step", "Decision"),
    "refusal": pgettext_lazy("claim step", "Refusal"),
    "payment": pgettext_lazy("claim step", "Payment"),
    "closing": pgettext_lazy("claim step", "Closing"),
    "withdrawn": pgettext_lazy("claim step", "Withdrawn"),
}
# Which activity ends a step: the promise that it keeps is the one shown with the step.
_ENDED_BY = {
    "papers": activities.PROOFS_COMPLETE,
    "survey": activities.SURVEYED,
    "assessment": activities.ASSESSMENT_ISSUED,
    "review": activities.LINE_REVIEWED,
    "decision": activities.DECISION_NOTIFIED,
    "refusal": activities.REFUSAL_SENT,
    "payment": activities.FULLY_PAID,
    "closing": activities.CLOSED,
}
_PLACES = {
    lifecycle.NOTIFIED: 0, lifecycle.OPENED: 1, lifecycle.OFFERED: 2, lifecycle.REVIEWING: 3, lifecycle.ADJUDICATING: 4,
    lifecycle.APPROVING: 4, lifecycle.DECIDED: 5, lifecycle.PAYING: 5, lifecycle.PAID: 6, lifecycle.REFUSED: 6,
    lifecycle.CLOSED: 7, lifecycle.WITHDRAWN: 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """`at`: when it was done, or an appointment; `by`: the promised day; `who`: who holds it now."""

    code: str
    name: str
    state: str
    at: datetime | None = None
    by: date | None = None
    who: str = ""
    promise: PromiseRow | None = None


def portal_steps(page: ClaimPage) -> tuple[Step, ...]:
    """The steps of this claim in order. At most one is `now`; none when the claim has ended."""
    claim, case = page.claim, page.case
    place = _PLACES[case.state]
    surveyed = [view.survey for view in page.surveys if view.survey.state == Survey.State.DONE]
    assessment = page.assessment.assessment if page.assessment else None
    disputed = [
        line
        for view in page.assessments
        if view.assessment.state != Assessment.State.REPLACED
        for line in view.lines
        if line.state in (AssessmentLine.State.DISPUTED, AssessmentLine.State.REVIEWED)
    ]
    reviewed = [line.reviewed_at for line in disputed if line.reviewed_at]
    plan: list[tuple[str, datetime | None, bool]] = [("report", case.opened_at, True)]  # (code, done at, done)
    if surveyed or page.planned_survey or (place <= 1 and assessment is None and _is_surveyed_kind(page)):
        plan.append(("survey", surveyed[-1].done_at if surveyed else None, bool(surveyed) or place > 1))
    if page.papers:
        plan.append(("papers", claim.proofs_complete_at, claim.proofs_complete_at is not None or place > 4))
    is_assessed = claim.line in ASSESSED_LINES
    if (place < 6 and is_assessed) or assessment is not None:
        plan.append(("assessment", assessment.issued_at if assessment else None, assessment is not None or place > 2))
    if assessment is not None or (place <= 2 and is_assessed):
        answered = assessment is not None and assessment.state == Assessment.State.ANSWERED
        plan.append(("answer", assessment.answered_at if assessment else None, answered or place > 2))
    if disputed or case.state == lifecycle.REVIEWING:
        plan.append(("review", max(reviewed, default=None), case.state != lifecycle.REVIEWING))
    refused = case.state == lifecycle.REFUSED or (
        page.decision is not None and page.decision.decision.outcome == "refuse"
    )
    if case.state == lifecycle.WITHDRAWN:
        plan = [item for item in plan if item[2]]
        plan.append(("withdrawn", case.closed_at, True))
    elif refused:
        plan.append(("refusal", claim.decided_at, True))
        plan.append(("closing", case.closed_at, case.closed_at is not None))
    else:
        plan.append(("decision", claim.decided_at, place >= 5))
        plan.append(("payment", claim.paid_at, place >= 6))
        plan.append(("closing", case.closed_at, case.closed_at is not None))
    return _dated(page, plan)


def _dated(page: ClaimPage, plan: list[tuple[str, datetime | None, bool]]) -> tuple[Step, ...]:
    current = _current(page, [code for code, _at, done in plan if not done])
    steps = []
    for code, at, done in plan:
        name = str(_NAMES[code])
        if done:
            steps.append(Step(code, name, DONE, at=at))
            continue
        promise = _promise(page, code)
        by = timezone.localdate(promise.promise.due_at) if promise and promise.promise.due_at else None
        if promise and promise.promise.strict_on:
            by = promise.promise.strict_on
        appointment = page.planned_survey.at if code == "survey" and page.planned_survey else None
        who = _holder(page, code) if code == current else ""
        steps.append(
            Step(code, name, NOW if code == current else NEXT, at=appointment, by=by, who=who, promise=promise)
        )
    return tuple(steps)


_IN_STATE = {
    lifecycle.NOTIFIED: ("survey", "papers", "assessment", "decision"),
    lifecycle.OPENED: ("survey", "assessment", "papers", "decision"),
    lifecycle.OFFERED: ("answer",), lifecycle.REVIEWING: ("review",), lifecycle.ADJUDICATING: ("decision",),
    lifecycle.APPROVING: ("decision",), lifecycle.DECIDED: ("payment",), lifecycle.PAYING: ("payment",),
    lifecycle.PAID: ("closing",), lifecycle.REFUSED: ("closing",),
}  # fmt: skip


def _current(page: ClaimPage, open_steps: list[str]) -> str:
    """The step that the state of the case stands for; papers run beside it and are marked only if nothing else is."""
    wanted = _IN_STATE.get(page.case.state, ())
    return next((code for code in wanted if code in open_steps), "")


def _holder(page: ClaimPage, code: str) -> str:
    if code == "answer":
        return _("You")
    if code == "papers":
        return _("You")
    if code == "survey" and page.planned_survey is not None:
        person = page.planned_survey.surveyor
        return (
            f"{page.departments['survey']} {person.display_name}"
            if "survey" in page.departments
            else person.display_name
        )
    if code == "review" and page.claim.reviewer is not None:
        # The case itself lies with adjudication meanwhile, for the part that is agreed; the disputed items do not.
        return f"{page.departments.get('assessment', '')} {page.claim.reviewer.display_name}".strip()
    department = str(page.case.department) if page.case.department else ""
    person_name = page.case.person.display_name if page.case.person else ""
    return f"{department} {person_name}".strip()


def _promise(page: ClaimPage, code: str) -> PromiseRow | None:
    """The tightest open promise to the customer that the end of this step keeps."""
    ends = _ENDED_BY.get(code)
    rows = [
        row
        for row in page.promises
        if ends in row.rule.kept_by and row.promise.settled_at is None and row.rule.audience == "customer"
        and row.rule.klass == "deadline"
    ]  # fmt: skip
    # A rule names first what it is about: “survey within 24 hours” is this step's, “agree on a time” is on the way.
    rows = [row for row in rows if row.rule.kept_by[0] == ends] or rows
    dated = [row for row in rows if row.promise.due_at is not None]
    return min(dated, key=lambda row: row.promise.due_at, default=rows[0] if rows else None)  # type: ignore[arg-type,return-value]


def _is_surveyed_kind(page: ClaimPage) -> bool:
    """Whether a survey is still to be expected: somebody of that department holds it, or it was just reported."""
    from anxin.journeys.claims.actions.notification import wants_survey

    return page.case.department_id == "survey" or (page.case.state == lifecycle.NOTIFIED and wants_survey(page.claim))

"""Where a claim has got to, with the person and the day at every step, as the steps component draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.faces.portal.stories import current_payee, my_papers, surveyed, term_of
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.models import AssessmentLine, Decision
from anxin.journeys.claims.queries import ClaimPage, Step, portal_steps
from anxin.journeys.claims.queries.steps import DONE, NOW


@dataclass(frozen=True, slots=True)
class Drawn:
    state: str
    name: str
    who: str = ""
    at: datetime | None = None
    by: date | None = None
    when: str = ""


def steps_of(page: ClaimPage) -> list[Drawn]:
    return [_drawn(page, step) for step in portal_steps(page)]


def short_steps_of(page: ClaimPage) -> list[Drawn]:
    """The same for elder mode: what is done in one line, what is now, and the next two."""
    steps = portal_steps(page)
    done = [step for step in steps if step.state == DONE]
    mine = bool(my_papers(page))
    rest = [step for step in steps if step.state != DONE and (mine or step.code != "papers")]
    rows = []
    if done:
        rows.append(Drawn(DONE, _(", ").join(step.name for step in done), _("All done")))
    rows += [_drawn(page, step) for step in rest[:3]]
    return rows


def _drawn(page: ClaimPage, step: Step) -> Drawn:
    if step.state == DONE:
        return Drawn(step.state, step.name, _did(page, step), at=step.at)
    when = ""
    by = step.by
    if step.code == "payment" and (step.promise is None or step.promise.rule.id not in ("CL-05", "CS-13", "CS-12")):
        # Before the amount is agreed the law's days have not begun: say how many they are.
        by, when = None, _("%(term)s after agreeing") % {"term": term_of("CL-05")}
    name = _("Your answer is awaited") if step.code == "answer" and step.state == NOW else step.name
    return Drawn(step.state, name, _will(page, step), at=step.at, by=by, when=when)


def _did(page: ClaimPage, step: Step) -> str:
    """Who did it, and what came of it."""
    claim = page.claim
    departments = page.departments

    def of(code: str, person) -> str:  # type: ignore[no-untyped-def]
        return f"{departments.get(code, '')} {person.display_name if person else ''}".strip()

    if step.code == "report":
        return of("call_centre", claim.handler)
    if step.code == "survey":
        surveys = surveyed(page)
        return of("survey", surveys[-1].surveyor if surveys else claim.surveyor)
    if step.code == "assessment":
        return of("assessment", page.assessment.assessment.assessor if page.assessment else claim.assessor)
    if step.code == "answer":
        lines = page.assessment.lines if page.assessment else ()
        disputed = sum(line.state in (AssessmentLine.State.DISPUTED, AssessmentLine.State.REVIEWED) for line in lines)
        return _("You disagreed with %(many)d items") % {"many": disputed} if disputed else _("You agreed to all items")
    if step.code == "review":
        return of("assessment", claim.reviewer)
    if step.code in ("decision", "refusal"):
        refused = page.decision is not None and page.decision.decision.outcome == Decision.Outcome.REFUSE
        words = of("adjudication", claim.adjudicator)
        return _("%(who)s: not covered by the policy") % {"who": words} if refused else words
    if step.code == "payment":
        return _account(page)
    return ""


def _will(page: ClaimPage, step: Step) -> str:
    claim = page.claim
    if step.state == NOW:
        if step.code == "answer":
            person = page.assessment.assessment.assessor if page.assessment else None
            return (
                _("It is in your hands now; questions go to %(who)s") % {"who": person.display_name}
                if person
                else _("It is in your hands now")
            )
        if step.code == "payment":
            return " · ".join(part for part in (step.who, _account(page)) if part)
        return step.who
    if step.code == "decision" and claim.adjudicator:
        return _("Then it goes to %(who)s") % {
            "who": f"{page.departments.get('adjudication', '')} {claim.adjudicator.display_name}"
        }
    if step.code == "payment" and page.case.state not in (lifecycle.CLOSED, lifecycle.WITHDRAWN):
        parts = [str(page.departments.get("finance", "")), _account(page)]
        return pgettext("clause", ", ").join(part for part in parts if part)
    if step.code == "papers":
        missing = [view for view in page.papers if not view.paper.is_there]
        mine = [view for view in missing if view.paper.provider == "customer"]
        if mine:
            return _("%(many)d to come from you") % {"many": len(mine)}
        return _("%(many)d to come from others, nothing from you") % {"many": len(missing)} if missing else ""
    return ""


def _account(page: ClaimPage) -> str:
    payee = current_payee(page)
    return _("to the account ending in %(last_four)s") % {"last_four": payee.last_four} if payee else ""

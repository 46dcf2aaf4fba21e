"""What a reader can do on a claim now, and why not the rest. Made from a `ClaimPage`, without another query.

The action itself asks again under the lock; this only spares people the refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove
from anxin.access.permissions import Permission
from anxin.journeys.claims import lifecycle, permissions
from anxin.journeys.claims.lifecycle import CLAIM
from anxin.journeys.claims.models import Assessment, AssessmentLine, Decision, Payment, RequiredPaper, Survey
from anxin.journeys.claims.queries.page import ClaimPage

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Check = Callable[[ClaimPage, Actor], str]


@dataclass(frozen=True, slots=True)
class NextAction:
    """`code` is the action's function name. `reason` says why not, in plain words; empty when it can be done."""

    code: str
    title: str
    allowed: bool
    reason: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class _Spec:
    code: str
    title: str | StrPromise
    permission: Permission
    move: str
    check: Check = lambda page, actor: ""


def next_actions(page: ClaimPage, actor: Actor) -> tuple[NextAction, ...]:
    """The primary one first, then what else can be done now, then what cannot, each with its reason.

    Only what the reader's roles include; an auditor gets none.
    """
    found = []
    for spec in _SPECS:
        if not actor.may(spec.permission):
            continue
        reason = _lifecycle_reason(page, spec.move) or spec.check(page, actor)
        found.append(NextAction(spec.code, str(spec.title), not reason, reason))
    primary = _primary(page, actor, {action.code for action in found if action.allowed})
    found = [
        NextAction(item.code, item.title, item.allowed, item.reason, item.code == primary) for item in found
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: (not item.is_primary, not item.allowed)))


def _lifecycle_reason(page: ClaimPage, move: str) -> str:
    if not move:
        return ""
    try:
        CLAIM.after(page.case.state, move)
    except IllegalMove as refused:
        return str(refused.message)
    return ""


# -- why not -------------------------------------------------------------------------------------------------------


def _no_appointment_yet(page: ClaimPage, actor: Actor) -> str:
    return _("There is an appointment already.") if page.planned_survey else ""


def _has_appointment(page: ClaimPage, actor: Actor) -> str:
    if page.planned_survey is None:
        return _("There is no appointment: make one first.")
    return ""


def _may_assess(page: ClaimPage, actor: Actor) -> str:
    if actor.user_id in (page.claim.reviewer_id, page.claim.adjudicator_id):
        return _("You review or decide this claim: somebody else must assess it.")
    return ""


def _has_offer(page: ClaimPage, actor: Actor) -> str:
    view = page.assessment
    if view is None or view.assessment.state != Assessment.State.ISSUED:
        return _("No assessment waits for an answer.")
    return ""


def _may_review(page: ClaimPage, actor: Actor) -> str:
    waiting = [line for view in page.assessments for line in view.lines if line.state == AssessmentLine.State.DISPUTED]
    if not waiting:
        return _("No line is disputed.")
    if actor.user_id in {view.assessment.assessor_id for view in page.assessments} | {page.claim.surveyor_id}:
        return _("You had a part in this assessment: somebody else must review it.")
    if not any(line.reviewer_id in (None, actor.user_id) for line in waiting):
        return _("Another assessor was chosen to review this.")
    return ""


def _independent(page: ClaimPage, actor: Actor) -> str:
    """Nobody decides or approves what they surveyed, assessed or reviewed."""
    claim = page.claim
    hands = {claim.surveyor_id, claim.assessor_id, claim.reviewer_id}
    for view in page.assessments:
        hands |= {view.assessment.assessor_id, *(line.reviewer_id for line in view.lines)}
    if actor.user_id in hands:
        return _("You surveyed, assessed or reviewed this claim: somebody else must decide it.")
    return ""


def _may_approve(page: ClaimPage, actor: Actor) -> str:
    reason = _independent(page, actor)
    if reason:
        return reason
    proposals = [view for view in page.decisions if view.decision.state == Decision.State.PROPOSED]
    if not proposals:
        return _("No proposal waits for approval.")
    decision = proposals[-1].decision
    if decision.adjudicator_id == actor.user_id:
        return _("You proposed this: somebody else must approve it.")
    if actor.authority_level < decision.level:
        return _("This needs authority level %(level)d; yours is %(own)d.") % {
            "level": decision.level, "own": actor.authority_level,
        }  # fmt: skip
    if any(item.agreed and item.approver_id == actor.user_id for item in proposals[-1].approvals):
        return _("You approved this already: a second person must.")
    return ""


def _undisputed_there(page: ClaimPage, actor: Actor) -> str:
    reason = _independent(page, actor)
    if not reason and page.money.total.undisputed_fen <= page.money.total.paid_fen:
        return _("Nothing undisputed is left to pay in advance.")
    return reason


def _waiting_papers(page: ClaimPage, actor: Actor) -> str:
    if not any(view.paper.state == RequiredPaper.State.RECEIVED for view in page.papers):
        return _("No paper waits to be checked.")
    return ""


def _missing_papers(page: ClaimPage, actor: Actor) -> str:
    if all(view.paper.is_there for view in page.papers):
        return _("All listed papers are there.")
    return ""


def _not_complex_yet(page: ClaimPage, actor: Actor) -> str:
    return _("The claim is declared complex already.") if page.claim.is_complex else ""


def _cover_open(page: ClaimPage, actor: Actor) -> str:
    if page.claim.cover_confirmed_at is not None:
        return _("The cover is confirmed already.")
    return _independent(page, actor)


def _no_payment_under_way(page: ClaimPage, actor: Actor) -> str:
    if any(payment.state in (Payment.State.INSTRUCTED, Payment.State.SENT) for payment in page.payments):
        return _("A payment is under way: wait until it has arrived or failed.")
    return ""


def _not_agreed_yet(page: ClaimPage, actor: Actor) -> str:
    return _("The amount is agreed already.") if page.claim.agreed_at else ""


def _not_rated_yet(page: ClaimPage, actor: Actor) -> str:
    ended = page.case.closed_at or page.claim.decided_at
    if page.ratings and (ended is None or page.ratings[-1].at >= ended):
        return _("You have rated this claim already. Thank you.")
    return ""


def _notice_not_sent(page: ClaimPage, actor: Actor) -> str:
    if page.decision is not None and page.decision.decision.notice_sent_at is not None:
        return _("The refusal notice was sent already.")
    return ""


def _over(page: ClaimPage, actor: Actor) -> str:
    if page.case.state == lifecycle.REFUSED and not _notice_not_sent(page, actor):
        return _("Send the refusal notice first.")
    if page.objection is not None:
        return _("Answer the customer's objection first.")
    return _no_payment_under_way(page, actor)


def _payment_failed(page: ClaimPage, actor: Actor) -> str:
    tried = {payment.retry_of_id for payment in page.payments}
    if not any(payment.state == Payment.State.FAILED and payment.pk not in tried for payment in page.payments):
        return _("No payment has failed.")
    return ""


def _rescue_waits(page: ClaimPage, actor: Actor) -> str:
    if all(cost.payment_id is not None for cost in page.rescue_costs):
        return _("No rescue cost waits to be paid.")
    return ""


def _nothing_objected(page: ClaimPage, actor: Actor) -> str:
    return _("An objection is being looked at already.") if page.objection else ""


def _may_answer_objection(page: ClaimPage, actor: Actor) -> str:
    if page.objection is None:
        return _("No objection waits for an answer.")
    decided = {view.decision.adjudicator_id for view in page.decisions}
    signed = {item.approver_id for item in page.approvals}
    if _independent(page, actor) or actor.user_id in decided | signed:
        return _("You had a part in this decision: somebody else must answer the objection.")
    return ""


def _review_waits(page: ClaimPage, actor: Actor) -> str:
    waiting = any(line.state == AssessmentLine.State.DISPUTED for view in page.assessments for line in view.lines)
    return "" if waiting else _("No line is disputed.")


_SPECS: tuple[_Spec, ...] = (
    _Spec("record_contact", gettext_lazy("Call the customer back"), permissions.CONTACT, "contact"),
    _Spec("open_claim", gettext_lazy("Open the case"), permissions.OPEN, "open"),
    _Spec("schedule_survey", gettext_lazy("Make a survey appointment"), permissions.PLAN_SURVEY, "survey", _no_appointment_yet),
    _Spec("complete_survey", gettext_lazy("Complete the survey"), permissions.SURVEY, "survey", _has_appointment),
    _Spec("cancel_survey", gettext_lazy("Cancel the appointment"), permissions.PLAN_SURVEY, "survey", _has_appointment),
    _Spec("accept_papers", gettext_lazy("Check the papers"), permissions.CHECK_PAPERS, "add_paper", _waiting_papers),
    _Spec("receive_papers", gettext_lazy("Add papers"), permissions.GIVE_PAPERS, "add_paper"),
    _Spec("send_supplement_notice", gettext_lazy("Send a supplement notice"), permissions.SUPPLEMENT, "supplement"),
    _Spec("issue_assessment", gettext_lazy("Issue the loss assessment"), permissions.ASSESS, "assess", _may_assess),
    _Spec("establish_losses", gettext_lazy("Establish losses from papers"), permissions.ASSESS, "establish", _may_assess),
    _Spec("answer_assessment", gettext_lazy("Answer the assessment"), permissions.ANSWER, "accept", _has_offer),
    _Spec("review_line", gettext_lazy("Give the second assessment"), permissions.REVIEW, "review", _may_review),
    _Spec("choose_reviewer", gettext_lazy("Choose another second assessor"), permissions.CHOOSE_REVIEWER, "review", _review_waits),
    _Spec("confirm_cover", gettext_lazy("Confirm the cover"), permissions.ADJUDICATE, "confirm_cover", _cover_open),
    _Spec("draft_decision", gettext_lazy("Prepare the decision"), permissions.ADJUDICATE, "draft", _independent),
    _Spec("decide", gettext_lazy("Decide"), permissions.ADJUDICATE, "propose", _independent),
    _Spec("approve", gettext_lazy("Approve the decision"), permissions.APPROVE, "return", _may_approve),
    _Spec("return_proposal", gettext_lazy("Return the proposal"), permissions.APPROVE, "return", _may_approve),
    _Spec("approve_advance", gettext_lazy("Pay the undisputed amount in advance"), permissions.ADVANCE, "advance", _undisputed_there),
    _Spec("agree", gettext_lazy("Agree to the amount"), permissions.AGREE, "agree", _not_agreed_yet),
    _Spec("object_to_decision", gettext_lazy("Take down the customer's objection"), permissions.OBJECT, "object", _nothing_objected),
    _Spec("answer_objection", gettext_lazy("Answer the objection"), permissions.ANSWER_OBJECTION, "object", _may_answer_objection),
    _Spec("send_refusal_notice", gettext_lazy("Send the refusal notice"), permissions.ADJUDICATE, "notify_refusal", _notice_not_sent),
    _Spec("instruct_payment", gettext_lazy("Instruct the payment"), permissions.PAY, "pay", _no_payment_under_way),
    _Spec("retry_payment", gettext_lazy("Try a failed payment again"), permissions.PAY, "contact", _payment_failed),
    _Spec("close_claim", gettext_lazy("Close the claim"), permissions.CLOSE, "close", _over),
    _Spec("rate", gettext_lazy("Rate the service"), permissions.RATE, "rate", _not_rated_yet),
    _Spec("set_payee", gettext_lazy("Give payment details"), permissions.SET_PAYEE, "contact"),
    _Spec("add_party", gettext_lazy("Add a party"), permissions.EDIT_PARTIES, "add_party"),
    _Spec("set_liability", gettext_lazy("Set the liability share"), permissions.SET_LIABILITY, "set_liability"),
    _Spec("set_reserve", gettext_lazy("Set the reserve"), permissions.SET_RESERVE, "reserve"),
    _Spec("notify_rescue_cost", gettext_lazy("Record a rescue cost"), permissions.RESCUE, "rescue"),
    _Spec("pay_rescue_cost", gettext_lazy("Pay a rescue cost"), permissions.ADVANCE, "rescue", _rescue_waits),
    _Spec("declare_complex", gettext_lazy("Declare the claim complex"), permissions.DECLARE_COMPLEX, "reserve", _not_complex_yet),
    _Spec("reopen", gettext_lazy("Reopen"), permissions.REOPEN, "reopen"),
    _Spec("withdraw", gettext_lazy("Withdraw the claim"), permissions.WITHDRAW, "withdraw", _no_payment_under_way),
)  # fmt: skip

# What usually comes next in each state, the most urgent first.
_USUAL = {
    lifecycle.NOTIFIED: ("record_contact", "open_claim", "complete_survey", "schedule_survey", "accept_papers"),
    lifecycle.OPENED: (
        "complete_survey",
        "schedule_survey",
        "issue_assessment",
        "confirm_cover",
        "accept_papers",
        "decide",
    ),
    lifecycle.OFFERED: ("answer_assessment", "confirm_cover", "accept_papers"),
    lifecycle.REVIEWING: ("review_line", "approve_advance", "confirm_cover", "accept_papers"),
    lifecycle.ADJUDICATING: ("decide", "approve_advance", "accept_papers"),
    lifecycle.APPROVING: ("approve",),
    lifecycle.DECIDED: ("agree", "instruct_payment"),
    lifecycle.PAYING: ("retry_payment",),
    lifecycle.PAID: ("close_claim",),
    lifecycle.REFUSED: ("send_refusal_notice", "close_claim", "rate"),
    lifecycle.CLOSED: ("rate",),
    lifecycle.WITHDRAWN: (),
}


def _primary(page: ClaimPage, actor: Actor, allowed: set[str]) -> str:
    if actor.is_customer:
        wanted = [code for code in ("answer_assessment", "agree", "rate") if code in allowed]
        missing = not _missing_papers(page, actor)
        return wanted[0] if wanted else "receive_papers" if missing and "receive_papers" in allowed else ""
    for code in ("answer_objection", *_USUAL[page.case.state]):
        if code in allowed and _is_due(page, code):
            return code
    return ""


def _is_due(page: ClaimPage, code: str) -> bool:
    """Some of the usual things are already done, although they may be done again."""
    if code == "record_contact":
        return any(row.rule.id == "CS-01" and row.promise.settled_at is None for row in page.promises)
    if code == "schedule_survey":
        surveyed = any(view.survey.state == Survey.State.DONE for view in page.surveys)
        return not surveyed and page.case.department_id in ("survey", "call_centre")
    if code == "confirm_cover":
        return any(row.rule.id == "CL-11" and row.promise.settled_at is None for row in page.promises)
    if code == "agree":
        return page.decision is not None and page.decision.decision.outcome == Decision.Outcome.PARTIAL
    return True

"""Objection to a decision or a refusal: someone who had no part in it looks again and answers, in words, within a promise."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import User
from anxin.access.permissions import Role
from anxin.journeys.claims import activities, lifecycle
from anxin.journeys.claims.actions.adjudication import standing_decision
from anxin.journeys.claims.actions.assignment import ADJUDICATION, next_person
from anxin.journeys.claims.actions.closing import open_again
from anxin.journeys.claims.models import Approval, Claim, Decision, Objection, Payment
from anxin.journeys.claims.permissions import ANSWER_OBJECTION, OBJECT
from anxin.journeys.claims.statement import statement
from anxin.journeys.claims.working import by_hand, on_claim

Outcome = Objection.Outcome
MAX_LETTERS = 5_000
# It also goes out as a text message.
MAX_ANSWER = 1_000


def object_to_decision(*, claim: str, text: str, expected: int | None = None, actor: Actor, now: datetime) -> Objection:
    """The customer objects, in the portal or through a member of staff: it goes to somebody who had no part in the decision.

    A closed claim is among the open cases again until the answer, or nobody's queue would show it.
    """
    actor.must(OBJECT)
    reasons = text.strip()
    if not reasons or len(reasons) > MAX_LETTERS:
        wrong = _("Say in your own words what is wrong with the decision, in at most %(many)d characters.")
        raise Invalid(_("Your reasons are missing."), fields={"text": wrong % {"many": MAX_LETTERS}})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="object") as (work, row):
        decision = standing_decision(row)
        if Objection.objects.filter(claim=row, answered_at=None).exists():
            raise IllegalMove(_("An objection is being looked at already. Write a message to add to it."))
        reviewer = _independent_person(row, decision, work.case.branch_id)
        made = Objection.objects.create(claim=row, decision=decision, text=reasons, made_at=now, reviewer_id=reviewer)
        if work.case.closed_at is not None:
            work.reopen()
        work.record(
            activities.OBJECTED,
            {
                "objection": made.public_id, "decision": decision.public_id, "reviewer": reviewer or 0,
                **work.text(reasons),
            },
        )  # fmt: skip
        return made


def answer_objection(
    *, claim: str, outcome: str, answer: str, expected: int | None = None, actor: Actor, now: datetime
) -> Objection:
    """Answer the objection that waits: the decision stands, or the claim is opened again and decided anew.

    Whoever surveyed, assessed, reviewed, decided or approved may not. `answer` goes to the customer as it is.
    """
    actor.must(ANSWER_OBJECTION)
    wrong = {}
    if outcome not in Outcome.values:
        wrong["outcome"] = _("Choose whether the decision stands.")
    if not answer.strip() or len(answer.strip()) > MAX_ANSWER:
        wrong["answer"] = _("Answer the customer's reasons in plain words, in at most %(many)d characters.") % {
            "many": MAX_ANSWER
        }
    if wrong:
        raise Invalid(_("The answer is not complete."), fields=wrong)
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        found = Objection.objects.select_related("decision").filter(claim=row, answered_at=None).first()
        if found is None:
            raise Missing(_("No objection waits for an answer."))
        if actor.user_id in _had_a_part(row, found.decision):
            raise NotAllowed(_("You had a part in this decision: somebody else must answer the objection."))
        found.outcome, found.answer = outcome, answer.strip()
        found.answered_by_id, found.answered_at = by_hand(actor), now
        found.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
        work.record(
            activities.OBJECTION_ANSWERED,
            {"objection": found.public_id, "outcome": outcome, **work.text(found.answer)},
        )
        if outcome == Outcome.REOPENED:
            under_way = Payment.objects.filter(claim=row, state__in=(Payment.State.INSTRUCTED, Payment.State.SENT))
            if under_way.exists():
                raise IllegalMove(_("A payment is under way: wait until it has arrived or failed."))
            open_again(work, row, move="reconsider", reason="objection", text="")
        elif work.case.state == lifecycle.CLOSED:
            work.close()
        return found


def _had_a_part(claim: Claim, decision: Decision) -> set[int | None]:
    """Everyone behind the decision: surveyors, assessors, the adjudicator, and whoever signed."""
    signed = Approval.objects.filter(claim=claim).values_list("approver_id", flat=True)
    return {*statement(claim).handlers(), decision.adjudicator_id, *signed}


def _independent_person(claim: Claim, decision: Decision, branch_id: int) -> int | None:
    """An adjudicator of the branch whose turn it is, else one of its supervisors; None where everybody had a part."""
    taken = _had_a_part(claim, decision)
    person = next_person(branch_id, ADJUDICATION, without=taken)
    if person is not None:
        return person
    supervisors = User.objects.filter(
        Q(grants__branch=branch_id) | Q(grants__branch=None), grants__role=Role.SUPERVISOR, branch=branch_id,
        kind=User.Kind.STAFF, is_active=True,
    )  # fmt: skip
    return (
        supervisors.exclude(pk__in=[pk for pk in taken if pk is not None])
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )

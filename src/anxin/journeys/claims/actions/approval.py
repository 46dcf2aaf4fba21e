"""Approval of a proposed decision by someone with the authority; above a sum by two different people."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, NotAllowed, Stale
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.adjudication import conclude, must_be_independent, refused_fen
from anxin.journeys.claims.actions.assignment import ADJUDICATION
from anxin.journeys.claims.models import Approval, Claim, Decision
from anxin.journeys.claims.permissions import APPROVE
from anxin.journeys.claims.statement import Statement, statement
from anxin.journeys.claims.verdicts import lines
from anxin.journeys.claims.working import advance, by_hand, on_claim
from anxin.rulebook import queries as rulebook


def approve(*, claim: str, note: str = "", expected: int | None = None, actor: Actor, now: datetime) -> Decision:
    """Approve the proposal that waits. It becomes the decision when everyone who must has signed."""
    actor.must(APPROVE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="return") as (work, row):
        known = statement(row)
        decision = _proposal(row)
        weight, kind = _weight(row, decision, known)
        _may_approve(known, decision, actor, weight, kind)
        _rows, calculation = lines(known, decision.answers)
        if decision.outcome != Decision.Outcome.REFUSE and calculation.amount_fen != decision.amount_fen:
            # The share of fault or a loss was changed after the proposal: whoever approves must not sign another sum.
            raise Stale(
                _("The amount changed since this was proposed. Return the proposal so that it is worked out anew."),
                code="amount-changed", amount_fen=calculation.amount_fen,
            )  # fmt: skip
        signed = _signatures(decision)
        if actor.user_id in signed:
            raise NotAllowed(_("You approved this already: a second person must."))
        _sign(row, decision, actor, weight, agreed=True, note=note, now=now)
        work.record(
            activities.DECISION_APPROVED,
            {"decision": decision.public_id, "level": actor.authority_level, "amount": decision.amount_fen},
        )
        if len(signed) + 1 >= signatures_needed(weight, kind):
            decision.state, decision.approved_at = Decision.State.APPROVED, now
            decision.save(update_fields=["state", "approved_at"])
            conclude(work, row, decision, calculation, settled=known.is_settled)
        else:
            work.hand_to(ADJUDICATION, None, reason="second_signature")
        return decision


def return_proposal(*, claim: str, note: str, expected: int | None = None, actor: Actor, now: datetime) -> Decision:
    """Give a proposal back to the adjudicator with what is to be looked at again."""
    actor.must(APPROVE)
    if not note.strip():
        raise Invalid(_("Say what is to be looked at again."), fields={"note": _("Say what is to be looked at again.")})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="return") as (work, row):
        known = statement(row)
        decision = _proposal(row)
        weight, kind = _weight(row, decision, known)
        _may_approve(known, decision, actor, weight, kind)
        _sign(row, decision, actor, weight, agreed=False, note=note, now=now)
        decision.state = Decision.State.RETURNED
        decision.save(update_fields=["state"])
        # What the adjudicator found stays theirs to change: a new draft starts from it.
        Decision.objects.create(
            claim=row, adjudicator_id=decision.adjudicator_id, outcome=decision.outcome, note=decision.note,
            answers=decision.answers, amount_fen=decision.amount_fen, made_at=now,
        )  # fmt: skip
        advance(work, "return")
        work.record(activities.DECISION_RETURNED, {"decision": decision.public_id, **work.text(note.strip())})
        work.hand_to(ADJUDICATION, decision.adjudicator_id, reason="returned")
        return decision


def signatures_needed(amount_fen: int, kind: str) -> int:
    """How many people must approve a proposal of this sum, besides whoever proposed it."""
    return 2 if amount_fen >= rulebook.two_signatures_from(kind) else 1


# -- the parts of it ------------------------------------------------------------------------------------------------


def _proposal(claim: Claim) -> Decision:
    return Decision.objects.get(claim=claim, state=Decision.State.PROPOSED)


def _weight(claim: Claim, decision: Decision, known: Statement) -> tuple[int, str]:
    if decision.outcome == Decision.Outcome.REFUSE:
        return refused_fen(claim, known), "refusal"
    return decision.amount_fen, "decision"


def _may_approve(known: Statement, decision: Decision, actor: Actor, amount_fen: int, kind: str) -> None:
    must_be_independent(known, actor)
    if actor.user_id == decision.adjudicator_id:
        raise NotAllowed(_("You proposed this decision: somebody else must approve it."))
    limit = rulebook.authority_limit(actor.authority_level, kind)
    if actor.authority_level < 1 or (limit is not None and amount_fen > limit):
        raise NotAllowed(
            _("This needs authority level %(level)d or higher.") % {"level": rulebook.level_needed(amount_fen, kind)},
            level=rulebook.level_needed(amount_fen, kind),
        )


def _signatures(decision: Decision) -> set[int]:
    return set(Approval.objects.filter(decision=decision, agreed=True).values_list("approver_id", flat=True))


def _sign(
    claim: Claim, decision: Decision, actor: Actor, amount_fen: int, *, agreed: bool, note: str, now: datetime
) -> None:
    Approval.objects.create(
        claim=claim, decision=decision, kind="decision", approver_id=by_hand(actor), level=actor.authority_level,
        amount_fen=amount_fen, agreed=agreed, note=note.strip(), at=now,
    )  # fmt: skip

"""Adjudication (核赔): every exclusion answered, the claim calculated, the decision taken or proposed upwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, NotAllowed
from anxin.access.prepared import Prepared, insert_all, save_all
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.assignment import ADJUDICATION, FINANCE, next_person
from anxin.journeys.claims.calculation import Calculation
from anxin.journeys.claims.grounds import reasons_of
from anxin.journeys.claims.lifecycle import APPROVING, CLAIM
from anxin.journeys.claims.models import Claim, Decision, DecisionLine
from anxin.journeys.claims.permissions import ADJUDICATE, AGREE
from anxin.journeys.claims.statement import Statement, statement
from anxin.journeys.claims.verdicts import ClauseAnswer, exclusions, lines
from anxin.journeys.claims.working import advance, by_hand, on_claim
from anxin.rulebook import queries as rulebook

Outcome = Decision.Outcome
IN_THE_MAKING = (Decision.State.DRAFT, Decision.State.PROPOSED)


def draft_decision(
    *, claim: str, answers: Mapping[str, ClauseAnswer], note: str | None = None, expected: int | None = None, actor: Actor,
    now: datetime,
) -> Decision:  # fmt: skip
    """Save what the adjudicator found so far: some exclusions, the words to the customer. Each change is on record.

    The lines and amounts of a draft are not stored: they are worked out anew whenever it is shown or decided.
    """
    actor.must(ADJUDICATE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="draft") as (work, row):
        known = statement(row)
        must_be_independent(known, actor)
        draft = _draft(row, actor, now)
        found = known.involved(known.calculate())
        _take_answers(draft, answers, exclusions(found), actor)
        if note is not None:
            draft.note = note.strip()
        draft.amount_fen = lines(known, draft.answers)[1].amount_fen
        draft.save()
        work.record(
            activities.DECISION_DRAFTED,
            {"decision": draft.public_id, "amount": draft.amount_fen, "clauses": sorted(answers)},
        )
        return draft


def decide(
    *, claim: str, outcome: str, answers: Mapping[str, ClauseAnswer] | None = None, basis: str = "",
    reasons: Sequence[str] = (), note: str = "", amount_fen: int | None = None, expected: int | None = None, actor: Actor,
    now: datetime,
) -> Decision:  # fmt: skip
    """Decide within one's authority, or propose the decision to someone who has it.

    `outcome`: pay (everything assessed), partial (an exclusion, a limit or a missing cover takes something away) or
    refuse. `answers`: every exclusion of the coverages involved, by clause key, unless a draft holds it already; `basis`
    stands for answers without one of their own. `reasons` (for a refusal): clause keys of exclusions that apply, or codes
    of `grounds.GROUNDS`. `amount_fen`: the amount the adjudicator saw; refused when it is no longer that.
    """
    actor.must(ADJUDICATE)
    if outcome not in Outcome.values:
        raise Invalid(_("Choose how to decide."), fields={"outcome": _("Pay, pay in part, or refuse.")})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="propose") as (work, row):
        known = statement(row)
        must_be_independent(known, actor)
        decision = _draft(row, actor, now)
        everything = known.calculate()
        asked = exclusions(known.involved(everything))
        _take_answers(decision, answers or {}, asked, actor, basis=basis)
        decision.adjudicator_id, decision.outcome, decision.made_at = by_hand(actor), outcome, now
        decision.note = note.strip() or decision.note
        rows, calculation = lines(known, decision.answers, everything)
        if outcome == Outcome.REFUSE:
            decision.reasons = reasons_of(reasons, decision.answers, asked)
            decision.amount_fen, decision.parts = 0, {}
            weight = refused_fen(row, known)
        else:
            _check_payable(known, decision, calculation, asked, amount_fen)
            decision.amount_fen = weight = calculation.amount_fen
            decision.parts = {party: fen for party, fen in calculation.by_party.items() if fen}
        kind = "refusal" if outcome == Outcome.REFUSE else "decision"
        decision.level = rulebook.level_needed(weight, kind)
        alone = may_settle(actor, weight, kind)
        decision.state = Decision.State.APPROVED if alone else Decision.State.PROPOSED
        if alone:
            decision.approved_at = now
        _write(decision, rows)
        row.adjudicator_id = actor.user_id
        if alone:
            conclude(work, row, decision, calculation, settled=known.is_settled)
        else:
            save_all([row], ["adjudicator"])
            advance(work, "propose")
            work.record(
                activities.DECISION_PROPOSED,
                {
                    "decision": decision.public_id, "outcome": outcome, "amount": decision.amount_fen,
                    "level": decision.level,
                },
            )  # fmt: skip
            # To the department and nobody by name: whoever there has the authority takes it.
            work.hand_to(ADJUDICATION, None, reason="approval")
        return decision


def agree(*, claim: str, expected: int | None = None, actor: Actor, now: datetime) -> Claim:
    """The customer agrees to a decision that does not pay everything: from here the ten days of CL-05 run."""
    actor.must(AGREE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="agree") as (work, row):
        if row.agreed_at is not None:
            raise IllegalMove(_("The amount was agreed on already."))
        decision = standing_decision(row)
        row.agreed_at = now
        row.save(update_fields=["agreed_at"])
        work.record(activities.AGREED, {"amount": decision.amount_fen, **row.scope})
        return row


_standing = Prepared(
    lambda claim: Decision.objects.filter(claim_id=claim, state=Decision.State.APPROVED).order_by("-pk")[:1], claim=int
)


def standing_decision(claim: Claim) -> Decision:
    """The decision that holds. Raises `IllegalMove` when there is none."""
    found = _standing.first(claim=claim.pk)
    if found is None:
        raise IllegalMove(_("This claim is not decided yet."))
    return found


def must_be_independent(known: Statement, actor: Actor) -> None:
    """Nobody decides or approves what they surveyed, assessed or reviewed themselves."""
    if actor.user_id in known.handlers():
        raise NotAllowed(_("You surveyed, assessed or reviewed this claim: somebody else must decide it."))


def may_settle(actor: Actor, amount_fen: int, kind: str) -> bool:
    """Within this person's own authority, and not so much that two people must sign."""
    limit = rulebook.authority_limit(actor.authority_level, kind)
    within = actor.authority_level > 0 and (limit is None or amount_fen <= limit)
    return within and amount_fen < rulebook.two_signatures_from(kind)


def conclude(work: CaseWork, claim: Claim, decision: Decision, calculation: Calculation, *, settled: bool) -> None:
    """The decision stands: say so, with what is to be paid; to finance, or to whoever sends the refusal notice."""
    now = work.now
    refused = decision.outcome == Outcome.REFUSE
    claim.decided_at = now
    work.set(amount_fen=decision.amount_fen)
    advance(work, "refuse" if refused else "decide")
    facts = {"decision": decision.public_id, "outcome": decision.outcome, "amount": decision.amount_fen, **claim.scope}
    work.record(activities.DECIDED, facts)
    if refused:
        codes = [reason["code"] for reason in decision.reasons]
        work.record(activities.REFUSED, {"decision": decision.public_id, "reasons": codes})
        work.hand_to(ADJUDICATION, claim.adjudicator_id, reason="refused")
    else:
        work.record(
            activities.CALCULATED,
            {
                "decision": decision.public_id, "amount": calculation.amount_fen, "paid": calculation.paid_fen,
                "to_pay": calculation.to_pay_fen,
            },
        )  # fmt: skip
        if decision.outcome == Outcome.PAY and settled:
            claim.agreed_at = now
            work.record(activities.AGREED, {"amount": decision.amount_fen, **claim.scope})
        person = next_person(work.case.branch_id, FINANCE, without={decision.adjudicator_id})
        work.hand_to(FINANCE, person, reason="decided")
    save_all([claim], ["adjudicator", "decided_at", "agreed_at"])


def refused_fen(claim: Claim, known: Statement) -> int:
    """What a refusal weighs: the loss as assessed, else what the customer claims, else the reserve."""
    return sum(line.amount_fen for line in known.lines) or claim.claimed_fen or claim.reserve_fen


# -- the parts of it ------------------------------------------------------------------------------------------------


_in_the_making = Prepared(
    lambda claim: Decision.objects.filter(claim_id=claim, state__in=IN_THE_MAKING).order_by("pk")[:1], claim=int
)


def _draft(claim: Claim, actor: Actor, now: datetime) -> Decision:
    """The one decision in the making, or a new one."""
    found = _in_the_making.first(claim=claim.pk)
    if found is not None and found.state == Decision.State.PROPOSED:
        CLAIM.after(APPROVING, "propose")  # refused by the table, in its words
    return found or Decision(claim=claim, adjudicator_id=by_hand(actor), outcome=Outcome.PAY, made_at=now)


def _take_answers(
    decision: Decision,
    answers: Mapping[str, ClauseAnswer],
    asked: Mapping[str, object],
    actor: Actor,
    *,
    basis: str = "",
) -> None:
    wrong: dict[str, str] = {}
    kept = dict(decision.answers)
    for key, answer in answers.items():
        why = answer.basis.strip() or basis.strip()
        if key not in asked:
            wrong[f"answers.{key}"] = _("No coverage of this claim has this exclusion.")
        elif not why:
            wrong[f"answers.{key}"] = _("Say on what in the file this rests.")
        elif len(why) > 200:
            wrong[f"answers.{key}"] = _("At most 200 characters.")
        else:
            kept[key] = ClauseAnswer(answer.triggered, why, answer.basis_en.strip()).to_data(actor.user_id)
    if wrong:
        raise Invalid(_("Some answers cannot be used."), fields=wrong)
    decision.answers = kept


def _check_payable(
    known: Statement, decision: Decision, calculation: Calculation, asked: Mapping[str, object], seen_fen: int | None
) -> None:
    if not known.lines:
        raise Invalid(_("Nothing was assessed yet."), fields={"outcome": _("Assess the loss first.")})
    if known.disputed or not known.is_settled:
        raise Invalid(
            _("Some lines are still open between the customer and us."),
            fields={"outcome": _("Wait for the second assessment, or pay the undisputed part in advance.")},
        )
    open_clauses = [key for key in asked if key not in decision.answers]
    if open_clauses:
        raise Invalid(
            _("Every exclusion must be answered, with what the answer rests on."),
            fields={f"answers.{key}": _("Does it apply? Say on what your answer rests.") for key in open_clauses},
        )
    triggered = any(answer["verdict"] == DecisionLine.Verdict.EXCLUDED for answer in decision.answers.values())
    if decision.outcome == Outcome.PAY and (triggered or calculation.uncovered):
        raise Invalid(
            _("This decision does not pay everything."),
            fields={"outcome": _("An exclusion applies or a loss is not covered: choose to pay in part.")},
        )
    if seen_fen is not None and seen_fen != calculation.amount_fen:
        raise Invalid(
            _("The amount is no longer the one you saw. Look at the lines again."),
            code="amount-changed", fields={"amount_fen": _("The amount changed in the meantime.")},
            amount_fen=calculation.amount_fen,
        )  # fmt: skip


def _write(decision: Decision, rows: list[DecisionLine]) -> None:
    if decision.pk is None:
        insert_all([decision])
    else:
        decision.save()
        DecisionLine.objects.filter(decision=decision).delete()
    for row in rows:
        row.decision = decision
    insert_all(rows)

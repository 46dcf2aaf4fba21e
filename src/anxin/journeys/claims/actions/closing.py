"""Reserve, complexity; and the ways a claim ends or begins anew: closing, withdrawal, reopening, the customer's rating."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.prepared import save_all
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities, lifecycle
from anxin.journeys.claims.actions.assignment import ADJUDICATION, ASSESSMENT, next_person
from anxin.journeys.claims.actions.notification import MAX_FEN
from anxin.journeys.claims.models import Claim, Objection, Party, Payment, Rating, Survey
from anxin.journeys.claims.permissions import CLOSE, DECLARE_COMPLEX, RATE, REOPEN, SET_RESERVE, WITHDRAW
from anxin.journeys.claims.statement import payments_of
from anxin.journeys.claims.working import advance, on_claim

RESERVE_REASONS = {
    "survey": gettext_lazy("After the survey"),
    "assessment": gettext_lazy("After the assessment"),
    "papers": gettext_lazy("After new papers"),
    "payment": gettext_lazy("After a payment"),
    "review": gettext_lazy("Periodic review"),
}
COMPLEX_REASONS = {
    "injury": gettext_lazy("Several people are injured"),
    "liability": gettext_lazy("Liability is not clear"),
    "amount": gettext_lazy("The amount is not clear"),
    "investigation": gettext_lazy("An authority is investigating"),
    "other": gettext_lazy("Another reason"),
}
WITHDRAWAL_REASONS = {
    "repaired": gettext_lazy("Settled by the customer"),
    "third_party": gettext_lazy("The other side pays"),
    "small": gettext_lazy("Not worth a claim"),
    "mistake": gettext_lazy("Reported by mistake"),
    "other": gettext_lazy("Another reason"),
}
REOPENING_REASONS = {
    "new_papers": gettext_lazy("New papers or facts"),
    "objection": gettext_lazy("The customer objects"),
    "further_loss": gettext_lazy("Further loss has shown"),
    "correction": gettext_lazy("Correction of a mistake"),
    "withdrawn_in_error": gettext_lazy("Withdrawn in error"),
}


def set_reserve(
    *, claim: str, reserve_fen: int, reason: str, by_party: Mapping[str, int] | None = None, expected: int | None = None,
    actor: Actor, now: datetime,
) -> Claim:  # fmt: skip
    """Set what the claim will probably cost in all, in fen. `by_party` (code → fen) splits it and must add up to it."""
    actor.must(SET_RESERVE)
    _chosen(reason, RESERVE_REASONS)
    shares = dict(by_party or {})
    if not 0 <= reserve_fen <= MAX_FEN or any(not 0 <= fen <= MAX_FEN for fen in shares.values()):
        message = _("Enter an amount from 0 on.")
        raise Invalid(message, fields={"reserve_fen": message})
    if shares and sum(shares.values()) != reserve_fen:
        message = _("The parts do not add up to the whole.")
        raise Invalid(message, fields={"by_party": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="reserve") as (work, row):
        if shares:
            parties = {party.code: party for party in Party.objects.filter(claim=row)}
            if shares.keys() - parties.keys():
                raise Missing(_("There is no such party in this claim."))
            for party in parties.values():
                party.reserve_fen = shares.get(party.code, 0)
            Party.objects.bulk_update(parties.values(), ["reserve_fen"])
        before, row.reserve_fen = row.reserve_fen, reserve_fen
        row.save(update_fields=["reserve_fen"])
        work.set(amount_fen=reserve_fen)
        work.record(activities.RESERVE_SET, {"reserve": reserve_fen, "before": before, "reason": reason})
        return row


def declare_complex(
    *, claim: str, reason: str, text: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> Claim:
    """Note that a claim is complex: the ground on which a supervisor may extend a limit, once, where the law lets it."""
    actor.must(DECLARE_COMPLEX)
    _chosen(reason, COMPLEX_REASONS)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="reserve") as (work, row):
        if row.is_complex:
            raise IllegalMove(_("The claim is declared complex already."))
        row.is_complex = True
        row.save(update_fields=["is_complex"])
        work.record(activities.COMPLEXITY_DECLARED, {"reason": reason, **_words(work, text)})
        return row


def withdraw(
    *, claim: str, reason: str, text: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> Claim:
    """The customer takes the claim back, by portal or through a member of staff. Appointments fall away."""
    actor.must(WITHDRAW)
    _chosen(reason, WITHDRAWAL_REASONS)
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        advance(work, "withdraw")
        under_way = Payment.objects.filter(claim=row).exclude(state=Payment.State.FAILED)
        if under_way.exclude(state=Payment.State.PAID).exists():
            raise IllegalMove(_("A payment is under way: wait until it has arrived or failed."))
        for survey in Survey.objects.filter(claim=row, state=Survey.State.PLANNED):
            survey.state = Survey.State.CANCELLED
            survey.save(update_fields=["state"])
            work.record(activities.SURVEY_CANCELLED, {"survey": survey.public_id})
        work.record(activities.WITHDRAWN, {"reason": reason, **_words(work, text)})
        work.close()
        return row


def close_claim(*, claim: str, expected: int | None = None, actor: Actor, now: datetime) -> Claim:
    """Close a claim that is paid in full, or refused and the customer told. What is left of the reserve is released."""
    actor.must(CLOSE)
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        outcome = "refused" if work.case.state == lifecycle.REFUSED else "paid"
        advance(work, "close")
        if Objection.objects.filter(claim=row, answered_at=None).exists():
            raise IllegalMove(_("Answer the customer's objection first."))
        payments = payments_of(row)
        if any(item.state in (Payment.State.INSTRUCTED, Payment.State.SENT) for item in payments):
            raise IllegalMove(_("A payment is under way: wait until it has arrived or failed."))
        paid = sum(item.amount_fen for item in payments if item.state == Payment.State.PAID)
        row.reserve_fen = paid
        save_all([row], ["reserve_fen"])
        work.set(amount_fen=paid)
        work.record(activities.CLOSED, {"outcome": outcome, "paid": paid})
        work.close()
        return row


def reopen(
    *, claim: str, reason: str, text: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> Claim:
    """Open a closed, refused or withdrawn claim again. What was decided and paid stays on record and counts."""
    actor.must(REOPEN)
    _chosen(reason, REOPENING_REASONS)
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        open_again(work, row, move="reopen", reason=reason, text=text)
        return row


def open_again(work: CaseWork, claim: Claim, *, move: str, reason: str, text: str) -> None:
    """The part that reopening and a granted objection share. The caller holds the case and has asked whether it may be."""
    advance(work, move)
    claim.decided_at = claim.agreed_at = claim.paid_at = None
    claim.save(update_fields=["decided_at", "agreed_at", "paid_at"])
    work.reopen()
    work.record(activities.REOPENED, {**claim.scope, "reason": reason, **_words(work, text)})
    # Back to whoever assesses: an objection to an amount is looked at by somebody who did not set it.
    barred = [claim.adjudicator_id]
    if reason == "objection":
        barred += [claim.assessor_id, claim.reviewer_id]
    person = next_person(work.case.branch_id, ASSESSMENT, without=barred)
    if person is not None:
        claim.assessor_id = person
        claim.save(update_fields=["assessor"])
        work.hand_to(ASSESSMENT, person)
    else:
        work.hand_to(ADJUDICATION, None)


def rate(
    *, claim: str, score: int, comment: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> Rating:
    """The customer's word on the service after it ended, 1 to 5; once for each time the claim ended."""
    actor.must(RATE)
    if not 1 <= score <= 5:
        message = _("Choose one to five stars.")
        raise Invalid(message, fields={"score": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="rate") as (work, row):
        last = Rating.objects.filter(claim=row).order_by("-at").first()
        ended = work.case.closed_at or row.decided_at
        if last is not None and (ended is None or last.at >= ended):
            raise IllegalMove(_("You have rated this claim already. Thank you."))
        rating = Rating.objects.create(claim=row, score=score, comment=comment.strip()[:2_000], at=now)
        work.record(activities.RATED, {"score": score, **_words(work, comment)})
        return rating


def _chosen(reason: str, reasons: Mapping[str, object]) -> None:
    if reason not in reasons:
        message = _("Choose a reason.")
        raise Invalid(message, fields={"reason": message})


def _words(work: CaseWork, text: str) -> dict[str, str]:
    return work.text(text.strip()) if text.strip() else {}

"""Payment (赔付): instructions to several payees, sent once, confirmed or failed by the bank, never paid twice.

Three things stand between a claim and a second payment: the case is locked and its event count checked; what is owed is
counted from the payments that exist; and the database has one payment per decision (or approval), payee and party.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.prepared import Prepared, insert_all, save_all
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.adjudication import standing_decision
from anxin.journeys.claims.calculation import OWN
from anxin.journeys.claims.lifecycle import PAYING
from anxin.journeys.claims.models import Claim, Decision, Payee, Payment, RescueCost
from anxin.journeys.claims.permissions import CONFIRM_PAYMENT, PAY
from anxin.journeys.claims.sending import send_payments
from anxin.journeys.claims.statement import paid_by_party, payments_of
from anxin.journeys.claims.working import advance, on_claim
from anxin.registers.customers.models import PaymentAccount
from anxin.rulebook import queries as rulebook

Kind, State = Payment.Kind, Payment.State
Split = Sequence[tuple[str, int]]


def instruct_payment(
    *, claim: str, payees: Mapping[str, Split] | None = None, expected: int | None = None, actor: Actor, now: datetime
) -> list[Payment]:
    """Instruct what the decision still owes, each party to its payee; one payment per party and payee.

    `payees`: {party code: [(payee public id, fen), …]} where a party's money goes to several; other parties are paid to
    their current payee. A party whose payment details are not known yet is left for later; when that is all of them,
    `Invalid` says whose are missing. With nothing left to pay the claim is paid in full at once.
    """
    actor.must(PAY)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="pay") as (work, row):
        decision = standing_decision(row)
        if actor.user_id == decision.adjudicator_id:
            raise NotAllowed(_("You decided this claim: somebody else must pay it."))
        payments = payments_of(row)
        owed = _owed(decision, payments)
        planned = _plan(row, decision, owed, payees_by_party(work, row) if owed else {}, _known_payees(row, payees))
        if owed and not planned:
            raise Invalid(
                _("Nobody's payment details are known yet."),
                fields={f"payees.{party}": _("Ask for the payment details first.") for party in owed},
            )
        if not owed and any(payment.state in (State.INSTRUCTED, State.SENT) for payment in payments):
            raise IllegalMove(_("Everything is instructed already; the bank has not confirmed it yet."))
        _within_authority(actor, planned)
        advance(work, "pay")
        instruct(work, row, planned)
        if not owed:
            _settle(work, row, decision)
        return planned


def retry_payment(*, payment: str, expected: int | None = None, actor: Actor, now: datetime) -> Payment:
    """Pay again what failed, to the party's payee of today: a new payment with a new key; the failed one stays as it is."""
    actor.must(PAY)
    claim = _claim_of(payment)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="retry_payment") as (work, row):
        payments = list(Payment.objects.filter(claim=row).select_related("payee", "decision"))
        failed = next(item for item in payments if item.public_id == payment)
        if failed.state != State.FAILED:
            raise IllegalMove(_("Only a payment that failed can be tried again."))
        if any(item.retry_of_id == failed.pk for item in payments):
            raise IllegalMove(_("This payment was tried again already."))
        if failed.decision is not None:
            left = _owed(failed.decision, payments).get(failed.for_party, 0)
            if left < failed.amount_fen:
                raise IllegalMove(_("This amount is not owed any more: it was paid another way."))
        payee = failed.payee
        if not payee.is_current and failed.kind != Kind.RESCUE:
            payee = payees_by_party(work, row).get(failed.for_party, payee)
        again = Payment(
            claim=row, decision=failed.decision, approval_id=failed.approval_id, payee=payee,
            for_party=failed.for_party, kind=failed.kind, amount_fen=failed.amount_fen, retry_of=failed,
        )  # fmt: skip
        _within_authority(actor, [again])
        instruct(work, row, [again])
        RescueCost.objects.filter(payment=failed).update(payment=again)
        return again


def confirm_payment(*, payment: str, bank_reference: str, actor: Actor, now: datetime) -> Payment:
    """The bank says that the money arrived. Said again with the same reference, nothing changes.

    With the last payment of a decided claim, the claim is paid in full.
    """
    actor.must(CONFIRM_PAYMENT)
    if not bank_reference.strip():
        raise Invalid(
            _("The bank's reference is missing."), fields={"bank_reference": _("Enter the bank's reference.")}
        )
    with on_claim(_claim_of(payment), expected=None, actor=actor, now=now) as (work, row):
        payments = _with_decisions.all(claim=row.pk)
        found = next(item for item in payments if item.public_id == payment)
        if found.state == State.PAID:
            if found.bank_reference == bank_reference.strip():
                return found
            raise IllegalMove(_("This payment was confirmed already, under another reference."))
        if found.state == State.FAILED:
            raise IllegalMove(_("This payment failed before; a payment that follows it can be confirmed."))
        if found.state == State.INSTRUCTED and not actor.is_system:
            # Confirmed by hand before it went out, it would go out after all, and be paid twice.
            raise IllegalMove(_("The bank does not have this payment yet; it goes out within seconds."))
        found.state, found.paid_at, found.bank_reference = State.PAID, now, bank_reference.strip()[:60]
        save_all([found], ["state", "paid_at", "bank_reference"])
        facts = {"payment": found.public_id, "amount": found.amount_fen}
        work.record(activities.PAYMENT_CONFIRMED, {**facts, "kind": found.kind})
        if found.kind == Kind.ADVANCE:
            work.record(activities.ADVANCE_PAID, facts)
        elif found.kind == Kind.RESCUE:
            work.record(activities.RESCUE_PAID, {**facts, "party": found.for_party})
        if work.case.state == PAYING:
            # A claim is being paid only once its decision has payments; a later decision's stand for it.
            decision = max((item.decision for item in payments if item.decision), key=lambda item: item.pk)
            done = all(item.state in (State.PAID, State.FAILED) for item in payments)
            if done and not _owed(decision, payments):
                _settle(work, row, decision)
        return found


def fail_payment(*, payment: str, code: str, actor: Actor, now: datetime) -> Payment:
    """The bank could not pay. What was owed is owed again; `retry_payment` makes the next attempt."""
    actor.must(CONFIRM_PAYMENT)
    with on_claim(_claim_of(payment), expected=None, actor=actor, now=now) as (work, row):
        found = Payment.objects.get(claim=row, public_id=payment)
        if found.state == State.FAILED:
            return found
        if found.state == State.PAID:
            raise IllegalMove(_("This payment arrived: it cannot fail any more."))
        if found.state == State.INSTRUCTED and not actor.is_system:
            raise IllegalMove(_("The bank does not have this payment yet; it goes out within seconds."))
        found.state, found.failure = State.FAILED, code.strip()[:60] or "unknown"
        save_all([found], ["state", "failure"])
        work.record(activities.PAYMENT_FAILED, {"payment": found.public_id, "code": found.failure})
        return found


# -- the parts of it ------------------------------------------------------------------------------------------------


_payees = Prepared(
    lambda claim: Payee.objects.filter(claim_id=claim, is_current=True).select_related("party").order_by("pk"),
    claim=int,
)
_account = Prepared(lambda customer: PaymentAccount.objects.filter(customer_id=customer, retired_at=None), customer=int)
_with_decisions = Prepared(
    lambda claim: Payment.objects.filter(claim_id=claim).select_related("decision", "payee").order_by("pk"), claim=int
)


def instruct(work: CaseWork, claim: Claim, payments: list[Payment]) -> list[Payment]:
    """Write payments, say so, and hand them to the bank once all is committed. The caller holds the case."""
    for payment in payments:
        payment.instructed_by_id, payment.instructed_at = work.actor.user_id, work.now
    insert_all(payments)
    for payment in payments:
        work.record(
            activities.PAYMENT_INSTRUCTED,
            {
                "payment": payment.public_id, "kind": payment.kind, "amount": payment.amount_fen,
                "payee": payment.payee.public_id,
            },
        )  # fmt: skip
    keys = [payment.public_id for payment in payments]
    if keys:
        # After the commit and no earlier: a bank must never hear of a payment that was rolled back.
        transaction.on_commit(lambda: send_payments(work.now, keys=keys), robust=True)
    return payments


def payees_by_party(work: CaseWork, claim: Claim) -> dict[str, Payee]:
    """{party code: the first of its payees in use}; the insured's account in the register where they gave no other."""
    found: dict[str, Payee] = {}
    for given in _payees.all(claim=claim.pk):
        found.setdefault(whose(given), given)
    if OWN not in found:
        account = _account.first(customer=claim.customer_id)
        if account is not None:
            payee = Payee(
                claim=claim, name=account.holder[:60], bank=account.bank[:60], account_number=account.number,
                given_at=work.now,
            )  # fmt: skip
            insert_all([payee])
            work.record(activities.PAYEE_SET, {"payee": payee.public_id, "party": OWN, "last_four": payee.last_four})
            found[OWN] = payee
    return found


def whose(payee: Payee) -> str:
    """The code of the party whose money goes there; what came out of the register is the insured's."""
    return payee.party.code if payee.party else OWN


def _owed(decision: Decision, payments: Iterable[Payment]) -> dict[str, int]:
    """{party code: fen} that the decision gives and no payment, made or under way, has covered; the insured first."""
    paid = paid_by_party(payments)
    return {
        party: fen - paid.get(party, 0)
        for party, fen in sorted(decision.parts.items(), key=lambda part: (part[0] != OWN, part[0]))
        if fen > paid.get(party, 0)
    }


def _known_payees(claim: Claim, wanted: Mapping[str, Split] | None) -> dict[str, list[tuple[Payee, int]]]:
    if not wanted:
        return {}
    keys = {key for split in wanted.values() for key, _fen in split}
    rows = {
        payee.public_id: payee
        for payee in Payee.objects.filter(claim=claim, public_id__in=keys).select_related("party")
    }
    if len(rows) != len(keys):
        raise Missing(_("There is no such payee in this claim."))
    return {party: [(rows[key], fen) for key, fen in split] for party, split in wanted.items()}


def _plan(
    claim: Claim, decision: Decision, owed: Mapping[str, int], current: Mapping[str, Payee],
    wanted: Mapping[str, list[tuple[Payee, int]]],
) -> list[Payment]:  # fmt: skip
    wrong = {}
    planned = []
    for party in wanted.keys() - owed.keys():
        wrong[f"payees.{party}"] = _("Nothing is owed to this party.")
    for party, fen in owed.items():
        if party in wanted:
            parts = wanted[party]
            if sum(part for _payee, part in parts) != fen or any(part <= 0 for _payee, part in parts):
                wrong[f"payees.{party}"] = _("The parts must add up to what is owed.")
            elif len({payee.pk for payee, _part in parts}) < len(parts):
                wrong[f"payees.{party}"] = _("A payee is named twice.")
            elif any(whose(payee) != party for payee, _part in parts):
                wrong[f"payees.{party}"] = _("This account was given for somebody else's money.")
            elif not all(payee.is_current for payee, _part in parts):
                wrong[f"payees.{party}"] = _("This account is out of use: another was given since.")
        elif party in current:
            parts = [(current[party], fen)]
        else:
            continue
        planned += [
            Payment(claim=claim, decision=decision, payee=payee, for_party=party, amount_fen=part, kind=Kind.SETTLEMENT)
            for payee, part in parts
        ]
    if wrong:
        raise Invalid(_("The payment cannot be split like this."), fields=wrong)
    return planned


def _within_authority(actor: Actor, payments: Iterable[Payment]) -> None:
    total = sum(payment.amount_fen for payment in payments)
    limit = rulebook.authority_limit(actor.authority_level, "payment")
    if total and (actor.authority_level < 1 or (limit is not None and total > limit)):
        level = rulebook.level_needed(total, "payment")
        raise NotAllowed(_("This needs authority level %(level)d or higher.") % {"level": level}, level=level)


def _settle(work: CaseWork, claim: Claim, decision: Decision) -> None:
    claim.paid_at = work.now
    save_all([claim], ["paid_at"])
    advance(work, "settle")
    work.record(activities.FULLY_PAID, {"amount": decision.amount_fen})


_claim_key: Prepared[Any] = Prepared(
    lambda key: Payment.objects.filter(public_id=key).values_list("claim__case__public_id"), key=str
)


def _claim_of(payment: str) -> str:
    """The claim of a payment. Whether the actor may know of it is asked when the claim is locked."""
    rows: list[Any] = _claim_key.all(key=payment)
    if not rows:
        raise Missing(_("There is no such payment."))
    return str(rows[0][0])

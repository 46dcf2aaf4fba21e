"""Paying before the decision: undisputed amounts (Insurance Law art. 25) and rescue costs (Compulsory Motor Insurance Regulation art. 31)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.adjudication import must_be_independent
from anxin.journeys.claims.actions.payment import instruct, payees_by_party
from anxin.journeys.claims.models import Approval, Claim, Party, Payee, Payment, RescueCost
from anxin.journeys.claims.permissions import ADVANCE, RESCUE
from anxin.journeys.claims.statement import Statement, statement
from anxin.journeys.claims.working import by_hand, on_claim
from anxin.rulebook import queries as rulebook

KIND = "advance"


def approve_advance(
    *, claim: str, amounts: Mapping[str, int] | None = None, note: str = "", expected: int | None = None, actor: Actor,
    now: datetime,
) -> Approval:  # fmt: skip
    """Pay undisputed amounts before the decision, within one's authority; the payments are instructed at once.

    `amounts`: {party code: fen}, at most what is undisputed and unpaid; None: all of it for everyone whose payment
    details are known. From the sum on at which two must sign, the first signature waits for the second.
    """
    actor.must(ADVANCE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="advance") as (work, row):
        known = statement(row)
        must_be_independent(known, actor)
        payees = payees_by_party(work, row)
        parts = _parts(known, payees, amounts)
        total = sum(parts.values())
        limit = rulebook.authority_limit(actor.authority_level, KIND)
        if actor.authority_level < 1 or (limit is not None and total > limit):
            level = rulebook.level_needed(total, KIND)
            raise NotAllowed(_("This needs authority level %(level)d or higher.") % {"level": level}, level=level)
        first = _first_signature(row, parts)
        if first is not None and first.approver_id == actor.user_id:
            raise NotAllowed(_("You signed this already: a second person must."))
        approval = Approval.objects.create(
            claim=row, kind=KIND, approver_id=by_hand(actor), level=actor.authority_level, amount_fen=total, agreed=True,
            note=note.strip(), parts=parts, at=now,
        )  # fmt: skip
        facts = {"amount": total, "level": actor.authority_level}
        if total >= rulebook.two_signatures_from(KIND) and first is None:
            work.record(activities.ADVANCE_PROPOSED, facts)
            return approval
        work.record(activities.ADVANCE_APPROVED, facts)
        instruct(
            work, row,
            [
                Payment(
                    claim=row, approval=approval, payee=payees[party], for_party=party, amount_fen=fen,
                    kind=Payment.Kind.ADVANCE,
                )
                for party, fen in parts.items()
            ],
        )  # fmt: skip
        return approval


def undisputed(known: Statement) -> dict[str, int]:
    """{party code: fen} that holds whatever becomes of the disputed lines, less what was paid or is on its way."""
    return {party: fen for party, fen in known.calculate(settled_only=True).to_pay.items() if fen}


def notify_rescue_cost(
    *, claim: str, party: str, amount_fen: int, hospital: str, bank: str, account_number: str, expected: int | None = None,
    actor: Actor, now: datetime,
) -> RescueCost:  # fmt: skip
    """The traffic police tell us what rescuing an injured person cost, and which hospital did."""
    actor.must(RESCUE)
    wrong = {}
    if amount_fen <= 0:
        wrong["amount_fen"] = _("Enter an amount above zero.")
    for name, value in (("hospital", hospital), ("bank", bank), ("account_number", account_number)):
        if not value.strip():
            wrong[name] = _("Please fill this in.")
    if not account_number.replace(" ", "").isdigit() and "account_number" not in wrong:
        wrong["account_number"] = _("An account number has digits only.")
    if wrong:
        raise Invalid(_("The rescue cost cannot be recorded like this."), fields=wrong)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="rescue") as (work, row):
        injured = Party.objects.filter(claim=row, code=party, kind=Party.Kind.INJURED).first()
        if injured is None:
            raise Missing(_("There is no such injured person in this claim."))
        if not row.has_compulsory:
            raise Invalid(
                _("Rescue costs are advanced under compulsory motor cover only."),
                fields={"amount_fen": _("None of the claim's policies is compulsory motor cover.")},
            )
        payee = Payee.objects.create(
            claim=row, party=_hospital(row, hospital.strip()), name=hospital.strip()[:60], bank=bank.strip()[:60],
            account_number=account_number.replace(" ", ""), given_at=now,
        )  # fmt: skip
        cost = RescueCost.objects.create(claim=row, party=injured, payee=payee, amount_fen=amount_fen, notified_at=now)
        work.record(activities.RESCUE_NOTIFIED, {"party": party, "amount": amount_fen})
        return cost


def pay_rescue_cost(
    *, claim: str, rescue_cost: str, expected: int | None = None, actor: Actor, now: datetime
) -> Payment:
    """Pay a rescue cost to the hospital, within what compulsory cover has for medical expenses."""
    actor.must(ADVANCE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="rescue") as (work, row):
        cost = RescueCost.objects.filter(claim=row, public_id=rescue_cost).select_related("payee", "party").first()
        if cost is None:
            raise Missing(_("There is no such rescue cost."))
        if cost.payment_id is not None:
            raise IllegalMove(_("This rescue cost was paid already."))
        limit = rulebook.authority_limit(actor.authority_level, KIND)
        if actor.authority_level < 1 or (limit is not None and cost.amount_fen > limit):
            level = rulebook.level_needed(cost.amount_fen, KIND)
            raise NotAllowed(_("This needs authority level %(level)d or higher.") % {"level": level}, level=level)
        known = statement(row)
        room = _medical_room(known)
        if cost.amount_fen > room:
            raise Invalid(
                _("Compulsory cover has less left for medical expenses."), code="over-limit",
                fields={"amount_fen": _("It exceeds the limit for medical expenses.")}, room_fen=room,
            )  # fmt: skip
        (payment,) = instruct(
            work, row,
            [
                Payment(
                    claim=row, payee=cost.payee, for_party=cost.party.code, amount_fen=cost.amount_fen,
                    kind=Payment.Kind.RESCUE,
                )
            ],
        )  # fmt: skip
        cost.payment = payment
        cost.save(update_fields=["payment"])
        return payment


# -- the parts of it ------------------------------------------------------------------------------------------------


def _parts(known: Statement, payees: Mapping[str, Payee], amounts: Mapping[str, int] | None) -> dict[str, int]:
    there = undisputed(known)
    if amounts is None:
        parts = {party: fen for party, fen in there.items() if party in payees}
        if not parts:
            raise Invalid(
                _("There is nothing undisputed to pay, or nobody's payment details are known."),
                fields={"amounts": _("Ask for the payment details first.")},
            )
        return parts
    wrong = {}
    for party, fen in amounts.items():
        if fen <= 0 or fen > there.get(party, 0):
            wrong[f"amounts.{party}"] = _("At most what is undisputed and not yet paid.")
        elif party not in payees:
            wrong[f"amounts.{party}"] = _("The payment details are not known yet.")
    if wrong or not amounts:
        raise Invalid(_("This cannot be paid in advance."), fields=wrong or {"amounts": _("Enter an amount.")})
    return dict(amounts)


def _first_signature(claim: Claim, parts: Mapping[str, int]) -> Approval | None:
    """A signature under the very same amounts that still waits for its second: nothing was paid on it or since."""
    last = Approval.objects.filter(claim=claim, kind=KIND, agreed=True).order_by("-pk").first()
    if last is None or last.parts != dict(parts) or Payment.objects.filter(approval=last).exists():
        return None
    return last


def _hospital(claim: Claim, name: str) -> Party:
    """The hospital as a party of its own: money for it is not sent to the person who was rescued."""
    hospitals = list(Party.objects.filter(claim=claim, kind=Party.Kind.HOSPITAL))
    found = next((party for party in hospitals if party.name == name[:60]), None)
    return found or Party.objects.create(
        claim=claim, kind=Party.Kind.HOSPITAL, code=f"hos{len(hospitals) + 1}", name=name[:60]
    )


def _medical_room(known: Statement) -> int:
    """What compulsory cover has left for medical expenses after the rescue costs already paid."""
    limit = sum(item.limit_fen or 0 for item in known.covers if item.kind == "compulsory_medical")
    spent = sum(
        payment.amount_fen for payment in known.payments
        if payment.kind == Payment.Kind.RESCUE and payment.state != Payment.State.FAILED
    )  # fmt: skip
    return limit - spent

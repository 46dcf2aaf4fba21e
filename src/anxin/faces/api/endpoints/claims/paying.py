"""Money: advances, rescue costs, payments; and what the bank says of them. All of these need an idempotency key."""

from __future__ import annotations

from pydantic import Field

from anxin.faces.api.endpoints.claims.room import GUARDED, case_after, expected, room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import Answer, ClaimId, RecordId
from anxin.faces.api.shapes.claims import Paid, PaymentItem, Written, written_fields
from anxin.faces.api.shapes.claims_given import (
    Advance,
    Nothing,
    PaymentConfirmed,
    PaymentFailed,
    PaymentGiven,
    RescueCostGiven,
)
from anxin.journeys.claims.actions import advance, payment
from anxin.journeys.claims.models import Payment
from anxin.journeys.claims.permissions import ADVANCE, CONFIRM_PAYMENT, PAY, RESCUE


class Advanced(Written):
    amount_fen: int
    instructed: bool = Field(description="False while a second signature is waited for.")


class RescueWritten(Written):
    rescue_cost: str


class PaymentState(Answer):
    payment: PaymentItem


@room.write(
    "/claims/{claim}/advances", Advanced, ADVANCE, summary="Pay in advance", status=201, needs_key=True, extra=GUARDED
)
def approve_advance(request: ApiRequest, claim: ClaimId, given: Advance) -> Advanced:
    """Undisputed amounts before the decision (Insurance Law art. 25); the payments are instructed at once."""
    row = advance.approve_advance(
        claim=claim, amounts=given.amounts, note=given.note, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    case = case_after(request, claim)
    return Advanced(
        **written_fields(case), amount_fen=row.amount_fen, instructed=Payment.objects.filter(approval=row).exists()
    )


@room.write(
    "/claims/{claim}/rescue-costs", RescueWritten, RESCUE, summary="Record a rescue cost", status=201, needs_key=True,
    extra=GUARDED,
)  # fmt: skip
def notify_rescue_cost(request: ApiRequest, claim: ClaimId, given: RescueCostGiven) -> RescueWritten:
    """What the traffic police say that rescuing an injured person cost (Compulsory Motor Insurance Regulation art. 31)."""
    row = advance.notify_rescue_cost(
        claim=claim, party=given.party, amount_fen=given.amount_fen, hospital=given.hospital, bank=given.bank,
        account_number=given.account_number, expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return RescueWritten(**written_fields(case_after(request, claim)), rescue_cost=row.public_id)


@room.write(
    "/claims/{claim}/rescue-costs/{rescue_cost}/pay", Paid, ADVANCE, summary="Pay a rescue cost", needs_key=True,
    extra=GUARDED,
)  # fmt: skip
def pay_rescue_cost(request: ApiRequest, claim: ClaimId, rescue_cost: RecordId, given: Nothing) -> Paid:
    row = advance.pay_rescue_cost(
        claim=claim, rescue_cost=rescue_cost, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return Paid(**written_fields(case_after(request, claim)), payments=[PaymentItem.of(row)])


@room.write(
    "/claims/{claim}/payments", Paid, PAY, summary="Instruct payment", status=201, needs_key=True, extra=GUARDED
)
def instruct_payment(request: ApiRequest, claim: ClaimId, given: PaymentGiven) -> Paid:
    """What the decision still owes, each party to its payee. Whoever decided cannot pay."""
    payees = None
    if given.payees is not None:
        payees = {party: [(part.payee, part.amount_fen) for part in parts] for party, parts in given.payees.items()}
    rows = payment.instruct_payment(
        claim=claim, payees=payees, expected=expected(request, given), actor=request.actor, now=request.now
    )
    case = case_after(request, claim, rows[0] if rows else None)
    return Paid(**written_fields(case), payments=[PaymentItem.of(row) for row in rows])


@room.write(
    "/payments/{payment_id}/confirm", PaymentState, CONFIRM_PAYMENT, summary="The money arrived", needs_key=True
)
def confirm_payment(request: ApiRequest, payment_id: RecordId, given: PaymentConfirmed) -> PaymentState:
    """Said again with the same reference, nothing changes. With the last one the claim is paid in full."""
    row = payment.confirm_payment(
        payment=payment_id, bank_reference=given.bank_reference, actor=request.actor, now=request.now
    )
    return PaymentState(payment=PaymentItem.of(row))


@room.write(
    "/payments/{payment_id}/fail", PaymentState, CONFIRM_PAYMENT, summary="The bank could not pay", needs_key=True
)
def fail_payment(request: ApiRequest, payment_id: RecordId, given: PaymentFailed) -> PaymentState:
    row = payment.fail_payment(payment=payment_id, code=given.code, actor=request.actor, now=request.now)
    return PaymentState(payment=PaymentItem.of(row))


@room.write(
    "/payments/{payment_id}/retry", PaymentState, PAY, summary="Pay again what failed", status=201, needs_key=True,
    extra=GUARDED,
)  # fmt: skip
def retry_payment(request: ApiRequest, payment_id: RecordId, given: Nothing) -> PaymentState:
    """A new payment to the party's payee of today; the failed one stays as it is."""
    row = payment.retry_payment(
        payment=payment_id, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return PaymentState(payment=PaymentItem.of(row))

"""Handing payment instructions to the bank: right after they are committed, and by the worker for what was left over.

Handed over first and marked after: a crash in between hands them over again, and the bank knows them by their key. So
each instruction reaches the bank at least once and is paid at most once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from anxin.journal.worker import periodic
from anxin.journeys.claims.models import Payment
from anxin.journeys.claims.ports import Instruction, payment_port, report_failed

log = logging.getLogger(__name__)

BATCH = 200


def send_payments(now: datetime, *, keys: Collection[str] | None = None, batch: int = BATCH) -> int:
    """Hand over instructed payments (those with `keys`, or whichever wait); returns how many the bank took over."""
    port = payment_port()
    if port is None:
        return 0
    rows = Payment.objects.filter(state=Payment.State.INSTRUCTED)
    if keys is not None:
        rows = rows.filter(public_id__in=keys)
    waiting = [
        Instruction(key=key, amount_fen=fen, payee=payee, bank=bank, account_number=account, reference=number)
        for key, fen, payee, bank, account, number in rows.order_by("pk").values_list(
            "public_id", "amount_fen", "payee__name", "payee__bank", "payee__account_number", "claim__case__number"
        )[:batch]
    ]
    if not waiting:
        return 0
    try:
        receipts = port.send(waiting, now)
    except Exception:
        log.exception("the bank took no payments over; %d wait for the next round", len(waiting))
        return 0
    taken = [receipt.key for receipt in receipts if not receipt.failure]
    # Only what still waits: the bank may have reported the end of a payment in the meantime.
    Payment.objects.filter(public_id__in=taken, state=Payment.State.INSTRUCTED).update(
        state=Payment.State.SENT, sent_at=now
    )
    for receipt in receipts:
        if receipt.failure:
            report_failed(receipt.key, receipt.failure, now=now)
    return len(taken)


@periodic("claims.send_payments", every_seconds=2)
def send_waiting_payments(now: datetime) -> None:
    """What was not handed over right after its commit: the bank was away, or the process died."""
    while send_payments(now) == BATCH:
        pass

"""Handing payment instructions to the bank: right after they are committed, and by the worker for what was left over.

Handed over first and marked after: a crash in between hands them over again, and the bank knows them by their key. So
each instruction reaches the bank at least once and is paid at most once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any

from anxin.access.prepared import Prepared, save_if
from anxin.journal.worker import periodic
from anxin.journeys.claims.models import Payment
from anxin.journeys.claims.ports import Instruction, payment_port, report_failed

log = logging.getLogger(__name__)

BATCH = 200


_INSTRUCTION = (
    "pk", "public_id", "amount_fen", "payee__name", "payee__bank", "payee__account_number", "claim__case__number",
)  # fmt: skip
_waiting: Prepared[Any] = Prepared(
    lambda: Payment.objects.filter(state=Payment.State.INSTRUCTED).order_by("pk").values_list(*_INSTRUCTION)[:BATCH]
)
_of_key: Prepared[Any] = Prepared(
    lambda key: Payment.objects.filter(public_id=key, state=Payment.State.INSTRUCTED).values_list(*_INSTRUCTION),
    key=str,
)


def send_payments(now: datetime, *, keys: Collection[str] | None = None) -> int:
    """Hand over instructed payments (those with `keys`, or whichever wait); returns how many the bank took over."""
    port = payment_port()
    if port is None:
        return 0
    rows: list[Any] = _waiting.all() if keys is None else [row for key in keys for row in _of_key.all(key=key)]
    waiting = {row[1]: Instruction(*row[1:]) for row in rows}
    ids = {row[1]: row[0] for row in rows}
    if not waiting:
        return 0
    try:
        receipts = port.send(list(waiting.values()), now)
    except Exception:
        log.exception("the bank took no payments over; %d wait for the next round", len(waiting))
        return 0
    taken = [receipt.key for receipt in receipts if not receipt.failure]
    for key in taken:
        # Only what still waits: the bank may have reported the end of a payment in the meantime.
        sent = Payment(pk=ids[key], state=Payment.State.SENT, sent_at=now)
        save_if(sent, ["state", "sent_at"], state=Payment.State.INSTRUCTED)
    for receipt in receipts:
        if receipt.failure:
            report_failed(receipt.key, receipt.failure, now=now)
    return len(taken)


@periodic("claims.send_payments", every_seconds=2)
def send_waiting_payments(now: datetime) -> None:
    """What was not handed over right after its commit: the bank was away, or the process died."""
    while send_payments(now) == BATCH:
        pass

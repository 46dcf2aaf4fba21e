"""The simulated bank: takes instructions into its own table, and reports after a while that the money arrived, or not."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from anxin.access.errors import Refused
from anxin.connectors.payments.models import Transfer
from anxin.journeys.claims.ports import Instruction, Receipt, report_failed, report_paid

log = logging.getLogger(__name__)

BATCH = 200
# Accounts with which a failure can be played through.
FAILURES = {"0000": "account_closed", "0009": "name_mismatch"}


def travel() -> timedelta:
    """How long money is under way: `ANXIN_BANK_SECONDS`, 20 unless told otherwise."""
    return timedelta(seconds=float(os.environ.get("ANXIN_BANK_SECONDS", "20")))


class Bank:
    """The payment port of the claims journey, served from a table."""

    def send(self, batch: Sequence[Instruction], now: datetime) -> list[Receipt]:
        Transfer.objects.bulk_create(
            (
                Transfer(
                    key=item.key, amount_fen=item.amount_fen, payee=item.payee, bank=item.bank,
                    account_number=item.account_number, reference=item.reference, taken_at=now,
                )
                for item in batch
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        return [Receipt(item.key) for item in batch]


def report_ends(now: datetime, *, after: timedelta | None = None) -> int:
    """Tell the journey what has arrived, or failed, by now; returns how many.

    Told first and noted after: a crash in between tells again, which changes nothing there.
    """
    due = Transfer.objects.filter(ended_at=None, taken_at__lte=now - (travel() if after is None else after))
    ended = 0
    for transfer in due.order_by("taken_at", "pk")[:BATCH]:
        failure = FAILURES.get(transfer.account_number[-4:], "")
        reference = "" if failure else reference_of(transfer)
        try:
            if failure:
                report_failed(transfer.key, failure, now=now)
            else:
                report_paid(transfer.key, reference, now=now)
        except Refused as refusal:
            # Finance has settled it by hand; the bank's word changes nothing any more.
            log.warning("transfer %s: %s", transfer.key, refusal.message)
        Transfer.objects.filter(pk=transfer.pk).update(ended_at=now, bank_reference=reference, failure=failure)
        ended += 1
    return ended


def reference_of(transfer: Transfer) -> str:
    """The bank's own number for a transfer; the same whenever it is asked."""
    return "SIM" + hashlib.sha256(transfer.key.encode()).hexdigest()[:14].upper()

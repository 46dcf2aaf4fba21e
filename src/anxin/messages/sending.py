"""Handing what waits to the carrier. Run every second or so by the worker; at least once, made exactly once by the key.

Messages are handed over first and marked after: a crash in between hands them over again, and the carrier knows them by
their public id.
"""

from __future__ import annotations

import logging
from datetime import datetime

from anxin.access.models import User
from anxin.messages.actions import note_departures
from anxin.messages.models import Message
from anxin.messages.ports import Outgoing, carrier
from anxin.registers.customers.models import ContactPoint

log = logging.getLogger(__name__)

BATCH = 200


def send_waiting(now: datetime, *, batch: int = BATCH) -> int:
    """Hand up to `batch` waiting messages to the carrier; returns how many left or failed for good."""
    port = carrier()
    if port is None:
        return 0
    waiting = list(
        Message.objects.filter(state=Message.State.QUEUED)
        .order_by("id")
        .values_list("pk", "public_id", "channel", "customer_id", "customer__public_id", "body_zh", "body_en")[:batch]
    )
    if not waiting:
        return 0
    numbers: dict[int, str] = dict(
        ContactPoint.objects.filter(customer_id__in={row[3] for row in waiting}, kind=ContactPoint.Kind.MOBILE)
        .order_by("is_primary", "-id")  # the primary one comes last and stays
        .values_list("customer_id", "normalised")
    )
    english = set(
        User.objects.filter(
            kind=User.Kind.CUSTOMER, customer_public_id__in={row[4] for row in waiting}, language="en"
        ).values_list("customer_public_id", flat=True)
    )
    failed = {row[0]: "no mobile number" for row in waiting if row[3] not in numbers}
    leaving = {
        row[1]: (row[0], Outgoing(row[1], row[2], numbers[row[3]], row[6] if row[4] in english and row[6] else row[5]))
        for row in waiting
        if row[3] in numbers
    }
    sent: list[int] = []
    if leaving:
        try:
            receipts = port.send([outgoing for _pk, outgoing in leaving.values()], now)
        except Exception:
            log.exception("the carrier took no messages; %d wait for the next round", len(leaving))
            receipts = []
        for receipt in receipts:
            pk = leaving[receipt.public_id][0]
            if receipt.error:
                failed[pk] = receipt.error
            else:
                sent.append(pk)
    note_departures(sent=sent, failed=failed, now=now)
    return len(sent) + len(failed)

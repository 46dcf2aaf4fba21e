"""The simulated carrier: takes messages over into its own table, and reports their arrival after a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from anxin.connectors.outbox.models import SentMessage
from anxin.messages.actions import note_arrivals
from anxin.messages.ports import Outgoing, Receipt

# A text message takes a few seconds to reach a phone.
TRAVEL = timedelta(seconds=3)
BATCH = 500


class Outbox:
    """The port of the messages room, served from a table."""

    def send(self, batch: Sequence[Outgoing], now: datetime) -> list[Receipt]:
        SentMessage.objects.bulk_create(
            (
                SentMessage(message=item.public_id, channel=item.channel, to=item.to, body=item.body, taken_at=now)
                for item in batch
            ),
            ignore_conflicts=True,
        )
        return [Receipt(item.public_id) for item in batch]


def report_arrivals(now: datetime, *, travel: timedelta = TRAVEL) -> int:
    """Tell the messages room what has reached its phone by now; returns how many.

    Told first and noted after: a crash in between tells again, which the messages room writes once.
    """
    keys = list(
        SentMessage.objects.filter(arrived_at=None, taken_at__lte=now - travel)
        .order_by("taken_at")
        .values_list("message", flat=True)[:BATCH]
    )
    if keys:
        note_arrivals(messages=keys, at=now)
        SentMessage.objects.filter(message__in=keys).update(arrived_at=now)
    return len(keys)

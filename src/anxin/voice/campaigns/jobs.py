"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.voice.campaigns import filling, sending


@periodic("campaigns.send", every_seconds=2)
def send(now: datetime) -> None:
    """Make invitations, and hand what is due to the carrier."""
    filling.fill_waiting(now)
    while sending.send_waiting(now) >= sending.BATCH:
        pass


@periodic("campaigns.remind", every_seconds=60)
def remind(now: datetime) -> None:
    while sending.send_reminders(now) >= sending.BATCH:
        pass


@periodic("campaigns.expire", every_seconds=60)
def expire(now: datetime) -> None:
    sending.expire(now)

"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.webhooks import sending


@periodic("webhooks.tell", every_seconds=1)
def tell_subscribers(now: datetime) -> None:
    sending.in_background.begin()


@periodic("webhooks.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    sending.forget_old()

"""What the worker does for the API now and then."""

from __future__ import annotations

from datetime import datetime

from anxin.faces.api import once
from anxin.faces.api.webhooks import sending
from anxin.journal.worker import periodic


@periodic("api.webhooks", every_seconds=1)
def tell_subscribers(now: datetime) -> None:
    sending.send_in_background(now)


@periodic("api.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    once.forget_old()
    sending.forget_old()

"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.messages.sending import BATCH, send_waiting


@periodic("messages.send", every_seconds=1)
def send(now: datetime) -> None:
    """Hand everything that waits to the carrier."""
    while send_waiting(now) == BATCH:
        pass

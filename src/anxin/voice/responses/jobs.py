"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.voice.responses.actions import forget_unfinished


@periodic("responses.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    forget_unfinished(now=now)

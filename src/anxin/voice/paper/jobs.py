"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.voice.paper import erasing, working


@periodic("paper.work", every_seconds=1)
def work(now: datetime) -> None:
    """Print and read, in a thread of its own: a large batch must not keep promises and messages waiting."""
    working.in_background.begin()


@periodic("paper.erase", every_seconds=3600)
def erase(now: datetime) -> None:
    erasing.erase_old(now)

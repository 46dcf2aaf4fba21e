"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.voice.datasets import work


@periodic("datasets.read", every_seconds=1)
def read_large_files(now: datetime) -> None:
    work.in_background.begin()

"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.voice.reports import work


@periodic("reports.make", every_seconds=1)
def make_reports(now: datetime) -> None:
    work.in_background.begin()

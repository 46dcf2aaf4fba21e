"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.insight.indicators import work
from anxin.journal.worker import periodic


@periodic("indicators.import", every_seconds=1)
def import_facts(now: datetime) -> None:
    work.in_background.begin()

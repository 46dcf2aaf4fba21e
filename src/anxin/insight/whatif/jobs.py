"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.insight.whatif import work
from anxin.journal.worker import periodic


@periodic("whatif.simulate", every_seconds=1)
def simulate(now: datetime) -> None:
    work.in_background.begin()

"""What the worker does for the simulated carrier."""

from __future__ import annotations

from datetime import datetime

from anxin.connectors.outbox.simulator import report_arrivals
from anxin.journal.worker import periodic


@periodic("outbox.arrivals", every_seconds=2)
def arrivals(now: datetime) -> None:
    """Report what has reached its phone by now."""
    while report_arrivals(now):
        pass

"""What the worker does for the simulated bank."""

from __future__ import annotations

from datetime import datetime

from anxin.connectors.payments.simulator import BATCH, report_ends
from anxin.journal.worker import periodic


@periodic("payments.ends", every_seconds=2)
def ends(now: datetime) -> None:
    """Report the transfers whose time has come."""
    while report_ends(now) == BATCH:
        pass

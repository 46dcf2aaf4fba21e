"""What the worker does for the scorecards."""

from __future__ import annotations

from datetime import datetime

from anxin.insight.scorecards import work
from anxin.journal.worker import periodic


@periodic("scorecards.make", every_seconds=1)
def make(now: datetime) -> None:
    work.in_background.begin()


@periodic("scorecards.order", every_seconds=600)
def order(now: datetime) -> None:
    work.order_due(now)

"""What the worker does for the desk."""

from __future__ import annotations

from datetime import datetime

from anxin.faces.desk import errands
from anxin.journal.worker import periodic


@periodic("desk.errands", every_seconds=1)
def run_errands(now: datetime) -> None:
    errands.in_background.begin()


@periodic("desk.forget_errands", every_seconds=3600)
def forget(now: datetime) -> None:
    errands.forget_old(now)

"""What the worker does for the API now and then."""

from __future__ import annotations

from datetime import datetime

from anxin.faces.api import once
from anxin.journal.worker import periodic


@periodic("api.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    once.forget_old()

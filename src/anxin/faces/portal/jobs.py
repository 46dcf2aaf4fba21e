"""What the worker does for the portal now and then."""

from __future__ import annotations

from datetime import datetime

from anxin.faces.portal.actions import forget_drafts
from anxin.journal.worker import periodic


@periodic("portal.forget_drafts", every_seconds=3600)
def forget(now: datetime) -> None:
    forget_drafts(now=now)

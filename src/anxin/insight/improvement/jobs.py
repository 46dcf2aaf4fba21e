"""What the worker does here: looks at a new version of the lake, once a day of data, and measures the actions."""

from __future__ import annotations

from datetime import datetime

from anxin.access import clock
from anxin.insight.improvement import looking
from anxin.journal.background import Background
from anxin.journal.worker import periodic

in_background = Background(
    "improvement", waits=lambda: looking.is_due(clock.now()), work=lambda: looking.look_now(now=clock.now())
)


@periodic("improvement.look", every_seconds=30)
def look(now: datetime) -> None:
    in_background.begin()

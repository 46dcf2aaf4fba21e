"""What the worker does for the lake: takes in what is new, joins segments, forgets what is old enough."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from anxin.access import clock
from anxin.engines.mining import BadLog
from anxin.engines.mining.log.store import MANIFEST
from anxin.journal.background import Background
from anxin.journal.lake import keeping
from anxin.journal.lake.store import exists, folder, open_store
from anxin.journal.lake.sync import WrongLake, is_behind, sync
from anxin.journal.worker import periodic

log = logging.getLogger(__name__)
EVERY_SECONDS = 30


def run() -> None:
    """One round. Another process that writes the lake just now does the same work: this one lets it."""
    try:
        sync()
        store = open_store()
        if store is not None:
            keeping.forget_by_age(store, clock.now())
            if keeping.is_ragged(store):
                keeping.compact(store)
    except WrongLake as wrong:
        log.error("%s", wrong)
    except BadLog as refused:
        if refused.code != "store-busy":
            raise


def waits() -> bool:
    """Whether something is to be taken in, and no worker has done so within the last half minute."""
    return not (exists() and time.time() - (folder() / MANIFEST).stat().st_mtime < EVERY_SECONDS) and is_behind()


in_background = Background("lake", waits=waits, work=run)


@periodic("lake.sync", every_seconds=EVERY_SECONDS / 6)
def take_in(now: datetime) -> None:
    in_background.begin()

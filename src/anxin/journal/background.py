"""Work of the worker that takes long: in a thread of its own, one round of a kind at a time.

    in_background = Background("reports", waits=lambda: leases.due().exists(), work=run_waiting)

    @periodic("reports.make", every_seconds=2)
    def make(now): in_background.begin()

What a round does it takes under leases (`anxin.journal.leasing`): another process may have one under way. A round that does many
things asks `stopping()` between two of them, as `Leases.work` does: the worker ends when its rounds have.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

log = logging.getLogger(__name__)

_stopping = threading.Event()


def stop() -> None:
    """The process is to end: rounds under way finish the one thing they are at, new ones are not begun."""
    _stopping.set()


def stopping() -> bool:
    return _stopping.is_set()


class Background:
    """`waits` says whether there is anything to do; `work` does all of it."""

    def __init__(self, name: str, *, waits: Callable[[], Any], work: Callable[[], Any]) -> None:
        self.name, self.waits, self.work = name, waits, work
        self._round = threading.Lock()

    def begin(self) -> None:
        """Start a round, unless nothing waits or one is under way in this process. Promises and messages do not wait for it."""
        if not stopping() and self.waits() and self._round.acquire(blocking=False):
            try:
                threading.Thread(target=self._run, name=self.name).start()
            except RuntimeError:  # no room for another thread just now
                self._round.release()
                raise

    def _run(self) -> None:
        try:
            self.work()
        except Exception:
            log.exception("%s: a round failed and is tried again", self.name)
        finally:
            connections.close_all()
            self._round.release()

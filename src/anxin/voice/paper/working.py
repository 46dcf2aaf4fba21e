"""All that the worker does for this room, in one thread of its own at a time."""

from __future__ import annotations

import logging
import threading

from django.db import connections

from anxin.journal.worker import worker_name
from anxin.voice.paper.leases import Lease
from anxin.voice.paper.models import Batch, PrintRun
from anxin.voice.paper.printing import run_prints
from anxin.voice.paper.reading import run_batches

log = logging.getLogger(__name__)
_round = threading.Lock()


def in_background() -> None:
    """Begin a round unless one is under way or nothing waits."""
    me = worker_name()
    if not (Lease(PrintRun, me).due().exists() or Lease(Batch, me).due().exists()):
        return
    if not _round.acquire(blocking=False):
        return

    def work() -> None:
        try:
            run_waiting()
        except Exception:
            log.exception("paper work failed and is tried again")
        finally:
            connections.close_all()
            _round.release()

    threading.Thread(target=work, name="paper").start()


def run_waiting() -> int:
    """Print what is to be printed, read what is to be read; how many runs and batches."""
    me = worker_name()
    return run_prints(me) + run_batches(me)

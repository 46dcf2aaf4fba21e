"""All that the worker does for this room, in one thread of its own at a time."""

from __future__ import annotations

from anxin.journal.background import Background
from anxin.journal.worker import worker_name
from anxin.voice.paper.leases import Lease
from anxin.voice.paper.models import Batch, PrintRun
from anxin.voice.paper.printing import run_prints
from anxin.voice.paper.reading import run_batches


def run_waiting() -> int:
    """Print what is to be printed, read what is to be read; how many runs and batches."""
    me = worker_name()
    return run_prints(me) + run_batches(me)


def _waits() -> bool:
    me = worker_name()
    return Lease(PrintRun, me).due().exists() or Lease(Batch, me).due().exists()


in_background = Background("paper", waits=_waits, work=run_waiting)

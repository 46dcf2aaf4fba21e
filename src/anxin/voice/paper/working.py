"""All that the worker does for this room, in one thread of its own at a time."""

from __future__ import annotations

from anxin.journal.background import Background
from anxin.voice.paper import printing, reading


def run_waiting() -> int:
    """Print what is to be printed, read what is to be read; how many runs and batches."""
    return printing.run_prints() + reading.run_batches()


def _waits() -> bool:
    return printing.leases.due().exists() or reading.leases.due().exists()


in_background = Background("paper", waits=_waits, work=run_waiting)

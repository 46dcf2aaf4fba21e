"""Where the lake lies and what stands in it.

One case of the journal is one case of the log, under its public id. Events are those that somebody did or that happened:
what the journal itself notes (promises near or broken, erased words, corrections, notes) is left out; a hand-over is kept.

| column | what |
|---|---|
| activity | the registered name, `claims.notified`; of an imported log its own word, after `imported:` |
| time | when it happened (`occurred_at`) |
| resource | who did it: the primary key of a person as text; none for customers and machines |
| department | the actor's department; of a hand-over the one that gave |
| event attributes | `actor_kind`, `channel`, `seq` |
| case attributes | `kind`, `branch` (code), `state`, `closed` (yes, no), `count` (events in the journal), `head` (the first 8 bytes of the head hash, as a whole number), and the facts that rooms keep (`facts.py`): words, yes/no, amounts |
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from anxin.engines.mining import BadLog, Store
from anxin.engines.mining.log.store import MANIFEST

BOOKKEEPING = ("promise.", "text.", "event.", "case.noted")
"""Beginnings of the activities that the lake leaves out."""


def folder() -> Path:
    return Path(settings.LAKE)


def exists() -> bool:
    return (folder() / MANIFEST).exists()


def open_store() -> Store | None:
    """The lake as it stands; None before the first sync."""
    return Store(folder()) if exists() else None


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """One writer of the lake at a time, for all of a sync, a rebuild or a compaction. A second one is told at once by BadLog
    ("store-busy"). The lock goes with the process that holds it, and lies beside the folder, which a rebuild replaces."""
    path = folder().with_name(f"{folder().name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadLog(
                "The lake is being written by another process, such as the worker; try again in a moment.",
                code="store-busy",
                about=[str(folder())],
            ) from error
        yield

"""How far long work is, told to whoever watches its page: written into its row at most twice a second, holding the lease.

    with Teller(held, in_one_transaction=True) as tell:
        tell("write", 2_000, 100_000)       # the worker
    progress_of(row)                        # the page: ("write", 2000, 100000)

What one transaction writes nobody sees before its end. PostgreSQL then takes the news on a second connection; SQLite has one writer,
so there it goes into a small file in the home folder, which pages on the same machine read.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from anxin.journal.leasing import Held

EVERY_SECONDS = 0.5  # in between it is only counted


class Teller:
    """Of a row with `public_id`, `stage`, `done` and `whole` (0: not known yet) that a worker holds. Beside one transaction it is used
    in a `with`; else a call is enough."""

    def __init__(self, held: Held[Any], *, in_one_transaction: bool = False):
        self._held, self._last = held, 0.0
        self._beside = in_one_transaction
        self._aside: Any = None

    def __enter__(self) -> Teller:
        if self._beside and connection.vendor != "sqlite":
            self._aside = connection.copy()
        return self

    def __exit__(self, *_why: object) -> None:
        if self._aside is not None:
            self._aside.close()
        if self._beside:
            _note_of(self._held.row).unlink(missing_ok=True)

    def __call__(self, stage: str, done: int, whole: int) -> None:
        if time.monotonic() - self._last < EVERY_SECONDS and done < whole:
            return
        self._last = time.monotonic()
        stage = stage[: self._held.row._meta.get_field("stage").max_length]
        if not self._beside:
            self._held.keep(stage=stage, done=done, whole=whole)
        elif self._aside is None:
            # With what the transaction writes: when others get to the row, it is still this worker's.
            self._held.keep()
            note = _note_of(self._held.row)
            note.parent.mkdir(exist_ok=True)
            fresh = note.with_suffix(".new")
            fresh.write_text(json.dumps([stage, done, whole]))
            os.replace(fresh, note)
        else:
            until = timezone.now() + self._held.leases.length
            with self._aside.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {self._held.row._meta.db_table} SET stage = %s, done = %s, whole = %s, lease_until = %s"
                    " WHERE id = %s AND lease_by = %s",
                    [stage, done, whole, until, self._held.row.pk, self._held.worker],
                )


def progress_of(row: Any) -> tuple[str, int, int]:
    """(stage, done, of) as last told; of is 0 while it is not known."""
    try:
        stage, done, whole = json.loads(_note_of(row).read_text())
        return str(stage), int(done), int(whole)
    except (OSError, ValueError, TypeError):
        return row.stage, row.done, row.whole


def _note_of(row: Any) -> Path:
    return Path(settings.HOME) / "errands" / f"{row._meta.label_lower}-{row.public_id}.json"

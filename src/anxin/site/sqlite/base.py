"""SQLite with a fair queue in front of its one write lock.

Left to itself, SQLite lets who finds the lock taken sleep for up to a tenth of a second and try again: the lock then often
lies idle while everybody sleeps, and the unlucky wait for seconds. Here writing transactions first line up at a file lock
beside the database, from which the system wakes the next one at once. A process that dies leaves the queue by dying.
"""

from __future__ import annotations

import os
from typing import Any

from django.db.backends.sqlite3 import base

try:
    import fcntl
except ImportError:  # not a Unix: SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self._place: int | None = None
        self._is_first = False

    def _start_transaction_under_autocommit(self) -> None:
        self._line_up()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._leave()  # when the commit failed, a rollback follows

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._leave()
            if self._place is not None:
                os.close(self._place)
                self._place = None

    def _line_up(self) -> None:
        if fcntl is None or self.is_in_memory_db():
            return
        if self._place is None:
            self._place = os.open(f"{self.settings_dict['NAME']}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._place, fcntl.LOCK_EX)
        self._is_first = True

    def _leave(self) -> None:
        if self._is_first and self._place is not None:
            self._is_first = False
            fcntl.flock(self._place, fcntl.LOCK_UN)

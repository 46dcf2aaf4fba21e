"""SQLite with a fair queue in front of its one write lock.

Left to itself, SQLite lets who finds the lock taken sleep for up to a tenth of a second and try again: the lock then often
lies idle while everybody sleeps, and the unlucky wait for seconds. Here writing transactions first line up at a file lock
beside the database, from which the system wakes the next one at once. A process that dies leaves the queue by dying.

`reading_first()` shortens what happens under the lock: transactions begun inside it take their place in the queue at their
first write only. What they read before, they read as it was then, so this is for writers that notice when it has changed
(the journal does, by the event count of a case) and are tried again without it when anything went wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base

try:
    from fcntl import LOCK_EX, LOCK_UN, flock
except ImportError:  # not a Unix: SQLite's own waiting has to do
    LOCK_EX = LOCK_UN = 0  # type: ignore[misc]

    def flock(fd: int, operation: int, /) -> None: ...  # type: ignore[misc]


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self._place: int | None = None
        self._is_first = False
        self._reads_first = False
        self._waiting: list[str] | None = None
        """Savepoints of a transaction that has not really begun; None: it has, or there is none."""

    @contextmanager
    def reading_first(self) -> Iterator[None]:
        """Let the transactions inside begin with their first write. See the module."""
        self._reads_first = True
        try:
            with self.execute_wrapper(self._before_statement):
                yield
        finally:
            self._reads_first = False

    def _before_statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if self._waiting is not None and not sql.startswith("SELECT"):
            savepoints, self._waiting = self._waiting, None
            self._begin()
            for savepoint in savepoints:
                super()._savepoint(savepoint)  # type: ignore[misc]
        return execute(sql, params, many, context)

    def _start_transaction_under_autocommit(self) -> None:
        if self._reads_first:
            self._waiting = []
        else:
            self._begin()

    def _savepoint(self, sid: str) -> None:
        if self._waiting is None:
            super()._savepoint(sid)  # type: ignore[misc]
        else:
            self._waiting.append(sid)

    def _savepoint_commit(self, sid: str) -> None:
        if self._waiting is None:
            super()._savepoint_commit(sid)  # type: ignore[misc]
        else:
            self._waiting.remove(sid)

    def _savepoint_rollback(self, sid: str) -> None:
        if self._waiting is None:
            super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _begin(self) -> None:
        self._line_up()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        self._waiting = None
        super()._commit()  # type: ignore[misc]
        self._leave()  # when the commit failed, a rollback follows

    def _rollback(self) -> None:
        self._waiting = None
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        self._waiting = None
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()
            if self._place is not None:
                os.close(self._place)
                self._place = None

    def _line_up(self) -> None:
        if self.is_in_memory_db():
            return
        if self._place is None:
            self._place = os.open(f"{self.settings_dict['NAME']}-queue", os.O_RDWR | os.O_CREAT, 0o600)
        flock(self._place, LOCK_EX)
        self._is_first = True

    def _leave(self) -> None:
        if self._is_first and self._place is not None:
            self._is_first = False
            flock(self._place, LOCK_UN)

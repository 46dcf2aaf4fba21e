"""SQLite with a fair queue in front of its one write lock.

Left to itself, SQLite lets who finds the lock taken sleep for up to a tenth of a second and try again: the lock then often
lies idle while everybody sleeps, and the unlucky wait for seconds. Here writing transactions first line up at a file lock
beside the database, from which the system wakes the next one at once. A process that dies leaves the queue by dying.

`reading_first()` shortens what happens under the lock: transactions begun inside it take their place in the queue at their
first write only. What they read before, they read as it was then, so this is for writers that notice when it has changed
(the journal does, by the event count of a case) and are tried again without it when anything went wrong.

The rest of this module is about doing the same with less: statements are known again by their text (Django's place-holders
are translated once, savepoints have the same few names in every transaction), so that SQLite need not compile them anew,
and stored moments become aware ones in one step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from sqlite3 import register_converter
from threading import get_ident
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper
from django.utils.dateparse import parse_datetime

try:
    from fcntl import LOCK_EX, LOCK_UN, flock
except ImportError:  # not a Unix: SQLite's own waiting has to do
    LOCK_EX = LOCK_UN = 0  # type: ignore[misc]

    def flock(fd: int, operation: int, /) -> None: ...  # type: ignore[misc]


def _moment(stored: bytes) -> datetime | None:
    """A stored moment, which is UTC without saying so, as an aware one."""
    text = stored.decode()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return parse_datetime(text)  # Django's own way, and its way of failing


register_converter("datetime", _moment)


@lru_cache(maxsize=4096)
def _translated(query: str) -> str:
    """A statement with SQLite's place-holders instead of Django's."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """Django's cursor for SQLite, which begins a transaction that was put off, and knows statements again."""

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.wrapper._waiting is not None and not query.startswith("SELECT"):
            self.wrapper.begin_now()
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self.wrapper._waiting is not None:
            self.wrapper.begin_now()
        return super().executemany(query, param_list)

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is not None:
            return str(super().convert_query(query, param_names=param_names))
        return _translated(query)


class Asked(CursorWrapper):
    """Django's wrapper, by a shorter way while nobody listens in (tests and `connection.execute_wrapper` do)."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        database = self.db
        if database.execute_wrappers:
            return super().execute(sql, params)
        if database.needs_rollback:
            database.validate_no_broken_transaction()
        with database.wrap_database_errors:
            return self.cursor.execute(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self._place: int | None = None
        self._is_first = False
        self._reads_first = False
        self._waiting: list[str] | None = None
        """Savepoints of a transaction that has not really begun; None: it has, or there is none."""
        self._savepoints: dict[str, str] = {}
        """Those that stand, outermost first, by Django's name: what SQLite knows them by, which says their depth only."""

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def make_cursor(self, cursor: Any) -> Asked:
        return Asked(cursor, self)

    def cursor(self) -> Any:
        """A cursor without the checks that only the first of a connection needs (there is no event loop here to block)."""
        if self.connection is None or self.queries_logged or self._thread_ident != get_ident():  # type: ignore[attr-defined]
            return super().cursor()
        return Asked(self.create_cursor(), self)

    @contextmanager
    def reading_first(self) -> Iterator[None]:
        """Let the transactions inside begin with their first write. See the module."""
        self._reads_first = True
        try:
            yield
        finally:
            self._reads_first = False

    def begin_now(self) -> None:
        """Really begin the transaction that was put off, with its savepoints."""
        savepoints, self._waiting = self._waiting or [], None
        self._begin()
        for savepoint in savepoints:
            self._savepoint(savepoint)

    def _start_transaction_under_autocommit(self) -> None:
        if self._reads_first:
            self._waiting = []
        else:
            self._begin()

    def _savepoint(self, sid: str) -> None:
        if self._waiting is None:
            name = self._savepoints[sid] = f"depth_{len(self._savepoints)}"
            super()._savepoint(name)  # type: ignore[misc]
        else:
            self._waiting.append(sid)

    def _savepoint_commit(self, sid: str) -> None:
        if self._waiting is None:
            super()._savepoint_commit(self._savepoints[sid])  # type: ignore[misc]
            del self._savepoints[sid]
        else:
            self._waiting.remove(sid)

    def _savepoint_rollback(self, sid: str) -> None:
        if self._waiting is None:
            super()._savepoint_rollback(self._savepoints[sid])  # type: ignore[misc]

    def _begin(self) -> None:
        self._savepoints.clear()
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

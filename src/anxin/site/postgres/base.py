"""PostgreSQL with statements that it keeps: parsed and planned once for each connection.

Django writes the values into the text of a statement, so that PostgreSQL reads and plans each one anew, which costs it more
than the answer. What `access.prepared` asks has the same text every time: its values go beside it, and the server keeps it
under a name. Everything else goes Django's way. A pooler between us and the server must keep a session together (PgBouncer:
`pool_mode = session`, or 1.21 and later with `max_prepared_statements`).
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor as ServerCursor
from psycopg.types.numeric import Int8Dumper

KEPT = 1_000
"""Statements a connection may keep; the house has some two hundred."""


class Prepared(CursorWrapper):
    """For statements whose text is always the same; values in a sequence."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        self.db.validate_no_broken_transaction()
        with self.db.wrap_database_errors:
            return self.cursor.execute(sql, params, prepare=True)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepare_threshold, connection.prepared_max = 2, KEPT
        # By its size, a number would be of one of three types, and the same statement be kept once for each.
        connection.adapters.register_dumper(int, Int8Dumper)
        return connection

    def prepared_cursor(self) -> Any:
        """A cursor for statements to keep; Django's own while somebody listens in (tests and `execute_wrapper` do)."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self.execute_wrappers or self.queries_logged:
            return self.cursor()
        return Prepared(ServerCursor(self.connection), self)

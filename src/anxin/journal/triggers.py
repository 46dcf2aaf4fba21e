"""Database triggers that refuse to change or delete an event, on SQLite and PostgreSQL.

They are reinstalled after every migrate (a table rebuild drops them) and checked when a server starts.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

TABLE = "journal_event"
WORDS = "journal events are append-only"

_SQLITE = {
    "journal_event_refuse_update": f"""
        CREATE TRIGGER IF NOT EXISTS journal_event_refuse_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    "journal_event_refuse_delete": f"""
        CREATE TRIGGER IF NOT EXISTS journal_event_refuse_delete BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
}
_POSTGRES_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION journal_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"""
_POSTGRES = {
    "journal_event_refuse_change": f"""
        CREATE OR REPLACE TRIGGER journal_event_refuse_change BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION journal_event_refuse()""",
    "journal_event_refuse_truncate": f"""
        CREATE OR REPLACE TRIGGER journal_event_refuse_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION journal_event_refuse()""",
}


def install(using: str = "default") -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
            for statement in _POSTGRES.values():
                cursor.execute(statement)
        else:
            for statement in _SQLITE.values():
                cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """The triggers that should be there and are not; a server does not start without them."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [TABLE])
            wanted = _POSTGRES
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            wanted = _SQLITE
        there = {row[0] for row in cursor.fetchall()}
    return sorted(wanted.keys() - there)


def remove(using: str = "default") -> None:
    """Take the triggers away. For tests alone, which must empty their tables; nothing in the product calls it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        names = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
        for name in names:
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name} ON {TABLE}"
                if connection.vendor == "postgresql"
                else f"DROP TRIGGER IF EXISTS {name}"
            )


def install_after_migrate(using: str = "default", **_: Any) -> None:
    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        install(using)

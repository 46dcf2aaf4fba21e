"""Database triggers that keep what was published, or is in a pre-test, as it is: on SQLite and PostgreSQL.

Reinstalled after every migrate, since a table rebuild drops them. Deleting is refused by `Version.delete` and, once a campaign
asked it, by the foreign key.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

TABLE = "questionnaires_version"
WORDS = "a published questionnaire never changes"
NAME = "questionnaires_version_refuse_change"
_CHANGED = """(
    (OLD.state IN ('published', 'retired') AND (
        NEW.body <> OLD.body OR NEW.number <> OLD.number OR NEW.questionnaire_id <> OLD.questionnaire_id
        OR NEW.public_id <> OLD.public_id OR NEW.state NOT IN ('published', 'retired')
        OR (OLD.state = 'retired' AND NEW.state <> 'retired')))
    OR (OLD.state = 'pretest' AND NEW.body <> OLD.body))"""
_SQLITE = f"""
    CREATE TRIGGER IF NOT EXISTS {NAME} BEFORE UPDATE ON {TABLE} WHEN {_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
_POSTGRES = (
    f"""
    CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$""",
    f"""
    CREATE OR REPLACE TRIGGER {NAME} BEFORE UPDATE ON {TABLE}
    FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION {NAME}()""",
)


def install_after_migrate(using: str = "default", **_: Any) -> None:
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _POSTGRES if connection.vendor == "postgresql" else (_SQLITE,):
            cursor.execute(statement)

"""Taking the index of a foreign key away from a table that stands, without copying the table.

Django indexes every foreign key. Where a unique constraint or another index of the table begins with the same column, or
where nobody ever asks by it, that index only costs: each row written writes it too. Left to itself, Django on SQLite
copies the whole table to drop it, and the triggers that keep events unchangeable would not be copied along.

    Unindexed("event", "case", models.ForeignKey(…, db_index=False))        # in a migration, as AlterField
"""

from __future__ import annotations

from typing import Any

from django.db.migrations import AlterField


class Unindexed(AlterField):
    """`AlterField` to the same foreign key with `db_index=False`: nothing else may change with it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        # On PostgreSQL a key of text has a second one, for LIKE.
        for suffix in ("", "_like"):
            name = schema_editor._create_index_name(model._meta.db_table, [column], suffix=suffix)
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(name)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[model._meta.get_field(self.name)]))

    def describe(self) -> str:
        return f"Take the index of {self.name} away from {self.model_name}"

"""Tables whose rows lie by run: hash-partitioned on PostgreSQL, clustered on SQLite.

Why and how: docs/decisions/0004-history-tables.md. What Django knows of the models (the state) stays as for any model.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

PARTITIONS = 16


class CreateHistoryTable(migrations.CreateModel):
    """CreateModel with the same columns and constraints, but another layout on disk."""

    big_column = ""  # kept apart uncompressed: it is compressed already
    is_clustered = True

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        sql, params = schema_editor.table_sql(model)
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(f'{sql} PARTITION BY HASH ("run_id")', params or None)
            self._partition(schema_editor, model._meta.db_table)
        elif vendor == "sqlite" and self.is_clustered:
            schema_editor.execute(f"{sql} WITHOUT ROWID", params or None)
        else:
            schema_editor.execute(sql, params or None)

    def _partition(self, schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
        """Partitions take the storage of their parent as it is when they are made."""
        if self.big_column:
            schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{self.big_column}" SET STORAGE EXTERNAL')
        for number in range(PARTITIONS):
            bounds = f"WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
            schema_editor.execute(f'CREATE TABLE "{table}_{number:02}" PARTITION OF "{table}" FOR VALUES {bounds}')


class CreateLogTable(CreateHistoryTable):
    """The append log: rows are long, so that SQLite keeps them in order of arrival beside an index."""

    big_column = "payload"
    is_clustered = False


def spare_room_in_pulse(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every request updates its run's pulse: with room on the page PostgreSQL does it in place."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE "runs_runpulse" SET (fillfactor = 50)')

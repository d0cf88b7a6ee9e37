import sqlite3
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from django.db import connections, transaction

from tilbud.open_data.backup.archive import BackupError, Writer, new_file
from tilbud.open_data.backup.tables import Schema, stored_fields

SNAPSHOT = "snapshot"
# Seconds.
PATIENCE = 20
PLAIN = (type(None), bool, int, float, str)


def make_backup(path, using="default"):
    """Write the database as it is at one moment to `path`; others go on writing. Return the tables' manifest."""
    with new_file(path) as file, snapshot(using, path.parent) as connection:
        schema = Schema(connection)
        writer = Writer(file)
        for label, model in schema.kept.items():
            writer.add_table(label, rows_of_table(schema, model))
        writer.finish(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            engine=connection.vendor,
            migrations=schema.migrations,
        )
    return writer.tables


def rows_of_table(schema, model):
    fields = stored_fields(model)
    for row in schema.rows_of(model).order_by("pk").iterator(chunk_size=1000):
        yield {field.attname: _plain(field, row) for field in fields}


def _plain(field, row):
    """Return a value that JSON has, and that the field reads back as the same on any database."""
    value = field.value_from_object(row)
    return value if isinstance(value, PLAIN) else field.value_to_string(row)


@contextmanager
def snapshot(using, folder):
    """A connection of its own that sees the database as it was at one moment, whatever is written meanwhile."""
    connection = connections[using].copy(SNAPSHOT)
    # In the backup's own folder: a copy holds all that a backup does, and the system's may be small or in memory.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".snapshot-") as temporary:
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = _copy_sqlite(connections[using], temporary)
        connections[SNAPSHOT] = connection
        try:
            with transaction.atomic(using=SNAPSHOT):
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield connection
        finally:
            connection.close()
            del connections[SNAPSHOT]


def _impatient():
    """Return what SQLite calls while it copies: it would wait for ever for a database somebody holds."""
    until = monotonic() + PATIENCE

    def give_up(status, remaining, total):
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and monotonic() > until:
            raise BackupError("Databasen er opptatt av noe annet. Prøv igjen om litt.")

    return give_up


def _copy_sqlite(connection, folder):
    path = Path(folder) / "copy.sqlite3"
    # A connection of its own: SQLite copies nothing from one that is in the midst of writing.
    source = sqlite3.connect(connection.get_connection_params()["database"], uri=True)
    with closing(source), closing(sqlite3.connect(path)) as copy:
        source.backup(copy, progress=_impatient())
    return path

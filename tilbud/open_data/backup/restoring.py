from itertools import islice

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from tilbud.models import DirectoryVersion
from tilbud.open_data.backup.archive import BackupError, new_name
from tilbud.open_data.backup.making import make_backup
from tilbud.open_data.backup.tables import Schema, stored_fields, unknown_migrations

BATCH = 500


def restore_backup(backup, using="default", replaced_to=None):
    """Fill the database from an open backup, in one transaction: all of it or nothing.

    A database with content is refused, unless `replaced_to` names a folder for a backup of what it holds.
    Return the path of that backup, or None. Raises BackupError.
    """
    connection = connections[using]
    try:
        # SQLite changes tables in a transaction only when this is off; all of it is checked before the end.
        with connection.constraint_checks_disabled(), transaction.atomic(using=using):
            replaced = _secure_content(connection, replaced_to)
            _replace_content(connection, backup)
    except (DatabaseError, ValidationError, KeyError, TypeError, ValueError) as error:
        raise BackupError(f"Databasen kan ikke ta imot kopien ({error}). Ingenting er endret.") from error
    # Everything is migrated; this makes the permissions of what the code has learnt since the backup.
    call_command("migrate", database=using, verbosity=0, interactive=False)
    return replaced


def _secure_content(connection, folder):
    schema = Schema(connection)
    if connection.vendor == "postgresql" and schema.tables:
        # Who writes now, waits; SQLite's transaction holds everybody off already.
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in schema.tables.values())
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
    if not schema.has_content:
        return None
    if folder is None:
        raise BackupError(
            "Databasen er ikke tom. Ingenting er endret. Vil du erstatte alt som ligger der, bruk --replace: "
            "da blir det først tatt en sikkerhetskopi av det."
        )
    path = folder / new_name()
    make_backup(path, connection.alias)
    return path


def _replace_content(connection, backup):
    _empty(connection)
    _migrate(connection, _last_of_each_app(connection, backup.migrations))
    # Migrations may have written rows of their own.
    schema = _empty(connection)
    unknown = set(backup.tables) - set(schema.kept)
    if unknown:
        raise BackupError(
            f"Koden har ingen plass til tabellene {', '.join(sorted(unknown))}. Ingenting er endret."
        )
    for label, told in backup.tables.items():
        model = schema.kept[label]
        _fill(schema, model, backup.rows(label))
        if schema.rows_of(model).count() != told["rows"]:
            raise BackupError(f"{label} fikk ikke alle radene sine. Ingenting er endret.")
    _count_on_from_highest(connection, schema)
    connection.check_constraints()
    _migrate(connection, MigrationExecutor(connection).loader.graph.leaf_nodes())
    # The version is the only thing every server process looks at to see that the directory is another.
    DirectoryVersion.objects.db_manager(connection.alias).bump()
    connection.check_constraints()


def _empty(connection):
    schema = Schema(connection)
    for model in schema.tables.values():
        schema.rows_of(model).all()._raw_delete(using=connection.alias)
    # PostgreSQL changes no table that has rows left to check.
    connection.check_constraints()
    return schema


def _last_of_each_app(connection, keys):
    loader = MigrationExecutor(connection).loader
    unknown = unknown_migrations(loader, keys)
    if unknown:
        raise BackupError(
            f"Sikkerhetskopien er nyere enn koden, som ikke kjenner {unknown}. Oppdater koden først. "
            "Ingenting er endret."
        )
    kept = {key for key in keys if key in loader.graph.nodes}
    followed = {
        parent.key for key in kept for parent in loader.graph.node_map[key].parents if parent.key[0] == key[0]
    }
    return sorted(kept - followed)


def _migrate(connection, wanted):
    """Take the tables back to `wanted`, and then forward: a plan may not do both."""
    for backwards in (True, False):
        executor = MigrationExecutor(connection)
        plan = [step for step in executor.migration_plan(wanted) if step[1] is backwards]
        if plan:
            executor.migrate(wanted, plan=plan)


def _fill(schema, model, rows):
    fields = {field.attname: field for field in stored_fields(model)}
    for field in fields.values():
        # Times are restored, not taken anew. The models of a migration are copies, so this concerns nobody else.
        field.auto_now = field.auto_now_add = False
    while batch := list(islice(rows, BATCH)):
        schema.rows_of(model).bulk_create(
            model(**{name: fields[name].to_python(value) for name, value in row.items()}) for row in batch
        )


def _count_on_from_highest(connection, schema):
    """PostgreSQL must not give the next new row the number of a restored one."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(schema.kept.values())):
            cursor.execute(statement)

"""Take the database DATABASE_URL names down every migration of ours, each one twice, and up; say what changed.

On the way down each migration meets the real data in the shape it was made for. Run by tests/test_migrations.py.
"""

import json
import sys
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

django.setup()

from tilbud.open_data.backup.making import rows_of_table  # noqa: E402
from tilbud.open_data.backup.tables import Schema  # noqa: E402
from tilbud.open_data.export import export_directory  # noqa: E402
from tilbud.open_data.shape import canonical  # noqa: E402

OURS = {config.label for config in apps.get_app_configs() if not Path(config.path).is_relative_to(sys.prefix)}
# Made anew with the table, with the time of that.
NEVER_THE_SAME = {"tilbud.directoryversion"}


def main():
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    ours = [migration for migration, _backwards in plan if migration.app_label in OURS]
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", stdout=sys.stderr)
    before = canonical(export_directory())

    told = {f"{migration.app_label}.{migration.name}": walk(migration) for migration in reversed(ours)}
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", stdout=sys.stderr)
    told["export"] = {"same": canonical(export_directory()) == before, "length": len(before)}
    json.dump(told, sys.stdout)


def walk(migration):
    """Go back, forward and back again; tell which tables did not come out as they were."""
    if all(app != migration.app_label for app, _name in migration.dependencies):
        # The first of its app: before it there is nothing of ours to lose. The way up at the end tries it.
        move(migration, backwards=True)
        return {"changed": [], "rows": 0}
    seen = [content()]
    for backwards in (True, False, True):
        move(migration, backwards)
        seen.append(content())
    high, low, high_again, low_again = seen
    # What the migration itself adds, it takes with it; everything else must be as it was.
    changed = [label for label in low if old_columns(high, low, label) != old_columns(high_again, low, label)]
    changed += [label for label in low if low[label] != low_again[label]]
    return {"changed": sorted(set(changed)), "rows": sum(map(len, low.values()))}


def old_columns(now, before, label):
    kept = before[label][0].keys() if before[label] else ()
    return [{name: value for name, value in row.items() if name in kept} for row in now.get(label, ())]


def move(migration, backwards):
    MigrationExecutor(connection).migrate(None, plan=[(migration, backwards)])


def content():
    schema = Schema(connection)
    return {
        label: list(rows_of_table(schema, model))
        for label, model in schema.kept.items()
        if label.split(".")[0] in OURS and label not in NEVER_THE_SAME
    }


if __name__ == "__main__":
    main()

"""The tables of a database as its own migrations describe them, which may be older than the code."""

from django.db.migrations.loader import MigrationLoader

from tilbud.open_data.backup.archive import BackupError

# Who is logged in, and from where somebody tried to: of no use later, and the second tells on people.
LEFT_OUT = {"sessions", "axes"}
# Rows that every database gets by itself when it is made.
MADE_BY_ITSELF = {"auth.group", "auth.group_permissions", "auth.permission", "contenttypes.contenttype"}
MADE_BY_ITSELF |= {"tilbud.directoryversion"}


class Schema:
    """The migrations a database has been through, and the models as they were at that point."""

    def __init__(self, connection):
        self.alias = connection.alias
        loader = MigrationLoader(connection)
        applied = sorted(loader.applied_migrations)
        unknown = unknown_migrations(loader, applied)
        if unknown:
            raise BackupError(f"Databasen er nyere enn koden, som ikke kjenner {unknown}. Oppdater koden først.")
        self.migrations = [key for key in applied if key in loader.graph.nodes]
        self.is_behind = any(key not in loader.applied_migrations for key in loader.graph.nodes)
        models = loader.project_state(self.migrations).apps.get_models(include_auto_created=True)
        tables = {model._meta.label_lower: model for model in models if _has_table(model)}
        self.tables = dict(sorted(tables.items()))
        self.kept = {label: model for label, model in self.tables.items() if label.split(".")[0] not in LEFT_OUT}

    def rows_of(self, model):
        return model._base_manager.using(self.alias)

    @property
    def has_content(self):
        return any(
            self.rows_of(model).exists() for label, model in self.kept.items() if label not in MADE_BY_ITSELF
        )


def unknown_migrations(loader, keys):
    """Return in words the migrations that the code's own apps do not have."""
    unknown = [key for key in keys if key[0] in loader.migrated_apps and key not in loader.disk_migrations]
    return ", ".join(f"{app}.{name}" for app, name in unknown)


def _has_table(model):
    return model._meta.managed and not model._meta.proxy


def stored_fields(model):
    """The columns that hold what somebody wrote; the database works out the others."""
    return [field for field in model._meta.concrete_fields if not field.generated]

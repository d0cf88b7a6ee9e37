from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from tilbud.open_data.backup import BackupError, backups_in, make_backup
from tilbud.open_data.backup.archive import new_name
from tilbud.open_data.backup.tables import Schema


class Command(BaseCommand):
    help = (
        "Skriver hele databasen til én fil mens katalogen går: hver tabell som JSON-linjer i en zip med SHA-256. "
        "Filen holder redaksjonens kontoer og må ligge like trygt som databasen."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path", nargs="?", type=Path, help="Fil (….zip) eller mappe. Uten: mappen BACKUP_DIR (var/backup)."
        )
        parser.add_argument("--keep", type=int, metavar="N", help="Behold bare de N nyeste kopiene i mappen.")
        parser.add_argument(
            "--before-migrate", action="store_true", help="Bare når databasen er i bruk og noe skal migreres."
        )
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, choices=list(connections))

    def handle(self, *, path, keep, before_migrate, database, **options):
        path = path or settings.BACKUP_DIR
        is_file = path.suffix == ".zip" and not path.is_dir()
        if keep is not None and (keep < 1 or is_file):
            raise CommandError("--keep trenger et tall fra 1 og oppover, og en mappe.")
        try:
            if before_migrate and not self._is_due(database):
                return
            if not is_file:
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = path if is_file else path / new_name()
            tables = make_backup(file, database)
            # Only when the new one is there.
            for old in backups_in(path)[:-keep] if keep else []:
                old.unlink()
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(f"Ingen sikkerhetskopi: {error}") from error
        rows = sum(table["rows"] for table in tables.values())
        self.stdout.write(f"{file}: {rows} rader i {len(tables)} tabeller.")

    def _is_due(self, database):
        schema = Schema(connections[database])
        return schema.is_behind and schema.has_content

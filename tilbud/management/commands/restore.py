from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from tilbud.open_data.backup import BackupError, open_backup, restore_backup


class Command(BaseCommand):
    help = (
        "Fyller databasen fra en sikkerhetskopi, tatt på SQLite eller PostgreSQL. Hele filen kontrolleres først, "
        "og alt skjer i én transaksjon: enten er alt på plass, eller så er ingenting endret."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="Filen som backup har skrevet.")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Erstatt det databasen holder. Det tas først en sikkerhetskopi av det, i BACKUP_DIR.",
        )
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, choices=list(connections))

    def handle(self, *, path, replace, database, **options):
        folder = settings.BACKUP_DIR if replace else None
        try:
            if folder:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open_backup(path) as backup:
                replaced = restore_backup(backup, database, folder)
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in backup.tables.values())
        self.stdout.write(
            f"Gjenopprettet {rows} rader i {len(backup.tables)} tabeller, slik de var {backup.created}."
        )
        if replaced:
            self.stdout.write(f"Det som lå der før, ligger i {replaced}.")
        self.stdout.write("Alle i redaksjonen må logge inn på nytt.")

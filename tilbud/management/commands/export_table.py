from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tilbud.desk.transfer.export import TYPES, TooLong, rows_of, write
from tilbud.desk.transfer.tables import NAMES


class Command(BaseCommand):
    help = "Skriver alle institusjoner eller tilbud, med alle opplysninger, til en CSV- eller Excel-fil."

    def add_arguments(self, parser):
        parser.add_argument("name", choices=list(NAMES), help="Hva som skal ut.")
        parser.add_argument("path", type=Path, help="Fil å skrive til: .csv eller .xlsx.")

    def handle(self, *, name, path, **options):
        form = path.suffix.lower().removeprefix(".")
        if form not in TYPES:
            raise CommandError("Filen må hete noe med .csv eller .xlsx.")
        try:
            path.write_bytes(write(rows_of(NAMES[name]), form, name))
        except TooLong as error:
            raise CommandError("En tekst er lengre enn en celle i Excel kan være. Skriv til .csv.") from error
        except OSError as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"Skrevet: {path}")

from pathlib import Path

from django.core.management.base import BaseCommand

from tilbud.open_data.export import export_directory
from tilbud.open_data.shape import canonical


class Command(BaseCommand):
    help = "Skriver hele katalogen som JSON: like data gir like byte, på SQLite og på PostgreSQL."

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", type=Path, help="Fil å skrive til. Uten: til skjermen.")

    def handle(self, *, path, **options):
        text = canonical(export_directory()) + "\n"
        if path:
            path.write_text(text, "utf-8")
        else:
            self.stdout.write(text, ending="")

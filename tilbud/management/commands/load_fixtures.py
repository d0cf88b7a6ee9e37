from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tilbud.open_data.fixtures import read_fixtures
from tilbud.open_data.load import LoadError, load_directory
from tilbud.open_data.shape import SHAPES


class Command(BaseCommand):
    help = "Leser datafilene inn i databasen. Det som er lest før, røres ikke. Alt eller ingenting."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *, folder, **options):
        try:
            report = load_directory(read_fixtures(folder))
        except (LoadError, OSError) as error:
            raise CommandError(str(error)) from error
        names = {key: shape.model._meta.verbose_name_plural for key, shape in SHAPES.items()}
        added = ", ".join(f"{count} {names[key]}" for key, count in report.added.items() if count)
        self.stdout.write(f"Nytt: {added or 'ingenting'}. Urørt fra før: {report.kept}.")
        for key in report.changed:
            self.stdout.write(f"Endret i datafilene siden den ble lest, men ikke i databasen: {key}")

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tilbud.open_data.load import LoadError, restore_directory


class Command(BaseCommand):
    help = "Fyller en tom database fra en fil som export_directory har skrevet."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)

    def handle(self, *, path, **options):
        try:
            document = json.loads(path.read_text("utf-8"))
            if not isinstance(document, dict):
                raise LoadError("Filen holder ikke en katalog.")
            report = restore_directory(document)
        except (LoadError, OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        except (AttributeError, KeyError, TypeError) as error:
            raise CommandError(
                f"{path}: filen har ikke katalogens form ({type(error).__name__} {error})."
            ) from error
        self.stdout.write(f"Lest inn: {sum(report.added.values())} oppføringer.")

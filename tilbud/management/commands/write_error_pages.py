from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string

# What a server in front of the directory answers without asking it.
PAGES = ["400.html", "413.html", "503.html"]


class Command(BaseCommand):
    help = "Skriver feilsidene som filer, for nginx når katalogen selv ikke kan svare."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "var" / "feil")

    def handle(self, *, folder, **options):
        folder.mkdir(parents=True, exist_ok=True)
        for name in PAGES:
            (folder / name).write_text(render_to_string(name), "utf-8")

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Stenger katalogen for alle endringer (on), åpner den igjen (off), eller sier hvordan det står til."
    # The switch must work when the database does not.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("state", nargs="?", choices=["on", "off"])

    def handle(self, *, state, **options):
        if state == "on":
            settings.READ_ONLY_FILE.parent.mkdir(parents=True, exist_ok=True)
            settings.READ_ONLY_FILE.touch()
        elif state == "off":
            settings.READ_ONLY_FILE.unlink(missing_ok=True)
        if settings.READ_ONLY:
            self.stdout.write("Stengt for endringer: READ_ONLY=1 i miljøet gjelder til tjeneren startes uten.")
        elif settings.READ_ONLY_FILE.exists():
            self.stdout.write("Stengt for endringer. De offentlige sidene virker som før. Åpne: read_only off")
        else:
            self.stdout.write("Åpen for endringer.")

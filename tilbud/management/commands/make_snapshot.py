from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError

from tilbud.finder.search.copy import write_copy
from tilbud.pages.ahead import addresses
from tilbud.web.snapshot import Snapshot


class Command(BaseCommand):
    help = "Lager kopien av de offentlige sidene på forhånd, så den er klar når tjeneren starter."

    def handle(self, **options):
        if not settings.SNAPSHOT:
            raise CommandError("SNAPSHOT=0: kopien er slått av.")
        snapshot = Snapshot(WSGIHandler(), addresses=addresses, on_new_state=write_copy, is_server=False)
        snapshot.watch.look()
        if not snapshot.watch.is_up:
            raise CommandError("Databasen svarer ikke. Kopien er som før.")
        if not snapshot.ahead.is_needed():
            self.stdout.write(f"Kopien er fersk: {snapshot.disk.count()} sider.")
            return
        number = snapshot.ahead.make()
        if number is None:
            raise CommandError("Kopien ble ikke ferdig: noen andre lager den nå, eller mappen kan ikke skrives.")
        if snapshot.disk.has_failed:
            raise CommandError(f"Noe kunne ikke skrives i {settings.SNAPSHOT_DIR}: fullt, eller uten tillatelse.")
        self.stdout.write(f"Laget {number} sider. Kopien har {snapshot.disk.count()} sider.")

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tilbud.desk.transfer.jobs import Refused, Trial, apply_job, spaced, taken_in
from tilbud.desk.transfer.limits import FILE_BYTES, too_large
from tilbud.models import ImportJob

ROWS_PER_LINE = 1000


class Command(BaseCommand):
    help = "Prøver en CSV- eller Excel-fil med institusjoner eller tilbud, og tar den inn hvis du sier --apply."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--author", required=True, help="Navnet som skal stå i historikken.")
        parser.add_argument("--apply", action="store_true", help="Ta inn filen hvis den er uten feil.")

    def handle(self, *, path, author, apply, **options):
        try:
            if path.stat().st_size > FILE_BYTES:
                raise CommandError(str(too_large()))
            trial = Trial(path.name, path.read_bytes(), author)
        except OSError as error:
            raise CommandError(f"{path}: {error}") from error
        total = trial.start()
        told = 0
        for done in trial.steps():
            if done - told >= ROWS_PER_LINE or done == total:
                told = done
                self.stdout.write(f"{spaced(done)} av {spaced(total)} rader lest")
        job = trial.keep()
        for line in job.report:
            self._tell(line)
        if job.state == ImportJob.States.REFUSED:
            raise CommandError("Filen har feil. Ingenting er endret.")
        if not apply:
            self.stdout.write("Ingenting er endret. Ta inn filen med --apply.")
            return
        try:
            taken = apply_job(job)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(taken_in(taken))

    def _tell(self, line):
        changes = "; ".join(f"{label}: {old} → {new}" for label, old, new in line["changes"])
        where = f"Rad {line['row']}, {line['entry']}: " if line["row"] else ""
        self.stdout.write(f"{where}{line['text']}{changes}")

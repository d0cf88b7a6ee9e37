"""A file that has been tried waits as an ImportJob; a yes carries all of it out, or nothing."""

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tilbud.desk.transfer.limits import FileProblem
from tilbud.desk.transfer.plan import Plan
from tilbud.desk.transfer.reading import read_file
from tilbud.entries import Broken, Stale, save_or_wait
from tilbud.entries.saving import name_of
from tilbud.models import Draft, ImportJob, Revision


class Refused(Exception):
    """The file cannot be carried out any more; the text says why and on which row. Nothing has been written."""


class Trial:
    """A file being tried: read on `start`, gone through by `steps`, kept by `keep`."""

    def __init__(self, file_name, content, author):
        self.file_name, self.content, self.author = file_name[-200:], content, author
        self.plan, self.fault = None, ""

    def start(self):
        """Read the whole file and return how many rows it has; none when it cannot be read."""
        try:
            self.plan = Plan(read_file(self.file_name, self.content))
        except FileProblem as problem:
            self.fault = str(problem)
            return 0
        return len(self.plan.sheet.lines)

    def steps(self):
        return self.plan.steps() if self.plan else iter(())

    def keep(self):
        """Store what was found as an ImportJob."""
        is_user = hasattr(self.author, "get_username")
        plan = self.plan
        report = plan.report if plan else [line_of(0, "error", self.fault)]
        is_refused = not plan or bool(plan.problems)
        return ImportJob.objects.create(
            kind=plan.kind if plan else "",
            file_name=self.file_name,
            plan=plan.entries if plan else [],
            report=[line_of(0, "summary", self._summary()), *report] if plan else report,
            state=ImportJob.States.REFUSED if is_refused else ImportJob.States.TRIED,
            author=self.author if is_user else None,
            author_name=name_of(self.author),
        )

    def _summary(self):
        rows, faults = len(self.plan.sheet.lines), len(self.plan.problems)
        read = ngettext("%s rad lest.", "%s rader lest.", rows) % spaced(rows)
        if faults:
            return f"{read} " + _("%s feil.") % spaced(faults)
        changed = sum(1 for entry in self.plan.entries if entry["pk"])
        new = len(self.plan.entries) - changed
        parts = [
            read,
            ngettext("%s oppføring endres,", "%s oppføringer endres,", changed) % spaced(changed),
            ngettext("%s er ny,", "%s er nye,", new) % spaced(new),
            _("%s er som før.") % spaced(self.plan.unchanged),
        ]
        return " ".join(parts)


def line_of(row, what, text):
    return {"row": row, "entry": "", "what": what, "text": text, "changes": []}


def spaced(number):
    """Return a number as Norwegians write it: «12 000»."""
    return f"{number:,}".replace(",", "\u00a0")


def taken_in(taken):
    """Return in a sentence what `apply_job` has done."""
    saved = ngettext("%s oppføring er lagret.", "%s oppføringer er lagret.", taken["saved"]) % spaced(
        taken["saved"]
    )
    if not taken["waits"]:
        return saved
    return f"{saved} " + _("%s venter som utkast på at en annen godkjenner.") % spaced(taken["waits"])


def apply_job(job, approver=None):
    """Carry out a file that has been tried. Returns how many entries were saved and how many wait as drafts.

    Raises Refused when it has been carried out before, or when an entry is no longer as the file knew it.
    """
    with transaction.atomic():
        waiting = ImportJob.objects.filter(pk=job.pk, state=ImportJob.States.TRIED)
        if not waiting.update(state=ImportJob.States.APPLIED, applied_at=timezone.now()):
            raise Refused(_("Filen er allerede tatt inn, eller den har feil."))
        waits = [_carry_out(job, entry, approver) for entry in job.plan]
        return {"saved": waits.count(False), "waits": waits.count(True)}


def _carry_out(job, entry, approver):
    """Save one entry, or make the draft that waits for a second person. Returns whether it waits."""
    kind, pk, document, base = job.kind, entry["pk"], entry["document"], entry["base"]
    author = job.author or job.author_name
    try:
        _change, draft = save_or_wait(
            kind,
            pk,
            document,
            base=base,
            origin=Draft.Origins.IMPORTED,
            how=Revision.Hows.IMPORTED,
            author=author,
            approver="" if approver is None or approver == author else approver,
            reason=job.file_name,
        )
        return draft is not None
    except Stale:
        why = _("Oppføringen er endret siden filen ble prøvd.")
    except Broken as broken:
        why = " ".join(broken.problems)
    except DatabaseError:
        why = _("Oppføringen kan ikke lagres slik den er nå.")
    raise Refused(
        _("Rad %(row)s, «%(slug)s»: %(why)s Ingenting er tatt inn. Hent filen ut på nytt.")
        % {"row": entry["row"], "slug": entry["slug"], "why": why}
    )

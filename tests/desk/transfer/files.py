"""Files as an editor has them, for the tests: fetched, changed in a cell or two, and sent in again."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import make_fact, make_institution, make_offer
from tilbud.desk.transfer.export import rows_of, write
from tilbud.desk.transfer.jobs import Trial
from tilbud.entries import KINDS
from tilbud.models import Contact


def make_entry(slug="en", **values):
    """An offer no child sees, with a phone number."""
    offer = make_offer(slug=slug, title="Samtaler", institution=make_institution(slug=f"hus-{slug}"), **values)
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    return offer


def exported(kind="offer", slugs=None):
    """The rows of an export, only of the entries named; the whole directory takes its time."""
    entries = KINDS[kind].model.objects.all()
    return list(rows_of(kind, entries.filter(slug__in=slugs) if slugs else entries))


def fetched(kind="offer", slugs=None):
    """The rows of an export as dictionaries, with marks as in the file."""
    header, *rows = exported(kind, slugs)
    return [dict(zip(header, row, strict=True)) for row in rows]


def as_csv(rows, delimiter=";", encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows):
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return write([columns, *[[row.get(column, "") for column in columns] for row in rows]], "xlsx", "ark")


def tried(rows, author="Kari", form="csv", name="liste"):
    """Try a file and return the job it became."""
    content = rows if isinstance(rows, bytes) else as_csv(rows) if form == "csv" else as_xlsx(rows)
    trial = Trial(f"{name}.{form}", content, author)
    trial.start()
    for _done in trial.steps():
        pass
    return trial.keep()


def said(job, what="error"):
    """What the report says of one sort, as (row, text)."""
    return [(line["row"], line["text"]) for line in job.report if line["what"] == what]


def changes(job):
    """What the report says is changed, as (row, label, old, new)."""
    return [(line["row"], *change) for line in job.report for change in line["changes"]]


def sent(client, rows, name="liste.csv"):
    """Send a file in as an editor does; return the page and the address it leads to."""
    content = rows if isinstance(rows, bytes) else as_csv(rows)
    response = client.post("/admin/filer/", {"file": SimpleUploadedFile(name, content)})
    return response

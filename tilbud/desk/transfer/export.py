"""Entries written as a file, all facts included, and the empty file to fill in."""

import csv
import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from tilbud.desk.transfer.cells import Slugs, neutral, to_text
from tilbud.desk.transfer.limits import CELL
from tilbud.desk.transfer.tables import ENTRY, KEY, PART, REMOVE, VERSION, table_of
from tilbud.desk.transfer.workbook import escaped
from tilbud.entries.kinds import KINDS
from tilbud.entries.reading import read_documents
from tilbud.models import Revision

AT_A_TIME = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooLong(Exception):
    """A text longer than a cell of Excel may be; it must go out as CSV."""


def rows_of(kind, entries=None):
    """Yield a header and then a row of texts for every entry and every fact, by slug.

    `entries` is a queryset; all entries without it.
    """
    table, slugs = table_of(kind), Slugs()
    yield table.header
    entries = KINDS[kind].model.objects.all() if entries is None else entries
    entries = list(entries.order_by("slug").values_list("pk", "slug"))
    for start in range(0, len(entries), AT_A_TIME):
        some = entries[start : start + AT_A_TIME]
        keys = [pk for pk, slug in some]
        documents = read_documents(kind, keys)
        revisions = Revision.objects.filter(kind=kind, object_id__in=keys).order_by("number")
        numbers = dict(revisions.values_list("object_id", "number"))
        for pk, slug in some:
            yield from _rows_of_entry(table, slug, numbers.get(pk, 0), documents[pk], slugs)


def _rows_of_entry(table, slug, number, document, slugs):
    for part in table.parts.values():
        rows = document["rows"][part.name] if part.name else [document["fields"]]
        for row in rows:
            cells = {ENTRY: slug, VERSION: str(number), PART: part.label, KEY: str(row.get("id", ""))}
            for column, field in part.fields.items():
                cells[column] = to_text(field, row[field.attname], slugs)
            yield [neutral(cells.get(column, "")) for column in table.header]


def write(rows, form, name=""):
    """Return rows as the bytes of a CSV or Excel file; both are what Excel in Norwegian opens as they are."""
    return _csv(rows) if form == "csv" else _workbook(rows, name)


def _csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _workbook(rows, name, *more_sheets):
    book, file = Workbook(write_only=True), io.BytesIO()
    try:
        for title, lines in ((name, rows), *more_sheets):
            sheet = book.create_sheet(title)
            sheet.freeze_panes = "A2"
            for number, line in enumerate(lines):
                sheet.append([_cell(sheet, text, is_heading=not number) for text in line])
    finally:
        # Also after a fault: openpyxl keeps half a workbook in files that only saving takes away.
        book.save(file)
    return file.getvalue()


def _cell(sheet, text, is_heading):
    """A cell that stays text whatever it looks like, so that Excel keeps zeros in front and no formula runs."""
    if not text:
        return None
    if len(text) > CELL:
        raise TooLong(text)
    cell = WriteOnlyCell(sheet)
    cell.value = escaped(text)
    cell.data_type, cell.number_format = "s", "@"
    if is_heading:
        cell.font = Font(bold=True)
    return cell


def template(kind, form):
    """Return the empty file to fill in; Excel's has what each column may hold, and the short names there are."""
    table = table_of(kind)
    if form == "csv":
        return _csv([table.header])
    sheets = ((_("Forklaring"), _explanation(table)), (_("Kortnavn"), _short_names(table)))
    return _workbook([table.header], table.name, *sheets)


def _explanation(table):
    yield [_("kolonne"), _("del"), _("må fylles ut"), _("hva som kan stå der")]
    own = next(iter(table.parts))
    yield [ENTRY, "", _("ja"), _("Kortnavnet. Et som ikke finnes fra før, blir en ny oppføring.")]
    yield [VERSION, "", _("ja, når oppføringen finnes"), _("Står i filer som er hentet herfra. Tom for en ny.")]
    yield [PART, "", _("ja"), ", ".join(table.parts)]
    yield [KEY, "", "", _("Nummeret til opplysningen. Tomt for en ny, og alltid for «%s».") % own]
    yield [REMOVE, "", "", _("«ja» sletter opplysningen. En linje som mangler i filen, blir ikke slettet.")]
    for part in table.parts.values():
        for column, field in part.fields.items():
            is_needed = not (field.blank or field.null or field.has_default())
            yield [column, part.label, _("ja") if is_needed else "", _allowed(field)]


def _allowed(field):
    """Return in words what a cell may hold."""
    if field.is_relation:
        return _("kortnavn på %s") % field.related_model._meta.verbose_name
    if field.choices:
        return ", ".join(str(label) for code, label in field.flatchoices)
    words = {
        "BooleanField": _("ja eller nei"),
        "DateField": _("dato, for eksempel 24.11.2026"),
        "PositiveSmallIntegerField": _("helt tall"),
        "BigIntegerField": _("helt tall"),
    }
    if field.max_length:
        return _("tekst, høyst %s tegn") % field.max_length
    return words.get(field.get_internal_type(), _("tekst"))


def _short_names(table):
    yield [_("hva"), _("kortnavn"), _("navn")]
    models = {f.related_model for part in table.parts.values() for f in part.fields.values() if f.is_relation}
    for model in sorted(models, key=lambda model: str(model._meta.verbose_name)):
        for row in model.objects.order_by("slug"):
            yield [str(model._meta.verbose_name), row.slug, neutral(str(row))]

"""What goes out comes in again exactly as it was."""

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.desk.transfer.files import as_csv, changes, exported, fetched, said, tried
from tests.factories import make_fact, make_offer, make_source
from tilbud.desk.transfer.cells import neutral, restored
from tilbud.desk.transfer.export import rows_of, write
from tilbud.desk.transfer.reading import read_file
from tilbud.desk.transfer.tables import FIXED, NAMES, table_of
from tilbud.desk.transfer.workbook import escaped, unescaped
from tilbud.entries import KINDS, read_document, save_document
from tilbud.entries.reading import read_documents
from tilbud.models import Contact, Remark, Revision

# What a spreadsheet, a text file or an XML parser is known to spoil.
DIFFICULT = [
    "+47 22 02 92 80",
    "007",
    "=1+1",
    "=cmd|' /C calc'!A1",
    "'=1+1",
    "''",
    "-5",
    "@navn",
    "\tinnrykk",
    "\rretur",
    "\nlinje",
    "blank på slutten  ",
    "  blank først",
    "to\r\nlinjer\nog\rtre",
    "æøå ÆØÅ «é» 😀",
    'med "anførsel"; og, tegn\t|',
    "_x000D_ _x0041_ _x005F_",
    "\x01\x1f",
    "#N/A",
    "#REF!",
    "TRUE",
    "1E5",
    "12.10",
    "2026-11-24",
    "&amp; <b>",
    "1/2",
    "\u00a0hardt mellomrom\u00a0",
    "tegn\ufeff",
]

# What a spreadsheet takes for the beginning of a formula. Written out here too: taken from the code, one lost
# there would be lost here.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", NAMES)
def test_whole_directory_comes_back_unchanged(directory, name, form):
    kind = NAMES[name]
    job = tried(write(rows_of(kind), form, name), form=form)
    assert (job.kind, job.state, job.plan) == (kind, "tried", [])
    total = KINDS[kind].model.objects.count()
    assert f"0 oppføringer endres, 0 er nye, {total} er som før" in job.report[0]["text"]
    assert len(job.report) == 1


@pytest.mark.parametrize("name", NAMES)
def test_file_has_every_fact_and_every_value(directory, name):
    kind = NAMES[name]
    documents = read_documents(kind, KINDS[kind].model.objects.values_list("pk", flat=True)).values()
    rows = fetched(kind)
    assert len(rows) == sum(1 + sum(map(len, document["rows"].values())) for document in documents)
    # A short name is left out where it is the entry's own, so nothing but the empty is missing.
    filled = sum(value not in ("", None) for d in documents for value in d["fields"].values())
    filled += sum(
        v not in ("", None) for d in documents for fs in d["rows"].values() for f in fs for v in f.values()
    )
    written = sum(bool(text) for row in rows for column, text in row.items() if column not in FIXED[:3])
    assert written == filled


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_difficult_texts_come_back_exactly(db, form):
    offer = make_offer(slug="vanskelig", summary="\r\n ".join(DIFFICULT))
    for text in DIFFICULT:
        make_fact(Remark, offer=offer, topic="other", text=text)
        make_fact(Contact, offer=offer, kind="postal", value="Gata 1", as_printed=text, is_doubtful=False)
    rows = exported(slugs=["vanskelig"])
    sheet = read_file(f"a.{form}", write(rows, form, "tilbud"))
    read = {(line.get("oppføring"), line.get("del"), line.get("nr")): line for line in sheet.lines}
    for remark in offer.remarks.all():
        assert read["vanskelig", "opplysning", str(remark.pk)].get("tekst") == remark.text
    job = tried(write(rows, form, "tilbud"), form=form)
    assert (said(job), job.plan) == ([], [])


def test_nothing_in_a_file_begins_as_a_formula(db):
    offer = make_offer(slug="farlig")
    for text in DIFFICULT:
        make_fact(Remark, offer=offer, topic="other", text=text)
    rows = exported(slugs=["farlig"])
    text = write(rows, "csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
        assert not any(cell.startswith(FORMULA) for cell in row)
    for row in load_workbook(io.BytesIO(write(rows, "xlsx", "tilbud"))).worksheets[0].iter_rows():
        assert {cell.data_type for cell in row if cell.value is not None} <= {"s"}


@pytest.mark.parametrize("text", [*DIFFICULT, "", "'", "'a", "'''=", "vanlig"])
def test_mark_and_escape_are_undone(text):
    assert restored(neutral(text)) == text
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("kind", NAMES.values())
def test_each_list_names_its_columns_differently(kind):
    table = table_of(kind)
    shapes = [KINDS[kind].shape, *KINDS[kind].rows.values()]
    assert len(table.parts) == len(shapes)
    for part in table.parts.values():
        assert len(part.fields) == len(part.shape.fields)
        assert not set(part.fields) & set(FIXED)
        for field in part.fields.values():
            # An empty cell can mean only one thing, and a word in a list only one value.
            assert not (field.null and field.get_internal_type() in ("CharField", "TextField"))
            words = [str(word).casefold() for pair in field.flatchoices or () for word in {pair[0], str(pair[1])}]
            assert len(words) == len(set(words))


def test_excel_rewriting_the_file_changes_nothing(directory):
    """openpyxl reads and writes a workbook much as Excel does: other parts, shared texts, own styles."""
    content = write(rows_of("institution"), "xlsx", "institusjoner")
    again = io.BytesIO()
    load_workbook(io.BytesIO(content)).save(again)
    job = tried(again.getvalue(), form="xlsx")
    assert (said(job), job.plan) == ([], [])


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "utf-8"), (",", "utf-8"), ("\t", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")],
)
def test_every_usual_way_to_write_csv_is_read(db, delimiter, encoding):
    offer = make_offer(slug="maten", title="Blåbærsyltetøy", source=make_source(slug="kilden"))
    rows = [row | {"tittel": "Rødgrøt, æble; fløte"} for row in fetched(slugs={offer.slug})]
    job = tried(as_csv(rows, delimiter, encoding))
    assert changes(job) == [(2, "tittel", "Blåbærsyltetøy", "Rødgrøt, æble; fløte")]


def test_numbers_and_dates_typed_in_excel_are_understood(db):
    offer = make_offer(slug="tall", check_method="called", checked_on="2026-01-02")
    book = load_workbook(io.BytesIO(write(exported(slugs=["tall"]), "xlsx", "tilbud")))
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == "tall")
    for column, value in {"flest deltakere": 12, "sist kontrollert": 46350, "akutt hjelp": False}.items():
        sheet.cell(row, columns[column]).value = value
    file = io.BytesIO()
    book.save(file)
    job = tried(file.getvalue(), form="xlsx")
    assert sorted(change[1:] for change in changes(job)) == [
        ("flest deltakere", "–", "12"),
        ("sist kontrollert", "2. januar 2026", "24. november 2026"),
    ]
    assert read_document("offer", offer.pk)["fields"]["capacity_max"] is None


def test_version_in_the_file_is_the_one_of_the_entry(db):
    offer = make_offer(slug="versjon")
    document = read_document("offer", offer.pk)
    document["fields"]["title"] = "Ny"
    save_document("offer", offer.pk, document, base=0, how=Revision.Hows.DESK, author="Kari")
    assert {row["versjon"] for row in fetched(slugs={"versjon"})} == {"1"}

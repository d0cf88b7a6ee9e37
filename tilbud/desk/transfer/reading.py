"""A file as lines of named cells, whatever wrote it: Excel, a text editor, a spreadsheet of another country."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath

from django.utils.translation import gettext as _

from tilbud.desk.transfer import limits
from tilbud.desk.transfer.cells import restored
from tilbud.desk.transfer.limits import Cells, FileProblem
from tilbud.desk.transfer.tables import ENTRY, KEY, NAMES, PART, table_of
from tilbud.desk.transfer.workbook import read_workbook

ZIP, OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCODINGS = ("utf-8-sig", "cp1252")
DELIMITERS = ";,\t"
COLUMNS_TO_READ = (ENTRY, PART, KEY)


@dataclass(frozen=True)
class Line:
    """A row of the file: its number there, and what stands in it by column."""

    number: int
    cells: dict

    def get(self, column):
        return self.cells.get(column, "")

    def word(self, column):
        """What stands in a column where capitals and blanks mean nothing."""
        return self.get(column).strip().casefold()


@dataclass
class Sheet:
    """What a file holds: the kind of entries, its columns, its lines, and what is wrong with the table as such."""

    kind: str
    columns: set
    lines: list
    problems: list = field(default_factory=list)


def read_file(name, content):
    """Return the Sheet of a file. Raises FileProblem when it is no table we can read."""
    if len(content) > limits.FILE_BYTES:
        raise limits.too_large()
    ending = PurePath(name).suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise FileProblem(_("Filen må være en CSV-fil (.csv) eller en Excel-fil uten makroer (.xlsx)."))
    if content.startswith(OLD_OR_LOCKED):
        raise FileProblem(_("Filen er låst med passord, eller den er en gammel Excel-fil. Lagre den som .xlsx."))
    if not content.strip():
        raise FileProblem(_("Filen er tom."))
    is_workbook = content.startswith(ZIP)
    if is_workbook != (ending == ".xlsx"):
        raise FileProblem(
            _("Innholdet i filen er noe annet enn navnet sier. Lagre den på nytt som .xlsx eller .csv.")
        )
    return _sheet((read_workbook(content) if is_workbook else _read_csv(content)).rows)


def _read_csv(content):
    encoding = _encoding(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    first = text.readline(limits.ROW)
    counts = {mark: len(next(csv.reader([first], delimiter=mark), [])) for mark in DELIMITERS}
    text.seek(0)
    cells, source, number = Cells(), _Physical(text), 1
    try:
        for number, row in enumerate(csv.reader(source, delimiter=max(counts, key=counts.get)), 1):
            source.letters = 0
            for column, value in enumerate(row):
                if value:
                    cells.add(number, column, value)
            if number > limits.ROWS * 2:
                raise limits.too_large()
    except csv.Error as error:
        raise FileProblem(_("Filen kan ikke leses fra rad %s. Mangler det et anførselstegn?") % number) from error
    return cells


class _Physical:
    """The lines of a text file; a quoted text may go over many of them, but not without end."""

    def __init__(self, text):
        self.text, self.letters = text, 0

    def __iter__(self):
        return self

    def __next__(self):
        line = self.text.readline(limits.ROW + 1)
        self.letters += len(line)
        if self.letters > limits.ROW:
            raise FileProblem(_("Filen har en rad på over %s tegn. Mangler det et anførselstegn?") % limits.ROW)
        if not line:
            raise StopIteration
        return line


def _encoding(content):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ("utf-16",)
    elif b"\0" in content:
        candidates = ()
    else:
        candidates = ENCODINGS
    for encoding in candidates:
        try:
            if "\0" not in content.decode(encoding):
                return encoding
        except UnicodeDecodeError:
            continue
    raise FileProblem(_("Vi kjenner ikke igjen bokstavene i filen. Lagre den som «CSV UTF-8» eller som .xlsx."))


def _sheet(rows):
    if not rows:
        raise FileProblem(_("Filen er tom."))
    first = min(rows)
    header = {column: restored(text).strip().casefold() for column, text in rows.pop(first).items()}
    missing = [column for column in COLUMNS_TO_READ if column not in header.values()]
    if missing:
        raise FileProblem(
            _("Rad %(row)s mangler kolonnen «%(column)s». Bruk malen, eller en fil som er hentet herfra.")
            % {"row": first, "column": missing[0]}
        )
    lines = []
    for number, cells in rows.items():
        if any(text.strip() for text in cells.values()):
            lines.append(Line(number, {header.get(column, ""): restored(text) for column, text in cells.items()}))
    kind = _kind(set(header.values()), lines)
    return Sheet(kind, set(header.values()), lines, _problems(table_of(kind), header, lines, first))


def _kind(columns, lines):
    """Return the kind of entries the table fits best; both fit a table of nothing but contacts."""
    parts = {line.word(PART) for line in lines}
    wrong = {
        kind: len(columns - set(table_of(kind).header)) + len(parts - set(table_of(kind).parts))
        for kind in NAMES.values()
    }
    if len(set(wrong.values())) == 1:
        raise FileProblem(
            _(
                "Filen kan være både institusjoner og tilbud. "
                "Ta med kolonnen «navn» eller «tittel», så vi ser hvilke."
            )
        )
    return min(wrong, key=wrong.get)


def _problems(table, header, lines, first):
    """Return what is wrong with the columns, as (row, sentence)."""
    problems = []
    for name, times in Counter(header.values()).items():
        if times > 1:
            problems.append((first, _("Kolonnen «%s» står flere ganger.") % name))
        elif name and name not in table.header:
            problems.append((first, _("Kolonnen «%s» er ukjent.") % name[:60]))
    problems += [
        (line.number, _("Raden har en celle i en kolonne uten overskrift."))
        for line in lines
        if line.cells.get("", "").strip()
    ]
    return problems

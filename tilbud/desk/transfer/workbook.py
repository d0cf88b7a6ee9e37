"""The first sheet of an Excel workbook, read as a stream.

openpyxl builds trees of what it reads, so a small file can fill the memory; here nothing is kept but the cells,
and every part is unpacked and parsed bit by bit with a limit on everything. Formulas are refused, not worked out.
"""

import io
import posixpath
import re
import zipfile
import zlib
from xml.parsers import expat

from django.utils.translation import gettext as _

from tilbud.desk.transfer import limits
from tilbud.desk.transfer.limits import Cells, FileProblem

# How XML that cannot hold a character writes it: carriage returns and other control characters.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
HAS_NO_PLACE = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]")
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
CENTRAL_ENTRY = b"PK\x01\x02"
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    UnicodeDecodeError,
    ValueError,
)


def escaped(text):
    """Return a text as a cell can hold it; what looks like such an escape is escaped itself."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return HAS_NO_PLACE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text):
    def character(match):
        letter = chr(int(match[1], 16))
        return letter if letter == "_" or HAS_NO_PLACE.match(letter) else match[0]

    return ESCAPED.sub(character, text) if "_x" in text else text


def read_workbook(content):
    """Return the cells of the first sheet as Cells. Raises FileProblem."""
    try:
        return _Workbook(content).read()
    except UNREADABLE as error:
        raise FileProblem(_("Filen kan ikke leses som en Excel-fil. Lagre den på nytt som .xlsx.")) from error


class _Workbook:
    def __init__(self, content):
        # Before anything is opened: a list of a hundred thousand parts is itself a bomb.
        if content.count(CENTRAL_ENTRY) > limits.PARTS:
            raise FileProblem(_("Filen har for mange deler til å være en vanlig Excel-fil."))
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        names = set(self.zip.namelist())
        if any(posixpath.basename(name).lower() == "vbaproject.bin" for name in names):
            raise FileProblem(_("Filen har makroer. Lagre den som .xlsx uten makroer."))
        self.left = limits.UNPACKED_BYTES
        self.elements = 0
        self.names = names

    def read(self):
        book = self._target("_rels/.rels", "", "/officeDocument")
        if book is None:
            raise FileProblem(_("Filen er ikke en Excel-fil (.xlsx)."))
        sheets = []
        self._parse(book, start=lambda name, values: self._note_sheet(name, values, sheets))
        folder, name = posixpath.split(book)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        strings = self._target(links, folder, "/sharedStrings")
        sheet = self._target(links, folder, "/worksheet", sheets[0])
        texts = _Texts()
        if strings:
            self._parse(strings, texts.start, texts.end, texts.text)
        cells = _SheetCells(texts.all)
        self._parse(sheet, cells.start, cells.end, cells.text)
        return cells.found

    def _note_sheet(self, name, values, sheets):
        if name == "sheet":
            sheets.append(next(value for key, value in values.items() if key.endswith(":id")))
        if name == "workbookPr" and values.get("date1904") in ("1", "true"):
            raise FileProblem(_("Filen regner datoer fra 1904. Slå det av i Excel og lagre på nytt."))

    def _target(self, links, folder, kind, key=None):
        """Return the name of the part a file of links points to, or None when there is none."""
        found = []

        def start(name, values):
            if name == "Relationship" and values["Type"].endswith(kind) and key in (None, values["Id"]):
                found.append(values["Target"])

        self._parse(links, start)
        if not found:
            return None
        return posixpath.normpath(posixpath.join("/", folder, found[0])).lstrip("/")

    def _parse(self, name, start, end=None, text=None):
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        depth = 0

        def opened(tag, values):
            nonlocal depth
            depth += 1
            self.elements += 1
            if depth > limits.DEPTH or self.elements > limits.ELEMENTS:
                raise limits.too_large()
            start(tag.rpartition(":")[2], values)

        def closed(tag):
            nonlocal depth
            depth -= 1
            if end:
                end(tag.rpartition(":")[2])

        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        if text:
            parser.CharacterDataHandler = text
        fed = 0
        for piece in self._unpacked(name):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > limits.UNFINISHED_TAG:
                raise limits.too_large()
        parser.Parse(b"", True)

    def _refuse_doctype(self, *declaration):
        raise FileProblem(_("Filen har en DOCTYPE. Det har ingen vanlig Excel-fil, så den leses ikke."))

    def _unpacked(self, name):
        """Yield a part bit by bit, counting what really comes out: a header can lie about it."""
        info = self.zip.getinfo(name)
        if info.flag_bits & 1:
            raise FileProblem(_("Filen er låst med passord. Lagre den uten passord."))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileProblem(_("Filen er pakket på en måte vi ikke leser. Lagre den på nytt som .xlsx."))
        with self.zip.open(info) as part:
            while piece := part.read(65_536):
                self.left -= len(piece)
                if self.left < 0:
                    raise limits.too_large()
                yield piece


class _Text:
    """Gathers the text of one cell, in pieces, without the reading aids Japanese has."""

    def __init__(self):
        self.pieces, self.length, self.is_open, self.in_aid = [], 0, False, False

    def text(self, piece):
        if self.is_open and not self.in_aid:
            self.length += len(piece)
            if self.length > limits.CELL * 8:
                raise limits.too_long_cell(_("En celle"))
            self.pieces.append(piece)

    def taken(self):
        text = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return text


class _Texts(_Text):
    """The list of texts that cells point to."""

    def __init__(self):
        super().__init__()
        self.all = []

    def start(self, name, values):
        self.is_open = name == "t"
        self.in_aid = self.in_aid or name == "rPh"

    def end(self, name):
        self.is_open = False
        if name == "rPh":
            self.in_aid = False
        elif name == "si":
            self.all.append(unescaped(self.taken()))


class _SheetCells(_Text):
    """The cells of a sheet that hold something."""

    def __init__(self, texts):
        super().__init__()
        self.texts, self.found = texts, Cells()
        self.row = self.column = 0
        self.kind = ""

    def start(self, name, values):
        self.is_open = name in ("v", "t")
        if name == "row":
            self.row = int(values.get("r", self.row + 1))
            self.column = -1
        elif name == "c":
            self.kind = values.get("t", "n")
            self.column = self._column(values["r"]) if "r" in values else self.column + 1
        elif name == "rPh":
            self.in_aid = True
        elif name == "f":
            raise FileProblem(
                _("Rad %s har en celle med en formel. Sett inn verdien i stedet for formelen.") % self.row
            )

    def end(self, name):
        self.is_open = False
        if name == "rPh":
            self.in_aid = False
        elif name == "c" and (text := self._value(self.taken())):
            self.found.add(self.row, self.column, text)

    def _column(self, reference):
        match = REFERENCE.fullmatch(reference)
        if not match or int(match[2]) != self.row:
            raise ValueError(reference)
        number = 0
        for letter in match[1]:
            number = number * 26 + ord(letter) - ord("A") + 1
        return number - 1

    def _value(self, text):
        if not text:
            return ""
        if self.kind == "s":
            return self.texts[int(text)]
        if self.kind == "b":
            return "ja" if text == "1" else "nei"
        if self.kind == "e":
            raise FileProblem(
                _("Rad %(row)s har en celle med feilen %(fault)s.") % {"row": self.row, "fault": text}
            )
        return unescaped(text) if self.kind == "inlineStr" else text

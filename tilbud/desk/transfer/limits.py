"""How much of a file is read. A file made to choke the reader is refused before it can."""

from django.utils.translation import gettext as _

FILE_BYTES = 10_000_000
# The parts of a workbook we read, unpacked; and how many XML elements they may have.
UNPACKED_BYTES = 50_000_000
ELEMENTS = 1_500_000
DEPTH = 40
# Bytes of XML that are not yet a whole tag: no workbook has a tag this long.
UNFINISHED_TAG = 500_000
PARTS = 500
ROWS = 20_000
COLUMNS = 200
CELL = 32_767
ROW = 400_000
# All cells together, however often one text is pointed to.
TEXT = 20_000_000


class FileProblem(Exception):
    """The file cannot be read; the text says why, in a sentence for whoever sent it."""


def too_large():
    return FileProblem(
        _("Filen er for stor. Den kan ha høyst %(mb)s MB og %(rows)s rader. Del den i flere filer.")
        % {"mb": FILE_BYTES // 1_000_000, "rows": f"{ROWS:,}".replace(",", "\u00a0")}
    )


def too_long_cell(where):
    return FileProblem(
        _("%(where)s har over %(most)s tegn. Så lang kan en celle ikke være.") % {"where": where, "most": CELL}
    )


class Cells:
    """The rows that have been read so far, as `{number: {column: text}}`, and a stop when they are too many."""

    def __init__(self):
        self.rows = {}
        self.letters = 0

    def add(self, row, column, text):
        """Keep the text of a cell; rows are counted from 1, columns from 0."""
        if row > ROWS + 1:
            raise too_large()
        if column >= COLUMNS:
            raise FileProblem(_("Rad %(row)s har over %(most)s kolonner.") % {"row": row, "most": COLUMNS})
        self.letters += len(text)
        if len(text) > CELL:
            raise too_long_cell(_("En celle i rad %s") % row)
        if self.letters > TEXT:
            raise too_large()
        self.rows.setdefault(row, {})[column] = text

"""What a file would change: the entries to save, and a report row by row."""

from collections import defaultdict

from django.db.models import Max
from django.utils.translation import gettext as _

from tilbud.desk.transfer.cells import Slugs, shortened
from tilbud.desk.transfer.checking import Checker, trial_problems
from tilbud.desk.transfer.filling import Filler
from tilbud.desk.transfer.tables import ENTRY, table_of
from tilbud.entries import changes_between
from tilbud.entries.reading import read_documents
from tilbud.models import Revision

AT_A_TIME = 200


class Plan:
    """Made by going through `steps`; afterwards `entries` can be carried out if there are no `problems`.

    Both lists are plain values that can wait in the database until somebody says yes.
    """

    def __init__(self, sheet):
        self.sheet, self.kind, self.table = sheet, sheet.kind, table_of(sheet.kind)
        self.slugs = Slugs()
        self.entries, self.report = [], []
        self.unchanged = 0

    @property
    def problems(self):
        return [line for line in self.report if line["what"] == "error"]

    def steps(self):
        """Read the entries of the file one by one, yielding how many rows have been read so far."""
        for row, text in self.sheet.problems:
            self._say(row, "", "error", text)
        groups = self._groups()
        slugs, done = list(groups), 0
        for start in range(0, len(slugs), AT_A_TIME):
            some = slugs[start : start + AT_A_TIME]
            model = self.table.parts[next(iter(self.table.parts))].shape.model
            keys = dict(model.objects.filter(slug__in=some).values_list("slug", "pk"))
            documents = read_documents(self.kind, list(keys.values()))
            numbers = self._numbers(list(keys.values()))
            for slug in some:
                pk = keys.get(slug)
                self._read(slug, pk, documents.get(pk), numbers.get(pk, 0), groups[slug])
                done += len(groups[slug])
                yield done
        self.report.sort(key=lambda line: line["row"])
        if self.problems:
            self.entries = []

    def _groups(self):
        """Return the lines by the entry they belong to."""
        groups = defaultdict(list)
        for line in self.sheet.lines:
            slug = line.get(ENTRY).strip()
            if slug:
                groups[slug].append(line)
            else:
                self._say(line.number, "", "error", _("Kolonne «%s» er tom.") % ENTRY)
        return groups

    def _numbers(self, keys):
        revisions = Revision.objects.filter(kind=self.kind, object_id__in=keys).order_by()
        return dict(revisions.values_list("object_id").annotate(Max("number")))

    def _read(self, slug, pk, base, number, lines):
        filled = Filler(self.table, self.sheet.columns, base, number, self.slugs).fill(lines)
        if filled.problems:
            return self._refuse(slug, filled.problems)
        if filled.document == base:
            self.unchanged += 1
            return None
        checker = Checker(self.table, pk, base, filled)
        checker.check()
        if checker.problems:
            return self._refuse(slug, checker.problems)
        if filled.document == base:
            self.unchanged += 1
            return None
        problems, waits = trial_problems(self.kind, pk, filled.document, number)
        if problems:
            return self._refuse(slug, [(self._first_changed(base, filled), text) for text in problems])
        self._accept(slug, pk, base, number, filled, waits)
        for row, text in checker.warnings:
            self._say(row, slug, "warning", text)

    def _refuse(self, slug, problems):
        for row, text in problems:
            self._say(row, slug, "error", text)

    def _first_changed(self, base, filled):
        rows = {change.path[:2] for change in changes_between(self.kind, base, filled.document)}
        return min((filled.rows[path] for path in rows if path in filled.rows), default=min(filled.rows.values()))

    def _accept(self, slug, pk, base, number, filled, waits):
        """Keep the entry, and say of each of its lines in the file what it changes."""
        by_row = defaultdict(list)
        for change in changes_between(self.kind, base, filled.document):
            by_row[filled.rows.get(change.path[:2], min(filled.rows.values()))].append(change)
        gone = {filled.rows[path] for path in filled.rows if path[0] and not _holds(filled.document, path)}
        new = {row for (name, key), row in filled.rows.items() if key < 0 or not (base or name)}
        for row, changes in by_row.items():
            what = "removed" if row in gone else "new" if row in new else "changed"
            self._say(row, slug, what, "", changes)
        first = min(by_row)
        if waits:
            self._say(
                first,
                slug,
                "waits",
                _("Barn ser denne oppføringen. Den blir et utkast, og en annen må godkjenne det."),
            )
        self.entries.append(
            {"slug": slug, "pk": pk, "base": number, "row": first, "document": filled.document, "waits": waits}
        )

    def _say(self, row, slug, what, text, changes=()):
        shown = [[c.label, shortened(c.old_text), shortened(c.new_text)] for c in changes if c.path[2]]
        self.report.append({"row": row, "entry": shortened(slug), "what": what, "text": text, "changes": shown})


def _holds(document, path):
    return any(row["id"] == path[1] for row in document["rows"][path[0]])

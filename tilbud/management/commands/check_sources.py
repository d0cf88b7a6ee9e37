import re
from collections import Counter, defaultdict, namedtuple
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regions.models import HealthRegion
from tilbud.models import Contradiction, Institution, InstitutionName, Source, SurveyCell, SurveyTotal
from tilbud.open_data.source_check import (
    AMONG_FACTS,
    HEADING,
    HEADING_LINES,
    OWN_COUNT,
    OWN_WORDS,
    SURVEY_SOURCE,
    Text,
    cited_lines,
    cited_shapes,
    literal,
    literals,
)

SHOWN_MISSING = "{0.model} | {0.owner} | {0.field} | {0.value} | {0.locator} | {0.problem}"

Cited = namedtuple("Cited", "fact fields source locator")
Missing = namedtuple("Missing", "model owner field value locator problem")


class Command(BaseCommand):
    help = (
        "Slår opp hver opplysning i kildeteksten den viser til, og melder alt som ikke står der. "
        "Mappen holder tekstene; filnavnet uten .txt er kildens kortnavn."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, **options):
        known = set(Source.objects.values_list("slug", flat=True))
        try:
            paths = [path for path in sorted(folder.glob("*.txt")) if path.stem in known]
            texts = {path.stem: Text(path.read_text("utf-8")) for path in paths}
        except (OSError, ValueError) as error:
            raise CommandError(f"{folder}: {error}") from error
        if not texts:
            raise CommandError(f"{folder} har ingen tekst med navnet til en kilde i databasen.")
        check = SourceCheck(texts)
        check.run()
        if not check.checked:
            raise CommandError("Ingen opplysninger viser til disse tekstene.")
        self._report(check)
        if check.missing:
            raise CommandError(f"{len(check.missing)} opplysninger står ikke der de viser til.")

    def _report(self, check):
        for missing in check.missing:
            self.stdout.write(SHOWN_MISSING.format(missing).removesuffix(" | "))
        for row in check.odd_rows:
            self.stdout.write(f"Merk: mellomrommene viser ikke kolonnene: {row}")
        self.stdout.write(f"{'':36}kontrollert / ikke funnet")
        not_found = Counter((missing.model, missing.field) for missing in check.missing)
        for model, field in sorted(check.checked):
            counts = f"{check.checked[model, field]:11} / {not_found[model, field]}"
            self.stdout.write(f"{f'{model}.{field}':36}{counts}")
        self.stdout.write(f"Uten linje i kilden, ikke kontrollert: {check.without_lines}")
        self.stdout.write(f"Tekster med vår egen telling, tallene ikke slått opp: {check.own_counts}")


class SourceCheck:
    """One check of the whole database against `texts`, each by the slug of its source."""

    def __init__(self, texts):
        self.texts = texts
        self.missing, self.odd_rows = [], []
        self.checked = Counter()
        self.without_lines = self.own_counts = 0
        self.among_facts = defaultdict(set)
        self.names = _names()

    def run(self):
        cited = [entry for shape in cited_shapes() for entry in self._cited(shape)]
        for entry in cited:
            for owner in _owners(entry.fact):
                self.among_facts[owner].add((entry.source, entry.locator))
        for entry in cited:
            self._check(entry)
        if SURVEY_SOURCE in self.texts:
            self._check_cells(self.texts[SURVEY_SOURCE])
            self._check_totals(self.texts[SURVEY_SOURCE])

    def _cited(self, shape):
        """Return the facts of a model that cite lines; a contradiction is two facts, one for each side."""
        found = []
        foreign_keys = [field.name for field in shape.model._meta.concrete_fields if field.is_relation]
        for fact in shape.model.objects.select_related(*foreign_keys).order_by("pk"):
            for side in ("first", "second") if shape.model is Contradiction else ("",):
                source = getattr(fact, f"{side}_source".strip("_"))
                locator = getattr(fact, f"{side}_locator".strip("_"))
                fields = [field for field in shape.fields if not side or field.name == side]
                # In the app of regions a source is no more than its slug.
                entry = Cited(fact, fields, getattr(source, "slug", source), locator)
                if cited_lines(locator):
                    found.append(entry)
                elif entry.source in self.texts:
                    self.without_lines += 1
        return found

    def _check(self, entry):
        text = self.texts.get(entry.source)
        places = cited_lines(entry.locator)
        problems = [text.problem_with(place) if text else "teksten mangler" for place in places]
        problem = "; ".join(filter(None, problems))
        self._record(entry.fact, "sted", entry.source, entry.locator, not problem, problem)
        texts = [getattr(entry.fact, field.name) for field in entry.fields if field.name in OWN_WORDS]
        self.own_counts += sum(bool(OWN_COUNT.search(words)) for words in texts)
        for wanted in literals(entry.fact, entry.fields, self.names) if text else ():
            above = HEADING_LINES if wanted.where == HEADING else 0
            passages = [text.passage(place.first - above, place.last) for place in places]
            if wanted.where == AMONG_FACTS:
                passages += self._passages_of(_owners(entry.fact)[0])
            found = any(re.search(pattern, passage) for pattern in wanted.patterns for passage in passages)
            self._record(entry.fact, wanted.field, wanted.value, entry.locator, found)

    def _passages_of(self, owner):
        return [
            self.texts[source].passage(place.first, place.last)
            for source, locator in self.among_facts[owner]
            if source in self.texts
            for place in cited_lines(locator)
        ]

    def _check_cells(self, text):
        rows = defaultdict(list)
        for cell in SurveyCell.objects.select_related("institution"):
            # One printed table gives both age and payment.
            table = "age" if cell.table == SurveyCell.Tables.PAYMENT else cell.table
            rows[cell.region_id, cell.sector, table, cell.row_number].append(cell)
        for cells in rows.values():
            cells.sort(key=lambda cell: SurveyCell.Columns.values.index(cell.column))
            self._check_row(text, cells, [cells[0].row])

    def _check_totals(self, text):
        order = dict(HealthRegion.objects.values_list("slug", "order"))
        rows = defaultdict(list)
        for total in SurveyTotal.objects.all():
            if total.table.startswith("text-"):
                found = text.starts_on(total.line, literal(total.value))
                self._record(total, "verdi", total.value, f"linje {total.line}", found)
            else:
                rows[total.table, total.row, total.line].append(total)
        for (_, label, _), totals in rows.items():
            totals.sort(key=lambda total: (order.get(total.column, len(order) + 1), total.column))
            self._check_row(text, totals, [label, ""])

    def _check_row(self, text, cells, heads):
        """Check that a table row is printed with these cells in these columns, each on its line."""
        lines, values = [cell.line for cell in cells], [cell.value for cell in cells]
        window = min(lines) - HEADING_LINES, max(lines) + HEADING_LINES
        rows = [row for head in heads for row in text.rows(head, values, *window)]
        if {fit for *_, fit in rows} == {"unsure"}:
            self.odd_rows.append(f"linje {lines[0]}: {' | '.join([heads[0], *values])}")
        for cell in cells:
            in_row = any(first <= cell.line <= last and fit != "no" for first, last, fit in rows)
            on_line = not cell.value or text.starts_on(cell.line, literal(cell.value))
            self._record(cell, "verdi", cell.value, f"linje {cell.line}", in_row and on_line)

    def _record(self, fact, field, value, locator, found, problem=""):
        model = fact._meta.object_name
        self.checked[model, field] += 1
        if not found:
            self.missing.append(Missing(model, _label(fact), field, value, locator, problem))


def _names():
    """Return patterns for all names of every institution, by its key; a name may stand in the genitive."""
    names = defaultdict(list)
    for model, key in ((Institution, "pk"), (InstitutionName, "institution")):
        for institution, name in model.objects.values_list(key, "name"):
            names[institution].append(literal(name, "s?"))
    return names


def _owners(fact):
    """Return keys of what `fact` belongs to, nearest first: itself, its offer, its institution."""
    owners = (
        fact if hasattr(fact, "slug") else None,
        getattr(fact, "offer", None),
        getattr(fact, "institution", None),
    )
    return [(type(owner), owner.pk) for owner in owners if owner]


def _label(fact):
    for owner in (fact, getattr(fact, "offer", None), getattr(fact, "institution", None)):
        if hasattr(owner, "slug"):
            return owner.slug
    return str(fact)

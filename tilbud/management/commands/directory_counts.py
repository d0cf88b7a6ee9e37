import re
from collections import Counter, defaultdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tilbud.models import SurveyCell, SurveyTotal
from tilbud.open_data.source_check import SURVEY_SOURCE, cited_shapes

START, END = "<!-- counts -->", "<!-- /counts -->"
# Every model that cites a source, under the heading it is counted.
COLUMNS = {
    "Institusjoner": ["Institution"],
    "Navn, tilknytning, driftsavtaler": ["InstitutionName", "Affiliation", "OperatingAgreement"],
    "Tall om institusjoner": ["Figure"],
    "Tilbud": ["Offer"],
    "Aktiviteter og kanaler": ["Activity", "Channel"],
    "Målgrupper og aldersgrenser": ["TargetRelation", "AgeLimit"],
    "Betaling og veier inn": ["Payment", "WayIn"],
    "Merknader": ["Remark"],
    "Kontakter": ["Contact"],
    "Samarbeid": ["Collaboration"],
    "Motsigelser": ["Contradiction"],
    "Steder, fylker, regioner": ["Place", "County", "HealthRegion"],
    "Ruter i tabellene": ["SurveyCell"],
    "Publiserte tall": ["SurveyTotal"],
}


class Command(BaseCommand):
    help = "Skriver en tabell over hva katalogen holder, etter kilde og kapittel."

    def add_arguments(self, parser):
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--check", type=Path, metavar="FIL", help="Feiler når tabellen i filen er en annen.")
        group.add_argument("--write", type=Path, metavar="FIL", help="Bytter ut tabellen i filen.")

    def handle(self, *, check, write, **options):
        table = counts_table()
        if not check and not write:
            self.stdout.write(table)
            return
        path = check or write
        try:
            before, inside, after = split(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        if write:
            write.write_text(f"{before}{START}\n{table}\n{END}{after}", "utf-8")
        elif inside.strip() != table:
            raise CommandError(
                f"Tabellen i {path} stemmer ikke med databasen. Kjør directory_counts --write {path}."
            )


def split(text):
    """Return what stands before, between and after the two markers."""
    if text.count(START) != 1 or text.count(END) != 1 or text.index(START) > text.index(END):
        raise ValueError(f"mangler {START} og {END}, hver én gang og i den rekkefølgen.")
    before, rest = text.split(START)
    return before, *rest.split(END)


def counts_table():
    """Return the table in Markdown: equal databases give equal text."""
    counts = count()
    total = sum(counts.values(), Counter())
    # A column that is empty all the way down says nothing.
    columns = [column for column in COLUMNS if total[column]]
    rows = [["Kilde", "Kapittel", *columns], ["---", "---", *("--:" for _ in columns)]]
    for source, chapter in sorted(counts, key=_in_order):
        rows.append([source, chapter, *(counts[source, chapter][column] or "" for column in columns)])
    rows.append(["Til sammen", "", *(total[column] for column in columns)])
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)


def count():
    """Return the number of facts in each column, by source and chapter."""
    column_of = {model: column for column, models in COLUMNS.items() for model in models}
    counts = defaultdict(Counter)
    for shape in cited_shapes():
        column = column_of[shape.model.__name__]
        # A contradiction is counted once, where the first of its two sides stands.
        side = "" if hasattr(shape.model, "locator") else "first_"
        for source, locator in shape.model.objects.values_list(_source(shape.model, side), f"{side}locator"):
            counts[source, _chapter(locator)][column] += 1
    for region in SurveyCell.objects.values_list("region__name", flat=True):
        counts[SURVEY_SOURCE, f"tabellene for {region}"]["Ruter i tabellene"] += 1
    for table in SurveyTotal.objects.values_list("table", flat=True):
        number = re.search(r"chapter-(\d+)", table)
        counts[SURVEY_SOURCE, f"kap. {number[1]}" if number else table]["Publiserte tall"] += 1
    return counts


def _source(model, side):
    """Return the path to the slug of the source; the app of regions holds the slug itself."""
    return f"{side}source__slug" if model._meta.get_field(f"{side}source").is_relation else "source"


def _chapter(locator):
    """Return the chapter of «kap. 3, linje 292-303»; other locators name a row of a short sheet."""
    return locator.split(", linje ")[0] if ", linje " in locator else ""


def _in_order(key):
    """Sort «kap. 9» before «kap. 10», the same on both databases."""
    source, chapter = key
    return source, [(part.isdigit(), part.zfill(4)) for part in re.findall(r"\d+|\D+", chapter)]

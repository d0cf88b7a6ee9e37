import re
from itertools import groupby

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from regions.models import HealthRegion
from tilbud.models import Contradiction, SurveyCell, SurveyTotal
from tilbud.pages.recompute import ROWS, recompute

# The part of a contradiction's slug that names a row of chapter 8.
NOTE_ROWS = {
    "Behandlingsrettet": "behandlingsrettet",
    "Rådgivende": "radgivende",
    "Undervisning/Kurs": "undervisning-kurs",
    "Individuelle samtaler": "individuelle-samtaler",
    "Par- og Familiesamtaler": "par-og-familiesamtaler",
    "Gruppe tilbud": "gruppe-tilbud",
    "Voksne/18+": "voksne-18",
    "unge/15+": "unge-15",
    "Barn": "barn",
}


class Survey(TemplateView):
    """The 2007 survey: each regional table as printed, and the published totals beside our recount."""

    template_name = "survey/survey.html"

    def get_context_data(self, **kwargs):
        cells = list(SurveyCell.objects.select_related("region", "institution"))
        notes = list(
            Contradiction.objects.filter(institution=None).select_related("first_source", "second_source")
        )
        published = list(SurveyTotal.objects.order_by("table", "pk"))
        regions = list(HealthRegion.objects.filter(survey_cells__isnull=False).distinct().order_by("order"))
        return super().get_context_data(
            regions=[(region, tables([c for c in cells if c.region_id == region.pk])) for region in regions],
            totals=totals(published, recompute(cells), regions, {note.slug: note for note in notes}),
            mentions=[
                (_("Offentlige institusjoner"), grid(published, "chapter-9-public", regions)),
                (_("Private institusjoner"), grid(published, "chapter-9-private", regions)),
            ],
            chapter_11=[t for t in published if t.table.startswith("chapter-11")],
            figures=[
                (chapter, list(group))
                for chapter, group in groupby(
                    (t for t in published if t.table.startswith("text-")),
                    key=lambda t: t.table.rsplit("-", 1)[1],
                )
            ],
            notes=notes,
            **kwargs,
        )


def tables(cells):
    """Arrange one region's cells as the printed tables: heading, columns, and rows of cells in order."""
    result = []
    for sector in SurveyCell.Sectors:
        for table in SurveyCell.Tables:
            own = [c for c in cells if c.sector == sector and c.table == table]
            columns = [column for column in SurveyCell.Columns if any(c.column == column for c in own)]
            rows = [
                (number, {c.column: c for c in group})
                for number, group in groupby(sorted(own, key=lambda c: c.row_number), key=lambda c: c.row_number)
            ]
            if rows:
                body = [
                    {
                        "first": next(iter(row.values())),
                        "values": [row[c].value if c in row else "" for c in columns],
                    }
                    for number, row in rows
                ]
                result.append({"sector": sector, "table": table, "columns": columns, "rows": body})
    return result


def grid(published, table, regions):
    """Arrange a published table by region as rows of printed values."""
    values = {}
    for total in published:
        if total.table == table:
            values.setdefault(total.row, {})[total.column] = total.value
    columns = [region.slug for region in regions] + ["norge"]
    return [(row, [by_column.get(column, "") for column in columns]) for row, by_column in values.items()]


def totals(published, recounted, regions, notes):
    """Chapter 8's tables with each printed number beside the recount, and our note where they differ."""
    columns = [(region.slug, region.name) for region in regions] + [("norge", _("Hele Norge"))]
    result = []
    for sector, norwegian, label in (
        ("public", "offentlige", _("Offentlige institusjoner")),
        ("private", "private", _("Private institusjoner")),
    ):
        printed = {(t.row, t.column): t.value for t in published if t.table == f"chapter-8-{sector}"}
        rows = []
        for row in ROWS:
            compared = [
                _compared(
                    printed.get((row, slug), ""),
                    recounted.get((sector, slug, row), 0),
                    notes.get(f"kap8-{norwegian}-{slug}-{NOTE_ROWS.get(row, '')}"),
                )
                for slug, name in columns
            ]
            rows.append((row, compared))
        result.append({"label": label, "columns": [name for slug, name in columns], "rows": rows})
    return result


def _compared(printed, recounted, note):
    # The report prints «I institusjon» for one, and leaves a zero empty.
    number = re.match(r"\d+", printed)
    value = int(number.group()) if number else 1 if printed.startswith("I ") else 0
    return {"printed": printed, "recounted": recounted, "differs": value != recounted, "note": note}

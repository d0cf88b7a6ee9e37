"""For GPs and social workers: the finder as one dense table, and the same table as CSV."""

import csv

from django.db.models import prefetch_related_objects
from django.http import HttpResponse, QueryDict
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from tilbud.finder.fields import quoted
from tilbud.finder.filters import OfferFilter
from tilbud.models import AgeFits, Offer
from tilbud.models.contact import contact_prefetches
from tilbud.pages.paging import page_of
from tilbud.pages.professional_rows import row
from tilbud.pages.professional_table import COLUMNS, FILTER_LABELS, HEAD_COLUMNS, for_table, prefetches, sorts

PAGE_SIZE = 50


class Selection:
    """What the page and the CSV share: the filters in force, the order, and every offer found, in that order."""

    def __init__(self, request):
        data = request.GET.copy()
        # As in the finder, search words come in the body, so that they never stand in an address.
        for name in ("q", "page"):
            if name in request.POST:
                data.setlist(name, request.POST.getlist(name))
        self.pages = data.getlist("page")
        self.filter = OfferFilter(data, Offer.objects.all())
        for name, label in FILTER_LABELS.items():
            self.filter.form.fields[name].label = label
        self.sort, self.sort_problem = self._sort(data.getlist("sort"))
        self.offers = list(for_table(self.filter.qs, self.sort))
        if "q" in self.filter.in_force and not self.sort:
            scores = self.filter.found.scores
            self.offers.sort(key=lambda o: (not o.is_running, getattr(o, "rung", 0), -scores[o.pk]))

    def _sort(self, values):
        values = list(dict.fromkeys(value for value in values if value))
        if len(values) > 1:
            return "", _("Sorteringen er oppgitt flere ganger. Her er den vanlige rekkefølgen.")
        if values and values[0].removeprefix("-") not in sorts():
            problem = _("Vi kjenner ikke sorteringen «%(value)s». Her er den vanlige rekkefølgen.")
            return "", problem % {"value": quoted(values[0])}
        return (values[0] if values else ""), ""

    @property
    def problems(self):
        """Every message, for the CSV, which has no field to put them beside."""
        messages = [message for messages in self.filter.form.errors.values() for message in messages]
        return messages + [self.sort_problem] * bool(self.sort_problem)

    def query(self, sort):
        """The query of a link to the same offers in another order: what is in force, never search words."""
        query = QueryDict(mutable=True)
        for chip in self.filter.chips():
            if chip["name"] != "q":
                query.appendlist(chip["name"], chip["value"])
        if sort:
            query["sort"] = sort
        return query.urlencode()

    def spot_choices(self):
        """For a place name that several places share: each of them, with the other answers kept."""
        for spot in getattr(self.filter.form.fields["place"], "ambiguous", []):
            query = QueryDict(self.query(self.sort), mutable=True)
            query["place"] = spot.key
            yield {"label": spot.label, "query": query.urlencode()}

    def headings(self):
        """The table's columns: heading, how it is sorted now, and the query that sorts by it or turns it."""
        for name, heading in COLUMNS:
            turned = f"-{name}" if self.sort == name else name
            aria = {name: "ascending", f"-{name}": "descending"}.get(self.sort) if name else None
            yield {"heading": heading, "aria": aria, "query": self.query(turned) if name else ""}

    def counts(self):
        running = [AgeFits(offer.fit) for offer in self.offers if offer.is_running]
        counts = {fit.name.lower(): running.count(fit) for fit in AgeFits}
        return counts | {"running": len(running), "dormant": len(self.offers) - len(running)}


# A search changes nothing and sets no cookie, so there is nothing a forged one could do.
@method_decorator(csrf_exempt, name="dispatch")
class ProfessionalList(TemplateView):
    """Every offer as a row, fifty a page, for somebody with a patient in the room."""

    template_name = "professionals/list.html"
    http_method_names = ["get", "head", "post", "options"]

    def post(self, request):
        return self.get(request)

    def get_context_data(self, **kwargs):
        chosen = Selection(self.request)
        page, page_problem = page_of(chosen.offers, chosen.pages, PAGE_SIZE)
        prefetch_related_objects(page.object_list, *prefetches(), *contact_prefetches())
        return super().get_context_data(
            filter=chosen.filter,
            chips=chosen.filter.chips(),
            counts=chosen.counts(),
            sort=chosen.sort,
            problems=[problem for problem in (chosen.sort_problem, page_problem) if problem],
            headings=list(chosen.headings()),
            rows=[row(offer) for offer in page],
            page_obj=page,
            query=chosen.query(chosen.sort),
            spot_choices=list(chosen.spot_choices()),
            search_words=chosen.filter.in_force.get("q", ""),
            **kwargs,
        )


def safe(text):
    """`text` as a spreadsheet must take it: a cell that begins like a formula is text."""
    is_formula = text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in ("=", "+", "-", "@")
    return f"'{text}" if text and is_formula else text


@method_decorator(csrf_exempt, name="dispatch")
class ProfessionalCsv(View):
    """All rows of the table, not only the page, for a Norwegian spreadsheet: semicolons, and a BOM for æøå."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request):
        chosen = Selection(request)
        prefetch_related_objects(chosen.offers, *prefetches(), *contact_prefetches())
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="tabell.csv"'
        response["Cache-Control"] = "no-store"
        writer = csv.writer(response, delimiter=";", quoting=csv.QUOTE_ALL)
        # First, so that nobody takes the rows for an answer to a question we did not understand.
        writer.writerows([safe(problem)] for problem in chosen.problems)
        writer.writerow([*HEAD_COLUMNS, *(heading for name, heading in COLUMNS[1:])])
        for line in map(row, chosen.offers):
            writer.writerow([safe(text) for text in (*line["head"], *line["cells"])])
        return response

    def post(self, request):
        return self.get(request)

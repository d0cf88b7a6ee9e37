from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import QueryDict
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import DetailView, TemplateView

from tilbud.finder.filters import OfferFilter
from tilbud.models import (
    Activity,
    Affiliation,
    AgeFits,
    AgeLimit,
    Channel,
    Contact,
    Contradiction,
    Offer,
    Payment,
    Remark,
    TargetRelation,
    WayIn,
)

PAGE_SIZE = 20


# A search changes nothing and sets no cookie, so there is nothing a forged one could do.
@method_decorator(csrf_exempt, name="dispatch")
class OfferList(TemplateView):
    """The finder: what is in force, how many offers fit, one page of them.

    Free text comes in the body of a POST, so that it never stands in an address; the other filters always
    stand in the address.
    """

    template_name = "offers/list.html"
    http_method_names = ["get", "head", "post", "options"]

    def post(self, request):
        return self.get(request)

    def get_context_data(self, **kwargs):
        data = self.request.GET.copy()
        # Only the search words and the page come in the body: everything else must be seen in the address.
        for name in ("q", "page"):
            if name in self.request.POST:
                data.setlist(name, self.request.POST.getlist(name))
        offers = OfferFilter(data, Offer.objects.all())
        ordered = offers.qs.in_list_order()
        counts = self._counts(offers.qs)
        page, page_problem = self._page(ordered.for_cards().prefetch_related(*contact_prefetches()), counts, data)
        return super().get_context_data(
            filter=offers,
            chips=[chip | {"query": without(self.request.GET, chip)} for chip in offers.chips()],
            counts=counts,
            page_obj=page,
            page_problem=page_problem,
            sections=sections(page, offers.in_force),
            search_words=offers.in_force.get("q", ""),
            filters_query=without(self.request.GET).urlencode(),
            **kwargs,
        )

    def _counts(self, queryset):
        """How many offers fit surely, perhaps, and without saying; and how many are not running."""
        rows = queryset.order_by().values("fit", "status").annotate(number=Count("pk", distinct=True))
        counts = dict.fromkeys(["all", "running", "dormant", "yes", "assessed", "unstated"], 0)
        for row in rows:
            counts["all"] += row["number"]
            if row["status"] in Offer.RUNNING:
                counts["running"] += row["number"]
                counts[AgeFits(row["fit"]).name.lower()] += row["number"]
            else:
                counts["dormant"] += row["number"]
        return counts

    def _page(self, queryset, counts, data):
        paginator = Paginator(queryset, PAGE_SIZE)
        paginator.count = counts["all"]
        wanted = data.get("page", "1")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and int(wanted) > 0):
            return paginator.page(1), _("Sidetallet må være et helt tall fra 1 og oppover. Her er side 1.")
        if int(wanted) > paginator.num_pages:
            return (
                paginator.page(paginator.num_pages),
                _("Side %(wanted)s finnes ikke. Her er den siste siden.") % {"wanted": wanted},
            )
        return paginator.page(int(wanted)), ""


def contact_prefetches():
    """What a card and an offer page need to show whom to call: the offer's own numbers, else the institution's."""
    current = Contact.objects.current().select_related("source", "place")
    return [Prefetch("contacts", current), Prefetch("institution__contacts", current)]


def without(query, chip=None):
    """Return `query` without pages and search words, and without the value of `chip`."""
    rest = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in ("page", "q"):
            kept = [v for v in values if not (chip and name == chip["name"] and v == chip["value"])]
            # A parameter that allows one value goes with its chip, however it was written.
            if chip and name == chip["name"] and name in ("age", "place"):
                kept = []
            if any(kept):
                rest.setlist(name, kept)
    return rest


def sections(page, in_force):
    """Split a page's offers under headings: what fits, what is assessed, what is unstated, what is not running."""
    headings = {
        AgeFits.YES: "",
        AgeFits.ASSESSED: _("Vurderes: tar bare imot på denne alderen etter vurdering, eller sjelden"),
        AgeFits.UNSTATED: (
            _("Ikke oppgitt: sier ikke hvilken alder eller hvilke pårørende det er for")
            if "age" in in_force and "relation" in in_force
            else _("Ikke oppgitt: sier ikke hvilken alder det er for")
            if "age" in in_force
            else _("Ikke oppgitt: nevner ikke hvilke pårørende det er for")
        ),
        "dormant": _("Ikke i gang nå: planlagt, stanset eller lagt ned"),
    }
    result = []
    for offer in page:
        key = offer.fit if offer.is_running else "dormant"
        if not result or result[-1]["key"] != key:
            result.append({"key": key, "heading": headings[key], "offers": []})
        result[-1]["offers"].append(offer)
    return result


class OfferDetail(DetailView):
    """One offer with every fact, where each comes from and how old it is."""

    template_name = "offers/detail.html"

    def get_queryset(self):
        facts = {
            "activities": Activity,
            "relations": TargetRelation,
            "age_limits": AgeLimit,
            "payments": Payment,
            "ways_in": WayIn,
        }
        disagreements = Contradiction.objects.filter(institution=OuterRef("institution"))
        return Offer.objects.annotate(disagree=Exists(disagreements)).select_related(
            "institution__region__successor",
            "institution__place",
            "institution__source",
            "place",
            "county",
            "source",
        ).prefetch_related(
            *[Prefetch(name, model.objects.select_related("source")) for name, model in facts.items()]
        )

    def get_context_data(self, **kwargs):
        offer = self.object
        own = Q(offer=offer) | Q(institution=offer.institution)
        contacts = list(Contact.objects.filter(own).select_related("source", "place"))
        return super().get_context_data(
            contacts=[c for c in contacts if c.offer_id] or [c for c in contacts if c.institution_id],
            remarks=Remark.objects.filter(offer=offer, is_current=True).select_related("source"),
            channels=Channel.objects.filter(offer=offer, is_current=True).select_related("source"),
            successor=Affiliation.objects.filter(
                institution=offer.institution,
                kind=Affiliation.Kinds.SUCCESSOR,
                is_current=True,
                is_confirmed=True,
            )
            .select_related("institution", "other", "source")
            .first(),
            **kwargs,
        )

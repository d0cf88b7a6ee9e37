from collections import Counter, defaultdict

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import DetailView, TemplateView

from regions.models import HealthRegion
from tilbud.finder.answer import candidates, count_candidates, load_page, sections
from tilbud.finder.facets import facet_counts
from tilbud.finder.filters import OfferFilter
from tilbud.models import (
    Activity,
    Affiliation,
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
from tilbud.pages.old_addresses import OldAddresses
from tilbud.pages.paging import page_of
from tilbud.pages.shortlist import clean_codes

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
        found = candidates(offers)
        page, page_problem = page_of(found, data.getlist("page"), PAGE_SIZE)
        return super().get_context_data(
            filter=offers,
            groups=offers.groups(facet_counts(offers) if found else defaultdict(Counter)),
            chips=[chip | {"query": without(self.request.GET, chip)} for chip in offers.chips()],
            counts=count_candidates(found),
            page_obj=page,
            page_problem=page_problem,
            sections=sections(load_page(page.object_list), offers.in_force),
            loosen=[] if found else self._loosen(offers),
            spot_choices=self._spot_choices(offers),
            search_words=offers.in_force.get("q", ""),
            codes=clean_codes(self.request.GET.getlist("o")),
            filters_query=without(self.request.GET).urlencode(),
            **kwargs,
        )

    def _loosen(self, offers):
        """For an empty answer: each filter in force, and how many offers there would be without it."""
        choices = [
            {
                "label": str(offers.form.fields[name].label).rstrip("?"),
                "count": offers.queryset_without(name).running().count(),
                "query": without_parameter(self.request.GET, name),
                "keeps_words": name != "q",
            }
            for name in offers.in_force
        ]
        return [choice for choice in choices if choice["count"]]

    def _spot_choices(self, offers):
        """For a place name that several places share: each of them, with the other answers kept."""
        choices = []
        for spot in getattr(offers.form.fields["place"], "ambiguous", []):
            query = without_parameter(self.request.GET, "place")
            query["place"] = spot.key
            choices.append({"label": spot.label, "query": query})
        return choices


def without_parameter(query, name):
    """Return `query` without pages, search words and everything said of the parameter `name`."""
    rest = without(query)
    rest.pop(name, None)
    return rest


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


class OfferDetail(OldAddresses, DetailView):
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
        return (
            Offer.objects.with_region()
            .annotate(
                disagree=Exists(disagreements),
                region_slug=Subquery(
                    HealthRegion.objects.filter(pk=OuterRef("located_region")).values(
                        today=Coalesce("successor__slug", "slug")
                    )
                ),
            )
            .select_related(
                "institution__region__successor",
                "institution__place",
                "institution__source",
                "place",
                "county",
                "source",
            )
            .prefetch_related(
                *[Prefetch(name, model.objects.select_related("source")) for name, model in facts.items()]
            )
        )

    def get_context_data(self, **kwargs):
        offer = self.object
        own = Q(offer=offer) | Q(institution=offer.institution)
        contacts = list(Contact.objects.filter(own).select_related("source", "place"))
        listed = [c for c in contacts if c.offer_id] or [c for c in contacts if c.institution_id]
        return super().get_context_data(
            phones=[c for c in listed if c.kind == Contact.Kinds.PHONE and c.href and c.is_current],
            contacts=[c for c in contacts if c.offer_id] or [c for c in contacts if c.institution_id],
            remarks=Remark.objects.filter(offer=offer, is_current=True).select_related("source"),
            channels=Channel.objects.filter(offer=offer, is_current=True).select_related("source"),
            successor=Affiliation.objects.successions()
            .filter(institution=offer.institution)
            .select_related("institution", "other", "source")
            .first(),
            **kwargs,
        )

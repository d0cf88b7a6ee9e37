from django.db.models import Count, OuterRef, Subquery
from django.views.generic import DetailView, ListView

from regions.models import County, HealthRegion
from tilbud.models import Institution, Offer, Sectors

# A region's page names this many of each kind; the finder has them all.
MOST = 60


class RegionList(ListView):
    """Today's health regions first, those of 2007 with a pointer to today's."""

    template_name = "regions/list.html"
    queryset = HealthRegion.objects.select_related("successor").order_by("valid_to", "order")

    def get_context_data(self, **kwargs):
        counties = list(County.objects.filter(division=County.Divisions.TODAY))
        regions = list(self.object_list)
        for region in regions:
            region.counties_today = [county for county in counties if county.region_id == region.pk]
        return super().get_context_data(
            today=[r for r in regions if not r.successor_id],
            old=[r for r in regions if r.successor_id],
            **kwargs,
        )


class RegionDetail(DetailView):
    """What there is in a region, by who stands behind it; planned and stopped offers apart."""

    template_name = "regions/detail.html"
    context_object_name = "region"
    queryset = HealthRegion.objects.select_related("successor")

    def get_context_data(self, **kwargs):
        regions = list(HealthRegion.objects.with_predecessors([self.object.slug]))
        offers = Offer.objects.in_regions([region.pk for region in regions])
        here = offers.running().filter(institution=OuterRef("pk")).order_by()
        number = here.values("institution").annotate(number=Count("pk", distinct=True)).values("number")
        institutions = (
            Institution.objects.select_related("place")
            .annotate(offers_here=Subquery(number))
            .filter(offers_here__isnull=False)
            .order_by("sort_key", "pk")
        )
        dormant = offers.exclude(status__in=Offer.RUNNING).select_related("institution").in_list_order()
        return super().get_context_data(
            sectors=[(sector, institutions.filter(sector=sector)[:MOST]) for sector in Sectors],
            dormant=dormant[:MOST],
            predecessors=[region for region in regions if region.pk != self.object.pk],
            counties=County.objects.filter(region__in=regions).order_by("division", "sort_key"),
            running_count=offers.running().count(),
            most=MOST,
            **kwargs,
        )

from django.db.models import Count, Q
from django.views.generic import DetailView, ListView

from regions.models import County, HealthRegion
from tilbud.models import Institution, Offer, Sectors


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
        regions = HealthRegion.objects.with_predecessors([self.object.slug])
        offers = Offer.objects.in_regions(regions)
        per_institution = dict(
            offers.running().order_by().values_list("institution").annotate(number=Count("pk", distinct=True))
        )
        institutions = list(
            Institution.objects.filter(Q(pk__in=per_institution) | Q(pk__in=offers.values("institution")))
            .select_related("place")
            .order_by("sort_key")
        )
        for institution in institutions:
            institution.offers_here = per_institution.get(institution.pk, 0)
        dormant = offers.exclude(status__in=Offer.RUNNING).select_related("institution").in_list_order()
        return super().get_context_data(
            sectors=[
                (sector, [i for i in institutions if i.sector == sector and i.offers_here]) for sector in Sectors
            ],
            dormant=dormant,
            predecessors=[region for region in regions if region.pk != self.object.pk],
            counties=County.objects.filter(region__in=regions).order_by("division", "sort_key"),
            running_count=sum(per_institution.values()),
            **kwargs,
        )

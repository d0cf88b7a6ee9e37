from django.db import connection
from django.db.models import Count
from django.http import JsonResponse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from regions.models import HealthRegion
from tilbud.models import Catchments, Contradiction, Offer, Remark, Source, TargetRelation
from tilbud.pages.offers import contact_prefetches


class Front(TemplateView):
    """The way in: who you are, where you are."""

    template_name = "front.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            relations=TargetRelation.Relations.choices, regions=HealthRegion.objects.today(), **kwargs
        )


class UrgentHelp(TemplateView):
    """Whom to call now: urgent numbers first, then the helplines for the whole country."""

    template_name = "urgent.html"

    def get_context_data(self, **kwargs):
        offers = (
            Offer.objects.running()
            .filter(
                catchment=Catchments.NATIONAL,
                contacts__is_current=True,
                contacts__kind__in=["phone", "web", "chat"],
            )
            .distinct()
            .select_related("institution", "source")
            .prefetch_related(*contact_prefetches())
            .order_by("institution__sort_key", "sort_key")
        )
        offers = list(offers)
        return super().get_context_data(
            # In the order they were entered: 113 comes before everything.
            urgent=sorted((offer for offer in offers if offer.is_urgent), key=lambda offer: offer.pk),
            # Numbers taken over lately before those of the 2007 report.
            helplines=[o for o in offers if not o.is_urgent and o.source.slug != "kartlegging-2007"],
            old=[o for o in offers if not o.is_urgent and o.source.slug == "kartlegging-2007"],
            **kwargs,
        )


class About(TemplateView):
    """What the directory is, what it takes in, and what its sources are."""

    template_name = "about.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            sources=Source.objects.all(),
            counts=Offer.objects.aggregate(offers=Count("pk"), institutions=Count("institution", distinct=True)),
            remarks=Remark.objects.filter(institution=None, offer=None).select_related("source"),
            contradictions=Contradiction.objects.filter(institution=None).select_related(
                "first_source", "second_source"
            ),
            **kwargs,
        )


@require_safe
def health(request):
    """Liveness for a supervisor: whether the database answers and how much the directory holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "offers": Offer.objects.count()})

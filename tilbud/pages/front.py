from django.db.models import Count
from django.utils import timezone
from django.views.generic import TemplateView

from regions.models import HealthRegion
from tilbud.models import Catchments, Contradiction, Offer, Remark, Source, TargetRelation
from tilbud.pages.opening import is_open

# More numbers than this help nobody choose.
MOST = 60


class Front(TemplateView):
    """The way in: who you are, where you are."""

    template_name = "front.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            relations=[c for c in TargetRelation.Relations.choices if c[0] != "child"],
            regions=HealthRegion.objects.today(),
            **kwargs,
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
            .with_contacts()
            .order_by("institution__sort_key", "sort_key")[:MOST]
        )
        offers = list(offers)
        now = timezone.localtime()
        for offer in offers:
            for contact in offer.phones:
                contact.is_open_now = is_open(contact.hours, now)
        # In the order they were entered: 113 comes before everything.
        urgent = sorted((offer for offer in offers if offer.is_urgent), key=lambda offer: offer.pk)
        # Numbers of the 2007 report stand last, until somebody has checked them.
        old = [o for o in offers if o.source.slug == "kartlegging-2007" and not (o.is_urgent or o.checked_on)]
        helplines = [o for o in offers if not o.is_urgent and o not in old]
        answering = [offer for offer in helplines if offer.phones and not offer.is_unreachable]
        for number, offer in enumerate(helplines):
            later = [o for o in answering if o in helplines[number + 1 :]] + answering
            following = next((other for other in later if other is not offer), None)
            if offer.phones and following:
                offer.next_choice = f"{following.institution}, {following.phones[0].display}"
        return super().get_context_data(
            urgent=urgent,
            helplines=helplines,
            old=old,
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

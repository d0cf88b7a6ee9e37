from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.views.generic import DetailView, TemplateView

from tilbud.models import (
    Affiliation,
    Collaboration,
    Contact,
    Contradiction,
    Figure,
    Institution,
    InstitutionName,
    Offer,
    OperatingAgreement,
    Remark,
    SurveyCell,
)
from tilbud.pages.old_addresses import OldAddresses
from tilbud.pages.paging import page_of

PAGE_SIZE = 60


class InstitutionList(TemplateView):
    """Every provider, in alphabetical order, with how many offers it runs."""

    template_name = "institutions/list.html"

    def get_context_data(self, **kwargs):
        running = Offer.objects.running().filter(institution=OuterRef("pk")).order_by()
        number = running.values("institution").annotate(number=Count("pk")).values("number")
        institutions = (
            Institution.objects.select_related("region", "place")
            .annotate(running_offers=Coalesce(Subquery(number), 0))
            .prefetch_related(Prefetch("affiliations", Affiliation.objects.successions()))
            .order_by("sort_key", "pk")
        )
        page, page_problem = page_of(institutions, self.request.GET.getlist("page"), PAGE_SIZE)
        return super().get_context_data(page_obj=page, page_problem=page_problem, **kwargs)


class InstitutionDetail(OldAddresses, DetailView):
    """One provider: its names, whom it belongs to, its offers, and what the sources disagree on."""

    template_name = "institutions/detail.html"

    def get_queryset(self):
        cells = SurveyCell.objects.filter(institution=OuterRef("pk"))
        with_source = [
            Prefetch(name, model.objects.select_related("source", *also))
            for name, model, *also in (
                ("names", InstitutionName),
                ("agreements", OperatingAgreement, "region"),
                ("contacts", Contact, "place"),
                ("figures", Figure),
                ("remarks", Remark),
            )
        ]
        return (
            Institution.objects.select_related("region__successor", "place", "source")
            .annotate(is_in_survey=Exists(cells))
            .prefetch_related("offers", *with_source)
        )

    def get_context_data(self, **kwargs):
        institution = self.object
        either_side = Q(institution=institution) | Q(other=institution)
        affiliations = Affiliation.objects.filter(either_side, is_current=True, is_confirmed=True).select_related(
            "institution", "other", "source"
        )
        with_it = Q(institution=institution) | Q(partner=institution)
        collaborations = Collaboration.objects.filter(with_it, is_current=True).select_related(
            "institution", "partner", "source"
        )
        return super().get_context_data(
            affiliations=list(affiliations),
            successor=next(
                (
                    a
                    for a in affiliations
                    if a.institution_id == institution.pk and a.kind == Affiliation.Kinds.SUCCESSOR
                ),
                None,
            ),
            collaborations=[c for c in collaborations if c.institution_id == institution.pk],
            contradictions=Contradiction.objects.filter(institution=institution).select_related(
                "first_source", "second_source"
            ),
            named_by=[c for c in collaborations if c.institution_id != institution.pk],
            **kwargs,
        )

from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from tilbud.desk import login
from tilbud.pages import (
    children,
    front,
    institutions,
    offers,
    professionals,
    provider,
    referral,
    regions,
    report,
    shortlist,
    survey,
)
from tilbud.web import health

handler500 = "tilbud.pages.fallen.failed"

urlpatterns = [
    path("", front.Front.as_view(), name="front"),
    path("tilbud/", offers.OfferList.as_view(), name="offer-list"),
    path("tilbud/<slug:slug>/", offers.OfferDetail.as_view(), name="offer-detail"),
    path("institusjoner/", institutions.InstitutionList.as_view(), name="institution-list"),
    path("institusjoner/<slug:slug>/", institutions.InstitutionDetail.as_view(), name="institution-detail"),
    path("helseregioner/", regions.RegionList.as_view(), name="region-list"),
    path("helseregioner/<slug:slug>/", regions.RegionDetail.as_view(), name="region-detail"),
    path("kartlegging-2007/", survey.Survey.as_view(), name="survey"),
    path("barn/", children.Children.as_view(), name="children"),
    path("trygg/", TemplateView.as_view(template_name="safety.html"), name="safety"),
    path("henviser/", professionals.ProfessionalList.as_view(), name="professional-list"),
    path("henviser/tabell.csv", professionals.ProfessionalCsv.as_view(), name="professional-csv"),
    path("tilbud/<slug:slug>/henvisning/", referral.ReferralSheet.as_view(), name="referral-sheet"),
    path("tilbud/<slug:slug>/meld-feil/", report.ReportFault.as_view(), name="report"),
    path("tilbyder/<str:token>/", provider.ProviderAnswer.as_view(), name="provider"),
    path("liste/", shortlist.Shortlist.as_view(), name="shortlist"),
    path("akutt/", front.UrgentHelp.as_view(), name="urgent"),
    path("om/", front.About.as_view(), name="about"),
    path("personvern/", TemplateView.as_view(template_name="privacy.html"), name="privacy"),
    path("tilgjengelighet/", TemplateView.as_view(template_name="accessibility.html"), name="accessibility"),
    path("healthz", health.health, name="health"),
    path("admin/inn/", include(login.urls)),
    path("admin/", admin.site.urls),
]

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tilbud.desk.base import CheckedMixin
from tilbud.desk.collaborations import CollaborationInline
from tilbud.desk.contacts import ContactInline, RemarkInline
from tilbud.desk.entry_admin import EntryAdmin
from tilbud.desk.facts import FACT_FIELDS, SOURCE_FIELDS, FactInline, SourcedEntryForm
from tilbud.desk.filters import CheckedFilter
from tilbud.desk.slip_forms import InstitutionFormSlips
from tilbud.models import Affiliation, Figure, Institution, InstitutionName, OperatingAgreement


class NameInline(FactInline):
    model = InstitutionName
    fields = ["name", *FACT_FIELDS]


class AffiliationInline(FactInline):
    model = Affiliation
    fk_name = "institution"
    fields = [("kind", "other", "other_name"), ("year", "is_confirmed"), *FACT_FIELDS]
    autocomplete_fields = ["other", "source"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("institution", "other")


class AgreementInline(FactInline):
    model = OperatingAgreement
    fields = [("region", "partner"), ("places", "wording"), *FACT_FIELDS]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("region")


class FigureInline(FactInline):
    model = Figure
    fields = [("kind", "qualifier", "value", "unit"), ("year", "purpose"), *FACT_FIELDS]


class InstitutionForm(InstitutionFormSlips, SourcedEntryForm):
    class Meta(SourcedEntryForm.Meta):
        pass


@admin.register(Institution)
class InstitutionAdmin(CheckedMixin, EntryAdmin):
    form = InstitutionForm
    list_display = ["name", "kind", "sector", "region", "place", "offer_count", "last_checked"]
    list_filter = ["kind", "sector", "region", CheckedFilter, "is_competence_centre", "source"]
    list_select_related = ["region", "place"]
    # Counting the offers makes Django forget the model's own order.
    ordering = ["sort_key"]
    search_fields = ["name", "slug", "names__name", "place__name"]
    search_help_text = _("Søk i navn, andre navn og sted.")
    autocomplete_fields = ["place", "source"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["offer_links"]
    fieldsets = [
        (
            _("Hvem det er"),
            {
                "fields": [
                    ("name", "slug"),
                    "_anyway",
                    ("kind", "sector"),
                    ("org_number", "is_closed"),
                    ("outlook", "is_competence_centre"),
                    "offer_links",
                ],
                "description": _(
                    "Navnet som brukes nå. Eldre navn og andre skrivemåter føres lenger ned, så "
                    "institusjonen fortsatt finnes under dem. En nedlagt institusjon slettes ikke: den "
                    "får en etterfølger."
                ),
            },
        ),
        (
            _("Hvor"),
            {
                "fields": [("region", "place")],
                "description": _(
                    "Avgjør i hvilke helseregioner og ved hvilke steder tilbudene kommer opp i søket."
                ),
            },
        ),
        (
            _("Kilde og kontroll"),
            {
                "fields": SOURCE_FIELDS,
                "description": _(
                    "Gjelder navn, slag og sted. Resten har egen kilde og egen kontroll, rad for rad."
                ),
            },
        ),
    ]
    inlines = [
        ContactInline,
        NameInline,
        AffiliationInline,
        AgreementInline,
        RemarkInline,
        FigureInline,
        CollaborationInline,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(offer_total=Count("offers"))

    def tools(self, request, pk):
        tools = []
        if request.user.has_perm("tilbud.view_check"):
            tools.append((_("Kontroller"), reverse("admin:check", args=[self.kind, pk])))
        if request.user.has_perm("tilbud.view_providerlink"):
            tools.append((_("Spør tilbyderen"), reverse("admin:provider-links", args=[pk])))
        return tools

    def view_on_site(self, institution):
        return institution.get_absolute_url()

    @admin.display(description=_("tilbud"), ordering="offer_total")
    def offer_count(self, institution):
        return format_html(
            '<a href="{}?institution__id__exact={}">{}</a>',
            reverse("admin:tilbud_offer_changelist"),
            institution.pk,
            institution.offer_total,
        )

    @admin.display(description=_("tilbud"))
    def offer_links(self, institution):
        if not institution.pk:
            return _("Lagre institusjonen først. Så kan du legge inn tilbudene.")
        total = institution.offer_total
        return format_html(
            '<a href="{}?institution__id__exact={}">{}</a> · <a href="{}?institution={}">{}</a>',
            reverse("admin:tilbud_offer_changelist"),
            institution.pk,
            ngettext("Se %(count)s tilbud", "Se %(count)s tilbud", total) % {"count": total},
            reverse("admin:tilbud_offer_add"),
            institution.pk,
            _("Legg til et tilbud"),
        )

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import CheckedMixin
from tilbud.desk.contacts import ContactInline, RemarkInline
from tilbud.desk.entry_admin import EntryAdmin
from tilbud.desk.facts import FACT_FIELDS, SOURCE_FIELDS, FactInline, SourcedEntryForm, SourcedForm
from tilbud.desk.filters import CheckedFilter
from tilbud.desk.inbox import reports_of
from tilbud.desk.list_editing import ListEditingMixin
from tilbud.desk.slip_forms import AgeLimitFormSlips, OfferFormSlips
from tilbud.models import Activity, AgeLimit, Channel, Offer, Payment, TargetRelation, WayIn


class ActivityInline(FactInline):
    model = Activity
    fields = [("activity", "extent", "led_by"), *FACT_FIELDS]


class RelationInline(FactInline):
    model = TargetRelation
    fields = ["relation", *FACT_FIELDS]


class AgeLimitForm(AgeLimitFormSlips, SourcedForm):
    class Meta(SourcedForm.Meta):
        pass


class AgeLimitInline(FactInline):
    model = AgeLimit
    form = AgeLimitForm
    fields = [("min_age", "max_age", "children", "wording"), *FACT_FIELDS]


class PaymentInline(FactInline):
    model = Payment
    fields = [("kind", "wording"), *FACT_FIELDS]


class WayInInline(FactInline):
    model = WayIn
    fields = [("kind", "route"), *FACT_FIELDS]


class ChannelInline(FactInline):
    model = Channel
    fields = [("channel", "hours"), *FACT_FIELDS]


class OfferForm(OfferFormSlips, SourcedEntryForm):
    class Meta(SourcedEntryForm.Meta):
        pass


@admin.register(Offer)
class OfferAdmin(CheckedMixin, ListEditingMixin, EntryAdmin):
    form = OfferForm
    list_display = [
        "title",
        "institution",
        "status",
        "where",
        "dependence",
        "is_urgent",
        "last_checked",
        "version",
    ]
    list_editable = ["status", "is_urgent"]
    list_filter = [
        "status",
        CheckedFilter,
        "institution__region",
        "activities__activity",
        "relations__relation",
        "dependence",
        "catchment",
        "is_urgent",
        "source",
    ]
    list_select_related = ["institution__place", "place", "county"]
    search_fields = [
        "title",
        "slug",
        "summary",
        "area",
        "place__name",
        "institution__name",
        "institution__names__name",
        "institution__place__name",
    ]
    search_help_text = _("Søk i tittel, kort fortalt, sted og navnene på institusjonen.")
    autocomplete_fields = ["institution", "place", "county", "source"]
    readonly_fields = ["institution_link"]
    fieldsets = [
        (
            _("Hva"),
            {
                "fields": [("institution", "institution_link"), ("title", "slug"), "_anyway", "summary"],
                "description": _("Det leseren ser først. Kontakt, aktiviteter og veien inn føres lenger ned."),
            },
        ),
        (
            _("Status"),
            {
                "fields": [("status", "is_urgent"), "status_note"],
                "description": _(
                    "Et tilbud som er stanset eller lagt ned, slettes ikke: det vises med denne statusen."
                ),
            },
        ),
        (
            _("Hvem og hvorfra"),
            {
                "fields": [
                    ("dependence", "dependence_note"),
                    ("catchment", "wider_catchment"),
                    "catchment_note",
                ],
                "description": _(
                    "Ukjent er ikke nei: la feltet stå tomt eller «ikke oppgitt» når kilden ikke sier det."
                ),
            },
        ),
        (_("Omfang"), {"fields": [("capacity_min", "capacity_max"), ("sessions", "frequency")]}),
        (
            _("Sted"),
            {
                "fields": [("place", "county", "area")],
                "description": _("Står alt tomt, er tilbudet der institusjonen er."),
            },
        ),
        (
            _("Kilde og kontroll"),
            {
                "fields": SOURCE_FIELDS,
                "description": _("Gjelder feltene over. Resten har egen kilde og egen kontroll, rad for rad."),
            },
        ),
    ]
    inlines = [
        ContactInline,
        ActivityInline,
        RelationInline,
        AgeLimitInline,
        PaymentInline,
        WayInInline,
        ChannelInline,
        RemarkInline,
    ]

    def tools(self, request, pk):
        tools = []
        if request.user.has_perm("tilbud.view_check"):
            tools.append((_("Kontroller"), reverse("admin:check", args=[self.kind, pk])))
        if request.user.has_perm("tilbud.view_report"):
            label = _("Meldinger om feil (%s)") % reports_of(pk).count()
            tools.append((label, f"{reverse('admin:inbox')}?offer={pk}"))
        return tools

    def view_on_site(self, offer):
        return offer.get_absolute_url()

    @admin.display(description=_("sted"), empty_value="–")
    def where(self, offer):
        return offer.where or None

    @admin.display(description=_("gå til institusjonen"), empty_value="–")
    def institution_link(self, offer):
        if not offer.pk:
            return None
        url = reverse("admin:tilbud_institution_change", args=[offer.institution_id])
        return format_html('<a href="{}">{}</a>', url, offer.institution)

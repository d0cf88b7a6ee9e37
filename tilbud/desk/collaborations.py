from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import CheckedMixin, DeskAdmin
from tilbud.desk.facts import FACT_FIELDS, FactInline, SourcedForm
from tilbud.desk.filters import CheckedFilter
from tilbud.models import Collaboration

PARTNER_FIELDS = [("partner", "partner_name", "sector"), ("direction", "what")]


class CollaborationInline(FactInline):
    model = Collaboration
    fk_name = "institution"
    fields = [*PARTNER_FIELDS, *FACT_FIELDS]
    autocomplete_fields = ["partner", "source"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("institution", "partner")


@admin.register(Collaboration)
class CollaborationAdmin(CheckedMixin, DeskAdmin):
    form = SourcedForm
    list_display = ["institution", "direction", "other_side", "sector", "is_current", "last_checked"]
    list_filter = ["direction", "sector", "is_current", CheckedFilter, "source"]
    list_select_related = ["institution", "partner"]
    search_fields = ["institution__name", "partner__name", "partner_name", "what"]
    search_help_text = _("Søk i navnet på begge parter og i hva samarbeidet går ut på.")
    autocomplete_fields = ["institution", "partner", "source"]
    fieldsets = [
        (
            _("Hvem"),
            {
                "fields": ["institution", *PARTNER_FIELDS],
                "description": _(
                    "Samarbeidet er sagt av institusjonen. Parten er enten i katalogen, eller skrevet med "
                    "navn, ikke begge deler."
                ),
            },
        ),
        (_("Kilde og kontroll"), {"fields": FACT_FIELDS}),
    ]

    @admin.display(description=_("samarbeidspart"))
    def other_side(self, collaboration):
        return collaboration.partner or collaboration.partner_name

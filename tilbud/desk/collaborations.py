from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import CheckedMixin, FrozenAdmin, link_to
from tilbud.desk.facts import FACT_FIELDS, FactInline
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
class CollaborationAdmin(CheckedMixin, FrozenAdmin):
    """To find one. It is edited inside the institution that says it, with the rest of what that says."""

    list_display = ["owner", "direction", "other_side", "sector", "is_current", "last_checked"]
    list_display_links = None
    list_filter = ["direction", "sector", "is_current", CheckedFilter, "source"]
    list_select_related = ["institution", "partner"]
    search_fields = ["institution__name", "partner__name", "partner_name", "what"]
    search_help_text = _("Søk i navnet på begge parter og i hva samarbeidet går ut på.")

    @admin.display(description=_("institusjon"), ordering="institution__sort_key")
    def owner(self, collaboration):
        return link_to(collaboration.institution)

    @admin.display(description=_("samarbeidspart"))
    def other_side(self, collaboration):
        return collaboration.partner or collaboration.partner_name

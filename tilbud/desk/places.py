from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from regions.models import County, HealthRegion, Place
from tilbud.desk.entry_admin import EntryAdmin, ReasonForm
from tilbud.models import Source


def source_choices():
    return [("", "---------"), *Source.objects.values_list("slug", "title")]


class GeographyForm(ReasonForm):
    """Geography keeps its source as a short name; here it is chosen from the sources there are."""

    source = forms.ChoiceField(label=_("kilde"), choices=source_choices)


SOURCE_FIELDSET = (_("Kilde"), {"fields": [("source", "locator")]})


@admin.register(HealthRegion)
class HealthRegionAdmin(EntryAdmin):
    form = GeographyForm
    list_display = ["name", "order", "valid_from", "valid_to", "successor"]
    list_filter = [("successor", admin.EmptyFieldListFilter)]
    list_select_related = ["successor"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (_("Hvem det er"), {"fields": [("name", "slug"), "order"]}),
        (
            _("Når"),
            {
                "fields": [("valid_from", "valid_to", "successor")],
                "description": _(
                    "En region som er slått sammen med en annen, beholdes: det rapporten sier om den, "
                    "finnes under etterfølgeren."
                ),
            },
        ),
        SOURCE_FIELDSET,
    ]

    def view_on_site(self, region):
        return region.get_absolute_url()


@admin.register(County)
class CountyAdmin(EntryAdmin):
    form = GeographyForm
    list_display = ["name", "division", "region", "successor"]
    list_filter = ["division", "region"]
    list_select_related = ["region", "successor"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["successor"]
    fieldsets = [
        (
            _("Hvem det er"),
            {
                "fields": [("name", "slug"), ("division", "region"), "successor"],
                "description": _("Samme navn kan stå i begge inndelinger, med andre grenser."),
            },
        ),
        SOURCE_FIELDSET,
    ]


@admin.register(Place)
class PlaceAdmin(EntryAdmin):
    form = GeographyForm
    list_display = ["name", "county_2007", "county", "note"]
    list_filter = ["county_2007__region", "county", "county_2007"]
    list_select_related = ["county_2007", "county"]
    search_fields = ["name", "slug", "county_2007__name", "county__name"]
    search_help_text = _("Søk i navnet og i fylket, da og nå.")
    autocomplete_fields = ["county_2007", "county"]
    fieldsets = [
        (
            _("Hvor det er"),
            {
                "fields": [("name", "slug"), ("county_2007", "county"), ("latitude", "longitude"), "note"],
                "description": _("Fylket avgjør hvilken helseregion stedet hører til i søket."),
            },
        ),
        SOURCE_FIELDSET,
    ]

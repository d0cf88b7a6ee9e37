"""The survey of 2007 and the list of what has been loaded: frozen, so the figures can always be redone."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import FrozenAdmin
from tilbud.models import LoadedEntry, SurveyCell, SurveyTotal


@admin.register(SurveyCell)
class SurveyCellAdmin(FrozenAdmin):
    list_display = ["row", "column", "value", "table", "sector", "region", "institution", "line"]
    list_filter = ["region", "sector", "table", "column", ("institution", admin.EmptyFieldListFilter)]
    list_select_related = ["region", "institution"]
    search_fields = ["row", "value", "institution__name"]
    search_help_text = _("Søk i radens navn, verdien og navnet på institusjonen.")


@admin.register(SurveyTotal)
class SurveyTotalAdmin(FrozenAdmin):
    list_display = ["row", "column", "value", "table", "line"]
    list_filter = ["table"]
    search_fields = ["table", "row", "column", "value"]
    search_help_text = _("Søk i tabell, rad, kolonne og verdi.")


@admin.register(LoadedEntry)
class LoadedEntryAdmin(FrozenAdmin):
    list_display = ["key", "digest"]
    search_fields = ["key"]
    search_help_text = _("Søk i oppføringens navn.")

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from tilbud.desk.entry_admin import EntryAdmin
from tilbud.models import Contradiction, Source


@admin.register(Source)
class SourceAdmin(EntryAdmin):
    # An address typed without its scheme.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["title", "publisher", "published", "check_method", "is_link_safe"]
    list_filter = ["check_method", "is_link_safe"]
    search_fields = ["title", "slug", "publisher", "note"]
    search_help_text = _("Søk i tittel, kortnavn, utgiver og merknad.")
    fieldsets = [
        (
            _("Hva det er"),
            {
                "fields": [("title", "slug"), ("publisher", "published"), "note"],
                "description": _(
                    "Et dokument eller en nettside opplysningene er hentet fra. Leserne ser tittelen."
                ),
            },
        ),
        (_("Hvor det finnes"), {"fields": [("url", "is_link_safe")]}),
        (
            _("Hvordan opplysningene er innhentet"),
            {
                "fields": ["check_method"],
                "description": _("Sier hva som gjelder for kilden selv, før noen av oss har kontrollert noe."),
            },
        ),
    ]


@admin.register(Contradiction)
class ContradictionAdmin(EntryAdmin):
    list_display = ["subject", "institution", "first_source", "second_source"]
    list_filter = ["first_source", "second_source", ("institution", admin.EmptyFieldListFilter)]
    list_select_related = ["institution", "first_source", "second_source"]
    search_fields = ["subject", "slug", "first", "second", "note", "institution__name"]
    search_help_text = _("Søk i det kildene sier, i merknaden og i navnet på institusjonen.")
    autocomplete_fields = ["institution", "first_source", "second_source"]
    fieldsets = [
        (
            _("Hva det gjelder"),
            {
                "fields": [("subject", "slug"), "institution"],
                "description": _(
                    "Uten institusjon gjelder motsigelsen kilden selv og står på siden om katalogen."
                ),
            },
        ),
        (_("Den ene kilden"), {"fields": ["first", ("first_source", "first_locator")]}),
        (_("Den andre kilden"), {"fields": ["second", ("second_source", "second_locator")]}),
        (_("Vår forklaring"), {"fields": ["note"]}),
    ]

"""Contacts and remarks: inside their institution or offer, and in lists of their own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import CheckedMixin, DeskAdmin
from tilbud.desk.facts import FACT_FIELDS, FactInline, SourcedForm
from tilbud.desk.filters import CheckedFilter, OwnerFilter, OwnerOrFieldFilter
from tilbud.models import Contact, Remark

CONTACT_FIELDS = [
    ("kind", "value", "as_printed"),
    ("label", "hours"),
    ("postal_code", "place"),
    ("is_doubtful", "doubt"),
]
REMARK_FIELDS = ["topic", "text"]


class ContactInline(FactInline):
    model = Contact
    fields = [*CONTACT_FIELDS, *FACT_FIELDS]
    autocomplete_fields = ["place", "source"]


class RemarkInline(FactInline):
    model = Remark
    fields = [*REMARK_FIELDS, *FACT_FIELDS]


class OwnedAdmin(CheckedMixin, DeskAdmin):
    """A fact of an institution or an offer, shown with whose it is."""

    form = SourcedForm
    list_select_related = ["institution", "offer__institution", "source"]
    autocomplete_fields = ["institution", "offer", "source"]

    @admin.display(description=_("gjelder"), ordering="institution__sort_key")
    def owner(self, row):
        return row.institution or row.offer


@admin.register(Contact)
class ContactAdmin(OwnedAdmin):
    list_display = ["display", "kind", "owner", "label", "is_doubtful", "is_current", "last_checked"]
    list_filter = ["kind", "is_doubtful", "is_current", CheckedFilter, OwnerFilter, "source"]
    search_fields = [
        "value",
        "as_printed",
        "label",
        "doubt",
        "institution__name",
        "offer__title",
        "place__name",
    ]
    search_help_text = _("Søk i verdi, hva det gjelder, sted og navnet på institusjonen eller tilbudet.")
    autocomplete_fields = [*OwnedAdmin.autocomplete_fields, "place"]
    fieldsets = [
        (
            _("Hvem det gjelder"),
            {
                "fields": [("institution", "offer")],
                "description": _("Velg én av dem: en institusjon eller et tilbud."),
            },
        ),
        (
            _("Hva"),
            {
                "fields": CONTACT_FIELDS,
                "description": _("Bare numre og adresser som hører til enheten, aldri til en person."),
            },
        ),
        (_("Kilde og kontroll"), {"fields": FACT_FIELDS}),
    ]

    @admin.display(description=_("kontakt"), ordering="value")
    def display(self, contact):
        return contact.display


@admin.register(Remark)
class RemarkAdmin(OwnedAdmin):
    list_display = ["__str__", "topic", "owner", "is_current", "last_checked"]
    list_filter = ["topic", OwnerOrFieldFilter, "is_current", CheckedFilter, "source"]
    search_fields = ["text", "note", "institution__name", "offer__title"]
    search_help_text = _("Søk i teksten, merknaden og navnet på institusjonen eller tilbudet.")
    fieldsets = [
        (
            _("Hvem det gjelder"),
            {
                "fields": [("institution", "offer")],
                "description": _(
                    "Velg en institusjon eller et tilbud. Uten noen av dem gjelder opplysningen feltet som "
                    "helhet og står på siden om katalogen."
                ),
            },
        ),
        (_("Hva"), {"fields": REMARK_FIELDS}),
        (_("Kilde og kontroll"), {"fields": FACT_FIELDS}),
    ]

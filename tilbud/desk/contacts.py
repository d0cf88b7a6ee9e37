"""Contacts and remarks: inside their institution or offer, and in lists of their own."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import CheckedMixin, FrozenAdmin, link_to
from tilbud.desk.entry_admin import EntryAdmin
from tilbud.desk.facts import FACT_FIELDS, FactInline, SourcedEntryForm, SourcedForm
from tilbud.desk.filters import CheckedFilter, OwnerFilter, OwnerOrFieldFilter
from tilbud.desk.slip_forms import ContactFormSlips
from tilbud.models import Contact, Remark

CONTACT_FIELDS = [
    ("kind", "value", "as_printed"),
    ("label", "hours"),
    ("postal_code", "place"),
    ("is_doubtful", "doubt"),
]
REMARK_FIELDS = ["topic", "text"]


class ContactForm(ContactFormSlips, SourcedForm):
    class Meta(SourcedForm.Meta):
        pass


class ContactInline(FactInline):
    model = Contact
    form = ContactForm
    fields = [*CONTACT_FIELDS, *FACT_FIELDS, "_anyway"]
    autocomplete_fields = ["place", "source"]


class RemarkInline(FactInline):
    model = Remark
    fields = [*REMARK_FIELDS, *FACT_FIELDS]

    def has_delete_permission(self, request, obj=None):
        # Here it is a change of the owner; a remark about the field is deleted in its own list.
        return self.has_change_permission(request, obj)


class OwnedMixin(CheckedMixin):
    """For lists of facts of institutions and offers. They are edited inside the entry they belong to."""

    list_display_links = None
    list_select_related = ["institution", "offer__institution", "source"]

    @admin.display(description=_("gjelder"), ordering="institution__sort_key")
    def owner(self, row):
        return link_to(row.institution or row.offer)


@admin.register(Contact)
class ContactAdmin(OwnedMixin, FrozenAdmin):
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

    @admin.display(description=_("kontakt"), ordering="value")
    def display(self, contact):
        return contact.display


@admin.register(Remark)
class RemarkAdmin(OwnedMixin, EntryAdmin):
    """All remarks to find; those about the field as a whole, which belong to nobody, are edited here."""

    form = SourcedEntryForm
    list_display = ["__str__", "topic", "owner", "is_current", "last_checked"]
    list_filter = ["topic", OwnerOrFieldFilter, "is_current", CheckedFilter, "source"]
    search_fields = ["text", "note", "institution__name", "offer__title"]
    search_help_text = _("Søk i teksten, merknaden og navnet på institusjonen eller tilbudet.")
    autocomplete_fields = ["source"]
    fieldsets = [
        (
            _("Hva"),
            {
                "fields": REMARK_FIELDS,
                "description": _(
                    "Gjelder feltet som helhet og står på siden om katalogen. Det som gjelder en institusjon "
                    "eller et tilbud, føres der."
                ),
            },
        ),
        (_("Kilde og kontroll"), {"fields": FACT_FIELDS}),
    ]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _is_of_nobody(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _is_of_nobody(obj)

    @admin.display(description=_("gjelder"), ordering="institution__sort_key")
    def owner(self, row):
        if not _is_of_nobody(row):
            return super().owner(row)
        url = reverse("admin:tilbud_remark_change", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("feltet som helhet"))


def _is_of_nobody(remark):
    return remark is None or (remark.institution_id is None and remark.offer_id is None)

"""What every list and form of the desk does: search in Norwegian, bear with bad addresses."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from regions.norwegian import fold

# What a hand-typed filter can end in: Django's own refusals, then those of either database and its driver.
BAD_ADDRESS = (
    IncorrectLookupParameters,
    SuspiciousOperation,
    DatabaseError,
    ValueError,
    LookupError,
    OverflowError,
)


class KeySelect(AutocompleteSelect):
    """An autocomplete field that reads a value no key can have as empty, where Django's answers 500.

    What has been chosen is fetched once for all rows of a list, where Django asks again for every field.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The copies of this widget in the rows of a list all look here.
        self.known = {}

    def fetch(self, queryset, values):
        """Learn of the rows with these keys that are not known yet. Returns the values that are keys."""
        keys = [str(value) for value in values if str(value).isascii() and str(value).isdigit()]
        keys = [key for key in keys if len(key) < 19]
        unknown = set(keys) - self.known.keys()
        if unknown:
            self.known.update(dict.fromkeys(unknown))
            self.known.update({str(row.pk): row for row in queryset.using(self.db).filter(pk__in=unknown)})
        return keys

    def optgroups(self, name, value, attr=None):
        rows = [self.known[key] for key in self.fetch(self.choices.queryset, value)]
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for row in filter(None, rows):
            label = self.choices.field.label_from_instance(row)
            options.append(self.create_option(name, row.pk, label, True, len(options)))
        return [(None, options, 0)]


class ForeignKeyMixin:
    """How admins and their inlines let an editor choose another row."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # A button that deletes a source beside every fact is an accident waiting.
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class AddressMixin:
    """For lists whose address somebody may have typed by hand."""

    def get_changelist_instance(self, request):
        """Answer a bad filter in the address with a message and the whole list.

        Django itself shows the whole list without a word, or breaks where only the database sees the fault.
        """
        try:
            return super().get_changelist_instance(request)
        except BAD_ADDRESS as fault:
            messages.error(request, _("Adressen har et filter vi ikke forstår. Her er hele listen i stedet."))
            raise IncorrectLookupParameters from fault

    def get_object(self, request, object_id, from_field=None):
        # `?_to_field=` with nothing after it is a field without a name to Django.
        return super().get_object(request, object_id, from_field or None)

    def response_action(self, request, queryset):
        """Refuse an action on rows whose keys are none, where Django breaks."""
        try:
            queryset.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME)).exists()
        except BAD_ADDRESS:
            messages.error(request, _("Vi forsto ikke hvilke rader du valgte. Ingenting er endret."))
            return HttpResponseRedirect(request.path)
        return super().response_action(request, queryset)


class DeskAdmin(AddressMixin, ForeignKeyMixin, admin.ModelAdmin):
    """`search_fields` are plain paths to texts: they are compared in Python, the same on both databases."""

    save_on_top = True
    list_per_page = 50

    def get_search_results(self, request, queryset, search_term):
        """Rows in which every word of the search stands somewhere, in any spelling of æ, ø and å."""
        words = fold(search_term).split()
        if not words:
            return queryset, False
        texts = {}
        for key, *values in queryset.order_by().values_list("pk", *self.get_search_fields(request)):
            texts.setdefault(key, set()).update(fold(value) for value in values if value)
        found = [
            key for key, values in texts.items() if all(any(word in value for value in values) for word in words)
        ]
        return queryset.filter(pk__in=found), False


CHILDREN_SEE = _("Barn ser denne oppføringen. En annen må godkjenne før den vises.")


def number_in(text, otherwise=None):
    """Return the whole number a form or an address writes; `otherwise` for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else otherwise


def tell_problems(request, broken):
    """Say why an entry cannot be saved."""
    for problem in broken.problems:
        messages.error(request, problem)


def desk_url(model, pk, page="change"):
    """Return the address of a page of an entry at the desk."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=[pk])


def link_to(entry):
    """A link to the form of an entry."""
    return format_html('<a href="{}">{}</a>', desk_url(entry, entry.pk), entry)


class CheckedMixin:
    """For lists of what has a source: when a person last confirmed the row."""

    @admin.display(description=_("sist kontrollert"), ordering="checked_on", empty_value=_("aldri"))
    def last_checked(self, row):
        return row.checked_on


class FrozenAdmin(DeskAdmin):
    """To look at, never to change."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

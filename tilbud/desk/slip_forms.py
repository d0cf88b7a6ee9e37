"""The slip rules in the desk's forms: beside the field what is wrong, and a box to tick for what may be right."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.norwegian import fold
from tilbud.entries import slips
from tilbud.models import Contact, Institution, Offer

ANYWAY = "_anyway"


class WarningForm(forms.ModelForm):
    """Saves what may be right only when the editor has seen the warning and ticked «Lagre likevel».

    The box is hidden until there is something to answer. `warnings` are the sentences, for the page to show.
    """

    _anyway = forms.BooleanField(label=gettext_lazy("Lagre likevel"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.warnings = []

    def find_warnings(self):
        """Return sentences about what was typed; called when each field is right by itself."""
        return []

    def clean(self):
        data = super().clean()
        self.warnings = [] if self.errors else [warning for warning in self.find_warnings() if warning]
        if self.warnings:
            box = self.fields[ANYWAY]
            box.widget = forms.CheckboxInput()
            box.help_text = _("Hak av når du har sett etter, og det stemmer.")
            if not self.cleaned_data.get(ANYWAY):
                self.add_error(ANYWAY, self.warnings)
        return data

    def is_changed(self, *names):
        """Whether the editor has changed one of these; what was there before is nobody's slip now."""
        return not self.instance.pk or any(name in self.changed_data for name in names)

    @cached_property
    def changed_data(self):
        # The box says nothing about the entry.
        return [name for name in super().changed_data if name != ANYWAY]


class ContactFormSlips(WarningForm):
    """For contacts: numbers and addresses tidied or refused, postcode held against place, persons' mailboxes."""

    def clean(self):
        self._refuse_slips()
        return super().clean()

    def _refuse_slips(self):
        data = self.cleaned_data
        kind, value, is_doubtful = data.get("kind"), data.get("value"), bool(data.get("is_doubtful"))
        if kind and value and self.is_changed("kind", "value", "is_doubtful"):
            try:
                data["value"] = slips.tidy_contact_value(kind, value, is_doubtful)
            except ValidationError as error:
                self.add_error("value", error)
        if data.get("postal_code") and not is_doubtful and self.is_changed("postal_code", "place", "is_doubtful"):
            if fault := slips.postcode_fault(data["postal_code"], data.get("place")):
                self.add_error("postal_code", fault)

    def find_warnings(self):
        data = self.cleaned_data
        if data.get("kind") != Contact.Kinds.EMAIL or not self.is_changed("kind", "value"):
            return []
        return [slips.email_warning(data.get("value", ""))]


class AgeLimitFormSlips(forms.ModelForm):
    """For age limits: the database refuses an upper one below the lower; the form says it beside the field."""

    def clean(self):
        data = super().clean()
        lower, upper = self.cleaned_data.get("min_age"), self.cleaned_data.get("max_age")
        if lower is not None and upper is not None and lower > upper:
            self.add_error("max_age", _("Høyeste alder kan ikke være lavere enn laveste alder (%s år).") % lower)
        return data


class EntryFormSlips(WarningForm):
    """For what has an address of its own."""

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        kind = self._meta.model._meta.model_name
        fault = slips.slug_fault(kind, slug, self.instance.pk) if self.is_changed("slug") else ""
        if fault:
            raise ValidationError(fault)
        return slug


class InstitutionFormSlips(EntryFormSlips):
    """For institutions: the organisation number, and another of nearly the same name near by."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if number := self.fields.get("org_number"):
            # Room for «NO 974 760 673 MVA»; what is stored is nine digits.
            number.validators = [v for v in number.validators if not isinstance(v, MaxLengthValidator)]
            number.widget.attrs["maxlength"] = 30

    def clean_org_number(self):
        number = self.cleaned_data["org_number"]
        return slips.tidy_org_number(number) if self.is_changed("org_number") else number

    def find_warnings(self):
        data = self.cleaned_data
        if not data.get("name") or not self.is_changed("name", "place"):
            return []
        alike = slips.institutions_alike(data["name"], data.get("place"), self.instance.pk)
        return [alike_warning(other) for other in alike]


class OfferFormSlips(EntryFormSlips):
    """For offers: another of the same title at the same institution."""

    def find_warnings(self):
        data = self.cleaned_data
        if not data.get("title") or not data.get("institution") or not self.is_changed("title", "institution"):
            return []
        others = Offer.objects.filter(institution=data["institution"]).exclude(pk=self.instance.pk)
        return [alike_warning(other) for other in others if fold(other.title) == fold(data["title"])]


def alike_warning(other):
    """Return the warning that an entry may stand there already, with a link to the one that does."""
    kind = Institution if isinstance(other, Institution) else Offer
    return format_html(
        _('Kanskje står den der allerede: <a href="{}">{}</a>.'),
        reverse(f"admin:tilbud_{kind._meta.model_name}_change", args=[other.pk]),
        other,
    )

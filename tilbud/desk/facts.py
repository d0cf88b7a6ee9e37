"""Facts edited inside the institution or offer they are about."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, UniqueConstraint
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tilbud.desk.base import ForeignKeyMixin, KeySelect
from tilbud.desk.entry_admin import ReasonForm

SOURCE_FIELDS = [("source", "locator"), ("check_method", "checked_on")]
FACT_FIELDS = [*SOURCE_FIELDS, ("is_current", "note")]


class SourcedForm(forms.ModelForm):
    """What an editor should know wherever a source and a check are stated."""

    class Meta:
        help_texts = {
            "source": _("Må med: leserne ser hvor det kommer fra."),
            "check_method": _("Endres bare når noen har fått det bekreftet. Da må dagen med."),
            "checked_on": _("Vises for alle. En rettet skrivefeil er ingen kontroll."),
        }


class SourcedEntryForm(ReasonForm, SourcedForm):
    """The form of an entry that has a source of its own."""

    class Meta(SourcedForm.Meta):
        pass


class FactFormSet(forms.BaseInlineFormSet):
    """Says beside a row what the database would refuse, where Django lets it break.

    Django leaves out every constraint that names the owner, and compares the rows of one form with each other
    only for constraints without a condition.
    """

    @cached_property
    def forms(self):
        """The rows. What their fields offer or have chosen is fetched once for all of them."""
        rows = super().forms
        for name, field in rows[0].fields.items() if rows else ():
            select = getattr(field.widget, "widget", field.widget)
            if isinstance(select, KeySelect):
                select.fetch(field.queryset, [form[name].value() for form in rows])
            elif isinstance(field, forms.ModelChoiceField) and isinstance(select, forms.Select):
                choices = list(field.choices)
                for form in rows:
                    form.fields[name].widget.choices = choices
        return rows

    def clean(self):
        for form in self._kept_rows():
            if form.has_changed():
                self._refuse_broken(form)
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                self._refuse_repeated(constraint)
        super().clean()

    def _kept_rows(self):
        """Rows without a fault that will be there after saving."""
        return [
            form
            for form in self.forms
            if form.is_valid() and not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]

    def _refuse_broken(self, form):
        # An owner without a key cannot be compared with anything yet.
        exclude = set() if self.instance.pk else {self.fk.name}
        for constraint in self.model._meta.constraints:
            # Old rows are saved before new ones: what a new one repeats may be given up in the same save.
            if isinstance(constraint, UniqueConstraint) and not form.instance.pk:
                continue
            try:
                constraint.validate(self.model, form.instance, exclude=exclude)
            except ValidationError as error:
                form.add_error(None, error)

    def _refuse_repeated(self, constraint):
        names = [name for name in constraint.fields if name != self.fk.name]
        seen = self._keys_added_meanwhile(constraint, names)
        for form in self._kept_rows():
            values = {field.name: getattr(form.instance, field.attname) for field in self.model._meta.fields}
            if constraint.condition and not constraint.condition.check(values):
                continue
            key = tuple(values[name] for name in names)
            if key in seen:
                form.add_error(None, constraint.get_violation_error_message())
            seen.add(key)

    def _keys_added_meanwhile(self, constraint, names):
        """Rows somebody else has added since this form was shown."""
        if not self.instance.pk:
            return set()
        shown = [form.instance.pk for form in self.initial_forms]
        rows = self.model.objects.filter(constraint.condition or Q(), **{self.fk.name: self.instance})
        return set(rows.exclude(pk__in=shown).values_list(*names))


class FactInline(ForeignKeyMixin, admin.StackedInline):
    extra = 0
    form = SourcedForm
    formset = FactFormSet
    autocomplete_fields = ["source"]

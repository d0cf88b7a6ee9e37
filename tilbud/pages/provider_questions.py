"""One question to a provider about its own entry, and what the answer makes of the fact."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tilbud.entries.faults import values_of
from tilbud.entries.slips import postcode_fault, tidy_contact_value
from tilbud.models import Activity, Contact, Institution, Offer, WayIn
from tilbud.models.source import CheckMethods
from tilbud.pages.text import one_line

_NUMBER = gettext_lazy("Skriv et norsk telefonnummer: åtte siffer, eller et kortnummer som 116 123.")
HOW_TO_WRITE = {
    Contact.Kinds.PHONE: _NUMBER,
    Contact.Kinds.SMS: _NUMBER,
    Contact.Kinds.EMAIL: gettext_lazy("Skriv en e-postadresse, for eksempel postmottak@eksempel.no."),
    Contact.Kinds.WEB: gettext_lazy("Skriv en nettadresse, for eksempel https://www.eksempel.no/."),
}
YES, CHANGED, GONE = "yes", "changed", "gone"
# What a source printed says nothing of a value the provider has given.
OF_THE_SOURCE = {"as_printed": "", "wording": "", "status_note": "", "is_doubtful": False, "doubt": ""}


class Question(forms.Form):
    """Whether one fact is right, and the fields to put it right with."""

    use_required_attribute = False

    def __init__(self, data, *, shape, row, columns, heading="", prefix):
        super().__init__(data, prefix=prefix)
        self.shape, self.row, self.columns = shape, row, columns
        self.fact = shape.model(**values_of(shape, row))
        self.heading = heading or capfirst(self.fact._meta.get_field(columns[0]).verbose_name)
        if isinstance(self.fact, Contact):
            self.heading = capfirst(self.fact.get_kind_display())
        choices = [(YES, _("Stemmer"))]
        choices += [(CHANGED, _("Stemmer ikke. Slik er det nå:"))] * bool(columns)
        choices += [(GONE, _("Gjelder ikke lenger"))] * ("is_current" in row)
        self.fields["answer"] = forms.ChoiceField(choices=choices, required=False, widget=forms.RadioSelect)
        for column in columns:
            self.fields[column] = self._field(self.fact._meta.get_field(column))

    def _field(self, field):
        wanted = {"required": False, "initial": self.row[field.name], "label": capfirst(field.verbose_name)}
        if isinstance(field, models.PositiveSmallIntegerField):
            wanted["widget"] = forms.TextInput(attrs={"inputmode": "numeric"})
        if field.name == "value":
            wanted["label"] = self.heading
        made = field.formfield(**wanted)
        made.widget.attrs["autocomplete"] = "off"
        # Said beside the field, not cut off without a word.
        made.widget.attrs.pop("maxlength", None)
        return made

    def clean(self):
        said = super().clean()
        written = [column for column in self.columns if column in self.changed_data]
        answer = said.get("answer")
        if self.errors:
            return said
        if answer == CHANGED and not written:
            self.add_error("answer", _("Skriv hva som er riktig nå, eller velg «Stemmer»."))
        elif answer != CHANGED and written:
            self.add_error("answer", _("Du har skrevet noe nytt. Velg «Stemmer ikke», eller sett feltet tilbake."))
        elif answer:
            self._tidy()
            self._refuse_broken()
        return said

    def _tidy(self):
        """Write a contact as the desk writes it; say beside the field what it cannot be."""
        said, kind = self.cleaned_data, self.row.get("kind")
        if "value" in self.changed_data and said["value"]:
            try:
                said["value"] = tidy_contact_value(kind, one_line(said["value"]))
            except ValidationError:
                self.add_error("value", HOW_TO_WRITE.get(kind, HOW_TO_WRITE[Contact.Kinds.WEB]))
        if said.get("postal_code") and "postal_code" in self.changed_data and postcode_fault(said["postal_code"]):
            self.add_error("postal_code", _("Postnummeret finnes ikke. Skriv fire siffer."))

    def _refuse_broken(self):
        """Say beside the field what the desk and the database would refuse."""
        if self.errors:
            return
        row = self.corrected(self.cleaned_data["answer"])
        fact = self.shape.model(**values_of(self.shape, row))
        try:
            fact.clean_fields(exclude=[f.name for f in fact._meta.fields if f.is_relation or f.generated])
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.columns else "answer", texts)
            return
        for constraint in fact._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                try:
                    constraint.validate(type(fact), fact, exclude={"institution", "offer"})
                except ValidationError as error:
                    self.add_error(self.columns[0] if self.columns else "answer", error.messages)

    def corrected(self, answer):
        """Return the row as the answer makes it."""
        today = timezone.localdate().isoformat()
        checked = {"checked_on": today, "check_method": CheckMethods.EMAIL.value}
        if answer == GONE:
            note = _("Gjelder ikke lenger, opplyst av tilbyderen.")
            return self.row | {"is_current": False, "note": f"{self.row['note']} {note}".strip()[-500:]}
        if answer == CHANGED:
            values = {name: _typed(value) for name, value in self.cleaned_data.items() if name in self.columns}
            told = {name: empty for name, empty in OF_THE_SOURCE.items() if name in self.row}
            where = {"locator": _("oppgitt av tilbyderen")} if "is_current" in self.row else {}
            return self.row | values | told | where | checked
        if answer == YES:
            doubt = {"is_doubtful": False, "doubt": ""} if "doubt" in self.row else {}
            return self.row | doubt | checked
        return self.row

    @property
    def text(self):
        """What the directory says now."""
        fact = self.fact
        if isinstance(fact, Contact):
            parts = [fact.label, fact.display, fact.postal_code, fact.hours]
        elif isinstance(fact, Activity):
            parts = [str(fact), fact.get_extent_display() if fact.extent != Activity.Extents.YES else ""]
        elif isinstance(fact, Offer):
            parts = [fact.get_status_display()]
        elif isinstance(fact, Institution):
            parts = [fact.name]
        else:
            parts = [str(fact), fact.route if isinstance(fact, WayIn) else getattr(fact, "hours", "")]
        return capfirst(", ".join(part for part in parts if part))

    @property
    def inputs(self):
        return [self[column] for column in self.columns]


def _typed(value):
    return one_line(value) if isinstance(value, str) else value

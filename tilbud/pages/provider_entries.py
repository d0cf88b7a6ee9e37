"""All questions to a provider about one institution or offer, and what the answers make of it."""

import json
from hashlib import sha256

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tilbud.entries import KINDS
from tilbud.models import Contact, EntryKinds
from tilbud.pages.provider_questions import YES, Question
from tilbud.pages.text import one_line

# Of each list of facts what a provider can correct in a field; the entry's own fields have no list. All else,
# and what is not there yet, is told in words.
COLUMNS = {
    EntryKinds.INSTITUTION: {"": ["name"], "contacts": ["value", "hours"]},
    EntryKinds.OFFER: {
        "": ["status"],
        "contacts": ["value", "hours"],
        "ways_in": ["kind", "route"],
        "activities": ["extent"],
        "relations": [],
        "age_limits": ["min_age", "max_age", "children"],
        "payments": ["kind"],
        "channels": ["hours"],
    },
}
HEADINGS = {
    "ways_in": gettext_lazy("Hvordan man kommer inn"),
    "activities": gettext_lazy("Hva dere gir"),
    "relations": gettext_lazy("Hvem det er for"),
    "age_limits": gettext_lazy("Alder"),
    "payments": gettext_lazy("Pris"),
    "channels": gettext_lazy("Hvordan det gis"),
}


class EntryForm(forms.Form):
    """What is answered about an entry as a whole. `seen` tells whether it is still what the provider was shown."""

    use_required_attribute = False

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    rest_is_right = forms.BooleanField(label=gettext_lazy("Alt jeg ikke svarer på under, stemmer"), required=False)
    other = forms.CharField(
        label=gettext_lazy("Er noe annet feil, eller mangler det noe?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean_other(self):
        other = one_line(self.cleaned_data["other"])
        if len(other) > 500:
            raise ValidationError(
                _("Teksten er på %(length)d tegn. Det er plass til 500."), params={"length": len(other)}
            )
        return other


class EntryQuestions:
    """All questions about one institution or offer."""

    def __init__(self, kind, pk, document, data=None):
        self.kind, self.pk, self.document = kind, pk, document
        self.anchor = f"{kind[0]}{pk}"
        fields = document["fields"]
        self.title, self.summary = fields.get("title") or fields.get("name"), fields.get("summary", "")
        text = json.dumps(document, sort_keys=True)
        self.seen = sha256(text.encode()).hexdigest()[:16]
        self.form = EntryForm(data, prefix=self.anchor, initial={"seen": self.seen})
        self.questions = [
            Question(
                data,
                shape=KINDS[kind].rows[name] if name else KINDS[kind].shape,
                row=row,
                columns=columns + self._more(row, columns),
                heading=HEADINGS.get(name, ""),
                prefix=f"{self.anchor}-{name}-{row['id']}" if name else f"{self.anchor}-self",
            )
            for name, columns in COLUMNS[kind].items()
            for row in (document["rows"][name] if name else [fields])
            if row.get("is_current", True)
        ]

    def _more(self, row, columns):
        is_address = row.get("kind") in (Contact.Kinds.POSTAL, Contact.Kinds.VISIT)
        return ["postal_code"] if is_address and "value" in columns else []

    def is_valid(self):
        """Whether every answer makes sense; says beside the field what does not."""
        valid = [part.is_valid() for part in (self.form, *self.questions)]
        if self.is_answered and self.form.cleaned_data.get("seen") != self.seen:
            self.refuse([_("Noe er endret her mens du svarte. Se over en gang til, og send på nytt.")])
            # What is shown from now on is what the entry is.
            self.form.data = self.form.data.copy()
            self.form.data[self.form.add_prefix("seen")] = self.seen
        return all(valid) and self.form.is_valid()

    def refuse(self, problems):
        for problem in problems:
            self.form.add_error(None, problem)

    @property
    def has_errors(self):
        return any(part.errors for part in (self.form, *self.questions))

    @property
    def is_answered(self):
        said = self.form.cleaned_data
        answers = [question.cleaned_data.get("answer") for question in self.questions]
        return bool(said.get("rest_is_right") or said.get("other") or any(answers))

    def corrected(self):
        """Return the document as the answers make it."""
        rest = YES if self.form.cleaned_data["rest_is_right"] else ""
        fields, rows = self.document["fields"], {}
        for question in self.questions:
            row = question.corrected(question.cleaned_data["answer"] or rest)
            if "id" in row:
                rows[question.shape.model, row["id"]] = row
            else:
                fields = row
        shapes = KINDS[self.kind].rows
        return {
            "fields": fields | {"missed_checks": 0},
            "rows": {
                name: [rows.get((shapes[name].model, row["id"]), row) for row in listed]
                for name, listed in self.document["rows"].items()
            },
        }

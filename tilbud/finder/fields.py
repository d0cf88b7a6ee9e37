"""Form fields that say in Norwegian what is wrong with a value and keep the rest of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regions.lookup import find_spots


def quoted(value):
    """Return a visitor's value fit to be shown back: short, on one line, without control characters."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(value))
    return text if len(text) <= 30 else text[:30] + "…"


class SeveralField(forms.MultipleChoiceField):
    """Several values of one parameter. Unknown ones get a message; `salvaged` holds the known ones."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        known = {str(key) for key, label in self.choices}
        values = list(dict.fromkeys(v for v in value or [] if v != ""))
        self.salvaged = [v for v in values if v in known]
        unknown = [v for v in values if v not in known]
        if unknown:
            raise ValidationError(
                _("Vi kjenner ikke valget «%(value)s». Det er ikke brukt."),
                params={"value": quoted(unknown[0])},
            )
        return self.salvaged


class OneValueInput(forms.TextInput):
    """A text input that notices when its parameter stands several times with different values."""

    def value_from_datadict(self, data, files, name):
        values = list(dict.fromkeys(data.getlist(name)))
        return values if len(values) > 1 else (values[0] if values else None)

    def format_value(self, value):
        return quoted(value[0]) if isinstance(value, list) else super().format_value(value)


class OneValueMixin:
    """Refuse a parameter that stands several times: to choose one for the visitor would be a silent guess."""

    def clean(self, value):
        if isinstance(value, list):
            raise ValidationError(_("Dette er oppgitt flere ganger. Skriv bare én verdi."))
        return super().clean(value)


class AgeField(OneValueMixin, forms.IntegerField):
    """An age in whole years, 0 to 120."""

    widget = OneValueInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3, "size": 4})

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=120, **kwargs)
        message = _("Skriv alderen som et helt tall fra 0 til 120, for eksempel 16.")
        self.error_messages["invalid"] = message
        for validator in self.validators:
            validator.message = message

    def widget_attrs(self, widget):
        return {}

    def clean(self, value):
        # A number of a thousand digits must not reach int(); no age has more than three.
        if isinstance(value, str) and len(value.strip()) > 3:
            raise ValidationError(self.error_messages["invalid"])
        return super().clean(value)


class TextField(OneValueMixin, forms.CharField):
    """A short text typed by the visitor."""

    widget = OneValueInput(attrs={"autocomplete": "off"})

    def __init__(self, **kwargs):
        super().__init__(
            error_messages={
                "max_length": _("Dette er for langt. Skriv høyst %(limit_value)d tegn."),
                "null_characters_not_allowed": _("Teksten har et tegn vi ikke kan lese. Skriv den på nytt."),
            },
            **kwargs,
        )
        for validator in self.validators:
            validator.message = self.error_messages.get(validator.code, validator.message)


class SpotField(TextField):
    """Where the visitor is, in any spelling; the clean value is a `regions.lookup.Spot`.

    Several places of one name are an error that offers them: `ambiguous` holds them afterwards.
    """

    def clean(self, value):
        self.ambiguous = []
        text = super().clean(value)
        if not text:
            return None
        spots = find_spots(text)
        if len(spots) == 1:
            return spots[0]
        if spots:
            self.ambiguous = spots
            raise ValidationError(_("Flere steder heter dette. Velg hvilket du mener under feltet."))
        raise ValidationError(
            _("Vi kjenner ikke stedet «%(value)s». Prøv en annen skrivemåte, postnummeret eller helseregionen."),
            params={"value": quoted(text)},
        )

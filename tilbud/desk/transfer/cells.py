"""What stands in one cell: a value of a document as text, and the text as a value again."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

# Before a text a spreadsheet would take for a formula. A text that itself begins with the mark gets one more.
MARK = "'"
NEEDS_MARK = ("=", "+", "-", "@", "\t", "\r", "\n", MARK)
YES, NO = "ja", "nei"
WHOLE_NUMBER = re.compile(r"(-?[0-9]{1,18})(?:\.0+)?")
# A date as Excel keeps it: days since 1900. Fewer digits than five is a year somebody has typed.
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
MIDNIGHT = re.compile(r"[T ]00:00:00(?:\.0+)?$")
LARGEST = {"PositiveSmallIntegerField": 32767}


def neutral(text):
    """Return a text as it can stand in a spreadsheet without being run as a formula."""
    return MARK + text if text.startswith(NEEDS_MARK) else text


def restored(text):
    """Return a text as it was before `neutral`; a text that a person typed without a mark is as it is."""
    return text[1:] if text.startswith(MARK) and text[1:].startswith(NEEDS_MARK) else text


class Slugs:
    """Short names of everything that is pointed to, read once for each model."""

    def __init__(self):
        self._by_key, self._by_slug = {}, {}

    def _read(self, model):
        if model not in self._by_key:
            self._by_key[model] = dict(model.objects.order_by().values_list("pk", "slug"))
            self._by_slug[model] = {slug: key for key, slug in self._by_key[model].items()}

    def slug(self, model, key):
        self._read(model)
        return self._by_key[model][key]

    def key(self, model, slug):
        """Return the key of a row; raises ValidationError when nothing has this short name."""
        self._read(model)
        if slug not in self._by_slug[model]:
            raise ValidationError(
                _("«%(slug)s» finnes ikke blant %(names)s.")
                % {"slug": shortened(slug), "names": model._meta.verbose_name_plural}
            )
        return self._by_slug[model][slug]


def to_text(field, value, slugs):
    """Return a value of a document as the text of a cell, before it is made neutral."""
    if value is None:
        return ""
    if field.is_relation:
        return slugs.slug(field.related_model, value)
    if isinstance(field, models.BooleanField):
        return YES if value else NO
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def from_text(field, text, slugs):
    """Return the text of a cell as a value of a document; raises ValidationError with a sentence."""
    value = _plain(field, text, slugs)
    if field.is_relation:
        if value is None and not field.null:
            raise ValidationError(_("må fylles ut."))
        return value
    value = field.clean(value, None)
    largest = LARGEST.get(field.get_internal_type())
    if largest and value is not None and value > largest:
        raise ValidationError(_("%(value)s er for stort, høyst %(most)s.") % {"value": value, "most": largest})
    return value.isoformat() if isinstance(field, models.DateField) and value else value


def _plain(field, text, slugs):
    """Return the text as the field's own kind of value, not yet held against its rules."""
    word = text.strip()
    if field.is_relation:
        return slugs.key(field.related_model, word) if word else None
    if isinstance(field, models.BooleanField):
        return _boolean(word)
    if field.choices:
        return _choice(field, word)
    if isinstance(field, models.CharField | models.TextField):
        return None if field.null and text == "" else text
    if not word:
        return None
    return _date(word) if isinstance(field, models.DateField) else _number(word)


def _boolean(word):
    if word.casefold() not in (YES, NO):
        raise ValidationError(_("skriv ja eller nei, ikke «%s».") % shortened(word))
    return word.casefold() == YES


def _choice(field, word):
    """Accept the words an editor sees, and the short code the data have."""
    known = {str(code).casefold(): code for code, label in field.flatchoices}
    known |= {str(label).casefold(): code for code, label in field.flatchoices}
    if word and word.casefold() not in known:
        words = ", ".join(str(label) for code, label in field.flatchoices)
        raise ValidationError(
            _("«%(word)s» er ikke et valg. Skriv en av: %(words)s.") % {"word": shortened(word), "words": words}
        )
    return known[word.casefold()] if word else ""


def _number(word):
    if not (match := WHOLE_NUMBER.fullmatch(word)):
        raise ValidationError(_("«%s» er ikke et helt tall.") % shortened(word))
    return int(match[1])


def _date(word):
    """Accept 2026-11-24, 24.11.2026, and the number Excel keeps for a day."""
    try:
        if SERIAL.fullmatch(word):
            return from_excel(float(word)).date()
        return datetime.strptime(MIDNIGHT.sub("", word), "%d.%m.%Y" if "." in word[:3] else "%Y-%m-%d").date()
    except (ValueError, OverflowError, AttributeError):
        raise ValidationError(_("«%s» er ikke en dato. Skriv 24.11.2026.") % shortened(word)) from None


def shortened(text):
    return text if len(text) <= 60 else f"{text[:60]}…"

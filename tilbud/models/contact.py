import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.models import Place
from tilbud.models.institution import Institution
from tilbud.models.offer import Offer
from tilbud.models.source import Fact

# 113, 116 117, 116 123, 0xxxx and eight digits that begin with 2-9.
PHONE = re.compile(r"11[023]|116\d{3}|0\d{4}|[2-9]\d{7}")


class Contact(Fact):
    """A way to reach an institution or an offer, with the number or address as a source prints it."""

    class Kinds(models.TextChoices):
        PHONE = "phone", _("telefon")
        EMAIL = "email", _("e-post")
        WEB = "web", _("nettsted")
        POSTAL = "postal", _("postadresse")
        VISIT = "visit", _("besøksadresse")
        CHAT = "chat", _("chat")
        SMS = "sms", _("sms")

    institution = models.ForeignKey(
        Institution,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("institusjon"),
    )
    offer = models.ForeignKey(
        Offer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("tilbud"),
    )
    kind = models.CharField(_("slag"), max_length=8, choices=Kinds)
    value = models.CharField(
        _("verdi"),
        max_length=250,
        help_text=_("Telefonnumre skrives med bare tall. Aldri en personlig e-postadresse."),
    )
    as_printed = models.CharField(_("som trykt"), max_length=250, blank=True)
    postal_code = models.CharField(
        _("postnummer"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^\d{4}\Z", _("Et postnummer har fire siffer."))],
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sted")
    )
    label = models.CharField(_("hva det gjelder"), max_length=120, blank=True)
    hours = models.CharField(_("åpningstid"), max_length=120, blank=True)
    is_doubtful = models.BooleanField(
        _("tvilsom"), default=False, help_text=_("Vises, men merket, og uten lenke.")
    )
    doubt = models.CharField(_("hvorfor tvilsom"), max_length=250, blank=True)

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("kontaktopplysning")
        verbose_name_plural = _("kontaktopplysninger")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="contact_one_owner",
                condition=Q(institution=None) ^ Q(offer=None),
                violation_error_message=_("Velg enten en institusjon eller et tilbud, ikke begge."),
            ),
            models.CheckConstraint(
                name="contact_doubt_has_reason",
                condition=Q(is_doubtful=False, doubt="") | (Q(is_doubtful=True) & ~Q(doubt="")),
                violation_error_message=_("Skriv hvorfor opplysningen er tvilsom, eller ta bort haken."),
            ),
            models.CheckConstraint(
                name="contact_phone_plausible",
                condition=~Q(kind__in=["phone", "sms"])
                | Q(is_doubtful=True)
                | Q(value__regex=rf"^({PHONE.pattern})$"),
                violation_error_message=_(
                    "Skriv nummeret med bare tall: åtte siffer, eller et kortnummer som 113 eller 116123. "
                    "Er nummeret trykt feil, merk det som tvilsomt."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.display}"

    @property
    def display(self):
        """The value as people read it: «22 02 92 80», «800 89 550», «116 123»."""
        if self.kind not in (self.Kinds.PHONE, self.Kinds.SMS) or self.is_doubtful:
            return self.value
        if len(self.value) == 6 or (self.value.startswith("8") and len(self.value) == 8):
            groups = (3, 2, 3) if len(self.value) == 8 else (3, 3)
        else:
            groups = (2, 2, 2, 2) if len(self.value) == 8 else (len(self.value),)
        parts, start = [], 0
        for size in groups:
            parts.append(self.value[start : start + size])
            start += size
        return " ".join(parts)

    @property
    def href(self):
        """Where a link on this contact goes; empty when it must not be a link."""
        if self.is_doubtful:
            return ""
        if self.kind == self.Kinds.PHONE:
            return f"tel:{self.value if len(self.value) < 8 else '+47' + self.value}"
        if self.kind == self.Kinds.EMAIL:
            return f"mailto:{self.value}"
        if self.kind in (self.Kinds.WEB, self.Kinds.CHAT) and self.checked_on:
            # A web address from 2007 may belong to somebody else today: text until a person has looked.
            return self.value if self.value.startswith(("https://", "http://")) else f"https://{self.value}"
        return ""


def contact_prefetches():
    """Fetch whom to call with offers: their own numbers and addresses, and their institution's."""
    current = Contact.objects.current().select_related("source", "place")
    return [models.Prefetch("contacts", current), models.Prefetch("institution__contacts", current)]


class Remark(Fact):
    """Something a source says that no other field holds, in our own words.

    It is about an institution, about an offer, or (with neither) about the field as a whole.
    """

    class Topics(models.TextChoices):
        METHOD = "method", _("slik arbeider de")
        TARGET = "target", _("hvem det er for")
        FAMILY_STAY = "family_stay", _("opphold for familien")
        REFERRAL = "referral", _("henvisning")
        PRACTICAL = "practical", _("praktisk")
        STAFF = "staff", _("de ansatte")
        COOPERATION = "cooperation", _("samarbeid")
        LITERATURE = "literature", _("lesestoff")
        FUNDING = "funding", _("økonomi")
        HISTORY = "history", _("historie")
        NEED = "need", _("behov")
        OTHER = "other", _("annet")

    institution = models.ForeignKey(
        Institution,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="remarks",
        verbose_name=_("institusjon"),
    )
    offer = models.ForeignKey(
        Offer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="remarks",
        verbose_name=_("tilbud"),
    )
    topic = models.CharField(_("emne"), max_length=12, choices=Topics)
    text = models.TextField(_("tekst"), help_text=_("Våre egne ord, korte setninger."))

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("opplysning")
        verbose_name_plural = _("opplysninger")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="remark_at_most_one_owner",
                condition=Q(institution=None) | Q(offer=None),
                violation_error_message=_("Velg en institusjon eller et tilbud, ikke begge."),
            ),
        ]

    def __str__(self):
        return self.text[:80]

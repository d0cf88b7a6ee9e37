from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.models import slug_validator


class CheckMethods(models.TextChoices):
    """How a fact was last confirmed. The first two are no check of ours and therefore have no date."""

    INTERVIEW = "interview", _("oppgitt i intervju til rapporten, ikke kontrollert siden")
    PUBLISHED = "published", _("hentet fra kilden, ikke kontrollert av oss")
    CALLED = "called", _("ringt")
    WEB = "web", _("lest på tilbyderens nettsted")
    EMAIL = "email", _("bekreftet på e-post")
    LETTER = "letter", _("bekreftet i brev")


# After so many checks in a row without an answer the public sees the entry greyed.
UNREACHABLE_AFTER = 2

UNCHECKED = [CheckMethods.INTERVIEW, CheckMethods.PUBLISHED]


class Source(models.Model):
    """A document that states facts: a report, a web page, a regulation."""

    slug = models.CharField(_("kortnavn"), max_length=80, unique=True, validators=[slug_validator])
    title = models.CharField(_("tittel"), max_length=250)
    publisher = models.CharField(_("utgiver"), max_length=200, blank=True)
    published = models.CharField(
        _("utgitt"),
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(
                r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?\Z",
                _("Skriv år, år-måned eller dato, for eksempel 2007, 2007-02 eller 2007-02-15."),
            )
        ],
        help_text=_("År, år-måned eller dato, for eksempel 2007-02. Tom når kilden ikke er datert."),
    )
    url = models.URLField(_("adresse"), blank=True)
    is_link_safe = models.BooleanField(
        _("kan lenkes til"),
        default=False,
        help_text=_("Bare når noen har sett at adressen fortsatt viser kilden."),
    )
    check_method = models.CharField(
        _("hvordan opplysningene er innhentet"),
        max_length=12,
        choices=[choice for choice in CheckMethods.choices if choice[0] in UNCHECKED],
        default=CheckMethods.PUBLISHED,
    )
    note = models.TextField(_("merknad"), blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("kilde")
        verbose_name_plural = _("kilder")

    def __str__(self):
        return self.title

    @property
    def href(self):
        """Where a link on the source goes; empty when it must not be a link."""
        return self.url if self.is_link_safe and self.url.startswith(("https://", "http://")) else ""

    def get_published_display(self):
        """Return the date of publication in words, as exact as the source is: «februar 2007»."""
        parts = self.published.split("-")
        if len(parts) == 1:
            return parts[0]
        month = f"{MONTHS[int(parts[1])]} {parts[0]}"
        return month if len(parts) == 2 else f"{int(parts[2])}. {month}"


class Sourced(models.Model):
    """Something the directory states, with where it stands and when a person last confirmed it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("kilde"))
    locator = models.CharField(
        _("sted i kilden"), max_length=120, blank=True, help_text=_("For eksempel «kap. 3, linje 292-303».")
    )
    check_method = models.CharField(
        _("kontrollmåte"), max_length=12, choices=CheckMethods, default=CheckMethods.PUBLISHED
    )
    checked_on = models.DateField(
        _("sist kontrollert"),
        null=True,
        blank=True,
        help_text=_("Dagen noen fikk det bekreftet. Vises for alle; å rette en skrivefeil er ingen kontroll."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_checked_has_method",
                condition=Q(check_method__in=UNCHECKED, checked_on=None)
                | (~Q(check_method__in=UNCHECKED) & Q(checked_on__isnull=False)),
                violation_error_message=_(
                    "En kontroll trenger både dato og måte (ringt, nettsted, e-post eller brev)."
                ),
            ),
        ]

    @property
    def age(self):
        """How old this is, in words a reader understands at once."""
        if self.checked_on:
            return gettext("Kontrollert %(date)s, %(how)s") % {
                "date": date_format(self.checked_on, "j. F Y"),
                "how": self.get_check_method_display(),
            }
        if not self.source.published:
            return gettext("Overtatt fra %(source)s (uten dato), ikke kontrollert av oss") % {
                "source": self.source.title
            }
        if self.check_method == CheckMethods.INTERVIEW:
            return gettext("Opplyst %(when)s, ikke kontrollert siden") % {
                "when": self.source.get_published_display()
            }
        return gettext("Overtatt fra %(source)s (%(when)s), ikke kontrollert av oss") % {
            "source": self.source.title,
            "when": self.source.get_published_display(),
        }


class FactQuerySet(models.QuerySet):
    def current(self):
        """The claims the directory goes by; the others are kept because a source makes them."""
        return self.filter(is_current=True)


class Fact(Sourced):
    """A statement that can be wrong on its own. Where sources disagree every claim is kept, one is current."""

    is_current = models.BooleanField(
        _("gjelder"),
        default=True,
        help_text=_("Fjern haken for en påstand vi beholder, men ikke går ut fra."),
    )
    note = models.CharField(_("merknad"), max_length=500, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta(Sourced.Meta):
        abstract = True


class Contradiction(models.Model):
    """Two places in the sources that cannot both be right, with what each of them says."""

    slug = models.CharField(_("kortnavn"), max_length=120, unique=True, validators=[slug_validator])
    institution = models.ForeignKey(
        "tilbud.Institution",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contradictions",
        verbose_name=_("institusjon"),
    )
    subject = models.CharField(_("hva det gjelder"), max_length=200)
    first = models.TextField(_("den ene kilden sier"))
    first_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("kilde"))
    first_locator = models.CharField(_("sted i kilden"), max_length=120)
    second = models.TextField(_("den andre kilden sier"))
    second_source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("den andre kilden")
    )
    second_locator = models.CharField(_("sted i den andre kilden"), max_length=120)
    note = models.TextField(_("vår merknad"), blank=True, help_text=_("Vår utregning eller forklaring."))

    class Meta:
        ordering = ["slug"]
        verbose_name = _("motsigelse")
        verbose_name_plural = _("motsigelser")

    def __str__(self):
        return self.subject

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.norwegian import sort_key

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
    _("Bruk bare små bokstaver a–z, tall og bindestrek, for eksempel «helse-sor-ost»."),
)


class Sourced(models.Model):
    """A geographic fact with the document that states it; `source` is the short name of a `tilbud.Source`.

    A plain text and not a foreign key, because this app knows nothing of the directory built on it.
    """

    source = models.CharField(_("kilde"), max_length=80, help_text=_("Kortnavnet til kilden."))
    locator = models.CharField(_("sted i kilden"), max_length=120, blank=True)

    class Meta:
        abstract = True


class HealthRegionQuerySet(models.QuerySet):
    def today(self):
        """Regions that still exist."""
        return self.filter(successor=None)

    def with_predecessors(self, slugs):
        """The regions named by `slugs` and those that were merged into them (one step: 2007 to today)."""
        return self.filter(Q(slug__in=slugs) | Q(successor__slug__in=slugs))


class HealthRegion(Sourced):
    """One of the state's health regions (regionalt helseforetak): five in February 2007, four from June."""

    slug = models.CharField(_("kortnavn i adressen"), max_length=40, unique=True, validators=[slug_validator])
    name = models.CharField(_("navn"), max_length=80)
    order = models.PositiveSmallIntegerField(_("rekkefølge"), help_text=_("Rapportens rekkefølge, øst til nord."))
    valid_from = models.DateField(_("fra"), null=True, blank=True, help_text=_("Tom når kildene ikke sier det."))
    valid_to = models.DateField(_("til"), null=True, blank=True, help_text=_("Tom når regionen finnes i dag."))
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("etterfølger"),
    )

    objects = HealthRegionQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("helseregion")
        verbose_name_plural = _("helseregioner")
        constraints = [
            models.CheckConstraint(
                name="healthregion_from_before_to",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                violation_error_message=_("Datoen regionen gjelder fra, må komme før datoen den gjelder til."),
            ),
            models.CheckConstraint(
                name="healthregion_ended_has_successor",
                condition=Q(valid_to=None, successor=None) | Q(valid_to__isnull=False, successor__isnull=False),
                violation_error_message=_("En region som er avviklet, må ha både sluttdato og etterfølger."),
            ),
            models.CheckConstraint(
                name="healthregion_not_own_successor",
                condition=Q(successor=None) | ~Q(successor=F("pk")),
                violation_error_message=_("En region kan ikke være sin egen etterfølger."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("region-detail", kwargs={"slug": self.slug})


class County(Sourced):
    """A county (fylke), as the country was divided in 2007 (19) or is divided since 2024 (15).

    The same name may stand in both divisions with other borders, so each division has its own rows.
    """

    class Divisions(models.IntegerChoices):
        THEN = 2007, _("inndelingen i 2007")
        TODAY = 2024, _("inndelingen fra 2024")

    slug = models.CharField(_("kortnavn"), max_length=40, unique=True, validators=[slug_validator])
    name = models.CharField(_("navn"), max_length=80)
    division = models.PositiveSmallIntegerField(_("inndeling"), choices=Divisions)
    region = models.ForeignKey(
        HealthRegion, on_delete=models.PROTECT, related_name="counties", verbose_name=_("helseregion")
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("fylket i dag"),
    )
    sort_key = models.GeneratedField(
        expression=sort_key("name"), output_field=models.CharField(max_length=240), db_persist=True
    )

    class Meta:
        ordering = ["division", "sort_key"]
        verbose_name = _("fylke")
        verbose_name_plural = _("fylker")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "division"],
                name="county_name_unique_in_division",
                violation_error_message=_("Fylket finnes allerede i denne inndelingen."),
            ),
            models.CheckConstraint(
                name="county_then_has_successor",
                condition=Q(division=2007, successor__isnull=False) | Q(division=2024, successor=None),
                violation_error_message=_("Et fylke fra 2007 må peke til fylket i dag, og bare det."),
            ),
        ]

    def __str__(self):
        return self.name if self.division == self.Divisions.TODAY else f"{self.name} (2007)"


class Place(Sourced):
    """A town, municipality, village or part of a town that the sources use to say where something is."""

    slug = models.CharField(_("kortnavn"), max_length=80, unique=True, validators=[slug_validator])
    name = models.CharField(_("navn"), max_length=80)
    county_2007 = models.ForeignKey(
        County,
        on_delete=models.PROTECT,
        related_name="places_2007",
        limit_choices_to={"division": 2007},
        verbose_name=_("fylke i 2007"),
    )
    county = models.ForeignKey(
        County,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        limit_choices_to={"division": 2024},
        verbose_name=_("fylke i dag"),
        help_text=_("Noen kommuner har skiftet fylke siden 2007. Tom når vi ikke vet."),
    )
    latitude = models.FloatField(
        _("breddegrad"),
        null=True,
        blank=True,
        validators=[MinValueValidator(57), MaxValueValidator(72)],
        help_text=_("Desimalgrader, for eksempel 59,913. Avstanden til den som søker, regnes herfra."),
    )
    longitude = models.FloatField(
        _("lengdegrad"),
        null=True,
        blank=True,
        validators=[MinValueValidator(4), MaxValueValidator(32)],
        help_text=_("Desimalgrader, for eksempel 10,746. Tom når stedet er et distrikt."),
    )
    note = models.CharField(_("merknad"), max_length=200, blank=True)
    sort_key = models.GeneratedField(
        expression=sort_key("name"), output_field=models.CharField(max_length=240), db_persist=True
    )

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("sted")
        verbose_name_plural = _("steder")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "county_2007"],
                name="place_name_unique_in_county",
                violation_error_message=_("Stedet finnes allerede i dette fylket."),
            ),
            models.CheckConstraint(
                name="place_coordinates_both_in_norway",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(57, 72),
                    longitude__range=(4, 32),
                ),
                violation_error_message=_(
                    "Oppgi både breddegrad (57–72) og lengdegrad (4–32), eller ingen av dem."
                ),
            ),
        ]

    def __str__(self):
        return self.name

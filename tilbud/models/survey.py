from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import HealthRegion


class SurveyCell(models.Model):
    """One cell of a regional table in the 2007 report, as printed. Never changes after loading."""

    class Sectors(models.TextChoices):
        PUBLIC = "public", _("Offentlige institusjoner")
        PRIVATE = "private", _("Private institusjoner")

    class Tables(models.TextChoices):
        PROFILE = "profile", _("Tilbudsprofil")
        FORMAT = "format", _("Tilbudsform")
        AGE = "age", _("Alderssegment")
        PAYMENT = "payment", _("Brukerbetaling")
        COLLABORATION = "collaboration", _("Samarbeid")

    class Columns(models.TextChoices):
        TREATMENT = "treatment", _("Behandling")
        COUNSELLING = "counselling", _("Rådgivende")
        EDUCATION = "education", _("Undervisning/kurs")
        INDIVIDUAL = "individual", _("Individuelle samtaler")
        COUPLE_FAMILY = "couple_family", _("Par- og familiesamtaler")
        GROUP = "group", _("Gruppetilbud")
        SELF_HELP = "self_help", _("Selvhjelpsgruppe")
        AGE = "age", _("Alder")
        PAYMENT = "payment", _("Brukerbetaling")
        PUBLIC = "public", _("Offentlige")
        PRIVATE = "private", _("Private")
        VOLUNTARY = "voluntary", _("Frivillige")

    region = models.ForeignKey(
        HealthRegion, on_delete=models.PROTECT, related_name="survey_cells", verbose_name=_("helseregion")
    )
    sector = models.CharField(_("sektor"), max_length=10, choices=Sectors)
    table = models.CharField(_("tabell"), max_length=15, choices=Tables)
    row_number = models.PositiveSmallIntegerField(
        _("rad"), help_text=_("Plass i tabellen. Samme navn kan stå to ganger.")
    )
    row = models.CharField(_("radens navn"), max_length=120, help_text=_("Som trykt, med delte ord satt sammen."))
    column = models.CharField(_("kolonne"), max_length=15, choices=Columns)
    value = models.CharField(
        _("verdi"), max_length=80, blank=True, help_text=_("Som trykt. Tom der ruten er tom.")
    )
    institution = models.ForeignKey(
        "tilbud.Institution",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="survey_cells",
        verbose_name=_("institusjon"),
    )
    line = models.PositiveSmallIntegerField(_("linje"), help_text=_("Linje i tekstutgaven av rapporten."))

    class Meta:
        ordering = ["region__order", "-sector", "table", "row_number", "column"]
        verbose_name = _("rute i kartleggingen")
        verbose_name_plural = _("ruter i kartleggingen")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "sector", "table", "row_number", "column"],
                name="surveycell_unique_in_table",
                violation_error_message=_("Denne ruten finnes allerede i tabellen."),
            ),
        ]

    def __str__(self):
        return f"{self.row}: {self.get_column_display()}"


class SurveyTotal(models.Model):
    """A number the 2007 report publishes: a cell of its summary tables or a figure in its running text."""

    table = models.CharField(
        _("tabell"), max_length=40, help_text=_("For eksempel chapter-8-public eller text-chapter-8.")
    )
    row = models.CharField(_("rad"), max_length=160)
    column = models.CharField(_("kolonne"), max_length=40)
    value = models.CharField(_("verdi"), max_length=80, blank=True, help_text=_("Som trykt."))
    line = models.PositiveSmallIntegerField(_("linje"), help_text=_("Linje i tekstutgaven av rapporten."))

    class Meta:
        ordering = ["table", "line", "row", "column"]
        verbose_name = _("publisert tall")
        verbose_name_plural = _("publiserte tall")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "row", "column", "line"],
                name="surveytotal_unique_in_table",
                violation_error_message=_("Dette tallet finnes allerede."),
            ),
        ]

    def __str__(self):
        return f"{self.table}: {self.row}, {self.column}"

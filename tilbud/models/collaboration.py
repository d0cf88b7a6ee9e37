from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tilbud.models.institution import Institution, Sectors
from tilbud.models.source import Fact


class Collaboration(Fact):
    """Whom an institution says it works with, sends people to or hears from."""

    class Directions(models.TextChoices):
        MUTUAL = "mutual", _("samarbeider med")
        OUTGOING = "outgoing", _("viser videre til")
        INCOMING = "incoming", _("får bistand fra")

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="collaborations", verbose_name=_("institusjon")
    )
    partner = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reverse_collaborations",
        verbose_name=_("samarbeidspart i katalogen"),
    )
    partner_name = models.CharField(
        _("samarbeidspart utenfor katalogen"),
        max_length=160,
        blank=True,
        help_text=_("Navnet som kilden skriver det."),
    )
    sector = models.CharField(_("partens sektor"), max_length=10, choices=Sectors, blank=True)
    direction = models.CharField(_("retning"), max_length=10, choices=Directions)
    what = models.CharField(_("hva det går ut på"), max_length=250, blank=True)

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("samarbeid")
        verbose_name_plural = _("samarbeid")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="collaboration_one_partner",
                condition=Q(partner=None) ^ Q(partner_name=""),
                violation_error_message=_("Velg en part i katalogen, eller skriv navnet på en utenfor."),
            ),
            models.CheckConstraint(
                name="collaboration_not_with_itself",
                condition=Q(partner=None) | ~Q(partner=F("institution")),
                violation_error_message=_("En institusjon kan ikke samarbeide med seg selv."),
            ),
        ]

    def __str__(self):
        return f"{self.institution} – {self.partner or self.partner_name}"

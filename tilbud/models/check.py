from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tilbud.models.history import ByStaff
from tilbud.models.institution import Institution
from tilbud.models.offer import Offer
from tilbud.models.source import UNCHECKED, CheckMethods


class AboutEntry(models.Model):
    """Something about one institution or one offer."""

    institution = models.ForeignKey(
        Institution,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("institusjon"),
    )
    offer = models.ForeignKey(
        Offer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("tilbud"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_one_owner",
                condition=Q(institution=None) ^ Q(offer=None),
                violation_error_message=_("Velg enten en institusjon eller et tilbud."),
            ),
        ]

    @property
    def entry(self):
        return self.institution or self.offer


class Check(ByStaff, AboutEntry):
    """A time somebody asked whether an entry is still right: which facts, how, who answered, what came of it."""

    class Results(models.TextChoices):
        CONFIRMED = "confirmed", _("bekreftet")
        CHANGED = "changed", _("endret")
        UNREACHABLE = "unreachable", _("fikk ikke svar")
        CEASED = "ceased", _("finnes ikke lenger")

    facts = models.JSONField(
        _("opplysninger"),
        default=list,
        blank=True,
        help_text=_("[liste, nummer] for hver opplysning; tom liste betyr hele oppføringen."),
    )
    what = models.CharField(_("hva som ble kontrollert"), max_length=500, blank=True)
    done_on = models.DateField(_("dato"), default=timezone.localdate)
    recorded_at = models.DateTimeField(_("ført"), default=timezone.now)
    method = models.CharField(
        _("måte"),
        max_length=12,
        choices=[choice for choice in CheckMethods.choices if choice[0] not in UNCHECKED],
    )
    answered_by = models.CharField(
        _("hvem som svarte"),
        max_length=120,
        blank=True,
        help_text=_("En rolle, for eksempel «daglig leder», aldri et navn."),
    )
    result = models.CharField(_("resultat"), max_length=12, choices=Results)
    note = models.CharField(_("merknad"), max_length=500, blank=True)

    class Meta(AboutEntry.Meta):
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("kontroll")
        verbose_name_plural = _("kontroller")

    def __str__(self):
        return f"{self.entry}: {self.get_result_display()}"


class Assignment(AboutEntry):
    """An entry an editor has taken on to check."""

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("hvem")
    )
    assigned_at = models.DateTimeField(_("tatt"), default=timezone.now)

    class Meta(AboutEntry.Meta):
        verbose_name = _("oppgave")
        verbose_name_plural = _("oppgaver")
        constraints = [
            *AboutEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution"], condition=Q(offer=None), name="assignment_one_per_institution"
            ),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(institution=None), name="assignment_one_per_offer"
            ),
        ]

    def __str__(self):
        return f"{self.entry}: {self.assigned_to}"


class Skip(ByStaff, AboutEntry):
    """An entry put off in the queue, until when and why."""

    reason = models.CharField(_("hvorfor"), max_length=300)
    until = models.DateField(_("til"))
    skipped_at = models.DateTimeField(_("hoppet over"), default=timezone.now)

    class Meta(AboutEntry.Meta):
        ordering = ["-skipped_at", "-pk"]
        verbose_name = _("utsettelse")
        verbose_name_plural = _("utsettelser")

    def __str__(self):
        return f"{self.entry}: {self.reason}"

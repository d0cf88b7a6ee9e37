"""What comes from outside the desk: a visitor's report, a provider's answer, a file of entries."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tilbud.models.draft import Draft
from tilbud.models.history import ByStaff
from tilbud.models.institution import Institution
from tilbud.models.offer import Offer


class Report(models.Model):
    """Somebody says that something about an offer is wrong. Nothing is kept of who."""

    class Faults(models.TextChoices):
        PHONE = "phone", _("telefonnummeret er feil")
        CLOSED = "closed", _("tilbudet finnes ikke lenger")
        NO_ANSWER = "no_answer", _("ingen svarer")
        WHO = "who", _("feil om hvem det er for")
        PRICE = "price", _("feil om hva det koster")
        WAY_IN = "way_in", _("feil om hvordan man kommer inn")
        PLACE = "place", _("feil adresse eller sted")
        OTHER = "other", _("noe annet")

    class States(models.TextChoices):
        NEW = "new", _("ny")
        ACCEPTED = "accepted", _("tatt inn i et utkast")
        REJECTED = "rejected", _("avvist")
        SPAM = "spam", _("søppel")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="reports", verbose_name=_("tilbud"))
    fault = models.CharField(_("hva som er feil"), max_length=12, choices=Faults)
    text = models.TextField(_("tekst"), blank=True, max_length=2000)
    received_on = models.DateField(_("mottatt"), default=timezone.localdate)
    received_at = models.DateTimeField(_("tidspunkt"), default=timezone.now)
    stamp = models.CharField(
        _("stempel"), max_length=64, unique=True, help_text=_("Fra skjemaet: hvert skjema kan sendes én gang.")
    )
    was_quick = models.BooleanField(_("fort sendt"), help_text=_("Sendt få sekunder etter at skjemaet ble vist."))
    state = models.CharField(_("status"), max_length=10, choices=States, default=States.NEW)
    handled_by_name = models.CharField(_("behandlet av"), max_length=150, blank=True)
    handled_at = models.DateTimeField(_("behandlet"), null=True, blank=True)
    decision = models.CharField(_("begrunnelse"), max_length=500, blank=True)
    draft = models.ForeignKey(
        Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("utkast")
    )

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("melding om feil")
        verbose_name_plural = _("meldinger om feil")

    def __str__(self):
        return f"{self.get_fault_display()}: {self.offer}"


class ProviderLinkQuerySet(models.QuerySet):
    def usable(self):
        """Links that still open the form: neither answered, taken back nor expired."""
        return self.filter(answered_at=None, revoked_at=None, expires_at__gt=timezone.now())


class ProviderLink(ByStaff):
    """A link with which a provider goes through its own entry without an account. Used once, expires."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="provider_links", verbose_name=_("institusjon")
    )
    address = models.EmailField(
        _("sendt til"), blank=True, help_text=_("Enhetens postkasse. Tom når lenken gis på en annen måte.")
    )
    nonce = models.CharField(_("nøkkel"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("laget"), default=timezone.now)
    expires_at = models.DateTimeField(_("gjelder til"))
    answered_at = models.DateTimeField(_("besvart"), null=True, blank=True)
    answered_by = models.CharField(_("hvem som svarte"), max_length=120, blank=True)
    revoked_at = models.DateTimeField(_("trukket tilbake"), null=True, blank=True)
    drafts = models.ManyToManyField(
        Draft, blank=True, related_name="provider_links", verbose_name=_("svar som utkast")
    )

    objects = ProviderLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("lenke til tilbyder")
        verbose_name_plural = _("lenker til tilbydere")

    def __str__(self):
        return str(self.institution)


class ImportJob(ByStaff):
    """A file of entries that has been read and tried, and waits for somebody to say yes."""

    class States(models.TextChoices):
        TRIED = "tried", _("prøvd")
        APPLIED = "applied", _("lest inn")
        REFUSED = "refused", _("har feil")

    kind = models.CharField(
        _("slag"), max_length=15, choices=[("institution", _("institusjoner")), ("offer", _("tilbud"))]
    )
    file_name = models.CharField(_("fil"), max_length=200)
    plan = models.JSONField(_("det som skal endres"), default=list, blank=True)
    report = models.JSONField(_("rad for rad"), default=list, blank=True)
    state = models.CharField(_("status"), max_length=10, choices=States)
    created_at = models.DateTimeField(_("lest"), default=timezone.now)
    applied_at = models.DateTimeField(_("tatt inn"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("innlesing av fil")
        verbose_name_plural = _("innlesinger av filer")

    def __str__(self):
        return self.file_name

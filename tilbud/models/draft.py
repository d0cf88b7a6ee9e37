from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tilbud.models.history import ByStaff, EntryKinds


class DraftQuerySet(models.QuerySet):
    def open(self):
        """Drafts somebody still has to do something with."""
        return self.filter(state__in=Draft.OPEN)


class Draft(ByStaff):
    """Changes to one entry that the public does not see yet: the whole entry as it would become."""

    class States(models.TextChoices):
        DRAFT = "draft", _("utkast")
        WAITING = "waiting", _("venter på godkjenning")
        PUBLISHED = "published", _("publisert")
        REJECTED = "rejected", _("avvist")
        WITHDRAWN = "withdrawn", _("trukket tilbake")

    class Origins(models.TextChoices):
        DESK = "desk", _("redaksjonen")
        COLLISION = "collision", _("kolliderte med en annens endring")
        RESTORED = "restored", _("fra historikken")
        IMPORTED = "imported", _("fra fil")
        REPORT = "report", _("fra en melding om feil")
        PROVIDER = "provider", _("fra tilbyderen")
        CHECK = "check", _("fra en kontroll")

    OPEN = [States.DRAFT, States.WAITING]

    kind = models.CharField(_("slag"), max_length=15, choices=EntryKinds)
    object_id = models.BigIntegerField(
        _("nummer i databasen"), null=True, blank=True, help_text=_("Tomt for en oppføring som ikke finnes ennå.")
    )
    base_number = models.PositiveIntegerField(_("laget på versjon"), default=0)
    base = models.JSONField(_("oppføringen utkastet er laget på"), null=True, blank=True)
    document = models.JSONField(_("innhold"))
    edition = models.PositiveIntegerField(
        _("utgave"), default=1, help_text=_("Øker for hver lagring, så to ikke skriver over hverandre.")
    )
    title = models.CharField(_("oppføring"), max_length=350)
    state = models.CharField(_("status"), max_length=10, choices=States, default=States.DRAFT)
    origin = models.CharField(_("hvor det kommer fra"), max_length=10, choices=Origins, default=Origins.DESK)
    reason = models.CharField(_("hvorfor"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("laget"), auto_now_add=True)
    changed_at = models.DateTimeField(_("endret"), auto_now=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("avgjort av"),
    )
    decided_at = models.DateTimeField(_("avgjort"), null=True, blank=True)
    decision = models.CharField(_("begrunnelse"), max_length=500, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("utkast")
        verbose_name_plural = _("utkast")
        permissions = [
            ("publish_draft", _("Kan publisere utkast")),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state in self.OPEN

    @property
    def pk_in_trial(self):
        """The key the entry has while the draft is tried out: its own, or one no real entry can have."""
        return self.object_id or -self.pk

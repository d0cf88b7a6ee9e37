from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DirectoryVersionManager(models.Manager):
    def bump(self):
        """Say that the directory has changed; counts only if the caller's transaction does."""
        now = timezone.now()
        if not self.update(number=F("number") + 1, changed_at=now):
            self.create(pk=1, number=1, changed_at=now)

    def stamp(self):
        """Return what no other state of any directory has; what this transaction has changed counts."""
        version = self.first()
        return version.stamp if version else "0"


class DirectoryVersion(models.Model):
    """How many times the directory has changed, and when last: one row, written with every change."""

    number = models.BigIntegerField(_("versjon"), default=0)
    changed_at = models.DateTimeField(_("endret"), default=timezone.now)

    objects = DirectoryVersionManager()

    class Meta:
        verbose_name = _("katalogens versjon")
        verbose_name_plural = _("katalogens versjon")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="directoryversion_one_row",
                violation_error_message=_("Katalogen har bare én versjon."),
            )
        ]

    def __str__(self):
        return str(self.number)

    @property
    def stamp(self):
        """What no other state of any directory has: a restored backup counts on from an old number."""
        return f"{self.number}-{self.changed_at.timestamp():.6f}"

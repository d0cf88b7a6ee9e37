from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedEntry(models.Model):
    """An entry of the data files that has been loaded once, and therefore belongs to the editors now.

    Loading again never touches it: not what an editor changed, and not what an editor deleted.
    """

    key = models.CharField(_("oppføring"), max_length=160, unique=True)
    digest = models.CharField(
        _("fingeravtrykk"), max_length=64, help_text=_("SHA-256 av oppføringen da den ble lest.")
    )

    class Meta:
        ordering = ["key"]
        verbose_name = _("lest oppføring")
        verbose_name_plural = _("leste oppføringer")

    def __str__(self):
        return self.key

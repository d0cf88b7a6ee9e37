from django.conf import settings
from django.db import models
from django.db.models.functions import MD5, Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tilbud.models.institution import Institution
from tilbud.models.offer import CODE_LENGTH, Offer


class EntryKinds(models.TextChoices):
    """What an editor saves as one: an institution or offer with all its facts, or one row of a register."""

    INSTITUTION = "institution", _("institusjon")
    OFFER = "offer", _("tilbud")
    REMARK = "remark", _("opplysning om feltet")
    SOURCE = "source", _("kilde")
    CONTRADICTION = "contradiction", _("motsigelse")
    PLACE = "place", _("sted")
    COUNTY = "county", _("fylke")
    REGION = "healthregion", _("helseregion")


class ByStaff(models.Model):
    """Something a person at the desk did. The name stays when the account goes."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("konto"),
    )
    author_name = models.CharField(_("hvem"), max_length=150, blank=True)

    class Meta:
        abstract = True


class RevisionQuerySet(models.QuerySet):
    def of(self, kind, object_id):
        """Everything that has happened to one entry, newest first."""
        return self.filter(kind=kind, object_id=object_id).order_by("-number")


class Revision(ByStaff):
    """One change of one entry, with the whole entry as it was afterwards.

    Its number is also the version of the entry: two editors who both save on version 3 would both make
    number 4, and the second is refused. Number 0 is the entry as it was before its first change at the desk.
    """

    class Hows(models.TextChoices):
        FIRST = "first", _("slik den var før første endring")
        DESK = "desk", _("redigert")
        LIST = "list", _("redigert i listen")
        DRAFT = "draft", _("utkast publisert")
        RESTORED = "restored", _("gjenopprettet fra historikken")
        DELETED = "deleted", _("slettet")
        IMPORTED = "imported", _("lest inn fra fil")
        CHECKED = "checked", _("kontrollert")
        COMMAND = "command", _("kommando")

    kind = models.CharField(_("slag"), max_length=15, choices=EntryKinds)
    object_id = models.BigIntegerField(_("nummer i databasen"))
    number = models.PositiveIntegerField(_("versjon"))
    title = models.CharField(_("oppføring"), max_length=350)
    document = models.JSONField(_("innhold"), null=True, help_text=_("Tomt når oppføringen ble slettet."))
    at = models.DateTimeField(_("når"), default=timezone.now)
    how = models.CharField(_("hvordan"), max_length=10, choices=Hows)
    reason = models.CharField(_("hvorfor"), max_length=500, blank=True)
    approver_name = models.CharField(_("godkjent av"), max_length=150, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("endring")
        verbose_name_plural = _("historikk")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "number"], name="revision_number_unique"),
        ]

    def __str__(self):
        return f"{self.title}, {self._meta.get_field('number').verbose_name} {self.number}"


class OldSlugQuerySet(models.QuerySet):
    def codes_of_today(self, codes):
        """Return, for the codes offers had under old addresses (see `Offer.code`), those they have now."""
        if not codes:
            return {}
        old = self.annotate(old_code=Left(MD5("slug"), CODE_LENGTH), code=Left(MD5("offer__slug"), CODE_LENGTH))
        return dict(old.filter(offer__isnull=False, old_code__in=codes).values_list("old_code", "code"))


class OldSlug(models.Model):
    """An address an entry once had. It leads to the entry's address of today, so no link goes dead."""

    slug = models.CharField(_("gammelt kortnavn"), max_length=120)
    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, null=True, blank=True, related_name="old_slugs"
    )
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, null=True, blank=True, related_name="old_slugs")

    objects = OldSlugQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("gammel adresse")
        verbose_name_plural = _("gamle adresser")
        constraints = [
            models.CheckConstraint(
                name="oldslug_one_owner", condition=models.Q(institution=None) ^ models.Q(offer=None)
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(offer=None), name="oldslug_unique_institution"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(institution=None), name="oldslug_unique_offer"
            ),
        ]

    def __str__(self):
        return self.slug

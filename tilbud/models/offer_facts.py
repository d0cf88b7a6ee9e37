from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tilbud.models.source import Fact


class OfferFact(Fact):
    """A fact about one offer."""

    class Meta(Fact.Meta):
        abstract = True
        ordering = ["pk"]


class Channel(OfferFact):
    """A way the offer is given: in person, by phone, on the web."""

    class Channels(models.TextChoices):
        IN_PERSON = "in_person", _("ved oppmøte")
        PHONE = "phone", _("på telefon")
        WEB = "web", _("på nett")
        HOME = "home", _("hjemme hos deg")
        EMAIL = "email", _("på e-post")
        SMS = "sms", _("på sms")

    offer = models.ForeignKey(
        "tilbud.Offer", on_delete=models.CASCADE, related_name="channels", verbose_name=_("tilbud")
    )
    channel = models.CharField(_("kanal"), max_length=10, choices=Channels)
    hours = models.CharField(_("åpningstid"), max_length=120, blank=True)

    class Meta(OfferFact.Meta):
        verbose_name = _("kanal")
        verbose_name_plural = _("kanaler")

    def __str__(self):
        return self.get_channel_display()


class Activity(OfferFact):
    """What the offer is (its profile) or how it is given (its format), with how firmly and who leads it."""

    class Activities(models.TextChoices):
        TREATMENT = "treatment", _("behandling")
        COUNSELLING = "counselling", _("rådgivning")
        EDUCATION = "education", _("undervisning eller kurs")
        INDIVIDUAL = "individual", _("individuelle samtaler")
        COUPLE_FAMILY = "couple_family", _("par- og familiesamtaler")
        GROUP = "group", _("gruppe")
        SELF_HELP = "self_help", _("selvhjelpsgruppe")
        PHONE = "phone", _("telefon")
        LITERATURE = "literature", _("lesestoff")

    PROFILES = [Activities.TREATMENT, Activities.COUNSELLING, Activities.EDUCATION]
    FORMATS = [
        Activities.INDIVIDUAL,
        Activities.COUPLE_FAMILY,
        Activities.GROUP,
        Activities.SELF_HELP,
        Activities.PHONE,
        Activities.LITERATURE,
    ]

    class Extents(models.TextChoices):
        YES = "yes", _("ja")
        ON_REQUEST = "on_request", _("ved behov")
        PERIODICALLY = "periodically", _("i perioder")
        SOME = "some", _("noe")
        SELDOM = "seldom", _("sjelden")
        PLANNED = "planned", _("planlagt")

    class Leaders(models.TextChoices):
        PROFESSIONALS = "professionals", _("fagfolk")
        PEERS = "peers", _("likemenn")
        BOTH = "both", _("fagfolk og likemenn")
        UNSTATED = "unstated", _("ikke oppgitt")

    offer = models.ForeignKey(
        "tilbud.Offer", on_delete=models.CASCADE, related_name="activities", verbose_name=_("tilbud")
    )
    activity = models.CharField(_("aktivitet"), max_length=15, choices=Activities)
    extent = models.CharField(_("omfang"), max_length=12, choices=Extents, default=Extents.YES)
    led_by = models.CharField(_("ledes av"), max_length=15, choices=Leaders, default=Leaders.UNSTATED)

    class Meta(OfferFact.Meta):
        verbose_name = _("aktivitet")
        verbose_name_plural = _("aktiviteter")
        constraints = [
            *OfferFact.Meta.constraints,
            models.UniqueConstraint(
                fields=["offer", "activity"],
                condition=Q(is_current=True),
                name="activity_one_current",
                violation_error_message=_("Tilbudet har allerede denne aktiviteten."),
            ),
        ]

    def __str__(self):
        return self.get_activity_display()


class TargetRelation(OfferFact):
    """Who the relative is to the person, where the offer is meant for that relation."""

    class Relations(models.TextChoices):
        CHILD = "child", _("barn eller ungdom")
        ADULT_CHILD = "adult-child", _("voksent barn")
        PARTNER = "partner", _("partner")
        PARENT = "parent", _("mor eller far")
        SIBLING = "sibling", _("søsken")
        OTHER = "other", _("annen i familien eller venn")

    offer = models.ForeignKey(
        "tilbud.Offer", on_delete=models.CASCADE, related_name="relations", verbose_name=_("tilbud")
    )
    relation = models.CharField(_("relasjon"), max_length=12, choices=Relations)

    class Meta(OfferFact.Meta):
        verbose_name = _("målgruppe")
        verbose_name_plural = _("målgrupper")
        constraints = [
            *OfferFact.Meta.constraints,
            models.UniqueConstraint(
                fields=["offer", "relation"],
                condition=Q(is_current=True),
                name="targetrelation_one_current",
                violation_error_message=_("Tilbudet har allerede denne målgruppen."),
            ),
        ]

    def __str__(self):
        return self.get_relation_display()


class AgeLimitQuerySet(models.QuerySet):
    def current(self):
        return self.filter(is_current=True)

    def stated(self):
        """Limits that say something of age at all."""
        return self.exclude(min_age=None, max_age=None, children=AgeLimit.Children.UNSTATED)


class AgeLimit(OfferFact):
    """Whom the offer takes by age, in whole years, and how it treats children."""

    class Children(models.TextChoices):
        YES = "yes", _("tar imot barn")
        NO = "no", _("tar ikke imot barn")
        ASSESSED = "assessed", _("barn vurderes i hvert tilfelle")
        SELDOM = "seldom", _("barn sjelden")
        UNSTATED = "unstated", _("ikke oppgitt om barn")

    offer = models.ForeignKey(
        "tilbud.Offer", on_delete=models.CASCADE, related_name="age_limits", verbose_name=_("tilbud")
    )
    min_age = models.PositiveSmallIntegerField(_("laveste alder"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("høyeste alder"), null=True, blank=True)
    children = models.CharField(_("barn"), max_length=10, choices=Children, default=Children.UNSTATED)
    wording = models.CharField(_("ordlyd"), max_length=160, blank=True, help_text=_("Som trykt, noen få ord."))

    objects = AgeLimitQuerySet.as_manager()

    class Meta(OfferFact.Meta):
        verbose_name = _("aldersgrense")
        verbose_name_plural = _("aldersgrenser")
        constraints = [
            *OfferFact.Meta.constraints,
            models.CheckConstraint(
                name="agelimit_min_le_max",
                condition=Q(min_age=None) | Q(max_age=None) | Q(min_age__lte=F("max_age")),
                violation_error_message=_("Laveste alder kan ikke være høyere enn høyeste alder."),
            ),
            models.CheckConstraint(
                name="agelimit_human",
                condition=(Q(min_age=None) | Q(min_age__lte=120)) & (Q(max_age=None) | Q(max_age__lte=120)),
                violation_error_message=_("Alder oppgis i hele år, høyst 120."),
            ),
        ]

    def __str__(self):
        if self.min_age is not None and self.max_age is not None:
            limit = _("%(min)s–%(max)s år") % {"min": self.min_age, "max": self.max_age}
        elif self.min_age is not None:
            limit = _("fra %(min)s år") % {"min": self.min_age}
        elif self.max_age is not None:
            limit = _("til og med %(max)s år") % {"max": self.max_age}
        elif self.children == self.Children.NO:
            return str(_("voksne"))
        else:
            return self.get_children_display()
        adult_only = (self.min_age or 0) >= 18 and self.children == self.Children.NO
        if adult_only or self.children in (self.Children.UNSTATED, self.Children.YES):
            return str(limit)
        return f"{limit} ({self.get_children_display()})"


class Payment(OfferFact):
    """What it costs the relative."""

    class Kinds(models.TextChoices):
        FREE = "free", _("gratis")
        EGENANDEL = "egenandel", _("egenandel")
        USER_FEE = "user_fee", _("brukerbetaling")
        MEANS_TESTED = "means_tested", _("behovsprøvd")

    offer = models.ForeignKey(
        "tilbud.Offer", on_delete=models.CASCADE, related_name="payments", verbose_name=_("tilbud")
    )
    kind = models.CharField(_("betaling"), max_length=12, choices=Kinds)
    wording = models.CharField(_("ordlyd"), max_length=200, blank=True, help_text=_("Som trykt, noen få ord."))

    class Meta(OfferFact.Meta):
        verbose_name = _("betaling")
        verbose_name_plural = _("betaling")
        constraints = [
            *OfferFact.Meta.constraints,
            models.UniqueConstraint(
                fields=["offer", "kind"],
                condition=Q(is_current=True),
                name="payment_one_current",
                violation_error_message=_("Tilbudet har allerede denne betalingen."),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class WayIn(OfferFact):
    """How a relative gets in, with who refers and where a referral goes."""

    class Kinds(models.TextChoices):
        SELF = "self", _("ta kontakt selv")
        REFERRAL = "referral", _("henvisning")
        VIA_PATIENT = "via_patient", _("gjennom den som er pasient")
        INVITATION = "invitation", _("invitasjon")

    offer = models.ForeignKey(
        "tilbud.Offer", on_delete=models.CASCADE, related_name="ways_in", verbose_name=_("tilbud")
    )
    kind = models.CharField(_("vei inn"), max_length=12, choices=Kinds)
    route = models.CharField(
        _("henvisningsvei"),
        max_length=300,
        blank=True,
        help_text=_("Hvem som kan henvise, og hvor henvisningen sendes."),
    )

    class Meta(OfferFact.Meta):
        verbose_name = _("vei inn")
        verbose_name_plural = _("veier inn")
        constraints = [
            *OfferFact.Meta.constraints,
            models.UniqueConstraint(
                fields=["offer", "kind"],
                condition=Q(is_current=True),
                name="wayin_one_current",
                violation_error_message=_("Tilbudet har allerede denne veien inn."),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

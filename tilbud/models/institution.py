from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.models import HealthRegion, Place, slug_validator
from regions.norwegian import sort_key
from tilbud.models.due import DueQuerySet
from tilbud.models.source import UNREACHABLE_AFTER, Fact, FactQuerySet, Sourced


class Sectors(models.TextChoices):
    """Who stands behind an institution, as the 2007 report groups them."""

    PUBLIC = "public", _("offentlig")
    PRIVATE = "private", _("privat eller stiftelse")
    VOLUNTARY = "voluntary", _("frivillig organisasjon")


class Institution(Sourced):
    """Whoever runs offers: a hospital unit, a foundation, a voluntary organisation, a municipality."""

    class Kinds(models.TextChoices):
        HOSPITAL = "hospital", _("sykehus eller helseforetak")
        HOSPITAL_UNIT = "hospital_unit", _("enhet i sykehus eller helseforetak")
        PRIVATE = "private", _("privat foretak")
        FOUNDATION = "foundation", _("stiftelse")
        VOLUNTARY = "voluntary", _("frivillig organisasjon")
        MUNICIPALITY = "municipality", _("kommune")
        MUNICIPAL_SERVICE = "municipal_service", _("kommunal tjeneste")
        STATE_AGENCY = "state_agency", _("statlig etat")
        COMPETENCE_CENTRE = "competence_centre", _("kompetansesenter")
        UNSTATED = "unstated", _("ikke oppgitt")

    class Outlooks(models.TextChoices):
        RELIGIOUS = "religious", _("religiøst eller diakonalt grunnlag")
        NEUTRAL = "neutral", _("livssynsnøytral")

    slug = models.CharField(
        _("kortnavn i adressen"),
        max_length=80,
        unique=True,
        validators=[slug_validator],
        help_text=_("Del av adressen. Endres den, fører den gamle adressen videre hit."),
    )
    name = models.CharField(_("navn"), max_length=160)
    kind = models.CharField(_("slag"), max_length=20, choices=Kinds)
    sector = models.CharField(
        _("sektor"), max_length=10, choices=Sectors, blank=True, help_text=_("Tom når kildene ikke sier det.")
    )
    region = models.ForeignKey(
        HealthRegion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name=_("helseregion"),
        help_text=_("Regionen kilden plasserer den i. Tom for landsdekkende og der kilden ikke sier det."),
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name=_("sted"),
    )
    outlook = models.CharField(
        _("verdigrunnlag"),
        max_length=10,
        choices=Outlooks,
        blank=True,
        help_text=_("Bare når kilden sier det."),
    )
    is_competence_centre = models.BooleanField(
        _("kompetansesenter"),
        default=False,
        help_text=_("Ett av de sju regionale kompetansesentrene i 2007."),
    )
    org_number = models.CharField(
        _("organisasjonsnummer"),
        max_length=9,
        blank=True,
        help_text=_("Ni siffer fra Enhetsregisteret. Tomt når kilden ikke oppgir det."),
    )
    is_closed = models.BooleanField(
        _("lagt ned"),
        default=False,
        help_text=_("Blir stående, så den som leter etter navnet, finner hvem som tok over."),
    )
    missed_checks = models.PositiveSmallIntegerField(_("kontroller på rad uten svar"), default=0)
    sort_key = models.GeneratedField(
        expression=sort_key("name"), output_field=models.CharField(max_length=480), db_persist=True
    )

    objects = DueQuerySet.as_manager()

    class Meta(Sourced.Meta):
        ordering = ["sort_key"]
        verbose_name = _("institusjon")
        verbose_name_plural = _("institusjoner")

    def __str__(self):
        return self.name

    @property
    def is_unreachable(self):
        return self.missed_checks >= UNREACHABLE_AFTER

    def get_absolute_url(self):
        return reverse("institution-detail", kwargs={"slug": self.slug})


class InstitutionName(Fact):
    """A name the institution appears under somewhere: an older one, another spelling, a table's short form."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="names", verbose_name=_("institusjon")
    )
    name = models.CharField(_("navn"), max_length=160)

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("annet navn")
        verbose_name_plural = _("andre navn")
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="institutionname_unique",
                violation_error_message=_("Institusjonen har allerede dette navnet."),
            ),
        ]

    def __str__(self):
        return self.name


class AffiliationQuerySet(FactQuerySet):
    def successions(self):
        """Confirmed, current statements of who took over from an institution."""
        successor = Affiliation.Kinds.SUCCESSOR
        return self.filter(kind=successor, is_current=True, is_confirmed=True).select_related("other")


class Affiliation(Fact):
    """How one institution belongs to another: is part of it, is owned by it, was followed by it."""

    class Kinds(models.TextChoices):
        PARENT = "parent", _("er en del av")
        OWNER = "owner", _("eies av")
        RUN_BY = "run_by", _("drives av")
        UMBRELLA = "umbrella", _("er medlem av")
        FOUNDER = "founder", _("er startet av")
        SUCCESSOR = "successor", _("er videreført av")

    REVERSE_LABELS = {
        Kinds.PARENT: _("omfatter"),
        Kinds.OWNER: _("eier"),
        Kinds.RUN_BY: _("driver"),
        Kinds.UMBRELLA: _("har som medlem"),
        Kinds.FOUNDER: _("har startet"),
        Kinds.SUCCESSOR: _("har videreført"),
    }
    SINGLE = [Kinds.PARENT, Kinds.OWNER, Kinds.SUCCESSOR]

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="affiliations", verbose_name=_("institusjon")
    )
    kind = models.CharField(_("forhold"), max_length=10, choices=Kinds)
    other = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reverse_affiliations",
        verbose_name=_("institusjon i katalogen"),
    )
    other_name = models.CharField(
        _("navn utenfor katalogen"),
        max_length=160,
        blank=True,
        help_text=_("Når den andre ikke står i katalogen."),
    )
    year = models.PositiveSmallIntegerField(_("fra år"), null=True, blank=True)
    is_confirmed = models.BooleanField(
        _("bekreftet"), default=True, help_text=_("Uten hake vises dette bare for redaktører.")
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("tilknytning")
        verbose_name_plural = _("tilknytninger")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="affiliation_not_to_itself",
                condition=Q(other=None) | ~Q(institution=F("other")),
                violation_error_message=_("En institusjon kan ikke være knyttet til seg selv."),
            ),
            models.CheckConstraint(
                name="affiliation_one_other",
                condition=Q(other=None) ^ Q(other_name=""),
                violation_error_message=_("Velg en institusjon i katalogen, eller skriv navnet på en utenfor."),
            ),
            models.UniqueConstraint(
                fields=["institution", "kind"],
                condition=Q(is_current=True, kind__in=["parent", "owner", "successor"]),
                name="affiliation_one_current",
                violation_error_message=_(
                    "Institusjonen har allerede en gjeldende overordnet, eier eller etterfølger. "
                    "Ta bort haken «gjelder» på den gamle først."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.institution} {self.get_kind_display()} {self.other or self.other_name}"

    @property
    def reverse_label(self):
        return self.REVERSE_LABELS[self.kind]


class OperatingAgreement(Fact):
    """An agreement (driftsavtale) under which a health region or another body pays for places."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="agreements", verbose_name=_("institusjon")
    )
    region = models.ForeignKey(
        HealthRegion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("helseregion"),
    )
    partner = models.CharField(
        _("annen part"), max_length=120, blank=True, help_text=_("Når avtalen ikke er med en helseregion.")
    )
    places = models.PositiveSmallIntegerField(_("antall plasser"), null=True, blank=True)
    wording = models.CharField(_("ordlyd"), max_length=160, blank=True)

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("driftsavtale")
        verbose_name_plural = _("driftsavtaler")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="operatingagreement_one_party",
                condition=Q(region=None) ^ Q(partner=""),
                violation_error_message=_("Velg enten en helseregion eller skriv inn en annen part."),
            ),
        ]

    def __str__(self):
        return str(self.region or self.partner)


class Figure(Fact):
    """A number a source states about an institution: members, grants, groups, inhabitants."""

    class Kinds(models.TextChoices):
        MEMBERS = "members", _("medlemmer")
        BRANCHES = "branches", _("lokallag og avdelinger")
        GROUPS = "groups", _("grupper")
        DISTRICTS = "districts", _("distrikter")
        GRANT = "grant", _("tilskudd i kroner")
        FOUNDED = "founded", _("etablert")
        POPULATION = "population", _("innbyggere")
        PLACES = "places", _("plasser")
        COUNTRIES = "countries", _("land")
        STAFF = "staff", _("ansatte")
        OTHER = "other", _("annet")

    class Qualifiers(models.TextChoices):
        EXACT = "exact", _("nøyaktig")
        ABOUT = "about", _("omtrent")
        MORE_THAN = "more_than", _("mer enn")
        AT_MOST = "at_most", _("høyst")

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="figures", verbose_name=_("institusjon")
    )
    kind = models.CharField(_("hva"), max_length=12, choices=Kinds)
    qualifier = models.CharField(_("hvor sikkert"), max_length=10, choices=Qualifiers, default=Qualifiers.EXACT)
    value = models.BigIntegerField(_("tall"))
    unit = models.CharField(_("enhet"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("år"), null=True, blank=True)
    purpose = models.CharField(_("til hva"), max_length=160, blank=True)

    class Meta(Fact.Meta):
        ordering = ["pk"]
        verbose_name = _("tall")
        verbose_name_plural = _("tall")
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="figure_not_negative",
                condition=Q(value__gte=0),
                violation_error_message=_("Tallet kan ikke være mindre enn null."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.value}"

    @property
    def shown_value(self):
        """The number as Norwegians write it, «9 500 000»; a year is no amount and stays whole."""
        return str(self.value) if self.kind == self.Kinds.FOUNDED else f"{self.value:,}".replace(",", "\u00a0")

import hashlib

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import MD5, Coalesce, Left
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.models import County, Place, slug_validator
from regions.norwegian import sort_key
from tilbud.models.institution import Institution
from tilbud.models.source import Fact, Sourced

CODE_LENGTH = 8


class AgeFits(models.IntegerChoices):
    """How surely an offer takes a person of a given age."""

    YES = 0, _("Tar imot på denne alderen")
    ASSESSED = 1, _("Vurderes: barn tas inn etter vurdering eller sjelden")
    UNSTATED = 2, _("Aldersgrense ikke oppgitt")


class Catchments(models.TextChoices):
    LOCAL = "local", _("lokalt")
    REGIONAL = "regional", _("i helseregionen")
    NATIONAL = "national", _("hele landet")


class OfferQuerySet(models.QuerySet):
    def running(self):
        """Offers one can take part in now: given regularly, or when somebody asks."""
        return self.filter(status__in=Offer.RUNNING)

    def with_codes(self, codes):
        """Offers whose neutral code (see `Offer.code`) is among `codes`."""
        return self.annotate(short_code=Left(MD5("slug"), CODE_LENGTH)).filter(short_code__in=codes)

    def with_region(self):
        """Annotate `located_region`, the health region of 2007 the offer is in; null for national bodies."""
        return self.annotate(
            located_region=Coalesce(
                "place__county_2007__region",
                "county__region",
                "institution__region",
                "institution__place__county_2007__region",
            )
        )

    def in_regions(self, regions):
        """Offers located in one of `regions`. National offers without a place are in none."""
        return self.with_region().filter(located_region__in=regions)

    def in_places(self, places):
        """Offers located in one of `places`: their own place, or their institution's when they have none."""
        return self.filter(
            Q(place__in=places) | Q(place=None, county=None, area="", institution__place__in=places)
        )

    def for_age(self, age):
        """Offers that do not rule out a person of `age` years, annotated with `age_fit` (see AgeFits).

        An offer fits when one of its current limits does. Children (under 18) are taken where the limit
        says so; an offer that only assesses or seldom takes them is ASSESSED; without a stated limit
        the answer is UNSTATED, never "everybody".
        """
        limits = AgeLimit.objects.current().filter(offer=OuterRef("pk"))
        within = limits.filter(Q(max_age=None) | Q(max_age__gte=age))
        fits = Q(min_age__lte=age) | Q(min_age=None, max_age__isnull=False)
        taken = [AgeLimit.Children.YES]
        if age >= 18:
            taken = [choice for choice in AgeLimit.Children if choice != AgeLimit.Children.UNSTATED]
        fits |= Q(min_age=None, children__in=taken)
        open_to_children = Q(children__in=[AgeLimit.Children.ASSESSED, AgeLimit.Children.SELDOM])
        return self.annotate(
            age_fit=Case(
                When(Exists(within.filter(fits)), then=Value(AgeFits.YES)),
                When(Exists(within.filter(open_to_children)), then=Value(AgeFits.ASSESSED)),
                When(~Exists(limits.stated()), then=Value(AgeFits.UNSTATED)),
            )
        ).filter(age_fit__isnull=False)

    def with_contacts(self):
        """Fetch whom to call: the offer's own numbers and its institution's."""
        # Contacts point to offers, so their module cannot be imported above.
        from tilbud.models.contact import contact_prefetches

        return self.prefetch_related(*contact_prefetches())

    def for_cards(self):
        """Fetch what a card shows, in a fixed number of queries."""
        facts = (
            ("activities", Activity),
            ("relations", TargetRelation),
            ("age_limits", AgeLimit),
            ("payments", Payment),
            ("ways_in", WayIn),
        )
        return (
            self.select_related("institution__region", "institution__place", "place", "county", "source")
            .prefetch_related(*[models.Prefetch(name, model.objects.current()) for name, model in facts])
            .with_contacts()
        )

    def in_list_order(self):
        """Running offers first, then by the Norwegian alphabet of who and what."""
        dormant = Case(When(status__in=Offer.RUNNING, then=Value(0)), default=Value(1))
        return self.order_by(dormant, "institution__sort_key", "sort_key", "pk")


class Offer(Sourced):
    """One thing a relative can take part in: talks, a group, a course, a helpline, a local self-help group."""

    class Statuses(models.TextChoices):
        OFFERED = "offered", _("gis")
        ON_REQUEST = "on_request", _("gis bare ved behov")
        PLANNED = "planned", _("planlagt")
        SUSPENDED = "suspended", _("stanset")
        CLOSED = "closed", _("lagt ned")

    class Dependences(models.TextChoices):
        INDEPENDENT = "independent", _("åpent for deg uansett hva den andre gjør")
        PATIENT_THERE = "patient_there", _("bare mens den andre er pasient der")
        CONSENT = "consent", _("krever samtykke fra den andre")
        UNSTATED = "unstated", _("ikke oppgitt")

    RUNNING = [Statuses.OFFERED, Statuses.ON_REQUEST]

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="offers", verbose_name=_("institusjon")
    )
    slug = models.CharField(
        _("kortnavn i adressen"),
        max_length=120,
        unique=True,
        validators=[slug_validator],
        help_text=_("Del av adressen. Endres den, slutter gamle lenker å virke."),
    )
    title = models.CharField(_("tittel"), max_length=120, help_text=_("Hva det er, uten institusjonens navn."))
    summary = models.TextField(_("kort fortalt"), help_text=_("To til fire korte setninger, i du-form."))
    status = models.CharField(_("status"), max_length=10, choices=Statuses)
    status_note = models.CharField(_("om status"), max_length=250, blank=True)
    dependence = models.CharField(
        _("avhenger av den andre"),
        max_length=14,
        choices=Dependences,
        default=Dependences.UNSTATED,
        help_text=_("Må den som ruser seg være pasient eller samtykke?"),
    )
    dependence_note = models.CharField(_("om avhengigheten"), max_length=250, blank=True)
    catchment = models.CharField(
        _("tar først og fremst imot fra"),
        max_length=8,
        choices=Catchments,
        blank=True,
        help_text=_("Tom når kilden ikke sier det."),
    )
    wider_catchment = models.CharField(
        _("tar også imot fra"),
        max_length=8,
        choices=Catchments,
        blank=True,
        help_text=_("Også når det er sjelden."),
    )
    catchment_note = models.CharField(_("om opptaksområdet"), max_length=300, blank=True)
    capacity_min = models.PositiveSmallIntegerField(_("færrest deltakere"), null=True, blank=True)
    capacity_max = models.PositiveSmallIntegerField(_("flest deltakere"), null=True, blank=True)
    sessions = models.CharField(_("antall og lengde"), max_length=160, blank=True)
    frequency = models.CharField(_("hvor ofte"), max_length=120, blank=True)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("sted"),
        help_text=_("Bare når det er et annet sted enn institusjonens."),
    )
    county = models.ForeignKey(
        County,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("fylke i 2007"),
        help_text=_("Når kilden sier fylke, men stedet er uvisst."),
    )
    area = models.CharField(_("område som trykt"), max_length=160, blank=True)
    is_urgent = models.BooleanField(
        _("akutt hjelp"), default=False, help_text=_("Vises øverst på siden for akutt hjelp.")
    )
    sort_key = models.GeneratedField(
        expression=sort_key("title"), output_field=models.CharField(max_length=360), db_persist=True
    )

    objects = OfferQuerySet.as_manager()

    class Meta(Sourced.Meta):
        ordering = ["institution__sort_key", "sort_key"]
        verbose_name = _("tilbud")
        verbose_name_plural = _("tilbud")
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="offer_capacity_min_le_max",
                condition=Q(capacity_min=None) | Q(capacity_max=None) | Q(capacity_min__lte=F("capacity_max")),
                violation_error_message=_("Færrest deltakere kan ikke være mer enn flest deltakere."),
            ),
        ]

    def __str__(self):
        return f"{self.title} – {self.institution}"

    def get_absolute_url(self):
        return reverse("offer-detail", kwargs={"slug": self.slug})

    @property
    def code(self):
        """A short name that tells nothing, for addresses somebody else may read."""
        return hashlib.md5(self.slug.encode(), usedforsecurity=False).hexdigest()[:CODE_LENGTH]

    @property
    def is_running(self):
        return self.status in self.RUNNING

    @property
    def formats(self):
        """The formats the offer is given in, as the finder's parameter `format` names them."""
        return [a.activity for a in self.activities.all() if a.is_current and a.activity in Activity.FORMATS]

    @property
    def phones(self):
        """The numbers to call: the offer's own, else its institution's; doubtful ones are no numbers to call."""
        for contacts in (self.contacts.all(), self.institution.contacts.all()):
            numbers = [c for c in contacts if c.kind == "phone" and c.is_current and not c.is_doubtful]
            if numbers:
                return numbers
        return []

    @property
    def doors(self):
        """Both doors in words: whether you may come by yourself, and whether a referral is needed."""
        kinds = {way.kind for way in self.ways_in.all() if way.is_current}
        if not kinds:
            return gettext("Ikke oppgitt hvordan du kommer inn")
        words = []
        if WayIn.Kinds.SELF in kinds:
            words.append(gettext("du kan ringe selv") if self.phones else gettext("du kan ta kontakt selv"))
        if WayIn.Kinds.REFERRAL in kinds:
            words.append(gettext("du kan bli henvist") if len(kinds) > 1 else gettext("krever henvisning"))
        if WayIn.Kinds.VIA_PATIENT in kinds:
            words.append(gettext("gjennom den som er pasient"))
        if WayIn.Kinds.INVITATION in kinds:
            words.append(gettext("etter invitasjon"))
        text = gettext(" eller ").join(words)
        return text[0].upper() + text[1:]

    @property
    def where(self):
        """Where it is, as exact as the sources are; empty when they do not say."""
        if self.place or self.county or self.area:
            return self.place or self.area or self.county.name
        return self.institution.place or ""


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

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="channels", verbose_name=_("tilbud"))
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

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="activities", verbose_name=_("tilbud"))
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

    @property
    def peer_led(self):
        """True when peers lead or lead with professionals, False for professionals alone, None unstated."""
        if self.led_by == self.Leaders.UNSTATED:
            return None
        return self.led_by != self.Leaders.PROFESSIONALS


class TargetRelation(OfferFact):
    """Who the relative is to the person, where the offer is meant for that relation."""

    class Relations(models.TextChoices):
        CHILD = "child", _("barn eller ungdom")
        ADULT_CHILD = "adult-child", _("voksent barn")
        PARTNER = "partner", _("partner")
        PARENT = "parent", _("mor eller far")
        SIBLING = "sibling", _("søsken")
        OTHER = "other", _("annen i familien eller venn")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="relations", verbose_name=_("tilbud"))
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

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="age_limits", verbose_name=_("tilbud"))
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

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="payments", verbose_name=_("tilbud"))
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

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="ways_in", verbose_name=_("tilbud"))
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

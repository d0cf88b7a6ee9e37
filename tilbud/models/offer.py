import hashlib

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import MD5, Coalesce, Left
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.models import County, Place, slug_validator
from regions.norwegian import sort_key
from tilbud.models.due import DueQuerySet
from tilbud.models.institution import Affiliation, Institution
from tilbud.models.offer_facts import Activity, AgeLimit, Payment, TargetRelation, WayIn
from tilbud.models.source import UNREACHABLE_AFTER, Sourced

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


class OfferQuerySet(DueQuerySet):
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

    def seen_by_children(self):
        """Offers the children's way in may show: for children, open below 18, or a line for everybody."""
        children = [AgeLimit.Children.YES, AgeLimit.Children.ASSESSED, AgeLimit.Children.SELDOM]
        limits = AgeLimit.objects.current().filter(offer=OuterRef("pk"))
        open_below = Q(min_age__lt=18) | Q(min_age=None, max_age__isnull=False)
        relations = TargetRelation.objects.filter(offer=OuterRef("pk"), is_current=True)
        return self.filter(
            Exists(limits.filter(Q(children__in=children) | open_below))
            | Exists(relations.filter(relation=TargetRelation.Relations.CHILD))
            # Lines for the whole country stand on the pages a child in trouble opens first.
            | Q(is_urgent=True)
            | Q(catchment=Catchments.NATIONAL)
        )

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
            .prefetch_related(models.Prefetch("institution__affiliations", Affiliation.objects.successions()))
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
        help_text=_("Del av adressen. Endres den, fører den gamle adressen videre hit."),
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
    missed_checks = models.PositiveSmallIntegerField(_("kontroller på rad uten svar"), default=0)
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
    def is_unreachable(self):
        # The number may be the institution's: who does not answer there does not answer here either.
        return max(self.missed_checks, self.institution.missed_checks) >= UNREACHABLE_AFTER

    @property
    def succession(self):
        """The affiliation that says who took over from the institution; None when nobody did."""
        return next(iter(self.institution.affiliations.all()), None)

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

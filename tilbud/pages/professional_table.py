"""The professional's table: its columns, what it can be ordered by, and the reading of it from the database."""

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from regions.models import HealthRegion
from regions.norwegian import sort_key
from tilbud.models import (
    Activity,
    Affiliation,
    AgeLimit,
    Offer,
    OperatingAgreement,
    Payment,
    TargetRelation,
    WayIn,
)

# The finder speaks to the relative; here somebody else answers for them.
FILTER_LABELS = {
    "place": _("Den pårørendes sted"),
    "relation": _("Den pårørende er"),
    "age": _("Den pårørendes alder"),
    "access": _("Vei inn"),
    "dependence": _("Avhenger av pasienten"),
}
# The value of `sort`, where one can sort by the column, and its heading.
COLUMNS = [
    ("institution", _("Institusjon og tilbud")),
    ("place", _("Sted")),
    ("region", _("Helseregion")),
    ("", _("For hvem")),
    ("age", _("Alder")),
    ("", _("Hva")),
    ("", _("Form")),
    ("referral", _("Henvisning")),
    ("", _("Vei inn og adresse")),
    ("payment", _("Pris")),
    ("", _("Driftsavtale")),
    ("", _("Opplyst")),
]
# What the first column holds, one cell each in the CSV.
HEAD_COLUMNS = [_("Institusjon"), _("Tilbud"), _("Status"), _("Videreført")]


def inheritances(institution):
    """Who followed `institution`, and who followed what it is a part of: two queries to look in, in that order."""
    successions = Affiliation.objects.successions().order_by("pk")
    part = {"institution": institution, "kind": "parent", "is_current": True, "is_confirmed": True}
    whole = {f"institution__reverse_affiliations__{name}": value for name, value in part.items()}
    return successions.filter(institution=institution), successions.filter(**whole)


def least(model, number):
    """The lowest `number` of an offer's current facts; null where none has one."""
    facts = model.objects.current().filter(offer=OuterRef("pk")).annotate(number=number)
    return Subquery(facts.exclude(number=None).order_by("number").values("number")[:1])


def sorts():
    """What each value of `sort` orders by; null is what the sources do not say."""
    open_to_children = Q(children="yes") | Q(max_age__isnull=False)
    lowest_age = Case(When(open_to_children, then=0), When(~Q(children="unstated"), then=18))
    ways = WayIn.objects.current().filter(offer=OuterRef("pk"))
    by_referral, by_self = Exists(ways.filter(kind="referral")), Exists(ways.filter(kind="self"))
    return {
        "institution": F("institution__sort_key"),
        "place": Coalesce(
            "place__sort_key",
            sort_key(NullIf("area", Value(""))),
            "county__sort_key",
            "institution__place__sort_key",
        ),
        "region": sort_key("region_today"),
        "age": least(AgeLimit, Coalesce("min_age", lowest_age)),
        "payment": least(Payment, Case(*[When(kind=k, then=i) for i, k in enumerate(Payment.Kinds)])),
        "referral": Case(When(by_referral & ~by_self, then=0), When(by_referral, then=1), When(by_self, then=2)),
    }


def for_table(offers, sort):
    """Annotate and order offers for the table: those that run first, the unknown last whichever way."""
    region = HealthRegion.objects.filter(pk=OuterRef("located_region"))
    # A name in the directory or, with none there, the one the source prints.
    heir = Coalesce("other__name", "other_name")
    own, whole = [succession.annotate(heir=heir).values for succession in inheritances(OuterRef("institution"))]
    offers = (
        offers.with_region()
        .annotate(
            region_then=Subquery(region.values("name")),
            region_today=Coalesce(Subquery(region.values("successor__name")), "region_then"),
            heir=Coalesce(Subquery(own("heir")[:1]), Subquery(whole("heir")[:1])),
            heir_of=Coalesce(Subquery(own("institution__name")[:1]), Subquery(whole("institution__name")[:1])),
        )
        .select_related("institution__place", "place", "county", "source")
    )
    dormant = Case(When(status__in=Offer.RUNNING, then=0), default=1)
    if sort:
        key = sorts()[sort.removeprefix("-")]
        keys = [key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)]
    else:
        # As in the finder: near before far, sure before perhaps, where the question makes a difference.
        keys = [name for name in ("rung", "fit") if name in offers.query.annotations]
    return offers.order_by(dormant, *keys, "institution__sort_key", "sort_key", "pk")


def prefetches():
    """The facts both a row and a referral sheet need, each with its source, in a fixed number of queries."""
    facts = {
        "activities": Activity,
        "relations": TargetRelation,
        "age_limits": AgeLimit,
        "payments": Payment,
        "ways_in": WayIn,
    }
    agreements = OperatingAgreement.objects.current().select_related("source", "region")
    return [
        *[Prefetch(name, model.objects.current().select_related("source")) for name, model in facts.items()],
        Prefetch("institution__agreements", agreements),
    ]

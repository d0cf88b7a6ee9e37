"""The order in which entries are to be checked, and how far the checking has come. Reads only."""

from collections import Counter
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.models import HealthRegion
from tilbud.models import Activity, Catchments, Check, EntryKinds, Institution, Offer

# How many running offers make an institution as prominent as an offer for the whole country, for a region, ...
MANY, SEVERAL = 10, 4


def waiting_list(today=None, *, free=False):
    """Return (kind, key, harm, ...) of all that is due, the most harmful when wrong first; `free`: nobody has it.

    Harm is 0 for what children and helplines show. One query, however it is cut.
    """
    offers, institutions = Offer.objects.due(today), Institution.objects.due(today)
    if free:
        offers, institutions = offers.filter(assignments=None), institutions.filter(assignments=None)
    columns = [_in_order(_offers(offers), EntryKinds.OFFER), _in_order(_institutions(institutions), "institution")]
    order = ("harm", "prominence", "oldest", "sort_key", "entry", "pk")
    return columns[0].union(columns[1], all=True).order_by(*order)


def _in_order(queryset, kind):
    return (
        queryset.order_by()
        .annotate(entry=Value(str(kind)), oldest=Coalesce("checked_on", Value(date.min)))
        .values_list("entry", "pk", "harm", "prominence", "oldest", "sort_key")
    )


def _offers(offers):
    shown_to_children = Offer.objects.running().seen_by_children().order_by().values("pk")
    helpline = Activity.objects.current().filter(offer=OuterRef("pk"), activity=Activity.Activities.PHONE)
    catchments = [Catchments.NATIONAL, Catchments.REGIONAL, Catchments.LOCAL]
    return offers.annotate(
        harm=Case(When(pk__in=shown_to_children, then=0), When(Exists(helpline), then=0), default=1),
        prominence=Case(*[When(catchment=name, then=n) for n, name in enumerate(catchments)], default=3),
    )


def _institutions(institutions):
    """An institution's numbers are shown with its offers: to children where they are."""
    running = Offer.objects.running().order_by()
    number = running.filter(institution=OuterRef("pk")).values("institution").values(number=Count("pk"))
    owners = running.seen_by_children().values("institution")
    return institutions.alias(number=Coalesce(Subquery(number), 0)).annotate(
        harm=Case(When(pk__in=owners, then=0), default=1),
        prominence=Case(
            When(number__gte=MANY, then=0),
            When(number__gte=SEVERAL, then=1),
            When(number__gte=1, then=2),
            default=3,
        ),
    )


def entries_of(rows):
    """Return the institutions and offers behind rows of the waiting list, by (kind, key), in two queries."""
    keys = {kind: [row[1] for row in rows if row[0] == kind] for kind in ("institution", "offer")}
    found = {
        "institution": Institution.objects.select_related("region", "place").in_bulk(keys["institution"]),
        "offer": Offer.objects.select_related("institution__region", "place").in_bulk(keys["offer"]),
    }
    return {(kind, pk): entry for kind, entries in found.items() for pk, entry in entries.items()}


def progress(today=None):
    """Return what has been checked this month, what is due, and what is overdue by today's health regions."""
    today = today or timezone.localdate()
    this_month = Check.objects.filter(done_on__gte=today.replace(day=1), done_on__lte=today)
    checked = this_month.aggregate(
        institutions=Count("institution", distinct=True), offers=Count("offer", distinct=True)
    )
    return {
        "checked": checked["institutions"] + checked["offers"],
        "due": Offer.objects.due(today).count() + Institution.objects.due(today).count(),
        "regions": _by_region(today),
    }


def _by_region(today):
    """One line for each region of today, and one for what lies in none: how many entries, how many overdue."""
    regions = list(HealthRegion.objects.order_by("order"))
    today_of = {region.pk: region.successor_id or region.pk for region in regions}
    counts = {"all": Counter(), "overdue": Counter()}
    for model, region in ((Offer, "located_region"), (Institution, "own_region")):
        rows = _with_region(model.objects.order_by())
        for name, some in (("all", rows.not_closed()), ("overdue", rows.overdue(today))):
            for key, number in some.values_list(region).annotate(number=Count("pk")):
                counts[name][today_of.get(key)] += number
    names = {region.pk: region.name for region in regions if not region.successor_id}
    return [
        {
            "name": name,
            "all": counts["all"][key],
            "overdue": counts["overdue"][key],
            "good": counts["all"][key] - counts["overdue"][key],
        }
        for key, name in [*names.items(), (None, _("Hele landet eller uten region"))]
        if counts["all"][key]
    ]


def _with_region(rows):
    if rows.model is Offer:
        return rows.with_region()
    return rows.annotate(own_region=Coalesce(F("region"), F("place__county_2007__region")))

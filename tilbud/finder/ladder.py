"""The ladder: near you, your county, your health region, the whole country.

An offer stands on the first rung it fits, once. To be near is not to serve: an offer that takes people only
from its own area is on the ladder of those who live there and of nobody else. Offers for the whole country
are on everybody's ladder, last.
"""

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from regions.lookup import distance_km
from regions.models import County, HealthRegion
from regions.norwegian import fold
from tilbud.models import Catchments

# As the crow flies. An hour's drive or so; and what a report of 2007 may mean by "locally".
NEAR_KM = 50
LOCAL_KM = 30


class Rungs(models.IntegerChoices):
    NEAR = 0, _("Nær deg")
    COUNTY = 1, _("I fylket ditt")
    REGION = 2, _("I helseregionen din")
    COUNTRY = 3, _("Hele landet, telefon og nett")


def distances(spot, places):
    """Return {place key: kilometres from `spot`} for the places whose distance is known.

    Where the spot has no coordinates, a place of the same name in the same county is at distance 0.
    """
    if spot.latitude is None:
        return {
            p.pk: 0
            for p in places
            if p.county and p.county.slug == spot.county and fold(p.name) == fold(spot.name)
        }
    return {
        p.pk: distance_km(spot.latitude, spot.longitude, p.latitude, p.longitude)
        for p in places
        if p.latitude is not None
    }


def on_ladder(queryset, spot, kilometres):
    """Keep the offers that may take somebody from `spot` and annotate each with its `rung`.

    `kilometres` is what `distances` returned. A spot that is a county
    has no near rung, a region only the last two.
    """
    here = _location()
    in_region = Q(at_region__in=HealthRegion.objects.with_predecessors([spot.region]).values("pk"))
    in_county = Q(at_county__in=County.objects.filter(slug=spot.county).values("pk"))
    near = Q(at_place__in=[key for key, km in kilometres.items() if km <= NEAR_KM])
    within_local = Q(at_place__in=[key for key, km in kilometres.items() if km <= LOCAL_KM])
    only_local = Q(catchment=Catchments.LOCAL, wider_catchment__in=["", Catchments.LOCAL])
    national = Q(catchment=Catchments.NATIONAL) | Q(wider_catchment=Catchments.NATIONAL)
    # Unstated is not no: an offer that says nothing of whom it takes may take people from the neighbouring region.
    crosses = national | Q(catchment="", wider_catchment="")
    rungs = []
    if spot.kind not in ("county", "region"):
        rungs.append(
            When((near & ~only_local & (in_region | crosses)) | (within_local & only_local), then=Rungs.NEAR)
        )
    if spot.kind != "region":
        # Who names a whole county may live where a local offer takes people from.
        serves = Q() if spot.kind == "county" else ~only_local
        rungs.append(When(in_county & serves, then=Rungs.COUNTY))
    serves = Q() if spot.kind == "region" else ~only_local
    rungs.append(When(in_region & serves, then=Rungs.REGION))
    nowhere = Q(at_place=None, at_county=None, at_region=None, area="")
    rungs.append(When(national | nowhere, then=Rungs.COUNTRY))
    return queryset.annotate(**here).annotate(rung=Case(*rungs, default=None)).filter(rung__isnull=False)


def _location():
    """Where an offer is: its own place, its own county, or else its institution's."""
    own = {"place": None, "county": None, "area": ""}
    return {
        "at_place": Coalesce("place", Case(When(**own, then="institution__place"))),
        "at_county": Coalesce(
            "place__county", "county__successor", Case(When(**own, then="institution__place__county"))
        ),
        "at_region": Coalesce(
            "place__county_2007__region",
            "county__region",
            "institution__region",
            "institution__place__county_2007__region",
        ),
    }

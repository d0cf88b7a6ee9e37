"""The pages most people ask for, and what else is kept for a night without a database."""

from itertools import product
from urllib.parse import urlencode

from django.urls import reverse

from regions.models import County, HealthRegion
from tilbud.models import Institution, Offer, TargetRelation
from tilbud.pages import institutions, offers

PLAIN = [
    "front",
    "urgent",
    "children",
    "offer-list",
    "region-list",
    "institution-list",
    "safety",
    "professional-list",
]
LATER = ["professional-csv", "survey", "about", "privacy", "accessibility", "shortlist"]


def addresses():
    """Yield public addresses as they are always written, the most wanted first."""
    yield from map(reverse, PLAIN)
    yield from _finder()
    yield from _details("region-detail", HealthRegion)
    yield from _details("offer-detail", Offer)
    yield from _details("institution-detail", Institution)
    yield from map(reverse, LATER)
    yield from _details("referral-sheet", Offer)


def _details(name, model):
    for slug in model.objects.order_by("pk").values_list("slug", flat=True):
        yield reverse(name, args=[slug])


def _finder():
    """The front page's form and links, the regions' own pages, and the pages of the whole lists."""
    finder, children = reverse("offer-list"), reverse("children")
    regions = HealthRegion.objects.today()
    places = [region.name for region in regions]
    places += County.objects.filter(division=County.Divisions.TODAY).order_by("pk").values_list("name", flat=True)
    relations = [value for value in TargetRelation.Relations.values if value != "child"]
    pairs = [
        {"place": place, "relation": relation} for place, relation in product(["", *places], ["", *relations])
    ]
    pairs += [{"region": region.slug} for region in regions] + [{"relation": "child"}]
    for pair in pairs:
        if query := urlencode({name: value for name, value in pair.items() if value}):
            yield f"{finder}?{query}"
    for age in range(18):
        # The form there sends both of its fields, also the one left empty.
        yield f"{children}?age={age}&place="
    # As many pages as anybody turns.
    for page in range(2, min(Offer.objects.count() // offers.PAGE_SIZE + 2, 30)):
        yield f"{finder}?page={page}"
    for page in range(2, min(Institution.objects.count() // institutions.PAGE_SIZE + 2, 30)):
        yield f"{reverse('institution-list')}?page={page}"

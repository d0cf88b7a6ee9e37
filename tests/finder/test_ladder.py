"""The ladder, through the finder's address: who serves you is not who is near you."""

import pytest
from django.urls import reverse

from regions.models import County, HealthRegion, Place
from tests.factories import make_institution, make_offer
from tilbud.models import Offer

pytestmark = pytest.mark.django_db
LIST = reverse("offer-list")


def rungs(client, query):
    """Return {rung: [slugs]} of the first page, running offers only."""
    found = {}
    for section in client.get(f"{LIST}?{query}").context["sections"]:
        if section["key"][0] != "dormant":
            found.setdefault(section["key"][0], []).extend(offer.slug for offer in section["offers"])
    return found


@pytest.fixture
def country(empty_directory):
    """Two regions; Oslo and Drammen are 35 km apart in different counties, Bergen far away."""
    east = HealthRegion.objects.create(slug="helse-sor-ost", name="Helse Sør-Øst", order=0, source="k")
    west = HealthRegion.objects.create(slug="helse-vest", name="Helse Vest", order=3, source="k")
    places = {}
    for name, county, region, latitude, longitude in (
        ("Oslo", "oslo", east, 59.91, 10.75),
        ("Drammen", "buskerud", east, 59.74, 10.2),
        ("Kongsberg", "buskerud", east, 59.67, 9.65),
        ("Bergen", "vestland", west, 60.39, 5.32),
    ):
        today, _ = County.objects.get_or_create(
            slug=county, defaults={"name": county, "division": 2024, "region": region, "source": "k"}
        )
        then, _ = County.objects.get_or_create(
            slug=f"{county}-2007",
            defaults={"name": county, "division": 2007, "region": region, "successor": today, "source": "k"},
        )
        places[name] = Place.objects.create(
            slug=name.lower(),
            name=name,
            county_2007=then,
            county=today,
            latitude=latitude,
            longitude=longitude,
            source="k",
        )
    return places


def offer_in(place, slug, **values):
    return make_offer(slug=slug, institution=make_institution(place=place, name=slug), **values)


def test_ladder_near_then_county_then_region_then_country(client, country):
    offer_in(country["Drammen"], "lokalt-i-drammen", catchment="local")
    offer_in(country["Kongsberg"], "her", catchment="local")
    offer_in(country["Oslo"], "regionen", catchment="regional")
    offer_in(country["Bergen"], "langt-borte", catchment="national")
    make_offer(slug="telefon")

    found = rungs(client, "place=Kongsberg")

    assert found == {0: ["her"], 2: ["regionen"], 3: ["telefon", "langt-borte"]}


def test_ladder_county_comes_between_near_and_region(client, country):
    country["Drammen"].latitude, country["Drammen"].longitude = 60.6, 8.6
    country["Drammen"].save()
    offer_in(country["Drammen"], "fylket", catchment="regional")

    assert rungs(client, "place=Kongsberg") == {1: ["fylket"]}
    assert rungs(client, "place=Buskerud") == {1: ["fylket"]}


def test_ladder_local_offer_elsewhere_is_not_near_however_close(client, country):
    offer_in(country["Drammen"], "bare-drammen", catchment="local")
    offer_in(country["Drammen"], "hele-regionen", catchment="regional")

    found = rungs(client, "place=Oslo")

    assert found == {0: ["hele-regionen"]}
    assert rungs(client, "place=Drammen") == {0: ["bare-drammen", "hele-regionen"]}


def test_ladder_local_that_also_takes_others_is_for_them_too(client, country):
    offer_in(country["Bergen"], "mest-bergen", catchment="local", wider_catchment="national")

    assert rungs(client, "place=Oslo") == {3: ["mest-bergen"]}


def test_ladder_unstated_catchment_counts_where_it_is(client, country):
    offer_in(country["Bergen"], "uoppgitt")

    assert rungs(client, "place=Bergen") == {0: ["uoppgitt"]}
    assert rungs(client, "place=Oslo") == {}


def test_ladder_another_regions_offer_is_not_for_you(client, country):
    offer_in(country["Bergen"], "vestlandet", catchment="regional")
    make_offer(slug="telefon")

    assert rungs(client, "place=Oslo") == {3: ["telefon"]}


def test_ladder_each_offer_stands_once(client, directory):
    response = client.get(f"{LIST}?place=Bergen")

    total = response.context["counts"]["all"]
    slugs = []
    for page in range(1, response.context["page_obj"].paginator.num_pages + 1):
        context = client.get(f"{LIST}?place=Bergen&page={page}").context
        slugs += [offer.slug for section in context["sections"] for offer in section["offers"]]
    assert len(slugs) == len(set(slugs)) == total > 50


@pytest.mark.parametrize("place", ["Karasjok", "9730", "Finnmark", "Helse Nord", "karasjok"])
def test_ladder_is_never_empty_and_ends_with_the_whole_country(client, directory, place):
    response = client.get(f"{LIST}?place={place}&page=99")

    running = [section["key"][0] for section in client.get(f"{LIST}?place={place}").context["sections"]]
    assert response.status_code == 200
    assert response.context["counts"]["running"] > 20
    assert running == sorted(running, key=str)


def test_ladder_nearest_first_with_kilometres(client, directory):
    response = client.get(f"{LIST}?place=Bergen")

    near = [o for s in response.context["sections"] if s["key"][0] == 0 and s["key"][1] == 0 for o in s["offers"]]
    assert near
    assert "0 km unna" in response.content.decode()


def test_ladder_ambiguous_place_is_asked_about_and_keeps_the_answers(client, directory):
    response = client.get(f"{LIST}?place=Våler&age=16&relation=sibling")

    content = response.content.decode()
    assert "Flere steder heter dette" in content
    choices = response.context["spot_choices"]
    assert len(choices) >= 2
    for choice in choices:
        assert "age=16" in choice["query"].urlencode()
        assert "relation=sibling" in choice["query"].urlencode()
        chosen = client.get(f"{LIST}?{choice['query'].urlencode()}")
        assert not chosen.context["filter"].form.errors
        assert "place" in chosen.context["filter"].in_force


def test_ladder_empty_answer_says_which_filter_to_loosen_and_how_many_each_gives(client, directory):
    response = client.get(f"{LIST}?payment=means_tested&format=phone&sector=public")

    loosen = {choice["label"]: choice["count"] for choice in response.context["loosen"]}
    assert response.context["counts"]["all"] == 0
    assert loosen
    for choice in response.context["loosen"]:
        without = client.get(f"{LIST}?{choice['query'].urlencode()}")
        assert without.context["counts"]["running"] == choice["count"]


@pytest.mark.parametrize(
    "query",
    ["", "age=16", "place=Bergen&age=40", "region=helse-vest&format=group", "payment=free&relation=parent"],
)
def test_facet_numbers_are_what_choosing_the_value_gives(client, directory, query):
    groups = client.get(f"{LIST}?{query}").context["groups"]

    checked = 0
    for group in groups:
        name = group["field"].name
        if not group["choices"] or f"{name}=" in query:
            continue
        for choice, (value, _) in zip(group["choices"], group["field"].field.choices, strict=True):
            answer = client.get(f"{LIST}?{query}&{name}={value}")
            assert answer.context["counts"]["running"] == choice["count"], (name, value)
            checked += 1
    assert checked > 15


def test_ladder_queries_stay_within_twenty(client, directory, django_assert_max_num_queries):
    query = "place=Bergen&age=16&relation=parent&region=helse-vest&format=group&q=gruppe&profile=counselling"
    client.get(f"{LIST}?{query}")

    with django_assert_max_num_queries(20):
        client.get(f"{LIST}?{query}")
    with django_assert_max_num_queries(20):
        client.get(f"{LIST}?place=Bergen")


def test_ladder_offers_of_every_region_are_reachable(client, directory):
    reached = set()
    for region in ("Helse Sør-Øst", "Helse Vest", "Helse Midt-Norge", "Helse Nord"):
        page, pages = 1, 1
        while page <= pages:
            context = client.get(f"{LIST}?place={region}&page={page}").context
            pages = context["page_obj"].paginator.num_pages
            reached |= {offer.slug for section in context["sections"] for offer in section["offers"]}
            page += 1

    unplaced = set(Offer.objects.exclude(area="").filter(place=None).values_list("slug", flat=True))
    assert set(Offer.objects.values_list("slug", flat=True)) - reached <= unplaced

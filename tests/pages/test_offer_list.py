"""The finder through its address, on the real directory and on a few made entries."""

import pytest
from django.urls import reverse

from tests.asking import questions
from tests.factories import make_institution, make_offer
from tilbud.models import Activity, AgeLimit, Offer, Payment, TargetRelation, WayIn

LIST = reverse("offer-list")


def cards(response):
    """The slugs of the offers on the page, in order."""
    return [offer.slug for section in response.context["sections"] for offer in section["offers"]]


def all_cards(client, query):
    """The slugs of every page of `query`."""
    found, page = [], 1
    while True:
        response = client.get(f"{LIST}?{query}&page={page}")
        found += cards(response)
        if not response.context["page_obj"].has_next():
            return found
        page += 1


def fact(model, offer, **values):
    return model.objects.create(offer=offer, source=offer.source, locator="kap. 1, linje 1", **values)


@pytest.mark.django_db
def test_list_region_of_2007_and_its_successor(client, directory):
    old = set(all_cards(client, "region=helse-ost")) | set(all_cards(client, "region=helse-sor"))

    today = set(all_cards(client, "region=helse-sor-ost"))

    assert len(old) > 100
    assert old <= today
    assert "jessheimklinikken-samtaler-og-gruppe" in old
    assert "poliklinikk-volda-samtaler" not in today


@pytest.mark.django_db
def test_list_several_values_of_one_parameter_are_or(client, directory):
    free = set(all_cards(client, "payment=free"))
    fee = set(all_cards(client, "payment=user_fee"))

    both = set(all_cards(client, "payment=free&payment=user_fee"))

    assert free and fee
    assert both == free | fee


@pytest.mark.django_db
def test_list_different_parameters_are_and(client, directory):
    group = set(all_cards(client, "format=group"))
    free = set(all_cards(client, "payment=free"))

    both = set(all_cards(client, "format=group&payment=free"))

    assert both == group & free
    assert both and both < group


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "attribute", "value"),
    [
        ("dependence=independent", "dependence", "independent"),
        ("sector=voluntary", "institution__sector", "voluntary"),
    ],
)
def test_list_one_filter_shows_only_its_own(client, directory, query, attribute, value):
    found = all_cards(client, query)

    assert found
    assert not Offer.objects.filter(slug__in=found).exclude(**{attribute: value}).exists()


@pytest.mark.django_db
def test_list_access_and_profile_show_only_offers_with_the_fact(client, directory):
    found = all_cards(client, "access=self&profile=treatment")

    for offer in Offer.objects.filter(slug__in=found):
        assert offer.ways_in.filter(kind="self", is_current=True).exists()
        assert offer.activities.filter(activity="treatment", is_current=True).exists()
    assert found


@pytest.mark.django_db
def test_list_a_claim_that_is_not_current_does_not_count(client, empty_directory):
    offer = make_offer(slug="et-tilbud")
    fact(Payment, offer, kind="free", is_current=False)
    fact(Payment, offer, kind="egenandel")

    assert all_cards(client, "payment=free") == []
    assert all_cards(client, "payment=egenandel") == ["et-tilbud"]


@pytest.mark.django_db
def test_list_planned_activity_is_no_activity(client, empty_directory):
    planned, running = make_offer(slug="planlagt"), make_offer(slug="i-gang")
    fact(Activity, planned, activity="group", extent="planned")
    fact(Activity, running, activity="group", extent="seldom")

    assert all_cards(client, "format=group") == ["i-gang"]


@pytest.mark.django_db
def test_list_age_sections_tell_sure_from_assessed_from_unstated(client, empty_directory):
    for slug, limits in {
        "fra-15": {"min_age": 15, "children": "yes"},
        "voksne": {"min_age": 18, "children": "no"},
        "vurderes": {"children": "assessed"},
        "sjelden": {"children": "seldom"},
        "barn": {"children": "yes"},
        "til-12": {"max_age": 12, "children": "yes"},
        "uoppgitt": {"children": "unstated"},
        "uten-rad": None,
    }.items():
        offer = make_offer(slug=slug)
        if limits:
            fact(AgeLimit, offer, **limits)

    response = client.get(f"{LIST}?age=16")

    by_section = {s["key"][1]: sorted(o.slug for o in s["offers"]) for s in response.context["sections"]}
    assert by_section == {0: ["barn", "fra-15"], 1: ["sjelden", "vurderes"], 2: ["uoppgitt", "uten-rad"]}
    content = response.content.decode()
    assert "Vurderes" in content
    assert "Ikke oppgitt" in content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "limits", "section"),
    [
        (17, {"min_age": 18, "children": "no"}, None),
        (18, {"min_age": 18, "children": "no"}, 0),
        (14, {"min_age": 15, "children": "yes"}, None),
        (14, {"min_age": 15, "children": "assessed"}, 1),
        (15, {"min_age": 15, "children": "assessed"}, 0),
        (36, {"min_age": 18, "max_age": 35}, None),
        (35, {"min_age": 18, "max_age": 35}, 0),
        (40, {"children": "assessed"}, 0),
        (5, {"children": "yes"}, 0),
        (5, {"children": "no"}, None),
        (40, {"children": "no"}, 0),
        (10, {"max_age": 12}, 0),
        (13, {"max_age": 12}, None),
        (0, {"min_age": 0, "max_age": 18, "children": "yes"}, 0),
    ],
)
def test_list_age_against_one_limit(client, empty_directory, age, limits, section):
    fact(AgeLimit, make_offer(slug="et-tilbud"), **limits)

    response = client.get(f"{LIST}?age={age}")

    assert [s["key"][1] for s in response.context["sections"]] == ([] if section is None else [section])


@pytest.mark.django_db
def test_list_relation_keeps_offers_that_name_none_apart(client, empty_directory):
    fact(TargetRelation, make_offer(slug="for-soesken"), relation="sibling")
    fact(TargetRelation, make_offer(slug="for-foreldre"), relation="parent")
    make_offer(slug="for-alle")

    response = client.get(f"{LIST}?relation=sibling")

    assert [(s["key"][1], [o.slug for o in s["offers"]]) for s in response.context["sections"]] == [
        (0, ["for-soesken"]),
        (2, ["for-alle"]),
    ]


@pytest.mark.django_db
def test_list_offers_not_running_come_last_under_their_own_heading(client, empty_directory):
    make_offer(slug="a-lagt-ned", title="A", status="closed")
    make_offer(slug="b-i-gang", title="B")

    response = client.get(LIST)

    assert cards(response) == ["b-i-gang", "a-lagt-ned"]
    assert response.context["sections"][-1]["rung"].startswith("Ikke i gang nå")


@pytest.mark.django_db
def test_list_order_follows_the_norwegian_alphabet(client, empty_directory):
    for number, name in enumerate(["Ås", "Zebra", "Ære", "Øst", "Alfa"]):
        make_offer(slug=f"t{number}", institution=make_institution(slug=f"i{number}", name=name))

    response = client.get(LIST)

    names = [offer.institution.name for section in response.context["sections"] for offer in section["offers"]]
    assert names == ["Alfa", "Zebra", "Ære", "Øst", "Ås"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field", "text"),
    [
        ("region=finnes-ikke", "region", "Vi kjenner ikke valget «finnes-ikke»"),
        ("relation=%00", "relation", "Vi kjenner ikke valget"),
        ("age=abc", "age", "helt tall fra 0 til 120"),
        ("age=-1", "age", "helt tall fra 0 til 120"),
        ("age=121", "age", "helt tall fra 0 til 120"),
        ("age=1.5", "age", "helt tall fra 0 til 120"),
        ("age=" + "9" * 5000, "age", "helt tall fra 0 til 120"),
        ("age=16&age=17", "age", "oppgitt flere ganger"),
        ("place=Atlantis", "place", "Vi kjenner ikke stedet"),
        ("place=%00", "place", "tegn vi ikke kan lese"),
        ("place=" + "x" * 200, "place", "Skriv høyst 80 tegn"),
        ("q=%00", "q", "tegn vi ikke kan lese"),
        ("q=" + "x" * 100_000, "q", "Skriv høyst 200 tegn"),
        ("profile=gratis", "profile", "Vi kjenner ikke valget «gratis»"),
        ("payment=" + "x" * 100_000, "payment", "Vi kjenner ikke valget «" + "x" * 30 + "…»"),
    ],
)
def test_list_bad_value_gets_a_message_and_the_other_filters_work(client, directory, query, field, text):
    response = client.get(f"{LIST}?sector=voluntary&{query}")

    assert response.status_code == 200
    assert text in " ".join(response.context["filter"].form.errors[field])
    assert text in response.content.decode().replace("&quot;", '"')
    assert not [s for s in cards(response) if Offer.objects.get(slug=s).institution.sector != "voluntary"]
    assert cards(response)


@pytest.mark.django_db
def test_list_good_value_beside_a_bad_one_still_works(client, directory):
    response = client.get(f"{LIST}?region=helse-nord&region=finnes-ikke")

    found = cards(response)
    assert found == cards(client.get(f"{LIST}?region=helse-nord"))
    assert "Vi kjenner ikke valget «finnes-ikke»" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999", "1.0", "%00", "٣", "9" * 400])
def test_list_bad_page_shows_a_page_and_says_so(client, directory, page):
    response = client.get(f"{LIST}?page={page}")

    assert response.status_code == 200
    assert response.context["page_problem"]
    assert response.context["page_problem"] in response.content.decode()
    assert cards(response)


@pytest.mark.django_db
def test_list_chip_takes_away_one_value_and_the_page(client, directory):
    response = client.get(f"{LIST}?region=helse-nord&region=helse-vest&age=16&page=1")

    chips = {(chip["name"], chip["value"]): chip["query"].urlencode() for chip in response.context["chips"]}
    assert chips == {
        ("region", "helse-nord"): "region=helse-vest&age=16",
        ("region", "helse-vest"): "region=helse-nord&age=16",
        ("age", "16"): "region=helse-nord&region=helse-vest",
    }
    assert 'href="/tilbud/?region=helse-vest&amp;age=16"' in response.content.decode()


@pytest.mark.django_db
def test_list_card_of_an_institution_taken_over_says_so_and_does_not_push_its_number(client, directory):
    content = " ".join(client.get(f"{LIST}?place=Bergen&format=group").content.decode().split())

    assert "Spør dem først: numrene her kan være døde." in content
    assert 'href="/institusjoner/helse-bergen-rusmedisin/"' in content
    assert '<a class="tel" href="tel:+4780089550">' not in content
    assert '<a href="tel:+4780089550">' in content


@pytest.mark.django_db
def test_list_empty_answer_says_what_to_do(client, directory):
    response = client.get(f"{LIST}?region=helse-nord&payment=means_tested")

    content = response.content.decode()
    assert cards(response) == []
    assert "Ingen tilbud passer med alt du har valgt" in content
    assert reverse("urgent") in content


@pytest.mark.django_db
def test_list_search_is_posted_and_leaves_no_trace_in_links(client, directory):
    response = client.post(f"{LIST}?region=helse-vest", {"q": "barn"})

    content = response.content.decode()
    assert cards(response)
    assert not response.cookies
    assert "q=barn" not in content
    assert '<input type="hidden" name="q" value="barn">' in content


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["Tromsø", "tromso", "TROMSOE", "tromsø"])
def test_list_search_finds_every_spelling(client, directory, word):
    response = client.post(LIST, {"q": word})

    assert "al-anon-tromso" in cards(response)


@pytest.mark.django_db
def test_list_post_without_csrf_token_works_for_a_visitor(directory):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post(LIST, {"q": "lade"})

    assert response.status_code == 200
    assert any(slug.startswith("lade-") for slug in cards(response))


@pytest.mark.django_db
def test_list_queries_do_not_grow_with_rows(client, empty_directory):
    def queries_with_another(number):
        for _ in range(number):
            offer = make_offer(institution=make_institution(sector="private"))
            fact(AgeLimit, offer, min_age=15, children="yes")
            fact(WayIn, offer, kind="self")
        page = f"{LIST}?age=16&relation=parent&sector=private"
        return len(cards(client.get(page))), questions(client, page)

    one, few = queries_with_another(1)
    many, most = queries_with_another(17)

    assert (one, many) == (1, 18)
    assert most == few <= 12


@pytest.mark.django_db
def test_list_on_the_real_directory_stays_within_twelve_queries(client, directory):
    assert questions(client, f"{LIST}?age=16&relation=parent&region=helse-vest&format=group") <= 12
    assert questions(client, LIST) <= 12

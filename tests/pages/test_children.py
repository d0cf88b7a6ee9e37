"""The children's way in: plain answers that stand in a source, child language, offers near first."""

from datetime import date

import html5lib
import pytest

from tests.factories import make_fact, make_offer
from tests.pages.liks import liks, paragraphs, visible_text
from tilbud.models import AgeFits, AgeLimit, Channel, Offer, Payment, Remark, Source, TargetRelation
from tilbud.pages.children import Steps

pytestmark = pytest.mark.django_db

BODO = {"age": "13", "place": "Bodø"}
FREE = {"anonymous": "unknown", "cost": "no", "bill": "unknown", "parents": "unknown"}
UNKNOWN = dict.fromkeys(FREE, "unknown")


def get(client, **choices):
    response = client.get("/barn/", choices)
    assert response.status_code == 200
    return response


def text_of(response):
    return " ".join(visible_text(response.content.decode()).split())


def lines(response):
    cards = [response.context["emergency"], *response.context["now"], *response.context["old"]]
    return {card["offer"].slug: card for card in cards}


def lines_now(client):
    return {card["offer"].slug: card for card in get(client).context["now"]}


def values(card):
    return {answer["name"]: answer["value"] for answer in card["answers"]}


def found(response):
    return [card["offer"] for section in response.context["sections"] for card in section["cards"]]


def make_line(**remarks):
    offer = make_offer()
    make_fact(AgeLimit, offer=offer, children="yes")
    make_fact(Channel, offer=offer, channel="phone")
    for text in remarks.values():
        make_fact(Remark, offer=offer, topic="practical", text=text)
    return offer


@pytest.mark.parametrize("choices", [{}, BODO, {"age": "x", "place": "x"}, {"age": "", "place": ""}])
def test_page_is_valid_html_in_child_language_and_sets_no_cookie(client, directory, choices):
    response = get(client, **choices)

    html = response.content.decode()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert parser.errors == []
    assert len(tree.findall(".//h1")) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert sorted(ids) == sorted(set(ids))
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    assert liks(visible_text(html)) <= 30
    assert liks(paragraphs(html)) <= 30
    assert "!" not in visible_text(html)
    assert "<img" not in html
    # One word is allowed: the name the organisation has given itself.
    assert "misbruk" not in text_of(response).replace("BaR (Barn av rusmisbrukere)", "").lower()


def test_liks_counts_words_per_sentence_and_long_words():
    assert liks("Du kan ringe. Helsepersonelloven gjelder deg.") == 3 + 100 * 2 / 6


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("alarmtelefonen-116111", FREE),
        ("mental-helse-telefon", FREE),
        ("kirkens-sos-telefon", FREE),
        ("bar-chat-video-og-grupper", UNKNOWN),
        ("bla-kors-kompasset-nettradgivning", UNKNOWN),
        ("rode-kors-korspahalsen", UNKNOWN),
        ("rode-kors-telefon-for-barn-og-ungdom", FREE | {"anonymous": "yes"}),
        ("nodmelding-113", UNKNOWN),
    ],
)
def test_answers_are_those_of_the_recorded_facts(client, directory, slug, expected):
    assert values(lines(get(client))[slug]) == expected


def test_answer_stands_with_its_source_and_age(client, directory):
    content = text_of(get(client))

    assert "Koster det noe? Nei. Kilde: helsenorge.no, uten dato. Sagt om hjelpetelefoner generelt." in content
    assert "Er det anonymt? Ja. Kilde: en rapport fra februar 2007." in content
    assert "Får foreldre vite det? Vi vet ikke." in content
    assert "2007: Åpent mandag til fredag kl. 14.00–20.00." in content


def test_line_that_alerts_others_says_so_beside_what_parents_hear(client, directory):
    content = text_of(get(client))

    assert content.count("Vi vet ikke. Er det krise, sier de fra til andre som kan hjelpe.") == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a": "Du kan være anonym."}, "yes"),
        ({"a": "Du kan ikke være anonym."}, "no"),
        ({"a": "Du kan være anonym.", "b": "Du kan ikke være anonym."}, "unknown"),
        ({"a": "Du kan nesten alltid være anonym."}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_anonymous_is_unknown_unless_the_whole_sentence_is_recorded(client, db, said, expected):
    offer = make_line(**said)

    assert values(lines_now(client)[offer.slug])["anonymous"] == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(["free"], "no"), (["user_fee"], "yes"), (["free", "egenandel"], "unknown"), (["means_tested"], "unknown")],
)
def test_cost_is_unknown_where_the_payments_differ(client, db, kinds, expected):
    offer = make_line()
    for kind in kinds:
        make_fact(Payment, offer=offer, kind=kind)

    assert values(lines_now(client)[offer.slug])["cost"] == expected


def test_claim_the_directory_does_not_go_by_answers_nothing(client, db):
    offer = make_line()
    make_fact(Payment, offer=offer, kind="free", is_current=False)
    make_fact(Remark, offer=offer, topic="practical", text="Du kan være anonym.", is_current=False)

    assert values(lines_now(client)[offer.slug]) == UNKNOWN


def test_bill_and_parents_can_be_recorded(client, db):
    offer = make_line(bill="Det synes ikke på regningen.", parents="Foreldrene får ikke vite det.")

    assert values(lines_now(client)[offer.slug]) == UNKNOWN | {"bill": "no", "parents": "no"}


def test_line_that_is_closed_or_in_one_place_is_not_for_everybody(client, directory):
    Offer.objects.filter(slug="alarmtelefonen-116111").update(status="closed")

    shown = lines(get(client))
    assert "alarmtelefonen-116111" not in shown
    assert "revita-telefon" not in shown


def test_page_begins_with_113_and_puts_what_is_from_2007_apart(client, directory):
    response = get(client)

    content = text_of(response)
    assert content.index("Er du i fare nå, ring 113") < content.index("Ring 116 111")
    assert content.index("Ring 116 123") < content.index("Dette fantes i 2007")
    assert {card["offer"].source.slug for card in response.context["old"]} == {"kartlegging-2007"}
    # The exit is the only link out.
    assert response.content.decode().count('href="http') == 1
    assert "www.korspahalsen.no" in content


def test_when_nobody_answers_the_page_names_those_open_day_and_night(client, directory):
    content = text_of(get(client))

    advice = content[content.index("Hvis ingen svarer") :]
    assert "Ring 116 123 . De har sagt at de har åpent dag og natt. Kilde: lagret nettside fra 2021." in advice
    assert "Ring 116 111" not in advice


def test_law_is_said_in_two_sentences_with_its_source_only_while_it_is_recorded(client, directory):
    content = text_of(get(client))

    law = content[content.index("Hva loven sier") : content.index("Kilde: helsedirektoratet.no, uten dato.")]
    assert law.count(". ") == 2
    assert "§ 10 a" in law
    assert "rett til" not in content
    Remark.objects.filter(text__contains="§ 10 a").update(is_current=False)
    assert "Hva loven sier" not in text_of(get(client))


def test_child_of_13_in_bodo_finds_wandasenteret_first_then_the_county(client, directory):
    response = get(client, **BODO)

    offers = found(response)
    assert offers[0].slug == "wandasenteret-stotte-og-rad"
    for section in response.context["sections"]:
        steps = [card["offer"].step for card in section["cards"]]
        assert steps == sorted(steps)
    assert "al-anon-narvik" in [offer.slug for offer in offers]
    assert {o.located_region for o in offers} <= {offers[0].located_region, None} | {
        o.located_region for o in offers if o.catchment == "national"
    }
    assert "al-anon-bodo" not in [o.slug for o in found(get(client, age="12", place="Bodø"))]


def test_offers_are_told_apart_by_how_surely_they_take_the_child(client, directory):
    response = get(client, age="13", place="tromso")

    assert [section["key"] for section in response.context["sections"]] == list(AgeFits)
    assert "ruspoliklinikken-troms-samtaler" in [o.slug for o in found(response) if o.age_fit == AgeFits.ASSESSED]
    assert len(found(response)) <= 20


def test_offer_for_grown_ups_or_of_unknown_age_is_left_out(client, empty_directory):
    for_parents, for_adults, for_children, _silent = (make_offer() for _ in range(4))
    make_fact(TargetRelation, offer=for_parents, relation="parent")
    make_fact(AgeLimit, offer=for_parents, children="yes")
    make_fact(AgeLimit, offer=for_adults, children="no")
    make_fact(TargetRelation, offer=for_children, relation="child")

    assert found(get(client, age="13")) == [for_children]
    assert found(get(client, age="13"))[0].age_fit == AgeFits.UNSTATED


def test_place_alone_finds_offers_for_any_child(client, directory):
    offers = found(get(client, place="Askim"))

    assert offers[0].slug == "al-anon-askim-alateen"
    assert "relation=child" in get(client, place="Askim").context["finder_query"]


@pytest.mark.parametrize("age", ["x", "-1", "18", "99", "1000", "1.5", "9" * 500, "%00", "\x00"])
def test_bad_age_gets_a_message_and_the_place_is_kept(client, directory, age):
    response = get(client, age=age, place="Bodø")

    message = response.context["form"].errors["age"][0]
    assert message in text_of(response)
    assert 'value="Bodø"' in response.content.decode()
    assert found(response)[0].slug == "wandasenteret-stotte-og-rad"


@pytest.mark.parametrize("place", ["Xyz", "x" * 500, "<b>", "\x00", "🙂"])
def test_bad_place_gets_a_message_and_the_age_is_kept(client, directory, place):
    response = get(client, age="13", place=place)

    assert response.context["form"].errors["place"]
    assert 'aria-describedby="id_place_error"' in response.content.decode()
    assert found(response)
    assert response.context["finder_query"] == "age=13"


@pytest.mark.parametrize("place", ["bodo", "8006", "8006 Bodø", " BODØ ", "Bodø kommune"])
def test_place_is_understood_however_it_is_written(client, directory, place):
    assert found(get(client, age="13", place=place))[0].slug == "wandasenteret-stotte-og-rad"


def test_county_gives_what_is_there_and_a_place_without_offers_gives_its_county(client, directory):
    for place in ("Nordland", "Lødingen"):
        offers = found(get(client, age="13", place=place))
        assert [offer.step for offer in offers][:3] == [Steps.COUNTY] * 3
        assert offers[0].slug == "wandasenteret-stotte-og-rad"


def test_name_of_several_places_uses_them_all_and_says_how_to_choose(client, directory):
    response = get(client, age="13", place="Våler")

    assert "Flere steder heter det" in text_of(response)
    assert "Våler, Innlandet" in text_of(response)
    assert found(response)


def test_told_says_how_old_a_fact_is(client, db):
    seen = make_line()
    Offer.objects.filter(pk=seen.pk).update(check_method="called", checked_on=date(2026, 3, 2))
    dated = make_line()
    Source.objects.filter(pk=dated.source.pk).update(title="Avisen", published="2020-05")

    cards = {slug: card["told"] for slug, card in lines_now(client).items()}
    assert cards[seen.slug] == "Vi sjekket det 2. mars 2026."
    assert cards[dated.slug] == "Kilde: Avisen, mai 2020."


def test_form_left_empty_asks_for_one_answer(client, directory):
    response = get(client, age="", place="")

    assert "Skriv hvor gammel du er, eller hvor du bor." in text_of(response)
    assert found(response) == []


def test_answer_given_twice_is_not_guessed(client, directory):
    response = client.get("/barn/?age=12&age=13&place=Bod%C3%B8")

    assert response.context["form"].errors["age"]
    assert found(response)


def test_link_to_the_finder_keeps_the_choices(client, directory):
    response = get(client, **BODO)

    assert 'href="/tilbud/?age=13&amp;place=Bod%C3%B8"' in response.content.decode()
    assert client.get("/tilbud/?" + response.context["finder_query"]).context["counts"]["running"] > 0


def test_list_without_offers_says_whom_to_call(client, empty_directory):
    assert "Vi fant ikke noe her" in text_of(get(client, age="5"))


@pytest.mark.parametrize(("choices", "most"), [({}, 9), (BODO, 10), ({"age": "3", "place": "Våler"}, 10)])
def test_page_needs_a_fixed_number_of_queries(client, directory, django_assert_num_queries, choices, most):
    for _ in range(3):
        make_line(a="Du kan være anonym.")
        with django_assert_num_queries(most):
            get(client, **choices)


def test_page_answers_head_and_refuses_post(client, directory):
    assert client.head("/barn/").status_code == 200
    assert client.post("/barn/").status_code == 405

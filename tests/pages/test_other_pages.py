"""The front page, urgent help, about, and what holds for every public page."""

import html5lib
import pytest
from django.conf import settings
from django.urls import reverse

from tilbud.models import Institution, Offer

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ADDRESSES = [
    "/",
    "/tilbud/",
    "/tilbud/?age=16&relation=parent&region=helse-vest",
    "/tilbud/?region=x&age=x&place=x&page=x",
    "/tilbud/?region=helse-nord&payment=means_tested",
    "/tilbud/bergensklinikkene-gruppe-voksne-barn/",
    "/tilbud/furuset-put-planlagt/",
    "/institusjoner/",
    "/institusjoner/?page=2",
    "/institusjoner/lms/",
    "/institusjoner/bergensklinikkene/",
    "/helseregioner/",
    "/helseregioner/helse-ost/",
    "/helseregioner/helse-sor-ost/",
    "/kartlegging-2007/",
    "/akutt/",
    "/barn/",
    "/barn/?age=13&place=Oslo",
    "/henviser/",
    "/tilbud/jessheimklinikken-samtaler-og-gruppe/henvisning/",
    "/tilbud/furuset-put-planlagt/meld-feil/",
    "/liste/",
    "/trygg/",
    "/tilbud/?place=Os&age=16",
    "/tilbud/?place=Karasjok",
    "/om/",
    "/personvern/",
    "/tilgjengelighet/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_valid_html_with_one_heading_and_no_cookie(client, directory, address):
    response = client.get(address)

    assert response.status_code == 200
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(response.content.decode())
    assert parser.errors == []
    headings = ["".join(h1.itertext()).strip() for h1 in tree.findall(".//h1")]
    assert len(headings) == 1
    assert headings[0]
    assert "".join(tree.find(".//title").itertext()).strip()
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert sorted(ids) == sorted(set(ids))
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_links_lead_somewhere(client, directory, address):
    tree = html5lib.parse(client.get(address).content.decode(), namespaceHTMLElements=False)
    ids = {element.get("id") for element in tree.iter() if element.get("id")}

    for link in tree.iter("a"):
        target = link.get("href")
        if target.startswith("#"):
            assert target[1:] in ids
        elif target.startswith("/"):
            assert client.get(target.partition("#")[0]).status_code == 200, target
        elif link.get("data-leave") is None:
            assert target.startswith(("tel:", "mailto:", "?page=")), target
        else:
            assert target == settings.EXIT_URL
            assert link.get("rel") == "noreferrer noopener"


def test_error_page_is_valid_html_and_needs_no_database(client):
    response = client.get("/finnes-ikke/")

    parser = html5lib.HTMLParser()
    parser.parse(response.content.decode())
    assert parser.errors == []
    assert response.status_code == 404


def test_urgent_help_shows_113_first_and_says_where_numbers_come_from(client, directory):
    response = client.get(reverse("urgent"))

    content = " ".join(response.content.decode().split())
    assert response.context["urgent"][0].institution.slug == "nodmelding"
    assert content.index("tel:113") < content.index("tel:116117")
    assert "tel:+4780040567" in content
    assert "Overtatt fra helsenorge.no" in content
    assert "51 53 11 11" not in content


def test_front_leads_to_the_finder_with_relation_and_region(client, directory):
    response = client.get("/")

    content = response.content.decode()
    assert 'name="relation" value="sibling"' in content
    assert 'name="relation" value="child"' not in content
    assert '<a class="button" href="/barn/">' in content
    assert 'name="place"' in content
    assert 'href="/tilbud/?place=Helse%20Midt-Norge"' in content
    assert "Helse Øst" not in content


def test_front_choices_left_open_filter_nothing(client, directory):
    assert client.get("/tilbud/?relation=&place=").context["counts"] == client.get("/tilbud/").context["counts"]


@pytest.mark.parametrize("page", ["0", "abc", "999", "%00", "-1"])
def test_institution_list_bad_page_shows_the_nearest_and_says_so(client, directory, page):
    response = client.get(f"/institusjoner/?page={page}")

    assert response.status_code == 200
    assert response.context["page_problem"] in response.content.decode()
    assert response.context["page_problem"]
    assert len(response.context["page_obj"]) > 0


def test_institution_list_counts_running_offers_only(client, directory):
    response = client.get("/institusjoner/")

    counts = {institution.slug: institution.running_offers for institution in response.context["page_obj"]}
    for slug, number in counts.items():
        assert number == Offer.objects.running().filter(institution__slug=slug).count()
    assert len(counts) == 60 < Institution.objects.count()


@pytest.mark.parametrize("address", ["/", "/tilbud/", "/kartlegging-2007/", "/healthz"])
def test_page_answers_head_and_refuses_other_methods(client, directory, address):
    assert client.head(address).status_code == 200
    assert client.delete(address).status_code == 405

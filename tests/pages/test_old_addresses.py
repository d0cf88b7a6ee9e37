"""An address an entry once had leads to where it is today."""

import pytest

from tests.factories import make_institution, make_offer
from tilbud.entries import read_document, save_document
from tilbud.models import Offer, Revision

PAGES = {"institution": ["/institusjoner/{}/"], "offer": ["/tilbud/{}/", "/tilbud/{}/henvisning/"]}


def make(kind, slug):
    return make_institution(slug=slug) if kind == "institution" else make_offer(slug=slug)


def rename(kind, entry, *slugs):
    for base, slug in enumerate(slugs):
        document = read_document(kind, entry.pk)
        document["fields"]["slug"] = slug
        save_document(kind, entry.pk, document, base=base, how=Revision.Hows.DESK, author="Kari")


def where(client, address):
    response = client.get(address)
    return response.status_code, response.get("Location")


@pytest.mark.parametrize("kind", PAGES)
def test_old_address_leads_to_the_new(client, db, kind):
    rename(kind, make(kind, "gammel"), "ny", "nyest")
    for page in PAGES[kind]:
        assert where(client, page.format("gammel")) == (301, page.format("nyest"))
        assert where(client, page.format("ny")) == (301, page.format("nyest"))
        assert client.get(page.format("gammel"), follow=True).status_code == 200


@pytest.mark.parametrize("kind", PAGES)
def test_address_taken_back_is_a_page_and_no_ring(client, db, kind):
    rename(kind, make(kind, "gammel"), "ny", "gammel")
    for page in PAGES[kind]:
        assert client.get(page.format("gammel")).status_code == 200
        response = client.get(page.format("ny"))
        assert (response.status_code, response["Location"]) == (301, page.format("gammel"))
        # Else a browser would send whoever comes back from one to the other for ever.
        assert response["Cache-Control"] == "no-store"


def test_old_address_of_an_institution_is_none_of_an_offer(client, db):
    rename("institution", make("institution", "gammel"), "ny")
    assert client.get("/tilbud/gammel/").status_code == 404
    assert client.get("/tilbud/finnes-ikke/").status_code == 404


def test_old_addresses_are_asked_for_only_on_a_miss(
    client, db, django_assert_num_queries, django_assert_max_num_queries
):
    make_offer(slug="finnes")
    with django_assert_max_num_queries(30) as asked:
        client.get("/tilbud/finnes/")
    assert not any("oldslug" in query["sql"] for query in asked.captured_queries)
    with django_assert_max_num_queries(2) as asked:
        client.get("/tilbud/finnes-ikke/")
    assert sum("oldslug" in query["sql"] for query in asked.captured_queries) == 1


def test_shortlist_keeps_an_offer_whose_address_has_changed(client, db):
    offer = make_offer(title="Samtaler")
    code = offer.code
    document = read_document("offer", offer.pk)
    document["fields"]["slug"] = "ny-adresse"
    save_document("offer", offer.pk, document, base=0, how=Revision.Hows.DESK, author="Kari")
    response = client.get(f"/liste/?o={code}")
    assert "Samtaler" in response.content.decode()
    assert response.context["codes"] == Offer.objects.get(pk=offer.pk).code

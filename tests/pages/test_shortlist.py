"""The shortlist lives in its own address and nowhere else."""

import pytest

from tests.asking import questions
from tilbud.models import Offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers(directory):
    return list(Offer.objects.order_by("slug")[:3])


def test_shortlist_shows_the_coded_offers_in_order(client, offers):
    codes = ",".join(offer.code for offer in reversed(offers))

    response = client.get(f"/liste/?o={codes}")

    assert [entry["offer"].slug for entry in response.context["entries"]] == [o.slug for o in reversed(offers)]
    assert not response.cookies
    assert all(offer.slug not in f"/liste/?o={codes}" for offer in offers)


def test_shortlist_removes_one_and_keeps_the_rest(client, offers):
    one, two, three = offers
    response = client.get(f"/liste/?o={one.code},{two.code},{three.code}")

    assert f'href="/liste/?o={one.code},{three.code}"' in response.content.decode()


def test_shortlist_adds_from_the_finder_and_from_an_offer(client, offers):
    one, two, _ = offers

    content = client.get(f"/tilbud/?o={one.code}").content.decode()

    assert f"/liste/?o={one.code}," in content
    assert f"/liste/?o={two.code}" in client.get(two.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "Listen er tom"),
        ("o=", "Listen er tom"),
        ("o=ffffffff", "Ett av tilbudene finnes ikke lenger"),
        ("o=%00,<script>", "Listen er tom"),
        ("o=" + "a" * 50_000, "finnes ikke lenger"),
    ],
)
def test_shortlist_bad_codes_get_a_message(client, offers, query, text):
    response = client.get(f"/liste/?{query}")

    assert response.status_code == 200
    assert text in response.content.decode()
    assert "<script>" not in response.content.decode()


def test_shortlist_is_bounded(client, directory):
    codes = ",".join(offer.code for offer in Offer.objects.all()[:60])

    response = client.get(f"/liste/?o={codes}")

    assert len(response.context["entries"]) == 30
    assert "høyst 30 tilbud" in response.content.decode()


def test_codes_of_the_directory_are_all_different(directory):
    codes = [offer.code for offer in Offer.objects.all()]

    assert len(set(codes)) == len(codes)


def test_shortlist_queries_do_not_grow(client, directory):
    codes = [offer.code for offer in Offer.objects.all()[:20]]
    assert [questions(client, f"/liste/?o={asked}") for asked in (codes[0], ",".join(codes))] == [9, 9]

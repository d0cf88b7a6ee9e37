"""What the public pages say the moment an editor has checked an entry, or got no answer."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from tests.asking import questions
from tests.desk.checking import sent, where
from tests.desk.pages import text_of
from tests.factories import make_fact, make_institution, make_offer, make_source
from tests.pages.liks import liks
from tests.staff import editor_client  # noqa: F401
from tilbud.models import AgeLimit, Channel, Contact, Offer

NO_ANSWER = "Vi har prøvd flere ganger uten å få svar. Opplysningene kan være gamle."
BADGE = '<span class="badge warn">Får ikke svar</span>'


@pytest.fixture
def line(empty_directory):
    """A line on every page that shows lines and offers."""
    offer = make_offer(title="Prøvelinjen", catchment="national", source=make_source(published="2024"))
    make_fact(Contact, offer=offer, kind="phone", value="22029280")
    make_fact(Channel, offer=offer, channel="phone")
    make_fact(AgeLimit, offer=offer, children="yes")
    return offer


def pages(offer):
    details = [offer.get_absolute_url(), reverse("referral-sheet", args=[offer.slug])]
    return details + [reverse(name) for name in ("offer-list", "urgent", "children")]


def test_checked_today_is_said_at_once(client, editor_client, line):  # noqa: F811
    said = f"Kontrollert {date_format(timezone.localdate(), 'j. F Y')}, ringt"
    addresses = [line.get_absolute_url(), reverse("offer-list"), reverse("urgent"), reverse("professional-list")]
    assert not [address for address in addresses if said in text_of(client.get(address))]
    editor_client.post(where(line), sent(line, result="confirmed"))
    assert [address for address in addresses if said in text_of(client.get(address))] == addresses
    institution = line.institution
    editor_client.post(where(institution), sent(institution, result="confirmed"))
    assert said in text_of(client.get(institution.get_absolute_url()))


def test_number_that_has_been_called_is_not_said_to_be_uncalled(client, editor_client, line):  # noqa: F811
    assert "Vi har ikke ringt nummeret ennå." in text_of(client.get(reverse("urgent")))
    editor_client.post(where(line), sent(line, confirm=f"contacts-{line.contacts.get().pk}"))
    assert "Vi har ikke ringt nummeret ennå." not in text_of(client.get(reverse("urgent")))


def test_line_from_2007_that_has_been_checked_stands_with_the_others(client, editor_client, line):  # noqa: F811
    Offer.objects.filter(pk=line.pk).update(source=make_source(slug="kartlegging-2007", published="2007-02"))
    assert client.get(reverse("urgent")).context["old"] == [line]
    editor_client.post(where(line), sent(line, result="confirmed"))
    page = client.get(reverse("urgent"))
    assert (page.context["old"], page.context["helplines"]) == ([], [line])


def test_no_answer_is_said_on_every_page_with_as_many_queries(client, line):
    addresses = [*pages(line), line.institution.get_absolute_url(), reverse("professional-list")]
    asked = []
    for missed in (1, 2):
        Offer.objects.filter(pk=line.pk).update(missed_checks=missed)
        texts = [text_of(client.get(address)) for address in addresses]
        asked.append([questions(client, address) for address in addresses])
        assert [NO_ANSWER in text for text in texts] == [missed == 2] * 5 + [False] * 2
        assert all((BADGE in text) == (missed == 2) for text in texts[:3] + texts[5:])
    assert asked[0] == asked[1]


def test_institution_that_does_not_answer_says_so(client, empty_directory):
    institution = make_institution(missed_checks=2)
    assert NO_ANSWER in text_of(client.get(institution.get_absolute_url()))
    assert BADGE in text_of(client.get(reverse("institution-list")))


def test_sentence_is_easy_to_read():
    assert liks(NO_ANSWER) <= 30

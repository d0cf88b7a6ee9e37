"""Addresses an editor types or keeps by hand: a message or a way on, never a broken page."""

import pytest
from django.contrib.messages import get_messages

from tests.desk.pages import address, text_of
from tests.factories import make_institution, make_offer
from tilbud.models import Institution, Offer, SurveyCell

BAD_FILTERS = [
    # Refused by Django.
    "finnes_ikke=1",
    "name__finnes_ikke=1",
    "source__note__regex=x",
    "region__id__exact=abc",
    "checked_on__gte=abc",
    "id__in=abc",
    "p=99999",
    "_to_field=name",
    # Refused by the desk's own filter.
    "checked=abc",
    # Refused by both databases.
    "name__regex=(",
    # Falls over while the question is put together.
    "id__range=1",
]
# What only one database refuses; the other finds nothing.
BAD_FOR_ONE_DATABASE = ["name__icontains=%00", f"name__icontains={'a' * 60000}", f"id__in={'9' * 30}"]
MESSAGE = "Adressen har et filter vi ikke forstår. Her er hele listen i stedet."


@pytest.fixture(autouse=True)
def messages_in_a_cookie(settings):
    """What PostgreSQL refuses ends the transaction a test is in, and no session can be saved any more."""
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"


@pytest.mark.parametrize("query", BAD_FILTERS)
def test_bad_filter_leads_to_the_whole_list_with_a_message(admin_client, query):
    response = admin_client.get(f"{address(Institution, 'changelist')}?{query}")
    assert response.status_code == 302
    assert response.url == f"{address(Institution, 'changelist')}?e=1"
    assert [str(message) for message in get_messages(response.wsgi_request)] == [MESSAGE]


def test_the_message_is_shown_above_the_list(admin_client):
    institution = make_institution(name="AAA Prøvested")
    response = admin_client.get(f"{address(Institution, 'changelist')}?finnes_ikke=1", follow=True)
    assert MESSAGE in text_of(response)
    assert address(Institution, "change", institution.pk) in text_of(response)


@pytest.mark.parametrize("query", BAD_FOR_ONE_DATABASE)
def test_filter_too_much_for_one_database_breaks_neither(admin_client, query):
    response = admin_client.get(f"{address(Institution, 'changelist')}?{query}")
    assert (response.status_code, len(list(get_messages(response.wsgi_request)))) in [(302, 1), (200, 0)]


@pytest.mark.parametrize("path", ["/admin/auth/user/?username__regex=(", "/admin/auth/group/?finnes_ikke=1"])
def test_bad_filter_of_the_lists_of_users_too(admin_client, path):
    response = admin_client.get(path)
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [MESSAGE]


def test_bad_filter_of_a_frozen_list_too(admin_client):
    response = admin_client.get(f"{address(SurveyCell, 'changelist')}?row__regex=(")
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [MESSAGE]


def test_search_for_a_null_character_is_refused_in_norwegian(admin_client):
    response = admin_client.get(f"{address(Institution, 'changelist')}?q=%00")
    assert response.status_code == 200
    assert "Null-tegn er ikke tillatt." in text_of(response)


def test_search_for_a_hundred_thousand_letters_finds_nothing(admin_client):
    response = admin_client.get(address(Institution, "changelist"), {"q": "a" * 100_000})
    assert response.status_code == 200
    assert response.context["cl"].result_count == 0


@pytest.mark.parametrize("key", ["abc", "9" * 30, "%00", "-1", "1,2", "²"])
def test_new_offer_for_an_impossible_institution_has_none_chosen(admin_client, key):
    response = admin_client.get(f"{address(Offer, 'add')}?institution={key}")
    assert response.status_code == 200
    assert "selected" not in str(response.context["adminform"].form["institution"])


def test_new_offer_for_an_institution_has_it_chosen(admin_client):
    institution = make_institution(name="Prøvestiftelsen")
    response = admin_client.get(f"{address(Offer, 'add')}?institution={institution.pk}")
    assert f'<option value="{institution.pk}" selected>Prøvestiftelsen' in text_of(response)


def test_form_sent_with_an_impossible_key_gets_a_message_at_the_field(admin_client):
    response = admin_client.post(address(Offer, "add"), {"institution": "abc", "place": "9" * 30, "source": "x"})
    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) >= {"institution", "place", "source"}


@pytest.mark.parametrize("key", ["abc", "9" * 30, "%00"])
def test_row_that_does_not_exist_leads_to_the_front_page_with_a_message(admin_client, key):
    response = admin_client.get(f"{address(Offer, 'changelist')}{key}/change/", follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert "eksisterer ikke" in text_of(response)


def test_search_in_a_field_bears_with_anything(admin_client):
    make_offer()
    field = "/admin/autocomplete/?app_label=tilbud&model_name=offer&field_name=institution"
    for term in ["%00", "[", "a" * 100_000]:
        response = admin_client.get(f"{field}&term={term}")
        assert response.json() == {"results": [], "pagination": {"more": False}}

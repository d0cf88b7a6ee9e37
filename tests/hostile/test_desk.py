"""The desk's addresses and forms as no browser sends them, for every list there is."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import reverse

from tests.desk.pages import address
from tests.hostile.payloads import ELSEWHERE
from tests.hostile.requests import stays

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
every_list = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
WITH_ACTIONS = [User]
KEYS = ["abc", "9" * 30, "\0", "-1", "1,2", "²", ""]
# What Django lets anybody try: far relations, patterns that never end, values of the wrong kind.
LOOKUPS = [
    "pk__regex=(",
    "pk__iregex=(a%2B)%2B$",
    "pk__in=a,b",
    "pk__isnull=x",
    "pk__range=1",
    "x__y__z=1",
    "_facets=x",
]
FAR = "institution__offers__institution__offers__source__slug__regex=("


@pytest.fixture(autouse=True)
def messages_in_a_cookie(settings):
    """What PostgreSQL refuses ends the transaction a test is in, and no session can be saved any more."""
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"


@every_list
def test_lookup_typed_by_hand_gets_a_message_or_the_list(admin_client, model):
    for lookup in [*LOOKUPS, FAR]:
        # What PostgreSQL refuses ends the transaction the test is in.
        before = transaction.savepoint()
        response = admin_client.get(f"{address(model, 'changelist')}?{lookup}")
        transaction.savepoint_rollback(before)
        said = " ".join(str(message) for message in get_messages(response.wsgi_request))
        if response.status_code == 302:
            assert response.url == f"{address(model, 'changelist')}?e=1", lookup
            assert "forstår" in said, lookup
        else:
            assert response.status_code == 200, lookup


@every_list
def test_action_on_rows_that_are_none_changes_nothing(admin_client, model):
    before = model.objects.count()
    for key in KEYS:
        form = {"action": "delete_selected", "_selected_action": key, "post": "yes"}
        response = admin_client.post(address(model, "changelist"), form)
        # Where nothing is to be deleted, the page that asks about it may be shown again.
        assert response.status_code in (200, 302, 403)
    assert model.objects.count() == before


def test_lists_with_actions_are_those_tried_here(admin_client):
    lists = {model: admin_client.get(address(model, "changelist")).context for model in MODELS}
    assert {model for model, context in lists.items() if context.get("action_form")} == set(WITH_ACTIONS)


@pytest.mark.parametrize("model", WITH_ACTIONS)
def test_action_on_rows_that_are_none_says_so(admin_client, model):
    actions = admin_client.get(address(model, "changelist")).context["action_form"].fields["action"].choices[1:]
    assert actions
    for action, _label in actions:
        form = {"action": action, "_selected_action": "abc"}
        response = admin_client.post(address(model, "changelist"), form)
        assert [str(message) for message in get_messages(response.wsgi_request)] == [
            "Vi forsto ikke hvilke rader du valgte. Ingenting er endret."
        ]


@every_list
def test_row_by_a_field_without_a_name_is_looked_up_by_its_key(admin_client, model):
    for page in ("change", "delete"):
        response = admin_client.get(f"{address(model, page, 999_999_999)}?_to_field=")
        assert response.status_code in (302, 403)


@pytest.mark.parametrize("name", ["two_factor:login", "admin:login", "admin:logout"])
@pytest.mark.parametrize("to", ELSEWHERE)
def test_next_of_the_login_stays_on_our_host(client, admin_client, name, to):
    for who in (client, admin_client):
        for send in (who.get, who.post):
            response = send(f"{reverse(name)}?{urlencode({'next': to})}")
            assert response.status_code < 500
            assert stays(response.headers.get("Location", "/"), "testserver"), response.headers


def test_next_of_the_login_leads_on_within_our_host(admin_client):
    response = admin_client.get(reverse("two_factor:login"), {"next": "/admin/tilbud/offer/"})
    assert response.url == "/admin/tilbud/offer/"


@pytest.mark.parametrize("to", ELSEWHERE)
def test_next_of_every_other_address_stays_on_our_host(admin_client, to):
    for path in ("/admin", "/admin/password_change/", "/tilbud", "/barn/"):
        response = admin_client.get(path, query_params={"next": to, "url": to, "return": to, "redirect": to})
        assert response.status_code < 500
        assert stays(response.headers.get("Location", "/"), "testserver"), response.headers


@pytest.mark.parametrize("to", ELSEWHERE)
def test_address_elsewhere_is_told_from_our_own(to):
    assert not stays(to, "testserver")
    assert stays(f"/admin/?next={to.strip()}", "testserver")

"""What a page hands on when somebody leaves it or types in it: nothing to the next site or the browser."""

import re
from datetime import date
from functools import cache

import html5lib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.browser.test_pages import ADDRESSES
from tests.factories import make_fact, make_institution
from tilbud.models import Contact, Source

pytestmark = pytest.mark.once

PLAIN_NAMES = {"exit", "icon", "site"}


@cache
def page_at(address):
    """A page of the real directory, made once for all the tests that look at it."""
    return Client().get(address).content.decode()


def elements(html, *tags):
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [element for element in tree.iter() if element.tag in tags]


@pytest.fixture
def site_of_a_provider(directory):
    """The address of a provider's own site, looked at by a person and so a link; and the page it is on."""
    institution = make_institution()
    values = {
        "kind": Contact.Kinds.WEB,
        "value": "http://prove.example/parorende",
        "checked_on": date(2026, 11, 1),
    }
    make_fact(Contact, institution=institution, check_method="called", **values)
    Source.objects.filter(slug="kartlegging-2007").update(url="https://kilde.example/", is_link_safe=True)
    return institution.get_absolute_url()


def test_links_out_tell_the_next_site_nothing(client, site_of_a_provider):
    links = {
        (link.get("href"), link.get("rel"))
        for address in [*ADDRESSES, site_of_a_provider]
        for link in elements(client.get(address).content.decode(), "a", "area")
        if re.match("(https?:)?//", link.get("href", ""))
    }

    assert links == {
        (settings.EXIT_URL, "noreferrer noopener"),
        ("https://kilde.example/", "noreferrer noopener"),
        ("http://prove.example/parorende", "noreferrer noopener"),
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_forms_are_not_remembered_by_the_browser(directory, address):
    forms = elements(page_at(address), "form")
    fields = elements(page_at(address), "input", "textarea", "select")

    assert {form.get("autocomplete") for form in forms} <= {"off"}
    # A field may not ask for what its form forbids, or say what it holds.
    assert {field.get("autocomplete") for field in fields} <= {None, "off"}


def test_forms_are_found():
    [form] = elements("<form action='/x/'><input></form>", "form")

    assert form.get("autocomplete") is None


def test_search_words_are_posted_and_never_part_of_an_address(client, directory):
    for address in ("/tilbud/", "/henviser/"):
        forms = elements(page_at(address), "form")
        [search] = [form for form in forms if form.get("role") == "search"]
        assert search.get("method") == "post"

        response = client.post(address, {"q": "sorgarbeid"})

        assert response.status_code == 200
        assert b'value="sorgarbeid"' in response.content
        assert not re.search(rb'(href|action|src)="[^"]*sorgarbeid', response.content)


def test_static_files_are_hashed_with_plain_names_and_kept_for_good(client, db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    page = client.get("/tilgjengelighet/").content.decode()

    files = set(re.findall(r'"(/static/[^"]+)"', page))

    assert {re.fullmatch(r"/static/(?:\w+/)?(\w+)\.[0-9a-f]{12}\.\w+", file)[1] for file in files} == PLAIN_NAMES
    for file in files:
        response = client.get(file)
        response.getvalue()
        assert response.status_code == 200
        assert re.fullmatch(r"max-age=\d{8,}, public, immutable", response["Cache-Control"])
        assert not response.cookies

"""The desk's front page and frame."""

import re

import pytest

from tests.desk.pages import address, text_of
from tests.staff import log_in
from tilbud.models import Institution

pytestmark = pytest.mark.once

GROUPS = {
    "Katalogen": ["Institusjoner", "Tilbud", "Kontaktopplysninger", "Samarbeid", "Opplysninger"],
    "Arbeidet": ["Utkast", "Kontroller", "Historikk"],
    "Kilder": ["Kilder", "Motsigelser"],
    "Steder": ["Steder", "Fylker", "Helseregioner"],
    "Kartleggingen i 2007 – låst": ["Ruter i kartleggingen", "Publiserte tall", "Leste oppføringer"],
    "Redaktører": ["Brukere", "Grupper"],
}


def test_front_page_is_grouped_by_the_work(admin_client):
    groups = admin_client.get("/admin/").context["app_list"]
    assert {str(group["name"]): [model["name"] for model in group["models"]] for group in groups} == GROUPS
    assert [str(group["name"]) for group in groups] == list(GROUPS)


def test_front_page_shows_only_what_the_editor_may_see(client, django_user_model):
    log_in(client, django_user_model.objects.create(username="ny", is_staff=True))
    assert client.get("/admin/").context["app_list"] == []


def test_page_of_one_app_shows_that_app(admin_client):
    apps = admin_client.get("/admin/regions/").context["app_list"]
    assert [model["object_name"] for app in apps for model in app["models"]] == ["County", "HealthRegion", "Place"]


def test_frame_is_norwegian(admin_client):
    text = text_of(admin_client.get(address(Institution, "changelist")))
    assert "<title>Velg institusjon du ønsker å endre | Katalogen – redaksjon</title>" in text
    for said in ["Hopp til hovedinnholdet", "Vis antall", "Skriv for å filtrere …"]:
        assert said in text


@pytest.mark.parametrize("page", ["", "tilbud/institution/", "tilbud/institution/add/"])
def test_nothing_is_fetched_from_anybody_else(admin_client, page):
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', text_of(admin_client.get(f"/admin/{page}")))
    assert addresses
    assert [link for link in addresses if "//" in link] == []

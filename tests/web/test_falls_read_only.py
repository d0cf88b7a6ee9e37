"""Read-only: pages go on, nothing can be written, not even by who asks the database itself."""

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client

from tests.factories import make_offer
from tilbud.models import Offer
from tilbud.web import database


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@contextmanager
def read_only():
    """The connection outlives the test, so it must be opened again before the test ends."""
    call_command("read_only", "on")
    try:
        yield
    finally:
        call_command("read_only", "off")
        database.prepare()


def test_switch_is_turned_by_a_command(db, watch, capsys):
    call_command("read_only")
    call_command("read_only", "on")
    assert database.is_read_only()
    call_command("read_only", "off")
    assert not database.is_read_only()
    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[2] == "Åpen for endringer."
    assert said[1].startswith("Stengt for endringer. De offentlige sidene virker")


def test_setting_cannot_be_turned_off_by_the_command(db, watch, settings, capsys):
    settings.READ_ONLY = True
    call_command("read_only", "off")
    assert database.is_read_only()
    assert "READ_ONLY=1" in capsys.readouterr().out


def test_pages_and_searches_go_on(client, directory, watch):
    with read_only():
        assert client.get("/tilbud/").status_code == 200
        found = client.post("/tilbud/", {"q": "gruppe"})
    assert found.status_code == 200 and found.context["counts"]["all"] > 0


def test_desk_says_why_and_keeps_the_text(client, db, watch):
    with read_only():
        response = client.post("/admin/tilbud/offer/add/", {"title": "Kveldsro", "password": "hemmelig"})
    text = response.content.decode()
    assert response.status_code == 503
    assert "stengt for endringer akkurat nå" in text
    assert 'name="title" value="Kveldsro"' in text and "hemmelig" not in text


def test_database_refuses_to_write_and_takes_it_up_again(transactional_db, watch):
    offer = make_offer(title="Kveldsro")
    with read_only():
        database.prepare()
        with pytest.raises(DatabaseError):
            Offer.objects.update(title="Solvang")
        # A new session is no way around.
        connection.close()
        with pytest.raises(DatabaseError):
            Offer.objects.update(title="Solvang")
    offer.refresh_from_db()
    assert offer.title == "Kveldsro"
    assert Offer.objects.filter(pk=offer.pk).update(title="Solvang") == 1


def test_write_that_the_database_refused_is_told_as_such(client, transactional_db, watch, monkeypatch):
    make_offer()
    # A page that writes when it is only read: the switch must hold here too.
    monkeypatch.setattr("tilbud.pages.front.About.get", lambda *_, **__: Offer.objects.update(title="Solvang"))
    with read_only():
        response = client.get("/om/")
    assert response.status_code == 503
    assert "stengt for endringer" in response.content.decode()
    assert not Offer.objects.filter(title="Solvang").exists()

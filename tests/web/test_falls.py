"""The database is gone: pages from copies, help without it, the search, and the typed text kept."""

import re

import html5lib
import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.factories import make_fact, make_offer
from tests.web.asking import ask, make_ahead, make_snapshot
from tilbud.finder.search import search
from tilbud.finder.search.copy import write_copy
from tilbud.models import Contact, Offer
from tilbud.pages import front
from tilbud.pages.ahead import PLAIN
from tilbud.web import database

LINE = "Vist fra kopi, oppdatert"


@pytest.fixture
def fallen(watch, monkeypatch):
    """Let the database be gone; no query gets through."""

    def refuse(*arguments, **options):
        raise OperationalError("gone")

    def fall(patch=monkeypatch):
        patch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", refuse)
        watch.look()
        assert watch.is_up is False

    return fall


def test_kept_page_says_that_it_is_a_copy_and_of_when(directory, watch, fallen):
    snapshot = make_snapshot(watch)
    before = {address: ask(snapshot, address)[2].decode() for address in map(reverse, PLAIN)}
    fallen()
    for address, page in before.items():
        status, headers, body = ask(snapshot, address, HTTP_ACCEPT_ENCODING="gzip")
        text = body.decode()
        assert status == 200
        assert re.search(rf'<main [^>]*><p class="notice" role="status">{LINE} \d+\. \w+ \d{{4}} kl\. ', text)
        assert re.sub(r'<p class="notice" role="status">Vist fra kopi.*?</p>', "", text) == re.sub(
            r"<span [^>]*data-now.*?</span>", "", page
        )
        assert headers["Content-Security-Policy"] and headers["Cache-Control"] == "no-store"


def test_copy_does_not_say_what_is_open_now(empty_directory, watch, fallen):
    offer = make_offer(catchment="national")
    make_fact(Contact, offer=offer, kind="phone", value="22334455", hours="hele døgnet")
    snapshot = make_snapshot(watch)
    assert "Åpent nå" in ask(snapshot, "/akutt/")[2].decode()
    fallen()
    text = ask(snapshot, "/akutt/")[2].decode()
    assert "Åpent nå" not in text and "22 33 44 55" in text and LINE in text


def test_copy_of_the_table_says_it_in_its_first_row(directory, watch, fallen):
    snapshot = make_snapshot(watch)
    table = ask(snapshot, "/henviser/tabell.csv")[2]
    fallen()
    body = ask(snapshot, "/henviser/tabell.csv")[2]
    first, rest = body.split(b"\r\n", 1)
    assert first.startswith(f'\ufeff"{LINE}'.encode())
    assert "\ufeff".encode() + rest == table


def test_another_process_shows_the_copies_of_the_disk(directory, watch, fallen):
    make_ahead(watch, ["/om/"]).make()
    fallen()
    started_now = make_snapshot(watch)
    assert LINE in ask(started_now, "/om/")[2].decode()
    assert ask(started_now, "/om/", "HEAD")[0] == 200


def test_page_that_is_not_kept_gives_help_that_needs_no_database(directory, watch, fallen):
    fallen()
    status, headers, body = ask(make_snapshot(watch), "/tilbud/?place=Alta&age=15")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store")
    assert headers["Content-Security-Policy"]
    for number in ("113", "116117", "116111", "116123", "22400040", "90904848"):
        assert f'href="tel:{number}"' in body.decode()


@pytest.mark.parametrize(("method", "address", "body"), [
    ("GET", "/om/", b""), ("POST", "/tilbud/", b"q=gruppe"), ("POST", "/admin/x/", b"a=%0Ab&token=c"),
    ("GET", "/admin/", b""),
])  # fmt: skip
def test_answer_without_database_is_valid_html_with_the_way_out(directory, watch, fallen, method, address, body):
    ahead = make_ahead(watch, ["/trygg/"], on_new_state=write_copy)
    ahead.make()
    fallen()
    text = ask(ahead.snapshot, address, method, body)[2].decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert text.count("<h1") == 1 and "data-leave" in text


def test_numbers_written_out_are_those_of_the_directory(directory):
    known = set(
        Contact.objects.filter(kind="phone", is_current=True, is_doubtful=False).values_list("value", flat=True)
    )
    known = {value.replace(" ", "") for value in known}
    numbers = set(re.findall(r'href="tel:(\d+)"', render_to_string("503.html")))
    assert len(numbers) == 6
    assert numbers - known == set()


def test_page_is_itself_again_when_the_database_is(directory, watch, fallen, monkeypatch):
    snapshot = make_snapshot(watch)
    page = ask(snapshot, "/om/")[2]
    with monkeypatch.context() as patch:
        fallen(patch)
        assert LINE in ask(snapshot, "/om/")[2].decode()
    watch.look()
    assert ask(snapshot, "/om/")[2] == page


def test_first_visitor_to_meet_the_fall_gets_the_copy_too(directory, watch, monkeypatch):
    snapshot = make_snapshot(watch)
    ask(snapshot, "/om/")
    # Not of today any more, so Django is asked before anybody has seen that the database is gone.
    watch.day = "i morgen"

    def crash(*arguments, **options):
        raise OperationalError("gone")

    monkeypatch.setattr(front.About, "get_context_data", crash)
    assert LINE in ask(snapshot, "/om/")[2].decode()


def test_search_answers_from_what_is_kept(directory, watch, fallen):
    ahead = make_ahead(watch, ["/om/"], on_new_state=write_copy)
    slugs = dict(Offer.objects.values_list("pk", "slug"))
    usual = [slugs[pk] for pk in search("samtalegruppe bergen").ordered]
    ahead.make()
    fallen()
    status, headers, body = ask(ahead.snapshot, "/tilbud/", "POST", b"q=samtalegruppe+bergen")
    assert status == 200
    found = re.findall(r'href="(/tilbud/[-\w]+/)"', body.decode())
    assert found == [f"/tilbud/{slug}/" for slug in usual[:60]]
    assert LINE in body.decode() and 'value="samtalegruppe bergen"' in body.decode()
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("words", ["<script>", "%00", "x" * 5000, ""])
def test_search_in_the_copy_bears_any_words(directory, watch, fallen, words):
    ahead = make_ahead(watch, ["/om/"], on_new_state=write_copy)
    ahead.make()
    fallen()
    status, _headers, body = ask(ahead.snapshot, "/tilbud/", "POST", f"q={words}".encode())
    assert status == 200
    assert b"<script>" not in body and "Vi fant ikke noe i kopien" in body.decode()


def test_search_without_a_copy_gives_help(directory, watch, fallen):
    fallen()
    assert ask(make_snapshot(watch), "/tilbud/", "POST", b"q=gruppe")[0] == 503


def test_desk_keeps_the_typed_text_and_no_password(directory, watch, fallen):
    fallen()
    typed = b"summary=Linje+1%0D%0A%3Cb%3E&csrfmiddlewaretoken=abc&password=hemmelig&backup_token=hemmelig"
    status, _headers, body = ask(make_snapshot(watch), "/admin/tilbud/offer/1/change/?_popup=1", "POST", typed)
    text = body.decode()
    assert status == 503
    assert 'action="/admin/tilbud/offer/1/change/?_popup=1"' in text
    assert '<input type="hidden" name="summary" value="Linje 1\r\n&lt;b&gt;">' in text
    assert 'name="csrfmiddlewaretoken" value="abc"' in text
    assert "hemmelig" not in text
    assert "vi vet ikke om det siste du sendte, ble lagret" in text


def test_desk_that_falls_in_the_middle_of_a_save_keeps_the_text(directory, monkeypatch, watch):
    def crash(*arguments, **options):
        raise OperationalError("gone")

    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", crash)
    watch.look()
    client = Client(raise_request_exception=False)
    response = client.post("/admin/login/", {"username": "Kari", "password": "x"}, headers={"host": "localhost"})
    assert response.status_code == 503
    assert 'name="username" value="Kari"' in response.content.decode()


def test_desk_says_that_it_is_down(directory, watch, fallen):
    fallen()
    status, _headers, body = ask(make_snapshot(watch), "/admin/")
    assert status == 503 and "Redaksjonen er nede et øyeblikk" in body.decode()


def test_fault_of_a_page_is_still_a_fault(directory, watch, monkeypatch):
    def crash(*arguments, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(front.About, "get_context_data", crash)
    watch.look()
    response = Client(raise_request_exception=False).get("/om/", headers={"host": "localhost"})
    assert response.status_code == 500 and "Noe gikk galt hos oss" in response.content.decode()


def test_fall_is_logged_once_without_anything_of_a_visitor(directory, watch, fallen, caplog):
    fallen()
    watch.look()
    assert [record.name for record in caplog.records] == ["tilbud.web.database.gone"]


def test_connection_from_before_the_fall_is_not_used_again(db, watch, monkeypatch):
    closed = []
    monkeypatch.setattr(database, "forget", closed.append)
    database.prepare()
    assert closed == []
    watch.falls += 1
    database.prepare()
    database.prepare()
    assert len(closed) == 1

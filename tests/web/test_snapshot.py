"""A page from the snapshot is the page itself, the same for everybody, and as new as the directory."""

from itertools import islice

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from tests.factories import make_fact, make_institution, make_offer
from tests.web.asking import ask, make_snapshot
from tilbud.models import Contact, DirectoryVersion, Offer
from tilbud.pages import front
from tilbud.pages.ahead import addresses
from tilbud.urls import urlpatterns
from tilbud.web.snapshot.addresses import canonical
from tilbud.web.snapshot.store import Memory, Page

pytestmark = pytest.mark.once

# Routes that are never kept, whatever the address: they are nobody's public page.
NEVER = {"health", "report", "provider", None}


class Spy:
    """An application in front of Django's that remembers what it was asked."""

    def __init__(self):
        self.django, self.asked = WSGIHandler(), []

    def __call__(self, environ, start_response):
        self.asked.append(dict(environ))
        return self.django(environ, start_response)


def test_every_public_route_is_a_known_page():
    routes = {
        route.name: f"/{route.pattern}".replace("<slug:slug>", "et-navn")
        for route in urlpatterns
        if getattr(route, "name", None) not in NEVER
    }
    assert {name for name, path in routes.items() if canonical(path, "") is None} == set()


def test_pages_are_the_same_byte_for_byte_with_and_without(directory, watch, settings):
    snapshot = make_snapshot(watch)
    settings.SNAPSHOT = False
    without = make_snapshot(watch)
    hard = [
        "/tilbud/?relation=partner&region=helse-vest&utm_source=x",
        "/tilbud/?page=2&age=16",
        "/barn/?age=&place=",
    ]
    hard += [
        "/institusjoner/?page=2",
        "/henviser/?sort=-title",
        "/tilbud/?place=V%C3%A5ler",
        "/tilbud/?region=tull",
    ]
    sample = [*islice(addresses(), 0, 12), *islice(addresses(), 12, None, 40), *hard, "/liste/", "/finnes-ikke/"]
    for address in sample:
        status, headers, body = ask(without, address)
        for _time in ("made", "kept"):
            for coding in ("", "gzip"):
                found = ask(snapshot, address, HTTP_ACCEPT_ENCODING=coding)
                assert (found[0], found[2]) == (status, body), address
                told = {
                    k: v for k, v in found[1].items() if k not in ("Content-Encoding", "Content-Length", "Vary")
                }
                assert told == {k: v for k, v in headers.items() if k not in ("Content-Length", "Vary")}, address


def test_nothing_of_the_visitor_reaches_the_page(directory, watch):
    spy = Spy()
    snapshot = make_snapshot(watch, application=spy)
    visitor = {
        "HTTP_COOKIE": "sessionid=hemmelig",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_USER_AGENT": "hemmelig",
        "HTTP_REFERER": "https://hemmelig.example.no/",
        "HTTP_X_FORWARDED_FOR": "192.0.2.7",
    }
    status, headers, body = ask(snapshot, "/tilbud/?fbclid=hemmelig&relation=partner", **visitor)
    assert status == 200
    assert "hemmelig" not in repr(spy.asked) and "192.0.2.7" not in repr(spy.asked)
    assert b"hemmelig" not in body
    assert "Set-Cookie" not in headers
    assert ask(snapshot, "/tilbud/?relation=partner")[2] == body
    assert len(spy.asked) == 1


@pytest.mark.parametrize(("given", "written"), [
    ("", ""),
    ("fbclid=1", ""),
    ("relation=partner&place=Bod%C3%B8&x=1", "place=Bod%C3%B8&relation=partner"),
    ("relation=partner&relation=child&place=", "relation=partner&relation=child"),
    ("page=&age=", "page="),
    ("place=Bod%F8", "place=Bod%EF%BF%BD"),
    ("q=ord", None),
    ("o=30fe0b56", None),
    ("relation=partner&%71=ord", None),
    ("place=" + "x" * 1000, None),
])  # fmt: skip
def test_finder_address_is_written_in_one_way(given, written):
    assert canonical("/tilbud/", given) == written


@pytest.mark.parametrize("address", ["/admin/", "/healthz", "/static/css/site.css", "/tilbud", "/tilbud/%C3%A5/"])
def test_address_that_is_no_public_page_is_left_alone(address):
    assert canonical(address, "q=1&x=2") is None


@pytest.mark.parametrize("address", [
    "/tilbud/?q=hemmelig", "/tilbud/?place=Hemmelig+Person", "/barn/?place=Hemmelig+Person", "/tilbud/hemmelig/",
    "/liste/?o=30fe0b56", "/tilbud/?page=hemmelig",
])  # fmt: skip
def test_what_somebody_typed_is_never_kept(directory, watch, address):
    snapshot = make_snapshot(watch)
    ask(snapshot, address)
    assert list(snapshot.memory.pages) == []
    assert snapshot.disk.count() == 0


def test_posted_search_is_never_kept(directory, watch):
    snapshot = make_snapshot(watch)
    status, _headers, body = ask(snapshot, "/tilbud/", "POST", b"q=gruppe")
    assert status == 200 and b"gruppe" in body
    assert list(snapshot.memory.pages) == []


def test_page_is_new_as_soon_as_the_change_is_seen(empty_directory, watch):
    offer = make_offer(title="Kveldsro")
    snapshot = make_snapshot(watch)
    address = offer.get_absolute_url()
    assert b"Kveldsro" in ask(snapshot, address)[2]
    Offer.objects.update(title="Solvang")
    # As kept until somebody says that the directory has changed: else this test shows nothing.
    watch.look()
    assert b"Kveldsro" in ask(snapshot, address)[2]
    DirectoryVersion.objects.bump()
    watch.look()
    assert b"Solvang" in ask(snapshot, address)[2]


def test_page_made_while_the_directory_changed_is_not_kept(directory, watch):
    def changing(environ, start_response):
        DirectoryVersion.objects.bump()
        return WSGIHandler()(environ, start_response)

    snapshot = make_snapshot(watch, application=changing)
    assert ask(snapshot, "/om/")[0] == 200
    assert list(snapshot.memory.pages) == []


def test_page_of_another_program_is_made_again(directory, watch):
    first = make_snapshot(watch)
    first.disk.put(Page.made("/om/", f"{watch.stamp}/gammelt-program {watch.day}", [], b"gammel"))
    assert ask(first, "/om/")[2] != b"gammel"


def test_open_now_is_never_older_than_its_minute(empty_directory, watch, monkeypatch):
    # A Tuesday.
    now = timezone.datetime(2026, 11, 24, 8, 59, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "localtime", lambda *_: now)
    monkeypatch.setattr(front.timezone, "localtime", lambda *_: now)
    offer = make_offer(catchment="national")
    make_fact(Contact, offer=offer, kind="phone", value="22334455", hours="mandag til fredag 09.00 til 15.00")
    snapshot = make_snapshot(watch)
    assert "Stengt nå" in ask(snapshot, "/akutt/")[2].decode()
    now = now.replace(hour=9, minute=0)
    watch.look()
    assert "Åpent nå" in ask(snapshot, "/akutt/")[2].decode()
    # A clock that is set back shows the page of that time.
    now = now.replace(hour=8, minute=58)
    watch.look()
    assert "Stengt nå" in ask(snapshot, "/akutt/")[2].decode()


@pytest.mark.parametrize(("accepted", "is_zipped"), [
    ("gzip, deflate, br", True), ("gzip;q=0.5", True), ("", False), ("identity", False), ("gzip;q=0", False),
    ("br, gzip; q=0.0, *", False), ("xgzip", False),
])  # fmt: skip
def test_compressed_only_for_whoever_reads_it(directory, watch, accepted, is_zipped):
    headers = ask(make_snapshot(watch), "/", HTTP_ACCEPT_ENCODING=accepted)[1]
    assert (headers.get("Content-Encoding") == "gzip") is is_zipped
    assert headers["Vary"] == "Accept-Encoding"


def test_head_has_the_headers_of_the_page_and_no_body(directory, watch):
    snapshot = make_snapshot(watch)
    page = ask(snapshot, "/")
    status, headers, body = ask(snapshot, "/", "HEAD")
    assert (status, headers, body) == (200, page[1], b"")
    assert int(headers["Content-Length"]) == len(page[2])


def test_page_that_nobody_may_keep_has_nothing_to_compare_with(directory, watch):
    status, headers, body = ask(make_snapshot(watch), "/", HTTP_IF_NONE_MATCH='"abc"')
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in headers and body


def test_wrong_host_is_refused_also_for_a_kept_page(directory, watch):
    snapshot = make_snapshot(watch)
    assert ask(snapshot, "/")[0] == 200
    assert ask(snapshot, "/", HTTP_HOST="katalog.example.no")[0] == 400
    assert ask(snapshot, "/", HTTP_HOST="localhost:8000")[0] == 200


def test_production_sends_to_https_and_only_there_asks_to_stay(directory, watch, settings):
    settings.SECURE_SSL_REDIRECT = settings.IS_PRODUCTION = True
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    snapshot = make_snapshot(watch)
    for _time in ("made", "kept"):
        status, headers, _body = ask(snapshot, "/", HTTP_X_FORWARDED_PROTO="https")
        assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=60")
        assert ask(snapshot, "/")[0] == 301
    snapshot.redirects = False
    assert "Strict-Transport-Security" not in ask(snapshot, "/")[1]


def test_memory_holds_the_pages_used_last():
    memory = Memory(4000)
    for key in "abc":
        memory.put(Page.made(key, "", [], key.encode()))
        memory.get("a")
    memory.put(Page.made("d", "", [], b"d"))
    assert memory.get("a") and memory.get("d") and not memory.get("b")
    assert memory.size <= 4000


def test_many_addresses_do_not_fill_the_memory(directory, watch):
    snapshot = make_snapshot(watch)
    snapshot.memory.limit = 50_000
    for institution in range(1, 30):
        ask(snapshot, f"/tilbud/?page={institution % 17 + 1}&age={institution}")
    assert snapshot.memory.size <= 50_000
    assert sum(page.size for page in snapshot.memory.pages.values()) == snapshot.memory.size


def test_institution_with_a_new_offer_shows_it(empty_directory, watch):
    institution = make_institution()
    snapshot = make_snapshot(watch)
    assert ask(snapshot, institution.get_absolute_url())[0] == 200
    make_offer(institution=institution, title="Kveldsro")
    watch.look()
    assert b"Kveldsro" in ask(snapshot, institution.get_absolute_url())[2]

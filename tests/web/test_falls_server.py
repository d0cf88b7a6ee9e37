"""A real server while its database stops, and while it is itself killed: each part begins where another ended."""

import json
import os
import re
import signal
import socket

import pytest
from django.db import connection

from tests.web.falling_site import Site, database, until
from tilbud.web.snapshot.ahead import finished

# As tests/web/few.py, which only a server may import: it starts what a server needs.
PAGES = ["/", "/akutt/", "/barn/", "/tilbud/", "/henviser/tabell.csv"]
LINE = "Vist fra kopi, oppdatert"
HEADING = "Finn tilbud</h1>"
LOG_LINE = re.compile(
    r"[-\d]{10} [:\d]{8},\d{3} (WARNING|ERROR) [a-zA-Z_.]+( \d{3})?( \w+ \w+:\d+)?|\[.*\[WARNING\] Worker.*"
    r"|\[.*\[ERROR\] Worker \(pid:\d+\) was sent SIGKILL! Perhaps out of memory\?"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("falls")
    with database(folder) as base:
        site = Site(folder, base)
        try:
            site.start()
            until(lambda: health(site)["snapshot_age_seconds"] is not None, 30)
            yield site
        finally:
            if site.server.poll() is None:
                site.end(signal.SIGKILL)


def health(site):
    return json.loads(site.ask("/healthz")[1])


def is_copy(site, address="/tilbud/"):
    status, text = site.ask(address)
    return status == 200 and LINE in text


def test_change_is_seen_by_every_worker(site):
    change = [
        "UPDATE tilbud_offer SET title = 'Kveldsro' WHERE slug = 'parorendelinjen-telefon'",
        "UPDATE tilbud_directoryversion SET number = number + 1, changed_at = CURRENT_TIMESTAMP",
    ]
    address = "/tilbud/parorendelinjen-telefon/"
    assert {"Kveldsro" in site.ask(address)[1] for _time in range(8)} == {False}
    site.base.execute(*change)
    until(lambda: all("Kveldsro" in site.ask(address)[1] for _time in range(8)))
    # Until the copies are of this version too.
    until(lambda: finished(site.copies).get("made", "").startswith("2-"))


def test_short_way_of_the_worker_gives_the_same_answer(site):
    seen = []
    with site.visitor() as visitor:
        # The first goes the long way: the worker has not met this connection before.
        for headers in (
            {},
            {},
            {},
            {"Accept-Encoding": "gzip"},
            {"Accept-Encoding": "gzip", "Range": "bytes=0-9"},
        ):
            visitor.request("GET", "/tilbud/?fbclid=x", headers=headers)
            answer = visitor.getresponse()
            seen.append((answer.status, sorted(set(answer.getheaders()) - date_of(answer)), answer.read()))
        visitor.request("HEAD", "/tilbud/")
        answer = visitor.getresponse()
        assert (answer.status, int(answer.headers["Content-Length"]), answer.read()) == (200, len(seen[0][2]), b"")
    assert seen[0] == seen[1] == seen[2]
    # What the worker does not know, it leaves to gunicorn.
    assert seen[3] == seen[4]
    assert seen[3][2][:2] == b"\x1f\x8b"


def date_of(answer):
    return {("Date", answer.headers["Date"])}


def test_requests_one_after_the_other_on_the_line_are_all_answered(site):
    raw = b"GET /akutt/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = raw.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as line:
        line.sendall(raw)
        line.recv(100)
        line.sendall(raw + raw + last)
        said = b"".join(iter(lambda: line.recv(65536), b""))
    assert said.count(b"HTTP/1.1 200 OK") == 3
    assert said.count(b"</html>") == 4


def test_wrong_host_is_refused_on_the_short_way_too(site):
    with site.visitor() as visitor:
        statuses = []
        for host in ("localhost", "localhost", "katalog.example.no", "localhost"):
            visitor.request("GET", "/akutt/", headers={"Host": host})
            answer = visitor.getresponse()
            answer.read()
            statuses.append(answer.status)
    assert statuses == [200, 200, 400, 200]


def test_site_outlives_its_database(site):
    with site.crowd("/tilbud/") as answers:
        site.base.stop()
        # Each worker sees it for itself.
        until(lambda: all(is_copy(site, address) for address in PAGES * 2))
        assert (health(site)["status"], health(site)["database"]) == ("degraded", "gone")
        not_kept = site.ask("/tilbud/?place=Alta&age=15")
        searched = site.ask("/tilbud/", "q=samtalegruppe")
        typed = site.ask("/admin/tilbud/offer/1/change/", "summary=Kveldsro+i+Alta")
        # Started again while the database is still gone.
        site.end()
        site.start()
        assert is_copy(site)
        site.base.start()
        until(lambda: not any(is_copy(site) for _time in range(8)) and health(site)["status"] == "ok")
    assert not_kept[0] == 503 and 'href="tel:116123"' in not_kept[1]
    assert searched[0] == 200 and LINE in searched[1] and searched[1].count('href="/tilbud/') > 5
    assert typed[0] == 503 and 'value="Kveldsro i Alta"' in typed[1]
    # While nobody listened, there was no answer; every answer there was, was the whole page.
    assert {status for status, text in answers} <= {200, None}
    assert all(HEADING in text and text.rstrip().endswith("</html>") for status, text in answers if status)
    until(lambda: site.ask("/tilbud/?place=Alta&age=15")[0] == 200)


def test_database_that_does_not_answer_is_as_good_as_gone(site):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite is in the process itself.")
    with site.crowd("/tilbud/") as answers:
        site.base.freeze()
        until(lambda: all(is_copy(site) for _time in range(8)))
        assert site.ask("/tilbud/?place=Alta&age=14")[0] == 503
        site.base.thaw()
        until(lambda: not any(is_copy(site) for _time in range(8)))
    assert {status for status, text in answers} == {200}


def test_killed_worker_is_replaced_and_no_page_is_broken(site):
    before = site.workers()
    with site.crowd("/tilbud/") as answers:
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(site.workers()) == len(before) and before[0] not in site.workers())
        number = len(answers)
        until(lambda: len(answers) > number + 20)
    assert {status for status, text in answers} <= {200, None}
    assert all(HEADING in text for status, text in answers if status)


def test_server_that_is_told_to_end_answers_whom_it_has_heard(site):
    with site.crowd("/tilbud/") as answers:
        until(lambda: len(answers) > 20)
        assert site.end(signal.SIGTERM) == 0
    assert {status for status, text in answers} <= {200, None}
    assert all(HEADING in text for status, text in answers if status)
    site.start()
    assert site.status("/tilbud/") == 200


def test_killed_master_leaves_the_place_to_the_next(site):
    workers = site.workers()
    site.end(signal.SIGKILL)
    # They see that they have nobody, and end.
    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers))
    site.start()
    assert site.status("/tilbud/") == 200
    assert health(site)["snapshot_pages"] == len(PAGES)


def test_log_is_short_and_says_nothing_of_visitors(site):
    lines = site.log.read_text().splitlines()
    assert any("ERROR tilbud.web.database.gone " in line for line in lines)
    assert any("WARNING tilbud.web.database.back" in line for line in lines)
    assert [line for line in lines if not LOG_LINE.fullmatch(line)] == []
    assert "Kveldsro" not in site.log.read_text()

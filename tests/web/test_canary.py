"""A visitor's address, words, browser and referrer are in nothing that the site, its server or its database wrote.

CANARY=20000 sends as many requests instead of 2,000 (`make canary`).
"""

import os
import re

import pytest
from django.db import connection

from tests.web.canary import FORM, MALFORMED, PEER, WORD, marks_below, marks_in, status_of
from tests.web.canary_site import Place, database

REQUESTS = int(os.environ.get("CANARY", 2000))
SLOW = [
    ("POST", f"/tilbud/?region=helse-vest&{WORD}", FORM, f"q={WORD}"),
    ("GET", f"/institusjoner/?q={WORD}"),
    ("GET", f"/tilbud/{WORD}/"),
]
# Fails in a view, kills its process, fails outside Django, fails when half of the answer is sent.
CRASHING = [*["/om/", f"/utenfor/{WORD}", f"/midt-i/{WORD}"] * 9, "/akutt/"]
ACCESS = re.compile(r"(GET|HEAD|POST|PUT|-) [-.:\w]+ \d{3} \d+ ms")
QUIET_LINE = re.compile(
    r"[-\d]{10} [:\d]{8},\d{3} (WARNING|ERROR) [a-zA-Z_.]+( \d{3})?( \w+ \w+:\d+)?"
    r"|\[[-\d]{10} [:\d]{8} [+]\d{4}\] \[\d+\] \[WARNING\] Worker \(pid:\d+\) was sent SIGABRT!"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The 2,000 requests: what was answered, and what was found of the visitor afterwards."""
    folder = tmp_path_factory.mktemp("canary")
    with database(folder) as base:
        place = Place(folder, base.url)
        statuses = {}
        with place.serve("tilbud.wsgi") as visitor:
            visitor.visit(REQUESTS * 17 // 20)
            statuses["malformed"] = [status_of(visitor.send(raw)) for raw in MALFORMED * 5]
            with base.slow():
                statuses["slow"] = [visitor.ask(*request) for request in SLOW]
            statuses["well"] = visitor.statuses
            bare = visitor.bare
        with place.serve("tests.web.crashing") as visitor:
            statuses["crashed"] = [visitor.ask("GET", path + "?q=" + WORD) for path in CRASHING]
        dump = base.dump()
        with place.serve("tilbud.wsgi") as visitor, base.gone():
            visitor.visit(REQUESTS // 8)
            statuses["gone"] = visitor.statuses
            bare += visitor.bare
        found = place.marks() | marks_below(base.files)
        yield {
            "statuses": statuses,
            "bare": bare,
            "found": found,
            "dump": dump,
            "output": place.output.read_text(),
        }


def test_visitor_is_in_nothing_that_was_written(run):
    assert run["found"] == {}
    assert marks_in(run["dump"]) == set()


def test_visit_met_every_kind_of_answer(run):
    statuses = run["statuses"]

    assert sum(map(len, statuses.values())) >= REQUESTS
    assert {200, 301, 302, 400, 404, 405, 413} <= set(statuses["well"])
    assert set(statuses["malformed"]) == {400, 414, 501}
    # A process that dies and an answer that breaks off are no answer.
    assert set(statuses["crashed"]) == {500, 0}
    assert {500, 503} & set(statuses["gone"])
    if connection.vendor == "postgresql":
        assert set(statuses["slow"]) & {500, 503}


def test_every_answer_on_the_line_has_the_headers(run):
    assert run["bare"] == []


def test_output_has_lines_of_these_shapes_alone(run):
    lines = run["output"].splitlines()

    strange = [line for line in lines if not ACCESS.fullmatch(line) and not QUIET_LINE.fullmatch(line)]

    assert strange == []
    assert any(line.startswith("GET offer-detail 404 ") for line in lines)
    assert any("ERROR django.request 500 RuntimeError fail:" in line for line in lines)
    assert any("WARNING gunicorn.error" in line for line in lines)


def test_search_finds_what_is_written_down(tmp_path):
    (tmp_path / "a.log").write_text(f"127.0.0.1 - {PEER}")
    (tmp_path / "b").write_bytes(b"\0\xff" + f"<{WORD.upper()}>".encode("utf-16-le"))
    (tmp_path / "c").write_text("ingenting")

    assert marks_below(tmp_path) == {str(tmp_path / "a.log"): {PEER}, str(tmp_path / "b"): {WORD}}

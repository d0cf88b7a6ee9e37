"""The access log: method, route, status and duration. It has no place for who asked, or for what."""

import logging
import re

import pytest

from tilbud.web.access import AccessLog, logged

pytestmark = pytest.mark.once

WORD = "hemmeligord"
LINE = re.compile(r"\S+ \S+ \d{3} \d+ ms")


@pytest.fixture
def ask(caplog, monkeypatch):
    """Send one request through an application behind the log; returns the only line that was written."""
    monkeypatch.setattr(logging.getLogger("tilbud.web.access"), "propagate", True)
    caplog.set_level(logging.INFO, "tilbud.web.access")

    def application(environ, start_response):
        start_response("404 Fant den ikke", [("Location", f"/{WORD}/")])
        return [b"svar"]

    def send(method, path):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": f"q={WORD}"}
        environ |= {"REMOTE_ADDR": WORD, "HTTP_USER_AGENT": WORD, "HTTP_REFERER": WORD, "RAW_URI": f"/{WORD}"}
        answer = AccessLog(application)(environ, lambda status, headers, exc_info=None: None)
        assert b"".join(answer) == b"svar"
        [record] = caplog.records
        # Nothing that another formatter could write, either.
        assert WORD not in str(vars(record))
        return record.getMessage()

    return send


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", "GET front 404 "),
        ("POST", "/tilbud/", "POST offer-list 404 "),
        ("GET", f"/tilbud/{WORD}/", "GET offer-detail 404 "),
        ("GET", f"/admin/tilbud/offer/{WORD}/change/", "GET admin:tilbud_offer_change 404 "),
        ("GET", f"/{WORD}/", "GET - 404 "),
        ("GET", f"/static/{WORD}.css", "GET - 404 "),
        (WORD.upper(), "/om/", "- about 404 "),
    ],
)
def test_access_log_tells_method_route_and_status_alone(ask, method, path, expected):
    line = ask(method, path)

    assert LINE.fullmatch(line)
    assert line.startswith(expected)


def test_access_log_is_off_unless_asked_for(settings):
    def application(environ, start_response):
        return []

    assert settings.ACCESS_LOG is False
    assert logged(application) is application

    settings.ACCESS_LOG = True

    assert isinstance(logged(application), AccessLog)

"""The logs say that something went wrong and where, never what the visitor looked for."""

import io
import logging

import pytest
from django.urls import reverse

from tilbud.pages.offers import OfferList

pytestmark = pytest.mark.once

WORD = "hemmeligsøkeord"


@pytest.fixture
def log():
    """Everything the configured handlers write."""
    written = io.StringIO()
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    handlers = {
        handler
        for logger in loggers
        for handler in logger.handlers
        # Those of pytest itself are subclasses.
        if type(handler) is logging.StreamHandler
    }
    before = {handler: handler.setStream(written) for handler in handlers}
    yield written
    for handler, stream in before.items():
        handler.setStream(stream)


@pytest.fixture
def crashing_list(client, monkeypatch):
    """The finder, failing with the visitor's words in the text of the exception."""
    client.raise_request_exception = False

    def crash(view, **kwargs):
        words = view.request.POST.get("q") or view.request.GET.get("q")
        try:
            raise ValueError(f"Kan ikke lete etter {words}")
        except ValueError as error:
            raise RuntimeError(f"Søket etter {words} feilet") from error

    monkeypatch.setattr(OfferList, "get_context_data", crash)
    return reverse("offer-list")


@pytest.mark.parametrize("method", ["get", "post"])
def test_exception_with_a_search_word_is_logged_without_it(
    client, crashing_list, log, method, mailoutbox, settings
):
    settings.ADMINS = [("Drift", "drift@example.no")]

    response = getattr(client, method)(crashing_list, {"q": WORD})

    assert response.status_code == 500
    assert "ERROR django.request 500 RuntimeError crash:" in log.getvalue()
    assert WORD not in log.getvalue()
    assert WORD not in response.content.decode()
    # Django's own set-up mails the whole request to ADMINS.
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("address", "host", "expected"),
    [
        (f"/{WORD}/", "localhost", "WARNING django.request 404"),
        (f"/tilbud/{WORD}/?q={WORD}", "localhost", "WARNING django.request 404"),
        ("/", f"{WORD}.example.no", "ERROR django.security.DisallowedHost 400"),
    ],
    ids=["address", "query", "host"],
)
def test_refusal_is_logged_without_the_address(client, db, log, address, host, expected):
    client.get(address, headers={"host": host})

    assert expected in log.getvalue()
    assert WORD not in log.getvalue()


def test_ordinary_search_is_not_logged(client, db, log):
    response = client.post(reverse("offer-list"), {"q": WORD})

    assert response.status_code == 200
    assert log.getvalue() == ""

"""What the HTTP Observatory would say of the site in production, computed by its published rules."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect

from tests.browser.test_pages import ADDRESSES
from tests.web.observatory import content_policy, score

pytestmark = pytest.mark.once

GOOD = 130


@pytest.fixture
def production(settings):
    """What tilbud/settings.py sets for production, of what a browser can see."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_page_scores_130(client, production, directory, address):
    response, redirect = client.get(address, secure=True), client.get(address)

    assert score(response, redirect) >= GOOD


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/tilbud/offer/", "/admin/tilbud/institution/add/", "/admin/finnes-ikke/"]
)
def test_page_of_the_desk_scores_130(admin_client, production, directory, address):
    response, redirect = admin_client.get(address, secure=True), admin_client.get(address)

    assert "/login" not in response.headers.get("Location", "")
    assert score(response, redirect) >= GOOD


def test_login_with_its_cookie_scores_130(client, production, db):
    response = client.get("/admin/", secure=True, follow=True)

    assert "csrftoken" in response.cookies
    assert score(response, client.get("/admin/")) >= GOOD


def weakened(**headers):
    return HttpResponse("<p>Svar", headers=headers)


TO_TLS = HttpResponseRedirect("https://testserver/")


def test_score_of_an_answer_without_headers_is_low():
    # Policy, transport, type and frames: 25, 20, 5 and 20 less, and nothing for what is good.
    assert score(weakened(**{"Referrer-Policy": "same-origin"}), TO_TLS) == 30


def test_score_falls_with_a_foreign_script_and_a_session_told_to_anybody(production, client, directory):
    response = client.get("/om/", secure=True)
    assert score(response, HttpResponse()) == 80

    response.content = response.content + b'<script src="//fremmed.example/x.js"></script>'
    assert score(response, TO_TLS) == 50

    response.set_cookie("sessionid", "x")
    assert score(response, TO_TLS) == 10


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, -25),
        ("default-src 'none'", 10),
        ("default-src 'self'", 5),
        ("default-src 'none'; style-src 'self' 'unsafe-inline'", 0),
        ("default-src 'none'; script-src 'self' 'unsafe-eval'", -10),
        ("default-src 'none'; img-src http://x.example", -10),
        ("default-src 'none'; script-src 'self' 'unsafe-inline'", -20),
        ("default-src 'none'; script-src https:", -20),
        ("img-src 'self'", -20),
    ],
)
def test_points_for_a_content_policy(policy, expected):
    assert content_policy(policy) == expected

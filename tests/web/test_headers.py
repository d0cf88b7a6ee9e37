"""Every response, whoever made it, has the security headers; a public one sets no cookie and is kept nowhere."""

import socket

import pytest
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import include, path, reverse

from regions.models import HealthRegion
from tilbud.models import Institution, Offer
from tilbud.pages.front import About
from tilbud.urls import urlpatterns as site
from tilbud.web.server import write_error

pytestmark = pytest.mark.once

# Written out here too: taken from the code, a header lost there would be lost here.
EXPECTED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ROUTES = [route.name for route in site if getattr(route, "name", None)]
DETAILS = {
    "offer-detail": Offer,
    "referral-sheet": Offer,
    "report": Offer,
    "institution-detail": Institution,
    "region-detail": HealthRegion,
}
# Pages for whoever was given the key.
KEYS = {"provider": "finnes-ikke"}
STATUSES = [200, 301, 302, 304, 400, 401, 403, 404, 405, 410, 413, 414, 429, 500, 501, 503]


def answer(request, status):
    """A page that wishes for weaker headers than the site's."""
    response = HttpResponseNotModified() if status == 304 else HttpResponse("<p>Svar", status=status)
    response["Content-Security-Policy"] = "default-src *"
    response["Cache-Control"] = "max-age=600"
    return response


urlpatterns = [path("svar/<int:status>/", answer), path("", include(site))]


def assert_policies(headers):
    directives = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert directives == POLICY
    assert {name: headers.get(name) for name in EXPECTED} == EXPECTED


def assert_safe(response):
    assert_policies(response.headers)
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    if "max-age" not in response["Cache-Control"]:
        assert response["Cache-Control"] == "no-store"
    else:
        assert not response.headers.get("Content-Type", "").startswith("text/html")


@pytest.mark.parametrize("name", ROUTES)
def test_page_has_the_headers(client, directory, name):
    model, key = DETAILS.get(name), KEYS.get(name)
    keys = [model.objects.order_by("slug").first().slug] if model else [key] if key else []

    response = client.get(reverse(name, args=keys))

    assert response.status_code == (404 if key else 200)
    assert "max-age" not in response["Cache-Control"]
    assert_safe(response)


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("status", STATUSES)
def test_answer_of_any_status_has_the_headers(client, db, settings, status, method):
    settings.ROOT_URLCONF = __name__

    response = getattr(client, method)(f"/svar/{status}/")

    assert response.status_code == status
    assert_safe(response)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/tilbud", 301),
        ("get", "/finnes-ikke/", 404),
        ("get", "/tilbud/finnes-ikke/", 404),
        ("get", "/tilbud/?age=x&place=%00&q=%00", 200),
        ("put", "/tilbud/", 405),
        ("post", "/healthz", 405),
        ("post", "/tilbud/?region=helse-vest", 200),
        ("head", "/tilbud/", 200),
        ("get", "/static/admin/css/base.css", 200),
        ("get", "/static/finnes-ikke.css", 404),
    ],
)
def test_other_answers_have_the_headers(client, directory, method, address, status):
    response = getattr(client, method)(address)

    # Reading it to the end closes the static file.
    response.getvalue()
    assert response.status_code == status
    assert_safe(response)


def test_unchanged_static_file_has_the_headers(client):
    first = client.get("/static/css/site.css")
    first.getvalue()

    response = client.get("/static/css/site.css", headers={"if-modified-since": first["Last-Modified"]})

    assert response.status_code == 304
    assert_policies(response.headers)
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("client", "/admin/", 302),
        ("admin_client", "/admin/", 200),
        ("admin_client", "/admin/tilbud/offer/", 200),
        ("admin_client", "/admin/finnes-ikke/", 404),
    ],
)
def test_desk_has_the_headers(request, directory, who, address, status):
    response = request.getfixturevalue(who).get(address)

    assert response.status_code == status
    assert_policies(response.headers)
    assert response["Cache-Control"] == "no-store"


def test_refused_host_has_the_headers(client):
    response = client.get("/", headers={"host": "katalog.example.no"})

    assert response.status_code == 400
    assert_safe(response)


def test_crashed_page_has_the_headers(client, monkeypatch):
    client.raise_request_exception = False

    def crash(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(About, "get_context_data", crash)

    response = client.get(reverse("about"))

    assert response.status_code == 500
    assert_safe(response)


@pytest.mark.parametrize(
    ("is_secure", "expected"), [(True, "max-age=31536000; includeSubDomains; preload"), (False, None)]
)
@pytest.mark.parametrize(
    ("address", "host"),
    [("/om/", "localhost"), ("/finnes-ikke/", "localhost"), ("/", "feil.example.no"), ("/admin/", "localhost")],
)
def test_browser_that_came_with_tls_is_told_to_come_back_with_it(
    client, directory, settings, is_secure, expected, address, host
):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True

    response = client.get(address, secure=is_secure, headers={"host": host})

    assert response.headers.get("Strict-Transport-Security") == expected


@pytest.mark.parametrize(
    ("seconds", "status", "heading"), [(0, 414, "Vi forsto ikke adressen"), (9, 500, "Noe gikk galt")]
)
def test_answer_to_what_gunicorn_cannot_read_has_the_headers(settings, seconds, status, heading):
    settings.SECURE_HSTS_SECONDS = seconds
    ours, theirs = socket.socketpair()

    with ours, theirs:
        write_error(ours, status, "Grunn", "GET /hemmelig")
        head, _blank, body = theirs.recv(65536).decode().partition("\r\n\r\n")

    line, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert line == f"HTTP/1.1 {status} Grunn"
    assert_policies(headers)
    assert headers["Cache-Control"] == "no-store"
    assert int(headers["Content-Length"]) == len(body.encode())
    assert ("Strict-Transport-Security" in headers) is bool(seconds)
    assert heading in body
    assert "hemmelig" not in body

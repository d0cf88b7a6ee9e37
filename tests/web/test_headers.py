"""Every response a visitor can get, whoever made it, carries the security headers and no cookie."""

import pytest
from django.urls import reverse

from regions.models import HealthRegion
from tilbud.models import Institution, Offer
from tilbud.pages.front import About
from tilbud.urls import urlpatterns

# Written out here too: taken from the code, a header lost there would be lost here.
EXPECTED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ROUTES = [route.name for route in urlpatterns if getattr(route, "name", None)]
DETAILS = {
    "offer-detail": Offer,
    "referral-sheet": Offer,
    "institution-detail": Institution,
    "region-detail": HealthRegion,
}


def assert_safe(response):
    directives = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert directives == POLICY
    assert {name: response.headers.get(name) for name in EXPECTED} == EXPECTED
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    if response["Content-Type"].startswith("text/html"):
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ROUTES)
def test_page_has_the_headers(client, directory, name):
    model = DETAILS.get(name)
    address = reverse(name, args=[model.objects.order_by("slug").first().slug] if model else [])

    response = client.get(address)

    assert response.status_code == 200
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
    ],
)
def test_other_answers_have_the_headers(client, directory, method, address, status):
    response = getattr(client, method)(address)

    # Reading it to the end closes the static file.
    response.getvalue()
    assert response.status_code == status
    assert_safe(response)


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

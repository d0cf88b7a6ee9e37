"""Where requests that break things come from: every address, parameter, header, method, encoding and form."""

import re
from urllib.parse import quote, quote_from_bytes, urlencode

from django.contrib import admin
from django.urls import reverse
from hypothesis import strategies as st

from regions.models import HealthRegion
from tests.hostile.payloads import ELSEWHERE, LINKS, SCRIPTS
from tests.hostile.requests import Request
from tests.hostile.values import (
    CHARSETS,
    GOOD,
    HEADERS,
    METHODS,
    NASTY,
    TYPICAL,
)
from tilbud.models import Institution, Offer
from tilbud.urls import urlpatterns

text = st.one_of(
    st.sampled_from(NASTY),
    st.sampled_from([*SCRIPTS, *ELSEWHERE, *LINKS]),
    st.text(max_size=40),
    st.text(max_size=3),
)
# Percent-encoded as a browser does, or as nobody should: bytes that are no text, broken or doubled escapes.
encoded = st.one_of(
    text.map(lambda value: quote(value, errors="replace")),
    text.map(lambda value: quote(value, errors="replace")),
    st.binary(max_size=12).map(quote_from_bytes),
    st.sampled_from(
        [
            "%",
            "%z",
            "%0",
            "%u0041",
            "%25%30%30",
            "%c0%ae",
            "%ed%a0%80",
            "%f0%9f%92",
            "%00",
            "+",
            ";",
            "&",
            "=",
            "#",
        ]
    ),
)
header_text = st.one_of(
    text.map(lambda value: value.encode("utf-8", "replace").decode("latin-1")),
    st.text(st.characters(max_codepoint=255), max_size=20),
).map(lambda value: "".join(c for c in value if c not in "\r\n\0")[:2000].strip())


@st.composite
def queries(draw, names=()):
    pairs = []
    for _number in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from([*GOOD, *GOOD, *names]) | encoded)
        good = st.sampled_from(GOOD[name]).map(quote) if name in GOOD else encoded
        pairs.append(f"{name}={draw(encoded | good)}" if draw(st.integers(0, 20)) else name)
    # What a request line may hold.
    return "&".join(pairs)[:3000]


def paths():
    """Every public address with names that are there and names that are not, and addresses that are no pages."""
    models = {"tilbud": Offer, "institusjoner": Institution, "helseregioner": HealthRegion}
    choices = []
    for route in urlpatterns:
        pattern = str(route.pattern)
        if pattern.startswith("admin/"):
            continue
        # Of what a page is asked for: what there is, and what there is not.
        before, *after = re.split("<[^>]+>", pattern)
        if model := models.get(before.strip("/")):
            slugs = list(model.objects.order_by("slug").values_list("slug", flat=True)[:40])
        asked = st.sampled_from(slugs) | encoded if after and model else encoded if after else st.just("")
        ends = (before, "".join(after))
        choices.append(asked.map(lambda slug, ends=ends: f"/{ends[0]}{slug}{ends[1]}"))
    nowhere = st.lists(encoded, max_size=3).map(lambda parts: "/" + "/".join(parts))
    under = st.builds(
        "{}{}".format, st.sampled_from(["/static/", "/static/css/site.css", "/tilbud/", "/%2e%2e/", "//"]), encoded
    )
    # An address is tried about as often as any other, whatever it costs to answer.
    return st.one_of(*choices, nowhere, under)


def desk_paths():
    """Every address of the desk: lists, forms, histories, look-ups in fields, and what is typed by hand."""
    choices = []
    for model in admin.site._registry:
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        key = (
            st.sampled_from([str(pk) for pk in model.objects.values_list("pk", flat=True)[:3]] or ["1"]) | encoded
        )
        choices += [st.just(base), st.just(f"{base}add/")]
        choices += [
            key.map(lambda key, base=base, page=page: f"{base}{key}/{page}/")
            for page in ("change", "history", "delete")
        ]
    rest = ["", "jsi18n/", "autocomplete/", "login/", "password_change/", "tilbud/", "r/1/1/"]
    return st.one_of(*choices, st.sampled_from(rest).map("/admin/{}".format), encoded.map("/admin/{}".format))


@st.composite
def forms(draw):
    """A body and the type it says it has; sometimes it is none of that type."""
    names = (
        st.sampled_from("q page place next fault text stamp username action _selected_action index post".split())
        | text
    )
    known = st.sampled_from([("action", "delete_selected"), ("q", "samtale"), ("post", "yes"), ("index", "0")])
    fields = draw(st.lists(st.tuples(names, text) | known, max_size=5))
    charset = draw(st.sampled_from(CHARSETS) | header_text)
    said = f"; charset={charset}" if draw(st.booleans()) else ""
    kind = draw(
        st.sampled_from(
            ["application/x-www-form-urlencoded", "multipart/form-data", "application/json", "text/xml", "*"]
        )
    )
    if kind == "multipart/form-data":
        boundary = draw(st.sampled_from(["x", "x", "--", "å", "", "b" * 300]))
        return f"{kind}; boundary={boundary}{said}", draw(multipart(boundary, fields))
    body = urlencode(fields, errors="replace").encode()
    return kind + said, draw(
        st.sampled_from(
            [body, body, b"&" * 6000, b"{" * 3000, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"]
        )
        | st.binary(max_size=60)
    )


@st.composite
def multipart(draw, boundary, fields):
    body = b""
    for name, value in fields:
        more = draw(
            st.sampled_from(
                ["", "", '; filename="../../x.html"', "; filename=", "; filename*=hex''zz", "; filename*=utf-8'%"]
            )
        )
        coded = draw(
            st.sampled_from(
                ["", "", "Content-Transfer-Encoding: base64\r\n", "Content-Type: text/plain; charset=hex\r\n"]
            )
        )
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{coded}\r\n{value}\r\n'
        body += part.encode("utf-8", "replace")
    return body + (f"--{boundary}--\r\n".encode() if draw(st.integers(0, 4)) else b"")


@st.composite
def requests(draw, addresses, names=(), cookies=()):
    """Any request to one of `addresses`; `cookies` are the headers of who is asking."""
    method = draw(st.sampled_from(METHODS))
    headers = {}
    for name in draw(st.lists(st.sampled_from(HEADERS), max_size=2, unique=True)):
        headers[name] = draw(st.sampled_from(TYPICAL.get(name, [""])) | header_text)
    body = b""
    # A GET can say that it has a body, and of which kind.
    if method == "POST" or draw(st.integers(0, 8)) == 0:
        headers["Content-Type"], body = draw(forms())
    headers |= dict(cookies)
    return Request(draw(addresses), draw(queries(names)), method, tuple(headers.items()), body)

"""Which requests the worker answers itself: whole and plain ones, and nothing that could be read in two ways."""

import pytest

from tilbud.web.worker import environ_of

pytestmark = pytest.mark.once

HOST = b"Host: localhost\r\n"
BROWSER = b"User-Agent: Mozilla/5.0 (X11)\r\nAccept: text/html\r\nAccept-Language: nb\r\nCookie: a=b\r\nDNT: 1\r\n"


def test_plain_request_is_read():
    raw = (
        b"GET /tilbud/?place=Bod%C3%B8&age=16 HTTP/1.1\r\n"
        + BROWSER
        + b"accept-encoding: gzip, br\r\n"
        + HOST
        + b"\r\n"
    )
    assert environ_of(raw) == {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/tilbud/",
        "QUERY_STRING": "place=Bod%C3%B8&age=16",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "wsgi.url_scheme": "http",
    }
    assert (
        environ_of(b"HEAD / HTTP/1.1\r\n" + HOST + b"Connection: keep-alive\r\n\r\n")["REQUEST_METHOD"] == "HEAD"
    )


@pytest.mark.parametrize("raw", [
    b"",
    b"GET / HTTP/1.1\r\n" + HOST,
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.0\r\n" + HOST + b"\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET http://localhost/ HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /%74ilbud/ HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc",
    b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"X-Forwarded-Host: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Accept: a\r\n b\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Accept : a\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: \xc3\xa5\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n",
])  # fmt: skip
def test_request_that_is_the_least_unusual_is_left_to_gunicorn(raw):
    assert environ_of(raw) is None

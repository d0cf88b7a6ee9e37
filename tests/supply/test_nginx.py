"""nginx as the guide sets it up, in front of katalog.service, on loopback."""

import gzip
import os
import socket
import ssl
import threading

import pytest

from tests.databases import manage
from tests.supply import nginx
from tests.supply.nginx import request, send
from tilbud.web.headers import HEADERS

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(os.environ.get("SKIP_NGINX") == "1", reason="SKIP_NGINX=1"),
]
FORGED = {
    "X_Forwarded_Proto": "ftp",
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Host": "ond.example.no",
    "X_Real_IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=ftp",
}


@pytest.fixture(scope="module", autouse=True)
def nginx_is_there():
    assert nginx.PROGRAM, "nginx mangler: sudo apt-get install nginx. Uten disse prøvene: SKIP_NGINX=1."


@pytest.fixture(scope="module")
def ports(server_folder, server_environment, katalog):
    manage(server_environment["DATABASE_URL"], "write_error_pages", server_folder / "var" / "feil")
    (server_folder / "var" / "static").mkdir()
    (server_folder / "var" / "static" / "site.css").write_text("body{}")
    with nginx.running(server_folder, katalog) as ports:
        yield ports


@pytest.fixture
def secure(ports, server_folder):
    """Send a request over TLS."""
    return lambda text, **options: send(ports[1], text, tls=nginx.trusting(server_folder), **options)


@pytest.fixture
def echo():
    """nginx in front of a server that only remembers the heads of the requests it gets."""
    heads = []
    with nginx.open_folder() as folder, socket.socket(socket.AF_UNIX) as upstream:
        upstream.bind(f"{folder}/echo.sock")
        os.chmod(f"{folder}/echo.sock", 0o666)
        upstream.listen(16)

        def answer():
            while True:
                try:
                    visitor, _address = upstream.accept()
                except OSError:
                    return
                with visitor:
                    heads.append(visitor.recv(65536).decode("latin-1"))
                    visitor.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nok")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with nginx.running(folder, f"{folder}/echo.sock") as ports:
            yield lambda text: send(ports[1], text, tls=nginx.trusting(folder)), heads
        upstream.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_page_through_nginx_is_compressed_with_each_header_once(secure):
    status, headers, body = secure(request(path="/akutt/", Accept_Encoding="gzip"))

    assert status == 200
    assert headers["content-encoding"] == ["gzip"]
    assert "113" in gzip.decompress(dechunked(headers, body)).decode()
    assert {name: headers[name.lower()] for name in HEADERS} == {name: [value] for name, value in HEADERS.items()}
    assert headers["cache-control"] == ["no-store"]
    assert headers["strict-transport-security"] == ["max-age=31536000; includeSubDomains; preload"]
    assert headers["server"] == ["nginx"]
    assert "set-cookie" not in headers


def dechunked(headers, body):
    if headers.get("transfer-encoding") != ["chunked"]:
        return body
    size, _, rest = body.partition(b"\r\n")
    whole = b""
    while length := int(size, 16):
        whole += rest[:length]
        size, _, rest = rest[length + 2 :].partition(b"\r\n")
    return whole


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"GET /a%00b HTTP/1.1\r\nHost: katalog.example.no\r\nConnection: close\r\n\r\n", 400),
        (b"TULL\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (request(method="TRACE"), 405),
        (request(path="/" + "a" * 20_000), 414),
        (request(Cookie="a" * 20_000), 400),
        (request("POST", "/tilbud/", b"q=" + b"a" * 70_000), 413),
        (request("POST", "/admin/", b"q=" + b"a" * 13_000_000)[:200], 413),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_refusal_by_nginx_is_our_page_with_our_headers(secure, text, wanted):
    status, headers, body = secure(text)

    assert status == wanted
    assert {name: headers[name.lower()] for name in HEADERS} == {name: [value] for name, value in HEADERS.items()}
    assert headers["cache-control"] == ["no-store"]
    assert "strict-transport-security" in headers
    # A request without a name belongs to no site, so to no page of ours.
    assert b"116 117" in body or b"Host: " not in text


def test_form_of_a_mb_reaches_the_desk_only(secure):
    body = b"csrfmiddlewaretoken=" + b"a" * 1_000_000

    status, headers, _body = secure(request("POST", "/admin/login/", body))

    # The desk has seen it: it misses the token.
    assert status == 403
    assert len(headers["content-security-policy"]) == 1


def test_what_a_visitor_says_of_himself_is_not_passed_on(echo):
    ask, heads = echo

    assert ask(request(path="/liste/?o=a", **FORGED))[0] == 200

    lines = heads[0].lower().split("\r\n")
    assert "host: katalog.example.no" in lines
    assert "x-forwarded-proto: https" in lines
    assert "x-forwarded-for: 127.0.0.1" in lines
    assert "203.0.113.9" not in heads[0]
    assert "ond.example.no" not in heads[0]
    assert not [line for line in lines if line.startswith(("forwarded:", "x-real-ip:", "x-forwarded-host:"))]


def test_visitor_without_tls_is_sent_to_it_whatever_he_claims(ports):
    status, headers, _body = send(ports[0], request(path="/akutt/", X_Forwarded_Proto="https"))

    assert status == 301
    assert headers["location"] == ["https://katalog.example.no/akutt/"]
    assert "strict-transport-security" not in headers
    assert headers["content-security-policy"] == [HEADERS["Content-Security-Policy"]]


def test_another_name_gets_no_answer(ports, secure):
    assert send(ports[0], request(name="ond.example.no"))[0] is None
    with pytest.raises(ssl.SSLError):
        secure(request(), name="ond.example.no")


def test_old_tls_is_refused(ports, server_folder):
    context = nginx.trusting(server_folder)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError):
        send(ports[1], request(), tls=context)


def test_directory_that_is_down_gives_a_page_with_help_and_its_looks(server_folder, ports):
    with nginx.open_folder() as folder:
        (folder / "var").symlink_to(server_folder / "var")
        with nginx.running(folder, f"{folder}/nobody.sock") as (_http, https):
            page = send(https, request(path="/tilbud/"), tls=nginx.trusting(folder))
            style = send(https, request(path="/static/site.css"), tls=nginx.trusting(folder))

    assert page[0] == 502
    assert "Numrene her virker selv om siden vår er nede" in page[2].decode()
    assert page[1]["content-security-policy"] == [HEADERS["Content-Security-Policy"]]
    assert (style[0], style[2]) == (200, b"body{}")


def test_nginx_writes_nothing_of_anybody(secure, ports, server_folder):
    secure(
        request(path="/tilbud/?q=kanarifugl", User_Agent="kanarifugl", Referer="https://kanarifugl.example.no/")
    )
    secure(request("POST", "/tilbud/", b"q=kanarifugl"))
    secure(request("POST", "/tilbud/", b"q=kanarifugl" + b"a" * 50_000))
    secure(request(path="/kanarifugl%00"))

    written = [path for path in server_folder.rglob("*") if path.is_file() and path.name != "nginx.conf"]
    assert not [path for path in written if b"kanarifugl" in path.read_bytes()]
    assert not [path for path in (server_folder / "temporary").rglob("*") if path.is_file()]
    assert (server_folder / "error.log").read_text() == ""
    # Nor does it write to a place that is not moved here.
    lines = (server_folder / "nginx.conf").read_text().splitlines()
    logs = [line.strip() for line in lines if line.strip().startswith(("access_log ", "error_log "))]
    assert logs == ["error_log /dev/null crit;", "access_log off;"]

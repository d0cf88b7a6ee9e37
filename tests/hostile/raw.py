"""Bytes on a socket: what no client library sends."""

import socket
from contextlib import suppress

WAIT = 20


def talk(site, sent):
    """Send bytes to `site` (http://host:port) and return everything that comes until the server closes."""
    host, port = site.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=WAIT) as connection:
        # A server that refuses may close before it has read everything.
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece
    return received


def request(line="GET / HTTP/1.1", *headers, host="Host: localhost", body=b""):
    """The bytes of a request; headers and body exactly as given."""
    lines = [line, *([host] if host else []), *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def statuses(received):
    """The status of every answer in what a server sent."""
    parts = received.split(b"HTTP/1.")[1:]
    return [int(part[2:5]) for part in parts if part[1:2] == b" " and part[2:5].isdigit()]


def head(received):
    return received.split(b"\r\n\r\n", 1)[0].decode("latin-1")


HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded"
POST = "POST /tilbud/ HTTP/1.1"
CHUNKED = "Transfer-Encoding: chunked"

# Two readers may see two different requests here; whoever stands in front of us may be the other reader.
SMUGGLED = {
    "length and chunks": request(POST, "Content-Length: 6", CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
    "chunks and length": request(POST, CHUNKED, "Content-Length: 4", body=b"0\r\n\r\n" + HIDDEN),
    "two lengths": request(POST, "Content-Length: 0", f"Content-Length: {len(HIDDEN)}", body=HIDDEN),
    "two lengths in one": request(POST, f"Content-Length: 0, {len(HIDDEN)}", body=HIDDEN),
    "length with a sign": request(POST, "Content-Length: +0", body=HIDDEN),
    "length below zero": request(POST, "Content-Length: -1", body=HIDDEN),
    "length in hex": request(POST, "Content-Length: 0x0", body=HIDDEN),
    "length with an underscore": request(POST, "Content-Length: 0_0", body=HIDDEN),
    "length with a foreign digit": request(POST, "Content-Length: \xb2", body=HIDDEN),
    "length of nothing": request(POST, "Content-Length: ", body=HIDDEN),
    "space before the colon": request(POST, "Content-Length : 0", body=HIDDEN),
    "space before the name": request(POST, "X: 1", " Content-Length: 0", body=HIDDEN),
    "folded header": request(POST, "Transfer-Encoding:", " chunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunks by another name": request(POST, "Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunks twice": request(POST, CHUNKED, CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
    "chunks, then something": request(POST, "Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + HIDDEN),
    "chunks after a tab": request(POST, "Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunks in HTTP/1.0": request("POST /tilbud/ HTTP/1.0", CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
    "chunk below zero": request(POST, CHUNKED, body=b"-1\r\n\r\n" + HIDDEN),
    "chunk of no number": request(POST, CHUNKED, body=b"g\r\n\r\n" + HIDDEN),
    "chunk with a sign": request(POST, CHUNKED, body=b"+0\r\n\r\n" + HIDDEN),
    "chunk with 0x": request(POST, CHUNKED, body=b"0x0\r\n\r\n" + HIDDEN),
    "chunk longer than it says": request(POST, CHUNKED, body=b"1\r\nabc\r\n0\r\n\r\n" + HIDDEN),
    "chunk that ends in LF": request(POST, CHUNKED, body=b"1\na\n0\n\n" + HIDDEN),
    "bare LF": b"POST /tilbud/ HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n" + HIDDEN,
    "bare CR": request(POST, "X: 1\rContent-Length: 0", body=HIDDEN),
    "NUL in a header": request(POST, "X: a\0b", "Content-Length: 0", body=HIDDEN),
    "header without a colon": request(POST, "Content-Length 0", body=HIDDEN),
    "header without a name": request(POST, ": 0", body=HIDDEN),
    "two hosts": request("GET / HTTP/1.1", "Host: e.example", body=HIDDEN),
}
REFUSED = {
    "another host": request(host="Host: e.example"),
    "empty host": request(host="Host: "),
    "host with a user": request(host="Host: localhost@e.example"),
    "host with a path": request(host="Host: localhost/../e.example"),
    "host with a space": request(host="Host: localhost e.example"),
    "host with a bad port": request(host="Host: localhost:x"),
    "host of 1,000 letters": request(host=f"Host: {'a' * 1000}"),
    "another host in the address": request("GET http://e.example/ HTTP/1.1", host="Host: e.example"),
    "no version": b"GET /\r\n\r\n",
    "version 9.9": request("GET / HTTP/9.9"),
    "four words": request("GET / x HTTP/1.1"),
    "method in small letters": request("get / HTTP/1.1"),
    "method of signs": request("<script> / HTTP/1.1"),
    "CONNECT": request("CONNECT e.example:443 HTTP/1.1"),
    "address without a slash": request("GET tilbud HTTP/1.1"),
    "address of 20,000 letters": request(f"GET /{'a' * 20_000} HTTP/1.1"),
    "query of 20,000 letters": request(f"GET /tilbud/?q={'a' * 20_000} HTTP/1.1"),
    "header of 100,000 letters": request("GET / HTTP/1.1", f"X: {'a' * 100_000}"),
    "1,000 headers": request("GET / HTTP/1.1", *(f"X-{number}: 1" for number in range(1000))),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 60 + b"\r\n\r\n",
    "bytes": bytes(range(256)) + b"\r\n\r\n",
    "form of 10 MB": request(POST, FORM, "Content-Length: 10000002", body=b"q=" + b"a" * 10_000_000),
    "form that says 10 GB": request(POST, FORM, "Content-Length: 10000000000", body=b"q=a"),
    "file of 10 MB": request(
        POST,
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Length: 10000068",
        body=b'--x\r\nContent-Disposition: form-data; name="q"; filename="x"\r\n\r\n'
        + b"a" * 10_000_000
        + b"\r\n--x--\r\n",
    ),
    "encoding that is none": request(POST, f"{FORM}; charset=hex", "Content-Length: 3", body=b"q=a"),
    "file that is not there": request("GET /static/../../../../etc/passwd HTTP/1.1"),
    "file, dots encoded": request("GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1"),
    "file, slashes encoded": request("GET /static/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1"),
    "file, encoded twice": request("GET /static/%252e%252e/%252e%252e/manage.py HTTP/1.1"),
    "file, overlong dots": request("GET /static/%c0%ae%c0%ae/%c0%ae%c0%ae/manage.py HTTP/1.1"),
    "file, backslashes": request("GET /static/..\\..\\manage.py HTTP/1.1"),
    "file with a NUL": request("GET /static/css/site.css%00.html HTTP/1.1"),
    "the database": request("GET /var/tilbud.sqlite3 HTTP/1.1"),
    "the repository": request("GET /.git/config HTTP/1.1"),
}
# Neither refused nor obeyed: what is added makes no difference.
IGNORED = {
    "no host": request(host=""),
    "header in the address": request("GET /tilbud%0d%0aInjected:%201 HTTP/1.1"),
    "header in a redirect": request("GET /tilbud?x=%0d%0aInjected:%201 HTTP/1.1"),
    "header in a search": request("GET /tilbud/?place=%0d%0aInjected:%201 HTTP/1.1"),
    "another host, forwarded": request(
        "GET /tilbud HTTP/1.1", "X-Forwarded-Host: e.example", "Forwarded: host=e.example"
    ),
    "two slashes": request("GET //e.example/tilbud HTTP/1.1"),
    "another address": request("GET / HTTP/1.1", "X-Original-URL: /admin/", "X-Rewrite-URL: /admin/"),
    "another method": request("GET / HTTP/1.1", "X-HTTP-Method-Override: DELETE"),
    "a place of its own": request("GET //e.example/tilbud HTTP/1.1", "SCRIPT_NAME: //e.example"),
    "a place with a hyphen": request("GET / HTTP/1.1", "Script-Name: //e.example", "Path-Info: /admin/"),
    "a protocol to change to": request(
        "GET / HTTP/1.1",
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
    ),
    "an expectation": request("GET / HTTP/1.1", "Expect: 100-continue"),
    "the whole server": request("OPTIONS * HTTP/1.1"),
}

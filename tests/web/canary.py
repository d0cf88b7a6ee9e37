"""A visitor who can be recognised, and the search for anything of her in what was written."""

import http.client
import re
import secrets
import socket
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

from tests.web.test_headers import EXPECTED

# Made anew each time, so that no source file and no earlier run can hold them. Letters alone: no encoding but
# UTF-16 writes those otherwise.
WORD, AGENT, REFERRER = (f"{name}{secrets.token_hex(6)}" for name in ("kanari", "leser", "nabo"))
# The whole of 127.0.0.0/8 is this machine on Linux: this is the address gunicorn itself sees.
PEER = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(200) + 20}.{secrets.randbelow(200) + 20}"
PROXIED = f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}"
MARKS = [WORD, AGENT, REFERRER, PEER, PROXIED]
HEADERS = {
    "X-Forwarded-For": f"{PROXIED}, {PEER}",
    "X-Real-IP": PROXIED,
    "Forwarded": f"for={PROXIED}",
    "User-Agent": f"Mozilla/5.0 ({AGENT})",
    "Referer": f"https://{REFERRER}.example/{REFERRER}?q={WORD}",
    "Cookie": f"sessionid={WORD}; annet={WORD}",
    "Accept-Language": f"nb, {WORD};q=0.1",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FILE = {"Content-Type": f"multipart/form-data; boundary={WORD}"}
A_FILE = (
    f'--{WORD}\r\nContent-Disposition: form-data; name="q"; filename="{WORD}.txt"\r\n\r\n{WORD}\r\n--{WORD}--\r\n'
)
# Method, address, further headers, body: with the word in every place a visitor can put one.
CHEAP = [
    ("GET", f"/{WORD}/", {}, None),
    ("GET", f"/tilbud/{WORD}/", {}, None),
    ("GET", f"/tilbud/{WORD}/henvisning/?{WORD}={WORD}", {}, None),
    ("GET", f"/tilbud?q={WORD}", {}, None),
    ("GET", f"/static/{WORD}.css?{WORD}", {}, None),
    ("GET", f"/static/css/site.css?{WORD}", {}, None),
    ("GET", f"/healthz?{WORD}", {}, None),
    ("GET", f"/tilbyder/{WORD}/?{WORD}", {}, None),
    ("GET", f"/?q={WORD}", {"Host": f"{WORD}.example.no"}, None),
    ("POST", f"/om/?{WORD}", FORM, f"q={WORD}"),
    ("PUT", f"/tilbud/?q={WORD}", FORM, f"q={WORD}"),
    (WORD.upper(), f"/{WORD}", {}, None),
    ("POST", f"/tilbud/?{WORD}", {**FORM, "Content-Length": "99999999"}, f"q={WORD}"),
    ("GET", f"/admin/{WORD}/?next={WORD}", {}, None),
    ("GET", f"/institusjoner/{quote(WORD + 'æøå')}/?page={WORD}", {}, None),
]
PAGES = [
    ("GET", f"/tilbud/?q={WORD}", {}, None),
    ("GET", f"/tilbud/?place={WORD}&age={WORD}&region={WORD}&page={WORD}", {}, None),
    ("POST", f"/tilbud/?region=helse-vest&{WORD}={WORD}", FORM, f"q={WORD}"),
    ("POST", "/tilbud/", FORM, f"q=%00{WORD}&q={'a' * 5000}{WORD}"),
    ("POST", f"/tilbud/?{WORD}", FILE, A_FILE),
    ("POST", f"/tilbud/?q={WORD}", {"Content-Type": f"text/plain; charset={WORD}"}, f"q={WORD}"),
    ("POST", f"/henviser/?place={WORD}", FORM, f"q={WORD}"),
    ("GET", f"/henviser/tabell.csv?place={WORD}", {}, None),
    ("GET", f"/barn/?age={WORD}&place={WORD}", {}, None),
    ("GET", f"/liste/?o={WORD}", {}, None),
    # Without the stamp of a form that was shown, so that none of it may be kept.
    ("POST", f"/tilbud/al-anon-tromso/meld-feil/?{WORD}", FORM, f"fault=phone&text={WORD}&stamp={WORD}"),
    ("GET", f"/admin/login/?next=/{WORD}/", {}, None),
    ("HEAD", f"/om/?{WORD}", {}, None),
]
# What gunicorn refuses itself: a line, a method, a version, a header and an address it cannot read.
MALFORMED = [
    f"{WORD}\r\n\r\n",
    f"GE({WORD} /{WORD} HTTP/1.1\r\n\r\n",
    f"GET /{WORD} {WORD}/9\r\n\r\n",
    f"GET /{WORD} HTTP/1.1\r\nHost: localhost\r\n{WORD} {WORD}: {WORD}\r\n\r\n",
    f"GET /{WORD}{'a' * 9000} HTTP/1.1\r\n\r\n",
    f"POST /{WORD} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {WORD}\r\n\r\n",
]


class Visitor:
    """Asks the server at `port` for things, and counts the answers by status."""

    def __init__(self, port):
        self.port, self.statuses, self.bare = port, [], []

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(PEER, 0))

    def ask(self, method, address, headers=(), body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.sock = self.connect()
        try:
            connection.request(method, address, body, HEADERS | {"Host": "localhost", **dict(headers)})
            with connection.getresponse() as response:
                response.read()
            self.statuses.append(response.status)
            if missing := [name for name in EXPECTED if name not in response.headers]:
                self.bare.append((method, address, response.status, missing))
        except (http.client.HTTPException, OSError):
            # Cut off, by a server that fell or that refused the rest.
            self.statuses.append(0)
        finally:
            connection.close()
        return self.statuses[-1]

    def send(self, raw):
        with self.connect() as sock, sock.makefile("rb") as answer:
            sock.sendall(raw.encode())
            return answer.read()

    def visit(self, times, cheap=CHEAP, pages=PAGES):
        """Ask `times` times, one in ten for a whole page."""
        requests = zip(cycle(range(10)), islice(cycle(cheap), times), islice(cycle(pages), times), strict=False)
        for turn, request, page in requests:
            self.ask(*(request if turn else page))


def status_of(answer):
    return int(answer.split(None, 2)[1])


def marks_in(data):
    """Return what of the visitor is in `data`, in any case of letters and also as UTF-16."""
    pattern = b"|".join(re.escape(form) for mark in MARKS for form in (mark.encode(), mark.encode("utf-16-le")))
    return {found.lower().replace(b"\0", b"").decode() for found in re.findall(pattern, data, re.IGNORECASE)}


def marks_below(folder, since=0):
    """Return {file: marks} for the files under `folder` that were changed after `since`."""
    found = {}
    for path in Path(folder).rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
            if marks := marks_in(path.read_bytes()):
                found[str(path)] = marks
    return found


def marks_open(pid):
    """Return {file: marks} for every file that a process and its children hold open, deleted ones too."""
    found = {}
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        if descriptor.is_file() and (marks := marks_in(descriptor.read_bytes())):
            found[str(descriptor)] = marks
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            # One that has ended meanwhile holds nothing open.
            with suppress(FileNotFoundError, ProcessLookupError):
                found |= marks_open(int(child))
    return found

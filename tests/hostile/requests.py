"""A request as it comes off the wire, how the application answers it, and what is wrong with an answer."""

import io
import os
import re
import sys
import time
import traceback
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception

from tilbud.web.refusals import OnlyUtf8

# Stands in many values; none of it may come back as an element.
MARK = "<i data-mark>"
SLOWEST, SLOWEST_OF_BUSY = 1.0, 5.0
HOST = "localhost"


@dataclass(frozen=True)
class Request:
    """Path and query as they stand in the request line; headers are latin-1 text, as gunicorn hands them on."""

    path: str
    query: str = ""
    method: str = "GET"
    headers: tuple = ()
    body: bytes = b""

    @property
    def target(self):
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_at_desk(self):
        return unquote_to_bytes(self.path).startswith(b"/admin")

    def environ(self):
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers}
        return {
            "HTTP_HOST": HOST,
            **named,
            "CONTENT_TYPE": named.pop("HTTP_CONTENT_TYPE", ""),
            "CONTENT_LENGTH": named.pop("HTTP_CONTENT_LENGTH", str(len(self.body))),
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query,
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.errors": sys.stderr,
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
        }


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple
    body: bytes
    seconds: float
    trace: str = ""

    def header(self, wanted):
        return next((value for name, value in self.headers if name.lower() == wanted.lower()), "")


class Application:
    """The product as a server runs it, without what starts threads: an exception is an answer with 500."""

    def __init__(self):
        self.application = OnlyUtf8(WSGIHandler())

    def __call__(self, request):
        begun, traces = [], []

        def note(**kwargs):
            traces.append(traceback.format_exc())

        got_request_exception.connect(note)
        # What the machine does besides is not counted; `make fuzz` counts what a client waits.
        before = time.thread_time()
        try:
            response = self.application(request.environ(), lambda *answer: begun.append(answer))
            body = b"".join(response)
            response.close()
        finally:
            got_request_exception.disconnect(note)
        status, headers = begun[0]
        seconds = time.thread_time() - before
        return Answer(int(status.split()[0]), tuple(headers), body, seconds, "".join(traces))


def asked(ask, request):
    """The answer to a request; where it was slow the quickest of four, for the machine may be busy otherwise."""
    answer = ask(request)
    for _time in range(3):
        if answer.seconds > SLOWEST:
            answer = min(answer, ask(request), key=lambda answer: answer.seconds)
    return answer


def faults(request, answer, host=HOST):
    """What is wrong with an answer, whatever was asked; empty when it is sound."""
    found = []
    if answer.status >= 500:
        found.append(f"{answer.status} {answer.trace}")
    is_busy = os.getloadavg()[0] > os.cpu_count()
    if answer.seconds > (SLOWEST_OF_BUSY if is_busy else SLOWEST):
        found.append(f"{answer.seconds:.1f} s")
    if 300 <= answer.status < 400 and answer.status != 304 and not stays(answer.header("Location"), host):
        found.append(f"leads away: {answer.header('Location')!r}")
    if 400 <= answer.status < 500 and request.method != "HEAD" and not re.search(rb"\w{4}", answer.body):
        found.append(f"{answer.status} without a message")
    if MARK.encode() in answer.body and "html" in answer.header("Content-Type"):
        found.append("what was sent comes back as an element")
    if answer.header("Set-Cookie") and not request.is_at_desk:
        found.append(f"sets a cookie: {answer.header('Set-Cookie')!r}")
    if not answer.header("Content-Security-Policy"):
        found.append("no content policy")
    if "injected" in (name.lower() for name, value in answer.headers):
        found.append("a header of the visitor's own")
    return found


def stays(location, host=HOST):
    """Whether a browser that follows `location` stays here: to it «\\» is «/», «///» is «//», a tab nothing."""
    read = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    read = re.sub(
        r"^(https?:)?/{2,}|^https?:", lambda start: f"{start[1] or start[0].strip('/')}//", read, flags=re.I
    )
    try:
        there = urlsplit(urljoin(f"http://{host}/", read))
    except ValueError:
        return False
    return there.scheme in ("http", "https") and there.netloc == host and there.username is None

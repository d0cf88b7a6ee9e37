"""Public pages answered before they reach Django: made once for each version of the directory, for everybody.

Stands in front of the whole application (tilbud/wsgi.py). No view knows of it, and with SNAPSHOT=0 every page is
the same, byte for byte. A page is made from a clean request of our own, so nothing of a visitor can be in it.
"""

import io
import re
import sys
import threading
from functools import lru_cache

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from tilbud.web import database
from tilbud.web.snapshot.addresses import BY_THE_MINUTE, canonical
from tilbud.web.snapshot.ahead import Ahead
from tilbud.web.snapshot.build import build
from tilbud.web.snapshot.copy import as_copy
from tilbud.web.snapshot.store import Disk, Memory, Page

GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
# A page that answers what somebody typed with a message is nobody else's.
COMPLAINS = b'class="error"'
HSTS = "Strict-Transport-Security"


@lru_cache(512)
def reads_gzip(accepted):
    return bool(GZIP.search(accepted))


@lru_cache(512)
def is_own_host(host):
    domain, _port = split_domain_port(host.lower())
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


class Snapshot:
    """A WSGI application around Django's."""

    def __init__(self, application, *, addresses=None, on_new_state=None, watch=database.watch, is_server=True):
        self.application, self.watch, self.is_server = application, watch, is_server
        self.is_on = settings.SNAPSHOT
        self.memory = Memory(settings.SNAPSHOT_MEMORY * 1_000_000)
        self.copies = Memory(settings.SNAPSHOT_MEMORY * 1_000_000 // 4)
        self.disk = Disk(settings.SNAPSHOT_DIR, settings.SNAPSHOT_DISK * 1_000_000)
        self.build = build()
        self.ahead = Ahead(self, addresses, on_new_state) if addresses else None
        self.locks = [threading.Lock() for _number in range(64)]
        self.redirects = settings.SECURE_SSL_REDIRECT
        header = settings.SECURE_PROXY_SSL_HEADER
        self.is_proxied = (
            (lambda environ: environ.get(header[0]) == header[1]) if header else lambda environ: False
        )
        self.clean = self._clean_environ()

    def __call__(self, environ, start_response):
        if not self.watch.is_running and self.is_server:
            self._start()
        path = environ.get("PATH_INFO", "")
        query = canonical(path, environ.get("QUERY_STRING", ""))
        if query is None or environ.get("SCRIPT_NAME"):
            return self.application(environ, start_response)
        environ["QUERY_STRING"] = query
        if not self.is_on or not self._may_answer(environ):
            return self.application(environ, start_response)
        key = f"{path}?{query}" if query else path
        page = self._fresh(key, path)
        if page is not None:
            return self._send(page, environ, start_response)
        return self._find(key, path, environ, start_response)

    def at_hand(self, environ):
        """Return headers and body of a page that can be answered at once, or None; for tilbud/web/worker.py."""
        if "HTTP_X_FORWARDED_PROTO" in environ and not self._is_secure(environ):
            # What gunicorn makes of it depends on who sends it.
            return None
        path = environ["PATH_INFO"]
        query = canonical(path, environ["QUERY_STRING"])
        if query is None or not self.is_on or not self.watch.is_running or not self._may_answer(environ):
            return None
        page = self._fresh(f"{path}?{query}" if query else path, path)
        return page and self._coded(page, environ, self.memory)

    def _fresh(self, key, path):
        """Return a page that is in memory as it is now, or None."""
        page = self.memory.get(key)
        if page is not None and page.mark == self.mark(path) and self.watch.is_up:
            return page
        return None

    def _start(self):
        self.watch.start()
        if self.ahead and self.is_on and settings.SNAPSHOT_AHEAD:
            self.ahead.start()

    def _may_answer(self, environ):
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not is_own_host(environ.get("HTTP_HOST", "")):
            return False
        return self._is_secure(environ) or not self.redirects

    def _is_secure(self, environ):
        return environ["wsgi.url_scheme"] == "https" or self.is_proxied(environ)

    @property
    def state(self):
        """The directory and the program that shows it; what is kept of another state is not shown as this one."""
        return f"{self.watch.stamp}/{self.build}"

    def mark(self, path):
        return f"{self.state} {self.watch.minute if path in BY_THE_MINUTE else self.watch.day}"

    def _find(self, key, path, environ, start_response):
        """Answer with a page that is not in memory as it is now: from the disk, newly made, or an old copy."""
        if self.watch.is_up:
            with self.locks[hash(key) % len(self.locks)]:
                page, answer = self.memory.get(key), None
                if page is None or page.mark != self.mark(path):
                    page, answer = self.fetch_or_make(key)
            if page:
                return self._send(page, environ, start_response)
            if answer:
                return self._pass_on(answer, environ, start_response)
        page = self._last(key)
        if page is None:
            return self.application(environ, start_response)
        copy = self.copies.get(key)
        if copy is None or copy.made_at != page.made_at:
            copy = as_copy(page)
            self.copies.put(copy)
        return self._send(copy, environ, start_response, kept=self.copies)

    def _last(self, key):
        """Return the newest page there is under `key`; another process may have put a newer one on the disk."""
        found = [page for page in (self.memory.get(key), self.disk.get(key)) if page]
        return max(found, key=lambda page: page.made_at, default=None)

    def fetch_or_make(self, key, keep=False):
        """Return (page, None), or (None, the answer that is no page to keep); (None, None) without a database."""
        path, _question, query = key.partition("?")
        mark = self.mark(path)
        page = self.disk.get(key)
        if page is None or page.mark != mark:
            status, headers, body, is_gone = self._ask(path, query)
            if is_gone:
                return None, None
            if not self._is_to_keep(status, headers, body) or not self._is_still(mark):
                return None, (status, headers, body)
            page = Page.made(key, mark, headers, body)
            if keep:
                self.disk.put(page)
        self.memory.put(page)
        return page, None

    def _is_to_keep(self, status, headers, body):
        names = {name for name, value in headers}
        return status.startswith("200 ") and "Set-Cookie" not in names and COMPLAINS not in body

    def _is_still(self, mark):
        """Whether nothing was changed while the page was made: its parts might be of two versions."""
        stamp = database.stamp_now()
        return stamp is not None and mark.startswith(f"{stamp}/")

    def _ask(self, path, query):
        """Ask Django for a page as nobody in particular."""
        environ = {**self.clean, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
        started = []
        answer = self.application(
            environ, lambda status, headers, exc_info=None: started.append((status, headers))
        )
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = started[-1]
        return status, headers, body, environ.get(database.IS_GONE, False)

    def _clean_environ(self):
        host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
        header = settings.SECURE_PROXY_SSL_HEADER
        is_secure = settings.IS_PRODUCTION
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "HTTP_HOST": host,
            "SERVER_NAME": host,
            "SERVER_PORT": "443" if is_secure else "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if is_secure else "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **({header[0]: header[1]} if header and is_secure else {}),
        }

    def _send(self, page, environ, start_response, kept=None):
        headers, body = self._coded(page, environ, kept or self.memory)
        return self._pass_on(("200 OK", headers, body), environ, start_response)

    def _coded(self, page, environ, kept):
        """Return headers and body, compressed for whoever reads that."""
        if reads_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            return page.zipped_headers, page.body
        is_new = page.plain is None
        headers, body = page.unzipped()
        if is_new:
            # It takes more room now.
            kept.put(page)
        return headers, body

    def _pass_on(self, answer, environ, start_response):
        status, headers, body = answer
        start_response(status, list(self.headers_for(headers, environ)))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def headers_for(self, headers, environ):
        return headers if self._is_secure(environ) else [header for header in headers if header[0] != HSTS]

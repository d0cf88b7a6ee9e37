"""gunicorn's worker with a short way for pages of the snapshot, which need neither its parser nor its threads.

Only a whole, plain request is taken that way; whatever is the least unusual goes the long way, where gunicorn
and Django judge it.
"""

import re
from functools import lru_cache
from socket import MSG_DONTWAIT, MSG_PEEK

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

LARGEST = 8000
# One request without a body and nothing after it.
PLAIN = re.compile(rb"(GET|HEAD) (/[\w./-]*)(?:\?([!$-~]*))? HTTP/1\.1\r\n((?:[\w-]+:[\t -~]*\r\n)+)\r\n")
# What only says who asks and what for. A header that is not here may change how the request is to be read.
HARMLESS = set(
    "user-agent accept accept-language cookie referer dnt priority cache-control pragma sec-fetch-dest "
    "sec-fetch-mode sec-fetch-site sec-fetch-user sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-gpc "
    "upgrade-insecure-requests x-forwarded-for x-real-ip if-none-match if-modified-since".split()
)
READ = {
    "host": "HTTP_HOST",
    "accept-encoding": "HTTP_ACCEPT_ENCODING",
    "x-forwarded-proto": "HTTP_X_FORWARDED_PROTO",
}


def environ_of(data):
    """Return what the snapshot must know of a request, or None when it is not plain."""
    match = PLAIN.fullmatch(data)
    if match is None:
        return None
    method, path, query, lines = (part.decode("latin-1") for part in match.groups(b""))
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
    for line in lines[:-2].split("\r\n"):
        name, _colon, value = line.partition(":")
        name, value = name.lower(), value.strip(" \t")
        if key := READ.get(name):
            if key in environ:
                return None
            environ[key] = value
        elif name not in HARMLESS and (name != "connection" or value.lower() != "keep-alive"):
            return None
    return environ if "HTTP_HOST" in environ else None


@lru_cache(2000)
def head_of(headers):
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


class SnapshotWorker(ThreadWorker):
    """Answers what is at hand while it still listens to all, and hands the rest to its threads as before."""

    def on_client_socket_readable(self, conn, client):
        answer = self._at_hand(conn) if self.alive else None
        if answer is None:
            super().on_client_socket_readable(conn, client)
            return
        sent = 0
        try:
            sent = client.send(answer, MSG_DONTWAIT)
        except OSError:
            # Full, or gone: a thread finds out which.
            pass
        self.keepalived_conns.remove(conn)
        if sent == len(answer):
            conn.set_timeout()
            self.keepalived_conns.append(conn)
            return
        self.poller.unregister(client)
        rest = self.tpool.submit(self._send_rest, conn, answer[sent:])
        rest.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def _send_rest(self, conn, rest):
        try:
            conn.sock.setblocking(True)
            conn.sock.sendall(rest)
        except OSError:
            return False
        return True

    def _at_hand(self, conn):
        """Return a whole answer to what a connection asks, or None; only then is the question still unread."""
        find = getattr(self.wsgi, "at_hand", None)
        if find is None or self.cfg.is_ssl or conn.is_http2 or conn.parser.unreader.buf.getvalue():
            return None
        try:
            data = conn.sock.recv(LARGEST, MSG_PEEK | MSG_DONTWAIT)
        except OSError:
            return None
        environ = environ_of(data)
        found = environ and find(environ)
        if not found:
            return None
        conn.sock.recv(len(data))
        headers, body = found
        head = head_of(tuple(self.wsgi.headers_for(headers, environ)))
        start = f"HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: {util.http_date()}\r\nConnection: keep-alive\r\n"
        return b"".join((start.encode(), head, b"\r\n", b"" if environ["REQUEST_METHOD"] == "HEAD" else body))

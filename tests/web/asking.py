"""Asking a WSGI application as a server does, without one."""

import gzip
import io

from django.core.handlers.wsgi import WSGIHandler

from tilbud.pages.ahead import addresses
from tilbud.web.snapshot import Snapshot


def make_snapshot(watch, **options):
    """The snapshot as in tilbud/wsgi.py, but without threads: a test looks at the database itself."""
    watch.look()
    return Snapshot(options.pop("application", WSGIHandler()), watch=watch, is_server=False, **options)


def make_ahead(watch, keys=None, on_new_state=lambda disk: None):
    return make_snapshot(watch, addresses=(lambda: keys) if keys else addresses, on_new_state=on_new_state).ahead


def ask(application, address, method="GET", body=b"", **environ):
    """Return status, headers and body (without compression) of an answer."""
    path, _question, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
        **environ,
    }
    started = []
    answer = application(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = started[-1]
    headers = dict(headers)
    if headers.get("Content-Encoding") == "gzip" and content:
        content = gzip.decompress(content)
    return int(status[:3]), headers, content

"""What gunicorn itself says and writes of a request that never gets as far as Django."""

from django.conf import settings
from django.template.loader import render_to_string
from gunicorn import util

from tilbud.web.headers import HEADERS, NO_STORE
from tilbud.web.logs import QuietFormatter


def answer_quietly(worker):
    """Make a worker of gunicorn write no visitor's address or words, and answer as the rest of the site does."""
    for handler in worker.log.error_log.handlers:
        handler.setFormatter(QuietFormatter())
    # gunicorn has no setting for it. Its own page quotes the request and has no headers.
    util.write_error = write_error


def write_error(sock, status, reason, message):
    body = render_to_string("400.html" if status < 500 else "500.html").encode()
    headers = HEADERS | {"Cache-Control": NO_STORE}
    if settings.SECURE_HSTS_SECONDS:
        headers |= {
            "Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        }
    headers |= {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": len(body),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    util.write_nonblock(sock, "\r\n".join([*lines, "", ""]).encode("latin-1") + body)

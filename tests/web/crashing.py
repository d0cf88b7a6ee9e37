"""The site with faults put in, for test_canary: what it raises has the visitor's words in it."""

import os
from urllib.parse import unquote

from tilbud import wsgi

site = wsgi.application

# Views cannot be read before the site is set up.
from tilbud.pages.front import About, UrgentHelp  # noqa: E402


def fail(view, **kwargs):
    words = f"{view.request.get_full_path()} {view.request.META}"
    try:
        raise ValueError(words)
    except ValueError as error:
        raise RuntimeError(f"Feilet for {words}") from error


def die(view, **kwargs):
    os.abort()


About.get_context_data = fail
UrgentHelp.get_context_data = die


def application(environ, start_response):
    words = unquote(f"{environ['PATH_INFO']} {environ['QUERY_STRING']}")
    if words.startswith("/utenfor/"):
        raise RuntimeError(words)
    if words.startswith("/midt-i/"):
        return half_an_answer(start_response, words)
    return site(environ, start_response)


def half_an_answer(start_response, words):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"halvt"
    raise RuntimeError(words)

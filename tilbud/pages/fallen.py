"""What is answered when the database is gone, or nothing may be written: help, old results, and the typed text."""

import re
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import server_error

from tilbud.finder.search.copy import search_copy
from tilbud.web import database
from tilbud.web.refusals import is_at_desk
from tilbud.web.snapshot.copy import age_line

SAFE = {"GET", "HEAD", "OPTIONS"}
SEARCHES = ["offer-list", "professional-list", "professional-csv"]
# Seconds after which it is worth to try again: the time in which a recovery is noticed.
RETRY = "5"
# Never shown back.
SECRETS = re.compile("password|passord|token|otp|kode", re.IGNORECASE)
CSRF = "csrfmiddlewaretoken"
# What the form holds for our sake: nobody typed it.
UNSEEN = re.compile(rf"{CSRF}|stamp|.+-seen")


class Fallen:
    """Middleware: answers at once when the database is known to be gone, and lets nobody write in read-only."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_health = request.path == reverse("health")
        if database.watch.is_up is False and not is_health:
            return without_database(request)
        if database.is_read_only() and request.method not in SAFE and not is_search(request):
            return with_text_kept(request, is_read_only=True)
        is_desk = is_at_desk(request)
        try:
            database.prepare(database.DESK_PATIENCE if is_desk else database.PATIENCE)
        except (DatabaseError, InterfaceError):
            return without_database(request)
        return self.get_response(request)


def failed(request):
    """Answer a request that ended in an exception (`handler500`); one of the database's is no fault of a page."""
    error = sys.exc_info()[1]
    if is_refused_write(error):
        return with_text_kept(request, is_read_only=True)
    if database.is_gone(error):
        return without_database(request)
    return server_error(request)


def is_refused_write(error):
    """Whether the database refused to write because the switch is on."""
    texts = ("readonly database", "read-only transaction")
    return database.is_read_only() and any(text in str(error) for text in texts)


def is_search(request):
    return request.method == "POST" and request.path in {reverse(name) for name in SEARCHES}


def without_database(request):
    request.META[database.IS_GONE] = True
    if is_search(request):
        if found := search_copy(settings.SNAPSHOT_DIR, str(posted(request).get("q", ""))):
            return render(None, "offers/copy.html", found | {"age_line": age_line(found["made_at"])})
    elif request.method not in SAFE or is_at_desk(request):
        return with_text_kept(request)
    return _unavailable("503.html", {})


def with_text_kept(request, is_read_only=False):
    """Say why nothing was saved, and hold what was typed, ready to be sent again."""
    typed = posted(request)
    fields = [
        (name, value)
        for name, values in (typed.lists() if typed else [])
        for value in values
        if name == CSRF or not SECRETS.search(name)
    ]
    shown = [f"{name}: {value}" for name, value in fields if value.strip() and not UNSEEN.fullmatch(name)]
    context = {"fields": fields, "text": "\n".join(shown), "address": request.get_full_path()}
    return _unavailable(
        "503_text.html",
        context
        | {
            "is_read_only": is_read_only,
            "is_desk": is_at_desk(request),
            "has_files": bool(typed) and bool(request.FILES),
        },
    )


def posted(request):
    """Return what was posted, or nothing when it cannot be read."""
    try:
        return request.POST
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, OSError):
        return {}


def _unavailable(template, context):
    # Without the request: a context processor would ask the database who is logged in.
    response = render(None, template, context, status=503)
    response["Retry-After"] = RETRY
    # The fall has its own line in the log; one for every visitor as well would fill the disk.
    response._has_been_logged = database.watch.is_up is False
    return response

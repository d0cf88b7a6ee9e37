import logging
from time import perf_counter

from django.conf import settings
from django.urls import Resolver404, resolve

logger = logging.getLogger(__name__)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def logged(application):
    """Return `application` with an access log around all of it, or as it is where ACCESS_LOG is off."""
    return AccessLog(application) if settings.ACCESS_LOG else application


class AccessLog:
    """What the site is asked for, never by whom or about what: method, route, status and duration.

    The route is the page's name in urls.py. A record holds nothing else, so no format can write more.
    """

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        begun = perf_counter()
        # The visitor chooses the method: it may be any word.
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "-"
        route = name_of(environ.get("PATH_INFO", ""))

        def start(status, headers, exc_info=None):
            duration = round((perf_counter() - begun) * 1000)
            logger.info("%s %s %s %d ms", method, route, status[:3], duration)
            return start_response(status, headers, exc_info)

        return self.application(environ, start)


def name_of(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return "-"

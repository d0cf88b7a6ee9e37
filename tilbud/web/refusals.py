"""What is refused before any page sees it, and pages for the refusals Django makes without one."""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters

# A search is a few words; an editor's largest form is some 600 fields, or a spreadsheet.
LARGEST_FORM = 100_000
LARGEST_FORM_AT_DESK = 11_000_000


class OnlyUtf8:
    """Let no form name another encoding. Around the whole application, for no middleware is early enough.

    Django reads a form and its address with any codec of Python's that is named, `hex` and `undefined` among them,
    and breaks while it makes the request. With this one it refuses the form.
    """

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        if parameters.get("charset", "utf-8").lower() != "utf-8":
            environ["CONTENT_TYPE"] = f"{kind}; charset=latin-1"
        return self.application(environ, start_response)


class Refusals:
    """Refuse forms nobody can read, before any page: too large, torn off, of too many fields, in no known shape.

    Left to Django, the page that says so reads the form again to look for the token, breaks, and is a 500.
    Cookies are for the desk: no public page reads one, and so none is set anew because the old one was bad.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_at_desk(request):
            request.COOKIES = {}
        if is_too_large(request):
            # Not read at all: Django would put an uploaded file of any size on the disk.
            return render(None, "413.html", status=413)
        try:
            request.POST.keys()
        except UnreadablePostError:
            # Whoever sends stopped in the middle, and the server has waited long enough.
            return render(None, "400.html", status=408)
        except (BadRequest, SuspiciousOperation, MultiPartParserError):
            return render(None, "400.html", status=400)
        response = self.get_response(request)
        if response.status_code == 405:
            # Whoever made it, it has no words.
            return HttpResponseNotAllowed([response.get("Allow", "GET, HEAD")], render_to_string("405.html"))
        return response


def is_at_desk(request):
    """Whether a request is for the desk."""
    return request.path_info.startswith("/admin/")


def is_too_large(request):
    length = request.META.get("CONTENT_LENGTH") or ""
    largest = LARGEST_FORM_AT_DESK if is_at_desk(request) else LARGEST_FORM
    return length.isascii() and length.isdigit() and int(length[:20]) > largest

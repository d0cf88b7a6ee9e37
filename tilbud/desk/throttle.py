"""What slows down whoever guesses passwords: from which address they come, and the page they get."""

from ipaddress import ip_address, ip_network
from math import ceil

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _


def client_address(request):
    """Return who asks; None when the server does not say. Of an IPv6 address, the part that is a household's."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # Our proxy adds the last; what stands before it, the visitor may have written.
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or told
    try:
        address = ip_address(told)
    except ValueError:
        return None
    if address.version == 6:
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False).network_address)
    return str(address)


def is_shut(request, user):
    """Whether this user has failed too often from this address; if so, the throttle answers the request."""
    credentials = {"username": user.get_username()}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out, request.axes_credentials = True, credentials
    return True


def count_failure(request, user):
    """Count a wrong code as a wrong password is counted."""
    AxesProxyHandler.user_login_failed(__name__, {"username": user.get_username()}, request)


def locked_out(request, original_response=None, credentials=None):
    """Say when to try again; the same for names there are and names there are not."""
    name = (credentials or {}).get("username")
    failures = AccessAttempt.objects.filter(username=name, ip_address=client_address(request))
    last = failures.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    opens = last + settings.AXES_COOLOFF_TIME
    seconds = max(1, ceil((opens - timezone.now()).total_seconds()))
    context = admin.site.each_context(request) | {
        "title": _("For mange forsøk"),
        "opens": timezone.localtime(opens),
        "minutes": ceil(seconds / 60),
    }
    response = render(request, "desk/login_locked.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response

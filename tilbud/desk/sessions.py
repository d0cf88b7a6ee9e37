"""A session ends after half an hour without use; what was typed meanwhile comes through."""

import time
from functools import update_wrapper
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as refuse

from tilbud.web.database import is_read_only
from tilbud.web.refusals import is_at_desk

# Seconds between two times it is written that a session is in use.
PRECISION = 60


class StaysWhileUsed:
    """Middleware: a session at the desk ends when it has not been used for SESSION_COOKIE_AGE seconds."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Only here: to look for a session is enough to make an answer depend on a cookie.
        if is_at_desk(request) and SESSION_KEY in request.session and not is_read_only():
            if time.time() - request.session.get("used_at", 0) > PRECISION:
                request.session["used_at"] = int(time.time())
        return self.get_response(request)


class TwoFactorSite(admin.AdminSite):
    """An admin that lets nobody in without a second factor, and loses nothing that is sent to it."""

    def has_permission(self, request):
        return super().has_permission(request) and getattr(request.user, "otp_device", None) is not None

    def login(self, request, extra_context=None):
        """Lead to our own login, and from there back to where the request was going."""
        to = request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
        return redirect(
            f"{reverse('two_factor:login')}?{urlencode({'next': to})}" if is_ours else "two_factor:login"
        )

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        def keep_text(request, *args, **kwargs):
            is_logout = request.path == reverse("admin:logout", current_app=self.name)
            if request.method == "POST" and not is_logout and not self.has_permission(request):
                return send_again(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(keep_text, inner)


def csrf_failure(request, reason=""):
    """Let whoever has logged in again send the form again; refuse what comes from anywhere but our own pages."""
    if is_at_desk(request) and comes_from_us(request) and admin.site.has_permission(request):
        return send_again(request)
    return refuse(request, reason)


def comes_from_us(request):
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        sender = urlsplit(told)
    except ValueError:
        return False
    return (sender.scheme, sender.netloc) == (request.scheme, request.get_host())


def send_again(request):
    """Show a form that holds everything that was posted; nothing of it is stored."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    context = admin.site.each_context(request) | {
        "title": _("Send på nytt") if admin.site.has_permission(request) else _("Du er logget ut"),
        "fields": fields,
        "has_files": bool(request.FILES),
        "has_passwords": any("password" in name for name in request.POST),
        "address": request.get_full_path(),
        "login_address": resolve_url(settings.LOGIN_URL),
    }
    return render(request, "desk/logged_out.html", context, status=403)


def end_sessions(user):
    """Log somebody out everywhere."""
    for session in Session.objects.filter(expire_date__gt=now()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()

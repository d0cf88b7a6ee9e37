"""Logging in with two factors, all of it under /admin/ so that no public page is sent a cookie."""

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django_otp.decorators import otp_required
from django_otp.plugins.otp_static.models import StaticToken
from two_factor.forms import AuthenticationTokenForm, BackupTokenForm
from two_factor.utils import default_device
from two_factor.views import BackupTokensView, DisableView, LoginView, ProfileView, QRGeneratorView, SetupView

from tilbud.desk.throttle import count_failure, is_shut

CODES = 10


class DeskPage:
    """A page in the frame of the desk, though its reader may not be let in yet."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | admin.site.each_context(self.request) | {"title": self.title}


class Login(DeskPage, LoginView):
    """Name and password, then a code from the app or a recovery code."""

    title = _("Logg inn")
    form_list = [
        (LoginView.AUTH_STEP, AdminAuthenticationForm),
        (LoginView.TOKEN_STEP, AuthenticationTokenForm),
        (LoginView.BACKUP_STEP, BackupTokenForm),
    ]

    def dispatch(self, request, *args, **kwargs):
        if admin.site.has_permission(request):
            return redirect(self.get_success_url())
        if request.user.is_active and request.user.is_staff and not default_device(request.user):
            return redirect("two_factor:setup")
        return super().dispatch(request, *args, **kwargs)

    def post(self, *args, **kwargs):
        # There is only one app to ask; the library breaks when somebody asks for another.
        if "challenge_device" in self.request.POST:
            return redirect("two_factor:login")
        step, user = self.request.POST.get(f"{self.prefix}-current_step"), self.get_user()
        is_code = step != self.AUTH_STEP and "wizard_goto_step" not in self.request.POST
        if user and is_code and is_shut(self.request, user):
            # The throttle's middleware puts its page here.
            return HttpResponse(status=429)
        return super().post(*args, **kwargs)

    def render(self, form=None, **kwargs):
        if form and form.has_error(NON_FIELD_ERRORS, "invalid_token"):
            count_failure(self.request, self.get_user())
        return super().render(form, **kwargs)


class Setup(DeskPage, SetupView):
    """The first login: an app is tied to the account, and recovery codes are made."""

    title = _("Innlogging i to trinn")

    def dispatch(self, request, *args, **kwargs):
        # Whoever knows only the password must not add an app of their own.
        if request.user.is_authenticated and default_device(request.user):
            return redirect("two_factor:profile")
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        return reverse("two_factor:backup_tokens")

    def done(self, form_list, **kwargs):
        response = super().done(form_list, **kwargs)
        make_codes(self.request.user)
        # What the session may do has changed, so it gets another key.
        self.request.session.cycle_key()
        return response


def make_codes(user):
    """Give a user new recovery codes in place of the old."""
    device, _is_new = user.staticdevice_set.get_or_create(defaults={"name": "backup"})
    device.token_set.all().delete()
    device.token_set.bulk_create(
        StaticToken(device=device, token=StaticToken.random_token()) for _number in range(CODES)
    )


class RecoveryCodes(DeskPage, BackupTokensView):
    title = _("Reservekoder")

    def get_device(self):
        # The library makes one, though the page has only been asked for.
        return self.request.user.staticdevice_set.first()

    def form_valid(self, form):
        make_codes(self.request.user)
        return redirect(self.success_url)


@method_decorator(otp_required, name="dispatch")
class Profile(DeskPage, ProfileView):
    title = _("Innlogging i to trinn")


class NewApp(DeskPage, DisableView):
    """Gives up the app one has; the next page sets up another."""

    title = _("Bytt telefon eller app")
    success_url = reverse_lazy("two_factor:setup")


urls = (
    [
        path("", Login.as_view(), name="login"),
        path("oppsett/", Setup.as_view(), name="setup"),
        path("oppsett/qr.svg", QRGeneratorView.as_view(), name="qr"),
        path("reservekoder/", RecoveryCodes.as_view(), name="backup_tokens"),
        path("konto/", Profile.as_view(), name="profile"),
        path("bytt/", NewApp.as_view(), name="disable"),
        path("ut/", LogoutView.as_view(next_page="two_factor:login"), name="logout"),
    ],
    "two_factor",
)

"""The page where an editor checks one entry: read out what stands, confirm it, or say what came of it."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tilbud.desk import checking
from tilbud.desk.base import FrozenAdmin
from tilbud.entries import KINDS, Broken, Stale, current_number
from tilbud.entries.saving import name_of
from tilbud.models import Assignment, Check, Draft, EntryKinds, Skip
from tilbud.models.due import oldest_good_check

SKIP_DAYS = 30
LATEST = 20
TYPED_BEFORE = "check"
STALE = _(
    "Noen har lagret oppføringen etter at du åpnet den. Ingenting er ført. Se over opplysningene slik de står nå, "
    "og trykk på nytt. Det du skrev, står under."
)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class CheckForm(forms.ModelForm):
    """When, how and who answered: the same for every fact confirmed in one call."""

    class Meta:
        model = Check
        fields = ["done_on", "method", "answered_by", "note"]
        widgets = {"done_on": DateInput()}

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Datoen kan ikke være i framtiden."))
        if day < oldest_good_check():
            raise ValidationError(_("Så gammel er en kontroll forfalt allerede. Se om datoen er rett skrevet."))
        return day


class SkipForm(forms.ModelForm):
    """Why an entry is put off, and until when."""

    class Meta:
        model = Skip
        fields = ["reason", "until"]
        widgets = {"until": DateInput()}

    def clean_until(self):
        day = self.cleaned_data["until"]
        if not timezone.localdate() < day <= timezone.localdate() + timedelta(days=366):
            raise ValidationError(_("Velg en dag etter i dag, høyst ett år fram."))
        return day


def find_entry(kind, pk):
    """Return the institution or offer, with what names it; raises Http404."""
    if kind not in (EntryKinds.INSTITUTION, EntryKinds.OFFER):
        raise Http404
    related = [field.name for field in KINDS[kind].model._meta.fields if field.is_relation]
    return get_object_or_404(KINDS[kind].model.objects.select_related(*related), pk=pk)


def demand(request, *permissions):
    if not request.user.has_perms([f"tilbud.{name}" for name in permissions]):
        raise PermissionDenied


def check_form(request, kind, entry):
    """The form as sent, or with what was typed at the last fact of the same entry."""
    check = Check(**{kind: entry}, author=request.user, author_name=name_of(request.user))
    if request.method == "POST":
        return CheckForm(request.POST, instance=check, prefix="check")
    before = request.session.get(TYPED_BEFORE, {})
    if before.get("of") != [kind, entry.pk]:
        before = {"method": before.get("method", "called")}
    return CheckForm(initial=before, instance=check, prefix="check")


def version_in(request):
    """The version the page was shown on; one that no entry has when the form does not say it."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


@require_http_methods(["GET", "HEAD", "POST"])
def check(request, kind, pk):
    """Show what stands about an entry; record what came of a check."""
    demand(request, "view_check")
    entry = find_entry(kind, pk)
    form = check_form(request, kind, entry)
    if request.method == "POST":
        demand(request, "add_check", f"change_{kind}")
        if form.is_valid():
            return attempt(request, kind, entry, form, lambda: _record(request, kind, entry, form))
    return check_page(request, kind, entry, form)


def attempt(request, kind, entry, form, action):
    """Do it; if somebody was first, or it cannot be, show the page anew with what was typed."""
    try:
        return action()
    except Stale:
        messages.error(request, STALE)
    except Broken as error:
        for problem in error.problems:
            messages.error(request, problem)
    return check_page(request, kind, find_entry(kind, entry.pk), form)


def _record(request, kind, entry, form):
    """Record what the button pressed says, and lead on."""
    version, event, pressed = version_in(request), form.instance, request.POST.get("result")
    if pressed == "changed":
        checking.note_changed(kind, entry, version, event)
        messages.info(request, _("Kontrollen er ført. Rett opplysningene her, og bekreft resten etterpå."))
        return redirect(f"admin:tilbud_{kind}_change", entry.pk)
    if pressed == "unreachable":
        checking.note_unreachable(kind, entry, version, event)
        messages.success(request, _("Ført: fikk ikke svar. Oppføringen kommer tilbake i køen om noen dager."))
        return redirect("admin:check", kind, entry.pk)
    claims = checking.claims_of(kind, entry)
    if pressed != "confirmed":
        claims = [claim for claim in claims if claim.code == request.POST.get("confirm")]
    if not claims:
        messages.error(request, _("Opplysningen står her ikke lenger. Ingenting er ført."))
        return check_page(request, kind, entry, form)
    checking.confirm(kind, entry, version, event, claims)
    said = ngettext(
        "Ført: %(number)s opplysning bekreftet.", "Ført: %(number)s opplysninger bekreftet.", len(claims)
    )
    messages.success(request, said % {"number": len(claims)})
    typed = {name: str(form.cleaned_data[name]) for name in ("done_on", "method", "answered_by")}
    request.session[TYPED_BEFORE] = typed | {"of": [kind, entry.pk]}
    return redirect("admin:check", kind, entry.pk)


def check_page(request, kind, entry, form, skip_form=None):
    """One page for one entry: its facts with a button each, how it was asked, and earlier checks."""
    checks = Check.objects.filter(**{kind: entry})
    holder = Assignment.objects.filter(**{kind: entry}).select_related("assigned_to").first()
    until = timezone.localdate() + timedelta(days=SKIP_DAYS)
    context = {
        **admin.site.each_context(request),
        "title": _("Kontroll: %(entry)s") % {"entry": entry},
        "kind": kind,
        "entry": entry,
        "claims": checking.claims_of(kind, entry),
        "version": current_number(kind, entry.pk),
        "form": form,
        "skip_form": skip_form or SkipForm(initial={"until": until}, prefix="skip"),
        "is_skip_open": skip_form is not None,
        "may_check": request.user.has_perms(["tilbud.add_check", f"tilbud.change_{kind}"]),
        "is_closed": not KINDS[kind].model.objects.not_closed().filter(pk=entry.pk).exists(),
        "is_overdue": KINDS[kind].model.objects.overdue().filter(pk=entry.pk).exists(),
        "holder": holder,
        "is_mine": holder is not None and holder.assigned_to_id == request.user.pk,
        "skip": Skip.objects.filter(**{kind: entry}, until__gt=timezone.localdate()).first(),
        "drafts": Draft.objects.open().filter(kind=kind, object_id=entry.pk),
        "checks": checks[:LATEST],
        "all_checks": f"{reverse('admin:tilbud_check_changelist')}?{kind}__id__exact={entry.pk}",
    }
    return render(request, "desk/check.html", context)


@admin.register(Check)
class CheckAdmin(FrozenAdmin):
    """Every check there has been."""

    list_display = ["done_on", "entry", "result", "method", "answered_by", "author_name", "what", "note"]
    list_display_links = ["done_on"]
    list_filter = ["result", "method", "done_on"]
    list_select_related = ["institution", "offer__institution"]
    search_fields = ["institution__name", "offer__title", "offer__institution__name", "author_name", "note"]
    search_help_text = _("Søk i navn, tittel, hvem som kontrollerte, og merknad.")

    @admin.display(description=_("oppføring"))
    def entry(self, check):
        return check.entry


def urls(site):
    return [path("kontroll/<slug:kind>/<int:pk>/", site.admin_view(check), name="check")]

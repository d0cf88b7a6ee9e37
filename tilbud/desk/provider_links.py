"""Links with which a provider answers for its own entry: made, sent, taken back; what an answer is as a check."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tilbud.desk.checking import OWN_ROW
from tilbud.desk.inbox import key_of
from tilbud.entries import changes_between
from tilbud.entries.saving import name_of
from tilbud.entries.slips import is_personal_email
from tilbud.models import Check, EntryKinds, Institution, Offer, ProviderLink
from tilbud.models.source import CheckMethods
from tilbud.pages.provider import new_token

# Days a link is good for, unless the editor says another number.
DAYS, MOST_DAYS = 14, 60


def urls(site):
    return [path("tilbyder/<int:pk>/", site.admin_view(provider_links), name="provider-links")]


class LinkForm(forms.Form):
    """How the provider is to have the link, and for how long."""

    use_required_attribute = False

    days = forms.IntegerField(
        label=gettext_lazy("Hvor mange dager lenken gjelder"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=DAYS,
        error_messages={
            "required": gettext_lazy("Skriv antall dager."),
            "invalid": gettext_lazy("Skriv antall dager med siffer."),
        },
    )
    address = forms.EmailField(
        label=gettext_lazy("Send til enhetens postkasse"),
        required=False,
        help_text=gettext_lazy("La feltet stå tomt for å kopiere lenken og gi den på en annen måte."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "vTextField"}),
    )
    is_units = forms.BooleanField(
        label=gettext_lazy("Adressen er enhetens postkasse, ikke en persons"), required=False
    )

    def clean(self):
        said = super().clean()
        address = said.get("address")
        if address and is_personal_email(address) and not said["is_units"]:
            self.add_error(
                "address",
                _("Dette ser ut som adressen til en person. Bruk enhetens postkasse, eller hak av under."),
            )
        return said


@require_http_methods(["GET", "HEAD", "POST"])
def provider_links(request, pk):
    if not request.user.has_perm("tilbud.view_providerlink"):
        raise PermissionDenied
    institution = get_object_or_404(Institution, pk=key_of(str(pk)))
    form, shown = LinkForm(), ""
    if request.method == "POST":
        if not request.user.has_perm("tilbud.add_providerlink"):
            raise PermissionDenied
        if "revoke" in request.POST:
            revoke(request, institution)
            return HttpResponseRedirect(request.path)
        form = LinkForm(request.POST)
        if form.is_valid():
            shown = make_link(request, institution, **form.cleaned_data)
            if not shown:
                return HttpResponseRedirect(request.path)
            form = LinkForm()
    context = {
        **admin.site.each_context(request),
        "title": _("Lenker til tilbyderen"),
        "institution": institution,
        "form": form,
        "shown": shown,
        "links": [(link, state_of(link)) for link in institution.provider_links.prefetch_related("drafts")],
        "may_add": request.user.has_perm("tilbud.add_providerlink"),
        "sends_nothing": settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
    }
    return TemplateResponse(request, "desk/provider_links.html", context)


def make_link(request, institution, days, address, is_units):
    """Make a link and send it. Returns its address when the editor must hand it over instead."""
    token, nonce = new_token()
    link = ProviderLink.objects.create(
        institution=institution,
        address=address,
        nonce=nonce,
        expires_at=timezone.now() + timedelta(days=days),
        author=request.user,
        author_name=name_of(request.user),
    )
    url = request.build_absolute_uri(reverse("provider", args=[token]))
    if not address:
        return url
    try:
        send(link, url)
    except OSError:
        ProviderLink.objects.filter(pk=link.pk).update(address="")
        messages.error(request, _("E-posten kunne ikke sendes. Kopier lenken, og gi den på en annen måte."))
        return url
    messages.success(request, _("Lenken er sendt til %(address)s.") % {"address": address})
    return ""


def send(link, url):
    name = " ".join(link.institution.name.split())
    send_mail(
        _("Stemmer det vi skriver om %(name)s?") % {"name": name},
        render_to_string("desk/provider_mail.txt", {"name": name, "url": url, "until": link.expires_at}),
        settings.DEFAULT_FROM_EMAIL,
        [link.address],
    )


def revoke(request, institution):
    links = institution.provider_links.usable().filter(pk=key_of(request.POST["revoke"]))
    if links.update(revoked_at=timezone.now()):
        messages.success(request, _("Lenken er trukket tilbake og virker ikke lenger."))
    else:
        messages.error(request, _("Ikke gjort: lenken er allerede brukt, utløpt eller trukket tilbake."))


def state_of(link):
    """What has become of a link, in words, and whether it still opens the form."""
    if link.answered_at:
        return _("besvart av %(role)s") % {"role": link.answered_by}, False
    if link.revoked_at:
        return _("trukket tilbake"), False
    if link.expires_at <= timezone.now():
        return _("utløpt"), False
    return _("venter på svar"), True


def _rows(document):
    """The rows of an entry by (list, key), first its own."""
    listed = {(name, row["id"]): row for name, rows in document["rows"].items() for row in rows}
    return {OWN_ROW: {"is_current": True} | document["fields"], **listed}


def record_provider_check(draft, user):
    """Note the check a published answer of a provider is: what it confirmed or put right, and who answered."""
    link = draft.provider_links.first()
    before, after = _rows(draft.base), _rows(draft.document)
    facts = [
        list(key)
        for key, row in after.items()
        if row["checked_on"] and row["is_current"] and row != before.get(key)
    ]
    dates = ("checked_on", "check_method", "missed_checks", "is_doubtful", "doubt")
    changes = [c for c in changes_between(draft.kind, draft.base, draft.document) if c.path[2] not in dates]
    result = Check.Results.CHANGED if changes else Check.Results.CONFIRMED
    was, now = draft.base["fields"].get("status"), draft.document["fields"].get("status")
    if now == Offer.Statuses.CLOSED != was:
        result = Check.Results.CEASED
    return Check.objects.create(
        **{"institution_id" if draft.kind == EntryKinds.INSTITUTION else "offer_id": draft.object_id},
        facts=facts,
        what="; ".join(dict.fromkeys(change.label for change in changes))[:500],
        done_on=timezone.localdate(draft.created_at),
        method=CheckMethods.EMAIL,
        answered_by=link.answered_by if link else "",
        result=result,
        note=draft.reason,
        author=user,
        author_name=name_of(user),
    )

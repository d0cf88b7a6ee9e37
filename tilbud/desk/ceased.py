"""When an entry has ceased: who took over, and then closing it."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from regions.norwegian import fold
from tilbud.desk import checking
from tilbud.desk.checks import attempt, check_form, check_page, demand, find_entry, version_in
from tilbud.models import Affiliation, EntryKinds, Institution, Offer, Source

# More names than this help nobody choose.
MOST = 20


class HeirForm(forms.Form):
    """Who took over: one in the directory, one outside it, or nobody knows."""

    OUTSIDE, UNKNOWN = "outside", "unknown"

    name = forms.CharField(
        label=_("Navnet på den som tok over"),
        max_length=160,
        required=False,
        help_text=_("Skriv navnet eller en del av det, og trykk «Søk»."),
    )
    answer = forms.ChoiceField(
        label=_("Hvem tok over?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Velg hvem som tok over, eller «vet ikke»."),
            "invalid_choice": _("Søket er et annet nå. Velg på nytt."),
        },
    )
    source = forms.ModelChoiceField(
        Source.objects.order_by("title"),
        label=_("Hvor det står at de tok over"),
        required=False,
        help_text=_("Må med når du vet hvem: leserne ser hvor det kommer fra."),
    )
    locator = forms.CharField(label=_("Sted i kilden"), max_length=120, required=False)

    def __init__(self, kind, entry, data):
        super().__init__(data if "name" in data else None)
        self.kind = kind
        self.words = data.get("name", "").strip()[:160].replace("\0", "")
        self.found = _institutions(self.words, entry.pk if kind == EntryKinds.INSTITUTION else None)
        choices = [(str(pk), name) for pk, name in self.found]
        if self.words:
            choices.append((self.OUTSIDE, _t("«%(name)s», som ikke står i katalogen") % {"name": self.words}))
        self.fields["answer"].choices = [*choices, (self.UNKNOWN, _("Vet ikke"))]
        if kind == EntryKinds.OFFER:
            # An offer says it in its own row, which has its source already.
            del self.fields["source"], self.fields["locator"]

    def clean(self):
        is_known = self.cleaned_data.get("answer") not in (None, self.UNKNOWN)
        if "source" in self.fields and is_known and not self.cleaned_data.get("source"):
            self.add_error("source", ValidationError(_("Velg kilden som sier at de tok over.")))

    @property
    def columns(self):
        """What `checking.close` is to write of it; None when nobody knows."""
        answer = self.cleaned_data["answer"]
        if answer == self.UNKNOWN:
            return None
        name = dict(self.found).get(int(answer)) if answer != self.OUTSIDE else self.words
        if self.kind == EntryKinds.OFFER:
            return {"status_note": _t("Videreført av %(name)s.") % {"name": name}}
        is_outside = answer == self.OUTSIDE
        return {
            "kind": Affiliation.Kinds.SUCCESSOR,
            "other_id": None if is_outside else int(answer),
            "other_name": name if is_outside else "",
            "year": None,
            "is_confirmed": True,
            "is_current": True,
            "note": "",
            "source_id": self.cleaned_data["source"].pk,
            "locator": self.cleaned_data["locator"],
        }


def _institutions(words, but):
    """Return (key, name) of institutions in whose name every word stands, in any spelling of æ, ø and å."""
    wanted = fold(words).split()
    if not wanted:
        return []
    names = Institution.objects.exclude(pk=but).order_by("sort_key").values_list("pk", "name")
    return [(pk, name) for pk, name in names if all(word in fold(name) for word in wanted)][:MOST]


@require_http_methods(["GET", "HEAD", "POST"])
def ceased(request, kind, pk):
    """Ask who took over; nothing is recorded before that is answered."""
    demand(request, "add_check", f"change_{kind}")
    entry = find_entry(kind, pk)
    if request.method != "POST":
        return redirect("admin:check", kind, pk)
    form = check_form(request, kind, entry)
    if not form.is_valid():
        return check_page(request, kind, entry, form)
    heirs = Affiliation.objects.current().filter(institution=pk, kind=Affiliation.Kinds.SUCCESSOR)
    known = heirs.select_related("institution", "other").first() if kind == EntryKinds.INSTITUTION else None
    heir_form = HeirForm(kind, entry, request.POST)
    if "save" in request.POST and (known or heir_form.is_valid()):
        columns = None if known else heir_form.columns
        return attempt(request, kind, entry, form, lambda: _close(request, kind, entry, form.instance, columns))
    if "save" not in request.POST:
        # A search is no answer yet: what is missing is not missed.
        heir_form.errors.clear()
    context = {
        **admin.site.each_context(request),
        "title": _("Finnes ikke lenger: %(entry)s") % {"entry": entry},
        "kind": kind,
        "entry": entry,
        "known": known,
        "version": version_in(request),
        "form": form,
        "heir_form": heir_form,
        "running": Offer.objects.running().filter(institution=pk).count() if kind == "institution" else 0,
    }
    return render(request, "desk/check_ceased.html", context)


def _close(request, kind, entry, event, columns):
    draft = checking.close(kind, entry, version_in(request), event, columns)
    if draft:
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("Kontrollen er ført. Barn ser denne oppføringen, så en annen må godkjenne at den er lagt ned."),
                reverse("admin:tilbud_draft_change", args=[draft.pk]),
                _("Se utkastet"),
            ),
        )
    else:
        messages.success(request, _("Ført: lagt ned. Oppføringen kan fortsatt finnes under navnet sitt."))
    return redirect("admin:check", kind, entry.pk)


def urls(site):
    return [path("kontroll/<slug:kind>/<int:pk>/lagt-ned/", site.admin_view(ceased), name="ceased")]

"""A provider goes through its own entry by a link, without an account. The answers become drafts."""

import secrets
from hashlib import sha256

from django import forms
from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tilbud.entries import Broken, make_draft, trial
from tilbud.entries.faults import problems_of
from tilbud.entries.reading import read_documents
from tilbud.models import Draft, EntryKinds, Offer, ProviderLink, Revision
from tilbud.pages.provider_entries import EntryQuestions
from tilbud.pages.text import one_line

SIGNER = signing.Signer(salt="tilbud.pages.provider", sep=".")


def new_token():
    """Return a secret for a link, and what the database keeps of it. With the latter nothing can be opened."""
    nonce = secrets.token_urlsafe(24)
    return SIGNER.sign(nonce), sha256(nonce.encode()).hexdigest()


def link_of(token):
    """Return the link a token belongs to, usable or not; None for a token that is none of ours."""
    try:
        nonce = SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    links = ProviderLink.objects.select_related("institution")
    return links.filter(nonce=sha256(nonce.encode()).hexdigest()).first()


class WhoForm(forms.Form):
    use_required_attribute = False

    role = forms.CharField(
        label=gettext_lazy("Hvem svarer?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Skriv hvilken rolle du har, for eksempel «daglig leder».")},
    )

    def clean_role(self):
        role = one_line(self.cleaned_data["role"])
        if not role or len(role) > 100:
            raise forms.ValidationError(_("Skriv rollen din med høyst 100 tegn, for eksempel «daglig leder»."))
        return role


# The link is the key. There is no session a forged form could make use of.
@method_decorator(csrf_exempt, name="dispatch")
class ProviderAnswer(View):
    """The entry of an institution and of its offers as plain questions; answered once, all or nothing."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request, token):
        self.link = link_of(token)
        if self.link is None:
            return self.closed(request, 404)
        return super().dispatch(request)

    def get(self, request):
        if not self.is_usable():
            return self.closed(request)
        return self.show(WhoForm(), self.entries())

    def post(self, request):
        with transaction.atomic():
            # Of two answers at the same moment one gets the link; the other finds it used.
            if not self.usable().update(answered_at=timezone.now()):
                self.link.refresh_from_db()
                return self.closed(request)
            numbers = self.numbers()
            who, entries = WhoForm(request.POST), self.entries(request.POST)
            if not self.is_valid(who, entries):
                transaction.set_rollback(True)
                return self.show(who, entries)
            self.keep(who.cleaned_data["role"], [entry for entry in entries if entry.is_answered], numbers)
        return render(request, "provider/thanks.html", {"institution": self.link.institution})

    def usable(self):
        return ProviderLink.objects.usable().filter(pk=self.link.pk)

    def is_usable(self):
        return self.usable().exists()

    def entries(self, data=None):
        """Return the questions about the institution, then about each of its offers."""
        institution = self.link.institution_id
        offers = Offer.objects.filter(institution=institution).order_by("sort_key", "pk")
        keys = {EntryKinds.INSTITUTION: [institution], EntryKinds.OFFER: list(offers.values_list("pk", flat=True))}
        documents = {kind: read_documents(kind, pks) for kind, pks in keys.items()}
        return [
            EntryQuestions(kind, pk, documents[kind][pk], data)
            for kind, pks in keys.items()
            for pk in pks
            if pk in documents[kind]
        ]

    def numbers(self):
        """Return the versions of the entries by key, read before the entries: no draft is newer than it says."""
        institution = self.link.institution_id
        offers = Offer.objects.filter(institution=institution).values("pk")
        keys = {EntryKinds.INSTITUTION: [institution], EntryKinds.OFFER: offers}
        return {
            (kind, pk): number
            for kind, pks in keys.items()
            for pk, number in Revision.objects.filter(kind=kind, object_id__in=pks)
            .order_by()
            .values_list("object_id")
            .annotate(Max("number"))
        }

    def is_valid(self, who, entries):
        valid = [part.is_valid() for part in (who, *entries)]
        if not all(valid):
            return False
        answered = [entry for entry in entries if entry.is_answered]
        if not answered:
            who.add_error(None, _("Du har ikke svart på noe ennå. Svar på det du kan."))
        for entry in answered:
            entry.refuse(problems_with(entry.kind, entry.pk, entry.corrected()))
        return not who.errors and not any(entry.has_errors for entry in entries)

    def keep(self, role, answered, numbers):
        """Make one draft of each entry that was answered, for an approver to look at."""
        drafts = [
            make_draft(
                entry.kind,
                entry.pk,
                entry.corrected(),
                author=_("tilbyderen (%(role)s)") % {"role": role},
                origin=Draft.Origins.PROVIDER,
                state=Draft.States.WAITING,
                reason=entry.form.cleaned_data["other"],
                base=entry.document,
                base_number=numbers.get((entry.kind, entry.pk), 0),
            )
            for entry in answered
        ]
        self.link.drafts.set(drafts)
        ProviderLink.objects.filter(pk=self.link.pk).update(answered_by=role)

    def show(self, who, entries):
        context = {
            "institution": self.link.institution,
            "link": self.link,
            "who": who,
            "entries": entries,
            "faulty": [entry for entry in entries if entry.form.is_bound and entry.has_errors],
        }
        return render(self.request, "provider/answer.html", context)

    def closed(self, request, status=410):
        return render(request, "provider/closed.html", {"link": self.link}, status=status)


def problems_with(kind, pk, document):
    """Return what the desk would say against saving the document, in sentences."""
    if problems := problems_of(kind, document):
        return problems
    try:
        with trial(kind, pk, document):
            return []
    except Broken as broken:
        return broken.problems

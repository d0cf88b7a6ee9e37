"""The form of an entry: saved whole, guarded against another editor's save, kept in the history."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tilbud.desk.base import CHILDREN_SEE, DeskAdmin, tell_problems
from tilbud.desk.deleting import DeletingMixin
from tilbud.desk.history import HistoryMixin
from tilbud.entries import (
    Broken,
    Stale,
    change_draft,
    current_number,
    hold,
    kind_of,
    make_draft,
    read_document,
    save_or_wait,
    trial,
)
from tilbud.entries.saving import name_of
from tilbud.models import Draft, Revision


class ReasonForm(forms.ModelForm):
    """Asks why, beside the entry's own fields: the history shows it with every change."""

    change_reason = forms.CharField(
        label=gettext_lazy("hvorfor"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text=gettext_lazy("Hva endringen bygger på, for eksempel «ringte vaktrommet 24. november»."),
    )


class EntryAdmin(HistoryMixin, DeletingMixin, DeskAdmin):
    """What is typed is first tried out as a whole document; then it is saved, or kept as a draft.

    Only `save_document` writes for good. The form's own saving happens in a trial that is undone: that is how
    Django's forms turn what was typed into a document, also on top of the version the editor saw.
    """

    form = ReasonForm
    save_on_top = False
    change_form_template = "desk/entry_form.html"

    @property
    def kind(self):
        return kind_of(self.model).name

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            return [*fieldsets, (gettext_lazy("Om endringen"), {"fields": ["change_reason"]})]
        return fieldsets

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        pk = _key(object_id)
        draft = self._draft_of(request, pk)
        if draft:
            pk, object_id = draft.pk_in_trial, str(draft.pk_in_trial)
        try:
            return self._form(request, object_id, pk, draft, form_url, extra_context)
        except Broken as broken:
            # A draft the database does not take, because something else has changed since it was made.
            tell_problems(request, broken)
            page = reverse("admin:tilbud_draft_change", args=[draft.pk]) if draft else request.path
            return HttpResponseRedirect(page)

    def _form(self, request, object_id, pk, draft, form_url, extra_context):
        if request.method == "POST":
            # Held from the question of which version it is until the answer is saved.
            with transaction.atomic():
                hold(self.kind, pk)
                return self._post(request, object_id, pk, draft)
        context = {
            **self._notes(pk, draft),
            "tools": self.tools(request, pk) if pk and pk > 0 else [],
            **(extra_context or {}),
        }
        if not draft:
            return super().changeform_view(request, object_id, form_url, context)
        with trial(self.kind, draft.pk_in_trial, draft.document):
            return _shown(super().changeform_view(request, object_id, form_url, context))

    def tools(self, request, pk):
        """What else one can do with the entry: (what to call it, address)."""
        return []

    def _draft_of(self, request, pk):
        """The open draft named in the address, if it is one of this entry.

        What is sent for a draft that has been decided meanwhile is still no change of the entry.
        """
        drafts = Draft.objects.all() if request.method == "POST" else Draft.objects.open()
        draft = drafts.filter(kind=self.kind, pk=_key(request.GET.get("draft")) or 0).first()
        if draft and pk in (draft.pk_in_trial, -draft.pk) and request.user.has_perm("tilbud.change_draft"):
            return draft
        return None

    def _notes(self, pk, draft):
        """What the form tells above the fields: which version this is, and whose drafts are open."""
        others = Draft.objects.open().filter(kind=self.kind, object_id=pk).exclude(pk=draft.pk if draft else None)
        return {
            "version": draft.edition if draft else (current_number(self.kind, pk) if pk else 0),
            "draft": draft,
            "other_drafts": list(others) if pk else [],
        }

    def _post(self, request, object_id, pk, draft):
        if not self.has_change_permission(request) if object_id else not self.has_add_permission(request):
            raise PermissionDenied
        version = _key(request.POST.get("_version")) if pk else 0
        seen = self._as_seen(pk, version, draft)
        if version is None or (pk and seen is None):
            messages.error(request, _("Skjemaet er for gammelt. Åpne oppføringen på nytt."))
            return HttpResponseRedirect(request.get_full_path())
        document, reason, response = self._tried(request, object_id, pk, seen, draft, version)
        if document is None:
            return response
        if draft:
            return self._save_draft(request, draft, document, version, reason)
        return self._save(request, pk, document, seen, version, reason)

    def _as_seen(self, pk, version, draft):
        """The entry as the editor saw it; None when it is new, or when nobody knows."""
        if draft:
            return draft.document
        if not pk or version == current_number(self.kind, pk):
            return read_document(self.kind, pk) if pk else None
        revision = Revision.objects.of(self.kind, pk).filter(number=version).first()
        return revision and revision.document

    def _tried(self, request, object_id, pk, seen, draft, version, again=True):
        """Let the form save in a trial. Returns (document, reason, response); no document when it has faults."""
        context = self._notes(pk, draft) | {"version": version}
        try:
            with trial(self.kind, pk, seen):
                response = super().changeform_view(request, object_id, "", context)
                saved = getattr(request, "tried_entry", None)
                if saved is None:
                    return None, "", _shown(response)
                document = _with_new_rows_below_zero(read_document(self.kind, saved.pk), seen)
        except IntegrityError:
            # Somebody saved the same between the form's own question and its answer: asked again, it will say so.
            if not again:
                raise
            return self._tried(request, object_id, pk, seen, draft, version, again=False)
        return document, request.POST.get("change_reason", "").strip(), response

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_saving(request, obj, super().response_add)

    def response_change(self, request, obj):
        return self._after_saving(request, obj, super().response_change)

    def _after_saving(self, request, obj, respond):
        """In the trial only note what was saved; afterwards answer as Django does."""
        if getattr(request, "is_saved", False):
            return respond(request, obj)
        request.tried_entry = obj
        return HttpResponse()

    def _save(self, request, pk, document, base, version, reason):
        """Save for good, or keep as a draft what may not go straight to the public."""
        about = {"author": request.user, "reason": reason, "base": base, "base_number": version}
        if "_draft" in request.POST:
            return self._to_draft(request, make_draft(self.kind, pk, document, **about))
        if document == base:
            return self._answer(request, pk)
        try:
            change, draft = save_or_wait(
                self.kind, pk, document, base=version, how=Revision.Hows.DESK, author=request.user, reason=reason
            )
        except Stale:
            draft = make_draft(self.kind, pk, document, origin=Draft.Origins.COLLISION, **about)
            return HttpResponseRedirect(reverse("admin:tilbud_draft_merge", args=[draft.pk]))
        except Broken as broken:
            draft = make_draft(self.kind, pk, document, **about)
            tell_problems(request, broken)
            return self._to_draft(request, draft)
        if draft:
            messages.warning(request, CHILDREN_SEE)
            return self._to_draft(request, draft)
        return self._answer(request, change.pk, added=not pk)

    def _answer(self, request, pk, added=False):
        request.is_saved = True
        entry = self.model.objects.get(pk=pk)
        return self.response_add(request, entry) if added else self.response_change(request, entry)

    def _save_draft(self, request, draft, document, edition, reason):
        """Store what was typed into a draft, unless somebody else has stored something there meanwhile."""
        state = Draft.States.WAITING if "_submit" in request.POST else draft.state
        draft.edition = edition
        try:
            # Whoever wrote last is who needs another's eyes on it.
            writer = {"author": request.user, "author_name": name_of(request.user)}
            change_draft(draft, document=document, reason=reason, state=state, **writer)
            return self._to_draft(request, draft)
        except Stale:
            messages.warning(request, _("En annen lagret utkastet imens. Ditt er lagret som et eget utkast."))
        own = make_draft(
            self.kind,
            draft.object_id,
            document,
            author=request.user,
            reason=reason,
            base=draft.base,
            base_number=draft.base_number,
        )
        return self._to_draft(request, own)

    def _to_draft(self, request, draft):
        messages.success(request, _("Lagret som utkast. Publikum ser ikke endringen ennå."))
        return HttpResponseRedirect(reverse("admin:tilbud_draft_change", args=[draft.pk]))

    # The history takes the place of Django's own log of changes.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None


def _key(text):
    """Return a key as an address or a form writes it; None when it is none."""
    text = unquote(str(text)) if text is not None else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 18 else None


def _shown(response):
    """Render now: what is shown is there only while the trial lasts."""
    return response.render() if hasattr(response, "render") else response


def _with_new_rows_below_zero(document, before):
    """Rows the trial made have keys that will be somebody else's: give them keys no real row has."""
    for name, rows in document["rows"].items():
        known = {row["id"] for row in before["rows"].get(name, [])} if before else set()
        free = min([0, *known])
        for row in rows:
            if row["id"] not in known:
                free -= 1
                row["id"] = free
    return document

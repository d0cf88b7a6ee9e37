"""Editing in the list: each row saved by itself, guarded like the form, and never over somebody's change."""

from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tilbud.desk.base import number_in
from tilbud.entries import Broken, Stale, make_draft, read_document, save_or_wait
from tilbud.models import Draft, Revision


class ListEditingMixin:
    """For entries with `list_editable`. Every row carries the version it was shown in."""

    def get_queryset(self, request):
        latest = Revision.objects.filter(kind=self.kind, object_id=OuterRef("pk")).order_by("-number")
        number = Coalesce(Subquery(latest.values("number")[:1]), Value(0))
        return super().get_queryset(request).annotate(latest_number=number)

    @admin.display(description=gettext_lazy("versjon"))
    def version(self, entry):
        return format_html(
            '{0}<input type="hidden" name="version-{1}" value="{0}">', entry.latest_number, entry.pk
        )

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST" and "_save" in request.POST and self.has_change_permission(request):
            formset_class = self.get_changelist_formset(request)
            rows = self._get_list_editable_queryset(request, formset_class.get_default_prefix())
            formset = formset_class(request.POST, queryset=rows)
            if formset.is_valid():
                self._save_rows(request, [form for form in formset.forms if form.has_changed()])
                return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    def _save_rows(self, request, forms):
        saved = sum(self._save_row(request, form) for form in forms)
        if saved:
            text = ngettext("%s tilbud er lagret.", "%s tilbud er lagret.", saved)
            messages.success(request, text % saved)

    def _save_row(self, request, form):
        """Save one row; tell, keep it as a draft and return False when it may not go straight to the public."""
        pk = form.instance.pk
        version = number_in(request.POST.get(f"version-{pk}"))
        shown = self._as_shown(pk, version)
        if shown is None:
            messages.error(request, _("«%s» er for gammel i listen. Last siden på nytt.") % form.instance)
            return False
        # What this editor has changed; what somebody else has is no change of theirs.
        typed = {name: form.cleaned_data[name] for name in self.list_editable}
        if typed.items() <= shown["fields"].items():
            return False
        document = {**shown, "fields": shown["fields"] | typed}
        about = {"author": request.user, "reason": _("Endret i listen")}
        try:
            _change, draft = save_or_wait(self.kind, pk, document, base=version, how=Revision.Hows.LIST, **about)
            if draft:
                self._tell(request, draft, _("Barn ser «%s». En annen må godkjenne:"))
            return draft is None
        except Stale:
            origin = Draft.Origins.COLLISION
            draft = make_draft(self.kind, pk, document, origin=origin, base=shown, base_number=version, **about)
            self._tell(request, draft, _("«%s» er endret av en annen imens, og er ikke lagret. Se begge:"))
        except Broken as broken:
            messages.error(request, f"{form.instance}: {' '.join(broken.problems)}")
        return False

    def _as_shown(self, pk, version):
        """The entry as the editor saw it; None when nobody knows."""
        revision = Revision.objects.of(self.kind, pk).filter(number=version).first()
        if revision:
            return revision.document
        return read_document(self.kind, pk) if version == 0 else None

    def _tell(self, request, draft, text):
        page = "merge" if draft.origin == Draft.Origins.COLLISION else "change"
        url = reverse(f"admin:tilbud_draft_{page}", args=[draft.pk])
        messages.warning(request, format_html('{} <a href="{}">{}</a>', text % draft.title, url, _("utkastet")))

"""Editing in the list: each row saved by itself, guarded like the form, and never over somebody's change."""

from django.contrib import admin, messages
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tilbud.entries import Broken, Stale, children_would_see, make_draft, read_document, save_document
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
        document, version = self._as_shown(request, form)
        if document is None:
            messages.error(request, _("«%s» er for gammel i listen. Last siden på nytt.") % form.instance)
            return False
        about = {"author": request.user, "reason": _("Endret i listen")}
        try:
            if children_would_see(self.kind, pk, document):
                draft = make_draft(self.kind, pk, document, state=Draft.States.WAITING, **about)
                self._tell(request, draft, _("Barn ser «%s». En annen må godkjenne:"))
                return False
            save_document(self.kind, pk, document, base=version, how=Revision.Hows.LIST, **about)
            return True
        except Stale:
            base = Revision.objects.of(self.kind, pk).get(number=version).document
            origin = Draft.Origins.COLLISION
            draft = make_draft(self.kind, pk, document, origin=origin, base=base, base_number=version, **about)
            self._tell(request, draft, _("«%s» er endret av en annen imens, og er ikke lagret. Se begge:"))
        except Broken as broken:
            messages.error(request, f"{form.instance}: {' '.join(broken.problems)}")
        return False

    def _as_shown(self, request, form):
        """The entry as the editor saw it, with what was changed in the list; None when nobody knows."""
        text = request.POST.get(f"version-{form.instance.pk}", "")
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            return None, None
        revision = Revision.objects.of(self.kind, form.instance.pk).filter(number=text).first()
        document = revision.document if revision else read_document(self.kind, form.instance.pk)
        if document is None or (not revision and text != "0"):
            return None, None
        document["fields"] |= {name: form.cleaned_data[name] for name in form.changed_data}
        return document, int(text)

    def _tell(self, request, draft, text):
        page = "merge" if draft.origin == Draft.Origins.COLLISION else "change"
        url = reverse(f"admin:tilbud_draft_{page}", args=[draft.pk])
        messages.warning(request, format_html('{} <a href="{}">{}</a>', text % draft.title, url, _("utkastet")))

"""Drafts: what would change, seen as the public would see it; published, rejected or taken back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tilbud.desk.base import FrozenAdmin, desk_url, number_in, tell_problems
from tilbud.desk.merging import MergingMixin
from tilbud.desk.provider_links import record_provider_check
from tilbud.entries import (
    KINDS,
    Broken,
    Stale,
    change_draft,
    changes_between,
    current_number,
    decide,
    may_publish,
    publish,
    trial,
)
from tilbud.models import Draft


@admin.register(Draft)
class DraftAdmin(MergingMixin, FrozenAdmin):
    list_display = ["title", "kind", "state", "origin", "author_name", "changed_at", "decided_by"]
    list_filter = ["state", "origin", "kind"]
    list_select_related = ["decided_by"]
    search_fields = ["title", "author_name", "reason"]
    search_help_text = gettext_lazy("Søk i oppføring, hvem og hvorfor.")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document", "base")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/forhandsvis/", view(self.preview_view), name="tilbud_draft_preview"),
            path("<int:pk>/flett/", view(self.merge_view), name="tilbud_draft_merge"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        draft = Draft.objects.select_related("author", "decided_by").filter(pk=number_in(object_id, 0)).first()
        if not draft:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            return self._act(request, draft)
        return TemplateResponse(request, "desk/draft.html", self._draft_context(request, draft))

    def _draft_context(self, request, draft):
        edit = desk_url(KINDS[draft.kind].model, draft.pk_in_trial)
        may_change = request.user.has_perm("tilbud.change_draft")
        return {
            **self.admin_site.each_context(request),
            "title": draft.title,
            "subtitle": None,
            "opts": self.opts,
            "draft": draft,
            "changes": changes_between(draft.kind, draft.base, draft.document),
            "is_behind": draft.is_open and self._is_behind(draft),
            "may_change": may_change and draft.is_open,
            "may_publish": draft.is_open and may_publish(request.user, draft),
            "may_reject": draft.is_open and request.user.has_perm("tilbud.publish_draft"),
            "edit_url": f"{edit}?draft={draft.pk}",
            "entry_url": edit if draft.object_id else "",
            "has_page": draft.kind in ("institution", "offer"),
        }

    def _is_behind(self, draft):
        return bool(draft.object_id) and current_number(draft.kind, draft.object_id) != draft.base_number

    def _act(self, request, draft):
        """Do what the pressed button says, if the draft is still as it was shown."""
        acts = {
            "publish": self._publish,
            "submit": self._submit,
            "reject": self._reject,
            "withdraw": self._withdraw,
        }
        act = acts.get(request.POST.get("act"))
        if act is None:
            raise Http404
        try:
            if not draft.is_open or request.POST.get("_version") != str(draft.edition):
                raise Stale
            act(request, draft)
        except Stale:
            messages.error(request, _("Ikke gjort: utkastet eller oppføringen er endret siden du åpnet siden."))
        except Broken as broken:
            tell_problems(request, broken)
        return HttpResponseRedirect(self._next(draft))

    def _next(self, draft):
        draft.refresh_from_db()
        if draft.is_open and self._is_behind(draft):
            return reverse("admin:tilbud_draft_merge", args=[draft.pk])
        return reverse("admin:tilbud_draft_change", args=[draft.pk])

    def _publish(self, request, draft):
        if not may_publish(request.user, draft):
            raise PermissionDenied
        with transaction.atomic():
            publish(draft, request.user)
            if draft.origin == Draft.Origins.PROVIDER:
                record_provider_check(draft, request.user)
        messages.success(request, _("Publisert. Publikum ser endringen nå."))

    def _submit(self, request, draft):
        if not request.user.has_perm("tilbud.change_draft"):
            raise PermissionDenied
        change_draft(draft, state=Draft.States.WAITING)
        messages.success(request, _("Sendt til godkjenning."))

    def _reject(self, request, draft):
        if not request.user.has_perm("tilbud.publish_draft"):
            raise PermissionDenied
        decision = request.POST.get("decision", "").strip()[:500]
        if not decision:
            messages.error(request, _("Skriv hvorfor du avviser utkastet. Den som skrev det, skal kunne rette."))
            return
        decide(draft, Draft.States.REJECTED, request.user, decision)
        messages.success(request, _("Avvist. Begrunnelsen står i utkastet."))

    def _withdraw(self, request, draft):
        if not request.user.has_perm("tilbud.change_draft"):
            raise PermissionDenied
        decide(draft, Draft.States.WITHDRAWN, request.user)
        messages.success(request, _("Trukket tilbake."))

    def preview_view(self, request, pk):
        """The public page exactly as it would be, while nothing is published."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        draft = get_object_or_404(Draft, pk=pk, kind__in=["institution", "offer"])
        try:
            return self._as_public(request, draft)
        except Broken as broken:
            tell_problems(request, broken)
            return HttpResponseRedirect(reverse("admin:tilbud_draft_change", args=[draft.pk]))

    def _as_public(self, request, draft):
        with trial(draft.kind, draft.pk_in_trial, draft.document):
            entry = KINDS[draft.kind].model.objects.get(pk=draft.pk_in_trial)
            view, args, kwargs = resolve(entry.get_absolute_url())
            request.method = "GET"
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

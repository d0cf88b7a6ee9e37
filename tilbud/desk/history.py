"""The history of an entry: who, when, why, each field before and after; compare any two, restore one."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tilbud.desk.base import CHILDREN_SEE, FrozenAdmin, desk_url, number_in, tell_problems
from tilbud.entries import KINDS, Broken, Stale, changes_along, changes_between, current_number, save_or_wait
from tilbud.models import Draft, Revision

PER_PAGE = 20


class HistoryMixin:
    """For entries: the page behind «Historikk», also for an entry that has been deleted."""

    def history_view(self, request, object_id, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        pk = number_in(object_id, 0)
        revisions = Revision.objects.of(self.kind, pk)
        entry = self.get_queryset(request).filter(pk=pk).first()
        if not entry and not revisions.exists():
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            return self._restore(request, pk, revisions)
        page = Paginator(revisions, PER_PAGE).get_page(request.GET.get("p"))
        steps = list(revisions[page.start_index() - 1 if page.object_list else 0 :][: PER_PAGE + 1])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historikk"),
            "subtitle": str(entry or steps[0].title),
            "opts": self.opts,
            "entry": entry,
            "page": page,
            "steps": list(
                zip(steps, changes_along(self.kind, [*(step.document for step in steps), None]), strict=True)
            )[:PER_PAGE],
            **self._choices(request, revisions),
            "version": current_number(self.kind, pk),
            "may_restore": self.has_change_permission(request, entry),
            **self._compared(request, revisions),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "desk/history.html", context)

    def _choices(self, request, revisions):
        """The versions one can compare, the two newest chosen to begin with."""
        numbers = list(revisions.values_list("number", flat=True))
        ends = []
        for name, label, place in (("fra", _("Fra"), 1), ("til", _("Til"), 0)):
            latest = numbers[place] if len(numbers) > 1 else None
            ends.append((name, label, number_in(request.GET.get(name), latest)))
        return {"numbers": numbers, "ends": ends}

    def _compared(self, request, revisions):
        """Two versions beside each other, when the address names them."""
        chosen = [number_in(request.GET.get(name)) for name in ("fra", "til")]
        pair = {step.number: step for step in revisions.filter(number__in=[n for n in chosen if n is not None])}
        if not set(chosen) <= set(pair):
            return {}
        first, second = (pair[number] for number in chosen)
        return {
            "first": first,
            "second": second,
            "compared": changes_between(self.kind, first.document, second.document),
        }

    def _restore(self, request, pk, revisions):
        """Make the entry be what it was after an earlier change."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        number, version = (number_in(request.POST.get(name)) for name in ("restore", "_version"))
        wanted = revisions.filter(number=number, document__isnull=False).first()
        if version is None or not wanted:
            raise Http404
        reason = _("Tilbake til versjon %s") % number
        about = {"how": Revision.Hows.RESTORED, "author": request.user, "reason": reason}
        try:
            _change, draft = save_or_wait(
                self.kind, pk, wanted.document, base=version, origin=Draft.Origins.RESTORED, **about
            )
        except Stale:
            messages.error(
                request, _("Ikke gjenopprettet: noen har lagret imens. Se hva som er nytt, og prøv igjen.")
            )
        except Broken as broken:
            tell_problems(request, broken)
        else:
            if draft:
                messages.warning(request, CHILDREN_SEE)
                return HttpResponseRedirect(reverse("admin:tilbud_draft_change", args=[draft.pk]))
            messages.success(request, _("Oppføringen er som i versjon %s igjen.") % number)
        return HttpResponseRedirect(request.path)


@admin.register(Revision)
class RevisionAdmin(FrozenAdmin):
    """Every change of every entry, newest first: to look at, never to change."""

    list_display = ["at", "entry_link", "kind", "number", "how", "author_name", "approver_name", "reason"]
    list_filter = ["kind", "how", "at"]
    list_display_links = None
    search_fields = ["title", "author_name", "reason"]
    search_help_text = gettext_lazy("Søk i oppføring, hvem og hvorfor.")

    def get_queryset(self, request):
        # The documents are large and the list shows none of them.
        return super().get_queryset(request).defer("document")

    def has_view_permission(self, request, obj=None):
        # One line alone says little: the entry's own page shows what changed.
        return obj is None and super().has_view_permission(request)

    @admin.display(description=gettext_lazy("oppføring"), ordering="title")
    def entry_link(self, revision):
        url = desk_url(KINDS[revision.kind].model, revision.object_id, "history")
        return format_html('<a href="{}">{}</a>', url, revision.title)

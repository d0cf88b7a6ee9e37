"""Deleting an entry: never what children see, only as it was when the editor asked, and kept in the history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from tilbud.desk.base import desk_url, number_in
from tilbud.entries import Stale, current_number, recording, seen_by_children
from tilbud.models import Contradiction, Revision


class DeletingMixin:
    """For entries. A provider that has closed is not deleted: it stays and says who took over."""

    delete_confirmation_template = "desk/entry_delete.html"

    def get_actions(self, request):
        # Many at a time would pass the guard and the history by.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs, request):
        """Who may delete an entry may delete what stands inside it, whatever it is."""
        shown, counts, _perms_needed, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    def delete_view(self, request, object_id, extra_context=None):
        entry = self.get_object(request, object_id)
        if entry is None:
            return super().delete_view(request, object_id, extra_context)
        if not self.has_delete_permission(request, entry):
            raise PermissionDenied
        obstacle = self._obstacle(entry)
        if obstacle:
            messages.error(request, obstacle)
            return self._back_to(entry)
        if request.method != "POST":
            context = {"version": current_number(self.kind, entry.pk), **(extra_context or {})}
            return super().delete_view(request, object_id, context)
        return self._delete(request, entry, object_id, extra_context)

    def _delete(self, request, entry, object_id, extra_context):
        about = {
            "base": number_in(request.POST.get("_version"), -1),
            "how": Revision.Hows.DELETED,
            "author": request.user,
            "reason": request.POST.get("change_reason", "").strip()[:500],
        }
        try:
            with recording(self.kind, entry.pk, **about):
                response = super().delete_view(request, object_id, extra_context)
        except Stale:
            messages.error(
                request,
                _("Ikke slettet: noen har endret oppføringen siden du ba om å slette den. Se endringen først."),
            )
            return self._back_to(entry)
        return response

    def _obstacle(self, entry):
        if seen_by_children(self.kind, entry.pk):
            return _("Barn ser denne oppføringen, så den slettes ikke. Sett den som lagt ned i stedet.")
        if self.kind == "institution" and Contradiction.objects.filter(institution=entry).exists():
            return _("Institusjonen har motsigelser mellom kildene. De må slettes først, én for én.")
        return None

    def _back_to(self, entry):
        return HttpResponseRedirect(desk_url(entry, entry.pk))

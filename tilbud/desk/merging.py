"""Two editors have changed the same entry: both versions side by side, and a choice for every field."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tilbud.desk.base import CHILDREN_SEE, desk_url, tell_problems
from tilbud.entries import (
    KINDS,
    Broken,
    Stale,
    change_draft,
    changes_between,
    children_would_see,
    current_number,
    decide,
    merge,
    read_document,
    save_document,
)
from tilbud.entries.comparing import collisions
from tilbud.entries.saving import name_of
from tilbud.models import Draft, Revision

MINE, THEIRS, TYPED = "mine", "theirs", "typed"


class MergingMixin:
    """The page on which a draft made on an old version is brought up to the entry of today."""

    def merge_view(self, request, pk):
        draft = get_object_or_404(Draft.objects.open(), pk=pk)
        if not request.user.has_perm("tilbud.change_draft"):
            raise PermissionDenied
        number = current_number(draft.kind, draft.object_id) if draft.object_id else 0
        theirs = read_document(draft.kind, draft.object_id) if draft.object_id else None
        fields = self._fields(draft, theirs)
        if request.method == "POST":
            seen = (request.POST.get("_number"), request.POST.get("_version"))
            if seen != (str(number), str(draft.edition)):
                messages.error(
                    request, _("Det er lagret noe nytt imens. Valgene dine står, se over dem en gang til.")
                )
            elif self._read_choices(request, draft, fields):
                try:
                    return self._merge(request, draft, theirs, number, fields)
                except Stale:
                    messages.error(request, _("Noen andre har lagret utkastet imens. Her er det slik det er nå."))
                    return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ikke lagret: noen andre har lagret imens"),
            "subtitle": draft.title,
            "opts": self.opts,
            "draft": draft,
            "number": number,
            "is_deleted": bool(draft.object_id) and theirs is None,
            "latest": Revision.objects.of(draft.kind, draft.object_id).defer("document").first(),
            "fields": fields,
            "only_theirs": _only(draft.kind, draft.base, theirs, draft.document),
            "only_mine": _only(draft.kind, draft.base, draft.document, theirs),
        }
        return TemplateResponse(request, "desk/merge.html", context)

    def _fields(self, draft, theirs):
        """The fields both have changed, each with the three texts and what was chosen (mine, to begin with)."""
        if theirs is None or draft.base is None:
            return []
        paths = collisions(draft.kind, draft.base, theirs, draft.document)
        was = {c.path: c for c in changes_between(draft.kind, draft.base, draft.document)}
        now = {c.path: c for c in changes_between(draft.kind, draft.base, theirs)}
        fields = []
        for path in sorted(paths, key=str):
            mine, other = was.get(path) or _whole(path, was), now.get(path) or _whole(path, now)
            field = _field(draft.kind, path)
            fields.append(
                {
                    "path": path,
                    "key": (mine or other).key,
                    "label": (mine or other).label,
                    "old": (mine or other).old_text,
                    "mine": mine.new_text if mine else _("står der"),
                    "theirs": other.new_text if other else _("står der"),
                    "can_type": field is not None,
                    "is_long": isinstance(field, models.TextField),
                    "choice": MINE,
                    "typed": mine.new if field is not None and mine.new is not None else "",
                    "error": "",
                }
            )
        return fields

    def _read_choices(self, request, draft, fields):
        """Read what was chosen and typed; False when something typed cannot be right."""
        for field in fields:
            field["choice"] = request.POST.get(f"choice~{field['key']}", MINE)
            if field["can_type"]:
                field["typed"] = request.POST.get(f"typed~{field['key']}", "")
            if field["choice"] == TYPED and field["can_type"]:
                try:
                    field["value"] = _cleaned(_field(draft.kind, field["path"]), field["typed"])
                except ValidationError as error:
                    field["error"] = " ".join(error.messages)
        return not any(field["error"] for field in fields)

    def _merge(self, request, draft, theirs, number, fields):
        if theirs is None or draft.base is None:
            merged, typed = draft.document, {}
        else:
            mine = {field["path"] for field in fields if field["choice"] == MINE}
            typed = {field["path"]: field["value"] for field in fields if "value" in field}
            merged = merge(draft.kind, draft.base, theirs, draft.document, mine, typed)
        own = draft.author_id == request.user.pk
        writer = {"author": request.user, "author_name": name_of(request.user)} if typed else {}
        change_draft(draft, document=merged, base=theirs, base_number=number, **writer)
        here = reverse("admin:tilbud_draft_change", args=[draft.pk])
        if draft.origin != Draft.Origins.COLLISION or not own:
            messages.success(request, _("Flettet. Utkastet bygger nå på oppføringen slik den er i dag."))
            return HttpResponseRedirect(here)
        return HttpResponseRedirect(self._save_merged(request, draft) or here)

    def _save_merged(self, request, draft):
        """Save the merged entry, as its writer wanted to in the first place; returns where to go then."""
        try:
            if children_would_see(draft.kind, draft.object_id, draft.document):
                change_draft(draft, state=Draft.States.WAITING)
                messages.warning(request, CHILDREN_SEE)
                return None
            about = {"how": Revision.Hows.DESK, "author": request.user, "reason": draft.reason}
            with transaction.atomic():
                decide(draft, Draft.States.PUBLISHED, request.user)
                save_document(draft.kind, draft.object_id, draft.document, base=draft.base_number, **about)
        except Stale:
            return reverse("admin:tilbud_draft_merge", args=[draft.pk])
        except Broken as broken:
            tell_problems(request, broken)
            return None
        messages.success(request, _("Lagret. Den andres endringer er med, slik du valgte."))
        return desk_url(KINDS[draft.kind].model, draft.object_id)


def _field(kind, path):
    """The model field behind a path, if one can type its value; choices and links to other rows one cannot."""
    shape = KINDS[kind].rows[path[0]] if path[0] else KINDS[kind].shape
    field = next((f for f in shape.fields if f.attname == path[2]), None)
    types_freely = isinstance(field, models.CharField | models.TextField | models.IntegerField | models.DateField)
    return field if types_freely and not field.choices and not field.is_relation else None


def _cleaned(field, text):
    """The typed text as the document keeps it. Raises ValidationError with messages for the editor."""
    form_field = field.formfield()
    value = form_field.clean(text)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _only(kind, base, one, other):
    """What one has changed and the other has not."""
    if one is None or other is None or base is None:
        return []
    theirs = {change.path for change in changes_between(kind, base, other)}
    return [change for change in changes_between(kind, base, one) if change.path not in theirs]


def _whole(path, changes):
    """A change of the row the path is about, when the row came, went or changed as a whole."""
    return next((change for key, change in changes.items() if path[0] and key[:2] == path[:2]), None)

"""The editors' queue: what is to be checked, who has taken it, what is next, and how far the work has come."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tilbud.desk import checking, due
from tilbud.desk.checks import SkipForm, check_form, check_page, find_entry
from tilbud.models import Assignment, EntryKinds
from tilbud.pages.paging import page_of

PAGE_SIZE = 50
# Others may take the first free ones at the same moment.
FREE = 10
REASONS = [
    gettext_lazy("vises for barn eller er en telefon"),
    gettext_lazy("hele landet eller mange tilbud"),
    gettext_lazy("helseregionen eller flere tilbud"),
    gettext_lazy("lokalt eller få tilbud"),
]


def index(request):
    """The desk's front page: Django's, with how far the checking has come."""
    may_see = request.user.has_perm("tilbud.view_check")
    return admin.site.index(request, {"progress": due.progress() if may_see else None})


@require_safe
@permission_required("tilbud.view_check", raise_exception=True)
def queue(request):
    """Mine first, then all that is due, in the order of the harm it does when it is wrong."""
    page, problem = page_of(due.waiting_list(), request.GET.getlist("page"), PAGE_SIZE)
    rows = list(page.object_list)
    entries = due.entries_of(rows)
    shown = Q(institution__in=[pk for kind, pk in entries if kind == "institution"])
    shown |= Q(offer__in=[pk for kind, pk in entries if kind == "offer"])
    taken = Assignment.objects.select_related("assigned_to", "institution", "offer__institution")
    mine = taken.filter(assigned_to=request.user).order_by("assigned_at", "pk")[:PAGE_SIZE]
    holders = {key_of(assignment): assignment for assignment in taken.filter(shown)}
    context = {
        **admin.site.each_context(request),
        "title": _("Til kontroll"),
        "page_obj": page,
        "problem": problem,
        "rows": [
            {
                "kind": row[0],
                "label": EntryKinds(row[0]).label,
                "entry": entries[row[:2]],
                "why": REASONS[0] if row[2] == 0 else REASONS[row[3]] if row[3] else REASONS[1],
                "holder": holders.get(row[:2]),
            }
            for row in rows
            if row[:2] in entries
        ],
        "mine": [{"kind": key_of(assignment)[0], "entry": assignment.entry} for assignment in mine],
        "progress": due.progress(),
        "may_take": request.user.has_perm("tilbud.add_assignment"),
    }
    return render(request, "desk/queue.html", context)


def key_of(assignment):
    return (
        ("institution", assignment.institution_id) if assignment.institution_id else ("offer", assignment.offer_id)
    )


def assign(kind, pk, user):
    """Give the entry to the user unless somebody has it; return who has it then, None for nobody.

    The database lets only one have it: who clicks second is told who was first.
    """
    try:
        with transaction.atomic():
            return Assignment.objects.create(**{f"{kind}_id": pk}, assigned_to=user).assigned_to
    except IntegrityError:
        taken = Assignment.objects.filter(**{f"{kind}_id": pk}).select_related("assigned_to").first()
        return taken and taken.assigned_to


@require_POST
@permission_required("tilbud.add_assignment", raise_exception=True)
def take(request, kind, pk):
    entry = find_entry(kind, pk)
    holder = assign(kind, pk, request.user)
    if holder == request.user:
        return redirect("admin:check", kind, pk)
    if holder is None:
        # Given back between the two questions.
        messages.error(request, _("Det gikk ikke å ta «%(entry)s». Prøv igjen.") % {"entry": entry})
    else:
        name = holder.get_full_name() or holder.get_username()
        messages.error(request, _("%(name)s har allerede tatt «%(entry)s».") % {"name": name, "entry": entry})
    return redirect("admin:queue")


@require_POST
@permission_required("tilbud.add_assignment", raise_exception=True)
def give_back(request, kind, pk):
    """Let go of what one has taken oneself."""
    entry = find_entry(kind, pk)
    if Assignment.objects.filter(**{kind: entry}, assigned_to=request.user).delete()[0]:
        messages.success(request, _("«%(entry)s» er lagt tilbake i køen.") % {"entry": entry})
    return redirect("admin:queue")


@require_POST
@permission_required("tilbud.add_skip", raise_exception=True)
def skip(request, kind, pk):
    """Put an entry off, with a reason and until when."""
    entry = find_entry(kind, pk)
    form = SkipForm(request.POST, prefix="skip")
    if not form.is_valid():
        return check_page(request, kind, entry, check_form(request, kind, entry), form)
    checking.put_off(kind, entry, request.user, **form.cleaned_data)
    messages.success(request, _("«%(entry)s» er utsatt.") % {"entry": entry})
    return redirect("admin:queue")


@require_POST
@permission_required("tilbud.add_assignment", raise_exception=True)
def following(request):
    """Lead to the next of mine, or take the first that is free."""
    leaving = request.POST.get("leaving", "")
    mine = Assignment.objects.filter(assigned_to=request.user).order_by("assigned_at", "pk")
    keys = [key_of(assignment) for assignment in mine]
    here = next((n for n, key in enumerate(keys) if f"{key[0]}-{key[1]}" == leaving), -1)
    # Those after the one that is left, then those before it.
    for kind, pk in keys[here + 1 :] + keys[: max(here, 0)]:
        return redirect("admin:check", kind, pk)
    for kind, pk, *_order in due.waiting_list(free=True)[:FREE]:
        if f"{kind}-{pk}" != leaving and assign(kind, pk, request.user) == request.user:
            return redirect("admin:check", kind, pk)
    messages.info(request, _("Det er ikke mer å ta i køen nå."))
    return redirect("admin:queue")


def urls(site):
    def wrapped(route, view, name):
        return path(route, site.admin_view(view), name=name)

    one = "kontroll/<slug:kind>/<int:pk>/"
    return [
        wrapped("", index, "index"),
        wrapped("kontroll/", queue, "queue"),
        wrapped("kontroll/neste/", following, "next"),
        wrapped(f"{one}ta/", take, "take"),
        wrapped(f"{one}legg-tilbake/", give_back, "give_back"),
        wrapped(f"{one}utsett/", skip, "skip"),
    ]

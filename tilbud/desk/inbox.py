"""The inbox: what visitors say is wrong, beside what the directory says, and what an editor makes of it."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tilbud.entries import make_draft, read_document
from tilbud.entries.saving import name_of
from tilbud.models import Draft, EntryKinds, Offer, Report
from tilbud.pages.paging import page_of

PER_PAGE = 25
LONGEST_REASON = 500
# Days after the handling until a report is deleted.
KEEP_SPAM, KEEP_HANDLED = 30, 365


def urls(site):
    return [path("meldinger/", site.admin_view(inbox), name="inbox")]


def reports_of(offer):
    """Reports about an offer that nobody has handled yet."""
    return Report.objects.filter(offer=offer, state=Report.States.NEW)


def delete_reports():
    """Delete reports handled long ago, spam sooner: a step of `clean_desk`. Says what and how many."""
    now = timezone.now()
    spam = Q(state=Report.States.SPAM, handled_at__lt=now - timedelta(days=KEEP_SPAM))
    handled = ~Q(state=Report.States.NEW) & Q(handled_at__lt=now - timedelta(days=KEEP_HANDLED))
    return _("behandlede meldinger om feil"), Report.objects.filter(spam | handled).delete()[0]


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request):
    if not request.user.has_perm("tilbud.view_report"):
        raise PermissionDenied
    refused = {}
    if request.method == "POST":
        if not request.user.has_perm("tilbud.change_report"):
            raise PermissionDenied
        report = Report.objects.filter(pk=key_of(request.POST.get("report"))).first()
        refused = handle(request, report)
        if not refused:
            return HttpResponseRedirect(after(request, report))
    return TemplateResponse(request, "desk/inbox.html", context(request, refused))


def context(request, refused):
    state = request.GET.get("state", Report.States.NEW)
    if state not in Report.States:
        state = Report.States.NEW
    reports = Report.objects.filter(state=state)
    offer = None
    if request.GET.get("offer"):
        offer = Offer.objects.filter(pk=key_of(request.GET["offer"])).select_related("institution").first()
        reports = reports.filter(offer=offer)
    reports = reports.select_related("draft").prefetch_related(Prefetch("offer", Offer.objects.for_cards()))
    page, page_problem = page_of(reports, request.GET.getlist("page"), PER_PAGE)
    for report in page.object_list:
        if report.pk == refused.get("pk"):
            report.problem, report.typed = refused["problem"], refused["typed"]
    counts = dict(Report.objects.order_by().values_list("state").annotate(Count("pk")))
    return {
        **admin.site.each_context(request),
        "title": _("Meldinger om feil"),
        "states": [(value, label, counts.get(value, 0)) for value, label in Report.States.choices],
        "state": state,
        "offer": offer,
        "page_obj": page,
        "page_problem": page_problem,
        "problem": refused.get("problem"),
        "may_change": request.user.has_perm("tilbud.change_report"),
        "may_draft": request.user.has_perm("tilbud.add_draft"),
    }


def handle(request, report):
    """Do what the pressed button says. Returns what was wrong with it, with what was typed; empty when done."""
    if report is None:
        messages.error(request, _("Meldingen finnes ikke lenger."))
        return {}
    state = request.POST.get("act")
    reason = " ".join(request.POST.get("reason", "").replace("\x00", "").split())
    problem = ""
    if state == Report.States.REJECTED and not reason:
        problem = _("Skriv hvorfor meldingen avvises.")
    elif len(reason) > LONGEST_REASON:
        problem = _("Begrunnelsen er på %(length)d tegn. Det er plass til %(most)d.") % {
            "length": len(reason),
            "most": LONGEST_REASON,
        }
    if problem:
        return {"pk": report.pk, "problem": problem, "typed": reason}
    acts = {
        Report.States.ACCEPTED: accept,
        Report.States.REJECTED: close,
        Report.States.SPAM: close,
        Report.States.NEW: reopen,
    }
    if state not in acts:
        raise Http404
    if not acts[state](request, report, state, reason):
        report.refresh_from_db()
        messages.error(
            request,
            _("Ikke gjort: meldingen er allerede behandlet av %(who)s.") % {"who": report.handled_by_name or "–"},
        )
    return {}


def close(request, report, state, reason):
    """Let the report be handled; False when somebody else was first."""
    done = Report.objects.filter(pk=report.pk, state=Report.States.NEW).update(
        state=state, handled_by_name=name_of(request.user), handled_at=timezone.now(), decision=reason
    )
    report.state = state if done else report.state
    return done


def accept(request, report, state, reason):
    """Make a draft of the entry as it is, for the editor to put right; False when somebody else was first."""
    if not request.user.has_perm("tilbud.add_draft"):
        raise PermissionDenied
    with transaction.atomic():
        if not close(request, report, state, reason):
            return False
        report.draft = make_draft(
            EntryKinds.OFFER,
            report.offer_id,
            read_document(EntryKinds.OFFER, report.offer_id),
            author=request.user,
            origin=Draft.Origins.REPORT,
            reason=(reason or _("Melding om feil: %(fault)s") % {"fault": report.get_fault_display()}),
        )
        report.save(update_fields=["draft"])
    return True


def reopen(request, report, state, reason):
    """Take back a refusal: the report waits again. What has become a draft is decided there."""
    taken_back = [Report.States.REJECTED, Report.States.SPAM]
    return Report.objects.filter(pk=report.pk, state__in=taken_back).update(
        state=state, handled_by_name="", handled_at=None, decision=""
    )


def after(request, report):
    """Where the editor goes on: in the draft just made, else in the same list."""
    if report and report.draft and request.POST.get("act") == Report.States.ACCEPTED:
        return reverse("admin:tilbud_offer_change", args=[report.offer_id]) + f"?draft={report.draft.pk}"
    return request.get_full_path()


def key_of(text):
    """Return the key a form or an address names; 0, which no row has, for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0

"""The pages for files: fetch, try, look at what would change, take in."""

import logging

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tilbud.desk.transfer import limits
from tilbud.desk.transfer.export import TYPES, TooLong, rows_of, template, write
from tilbud.desk.transfer.jobs import Refused, Trial, apply_job, line_of, spaced, taken_in
from tilbud.desk.transfer.tables import NAMES
from tilbud.models import ImportJob

logger = logging.getLogger(__name__)
LINES_PER_PAGE = 200
JOBS_SHOWN = 20
ROWS_PER_LINE = 250
# Where in the page the lines go that come while the file is read.
LINES = "<!-- linjer -->"
WORDS = {
    "error": gettext_lazy("Feil"),
    "new": gettext_lazy("Ny"),
    "changed": gettext_lazy("Endres"),
    "removed": gettext_lazy("Slettes"),
    "warning": gettext_lazy("Se etter"),
    "waits": gettext_lazy("Må godkjennes"),
    "summary": gettext_lazy("I alt"),
}


def urls(site):
    name = "|".join(NAMES)
    return [
        path("filer/", site.admin_view(transfer), name="transfer"),
        path("filer/<int:pk>/", site.admin_view(transfer_job), name="transfer_job"),
        re_path(
            rf"^filer/(?P<name>{name})-mal\.(?P<form>csv|xlsx)$",
            site.admin_view(transfer_template),
            name="transfer_template",
        ),
        re_path(
            rf"^filer/(?P<name>{name})\.(?P<form>csv|xlsx)$",
            site.admin_view(transfer_export),
            name="transfer_export",
        ),
    ]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("CSV eller Excel (.xlsx), høyst 10 MB. Ingenting endres før noen sier ja."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > limits.FILE_BYTES:
            raise forms.ValidationError(str(limits.too_large()))
        return file


def _require(request, *permissions):
    """Let through who has one of the permissions."""
    if not any(request.user.has_perm(f"tilbud.{permission}") for permission in permissions):
        raise PermissionDenied


def _page(request, title, **context):
    return {**admin.site.each_context(request), "title": title, **context}


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request):
    """Files out, the form for a file in, and the files that have been tried."""
    if request.method == "POST":
        _require(request, "add_importjob")
    _require(request, "view_institution", "view_offer", "view_importjob", "add_importjob")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        # Before the answer begins: whoever is signed in is known only while the request lasts.
        trial = Trial(file.name, file.read(), request.user)
        return StreamingHttpResponse(_progress(request, trial))
    files = [name for name, kind in NAMES.items() if request.user.has_perm(f"tilbud.view_{kind}")]
    jobs = ImportJob.objects.defer("plan", "report") if request.user.has_perm("tilbud.view_importjob") else []
    context = _page(request, _("Filer"), form=form, files=files, jobs=jobs[:JOBS_SHOWN])
    return render(request, "desk/transfer.html", context)


def _progress(request, trial):
    """Yield the page bit by bit while the file is read, with a line for every few hundred rows."""
    page = render_to_string("desk/transfer_progress.html", _page(request, _("Filen leses")), request)
    before, _mark, after = page.partition(LINES)
    yield before
    try:
        total, told = trial.start(), 0
        for done in trial.steps():
            if done - told >= ROWS_PER_LINE or (done == total and total >= ROWS_PER_LINE):
                told = done
                text = _("%(done)s av %(total)s rader lest") % {"done": spaced(done), "total": spaced(total)}
                yield format_html("<li>{}</li>\n", text)
        job = trial.keep()
        address, text = reverse("admin:transfer_job", args=[job.pk]), _("Ferdig. Se hva filen vil endre")
        if job.state == ImportJob.States.REFUSED:
            text = _("Filen har feil, og ingenting er endret. Se hva som er feil")
        yield format_html('<li><a href="{}">{}</a></li>\n', address, text)
    except Exception:
        # The page has begun, so no error page can take its place.
        logger.exception("Innlesing av fil")
        yield format_html("<li>{}</li>\n", _("Noe gikk galt hos oss. Ingenting er endret."))
    yield after


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_job(request, pk):
    """What a file would change or has changed, row by row, and the button that takes it in."""
    _require(request, "view_importjob", "change_importjob")
    job = get_object_or_404(ImportJob, pk=pk)
    if request.method == "POST":
        _require(request, "change_importjob")
        _take_in(request, job)
        return HttpResponseRedirect(request.path)
    lines = sorted(job.report, key=lambda line: (line["what"] not in ("summary", "error"), line["row"]))
    shown = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("p"))
    context = _page(
        request,
        job.file_name,
        job=job,
        lines=shown,
        rows=[line | {"word": WORDS.get(line["what"], "")} for line in shown],
        may_take_in=job.state == ImportJob.States.TRIED
        and bool(job.plan)
        and request.user.has_perm("tilbud.change_importjob"),
    )
    return render(request, "desk/transfer_job.html", context)


def _take_in(request, job):
    try:
        taken = apply_job(job, request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        ImportJob.objects.filter(pk=job.pk, state=ImportJob.States.TRIED).update(
            state=ImportJob.States.REFUSED, report=[line_of(0, "error", str(refused)), *job.report]
        )
        return
    messages.success(request, taken_in(taken))


@require_safe
def transfer_export(request, name, form):
    """All institutions or all offers, with all their facts."""
    kind = NAMES[name]
    _require(request, f"view_{kind}")
    try:
        content = write(rows_of(kind), form, name)
    except TooLong:
        messages.error(request, _("En tekst er lengre enn en celle i Excel kan være. Hent filen som CSV."))
        return HttpResponseRedirect(reverse("admin:transfer"))
    return _download(content, f"{name}-{timezone.localdate().isoformat()}", form)


@require_safe
def transfer_template(request, name, form):
    """The empty file to fill in."""
    _require(request, f"view_{NAMES[name]}")
    return _download(template(NAMES[name], form), f"{name}-mal", form)


def _download(content, name, form):
    if form not in TYPES:
        raise Http404
    disposition = f'attachment; filename="{name}.{form}"'
    return HttpResponse(content, content_type=TYPES[form], headers={"Content-Disposition": disposition})

"""The guide for editors: one page, with pictures of the desk itself (`make pictures`)."""

from django.contrib import admin
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
def guide(request):
    return render(
        request,
        "desk/guide.html",
        {**admin.site.each_context(request), "title": _("Veiledning for redaksjonen")},
    )


def urls(site):
    return [path("veiledning/", site.admin_view(guide), name="guide")]

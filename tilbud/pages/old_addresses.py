"""Addresses entries once had: they lead to where the entry is today, so that no link goes dead."""

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse

from tilbud.models import OldSlug


class OldAddresses:
    """A page of one entry. What is not found is looked for among old addresses: one query, and only then."""

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            kind = self.get_queryset().model._meta.model_name
            old = OldSlug.objects.filter(slug=kwargs["slug"], **{f"{kind}__isnull": False})
            slug = old.values_list(f"{kind}__slug", flat=True).first()
            if slug is None:
                raise
            return HttpResponsePermanentRedirect(reverse(request.resolver_match.view_name, args=[slug]))

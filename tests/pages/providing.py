"""A provider who answers through its link, as a browser does."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import make_fact, make_institution
from tilbud.models import Contact, ProviderLink
from tilbud.pages.provider import new_token


def make_provider():
    """An institution with a phone number."""
    institution = make_institution(name="Fjordklinikken")
    make_fact(Contact, institution=institution, kind="phone", value="22029280")
    return institution


def make_link(institution, **values):
    token, nonce = new_token()
    values = {"expires_at": timezone.now() + timedelta(days=14), **values}
    link = ProviderLink.objects.create(institution=institution, nonce=nonce, **values)
    return link, f"/tilbyder/{token}/"


def filled_in(response, **changes):
    """What a browser sends of the page: every field as shown, with `changes`."""
    data = {}
    for entry in response.context["entries"]:
        for form in (entry.form, *entry.questions):
            data |= {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    return data | {"role": "daglig leder"} | changes


def name_of(entry, fact=None, field="answer"):
    kind = entry._meta.model_name[0]
    if fact is None:
        return f"{kind}{entry.pk}-self-{field}"
    lists = {"contact": "contacts", "agelimit": "age_limits", "activity": "activities", "payment": "payments"}
    name = lists.get(fact._meta.model_name, "ways_in")
    return f"{kind}{entry.pk}-{name}-{fact.pk}-{field}"


def answer(client, address, **changes):
    return client.post(address, filled_in(client.get(address), **changes))

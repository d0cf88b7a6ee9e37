"""Every page of the desk asks the database as many questions for a hundred rows as for one."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.matrix import TABLE, Samples, routes, visitor
from tests.desk.pages import address
from tests.desk.test_registry import ROWS
from tests.factories import make_institution, make_offer
from tilbud.desk.roles import ADMINISTRATOR
from tilbud.entries import make_draft, read_document, save_document
from tilbud.models import Assignment, Check, Contact, ImportJob, ProviderLink, Report

pytestmark = pytest.mark.once

MANY = 100
# The first makes new rows when it is looked at; a file goes out two hundred entries at a time.
NOT_LOOKED_AT = ("admin/inn/reservekoder/", "admin/^filer/")


@pytest.fixture
def client(db):
    return visitor(ADMINISTRATOR)


def questions(client, page, status=200):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == status, page
    # A preview writes too, as many rows at a time as the database takes.
    return sum(query["sql"].startswith("SELECT") for query in queries)


def counts_of_all(client, samples):
    return {
        route: questions(client, samples.address(route), status_of(route))
        for route in routes()
        if not route.startswith(NOT_LOOKED_AT)
    }


def status_of(route):
    """What an administrator gets there; most is a page, the rest leads on, refuses or is for a POST."""
    word = TABLE["pages"][route][0].split()[-1]
    return 302 if word == "login" else int(word.rstrip("*"))


def make_many(samples):
    """Ninety-nine more of everything that has a list, and of what belongs to the one offer or institution."""
    for number in range(1, MANY):
        for make in ROWS.values():
            make()
        ends = timezone.now() + timedelta(days=1)
        ProviderLink.objects.create(institution=samples.institution, nonce=f"n{number}", expires_at=ends)
        Report.objects.create(offer=samples.offer, fault="phone", stamp=f"s{number}", was_quick=False)
        ImportJob.objects.create(kind="offer", file_name=f"fil-{number}.csv", state=ImportJob.States.TRIED)
        Assignment.objects.create(offer=make_offer(), assigned_to=samples.user)
        Check.objects.create(offer=samples.offer, method="called", result="confirmed")
        document = read_document("offer", samples.offer.pk)
        document["fields"]["sessions"] = f"{number} ganger"
        save_document("offer", samples.offer.pk, document, base=number - 1, how="desk", author="Kari")
        make_draft("offer", samples.offer.pk, document, author="Kari")


def test_every_page_asks_as_often_for_a_hundred_rows_as_for_one(client, empty_directory):
    samples = Samples()
    Assignment.objects.create(offer=make_offer(), assigned_to=samples.user)
    few = counts_of_all(client, samples)
    make_many(samples)
    many = counts_of_all(client, samples)
    assert {route: (few[route], many[route]) for route in few if many[route] > few[route]} == {}


@pytest.mark.parametrize("make", [make_institution, make_offer])
def test_form_of_an_entry_asks_as_often_for_a_hundred_facts_as_for_one_of_each(client, make):
    entry = make()
    page = address(type(entry), "change", entry.pk)
    inlines = admin.site._registry[type(entry)].inlines
    for inline in inlines:
        copy_facts(inline.model, entry, 1)
    few = questions(client, page)
    for inline in inlines:
        copy_facts(inline.model, entry, MANY // len(inlines) + 3)
    # A field that is empty in the first fact of a list has nothing to fetch.
    assert few <= questions(client, page) <= few + 2


def copy_facts(model, entry, number):
    """Let facts of the real directory be about this entry; those that cannot be there twice are left out."""
    owner = type(entry)._meta.model_name
    facts = list(model.objects.exclude(**{owner: None}).order_by("pk")[:number])
    for fact in facts:
        fact.pk = None
        setattr(fact, owner, entry)
    model.objects.bulk_create(facts, ignore_conflicts=True)


@pytest.mark.parametrize("page", ["change", "preview", "merge"])
def test_pages_of_a_draft_ask_as_often_for_a_hundred_changes_as_for_one(client, page):
    found = [questions(client, address_of_draft(page, number)) for number in (1, MANY)]
    assert found[0] == found[1]


def address_of_draft(page, number):
    """A draft that adds some contacts to an offer that somebody else has changed since."""
    offer = make_offer()
    document = read_document("offer", offer.pk)
    row = {"kind": "phone", "source_id": offer.source_id, "check_method": "published"}
    blank = {field.attname: field.get_default() for field in Contact._meta.concrete_fields}
    document["rows"]["contacts"] = [
        {"id": -key, **{name: v for name, v in blank.items() if name not in ("id", "offer_id", "institution_id")}}
        | row
        | {"value": f"22{key:06}"}
        for key in range(1, number + 1)
    ]
    document["fields"]["sessions"] = "mitt"
    draft = make_draft("offer", offer.pk, document, author="Kari")
    theirs = read_document("offer", offer.pk)
    theirs["fields"]["sessions"] = "ditt"
    save_document("offer", offer.pk, theirs, base=0, how="desk", author="Ola")
    return reverse(f"admin:tilbud_draft_{page}", args=[draft.pk])

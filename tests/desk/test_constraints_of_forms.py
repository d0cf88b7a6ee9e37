"""The same for what has a form of its own: the message stands on the form, and nothing is saved."""

import pytest

from regions.models import County, HealthRegion, Place
from tests.desk.pages import address, filled_in, text_of
from tests.desk.test_constraints import BROKEN_ROWS, REPEATED_ROWS, constraints, message
from tests.factories import (
    make_county,
    make_fact,
    make_institution,
    make_offer,
    make_place,
    make_region,
    make_source,
)
from tilbud.models import Institution, Offer, Remark, Source

OF_ROWS_TESTED_BY_NAME = {
    "affiliation_not_to_itself",
    "collaboration_not_with_itself",
    "institutionname_unique",
    # A fact is edited inside its one owner, and a remark of the field has none: no form can break these.
    "contact_one_owner",
    "remark_at_most_one_owner",
}
CHECKED = {"checked_on": "2026-01-31"}


def remark():
    return make_fact(Remark, topic="other", text="Åpent.")


def region():
    return make_region(source=make_source().slug)


def county():
    return make_county(source=make_source().slug)


def place():
    return make_place(source=make_source().slug)


# How the row is made, and what is typed into its form.
BROKEN_FORMS = {
    "institution_checked_has_method": (make_institution, lambda row: CHECKED),
    "offer_checked_has_method": (make_offer, lambda row: {"check_method": "called"}),
    "offer_capacity_min_le_max": (make_offer, lambda row: {"capacity_min": 9, "capacity_max": 8}),
    "healthregion_from_before_to": (
        region,
        lambda row: {"valid_from": "2007-02-01", "valid_to": "2007-01-01", "successor": make_region().pk},
    ),
    "healthregion_ended_has_successor": (region, lambda row: {"valid_to": "2007-01-01"}),
    "healthregion_not_own_successor": (region, lambda row: {"valid_to": "2007-01-01", "successor": row.pk}),
    "county_then_has_successor": (county, lambda row: {"division": 2007}),
    "county_name_unique_in_division": (county, lambda row: {"name": make_county().name}),
    "place_coordinates_both_in_norway": (place, lambda row: {"latitude": 59.9}),
    "place_name_unique_in_county": (place, lambda row: {"name": make_place(county_2007=row.county_2007).name}),
}


def send(client, row, changes):
    page = address(type(row), "change", row.pk)
    return client.post(page, filled_in(client.get(page), **changes))


@pytest.mark.parametrize("name", BROKEN_FORMS)
def test_broken_form_gets_the_message_and_is_not_saved(admin_client, name):
    make, changes = BROKEN_FORMS[name]
    row = make()
    before = type(row).objects.filter(pk=row.pk).values().get()
    response = send(admin_client, row, changes(row))
    assert response.status_code == 200
    assert message(name) in text_of(response)
    assert type(row).objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("make", [remark, region, county, place], ids=lambda make: make.__name__)
def test_form_sent_as_it_was_shown_is_accepted(admin_client, make):
    row = make()
    assert send(admin_client, row, {}).url == address(type(row), "changelist")


def test_every_constraint_is_tried_here():
    assert {*BROKEN_FORMS, *BROKEN_ROWS, *REPEATED_ROWS, *OF_ROWS_TESTED_BY_NAME} == set(constraints())


@pytest.mark.parametrize("model", [Institution, Offer, Source, HealthRegion, County, Place])
def test_short_name_with_other_letters_gets_the_message(admin_client, model):
    response = admin_client.post(address(model, "add"), {"slug": "Ås"})
    assert "Bruk bare små bokstaver a–z" in text_of(response)


@pytest.mark.parametrize("published", ["feb. 2007", "2007-13", "2007-2", "07", "2007-02-32", "²007"])
def test_source_must_be_dated_as_the_pages_can_read_it(admin_client, published):
    source = make_source(published="2007-02")
    response = send(admin_client, source, {"published": published})
    assert "Skriv år, år-måned eller dato, for eksempel 2007, 2007-02 eller 2007-02-15." in text_of(response)
    assert Source.objects.get(pk=source.pk).published == "2007-02"


@pytest.mark.parametrize("published", ["", "2007", "2007-02", "2007-02-28"])
def test_source_dated_as_the_pages_can_read_it_is_saved(admin_client, published):
    source = make_source(published="1999")
    assert send(admin_client, source, {"published": published}).status_code == 302
    assert Source.objects.get(pk=source.pk).published == published


def test_geography_takes_only_sources_there_are(admin_client):
    row = place()
    response = send(admin_client, row, {"source": "finnes-ikke"})
    assert list(response.context["adminform"].form.errors) == ["source"]
    source = make_source()
    assert send(admin_client, row, {"source": source.slug}).status_code == 302
    assert Place.objects.get(pk=row.pk).source == source.slug

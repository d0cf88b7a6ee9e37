"""What the database forbids, the form says in Norwegian beside the row, before the database is asked."""

from datetime import date

import pytest
from django.contrib import admin

from tests.desk.pages import add_row, address, filled_in, text_of
from tests.factories import (
    make_fact,
    make_institution,
    make_offer,
)
from tilbud.models import (
    Activity,
    Affiliation,
    Collaboration,
    Institution,
    InstitutionName,
    Offer,
)

OUTSIDE = {"direction": "mutual", "partner_name": "Legen"}
# A row of a list that breaks one constraint: where it is added, the list, what is typed.
BROKEN_ROWS = {
    "affiliation_one_other": (Institution, "affiliations", {"kind": "owner"}),
    "operatingagreement_one_party": (Institution, "agreements", {}),
    "figure_not_negative": (Institution, "figures", {"kind": "members", "value": -1}),
    "collaboration_one_partner": (Institution, "collaborations", {"direction": "mutual"}),
    "contact_doubt_has_reason": (Offer, "contacts", {"kind": "web", "value": "a.no", "is_doubtful": "on"}),
    "contact_phone_plausible": (Institution, "contacts", {"kind": "phone", "value": "22 02 92"}),
    "agelimit_min_le_max": (Offer, "age_limits", {"min_age": 30, "max_age": 20}),
    "agelimit_human": (Offer, "age_limits", {"min_age": 121}),
}
# A row of each list that is right but for its check, which has a date and no method.
UNCHECKED_ROWS = {
    "institutionname": (Institution, "names", {"name": "Gamlehjemmet"}),
    "affiliation": (Institution, "affiliations", {"kind": "owner", "other_name": "Staten"}),
    "operatingagreement": (Institution, "agreements", {"partner": "Kommunen"}),
    "figure": (Institution, "figures", {"kind": "members", "value": 5}),
    "collaboration": (Institution, "collaborations", OUTSIDE),
    "contact": (Institution, "contacts", {"kind": "web", "value": "a.no"}),
    "remark": (Offer, "remarks", {"topic": "other", "text": "Åpent."}),
    "channel": (Offer, "channels", {"channel": "phone"}),
    "activity": (Offer, "activities", {"activity": "group"}),
    "targetrelation": (Offer, "relations", {"relation": "parent"}),
    "agelimit": (Offer, "age_limits", {"min_age": 18}),
    "payment": (Offer, "payments", {"kind": "free"}),
    "wayin": (Offer, "ways_in", {"kind": "self"}),
}
BROKEN_ROWS |= {
    f"{name}_checked_has_method": (owner, prefix, {**values, "checked_on": "2026-01-31"})
    for name, (owner, prefix, values) in UNCHECKED_ROWS.items()
}
# Two rows of one list of which each is right alone.
REPEATED_ROWS = {
    "affiliation_one_current": (Institution, "affiliations", {"kind": "owner", "other_name": "Staten"}),
    "activity_one_current": (Offer, "activities", {"activity": "group"}),
    "targetrelation_one_current": (Offer, "relations", {"relation": "parent"}),
    "payment_one_current": (Offer, "payments", {"kind": "free"}),
    "wayin_one_current": (Offer, "ways_in", {"kind": "self"}),
}
# What the form says before the database would, and plainer.
SAID_EARLIER = {
    "contact_phone_plausible": "«22 02 92» er ikke et norsk nummer",
    "agelimit_min_le_max": "Høyeste alder kan ikke være lavere enn laveste alder (30 år).",
}
MAKE = {Institution: make_institution, Offer: make_offer}


def constraints():
    """Every constraint of a model that can be edited, by name."""
    models = set()
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != "auth" and type(model_admin).__base__.__name__ != "FrozenAdmin":
            models |= {model, *(inline.model for inline in model_admin.inlines)}
    return {constraint.name: constraint for model in models for constraint in model._meta.constraints}


def message(name):
    return str(constraints()[name].violation_error_message)


def add_rows(client, owner, prefix, *rows):
    """Open the owner's form, add `rows` to the list `prefix`, and send it."""
    page = address(type(owner), "change", owner.pk)
    response = client.get(page)
    data = filled_in(response)
    for row in rows:
        add_row(response, data, prefix, source=owner.source, **row)
    return client.post(page, data)


@pytest.mark.parametrize("name", BROKEN_ROWS)
def test_broken_row_gets_the_message_and_is_not_saved(admin_client, name):
    model, prefix, values = BROKEN_ROWS[name]
    owner = MAKE[model]()
    response = add_rows(admin_client, owner, prefix, values)
    assert response.status_code == 200
    assert SAID_EARLIER.get(name, message(name)) in text_of(response)
    assert getattr(owner, prefix).count() == 0


@pytest.mark.parametrize("name", UNCHECKED_ROWS)
def test_the_same_row_with_date_and_method_is_saved(admin_client, name):
    model, prefix, values = UNCHECKED_ROWS[name]
    owner = MAKE[model]()
    response = add_rows(
        admin_client, owner, prefix, {**values, "checked_on": "31.01.2026", "check_method": "called"}
    )
    assert response.status_code == 302
    assert getattr(owner, prefix).get().checked_on == date(2026, 1, 31)


@pytest.mark.parametrize("name", REPEATED_ROWS)
def test_second_current_row_gets_the_message_when_both_are_new(admin_client, name):
    model, prefix, values = REPEATED_ROWS[name]
    owner = MAKE[model]()
    response = add_rows(admin_client, owner, prefix, values, values)
    assert response.status_code == 200
    assert text_of(response).count(message(name)) == 1
    assert getattr(owner, prefix).count() == 0


@pytest.mark.parametrize("name", REPEATED_ROWS)
def test_second_current_row_gets_the_message_when_one_is_there(admin_client, name):
    model, prefix, values = REPEATED_ROWS[name]
    owner = MAKE[model]()
    assert add_rows(admin_client, owner, prefix, values).status_code == 302
    response = add_rows(admin_client, owner, prefix, values)
    assert message(name) in text_of(response)
    assert getattr(owner, prefix).count() == 1


@pytest.mark.parametrize("name", REPEATED_ROWS)
def test_second_row_that_is_not_current_is_saved(admin_client, name):
    model, prefix, values = REPEATED_ROWS[name]
    owner = MAKE[model]()
    response = add_rows(admin_client, owner, prefix, values, {**values, "is_current": ""})
    assert response.status_code == 302
    assert sorted(getattr(owner, prefix).values_list("is_current", flat=True)) == [False, True]


def test_institution_cannot_belong_to_or_work_with_itself(admin_client):
    owner = make_institution()
    response = add_rows(admin_client, owner, "affiliations", {"kind": "owner", "other": owner})
    assert message("affiliation_not_to_itself") in text_of(response)
    response = add_rows(admin_client, owner, "collaborations", {"direction": "mutual", "partner": owner})
    assert message("collaboration_not_with_itself") in text_of(response)
    assert not Affiliation.objects.filter(institution=owner).exists()
    assert not Collaboration.objects.filter(institution=owner).exists()


def test_name_the_institution_already_has(admin_client):
    owner = make_fact(InstitutionName, institution=make_institution(), name="Gamlehjemmet").institution
    response = add_rows(admin_client, owner, "names", {"name": "Gamlehjemmet"})
    assert message("institutionname_unique") in text_of(response)
    response = add_rows(admin_client, owner, "names", {"name": "Nyhjemmet"}, {"name": "Nyhjemmet"})
    assert message("institutionname_unique") in text_of(response)
    assert owner.names.count() == 1


def test_fact_without_source_is_not_saved(admin_client):
    owner = make_offer()
    response = add_rows(admin_client, owner, "activities", {"activity": "group", "note": "Uten kilde"})
    assert response.status_code == 302
    response = admin_client.get(address(Offer, "change", owner.pk))
    data = filled_in(response) | {"activities-0-source": ""}
    response = admin_client.post(address(Offer, "change", owner.pk), data)
    assert "Feltet er påkrevet." in text_of(response)
    assert Activity.objects.get(offer=owner).source == owner.source

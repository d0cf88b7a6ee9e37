"""Every list and form of the desk opens, for every model that is registered."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import Group, User

from regions.models import County, HealthRegion, Place
from tests.asking import questions
from tests.desk.pages import address, text_of
from tests.factories import (
    make_contradiction,
    make_county,
    make_fact,
    make_institution,
    make_offer,
    make_place,
    make_region,
    make_source,
    make_survey_cell,
    make_survey_total,
    numbers,
)
from tilbud.desk.base import FrozenAdmin
from tilbud.entries import make_draft, read_document
from tilbud.models import (
    Check,
    Collaboration,
    Contact,
    Contradiction,
    Draft,
    Institution,
    LoadedEntry,
    Offer,
    Remark,
    Revision,
    Source,
    SurveyCell,
    SurveyTotal,
)


def a_draft():
    offer = make_offer()
    return make_draft("offer", offer.pk, read_document("offer", offer.pk), author="Kari")


def a_revision():
    offer = make_offer()
    return Revision.objects.create(kind="offer", object_id=offer.pk, number=1, title="T", document={}, how="desk")


ROWS = {
    Check: lambda: Check.objects.create(offer=make_offer(), method="called", result="confirmed"),
    Collaboration: lambda: make_fact(
        Collaboration, institution=make_institution(), partner=make_institution(), direction="mutual"
    ),
    Contact: lambda: make_fact(Contact, offer=make_offer(), kind="phone", value="22029280"),
    Contradiction: lambda: make_contradiction(institution=make_institution()),
    County: lambda: make_county(division=County.Divisions.THEN, successor=make_county()),
    Group: lambda: Group.objects.create(name=f"Gruppe {next(numbers)}"),
    Draft: a_draft,
    HealthRegion: lambda: make_region(valid_to="2007-06-01", successor=make_region()),
    Institution: lambda: make_institution(place=make_place(), region=make_region()),
    LoadedEntry: lambda: LoadedEntry.objects.create(key=f"prove-{next(numbers)}", digest="0"),
    Offer: lambda: make_offer(place=make_place()),
    Place: lambda: make_place(county=make_county()),
    Remark: lambda: make_fact(Remark, topic="other", text="Åpent hele året."),
    Revision: a_revision,
    Source: make_source,
    SurveyCell: lambda: make_survey_cell(institution=make_institution()),
    SurveyTotal: make_survey_total,
    User: lambda: User.objects.create(username=f"redaktor-{next(numbers)}"),
}
FROZEN = [model for model in ROWS if isinstance(admin.site._registry[model], FrozenAdmin)]
# Their lists lead somewhere else: to the entry a fact is part of, to the history of the entry.
LEAD_ELSEWHERE = [Collaboration, Contact, Revision]
# Rows with a page of our own, or no page.
NO_FORM = [Draft, Revision]
# What no list is needed for: kept by another page of the desk, or by the machinery.
ELSEWHERE = {"OldSlug", "Assignment", "Skip", "Report", "ProviderLink", "ImportJob", "DirectoryVersion"}


def each_model(*without):
    return pytest.mark.parametrize("model", [m for m in ROWS if m not in without], ids=lambda m: m.__name__)


def test_every_registered_model_is_tried_here():
    assert set(ROWS) == set(admin.site._registry)


def test_every_model_of_the_directory_is_registered_or_edited_inside_another():
    inside = {inline.model for model_admin in admin.site._registry.values() for inline in model_admin.inlines}
    ours = {*apps.get_app_config("tilbud").get_models(), *apps.get_app_config("regions").get_models()}
    assert {model.__name__ for model in ours - {*admin.site._registry, *inside}} == ELSEWHERE


@each_model(*LEAD_ELSEWHERE)
def test_list_shows_the_row_with_a_link_to_it(admin_client, model, empty_directory):
    row = ROWS[model]()
    response = admin_client.get(address(model, "changelist"))
    assert response.status_code == 200
    assert f'href="{address(model, "change", row.pk)}"' in text_of(response)


@each_model(*NO_FORM)
def test_form_shows_the_row(admin_client, model):
    row = ROWS[model]()
    response = admin_client.get(address(model, "change", row.pk))
    assert response.status_code == 200
    assert str(row) in text_of(response)
    assert ('name="_save"' in text_of(response)) is (model not in FROZEN)


@each_model()
def test_form_for_a_new_row_opens_unless_the_model_is_frozen(admin_client, model):
    response = admin_client.get(address(model, "add"))
    assert response.status_code == (403 if model in FROZEN else 200)
    assert ("adminform" in (response.context or {})) is (model not in FROZEN)


@each_model()
def test_list_asks_as_many_questions_for_three_rows_as_for_one(admin_client, model, empty_directory):
    ROWS[model]()
    with_one = questions(admin_client, address(model, "changelist"))
    ROWS[model]()
    ROWS[model]()
    assert questions(admin_client, address(model, "changelist")) == with_one


def test_every_field_that_can_be_edited_stands_on_a_form(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label == "auth" or model in FROZEN:
            continue
        # Set by checks alone, not by hand.
        unseen = {"missed_checks"} | ({"institution", "offer"} if model is Remark else set())
        for part in [model_admin, *model_admin.get_inline_instances(request)]:
            shown = flatten_fieldsets(part.get_fieldsets(request))
            owners = {"institution", "offer"} if part is not model_admin else set()
            editable = {
                field.name for field in part.model._meta.fields if field.editable and not field.primary_key
            }
            assert editable - owners - unseen <= set(shown), part

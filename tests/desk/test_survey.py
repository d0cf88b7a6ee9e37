"""The survey of 2007 and the list of what has been loaded can be seen and searched, and not changed by anybody."""

import pytest

from tests.desk.pages import address, text_of
from tests.factories import make_survey_cell, make_survey_total
from tilbud.models import LoadedEntry, SurveyCell, SurveyTotal

ROWS = {
    SurveyCell: lambda: make_survey_cell(value="Prøveverdi Å"),
    SurveyTotal: lambda: make_survey_total(value="Prøveverdi Å"),
    LoadedEntry: lambda: LoadedEntry.objects.create(key="Prøveverdi Å", digest="0"),
}
each_model = pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)


@each_model
def test_row_is_found_and_shown(admin_client, model):
    row = ROWS[model]()
    response = admin_client.get(address(model, "changelist"), {"q": "prøveverdi å"})
    assert list(response.context["cl"].queryset) == [row]
    assert "Prøveverdi Å" in text_of(admin_client.get(address(model, "change", row.pk)))


@each_model
def test_nothing_that_is_sent_changes_a_row(admin_client, model):
    row = ROWS[model]()
    before = list(model.objects.order_by("pk").values())
    every_field = {field.name: "1" for field in model._meta.fields}
    pages = [
        admin_client.post(address(model, "change", row.pk), every_field),
        admin_client.post(address(model, "add"), every_field),
        admin_client.post(
            address(model, "delete", row.pk), {"post": "yes", "_version": "0", "change_reason": "Prøve"}
        ),
    ]
    admin_client.post(
        address(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    )
    assert [page.status_code for page in pages] == [403, 403, 403]
    assert list(model.objects.order_by("pk").values()) == before


@each_model
def test_no_button_offers_to_change_it(admin_client, model):
    row = ROWS[model]()
    text = text_of(admin_client.get(address(model, "changelist"))) + text_of(
        admin_client.get(address(model, "change", row.pk))
    )
    assert address(model, "add") not in text
    assert address(model, "delete", row.pk) not in text
    assert 'name="_save"' not in text
    assert 'value="delete_selected"' not in text

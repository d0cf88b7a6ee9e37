"""Role × page × method × field: what matrix.toml says is what everybody gets, and no address is left out."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client

from tests.desk.matrix import ROLES, TABLE, VISITORS, Samples, answer, line, routes, visitor
from tests.staff import log_in, make_user
from tilbud.desk.roles import ADMINISTRATOR

pytestmark = pytest.mark.once


def test_every_address_stands_in_the_table():
    assert set(TABLE["pages"]) == set(routes())


def test_everybody_gets_what_the_table_says(empty_directory):
    samples, clients = Samples(), [visitor(who) for who in VISITORS]
    wrong = []
    for route in routes():
        address = samples.address(route)
        found = [" ".join(answer(client, method, address) for client in clients) for method in ("get", "post")]
        if found != TABLE["pages"].get(route):
            wrong.append(line(route, found))
    assert "\n".join(wrong) == ""


def test_every_button_does_for_each_what_the_table_says(empty_directory):
    samples, clients = Samples(), [visitor(who) for who in VISITORS]
    wrong = []
    for button in TABLE["buttons"]:
        address = samples.address(button["route"])
        found = " ".join(answer(client, "post", address, samples.filled(button["data"])) for client in clients)
        if found != button["cells"]:
            wrong.append(f"{button['data']}: {found}")
    assert "\n".join(wrong) == ""


def test_post_without_the_mark_of_our_own_forms_is_refused_everywhere(empty_directory):
    samples, client = Samples(), log_in(Client(enforce_csrf_checks=True), make_user(ADMINISTRATOR))
    assert {route: answer(client, "post", samples.address(route)) for route in routes()} == dict.fromkeys(
        routes(), "403"
    )


@pytest.mark.parametrize("role", ROLES)
def test_fields_inlines_and_actions_are_those_of_the_table(empty_directory, role):
    samples, client = Samples(), visitor(role)
    found = {"fields": {}, "inlines": {}, "actions": {}}
    for model, model_admin in admin.site._registry.items():
        name, app = model._meta.label_lower, model._meta.label_lower.replace(".", "/")
        response = client.get(samples.address(f"admin/{app}/<path:object_id>/change/"))
        if "adminform" in (response.context or {}):
            form = response.context["adminform"]
            shown = {*flatten_fieldsets(form.fieldsets)} - {*form.readonly_fields}
            found["fields"][name] = " ".join(sorted(shown & {*form.form.fields}))
            inlines = [
                part.opts.model._meta.model_name
                for part in response.context["inline_admin_formsets"]
                if part.has_add_permission or part.has_change_permission or part.has_delete_permission
            ]
            found["inlines"][name] = " ".join(sorted(inlines))
        found["actions"][name] = " ".join(sorted(model_admin.get_actions(response.wsgi_request)))
    expected = {
        part: {name: cell["what"] for name, cell in TABLE[part].items() if is_for(role, cell["from"])}
        for part in found
    }
    assert {
        part: {name: text for name, text in cells.items() if text} for part, cells in found.items()
    } == expected


def is_for(role, lowest):
    return ROLES.index(role) >= ROLES.index(lowest)


def autocompletes():
    """Every field that asks the desk while one types."""
    for model, model_admin in admin.site._registry.items():
        for part in [model_admin, *model_admin.inlines]:
            owner = getattr(part, "model", model)
            for field in part.autocomplete_fields:
                yield f"{owner._meta.label_lower}.{field}"


def test_every_autocomplete_stands_in_the_table_and_answers_those_it_says(db):
    clients = [visitor(who) for who in VISITORS]
    found = {}
    for name in sorted(set(autocompletes())):
        query = dict(zip(("app_label", "model_name", "field_name"), name.split("."), strict=True))
        statuses = [client.get("/admin/autocomplete/", query) for client in clients]
        found[name] = " ".join("login" if s.status_code == 302 else str(s.status_code) for s in statuses)
    assert found == TABLE["autocomplete"]

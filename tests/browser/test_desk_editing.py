"""Editors at work in a browser: two collide and merge; an approver publishes what children see."""

import re

import pytest

from tests.browser.desk import assert_soon, desk  # noqa: F401
from tilbud.desk.roles import APPROVER, EDITOR

pytestmark = pytest.mark.browser
INSTITUTION, CHILD_OFFER = "biri-treningssenter", "alarmtelefonen-116111"


def form_of(desk, role, model, slug, **options):  # noqa: F811
    """The form of the entry with that slug, found by searching in the list as an editor does."""
    page = desk(role, f"/admin/tilbud/{model}/?q={slug}", **options).page
    page.click("#result_list tbody th a")
    return page


def save(page, field, text, why, button="Lagre"):
    page.fill(f"#id_{field}", text)
    page.fill("#id_change_reason", why)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_two_editors_collide_and_merge(desk, javascript):  # noqa: F811
    name = f"Navnet {javascript}"
    hers = form_of(desk, EDITOR, "institution", INSTITUTION, javascript=javascript)
    his = form_of(desk, APPROVER, "institution", INSTITUTION, javascript=javascript)
    save(hers, "name", f"{name} hennes", "Ringte")
    assert "ble endret" in hers.inner_text(".messagelist")
    his.fill("#id_locator", f"Rapporten {javascript}")
    save(his, "name", f"{name} hans", "Leste nettsiden")
    assert "Ikke lagret: noen andre har lagret imens" in his.inner_text("h1")
    assert {f"{name} hennes", f"{name} hans"} <= set(his.locator("fieldset b").all_inner_texts())
    his.check("text=Noe tredje:")
    his.fill("fieldset input[type=text]", f"{name} begges")
    his.get_by_role("button", name="Lagre med disse valgene").click()
    assert his.input_value("#id_name") == f"{name} begges"
    assert his.input_value("#id_locator") == f"Rapporten {javascript}"


def test_approver_publishes_what_an_editor_wrote_for_children(desk, visit):  # noqa: F811
    said = "Sagt på telefonen i en prøve."
    page = form_of(desk, EDITOR, "offer", CHILD_OFFER)
    save(page, "catchment_note", said, "Ringte vakttelefonen")
    assert "En annen må godkjenne" in page.inner_text(".messagelist")
    public = f"/tilbud/{CHILD_OFFER}/"
    assert said not in visit(public).page.inner_text("main")
    approver = desk(APPROVER, page.url[page.url.index("/admin/") :]).page
    assert said in approver.inner_text(".desk-compare")
    address = approver.get_attribute("text=Se siden slik publikum vil se den", "href")
    preview = desk(APPROVER, address).page
    assert said in preview.inner_text("main")
    approver.get_by_role("button", name="Publiser").click()
    assert "Publisert" in approver.inner_text(".messagelist")
    assert_soon(visit(public).page, said)


def test_restore_in_the_history_is_reached_by_keyboard(desk):  # noqa: F811
    page = form_of(desk, EDITOR, "institution", INSTITUTION)
    save(page, "name", "Tastaturnavnet", "Prøve")
    page = form_of(desk, EDITOR, "institution", INSTITUTION)
    page.click(".historylink")
    page.focus("#fra")
    reached = []
    for _press in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.value || ''"))
    assert any(re.match("Gjenopprett versjon", text) for text in reached), reached

"""An editor sends in a file in a real browser: one bad row changes nothing, and the page says which row it is."""

import csv
import io

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.desk import desk  # noqa: F401
from tilbud.desk.roles import APPROVER, EDITOR

pytestmark = pytest.mark.browser
INSTITUTION = "biri-treningssenter"


def exported(page):
    """The lines of one institution, fetched with the link on the page."""
    with page.expect_download() as download:
        page.get_by_role("link", name="institusjoner som CSV", exact=True).click()
    text = download.value.path().read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    return [row for row in rows if row["oppføring"] == INSTITUTION]


def send(page, rows):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    file = {"name": "ringerunde.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("utf-8-sig")}
    page.set_input_files("#id_file", files=file)
    page.get_by_role("button", name="Prøv filen").click()


def assert_accessible(visit):
    visit.page.wait_for_load_state()
    visit.is_listening = False
    found = Axe().run(visit.page)
    visit.is_listening = True
    assert not found.response["violations"], found.generate_report()


@pytest.mark.parametrize("javascript", [True, False])
def test_one_bad_row_changes_nothing_and_the_page_says_which(desk, javascript):  # noqa: F811
    visit = desk(EDITOR, "/admin/filer/", javascript=javascript)
    page = visit.page
    rows = exported(page)
    rows[0]["navn"] = f"Feil navn {javascript}"
    contact = next(row for row in rows if row["del"] == "kontaktopplysning")
    contact["slag"], contact["verdi"], contact["tvilsom"] = "telefon", "123", "nei"
    send(page, rows)
    page.get_by_role("link", name="Filen har feil").click()
    row = page.locator("#content tbody tr", has_text="«123» er ikke et norsk nummer")
    assert row.locator("td").first.inner_text() == str(rows.index(contact) + 2)
    assert page.get_by_role("button", name="Ta inn alt").count() == 0
    page.goto(page.url.split("/admin/")[0] + f"/institusjoner/{INSTITUTION}/")
    assert "Feil navn" not in page.inner_text("main")
    assert visit.complaints == []


def test_good_file_is_tried_by_an_editor_and_taken_in_by_an_approver(desk):  # noqa: F811
    editor = desk(EDITOR, "/admin/filer/")
    assert_accessible(editor)
    page = editor.page
    rows = exported(page)
    rows[0]["verdigrunnlag"] = "livssynsnøytral"
    send(page, rows)
    assert_accessible(editor)
    page.get_by_role("link", name="Ferdig. Se hva filen vil endre").click()
    assert "livssynsnøytral" in page.inner_text("#content tbody")
    assert "En som godkjenner, kan ta inn filen" in page.inner_text("#content")
    assert_accessible(editor)
    approver = desk(APPROVER, "/admin/" + page.url.partition("/admin/")[2], width=360)
    approver.page.get_by_role("button", name="Ta inn alt").focus()
    approver.page.keyboard.press("Enter")
    assert approver.page.inner_text(".messagelist") == "1 oppføring er lagret."
    assert_accessible(approver)
    assert editor.complaints == approver.complaints == []

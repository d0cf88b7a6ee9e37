"""What comes from outside, in a browser: a provider corrects a number, a visitor's report reaches the desk."""

import pytest

from tests.browser.desk import assert_soon, desk, press  # noqa: F401
from tests.browser.test_pages import OVERFLOW, axe_problems, problems_in
from tilbud.desk.roles import APPROVER, EDITOR

pytestmark = pytest.mark.browser
INSTITUTION = "kildevangen"


def link_from(desk, slug, look=lambda page: None):  # noqa: F811
    """Make a link for an institution as an editor does; return the address it opens, without the host.

    `look` is given the page before and after.
    """
    page = desk(EDITOR, f"/admin/tilbud/institution/?q={slug}").page
    page.click("#result_list tbody th a")
    pk = page.url.split("/institution/")[1].split("/")[0]
    page.goto(page.url.split("/admin/")[0] + f"/admin/tilbyder/{pk}/")
    look(page)
    press(page, "Lag lenke")
    look(page)
    return "/tilbyder/" + page.input_value("#lenke").split("/tilbyder/")[1]


@pytest.mark.parametrize("javascript", [True, False])
def test_provider_corrects_a_phone_number(desk, visit, javascript):  # noqa: F811
    number, shown = ("22334455", "22 33 44 55") if javascript else ("22334466", "22 33 44 66")
    address = link_from(desk, INSTITUTION)

    page = visit(address, width=320, javascript=javascript).page
    phone = page.locator("fieldset.question:has(legend:has-text('Telefon'))").first
    phone.get_by_label("Stemmer ikke. Slik er det nå:").check()
    phone.get_by_label("Telefon", exact=True).fill("2233")
    page.get_by_label("Hvem svarer?").fill("daglig leder")
    press(page, "Send svarene")
    assert "åtte siffer" in phone.inner_text()
    assert phone.get_by_label("Telefon", exact=True).input_value() == "2233"
    phone.get_by_label("Telefon", exact=True).fill(f"+47 {shown}")
    press(page, "Send svarene")
    assert page.inner_text("h1") == "Takk for svarene"
    assert shown not in visit(f"/institusjoner/{INSTITUTION}/").page.inner_text("main")

    approver = desk(APPROVER, "/admin/tilbud/draft/").page
    approver.click("#result_list tbody th a >> nth=0")
    assert number in approver.inner_text("#content-main")
    assert "fra tilbyderen" in approver.inner_text("#content-main")
    press(approver, "Publiser")
    public = visit(f"/institusjoner/{INSTITUTION}/").page
    assert_soon(public, shown)
    assert "bekreftet på e-post" in public.inner_text("main")
    assert visit(address).response.status == 410


def test_form_for_the_provider_has_no_faults_and_fits_a_small_screen(desk, visit):  # noqa: F811
    opened = visit(link_from(desk, "bergensklinikkene", assert_desk_has_no_faults), width=320)
    page = opened.page
    assert_no_faults(page)
    # With every field there is, and with faults.
    page.evaluate("document.querySelectorAll('input[value=changed]').forEach(radio => radio.click())")
    press(page, "Send svarene")
    assert page.locator("[role=alert]").count() == 1
    assert_no_faults(page)
    assert opened.complaints == []


def assert_desk_has_no_faults(page):
    assert axe_problems(page) == []


def assert_no_faults(page):
    for scheme in ("light", "dark"):
        assert (problems_in(page, scheme), page.evaluate(OVERFLOW)["beyond"]) == ([], 0), scheme


def test_visitors_report_reaches_the_inbox_and_becomes_a_draft(desk, visit):  # noqa: F811
    page = visit("/tilbud/al-anon-tromso/", javascript=False).page
    page.get_by_role("link", name="Meld om feil").click()
    page.get_by_label("Ingen svarer").check()
    page.get_by_label("Fortell mer, hvis du vil").fill("Ringte tre ganger.")
    press(page, "Send meldingen")
    # Nobody has read the form in so short a time; the text is kept.
    assert "Send igjen" in page.inner_text("form.report")
    assert axe_problems(visit("/tilbud/al-anon-tromso/meld-feil/").page) == []
    page.wait_for_timeout(5000)
    press(page, "Send igjen")
    assert page.inner_text("h1") == "Takk for meldingen"

    inbox = desk(EDITOR, "/admin/meldinger/", width=320)
    assert "Ringte tre ganger." in inbox.page.inner_text("#content-main")
    assert axe_problems(inbox.page) == []
    inbox.page.get_by_label("Begrunnelse").first.press("Enter")
    assert "/meldinger/" in inbox.page.url
    press(inbox.page, "Lag utkast")
    assert "?draft=" in inbox.page.url
    assert inbox.complaints == []

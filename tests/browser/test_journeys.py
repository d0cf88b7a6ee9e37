"""Eight people on small telephones, from the front page to a named offer."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import TRACES

pytestmark = pytest.mark.browser

# Whether what has the focus is in sight, uncovered, and marked so that one sees it.
FOCUS_IS_SEEN = """() => {
    const focused = document.activeElement;
    const box = focused.getClientRects()[0];
    const style = getComputedStyle(focused);
    const {clientWidth, clientHeight} = document.documentElement;
    const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const isInside = box.left >= 0 && box.top >= 0 && box.right <= clientWidth && box.bottom <= clientHeight;
    return isMarked && isInside && focused.contains(
        document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""
FOCUSED = "document.activeElement.outerHTML.slice(0, 200)"


@pytest.fixture
def arrive(site):
    """Check that a journey ended on an offer, and that nobody else heard of it and nothing remembers it."""

    def arrive(visit, title, slug):
        expect(visit.page).to_have_url(f"{site}/tilbud/{slug}/")
        expect(visit.page.locator("h1")).to_have_text(title)
        assert len(visit.requests) > 2
        assert [url for url in visit.requests if not url.startswith((f"{site}/", "data:"))] == []
        assert visit.complaints == []
        assert visit.page.context.cookies() == []
        traces = visit.page.evaluate(TRACES)
        assert traces == {"local": [], "session": [], "databases": [], "caches": [], "workers": []}

    return arrive


def answer_front(page, relation, place):
    page.get_by_role("radio", name=relation).check()
    page.get_by_label("Hvor er du?").fill(place)
    page.get_by_role("button", name="Vis hjelp").click()


def card(page, title, institution):
    """The link to an offer in a list of cards; the same title may stand at several institutions."""
    return page.locator(".card").filter(has_text=institution).get_by_role("link", name=title, exact=True)


def in_force(page):
    return [chip.removesuffix(" ×") for chip in page.locator(".chip").all_inner_texts()]


def test_child_of_13_in_bodo_without_javascript(visit, arrive):
    journey = visit("/", javascript=False)
    page = journey.page

    page.get_by_role("link", name="Jeg er under 18 år").click()
    page.get_by_label("Hvor gammel er du?").fill("13")
    page.get_by_label("Hvor bor du?").fill("Bodø")
    page.get_by_role("button", name="Vis hjelp").click()

    expect(page.get_by_role("heading", name="Har sagt at de tar imot på din alder")).to_be_in_viewport()
    offer = page.locator("#tilbud .card").first
    expect(offer).to_contain_text("Samme sted")
    offer.get_by_role("link", name="Støtte og råd for barn og unge").click()
    arrive(journey, "Støtte og råd for barn og unge", "wandasenteret-stotte-og-rad")


def test_mother_in_volda(visit, arrive):
    journey = visit("/")
    page = journey.page

    answer_front(page, "Mor eller far", "Volda")

    expect(page.locator(".section").first).to_have_text("Nær deg")
    expect(page.locator(".card").first).to_contain_text("0 km unna")
    card(page, "Gruppe for barn, mødre, ektefeller og samboere", "Volda").click()
    arrive(journey, "Gruppe for barn, mødre, ektefeller og samboere", "poliklinikk-volda-gruppe")


def tab_to(page, goal):
    """Press Tab until `goal` has the focus; every stop on the way must be seen."""
    for _press in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate(FOCUSED)
        if goal.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab kommer aldri til {goal}.")


def test_partner_in_bergen_by_keyboard(visit, arrive):
    journey = visit("/")
    page = journey.page

    tab_to(page, page.locator("input[name=relation]:checked"))
    for _press in range(page.locator("input[name=relation]").count()):
        page.keyboard.press("ArrowDown")
        if page.get_by_role("radio", name="Partner").is_checked():
            break
    tab_to(page, page.get_by_label("Hvor er du?"))
    page.keyboard.type("Bergen")
    tab_to(page, page.get_by_role("button", name="Vis hjelp"))
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert in_force(page) == ["Hvor er du: Bergen (Vestland)", "Hvem er du: partner"]
    tab_to(page, card(page, "Gruppe for deg som lever med en som ruser seg", "Bergensklinikkene"))
    page.keyboard.press("Enter")

    arrive(journey, "Gruppe for deg som lever med en som ruser seg", "bergensklinikkene-partnergruppe")


def test_grown_child_in_karasjok_where_nothing_is_near(visit, arrive):
    journey = visit("/")
    page = journey.page

    answer_front(page, "Voksent barn", "Karasjok")

    rungs = ["Nær deg", "I fylket ditt", "I helseregionen din", "Hele landet, telefon og nett"]
    expect(page.locator(".section")).to_have_text(rungs)
    # Nobody nearer than 600 kilometres says that it is for grown children, and the page does not pretend so.
    near = page.locator(".section").first.locator("xpath=following-sibling::*[1]")
    expect(near).to_have_text("Ikke oppgitt: nevner ikke hvilke pårørende det er for")
    expect(card(page, "Selvhjelpsgruppe for voksne barn i Mosjøen", "Al-Anon")).to_be_visible()
    line = card(page, "Telefon for alle pårørende", "Pårørendelinjen")
    while not line.count():
        number = page.locator(".pages").inner_text()
        page.get_by_role("link", name="Neste side").click()
        expect(page.locator(".pages")).not_to_have_text(number, use_inner_text=True)
    line.click()
    arrive(journey, "Telefon for alle pårørende", "parorendelinjen-telefon")


def test_sibling_of_16_in_skien(visit, arrive):
    journey = visit("/")
    page = journey.page

    answer_front(page, "Søsken", "Skien")
    page.get_by_text("Velg hva som passer").click()
    page.get_by_label("Hvor gammel er du?").fill("16")
    page.get_by_role("button", name="Vis tilbud").click()

    expect(page).to_have_url(re.compile("age=16"))
    assert in_force(page) == ["Hvor er du: Skien (Telemark)", "Hvem er du: søsken", "Hvor gammel er du: 16 år"]
    card(page, "Råd og samtaler", "Psykiatrisk Ungdomsteam Skien").click()
    arrive(journey, "Råd og samtaler", "put-skien-rad-og-samtaler")


def test_doctor_in_oslo_prints_referral_sheet(visit, arrive):
    journey = visit("/")
    page = journey.page

    page.get_by_role("link", name="Jeg er fagperson").click()
    page.get_by_label("Den pårørendes sted").fill("Oslo")
    page.get_by_text("Vei inn", exact=True).first.click()
    page.get_by_label("henvisning", exact=True).check()
    page.get_by_role("button", name="Vis", exact=True).click()
    page.get_by_role("link", name="Henvisningsark: Samtaler og psykoedukativ gruppe, A-senteret").click()

    expect(page.locator("h1")).to_have_text("Henvisningsark: Samtaler og psykoedukativ gruppe")
    page.emulate_media(media="print")
    paper = page.locator("body").inner_text()
    assert "A-senteret" in paper
    for fact in ("Maridalsveien 176 A, 0469 Oslo", "23 26 50 00"):
        assert re.search(rf"{fact}\s+Opplyst februar 2007, ikke kontrollert siden", paper)
    # Whoever finds the sheet learns neither where it is from nor how to leave it in a hurry.
    for trace in ("katalog", "forsiden", "forlat", "tabellen", "127.0.0.1"):
        assert trace not in f"{page.title()} {paper}".lower()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Alt vi vet om tilbudet").click()
    arrive(journey, "Samtaler og psykoedukativ gruppe", "a-senteret-samtaler-og-gruppe")


def test_search_with_typing_errors(visit, arrive):
    journey = visit("/")
    page = journey.page

    page.get_by_role("link", name="Finn tilbud").click()
    page.get_by_label("Søk etter navn, sted eller ord").fill("selvhjelpgrupe trømso")
    page.get_by_role("button", name="Søk").click()

    expect(page.get_by_role("status").filter(has_text="Viste treff for")).to_contain_text("«selvhjelpsgruppe")
    card(page, "Selvhjelpsgruppe i Tromsø", "Al-Anon").click()
    arrive(journey, "Selvhjelpsgruppe i Tromsø", "al-anon-tromso")
    assert [url for url in journey.requests if re.search("selvhjelpgrup|trømso|tr%C3%B8mso|q=", url, re.I)] == []


def test_parent_with_wrong_postcode(visit, arrive):
    journey = visit("/")
    page = journey.page

    answer_front(page, "Mor eller far", "0000")

    place = page.get_by_label("Hvor er du?")
    expect(place).to_have_value("0000")
    expect(place).to_be_visible()
    expect(place).to_have_accessible_description(re.compile("Vi kjenner ikke stedet «0000»"))
    expect(page.get_by_text("Vi kjenner ikke stedet «0000»")).to_be_visible()
    assert in_force(page) == ["Hvem er du: mor eller far"]
    place.fill("5003")
    page.get_by_role("button", name="Vis tilbud").click()

    expect(page.locator(".section").first).to_have_text("Nær deg")
    assert in_force(page)[1:] == ["Hvem er du: mor eller far"]
    card(page, "Foreldregruppe med ti møter", "Bergensklinikkene").click()
    arrive(journey, "Foreldregruppe med ti møter", "bergensklinikkene-foreldregruppe")

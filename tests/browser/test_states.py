"""Every page in every state it can be in: accessible in all colours, whole on small screens and with wide text."""

import hashlib
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import expect

from tests.browser.conftest import opened_page
from tests.browser.test_pages import (
    COLOUR_RULES,
    MARK_REPEATED,
    NOT_PAGES,
    OTHER_RULES,
    OVERFLOW,
    axe_problems,
    open_everything,
)
from tilbud.models import Offer
from tilbud.models.offer import CODE_LENGTH
from tilbud.urls import urlpatterns

pytestmark = pytest.mark.browser


def codes(*slugs):
    return ",".join(hashlib.md5(s.encode(), usedforsecurity=False).hexdigest()[:CODE_LENGTH] for s in slugs)


LISTED = codes(
    "a-senteret-samtaler-og-gruppe", "alarmtelefonen-116111", "put-skien-kurs", "biri-treningssenter-planlagt"
)
MISSING = "/finnes-ikke/"
OFFERS = {
    "offered": "al-anon-tromso",
    "on_request": "bjorgvin-dps-samtaler",
    "planned": "biri-treningssenter-planlagt",
    "suspended": "put-haugesund-parorendegruppe",
    "closed": "veiledningssenteret-oslo-samtaler",
}
SHEETS = {
    "referral": "a-senteret-samtaler-og-gruppe",
    "self": "aca-sandefjord",
    "open": "al-anon-askim-alateen",
    "patient": "afx-gaustad-temadager",
    "unknown": "alta-kommune-samtale",
    "dormant": "biri-treningssenter-planlagt",
    "referral taken over": "bergensklinikkene-gruppe",
    "dormant taken over": "veiledningssenteret-oslo-samtaler",
}
# For each state: the address, and what stands on the page in this state and in no other.
STATES = {
    "front": ("/", "form[action='/tilbud/'] input[name=relation]"),
    "list": ("/tilbud/", ".pages"),
    "list filtered": ("/tilbud/?region=helse-vest&relation=child&age=16", ".chip >> nth=2"),
    "list by place": ("/tilbud/?place=Bergen&relation=partner", ".section:has-text('Nær deg')"),
    "list, last page": ("/tilbud/?page=17", ".section:has-text('Ikke i gang nå')"),
    "list empty": ("/tilbud/?sector=voluntary&payment=means_tested", ".notice:has-text('Ingen tilbud passer')"),
    "list with errors": (
        "/tilbud/?age=ung&place=Atlantis&region=helse-x&payment=x&page=0",
        ".filters .error >> nth=3",
    ),
    "list, several places": ("/tilbud/?place=Nes", ".spots a"),
    "list, searched": ("/tilbud/?region=helse-vest#samtale", "button.chip"),
    "list, search mended": ("/tilbud/#famileterapi", "[role=status]:has-text('Viste treff for «familieterapi»')"),
    "list, search in vain": ("/tilbud/?region=helse-vest#xqzwk", ".notice:has-text('Ingen tilbud passer')"),
    "list, searched where it is not": ("/tilbud/?region=helse-vest#tromsø", ".notice form"),
    "offer with most facts": ("/tilbud/bergensklinikkene-barn-av-pasienter/", ".remarks li"),
    "offer with fewest facts": (
        "/tilbud/bla-kors-kompasset-nettradgivning/",
        "text=Vi har ikke noe telefonnummer",
    ),
    "offer with doubtful contact": ("/tilbud/put-skien-kurs/", ".doubt"),
    **{f"offer {status}": (f"/tilbud/{slug}/", "h1") for status, slug in OFFERS.items()},
    "institutions": ("/institusjoner/", ".pages"),
    "institution with most offers": ("/institusjoner/al-anon/", "h1"),
    "institution with most facts": ("/institusjoner/bergensklinikkene/", "#uenige details"),
    "institution with doubtful contact": ("/institusjoner/put-skien/", ".doubt"),
    "regions": ("/helseregioner/", ".card"),
    "region of today": ("/helseregioner/helse-vest/", ".button:has-text('Se')"),
    "region of 2007": ("/helseregioner/helse-ost/", ".notice:has-text('fantes til')"),
    "survey": ("/kartlegging-2007/", "table"),
    "urgent": ("/akutt/", "a[href='tel:113']"),
    "children": ("/barn/", "#tilbud form"),
    "children answered": ("/barn/?age=13&place=Bod%C3%B8", "#tilbud .card"),
    "children with errors": ("/barn/?age=45&place=Atlantis", "#tilbud .error >> nth=1"),
    "children, nothing said": ("/barn/?age=&place=", "#tilbud [role=alert]"),
    "children, several places": ("/barn/?age=13&place=Nes", "text=Flere steder heter det"),
    "professionals": ("/henviser/", ".pages"),
    "professionals filtered": ("/henviser/?place=Oslo&access=referral&sort=-age", "[aria-sort=descending]"),
    "professionals searched": ("/henviser/?place=Oslo#samtale", "thead button.link"),
    "professionals empty": ("/henviser/?sector=voluntary&payment=means_tested", ".notice"),
    "professionals with errors": ("/henviser/?age=x&place=Atlantis&payment=x&sort=x", "[role=alert]"),
    **{f"sheet, {kind}": (f"/tilbud/{slug}/henvisning/", ".sheet") for kind, slug in SHEETS.items()},
    "shortlist": (f"/liste/?o={LISTED}", ".card >> nth=3"),
    "shortlist empty": ("/liste/", "text=Listen er tom"),
    "shortlist, bad codes": (f"/liste/?o=ffffffff,{LISTED},xyz", ".error"),
    "finding more for the shortlist": (f"/tilbud/?o={LISTED}", f".card a[href*='{LISTED},']"),
    "offer for the shortlist": (f"/tilbud/al-anon-tromso/?o={LISTED}", "h1"),
    "reporting a fault": ("/tilbud/bergensklinikkene-barn-av-pasienter/meld-feil/", "form.report"),
    "safety": ("/trygg/", "h1"),
    "about": ("/om/", "h1"),
    "privacy": ("/personvern/", "h1"),
    "accessibility": ("/tilgjengelighet/", "h1"),
    "not found": (MISSING, "h1:has-text('Siden finnes ikke')"),
    # A host the directory does not answer to.
    "bad request": ("http://feil.localhost:{port}/", "h1:has-text('Vi forsto ikke adressen')"),
}

# Only the colours differ from one to the next.
COLOURS = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}
# CSS pixels and how many of the screen's go into one: a small telephone; 1280 by 1024 at 400 per cent.
TELEPHONE = (360, 800, 1)
SCREENS = {"320 pixels": (320, 640, 1), "400 per cent": (320, 256, 4)}

# WCAG 1.4.12. A sheet made by script is the one thing the content policy lets a test add.
WIDE_TEXT = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
        p { margin-bottom: 2em !important; }
    `);
    document.adoptedStyleSheets = [sheet];
}"""
USUAL_TEXT = "document.adoptedStyleSheets = []"
# Boxes that hide some of what they hold, and text that sticks out of such a box or of the page.
CUT = """() => {
    const hides = overflow => overflow === "hidden" || overflow === "clip";
    const styles = new Map();
    const styleOf = e => styles.get(e) ?? styles.set(e, getComputedStyle(e)).get(e);
    const isForEars = e => e.closest(".visually-hidden, .skip");
    const found = [];
    for (const e of document.body.querySelectorAll("*")) {
        const {overflowX, overflowY} = styleOf(e);
        const isCut = hides(overflowX) && e.scrollWidth > e.clientWidth + 1
            || hides(overflowY) && e.scrollHeight > e.clientHeight + 1;
        if (e instanceof HTMLElement && isCut && !isForEars(e)) found.push(`box: ${e.outerHTML.slice(0, 150)}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (!text.data.trim() || isForEars(text.parentElement)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const box = range.getBoundingClientRect();
        if (!box.width) continue;
        let [x, y] = [true, true];
        for (let e = text.parentElement; e && (x || y); e = e.parentElement) {
            const {overflowX, overflowY} = styleOf(e);
            const around = e.getBoundingClientRect();
            const isCut = x && hides(overflowX) && (box.left < around.left - 1 || box.right > around.right + 1)
                || y && hides(overflowY) && (box.top < around.top - 1 || box.bottom > around.bottom + 1);
            if (isCut) found.push(`text: ${text.data.trim().slice(0, 80)} in ${e.outerHTML.slice(0, 80)}`);
            // What scrolls can be reached.
            x &&= !["auto", "scroll"].includes(overflowX);
            y &&= !["auto", "scroll"].includes(overflowY);
        }
        const {scrollWidth, scrollHeight} = document.documentElement;
        const [left, top] = [box.left + scrollX, box.top + scrollY];
        const isOut = x && (left < -1 || left + box.width > scrollWidth + 1)
            || y && (top < -1 || top + box.height > scrollHeight + 1);
        if (isOut) found.push(`page: ${text.data.trim().slice(0, 80)}`);
    }
    return found;
}"""


FAULTY = """<html lang="nb"><title>x</title><main><h1>Feil</h1>
<p style="forced-color-adjust: none; color: #999; background: #fff">Svakt i alle farger</p>
<p style="width: 40px; height: 20px; overflow: hidden">Avkuttet avsnitt</p>
<div style="overflow: clip; width: 30px"><b style="margin-left: -6px">Ute</b></div>
<p style="position: relative; left: -40px">Til venstre</p><div style="width: 700px">Bred</div></main>"""


@pytest.fixture(scope="module")
def tab(browser, site):
    """One tab for all the states, with a screen whose size and scale can be changed."""
    with opened_page(browser, f"{site}/healthz") as visit:
        # With every page from the start, which takes less time than to send it into each.
        visit.page.context.add_init_script(Axe().axe_script)
        session = visit.page.context.new_cdp_session(visit.page)

        def set_screen(width, height, scale):
            metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
            session.send("Emulation.setDeviceMetricsOverride", metrics)

        yield visit.page, set_screen


@pytest.fixture(scope="module", params=STATES)
def state(request, tab, site):
    """A page in one of its states, opened once for all the tests; words after # are searched for."""
    page, set_screen = tab
    address, proof = STATES[request.param]
    address, _hash, words = address.partition("#")
    set_screen(*TELEPHONE)
    page.goto(address.format(port=urlsplit(site).port) if address.startswith("http:") else site + address)
    if words:
        page.locator("form[role=search] input[name=q]").fill(words)
        with page.expect_navigation():
            page.locator("form[role=search] button").click()
    prepare(page)
    expect(page.locator(proof).first).to_be_visible(timeout=500)
    return page


def prepare(page):
    # axe and the eye see nothing of what a closed <details> holds.
    open_everything(page)
    page.evaluate(MARK_REPEATED)


def contrast_problems(page, colours):
    page.emulate_media(**COLOURS[colours])
    return axe_problems(page, COLOUR_RULES, ["[data-repeated]"])


def test_states_cover_every_page_and_status():
    routes = {route.name for route in urlpatterns if getattr(route, "name", None)}
    addresses = [urlsplit(address).path for address, _proof in STATES.values()]

    assert {resolve(path).url_name for path in addresses if path != MISSING} == routes - NOT_PAGES
    assert set(OFFERS) == set(Offer.Statuses.values)


def test_faults_are_found(browser):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.set_content(FAULTY)
    prepare(page)

    contrast = [contrast_problems(page, colours) for colours in COLOURS]
    overflow = page.evaluate(OVERFLOW)
    cut = page.evaluate(CUT)

    page.close()
    assert all(len(problems) == 1 and "Svakt" in problems[0] for problems in contrast)
    assert overflow["beyond"] > 300
    # The first box is too small and cuts its text; what the second cuts sticks out to the left.
    assert [problem.split(":")[0] for problem in cut] == ["box", "text", "text", "page"]


def test_state_is_accessible(state, tab):
    tab[1](*TELEPHONE)
    state.emulate_media(**COLOURS["light"])

    problems = axe_problems(state, OTHER_RULES)

    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("colours", COLOURS)
def test_state_has_contrast(state, tab, colours):
    tab[1](*TELEPHONE)

    problems = contrast_problems(state, colours)

    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("screen", SCREENS)
def test_state_on_small_screen_fits(state, tab, screen):
    tab[1](*SCREENS[screen])

    assert state.evaluate(OVERFLOW) == {"beyond": 0, "hides": False}
    assert state.evaluate(CUT) == []


def test_state_with_wide_text_is_whole(state, tab):
    tab[1](*TELEPHONE)
    state.evaluate(WIDE_TEXT)

    cut = state.evaluate(CUT)
    overflow = state.evaluate(OVERFLOW)
    spacing = state.locator("h1").evaluate("h1 => parseFloat(getComputedStyle(h1).letterSpacing)")
    state.evaluate(USUAL_TEXT)

    assert spacing > 2
    assert cut == []
    assert overflow == {"beyond": 0, "hides": False}

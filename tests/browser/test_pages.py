"""Every public page in a real browser: accessible, quiet, and whole without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import opened_page
from tilbud.urls import urlpatterns

pytestmark = pytest.mark.browser

PAGES = {
    "front": ["/"],
    "offer-list": [
        "/tilbud/",
        "/tilbud/?region=helse-vest&relation=child&age=16",
        # Nothing of this can be used: the page says so and shows everything else.
        "/tilbud/?age=ung&place=Atlantis&region=helse-x&page=0",
        "/tilbud/?age=16&place=Longyearbyen&payment=free&format=seminar",
    ],
    "offer-detail": [
        # The one with most facts, the one with fewest, one that is not running.
        "/tilbud/bergensklinikkene-barn-av-pasienter/",
        "/tilbud/bla-kors-kompasset-nettradgivning/",
        "/tilbud/biri-treningssenter-planlagt/",
    ],
    "institution-list": ["/institusjoner/", "/institusjoner/?page=2"],
    "institution-detail": [
        "/institusjoner/bergensklinikkene/",
        "/institusjoner/al-anon/",
        "/institusjoner/kirkens-sos/",
    ],
    "region-list": ["/helseregioner/"],
    "region-detail": ["/helseregioner/helse-vest/", "/helseregioner/helse-ost/"],
    "survey": ["/kartlegging-2007/"],
    "children": ["/barn/"],
    "safety": ["/trygg/"],
    "professional-list": ["/henviser/", "/henviser/?region=helse-vest&age=16"],
    "referral-sheet": ["/tilbud/bergensklinikkene-barn-av-pasienter/henvisning/"],
    "report": ["/tilbud/bergensklinikkene-barn-av-pasienter/meld-feil/"],
    "shortlist": ["/liste/?o=39a53099,ed2a2e4e"],
    "urgent": ["/akutt/"],
    "about": ["/om/"],
    "privacy": ["/personvern/"],
    "accessibility": ["/tilgjengelighet/"],
    None: ["/finnes-ikke/"],
}
ADDRESSES = [address for addresses in PAGES.values() for address in addresses]
# A provider's link has a test of its own.
NOT_PAGES = {"health", "professional-csv", "provider"}

every_page = pytest.mark.parametrize("address", ADDRESSES)
both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no js"])

TRACES = """async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(database => database.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).map(worker => worker.scope),
})"""
OVERFLOW = """() => {
    const root = document.documentElement;
    const hides = [root, document.body].some(e => ["hidden", "clip"].includes(getComputedStyle(e).overflowX));
    return {beyond: root.scrollWidth - root.clientWidth, hides};
}"""


# Size of targets is a rule of WCAG 2.2 that axe leaves off unless told.
ALL_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLOUR_RULES = {"resultTypes": ["violations"], "runOnly": ["cat.color"]}
# Everything but colours, which alone differ between light and dark.
OTHER_RULES = ALL_RULES | {"rules": ALL_RULES["rules"] | {"color-contrast": {"enabled": False}}}
# Contrast takes long to measure, and what is of the same kind in the same kind of place has the same colours. Only
# the first of a row or list may have its own.
MARK_REPEATED = """() => {
    const seen = new Set();
    const walk = (element, place) => {
        const nth = element.previousElementSibling ? "" : ":first";
        const here = `${place}>${element.tagName}.${element.getAttribute("class")}${nth}`;
        if (!element.children.length && seen.has(here)) element.dataset.repeated = "";
        seen.add(here);
        for (const child of element.children) walk(child, here);
    };
    walk(document.body, "");
}"""
AXE = """([context, options]) => axe.run(context, options).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(node => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""


def open_everything(page):
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")


def axe_problems(page, options=ALL_RULES, exclude=()):
    # axe sees nothing of what a closed <details> holds.
    open_everything(page)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    return page.evaluate(AXE, [{"exclude": list(exclude)}, options])


def problems_in(page, scheme):
    """All that axe knows of when the page is light; of the dark, its colours."""
    page.emulate_media(color_scheme=scheme)
    open_everything(page)
    page.evaluate(MARK_REPEATED)
    colours = axe_problems(page, COLOUR_RULES, ["[data-repeated]"])
    return colours + (axe_problems(page, OTHER_RULES) if scheme == "light" else [])


def test_pages_every_public_route_is_listed():
    routes = {route.name for route in urlpatterns if getattr(route, "name", None)}

    assert routes - NOT_PAGES == set(PAGES) - {None}


FAULTY = """<html><title>x</title><main><h1>x</h1><img src="data:,"><input>
<details><summary>x</summary><p style="color: #999">Svakt</p></details></main>"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [(ALL_RULES, {"color-contrast", "html-has-lang", "image-alt", "label"}), (COLOUR_RULES, {"color-contrast"})],
    ids=["all rules", "colour rules"],
)
def test_axe_page_with_faults_is_found(browser, options, expected):
    page = browser.new_page()
    page.set_content(FAULTY)

    problems = axe_problems(page, options)

    page.close()
    assert {problem.split(":")[0] for problem in problems} >= expected


@pytest.fixture(scope="module", params=ADDRESSES)
def opened(request, browser, site):
    """Each page on a wide screen, opened once for the tests that only look at it; test_states has the narrow."""
    with opened_page(browser, site + request.param, width=1280) as visit:
        yield visit


def test_page_leaves_no_trace(opened, site):
    # Chromium complains of every page that is missing, and this one is meant to be.
    missing = "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert opened.complaints == ([missing] if opened.response.status == 404 else [])
    assert opened.requests
    assert [url for url in opened.requests if not url.startswith((f"{site}/", "data:"))] == []
    assert opened.page.context.cookies() == []
    traces = opened.page.evaluate(TRACES)
    assert traces == {"local": [], "session": [], "databases": [], "caches": [], "workers": []}


@both_schemes
def test_page_is_accessible(opened, scheme):
    # axe breaks the page's content policy, and the browser says so.
    opened.is_listening = False
    problems = problems_in(opened.page, scheme)
    opened.is_listening = True

    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def plain_tab(browser, site):
    """One tab without JavaScript for all the pages."""
    with opened_page(browser, f"{site}/healthz", javascript=False) as visit:
        yield visit.page


@every_page
def test_page_has_one_heading_without_javascript(plain_tab, site, address):
    response = plain_tab.goto(site + address)

    assert response.status == (404 if address == "/finnes-ikke/" else 200)
    assert plain_tab.locator("h1").count() == 1
    assert plain_tab.locator("h1").inner_text().strip()


def tab_to(page, selector):
    """Press Tab until `selector` has the focus, as who uses no mouse must."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"Tab kommer aldri til {selector}.")


@with_and_without_javascript
def test_filters_by_keyboard(visit, javascript):
    page = visit("/tilbud/", javascript=javascript).page

    folded = "details:not([open]):has(input[name=age]) > summary"
    if page.locator(folded).count():
        tab_to(page, folded)
        page.keyboard.press("Enter")
    tab_to(page, "input[name=age]")
    page.keyboard.type("16")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "age=16" in page.url
    assert page.locator("input[name=age]").input_value() == "16"
    assert page.locator("h1").count() == 1


@with_and_without_javascript
def test_search_word_stays_out_of_address(visit, javascript):
    opened = visit("/tilbud/?region=helse-vest", javascript=javascript)
    words = "form[role=search] input[name=q]"

    tab_to(opened.page, words)
    opened.page.keyboard.type("samtale")
    with opened.page.expect_navigation():
        opened.page.keyboard.press("Enter")

    assert opened.page.locator(words).input_value() == "samtale"
    assert "region=helse-vest" in opened.page.url
    assert [url for url in [*opened.requests, opened.page.url] if "samtale" in url] == []

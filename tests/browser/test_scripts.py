"""No text anybody can send or have printed runs as a script, and no link is anything but a link."""

import csv
import os
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest

from tests.browser.conftest import ROOT, served
from tests.hostile.payloads import ELSEWHERE, SCRIPTS

pytestmark = pytest.mark.browser

# WALK=all: every entry and every text with every page, not only enough of each.
STEP = 1 if os.environ.get("WALK") == "all" else 5
LISTEN = """document.addEventListener("securitypolicyviolation", event =>
    happened(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
window.alert = text => happened(`alert ${text}`);"""
# What our own pages never have, so that it came with a text.
FOREIGN = """() => {
const isDesk = location.pathname.startsWith("/admin/");
return [...document.querySelectorAll("*")].filter(element => {
    const schemes = ["http:", "https:", "tel:", "mailto:"];
    const links = ["href", "src", "action", "formaction", "data"].filter(name => element.hasAttribute(name));
    // An address that is none leads nowhere.
    const leads = name => URL.canParse(element.getAttribute(name), location)
        ? new URL(element.getAttribute(name), location).protocol : "http:";
    const tag = element.tagName.toLowerCase();
    return ["iframe", "object", "embed", "base", "style", "template", "marquee", "isindex", "math"].includes(tag)
        || tag == "script" && (element.textContent.trim() || !element.src.startsWith(location.origin))
        || tag == "link" && !element.href.startsWith(location.origin)
        || tag == "form" && new URL(element.getAttribute("action") || "", location).origin != location.origin
        || [...element.attributes].some(({name}) => name.startsWith("on") || name == "srcdoc")
        // The scripts of Django's admin set widths and the like.
        || element.hasAttribute("style") && (!isDesk || element.getAttribute("style").includes("url("))
        || links.some(name => !schemes.includes(leads(name)));
}).map(element => element.outerHTML.slice(0, 200)); }"""
SHOWN = "() => document.body.innerText.includes('alert(1)') || document.querySelector('[value*=alert]') !== null"

PARAMETERS = [
    "place",
    "region",
    "relation",
    "age",
    "profile",
    "format",
    "payment",
    "access",
    "dependence",
    "sector",
]
REFLECTING = {
    "/tilbud/": [*PARAMETERS, "q", "page", "o"],
    "/henviser/": [*PARAMETERS, "q", "page", "sort"],
    "/barn/": ["age", "place"],
}
# Pages of the desk that no list leads to: what others have written of an entry, beside it.
OF_ONE_ENTRY = [
    "meldinger/",
    "kontroll/",
    "kontroll/offer/1/",
    "tilbud/offer/1/history/",
    "tilbud/draft/1/change/",
    "tilbud/draft/1/flett/",
    "tilbud/draft/1/forhandsvis/",
    "tilbud/draft/2/forhandsvis/",
    "tilbud/offer/1/change/?draft=1",
    "filer/1/",
]
NOT_REFLECTING = [
    "/",
    "/institusjoner/",
    "/helseregioner/",
    "/liste/",
    "/akutt/",
    "/om/",
    "/trygg/",
    "/kartlegging-2007/",
]


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    """The directory with every text of it hostile, served as always."""
    folder = tmp_path_factory.mktemp("hostile")
    database = f"sqlite:///{folder / 'tilbud.sqlite3'}"
    keep = {"SNAPSHOT_DIR": str(folder / "snapshot"), "SNAPSHOT_AHEAD": "0"}
    environment = os.environ | {"DATABASE_URL": database} | keep
    commands = (["manage.py", "migrate", "-v", "0"], ["manage.py", "load_fixtures"], ["-m", "tests.hostile.plant"])
    for command in commands:
        written = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    with served(environment) as address:
        yield SimpleNamespace(address=address, session=written.stdout.split()[-1])


@pytest.fixture(scope="module")
def look(browser):
    """Open an address; return whether a hostile text is shown there. What runs stands in `look.happened`."""
    context = browser.new_context(locale="nb-NO")
    context.set_default_timeout(20_000)
    page = context.new_page()
    happened = []
    context.expose_function("happened", lambda what: happened.append(what))
    context.add_init_script(LISTEN)
    page.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
    asked = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))

    def look(address):
        asked.clear()
        page.goto(address)
        happened.extend(f"asked {host}" for host in asked - {address.split("/")[2]})
        happened.extend(f"element {element}" for element in page.evaluate(FOREIGN))
        heard = happened.copy()
        happened.clear()
        assert not heard, f"{address[:300]}: {heard}"
        return page.evaluate(SHOWN)

    look.page, look.happened = page, happened
    yield look
    context.close()


def links_of(page, pattern):
    """Where the links of the page that is open lead, of those whose address begins with `pattern`."""
    return page.eval_on_selector_all(f"main a[href^='{pattern}']", "links => links.map(link => link.href)")


def test_watch_hears_a_script_that_would_run(hostile_site, browser, look):
    look(f"{hostile_site.address}/trygg/")
    look.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    look.page.wait_for_timeout(100)
    heard, foreign = list(look.happened), look.page.evaluate(FOREIGN)
    look.happened.clear()
    assert any("script-src" in text for text in heard)
    assert len(foreign) == 1


@pytest.mark.parametrize(
    ("front", "least"),
    [("/tilbud/", 15), ("/institusjoner/", 3), ("/henviser/", 5), ("/helseregioner/", 1)],
)
def test_stored_text_never_runs_on_lists_and_entries(hostile_site, look, front, least):
    waiting, seen, shown, entries = [hostile_site.address + front], set(), 0, 0
    while waiting:
        address = waiting.pop(0)
        seen.add(address)
        is_list = address.split("?")[0] == hostile_site.address + front
        shown += look(address)
        if is_list:
            entries = [link for link in links_of(look.page, "/") if not link.count("?")]
            pages = [link for link in links_of(look.page, "?") + links_of(look.page, front) if "page=" in link]
            # Of a list all pages; of what it lists enough for every text to have its turn.
            waiting += [
                link for link in dict.fromkeys(pages + entries[:: STEP * 3 - 2]) if link not in seen | set(waiting)
            ]
        elif "/tilbud/" in address and not address.endswith("/henvisning/") and len(seen) % STEP == 0:
            waiting.append(f"{address}henvisning/")
    assert shown >= least


@pytest.mark.parametrize(
    "address", [*NOT_REFLECTING, "/barn/", "/barn/?age=12&place=Bergen", "/personvern/", "/finnes-ikke/"]
)
def test_stored_text_never_runs_on_other_pages(hostile_site, look, address):
    shown = look(hostile_site.address + address)
    assert shown or address in ("/", "/liste/", "/trygg/", "/personvern/", "/finnes-ikke/", "/helseregioner/")


def test_stored_text_never_runs_at_the_desk(hostile_site, look):
    cookie = {"name": "sessionid", "value": hostile_site.session, "url": f"{hostile_site.address}/admin/"}
    look.page.context.add_cookies([cookie])
    try:
        look(f"{hostile_site.address}/admin/")
        pages = [link for link in links_of(look.page, "/admin/") if not link.endswith(("/add/", "/ut/"))]
        shown = 0
        for page in dict.fromkeys(pages):
            shown += look(page)
            # Of every list one row, as it is edited.
            for row in links_of(look.page, "/admin/")[:60]:
                if row.split("?")[0].endswith("/change/"):
                    shown += look(row)
                    break
        for page in OF_ONE_ENTRY:
            assert look(f"{hostile_site.address}/admin/{page}"), page
        # What a provider is shown of itself.
        look(f"{hostile_site.address}/admin/tilbyder/1/")
        look.page.get_by_role("button", name="Lag lenke").click()
        assert look(look.page.input_value("#lenke"))
    finally:
        look.page.context.clear_cookies()
    assert len(pages) > 10
    assert shown > 10


@pytest.mark.parametrize("address", REFLECTING)
def test_text_in_an_address_never_runs(site, look, address):
    names, shown = REFLECTING[address], 0
    step = max(1, STEP // 2) if address == "/tilbud/" else STEP
    for number in range(0, len(SCRIPTS), step):
        # Each parameter has another of the texts, and over the rounds all of them.
        texts = {name: SCRIPTS[(number + place * 7) % len(SCRIPTS)] for place, name in enumerate(names)}
        shown += look(f"{site}{address}?{urlencode(texts)}")
    assert shown > 0


def test_text_in_an_address_of_a_page_that_shows_none_never_runs(hostile_site, look):
    every = [*PARAMETERS, "q", "page", "o", "sort", "next", "x"]
    for number, address in enumerate([*NOT_REFLECTING, "/finnes-ikke/", "/tilbud/x/"]):
        texts = {name: " ".join(SCRIPTS[number + place :: 40]) for place, name in enumerate(every)}
        look(f"{hostile_site.address}{address}?{urlencode(texts)[:3500]}")
    for text in SCRIPTS[::STEP]:
        look(f"{hostile_site.address}/{quote(text)}/")


def test_text_of_a_search_that_was_posted_never_runs(site, look):
    page = look.page
    for text in SCRIPTS[:: STEP * 2 - 1] + ELSEWHERE[:: STEP * 2 - 1]:
        look(f"{site}/tilbud/?region=helse-nord&payment=user_fee")
        page.fill("input[name=q]", text)
        with page.expect_navigation():
            page.press("input[name=q]", "Enter")
        assert page.evaluate(FOREIGN) == []
        assert look.happened == []


def test_exports_are_files_and_their_cells_no_formulas(hostile_site, browser):
    query = urlencode({"place": SCRIPTS[-2], "sort": SCRIPTS[0]})
    with browser.new_context() as context:
        response = context.request.get(f"{hostile_site.address}/henviser/tabell.csv?{query}")
        headers, text = response.headers, response.text()
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"
    assert "alert(1)" in text
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), delimiter=";"))
    assert len(rows) > 300
    assert [cell for row in rows for cell in row if cell and cell.lstrip()[:1] in "=+-@"] == []

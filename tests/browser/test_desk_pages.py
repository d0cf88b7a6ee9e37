"""The desk's pages of our own: no fault axe knows, no breach of policy, narrow screens, the keyboard alone."""

import pytest

from tests.browser.desk import desk  # noqa: F401
from tests.browser.test_desk_editing import CHILD_OFFER, form_of, save
from tests.browser.test_pages import OVERFLOW, axe_problems
from tilbud.desk.roles import ADMINISTRATOR, APPROVER, EDITOR

pytestmark = pytest.mark.browser
INSTITUTION = "biri-treningssenter"
# Not ours to draw again: axe's rule, and what the element is.
DJANGOS = [("aria-input-field-name", 'class="select2-selection')]
SHOWN = """() => [...document.querySelectorAll("#content :is(a[href],button,input,select,textarea,[tabindex])")]
    .filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && e.checkVisibility())
    // Of radio buttons with one name, the keyboard reaches the chosen one.
    .filter(e => e.type !== "radio" || e.checked || !document.querySelector(`[name="${e.name}"]:checked`))"""


def problems_of(visit):
    page = visit.page
    page.wait_for_load_state()
    # axe breaks the page's content policy, and the browser says so.
    visit.is_listening = False
    found = [text for text in axe_problems(page) if not any(r in text and e in text for r, e in DJANGOS)]
    visit.is_listening = True
    beyond = page.evaluate(OVERFLOW)
    return found + ([f"{page.url} {beyond}"] if beyond["beyond"] or beyond["hides"] else []) + visit.complaints


def collided(desk, field="name", **options):  # noqa: F811
    """The merge page, after two have saved the same institution."""
    hers = form_of(desk, EDITOR, "institution", INSTITUTION)
    page = f"/admin/tilbud/institution/?q={INSTITUTION}"
    his = desk(APPROVER, page, **options)
    his.page.click("#result_list tbody th a")
    name = hers.input_value(f"#id_{field}")
    save(hers, field, f"{name} x", "Prøve")
    save(his.page, field, f"{name} y", "Prøve")
    return his


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["", "kontroll/", "meldinger/", "filer/", "veiledning/", "inn/konto/"])
def test_page_has_no_faults_and_fits_a_small_screen(desk, page, scheme):  # noqa: F811
    assert problems_of(desk(ADMINISTRATOR, f"/admin/{page}", width=320, scheme=scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_merge_and_history_have_no_faults_and_fit_a_small_screen(desk, scheme):  # noqa: F811
    visit = collided(desk, width=320, scheme=scheme)
    assert "noen andre har lagret imens" in visit.page.inner_text("h1")
    assert problems_of(visit) == []
    visit.page.get_by_role("button", name="Lagre med disse valgene").click()
    visit.page.click(".historylink")
    assert problems_of(visit) == []


def test_draft_and_the_form_of_an_entry_have_no_faults_and_fit_a_small_screen(desk):  # noqa: F811
    page = form_of(desk, EDITOR, "offer", CHILD_OFFER)
    save(page, "area", "Hele landet i en prøve", "Prøve")
    address = page.url[page.url.index("/admin/") :]
    assert problems_of(desk(APPROVER, address, width=320)) == []
    form = desk(EDITOR, f"/admin/tilbud/offer/?q={CHILD_OFFER}", width=320)
    form.page.click("#result_list tbody th a")
    assert problems_of(form) == []


@pytest.mark.parametrize("kind", ["draft", "merge"])
def test_keyboard_reaches_every_control(desk, kind):  # noqa: F811
    if kind == "merge":
        page = collided(desk).page
    else:
        page = form_of(desk, EDITOR, "institution", INSTITUTION)
        save(page, "locator", "s. 5", "Prøve", button="Lagre som utkast")
    page.evaluate("() => { document.activeElement.blur(); }")
    expected = page.evaluate(f"() => ({SHOWN})().length")
    page.evaluate(f"() => ({SHOWN})().forEach(e => e.dataset.wanted = 1)")
    for _press in range(100):
        page.keyboard.press("Tab")
        page.evaluate("() => { document.activeElement.dataset.reached = 1; }")
    reached = page.locator("[data-wanted][data-reached]").count()
    missed = page.evaluate(
        "[...document.querySelectorAll('[data-wanted]:not([data-reached])')].map(e => e.outerHTML)"
    )
    assert (reached, missed) == (expected, [])
    assert expected >= 3

"""An editor works through the queue in a real browser."""

import pytest

from tests.browser.desk import assert_soon, desk, press  # noqa: F401
from tests.browser.test_pages import axe_problems
from tilbud.desk.roles import EDITOR

pytestmark = pytest.mark.browser
QUEUE = "/admin/kontroll/"


@pytest.mark.parametrize("javascript", [True, False])
def test_editor_checks_three_entries_from_the_queue(desk, visit, javascript):  # noqa: F811
    page = desk(EDITOR, QUEUE, javascript=javascript).page
    press(page, "Neste")
    for number in range(3):
        page.fill("#id_check-answered_by", "daglig leder")
        press(page, "Bekreft alt")
        assert "bekreftet" in page.inner_text(".messagelist")
        assert "Alt her er kontrollert." in page.inner_text("#content-main")
        public = page.get_attribute("text=Vis på nettstedet", "href")
        assert_soon(visit(public).page, ", ringt")
        if number < 2:
            left = page.url
            press(page, "Neste i køen")
            assert page.url != left
    page.goto(page.url.split(QUEUE)[0] + QUEUE)
    assert int(page.inner_text(".desk-progress dd >> nth=0")) >= 3


def test_one_fact_is_confirmed_with_the_keyboard_alone(desk):  # noqa: F811
    page = desk(EDITOR, QUEUE).page
    press(page, "Neste")
    page.focus("#id_check-note")
    # Enter in a field confirms nothing.
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert "POST" not in sent
    page.locator(".desk-claims button").first.focus()
    page.keyboard.press("Enter")
    assert "1 opplysning bekreftet" in page.inner_text(".messagelist")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_checking_have_no_faults_and_fit_a_small_screen(desk, scheme):  # noqa: F811
    desk_visit = desk(EDITOR, QUEUE, width=320, scheme=scheme)
    page, problems = desk_visit.page, []
    for step in ("", "Neste", "Finnes ikke lenger"):
        if step:
            press(page, step)
        problems += [(page.url, problem) for problem in axe_problems(page)]
        wider = page.evaluate("document.querySelector('#content-main').scrollWidth - innerWidth")
        assert wider <= 0, page.url
    assert (problems, desk_visit.complaints) == ([], [])

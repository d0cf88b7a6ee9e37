"""Nothing on any page breaks the content policy: what the browser itself reports on a walk through all of them.

WALK=all walks every public address instead of every kind of page (`make walk`).
"""

import os

import pytest
from django.urls import Resolver404, resolve

from tests.browser.alone import PATHS
from tests.browser.desk import new_session
from tests.browser.test_pages import ADDRESSES
from tilbud.desk.roles import ADMINISTRATOR

pytestmark = pytest.mark.browser

LISTEN = """document.addEventListener("securitypolicyviolation", event =>
    violated(`${location.pathname}: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""
BREACH = """() => new Promise(done => {
    document.addEventListener("securitypolicyviolation", () => setTimeout(done));
    document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>rødt</p>");
})"""


@pytest.fixture
def walker(browser):
    """A page that writes what breaks its policy to the list beside it."""
    context = browser.new_context(locale="nb-NO")
    context.set_default_timeout(20_000)
    violations = []
    context.expose_function("violated", lambda violation: violations.append(violation))
    context.add_init_script(LISTEN)
    page = context.new_page()
    yield page, violations
    context.close()


def kind(path):
    """Return the page's route; what has none is a kind of its own."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def crawl(page, site, start, limit=None):
    """Open every page there is a link to, at most `limit` of a kind; return the addresses."""
    queue, met = list(start), set(start)
    for path in queue:
        page.goto(site + path)
        for link in page.evaluate(PATHS):
            if link in met or not link.endswith("/") or "logout" in link:
                continue
            if link.startswith("/admin/") != start[0].startswith("/admin/"):
                continue
            if limit is None or [kind(other) for other in met].count(kind(link)) < limit:
                met.add(link)
                queue.append(link)
    return queue


def test_crawl_of_the_public_pages_breaks_no_policy(walker, site):
    page, violations = walker

    opened = crawl(page, site, ADDRESSES, None if os.environ.get("WALK") == "all" else 2)
    page.goto(f"{site}/tilbud/")
    page.fill("form[role=search] input[name=q]", "samtale")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert len(opened) > len(ADDRESSES)
    assert violations == []


def test_crawl_of_the_desk_breaks_no_policy(walker, site, site_environment):
    page, violations = walker
    crawl(page, site, ["/admin/login/"], 0)
    page.context.add_cookies([new_session(ADMINISTRATOR, site, site_environment["DATABASE_URL"])])

    opened = crawl(page, site, ["/admin/"], 1)

    assert {"/admin/", "/admin/tilbud/offer/", "/admin/tilbud/institution/add/"} <= set(opened)
    assert violations == []


def test_listener_hears_of_a_breach(walker, site):
    page, violations = walker
    page.goto(f"{site}/om/")

    page.evaluate(BREACH)

    assert violations == ["/om/: style-src-attr inline "]

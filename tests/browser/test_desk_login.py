"""Logging in at the desk as people do: the first time, without the phone, and in the middle of a text."""

import os
import subprocess
import sys
from base64 import b32decode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import totp

from tests.browser.conftest import ROOT
from tests.browser.desk import desk  # noqa: F401
from tilbud.desk.roles import EDITOR

pytestmark = pytest.mark.browser

PASSWORD = "Et langt passord 42"
MAKE = """
from django.contrib.auth.models import Group, User
user, is_new = User.objects.get_or_create(username={name!r}, is_staff=True)
user.set_password({password!r}); user.save()
user.groups.add(Group.objects.get(name="Redaktør"))
user.totpdevice_set.all().delete()
"""
# What the browser says of our own refusals, which are as they should be.
REFUSALS = "error: Failed to load resource: the server responded with a status of 403 (Forbidden)"


@pytest.fixture(scope="module")
def newcomer(site_environment):
    """Make an editor who has never logged in; return their name."""

    def make(name):
        code = MAKE.format(name=name, password=PASSWORD)
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
        subprocess.run(command, cwd=ROOT, env=os.environ | site_environment, check=True)
        return name

    return make


def send_password(page, name):
    page.fill("input[name=auth-username]", name)
    page.fill("input[name=auth-password]", PASSWORD)
    page.keyboard.press("Enter")


def assert_accessible(page):
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], node["html"]) for fault in found for node in fault["nodes"]] == []


def set_up(page):
    """Go through the first login, look at each page on the way; return the secret and the recovery codes."""
    page.wait_for_selector("input[value=Begynn]")
    assert_accessible(page)
    page.click("input[value=Begynn]")
    page.wait_for_function("() => document.querySelector('.desk-qr')?.naturalWidth > 100")
    assert_accessible(page)
    secret = page.locator("ol code").inner_text()
    page.fill("input[name=generator-token]", str(totp(b32decode(secret))))
    page.keyboard.press("Enter")
    page.wait_for_url("**/reservekoder/")
    assert_accessible(page)
    return secret, page.locator(".desk-codes code").all_inner_texts()


@pytest.mark.parametrize("javascript", [True, False])
def test_new_editor_sets_up_and_comes_back_with_a_recovery_code(visit, newcomer, javascript):
    name = newcomer(f"ny-{javascript}")
    first = visit("/admin/", javascript=javascript)
    page = first.page
    if javascript:
        assert_accessible(page)
        send_password(page, name)
        _secret, codes = set_up(page)
    else:
        send_password(page, name)
        page.click("text=Begynn")
        page.fill("input[name=generator-token]", str(totp(b32decode(page.locator("ol code").inner_text()))))
        page.keyboard.press("Enter")
        page.wait_for_url("**/reservekoder/")
        codes = page.locator(".desk-codes code").all_inner_texts()
    page.click("text=Jeg har tatt vare på dem")
    assert page.url.endswith("/admin/")
    page.click("text=Logg ut")
    page.goto(page.url.replace("/admin/logout/", "/admin/"))
    send_password(page, name)
    page.click("text=Bruk en reservekode")
    page.fill("input[name=backup-otp_token]", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    assert "Velkommen" in page.content()
    assert first.complaints == []
    assert {request.split("/")[2] for request in first.requests} == {first.requests[0].split("/")[2]}


def test_text_typed_before_the_session_ended_is_saved_after_the_next_login(visit, newcomer):
    name = newcomer("midt-i")
    seen = visit("/admin/", width=1280)
    page = seen.page
    send_password(page, name)
    _secret, codes = set_up(page)
    page.goto(page.url.replace("/inn/reservekoder/", "/tilbud/source/add/"))
    page.fill("input[name=title]", "Kilden jeg holdt på med")
    page.fill("input[name=slug]", "kilden-jeg-holdt-pa-med")
    page.fill("textarea[name=note]", "Linje 1\nLinje «2»")
    page.fill("input[name=change_reason]", "Prøve")
    # What happens after half an hour: the server knows the session no more.
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=_save]").last.click()
    assert page.locator("h1").inner_text() == "Du er logget ut"
    assert_accessible(page)
    with page.context.expect_page() as opened:
        page.click("text=Logg inn i en ny fane")
    other = opened.value
    send_password(other, name)
    other.click("text=Bruk en reservekode")
    other.fill("input[name=backup-otp_token]", codes[0])
    other.keyboard.press("Enter")
    other.wait_for_url("**/admin/")
    page.click("input[value='Send på nytt']")
    assert "Du er logget inn igjen." in page.content()
    assert_accessible(page)
    page.click("input[value='Send på nytt']")
    page.wait_for_url("**/tilbud/source/")
    page.click("text=Kilden jeg holdt på med")
    assert page.input_value("textarea[name=note]") == "Linje 1\nLinje «2»"
    assert [said for said in seen.complaints if said != REFUSALS] == []


def test_editor_logged_in_by_the_fixture_is_known_and_public_pages_are_sent_no_cookie(desk):  # noqa: F811
    at_desk = desk(EDITOR)
    assert "nettleser-redaktør" in at_desk.page.content()
    sent = []
    at_desk.page.on("request", lambda request: sent.append(request.all_headers().get("cookie")))
    at_desk.page.goto(at_desk.page.url.replace("/admin/", "/om/"))
    assert set(sent) == {None}
    assert at_desk.complaints == []

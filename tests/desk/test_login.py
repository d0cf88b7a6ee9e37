"""Two factors for everybody who reaches the desk, and the set-up of the second."""

import re

import pytest
from django.contrib.auth.models import User
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.desk.logins import (
    LOGIN,
    PASSWORD,
    code_now,
    log_in_with_app,
    make_login,
    send_code,
    send_password,
    told,
    wrong_code,
)
from tests.desk.pages import text_of
from tests.staff import make_user

pytestmark = pytest.mark.once

SETUP, CODES = "/admin/inn/oppsett/", "/admin/inn/reservekoder/"


def test_password_and_code_lead_to_the_desk(db):
    make_login()
    client, response = log_in_with_app()
    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_password_alone_opens_nothing(client, db):
    make_login()
    response = send_password(client)
    assert "Åpne appen på telefonen din" in text_of(response)
    assert client.get("/admin/").status_code == 302
    assert client.get(SETUP).url.startswith(LOGIN)


def test_wrong_code_is_told_and_opens_nothing(client, db):
    user = make_login()
    send_password(client)
    response = send_code(client, wrong_code(user))
    assert "Koden er feil, for gammel eller brukt før." in text_of(response)
    assert client.get("/admin/").status_code == 302


def test_code_cannot_be_used_twice(client, db):
    user = make_login()
    code = code_now(user)
    log_in_with_app()
    send_password(client)
    assert "Koden er feil" in text_of(send_code(client, code))


def test_recovery_code_opens_once(client, db):
    make_login()
    for is_first in (True, False):
        send_password(client)
        client.post(LOGIN, {"login-current_step": "token", "wizard_goto_step": "backup"})
        response = send_code(client, "reserve1", "backup")
        assert (client.get("/admin/").status_code == 200) is is_first
        client.post("/admin/logout/")
    assert "Koden er feil" in text_of(response)


def test_login_leads_back_to_the_page_that_was_asked_for(client, db):
    user = make_login()
    asked = client.get("/admin/tilbud/offer/", follow=True)
    assert asked.redirect_chain[-1][0] == f"{LOGIN}?next=%2Fadmin%2Ftilbud%2Foffer%2F"
    send_password(client, next="/admin/tilbud/offer/")
    data = {"login-current_step": "token", "token-otp_token": code_now(user)}
    assert client.post(LOGIN, data, query_params={"next": "/admin/tilbud/offer/"}).url == "/admin/tilbud/offer/"


@pytest.mark.parametrize("account", [{"is_active": False}, {"is_staff": False}])
def test_closed_account_and_one_without_a_role_are_told_what_everybody_is_told(client, db, account):
    make_login(**account)
    closed = send_password(client)
    nobody = send_password(client, "ingen")
    assert "Feil brukernavn eller passord." in text_of(closed)
    assert told(closed, "kari") == told(nobody, "ingen")


def begin_setup(client):
    client.get(SETUP)
    return client.post(SETUP, {"setup-current_step": "welcome"})


def test_user_without_a_second_factor_sees_only_the_setup(client, db):
    make_login(has_app=False)
    assert send_password(client).url == "/admin/"
    for page in ("/admin/", "/admin/tilbud/offer/", "/admin/inn/konto/", "/admin/password_change/"):
        assert client.get(page, follow=True).redirect_chain[-1][0] == SETUP


def test_setup_ties_an_app_to_the_account_and_gives_ten_codes(client, db):
    user = make_login(has_app=False)
    send_password(client)
    page = begin_setup(client)
    picture = client.get("/admin/inn/oppsett/qr.svg")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert 'src="/admin/inn/oppsett/qr.svg"' in text_of(page)
    before = client.session.session_key
    response = client.post(
        SETUP, {"setup-current_step": "generator", "generator-token": totp(secret_of(page))}, follow=True
    )
    assert response.redirect_chain == [(CODES, 302)]
    assert len(re.findall(r"<li><code>\w{8}</code></li>", text_of(response))) == 10
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200
    assert user.totpdevice_set.count() == 1


def secret_of(page):
    return bytes.fromhex(page.context["form"].key)


def test_setup_with_a_wrong_code_ties_nothing(client, db):
    user = make_login(has_app=False)
    send_password(client)
    page = begin_setup(client)
    wrong = (totp(secret_of(page)) + 1) % 1_000_000
    response = client.post(SETUP, {"setup-current_step": "generator", "generator-token": wrong})
    assert "Koden er feil eller for gammel." in text_of(response)
    assert not user.totpdevice_set.exists()


def test_session_from_before_the_setup_cannot_add_an_app_of_its_own(client, db):
    user = make_login(has_app=False)
    send_password(client)
    begin_setup(client)
    TOTPDevice.objects.create(user=user, name="default")
    assert client.get(SETUP).status_code == 302
    assert client.post(SETUP, {"setup-current_step": "generator", "generator-token": 1}).status_code == 302
    assert user.totpdevice_set.count() == 1


def test_new_recovery_codes_take_the_place_of_the_old(client, db):
    user = make_login()
    client, _response = log_in_with_app()
    assert "reserve1" in text_of(client.get(CODES))
    response = client.post(CODES, follow=True)
    assert "reserve1" not in text_of(response)
    assert user.staticdevice_set.get().token_set.count() == 10


def test_change_of_app_gives_up_the_old_and_leads_to_the_setup(client, db):
    user = make_login()
    client, _response = log_in_with_app()
    response = client.post("/admin/inn/bytt/", {"understand": "on"}, follow=True)
    assert response.redirect_chain[-1][0] == SETUP
    assert not user.totpdevice_set.exists()
    assert client.get("/admin/").status_code == 302


def test_devices_of_others_cannot_be_asked_for(client, db):
    make_login()
    other = TOTPDevice.objects.create(user=make_user(), name="default")
    send_password(client)
    response = client.post(LOGIN, {"challenge_device": other.persistent_id})
    assert response.status_code == 302
    assert client.post(LOGIN, {}).status_code == 400


def test_pages_of_the_login_fetch_nothing_from_others(client, db):
    make_login(has_app=False)
    pages = [client.get(LOGIN), send_password(client), begin_setup(client)]
    links = [link for page in pages for link in re.findall(r'(?:src|href|action)="([^"]*)"', text_of(page))]
    assert links
    assert [link for link in links if "//" in link and not link.startswith("otpauth://totp/")] == []


def test_password_is_never_shown_back(client, db):
    make_login()
    assert PASSWORD not in text_of(send_password(client, "ingen"))
    assert User.objects.get().check_password(PASSWORD)

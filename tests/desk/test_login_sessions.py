"""A session ends after half an hour without use, and what was typed comes through to the next."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.desk.pages import text_of
from tests.factories import make_source
from tests.staff import log_in, make_user
from tilbud.desk.roles import EDITOR

ADD, OURS = "/admin/tilbud/source/add/", "http://testserver"
TYPED = {"title": "En kilde <b>«æøå»</b>", "note": "linje 1\nlinje 2", "several": ["1", "2"]}


def hidden(response):
    """The fields the page holds, as a browser sends them."""
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.content.decode())
    return [(name, unescape(value)) for name, value in fields if name != "csrfmiddlewaretoken"]


def test_session_is_lengthened_by_use_and_ends_without(db):
    client = log_in(Client(), make_user(EDITOR))
    session = client.session
    session["used_at"] -= 20 * 60
    session.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=10))
    client.get("/admin/")
    ends = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < ends <= timedelta(minutes=30)
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/admin/").status_code == 302


def test_session_just_used_is_not_written_again(db):
    client = log_in(Client(), make_user(EDITOR))
    before = Session.objects.get().expire_date
    client.get("/admin/")
    assert Session.objects.get().expire_date == before


def test_cookies_go_to_the_desk_only_and_end_with_the_browser(client, db):
    response = client.get("/admin/inn/")
    assert set(response.cookies) == {"csrftoken", "sessionid"}
    for cookie in response.cookies.values():
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")
        assert not cookie["max-age"] and not cookie["expires"]


def test_message_to_an_editor_is_no_cookie(editor_client):
    response = editor_client.get("/admin/tilbud/source/?finnes_ikke=1")
    assert "messages" not in response.cookies
    assert settings.MESSAGE_STORAGE.endswith("SessionStorage")


def test_post_without_a_session_gets_everything_back(client, db):
    response = client.post(f"{ADD}?a=1", TYPED)
    assert response.status_code == 403
    assert "Det du skrev, er tatt vare på her, men er ikke lagret." in text_of(response)
    assert hidden(response) == [
        ("title", TYPED["title"]),
        ("note", TYPED["note"]),
        ("several", "1"),
        ("several", "2"),
    ]
    assert f'action="{ADD}?a=1"' in text_of(response)
    assert 'href="/admin/inn/" target="_blank"' in text_of(response)
    assert "<b>" not in response.content.decode().split('name="title"')[1]
    assert not Session.objects.exists()


def test_file_and_password_are_not_kept_and_the_page_says_so(client, db):
    data = {
        "old_password": "hemmelig1",
        "new_password1": "hemmelig2",
        "file": SimpleUploadedFile("a.csv", b"hemmelig3"),
    }
    response = client.post("/admin/password_change/", data)
    assert "hemmelig" not in text_of(response)
    assert hidden(response) == []
    assert "Filen du la ved, kunne ikke tas vare på." in text_of(response)
    assert "Passord tas ikke vare på." in text_of(response)


def test_user_without_a_second_factor_gets_it_back_too(client, db):
    client.force_login(make_user(EDITOR))
    assert hidden(client.post(ADD, {"title": "T"})) == [("title", "T")]


def test_form_from_before_the_login_is_shown_again_and_goes_through(db):
    client = log_in(Client(enforce_csrf_checks=True, headers={"origin": OURS}), make_user(EDITOR))
    source = make_source()
    page = f"/admin/tilbud/source/{source.pk}/delete/"
    response = client.post(page, TYPED | {"csrfmiddlewaretoken": "x" * 64})
    assert response.status_code == 403
    assert "Det du skrev, er tatt vare på her, men er ikke lagret ennå." in text_of(response)
    fields = dict(hidden(response))
    assert fields["title"] == TYPED["title"]
    token = re.search('name="csrfmiddlewaretoken" value="([^"]*)"', text_of(response))[1]
    add = client.post(ADD, {**fields, "csrfmiddlewaretoken": token})
    assert add.status_code == 200
    assert add.context["adminform"].form["title"].value() == TYPED["title"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://[testserver"},
        {"referer": "http://evil.example/http://testserver/"},
    ],
)
def test_form_that_does_not_come_from_us_is_never_shown_again(db, headers):
    client = log_in(Client(enforce_csrf_checks=True, headers=headers), make_user(EDITOR))
    response = client.post(ADD, {"title": "Plantet"})
    assert response.status_code == 403
    assert "Plantet" not in text_of(response)
    assert "Skjemaet ble ikke sendt" in text_of(response)


def test_form_of_somebody_not_logged_in_with_a_false_mark_is_refused(db):
    client = Client(enforce_csrf_checks=True, headers={"origin": OURS})
    response = client.post(ADD, {"title": "Plantet"})
    assert response.status_code == 403
    assert "Plantet" not in text_of(response)


def test_public_page_asks_nobody_for_a_session(editor_client, directory):
    response = editor_client.get("/om/")
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")

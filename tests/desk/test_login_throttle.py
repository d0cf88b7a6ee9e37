"""Five failures for one name from one address close the door to that pair, for a quarter of an hour."""

import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from tests.desk.logins import (
    ELSEWHERE,
    HERE,
    code_now,
    log_in_with_app,
    make_login,
    send_code,
    send_password,
    told,
    wrong_code,
)
from tests.desk.pages import text_of
from tilbud.desk.throttle import client_address
from tilbud.web.logs import QuietFormatter

pytestmark = pytest.mark.django_db


def fail(times, username="kari", where=HERE):
    return [send_password(Client(), username, "feil passord", where) for _time in range(times)][-1]


def test_fifth_failure_closes_and_says_when_to_try_again():
    make_login()
    assert fail(4).status_code == 200
    response = fail(1)
    opens = timezone.localtime() + timedelta(minutes=15)
    assert response.status_code == 429
    assert 890 <= int(response["Retry-After"]) <= 900
    text = text_of(response)
    assert "Prøv igjen om 15 minutter, klokken" in text
    assert f"{opens:%H:%M}" in text or f"{opens - timedelta(minutes=1):%H:%M}" in text


def test_password_that_was_typed_is_not_kept():
    make_login()
    fail(1)
    attempt = AccessAttempt.objects.get()
    assert attempt.username == "kari"
    assert "feil passord" not in str([getattr(attempt, field.attname) for field in AccessAttempt._meta.fields])


def test_right_password_does_not_open_a_closed_door():
    make_login()
    fail(5)
    assert send_password(Client()).status_code == 429


def test_the_right_user_elsewhere_and_others_here_still_get_in():
    make_login()
    make_login("ola")
    fail(5)
    for username, where in (("kari", ELSEWHERE), ("ola", HERE)):
        client, _response = log_in_with_app(username, where)
        assert client.get("/admin/").status_code == 200


def test_name_there_is_and_name_there_is_not_get_the_same():
    make_login()
    for times in (1, 4, 1):
        ours, nobodys = fail(times), fail(times, "hege")
        assert ours.status_code == nobodys.status_code
        assert told(ours, "kari") == told(nobodys, "hege")


@pytest.mark.parametrize("username", ["kari", "hege", "stengt"])
def test_password_is_hashed_once_whatever_the_name(monkeypatch, username):
    make_login()
    make_login("stengt", is_active=False)
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    fail(1, username)
    assert len(hashed) == 1


def test_door_opens_after_a_quarter_of_an_hour_and_not_later_for_those_who_try_meanwhile():
    make_login()
    fail(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    response = fail(1)
    assert response.status_code == 429
    assert "Prøv igjen om 1 minutt," in text_of(response)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert fail(1).status_code == 200


def test_wrong_codes_count_as_wrong_passwords(monkeypatch):
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.TOTPDevice.get_throttle_factor", lambda device: 0)
    user, client = make_login(), Client()
    send_password(client)
    answers = [send_code(client, wrong_code(user)).status_code for _time in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert send_code(client, code_now(user)).status_code == 429
    assert client.get("/admin/").status_code == 302


def test_codes_in_quick_succession_wait_for_each_other():
    user, client = make_login(), Client()
    send_password(client)
    send_code(client, wrong_code(user))
    response = send_code(client, code_now(user))
    assert "Forrige kode var feil. Vent noen sekunder" in text_of(response)


def test_login_forgets_the_failures_and_keeps_no_list_of_logins():
    make_login()
    fail(3)
    log_in_with_app()
    assert not AccessAttempt.objects.exists()
    assert not AccessLog.objects.exists()


def test_log_tells_neither_name_nor_address():
    written = logging.StreamHandler(StringIO())
    written.setFormatter(QuietFormatter())
    logging.getLogger("axes").addHandler(written)
    fail(5)
    logging.getLogger("axes").removeHandler(written)
    assert written.stream.getvalue().count("axes.handlers.database") >= 5
    assert not re.search(r"kari|192\.0", written.stream.getvalue())


@pytest.mark.parametrize(
    ("told", "is_behind_proxy", "address"),
    [
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, False, "192.0.2.1"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, True, "203.0.113.9"),
        # What stands before the last, the visitor wrote.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.1, 203.0.113.9"}, True, "203.0.113.9"),
        ({"REMOTE_ADDR": "127.0.0.1"}, True, "127.0.0.1"),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "tull"}, True, None),
        ({"REMOTE_ADDR": ""}, False, None),
        ({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, False, "2001:db8:1:2::"),
        ({"REMOTE_ADDR": "::ffff:192.0.2.1"}, False, "192.0.2.1"),
    ],
)
def test_address_is_taken_from_the_proxy_only_where_there_is_one(rf, settings, told, is_behind_proxy, address):
    settings.BEHIND_PROXY = is_behind_proxy
    assert client_address(rf.get("/", **told)) == address


def test_server_that_tells_no_address_slows_down_all_the_same():
    make_login()
    assert fail(5, where={"REMOTE_ADDR": ""}).status_code == 429

"""The first administrator, and the cleaning away of what is no longer needed."""

import io
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.desk.logins import PASSWORD
from tests.staff import group, make_user
from tilbud.desk.roles import ADMINISTRATOR, EDITOR

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _groups(db):
    group(ADMINISTRATOR)


def first_administrator(monkeypatch, lines="", **environment):
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    for name in ("ADMIN_USERNAME", "ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = io.StringIO()
    call_command("first_administrator", stdout=out)
    return out.getvalue()


def test_first_administrator_is_made_from_two_lines(monkeypatch):
    said = first_administrator(monkeypatch, f"sjef\n{PASSWORD}\n")
    user = User.objects.get(username="sjef")
    assert (user.is_staff, user.is_superuser, user.groups.get().name) == (True, False, ADMINISTRATOR)
    assert user.check_password(PASSWORD)
    assert "Logg inn på /admin/." in said
    assert PASSWORD not in said


def test_first_administrator_is_made_from_the_environment(monkeypatch):
    first_administrator(monkeypatch, ADMIN_USERNAME="sjef", ADMIN_PASSWORD=PASSWORD)
    assert User.objects.get(username="sjef").check_password(PASSWORD)


def test_first_administrator_is_asked_for_at_a_terminal(monkeypatch):
    module = "tilbud.management.commands.first_administrator"
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("builtins.input", lambda question: "sjef")
    answers = iter([PASSWORD, "noe annet", PASSWORD, PASSWORD])
    monkeypatch.setattr(f"{module}.getpass", lambda question: next(answers))
    monkeypatch.setattr("sys.stdin", terminal)
    with pytest.raises(CommandError, match="Passordene er ikke like"):
        call_command("first_administrator", stdout=io.StringIO())
    call_command("first_administrator", stdout=io.StringIO())
    assert User.objects.get().username == "sjef"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("sjef\nkort\n", "Passordet er for kort"),
        ("sjef\npassword1234\n", "for vanlig"),
        ("Sjefen i rommet\nEt langt passord 42\n", "gyldig brukernavn"),
        ("", "Passordet er for kort"),
    ],
)
def test_weak_password_and_bad_name_are_refused(monkeypatch, lines, sentence):
    with pytest.raises(CommandError, match=sentence):
        first_administrator(monkeypatch, lines)
    assert not User.objects.exists()


@pytest.mark.parametrize("there", [{"role": ADMINISTRATOR}, {"is_superuser": True}])
def test_second_administrator_is_not_made_this_way(monkeypatch, there):
    make_user(**there)
    with pytest.raises(CommandError, match="Det finnes allerede en administrator"):
        first_administrator(monkeypatch, f"sjef\n{PASSWORD}\n")
    assert not User.objects.filter(username="sjef").exists()


def test_other_roles_and_closed_accounts_do_not_stand_in_the_way(monkeypatch):
    make_user(EDITOR)
    make_user(ADMINISTRATOR, is_active=False)
    first_administrator(monkeypatch, f"sjef\n{PASSWORD}\n")
    assert User.objects.filter(username="sjef").exists()


def test_cleaning_deletes_attempts_of_yesterday_and_sessions_that_have_ended():
    now = timezone.now()
    for hours in (23, 25):
        attempt = AccessAttempt.objects.create(
            username=f"for {hours} timer", ip_address="192.0.2.1", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(hours=hours))
        Session.objects.create(
            session_key=str(hours), session_data="", expire_date=now + timedelta(hours=24 - hours)
        )
    out = io.StringIO()
    call_command("clean_desk", stdout=out)
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["for 23 timer"]
    assert [session.session_key for session in Session.objects.all()] == ["23"]
    assert "Slettet gamle forsøk på innlogging: 1\nSlettet utgåtte innlogginger: 1" in out.getvalue()

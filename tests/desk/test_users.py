"""Administrators decide who is let in, and can neither give themselves more nor shut themselves out."""

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client

from tests.desk.logins import make_login
from tests.desk.pages import text_of
from tests.staff import group, log_in, make_user
from tilbud.desk.roles import ADMINISTRATOR, EDITOR, READER

ADD, LIST = "/admin/auth/user/add/", "/admin/auth/user/"


def change(client, user, **data):
    fields = {"username": user.username, "is_active": "on", "groups": [g.pk for g in user.groups.all()]}
    fields |= data
    return client.post(f"{LIST}{user.pk}/change/", {name: value for name, value in fields.items() if value})


def me(client):
    return User.objects.get(username="administrator")


def test_new_user_with_a_role_is_let_in(administrator_client):
    data = {"username": "ny", "password1": "Et langt passord 42", "password2": "Et langt passord 42"}
    response = administrator_client.post(ADD, data | {"groups": [group(EDITOR).pk]})
    assert response.status_code == 302
    new = User.objects.get(username="ny")
    assert (new.is_staff, new.is_superuser, new.is_active) == (True, False, True)
    assert [g.name for g in new.groups.all()] == [EDITOR]


def test_new_user_without_a_role_is_not(administrator_client):
    data = {"username": "ny", "password1": "Et langt passord 42", "password2": "Et langt passord 42"}
    administrator_client.post(ADD, data | {"is_staff": "on", "is_superuser": "on"})
    assert not User.objects.get(username="ny").is_staff


def test_weak_password_is_refused_in_norwegian(administrator_client):
    response = administrator_client.post(ADD, {"username": "ny", "password1": "kort", "password2": "kort"})
    assert "Passordet er for kort. Det må ha minst 12 tegn." in text_of(response)
    assert not User.objects.filter(username="ny").exists()


def test_nothing_that_is_sent_makes_a_superuser_or_gives_a_single_permission(administrator_client):
    user = make_user(READER)
    permission = group(ADMINISTRATOR).permissions.first().pk
    change(administrator_client, user, is_superuser="on", user_permissions=[permission], password="x")
    user.refresh_from_db()
    assert (user.is_superuser, user.user_permissions.count(), user.password) == (False, 0, "")


def test_user_whose_role_is_taken_away_is_let_in_no_more(administrator_client):
    user = make_user(READER)
    client = log_in(Client(), user)
    assert change(administrator_client, user, groups=None).status_code == 302
    assert client.get("/admin/").status_code == 302
    user.refresh_from_db()
    assert not user.is_staff


def test_closed_account_is_logged_out_and_stays(administrator_client):
    user = make_user(EDITOR)
    client = log_in(Client(), user)
    assert change(administrator_client, user, is_active=None).status_code == 302
    assert client.get("/admin/").status_code == 302
    assert User.objects.filter(pk=user.pk, is_active=False).exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"is_active": None}, "Du kan ikke stenge din egen konto."),
        ({"groups": None}, "Du kan ikke ta fra deg selv rollen som administrator."),
    ],
)
def test_administrators_cannot_shut_themselves_out(administrator_client, sent, sentence):
    response = change(administrator_client, me(administrator_client), **sent)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert me(administrator_client).is_active
    assert me(administrator_client).groups.get().name == ADMINISTRATOR


def test_account_of_a_superuser_is_out_of_reach(administrator_client, admin_user):
    assert change(administrator_client, admin_user, username="tatt").status_code == 403
    passwords = {"password1": "Et langt passord 42", "password2": "Et langt passord 42"}
    assert administrator_client.post(f"{LIST}{admin_user.pk}/password/", passwords).status_code == 403
    assert User.objects.filter(pk=admin_user.pk, username="admin", password="").exists()


def test_neither_password_nor_secret_is_shown_or_can_be_searched_for(administrator_client):
    user = make_login("kari")
    secrets = [user.password, user.password.split("$")[-1], user.totpdevice_set.get().key, "reserve1"]
    pages = [LIST, f"{LIST}{user.pk}/change/", f"{LIST}{user.pk}/history/", f"{LIST}{user.pk}/password/"]
    text = "".join(text_of(administrator_client.get(page)) for page in pages)
    assert "kari" in text
    assert not [secret for secret in secrets if secret in text]
    for lookup in (
        "password__startswith=md5",
        "totpdevice__key__startswith=a",
        "staticdevice__token_set__token=x",
    ):
        assert administrator_client.get(f"{LIST}?{lookup}").status_code == 302


def test_accounts_are_not_deleted(administrator_client):
    user = make_user(READER)
    administrator_client.post(LIST, {"action": "delete_selected", "_selected_action": user.pk, "post": "yes"})
    assert administrator_client.post(f"{LIST}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def reset(client, *users, **data):
    return client.post(LIST, {"action": "reset_second_factor", "_selected_action": [u.pk for u in users], **data})


def test_second_factor_of_another_is_reset_after_a_question(administrator_client):
    user = make_login("kari")
    client = log_in(Client(), user)
    asked = reset(administrator_client, user)
    assert "Nullstille det andre trinnet?" in text_of(asked)
    assert user.totpdevice_set.exists()
    response = reset(administrator_client, user, confirmed="1")
    assert response.status_code == 302
    assert not user.totpdevice_set.exists() and not user.staticdevice_set.exists()
    assert client.session.session_key not in Session.objects.values_list("session_key", flat=True)
    assert administrator_client.get("/admin/").status_code == 200
    assert "Nullstilte det andre trinnet" in text_of(administrator_client.get(f"{LIST}{user.pk}/history/"))


def test_own_second_factor_and_that_of_a_superuser_are_not_reset(administrator_client, admin_user):
    log_in(Client(), admin_user)
    reset(administrator_client, me(administrator_client), admin_user, confirmed="1")
    assert me(administrator_client).totpdevice_set.exists()
    assert admin_user.totpdevice_set.exists()


def test_list_tells_role_and_second_factor(administrator_client):
    make_login("kari")
    text = text_of(administrator_client.get(LIST))
    assert f'<td class="field-roles">{EDITOR}</td>' in text
    assert 'alt="True"' in text.split('change/">kari')[1].split("</tr>")[0]


def test_group_tells_what_it_may_and_who_is_in_it(administrator_client):
    make_user(EDITOR, username="kari")
    text = text_of(administrator_client.get(f"/admin/auth/group/{Group.objects.get(name=EDITOR).pk}/change/"))
    assert "Kontrollerer, redigerer, lager utkast" in text
    assert "kari" in text

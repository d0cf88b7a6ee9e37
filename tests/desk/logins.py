"""Walking through the login as a browser does."""

import re

from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.desk.pages import text_of
from tests.staff import make_user
from tilbud.desk.roles import EDITOR

LOGIN, PASSWORD = "/admin/inn/", "Et langt passord 42"
HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "198.51.100.7"}


def make_login(username="kari", role=EDITOR, has_app=True, **fields):
    """A user who can log in; with an app and one recovery code, unless this is the first time."""
    user = make_user(role, username=username, **fields)
    user.set_password(PASSWORD)
    user.save()
    if has_app:
        TOTPDevice.objects.create(user=user, name="default")
        StaticToken.objects.create(device=user.staticdevice_set.create(name="backup"), token="reserve1")
    return user


def code_now(user):
    return f"{totp(user.totpdevice_set.get().bin_key):06}"


def wrong_code(user):
    return f"{(int(code_now(user)) + 1) % 1_000_000:06}"


def send_password(client, username="kari", password=PASSWORD, where=HERE, **query):
    client.get(LOGIN, query, **where)
    data = {"login-current_step": "auth", "auth-username": username, "auth-password": password}
    return client.post(LOGIN, data, query_params=query, **where)


def send_code(client, code, step="token", where=HERE):
    return client.post(LOGIN, {"login-current_step": step, f"{step}-otp_token": code}, **where)


def log_in_with_app(username="kari", where=HERE):
    client = Client()
    send_password(client, username, where=where)
    return client, send_code(client, code_now(User.objects.get(username=username)), where=where)


def told(page, name):
    """What the page says below its head, but for the name that was typed and the mark of the form."""
    text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", text_of(page))
    return text[text.index('<div class="desk-login">') :].replace(f'"{name}"', "")

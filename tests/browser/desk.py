"""The desk in a real browser, with somebody already logged in. A test module imports the fixture `desk`."""

import json
import os
import secrets
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.contrib.sessions.backends.db import SessionStore

from tests.browser.conftest import ROOT, opened_page

# Run inside the served site: somebody for each role, and what a session of theirs holds.
MAKE_PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_totp.models import TOTPDevice
sessions = {}
for role in ["Leser", "Redaktør", "Godkjenner", "Administrator"]:
    user = User.objects.create(username=f"nettleser-{role.lower()}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    device = TOTPDevice.objects.create(user=user, name="default")
    sessions[role] = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[-1],
        "_auth_user_hash": user.get_session_auth_hash(),
        "otp_device_id": device.persistent_id,
    }
print(json.dumps(sessions))
"""


@cache
def people(database):
    """What a session of somebody of each role holds, in the database of the site."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", MAKE_PEOPLE]
    environment = os.environ | {"DATABASE_URL": database}
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


def new_session(role, site, database):
    """Log somebody of a role in, straight in the database of the site; return the browser's cookie."""
    key = secrets.token_hex(16)
    ends = datetime.now(UTC) + timedelta(minutes=30)
    row = [key, SessionStore().encode(people(database)[role]), ends.strftime("%Y-%m-%d %H:%M:%S.%f")]
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=20)) as connection, connection:
        connection.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)", row
        )
    return {"name": "sessionid", "value": key, "url": f"{site}/admin/"}


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def assert_soon(page, text):
    """Wait for `text` on a public page: a worker sees a change of the directory up to half a second late."""
    for _attempt in range(20):
        if text in page.inner_text("main"):
            return
        page.wait_for_timeout(250)
        page.reload()
    pytest.fail(f"«{text}» kom aldri på siden: {page.inner_text('main')[:2000]}")


@pytest.fixture
def desk(browser, site, site_environment):
    """Open a page of the desk as somebody of a role, in a browser of their own: `desk(EDITOR, "/admin/")`."""
    with ExitStack() as visits:

        def opened(role, address="/admin/", *, width=1280, **options):
            cookies = [new_session(role, site, site_environment["DATABASE_URL"])]
            return visits.enter_context(
                opened_page(browser, site + address, width=width, cookies=cookies, **options)
            )

        yield opened

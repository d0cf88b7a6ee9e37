"""People of the desk, logged in with both factors, for the tests of every part."""

from time import time

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.factories import numbers
from tilbud.desk.roles import ADMINISTRATOR, APPROVER, EDITOR, READER, permissions_of


def make_user(role=None, **fields):
    """A user of the desk, in the group `role`, without a password: to hash one takes time."""
    user = User.objects.create(**{"username": f"bruker-{next(numbers)}", "is_staff": True} | fields)
    if role:
        user.groups.add(group(role))
    return user


def group(role):
    """The group as the migration made it, also after a test that has emptied every table."""
    found, is_new = Group.objects.get_or_create(name=role)
    if is_new:
        wanted = Q()
        for name in permissions_of(role):
            app, codename = name.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        found.permissions.set(Permission.objects.filter(wanted))
    return found


def log_in(client, user):
    """Log in with both factors, the second without a code; return the client."""
    client.force_login(user)
    device, _is_new = TOTPDevice.objects.get_or_create(user=user, name="default")
    session = client.session
    session["otp_device_id"] = device.persistent_id
    # Else the first page would write it, and ask the database one question more than the next.
    session["used_at"] = int(time())
    session.save()
    return client


@pytest.fixture
def admin_user(db):
    """The superuser of pytest-django, without a password."""
    return make_user(username="admin", is_superuser=True)


@pytest.fixture
def admin_client(admin_user):
    return log_in(Client(), admin_user)


@pytest.fixture
def reader_client(db):
    return log_in(Client(), make_user(READER, username="leser"))


@pytest.fixture
def editor_client(db):
    return log_in(Client(), make_user(EDITOR, username="redaktor"))


@pytest.fixture
def approver_client(db):
    return log_in(Client(), make_user(APPROVER, username="godkjenner"))


@pytest.fixture
def administrator_client(db):
    return log_in(Client(), make_user(ADMINISTRATOR, username="administrator"))

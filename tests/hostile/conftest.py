import gc
import logging
import secrets

import pytest
from django.contrib.auth.models import User
from django.core import signals
from django.db import close_old_connections
from django.test import Client

from tests.hostile.requests import Application
from tests.staff import admin_client, admin_user, log_in  # noqa: F401


@pytest.fixture
def ask(directory):
    """Send a request through the whole application, as a server does."""
    # What one test leaves for the collector is not the next one's time.
    gc.collect()
    gc.freeze()
    # Every refusal is logged, and pytest keeps every line.
    logging.disable()
    # A test is one transaction; between two requests Django would close its connection.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield Application()
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)
    logging.disable(logging.NOTSET)
    gc.unfreeze()


@pytest.fixture
def staff(db):
    """The headers by which the desk knows an editor, with a CSRF token that is good."""
    return staff_headers()


def staff_headers():
    editor, _created = User.objects.get_or_create(username="prove", is_staff=True, is_superuser=True)
    client = Client()
    log_in(client, editor)
    token = secrets.token_hex(16)
    session = client.cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}

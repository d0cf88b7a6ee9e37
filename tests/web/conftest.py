import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.staff import admin_client, admin_user  # noqa: F401
from tilbud.web import database


@pytest.fixture
def watch(monkeypatch, settings, tmp_path):
    """A watch of this test's own, and a folder for what it keeps."""
    settings.SNAPSHOT_DIR = tmp_path / "snapshot"
    settings.READ_ONLY_FILE = tmp_path / "read_only"
    settings.BACKUP_DIR = tmp_path / "backup"
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setattr(database, "watch", database.Watch())
    # As Django's own test client: the end of a request must not end the transaction of the test.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield database.watch
    for signal in signals:
        signal.connect(close_old_connections)

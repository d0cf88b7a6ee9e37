"""/healthz: well, degraded or dead, with ages and no secrets."""

import os
import time

import pytest
from django.db import OperationalError
from django.test import Client

from tests.web.asking import make_ahead
from tilbud.models import DirectoryVersion
from tilbud.web import database


@pytest.fixture
def health(watch):
    def ask():
        response = Client(headers={"host": "localhost"}).get("/healthz")
        return response.status_code, response.json()

    return ask


@pytest.fixture
def gone(monkeypatch):
    def refuse(*arguments, **options):
        raise OperationalError("password=hemmelig host=10.0.0.1")

    return lambda: monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", refuse)


def test_health_tells_that_all_is_well(directory, health):
    DirectoryVersion.objects.bump()
    status, said = health()
    assert (status, said["status"], said["database"], said["read_only"]) == (200, "ok", "up", False)
    assert said["data_version"] == DirectoryVersion.objects.first().number
    assert 0 <= said["data_age_seconds"] < 60
    assert said["backup_age_seconds"] is said["snapshot_age_seconds"] is None
    assert said["snapshot_pages"] == 0


def test_health_is_dead_without_database_and_copies(directory, health, gone):
    gone()
    status, said = health()
    assert (status, said["status"], said["database"]) == (503, "dead", "gone")
    assert "hemmelig" not in repr(said)


def test_health_is_degraded_while_copies_are_shown(directory, health, watch, gone):
    make_ahead(watch, ["/om/"]).make()
    gone()
    status, said = health()
    assert (status, said["status"], said["snapshot_pages"]) == (200, "degraded", 1)
    assert 0 <= said["snapshot_age_seconds"] < 60
    # As it was when the database was last seen.
    assert said["data_version"] == watch.number


def test_health_tells_the_age_of_the_newest_backup(directory, health, settings):
    settings.BACKUP_DIR.mkdir()
    for name, age in (("katalog-1.zip", 9000), ("katalog-2.zip", 3000), (".katalog-3.zip.halv", 10)):
        path = settings.BACKUP_DIR / name
        path.write_text("")
        os.utime(path, (time.time() - age, time.time() - age))
    assert 2999 <= health()[1]["backup_age_seconds"] < 3060


def test_health_bears_a_clock_that_was_set_back(directory, health, settings):
    settings.BACKUP_DIR.mkdir()
    path = settings.BACKUP_DIR / "katalog-1.zip"
    path.write_text("")
    os.utime(path, (time.time() + 9000, time.time() + 9000))
    assert health()[1]["backup_age_seconds"] == 0


def test_health_tells_of_the_read_only_switch(directory, health, settings):
    settings.READ_ONLY_FILE.touch()
    status, said = health()
    settings.READ_ONLY_FILE.unlink()
    database.prepare()
    assert (status, said["status"], said["read_only"]) == (200, "ok", True)


def test_health_is_only_read(directory, health):
    assert Client(headers={"host": "localhost"}).post("/healthz").status_code == 405

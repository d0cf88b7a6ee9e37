"""The drill: the whole directory and the desk's accounts in one file, and back, on and across both databases."""

import json
import subprocess
import sys
import zipfile
from hashlib import sha256

import pytest
from django.conf import settings

from tests.databases import manage, own_database

PASSWORD = "et-langt-passord-for-proven"
CHECK = """
import django; django.setup()
from django.contrib.auth.models import User
print(User.objects.get().check_password({!r}))
"""
# Two tables, read far apart, that never differ for who sees one moment of the database.
WRITER = """
import django; django.setup()
from django.db import transaction
from regions.models import HealthRegion
from tilbud.models import Source
for number in range(1, 100_000):
    with transaction.atomic():
        HealthRegion.objects.filter(slug="helse-nord").update(locator=str(number))
        Source.objects.filter(slug="kartlegging-2007").update(note=str(number))
    print(number, flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("backup")


@pytest.fixture(scope="module")
def full(folder):
    """The URL of a database with the real directory, an account and its session."""
    with own_database(folder, "full") as url:
        manage(url, "migrate", "-v0")
        manage(url, "load_fixtures")
        account = ["createsuperuser", "--noinput", "--username", "redaktor", "--email", "post@example.no"]
        manage(url, *account, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        session = "from django.contrib.sessions.backends.db import SessionStore as S; S().save(must_create=True)"
        manage(url, "shell", "-v0", "-c", session)
        yield url


@pytest.fixture(scope="module")
def backup(full, folder):
    manage(full, "backup", folder / "full.zip")
    return folder / "full.zip"


def manifest(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


@pytest.fixture(scope="module")
def whole(backup, full, folder):
    """What the directory exports when the backup is taken."""
    return exported(full, folder)


def exported(url, folder):
    """Return how many bytes a database exports, and their SHA-256."""
    manage(url, "export_directory", folder / "export.json")
    content = (folder / "export.json").read_bytes()
    return len(content), sha256(content).hexdigest()


def test_drill_restores_to_equal_bytes_on_this_database_and_on_another(backup, whole, folder):
    lite = f"sqlite:///{folder}/lite.sqlite3"

    with own_database(folder, "here") as here, own_database(folder, "back") as back:
        said = manage(here, "restore", backup)
        manage(lite, "restore", backup)
        manage(lite, "backup", folder / "lite.zip")
        manage(back, "restore", folder / "lite.zip")

        assert whole[0] > 500_000
        assert exported(here, folder) == exported(lite, folder) == exported(back, folder) == whole
        # Not only what is exported: every row of every table but the number of the version, which counts on.
        told = manifest(backup)["tables"], manifest(folder / "lite.zip")["tables"]
        assert all(tables.pop("tilbud.directoryversion") for tables in told)
        assert told[0] == told[1]
        assert manage(back, "-c", CHECK.format(PASSWORD)) == "True\n"
        assert "må logge inn på nytt" in said
        # The next new row does not collide with a restored one.
        manage(back, "createsuperuser", "--noinput", "--username", "ny", "--email", "ny@example.no")


def test_backup_of_busy_database_is_of_one_moment(full, folder):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        cwd=settings.BASE_DIR,
        env={"DATABASE_URL": full, "DJANGO_SETTINGS_MODULE": "tilbud.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        begun = int(writer.stdout.readline())
        manage(full, "backup", folder / "busy.zip")
    finally:
        writer.terminate()
        ended = int(writer.communicate()[0].split()[-1])

    first = value(folder / "busy.zip", "regions.healthregion", "helse-nord", "locator")
    assert first == value(folder / "busy.zip", "tilbud.source", "kartlegging-2007", "note")
    assert begun <= int(first) < ended


def value(path, table, slug, field):
    with zipfile.ZipFile(path) as archive:
        rows = [json.loads(line) for line in archive.open(f"{table}.jsonl")]
    return next(row[field] for row in rows if row["slug"] == slug)


def test_backup_holds_accounts_for_its_owner_only_and_no_session(backup):
    with zipfile.ZipFile(backup) as archive:
        assert "redaktor" in archive.read("auth.user.jsonl").decode()
        assert not [name for name in archive.namelist() if "session" in name]
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not list(backup.parent.glob(".*"))


def test_backup_never_writes_over_a_file(full, backup):
    before = backup.read_bytes()

    assert "finnes fra før" in manage(full, "backup", backup, fails=True)

    assert backup.read_bytes() == before


def test_backup_in_a_folder_keeps_the_newest(full, tmp_path):
    (tmp_path / "katalog-notater.zip").touch()
    old = [tmp_path / f"katalog-2026-01-0{day}-000000-000000.zip" for day in (1, 2, 3)]
    for path in old:
        path.touch()

    manage(full, "backup", tmp_path, "--keep", "2")

    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept[0] == old[2].name
    assert manifest(tmp_path / kept[1])["tables"]["auth.user"]["rows"] == 1
    assert kept[2:] == ["katalog-notater.zip"]


def test_restore_over_content_is_refused_without_a_word_for_it(full, backup, folder):
    assert "Databasen er ikke tom. Ingenting er endret." in manage(full, "restore", backup, fails=True)


def test_restore_with_replace_first_saves_what_is_there(backup, whole, folder, tmp_path):
    with own_database(folder, "replaced") as url:
        manage(url, "restore", backup)
        manage(url, "shell", "-v0", "-c", "from tilbud.models import Offer; Offer.objects.all().delete()")

        said = manage(url, "restore", backup, "--replace", BACKUP_DIR=str(tmp_path))

        assert exported(url, folder) == whole
        (saved,) = tmp_path.iterdir()
        assert str(saved) in said
        assert manifest(saved)["tables"]["tilbud.offer"]["rows"] == 0
        assert manifest(saved)["tables"]["tilbud.institution"]["rows"] > 100


def test_backup_before_migrating_comes_back_after_it(folder, tmp_path):
    with own_database(folder, "older") as url:
        manage(url, "migrate", "tilbud", "0002", "-v0")
        manage(url, "backup", "--before-migrate", tmp_path)
        assert not list(tmp_path.iterdir())  # Nothing in it yet.
        manage(url, "shell", "-v0", "-c", "from tilbud.models import Source; Source(slug='a', title='Å').save()")
        manage(url, "backup", "--before-migrate", tmp_path)
        (path,) = tmp_path.iterdir()
        manage(url, "migrate", "-v0")
        manage(url, "backup", "--before-migrate", tmp_path)
        assert list(tmp_path.iterdir()) == [path]  # Nothing left to migrate.

        manage(url, "restore", path, "--replace", BACKUP_DIR=str(folder / "safe"))

        manage(url, "migrate", "--check")
        manage(url, "export_directory", tmp_path / "export.json")
        assert [source["title"] for source in json.loads((tmp_path / "export.json").read_text())["sources"]] == [
            "Å"
        ]

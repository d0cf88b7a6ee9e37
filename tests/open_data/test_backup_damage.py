"""A backup that is damaged, or that does not fit, is refused before anything is overwritten."""

import json
import random

import pytest
from django.core.management import CommandError, call_command

from tests.databases import manage, own_database
from tilbud.models import DirectoryVersion, Offer
from tilbud.open_data.backup import BackupError, open_backup
from tilbud.open_data.backup.archive import MANIFEST, SEAL_LENGTH, Writer, new_file


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damage")


@pytest.fixture(scope="module")
def url(folder):
    """A database with one account."""
    with own_database(folder, "damage") as url:
        manage(url, "migrate", "-v0")
        manage(url, "createsuperuser", "--noinput", "--username", "redaktor", "--email", "post@example.no")
        yield url


@pytest.fixture(scope="module")
def whole(url, folder):
    manage(url, "backup", folder / "whole.zip")
    return folder / "whole.zip"


def rewritten(whole, path, change):
    """Write `whole` anew to `path`, well sealed, with its rows and manifest as `change` leaves them."""
    with open_backup(whole) as backup:
        rows = {label: list(backup.rows(label)) for label in backup.tables}
        told = json.loads(backup.zip.read(MANIFEST))
    del told["tables"], told["format"]
    change(rows, told)
    with new_file(path) as file:
        writer = Writer(file)
        for label, table in rows.items():
            writer.add_table(label, table)
        writer.finish(**told)
    return path


# What is marked `once` is refused before any database is asked.
@pytest.mark.once
@pytest.mark.django_db
def test_every_damaged_byte_is_refused_before_anything_is_touched(whole, tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "safe"
    content, chance = whole.read_bytes(), random.Random(2007)
    places = [0, len(content) - SEAL_LENGTH, len(content) - 1, *chance.sample(range(len(content)), 100)]
    version = DirectoryVersion.objects.stamp()
    path = tmp_path / "damaged.zip"

    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(CommandError, match="skadet"):
            call_command("restore", path, replace=True)

    assert Offer.objects.count() > 300
    assert DirectoryVersion.objects.stamp() == version
    assert not list(settings.BACKUP_DIR.iterdir())


@pytest.mark.once
@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: b"PK",
        lambda content: content[:-1],
        lambda content: content[1:],
        lambda content: content + b"0",
        lambda content: content[: len(content) // 2],
        lambda content: content * 2,
    ],
)
def test_file_cut_or_grown_is_refused(whole, tmp_path, change):
    path = tmp_path / "changed.zip"
    path.write_bytes(change(whole.read_bytes()))

    with pytest.raises(BackupError, match="skadet"), open_backup(path):
        pass


@pytest.mark.once
def test_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match=r"borte\.zip"):
        call_command("restore", tmp_path / "borte.zip")


def broken_reference(rows, told):
    rows["auth.user_groups"] = [{"id": 1, "user_id": 1, "group_id": 99}]


def value_of_another_kind(rows, told):
    rows["auth.user"][0]["is_staff"] = "kanskje"


def unknown_column(rows, told):
    rows["auth.user"][0]["skostørrelse"] = 42


def unknown_table(rows, told):
    rows["tilbud.sko"] = []


def twice_the_same(rows, told):
    rows["auth.user"] *= 2


def newer_code(rows, told):
    told["migrations"].append(["tilbud", "9999_noe_nytt"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (broken_reference, "Databasen kan ikke ta imot kopien"),
        (value_of_another_kind, "Databasen kan ikke ta imot kopien"),
        (unknown_column, "Databasen kan ikke ta imot kopien"),
        (unknown_table, "Koden har ingen plass til tabellene tilbud.sko"),
        (twice_the_same, "Databasen kan ikke ta imot kopien"),
        (newer_code, "kjenner tilbud.9999_noe_nytt. Oppdater koden først."),
    ],
)
def test_restore_that_fails_midway_leaves_everything(url, whole, folder, tmp_path, change, sentence):
    path = rewritten(whole, tmp_path / "changed.zip", change)

    said = manage(url, "restore", path, "--replace", fails=True, BACKUP_DIR=str(tmp_path))

    assert sentence in said
    assert "Ingenting er endret." in said
    assert "Traceback" not in said
    manage(url, "backup", tmp_path / "after.zip")
    with open_backup(whole) as before, open_backup(tmp_path / "after.zip") as after:
        assert after.tables == before.tables
        assert after.migrations == before.migrations


@pytest.mark.once
def test_file_that_cannot_be_finished_is_not_there(tmp_path):
    with pytest.raises(OSError, match="No space left"), new_file(tmp_path / "full.zip") as file:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    assert not list(tmp_path.iterdir())

"""The file: an ordinary zip with a manifest and one JSON line per row, one file per table.

The zip's comment is the SHA-256 of every byte before it: any tool opens the file, and no change goes unnoticed.
"""

import hashlib
import json
import os
import re
import tempfile
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
SEAL_LENGTH = 64
# The time, in UTC and down to the microsecond: the names sort by age, and no two are the same.
NAME = re.compile(r"katalog-\d{4}-\d{2}-\d{2}-\d{6}-\d{6}\.zip")


class BackupError(Exception):
    """A backup cannot be made, read or restored; the text says why. The database is as it was."""


def new_name():
    return f"katalog-{datetime.now(UTC):%Y-%m-%d-%H%M%S-%f}.zip"


def backups_in(folder):
    """Return the backups `folder` holds under names of ours, oldest first."""
    return sorted(path for path in Path(folder).glob("katalog-*.zip") if NAME.fullmatch(path.name))


@contextmanager
def new_file(path):
    """A file that appears under `path` only when it is whole and on the disk; readable by its owner alone."""
    if path.exists():
        raise BackupError(f"{path} finnes fra før. En sikkerhetskopi skriver aldri over noe.")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class Writer:
    """Writes the tables one by one, then the manifest, then the seal."""

    def __init__(self, file):
        self.file = file
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.zip.comment = b"0" * SEAL_LENGTH
        self.tables = {}

    def add_table(self, label, rows):
        digest, count = hashlib.sha256(), 0
        with self.zip.open(_entry(f"{label}.jsonl"), "w", force_zip64=True) as entry:
            for row in rows:
                line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
                entry.write(line)
                digest.update(line)
                count += 1
        self.tables[label] = {"rows": count, "sha256": digest.hexdigest()}

    def finish(self, **told):
        manifest = {"format": FORMAT, **told, "tables": self.tables}
        self.zip.writestr(_entry(MANIFEST), json.dumps(manifest, ensure_ascii=False, indent=1))
        self.zip.close()
        digest, size = _digest(self.file)
        self.file.seek(size)
        self.file.write(digest)


def _entry(name):
    # Without the time of day: equal tables are equal bytes.
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _digest(file):
    """Return the seal that belongs to an open file, and where in the file it stands."""
    size = max(file.seek(0, os.SEEK_END) - SEAL_LENGTH, 0)
    file.seek(0)
    digest, left = hashlib.sha256(), size
    while block := file.read(min(left, 1 << 20)):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest().encode(), size


class Reader:
    """A backup that has been found whole."""

    def __init__(self, file):
        self.zip = zipfile.ZipFile(file)
        manifest = json.loads(self.zip.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise BackupError("Sikkerhetskopien er fra en nyere utgave av katalogen. Oppdater koden først.")
        self.created = manifest["created"]
        self.migrations = [tuple(key) for key in manifest["migrations"]]
        self.tables = manifest["tables"]

    def rows(self, label):
        with self.zip.open(f"{label}.jsonl") as entry:
            for line in entry:
                yield json.loads(line)


@contextmanager
def open_backup(path):
    """Open a backup and read every byte of it before anything in it is believed. Raises BackupError."""
    with path.open("rb") as file:
        digest, size = _digest(file)
        if file.read(SEAL_LENGTH) != digest or not size:
            raise BackupError(f"{path} er skadet, eller den er ingen sikkerhetskopi. Ingenting er endret.")
        try:
            reader = Reader(file)
        except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise BackupError(f"{path} er ingen sikkerhetskopi ({error}). Ingenting er endret.") from error
        yield reader

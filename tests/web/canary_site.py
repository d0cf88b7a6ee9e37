"""The site as test_canary runs it: everything it writes to is known, and its database can be slow or be lost."""

import io
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from tests import postgres
from tests.web.canary import Visitor, marks_below, marks_open

ROOT = settings.BASE_DIR
# What the database is told to keep to itself in production.
QUIET = re.findall(r"^(log_\w+) = '?(.*?)'?$", (ROOT / "deploy" / "postgresql.conf").read_text(), re.MULTILINE)


class Place:
    """Everything one run may write to: a database, a home, a folder for the passing and the server's output."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        self.began, self.found = time.time(), {}
        for name in ("tmp", "home", "snapshot"):
            (folder / name).mkdir()
        self.output = folder / "output"
        self.environment = os.environ | {
            "DATABASE_URL": url,
            "TMPDIR": str(folder / "tmp"),
            "HOME": str(folder / "home"),
            "SNAPSHOT_DIR": str(folder / "snapshot"),
            "ACCESS_LOG": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        for command in (["migrate", "-v", "0"], ["load_fixtures"]):
            self.run("manage.py", *command)

    def run(self, *arguments):
        subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, check=True, capture_output=True
        )

    @contextmanager
    def serve(self, application):
        """Serve as `make start` does; the block gets a visitor; what the server holds open is searched after."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["-m", "gunicorn", "--config=deploy/gunicorn.conf.py", f"--bind=127.0.0.1:{port}", application]
        with self.output.open("ab") as output:
            options = {"cwd": ROOT, "env": self.environment, "stdout": output, "stderr": output}
            server = subprocess.Popen([sys.executable, *command], **options)
        try:
            wait_for(port, server)
            yield Visitor(port)
            self.found |= marks_open(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()

    def marks(self):
        return self.found | marks_below(self.folder) | marks_below(ROOT / "var", self.began)


def wait_for(port, server):
    while server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    pytest.fail("Tjeneren startet ikke.")


@contextmanager
def database(folder):
    """The database of this run, of the kind all tests use: its address and ways to slow, lose and read it."""
    if connection.vendor == "sqlite":
        yield Sqlite(folder / "tilbud.sqlite3")
    else:
        with postgres.server() as url:
            yield Postgres(url)


class Sqlite:
    def __init__(self, path):
        self.path, self.url, self.files = path, f"sqlite:///{path}", path.parent

    @contextmanager
    def slow(self):
        # Readers of SQLite wait for nobody.
        yield

    @contextmanager
    def gone(self):
        away = self.path.with_suffix(".away")
        shutil.copy(self.path, away)
        self.path.write_bytes(b"Ingen database. " * 1000)
        yield
        away.replace(self.path)

    def dump(self):
        with closing(sqlite3.connect(self.path)) as database:
            return "\n".join(database.iterdump()).encode()


class Postgres:
    def __init__(self, url):
        self.url, self.files = url, Path(unquote(urlsplit(url).hostname))
        with closing(self.connect()) as database, database.cursor() as cursor:
            database.autocommit = True
            # The limit makes a slow query fail soon.
            for name, value in [*QUIET, ("statement_timeout", "300")]:
                cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            cursor.execute("SELECT pg_reload_conf()")

    def connect(self):
        return psycopg2.connect(self.url)

    @contextmanager
    def slow(self):
        with closing(self.connect()) as database, database.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0; LOCK tilbud_offer, tilbud_institution")
            yield

    @contextmanager
    def gone(self):
        # Told to end, it writes all it has in memory to its files first.
        running = self.files / "data" / "postmaster.pid"
        os.kill(int(running.read_text().split()[0]), signal.SIGINT)
        while running.exists():
            time.sleep(0.05)
        yield

    def dump(self):
        """Return every row as text, also the long values that the files hold compressed."""
        with closing(self.connect()) as database, database.cursor() as cursor:
            cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables")
            written = io.BytesIO()
            for (table,) in cursor.fetchall():
                cursor.copy_expert(f"COPY {table} TO STDOUT", written)
            return written.getvalue()

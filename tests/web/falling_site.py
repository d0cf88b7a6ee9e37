"""A real server with a database that can be stopped, frozen and started again under it."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from tests import postgres


def until(holds, seconds=15):
    """Wait until `holds()` is true and return how long it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if holds():
            return time.monotonic() - begun
        time.sleep(0.02)
    pytest.fail("Det skjedde aldri.")


class Site:
    """The site on a port of its own, started and ended as a supervisor does it."""

    def __init__(self, folder, base):
        self.base, self.log = base, folder / "log"
        self.environment = os.environ | {"DATABASE_URL": base.url, "SNAPSHOT_DIR": str(folder / "snapshot")}
        for command in (["migrate", "-v", "0"], ["load_fixtures"]):
            run = [sys.executable, "manage.py", *command]
            subprocess.run(run, cwd=settings.BASE_DIR, env=self.environment, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = None

    def start(self):
        command = ["-m", "gunicorn", "--config=deploy/gunicorn.conf.py", f"--bind=127.0.0.1:{self.port}"]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, *command, "tests.web.few"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        until(lambda: self.status("/") is not None)

    def end(self, number=signal.SIGTERM):
        self.server.send_signal(number)
        return self.server.wait(30)

    def workers(self):
        path = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def visitor(self):
        return closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30))

    def ask(self, address, body=None, visitor=None):
        """Return status and text; raises when there is no whole answer."""
        if visitor is None:
            with self.visitor() as visitor:
                return self.ask(address, body, visitor)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        visitor.request("POST" if body else "GET", address, body, headers)
        answer = visitor.getresponse()
        return answer.status, answer.read().decode()

    def status(self, address):
        try:
            return self.ask(address)[0]
        except (OSError, http.client.HTTPException):
            return None

    @property
    def copies(self):
        """The folder of the copies, which has the database's own mark in its name."""
        return next(Path(self.environment["SNAPSHOT_DIR"]).iterdir())

    @contextmanager
    def crowd(self, address):
        """Ask for a page all the time from several threads; the block gets the list of what was answered."""
        answers, is_over = [], threading.Event()

        def visit():
            while not is_over.is_set():
                with self.visitor() as visitor:
                    try:
                        while not is_over.is_set():
                            answers.append(self.ask(address, visitor=visitor))
                            # A crowd reads too; the tests beside this one want their share of the processor.
                            time.sleep(0.005)
                    except (OSError, http.client.HTTPException) as error:
                        answers.append((None, repr(error)))
                        time.sleep(0.02)

        visitors = [threading.Thread(target=visit) for _number in range(4)]
        for visitor in visitors:
            visitor.start()
        try:
            yield answers
        finally:
            is_over.set()
            for visitor in visitors:
                visitor.join()


@contextmanager
def database(folder):
    """A database of the kind all tests of this run use."""
    if connection.vendor == "sqlite":
        yield Sqlite(folder / "tilbud.sqlite3")
        return
    with postgres.server() as url:
        base = Postgres(url)
        try:
            yield base
        finally:
            base.thaw()
    if base.process:
        base.process.wait()


class Sqlite:
    def __init__(self, path):
        self.path, self.url = path, f"sqlite:///{path}"

    def stop(self):
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.rename(path.with_name(f"borte-{path.name}"))

    def start(self):
        for path in self.path.parent.glob("borte-*"):
            path.rename(path.with_name(path.name.removeprefix("borte-")))

    def execute(self, *statements):
        with closing(sqlite3.connect(self.path)) as database, database:
            for statement in statements:
                database.execute(statement)


class Postgres:
    def __init__(self, url):
        self.url, self.folder = url, Path(unquote(urlsplit(url).hostname))
        self.running = self.folder / "data" / "postmaster.pid"
        self.frozen, self.process = [], None
        process = Path(f"/proc/{self._pid()}")
        self.command = process.joinpath("cmdline").read_bytes().decode().rstrip("\0").split("\0")
        self.user = process.stat().st_uid

    def _pid(self):
        return int(self.running.read_text().split()[0])

    def stop(self):
        os.kill(self._pid(), signal.SIGINT)
        until(lambda: not self.running.exists())

    def start(self):
        options = {"user": self.user, "extra_groups": []} if os.getuid() == 0 else {}
        with (self.folder / "log").open("ab") as log:
            options |= {"cwd": self.folder, "stdout": log, "stderr": log, "start_new_session": True}
            self.process = subprocess.Popen(self.command, **options)

    def freeze(self):
        """Let the server be there and answer nobody, as behind a net that is cut."""
        children = Path(f"/proc/{self._pid()}/task/{self._pid()}/children").read_text().split()
        self.frozen = [self._pid(), *map(int, children)]
        for pid in self.frozen:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.frozen:
            os.kill(pid, signal.SIGCONT)
        self.frozen = []

    def execute(self, *statements):
        with closing(psycopg2.connect(self.url)) as database, database, database.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

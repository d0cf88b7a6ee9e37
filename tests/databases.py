"""Databases of their own for tests that migrate, restore or start a server, on the engine the tests run on."""

import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings


@contextmanager
def own_database(folder, name):
    """Give the URL of an empty database: a file in `folder`, or one on the server that DATABASE_URL names."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    name = f"own_{name}"
    _execute(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server, *statements):
    connection = psycopg2.connect(server)
    connection.autocommit = True
    for statement in statements:
        connection.cursor().execute(statement)
    connection.close()


def manage(url, *arguments, fails=False, **environment):
    """Run a command of manage.py on the database `url`; return what it said, as an error when it `fails`."""
    process = subprocess.run(
        [sys.executable, *(["manage.py"] if arguments[0] != "-c" else []), *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (process.returncode != 0) == fails, process.stderr
    return process.stderr if fails else process.stdout

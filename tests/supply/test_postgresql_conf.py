"""PostgreSQL with deploy/postgresql.conf writes down nothing that somebody typed."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest

from tests import postgres
from tests.supply.units import DEPLOY

# It starts a server of its own; the suite's makes no difference.
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(os.environ.get("SKIP_POSTGRES") == "1", reason="SKIP_POSTGRES=1"),
]


@pytest.fixture(scope="module")
def server():
    """A server with our settings; gives a connection, and where it writes its log."""
    settings = postgres.SERVER_OPTIONS
    postgres.SERVER_OPTIONS = "".join(f" -c {name}={value}" for name, value in options().items())
    try:
        with postgres.server() as url:
            connection = psycopg2.connect(url)
            connection.autocommit = True
            yield connection, url
            connection.close()
    finally:
        postgres.SERVER_OPTIONS = settings


def options():
    lines = (DEPLOY / "postgresql.conf").read_text("utf-8").splitlines()
    return dict(line.split(" = ") for line in lines if line and not line.startswith("#"))


def test_server_starts_with_our_settings(server):
    cursor = server[0].cursor()

    for name in options():
        cursor.execute("SELECT setting, source FROM pg_settings WHERE name = %s", [name])
        (found,) = cursor.fetchall()
        assert found[1] == "command line", name
    cursor.execute("SHOW fsync")
    assert cursor.fetchone() == ("on",)


def test_failing_statement_leaves_no_trace(server):
    connection, url = server
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE words (word text PRIMARY KEY, number integer)")
    cursor.execute("INSERT INTO words VALUES ('kanarifugl', 1)")

    for statement in (
        "INSERT INTO words VALUES ('kanarifugl', 2)",
        "SELECT 'kanarifugl'::integer",
        "SELECT kanarifugl FROM words",
        "DO $$ BEGIN RAISE WARNING 'kanarifugl'; END $$; SELECT 1/0",
        "SELECT pg_sleep(0.05), 'kanarifugl'",
    ):
        with suppress(psycopg2.Error):
            cursor.execute(statement)

    # The log stands beside the socket.
    log = (Path(unquote(urlsplit(url).netloc.split("@")[1])) / "log").read_text()
    assert "ready to accept connections" in log
    assert "kanarifugl" not in log

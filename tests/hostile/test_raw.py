"""A real gunicorn, spoken to in bytes: refused with a message, nothing smuggled, no thread held."""

import os
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.browser.conftest import ROOT, served
from tests.hostile import raw

# The server of this module has a database of its own; the suite's makes no difference.
# Bytes mean the same with every database.
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The directory without data, for no data is asked for; served as it is in production."""
    folder = tmp_path_factory.mktemp("raw")
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'tilbud.sqlite3'}",
        "SNAPSHOT_DIR": str(folder / "snapshot"),
        "SNAPSHOT_AHEAD": "0",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    with served(environment) as address:
        yield address


@pytest.mark.parametrize("name", raw.SMUGGLED)
def test_request_that_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_read(site, name):
    received = raw.talk(site, raw.SMUGGLED[name])
    # Of an unknown kind of body HTTP says 501. What is wrong with a body nobody reads shows after the answer.
    assert raw.statuses(received)[-1] in (400, 501), received
    assert b'{"status"' not in received


@pytest.mark.parametrize("name", raw.REFUSED)
def test_request_out_of_shape_is_refused_with_a_message(site, name):
    received = raw.talk(site, raw.REFUSED[name])
    assert len(raw.statuses(received)) == 1, received
    assert 400 <= raw.statuses(received)[0] < 500, received
    assert b"<h1>" in received
    assert "Content-Security-Policy" in raw.head(received)


@pytest.mark.parametrize("name", raw.IGNORED)
def test_what_is_added_to_a_request_makes_no_difference(site, name):
    received = raw.talk(site, raw.IGNORED[name])
    assert raw.statuses(received)[-1] in (200, 301, 400, 404), received
    assert "\r\ninjected:" not in raw.head(received).lower()
    assert b"e.example" not in received
    assert b"Django" not in received


def test_clients_that_stop_sending_hold_no_thread(site):
    host, port = site.removeprefix("http://").split(":")
    slow = [
        raw.request(raw.POST, raw.FORM, "Content-Length: 1000", body=b"q"),
        raw.request(raw.POST, raw.CHUNKED, body=b"5\r\na"),
        b"GET / HTTP/1.1\r\nHost: local",
        b"G",
    ]
    with ExitStack() as lines:
        clients = []
        for sent in slow:
            client = lines.enter_context(socket.create_connection((host, int(port)), timeout=raw.WAIT))
            client.sendall(sent)
            clients.append(client)

        received = raw.talk(site, raw.request("GET /healthz HTTP/1.1"))

        assert raw.statuses(received) == [200]
        answers = [raw.statuses(client.recv(65536)) for client in clients]
    assert all(answer in ([], [200], [408]) for answer in answers), answers

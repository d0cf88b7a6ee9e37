"""The units of systemd, started as far as a machine without it allows."""

import http.client
import json
import shutil
import socket
import subprocess

import pytest
from django.conf import settings

from tests.supply.units import DEPLOY, SERVICES, TIMERS, commands, read_unit

pytestmark = pytest.mark.once


def ask(path, address, **headers):
    """Ask the server behind a Unix socket; return its response and the body."""
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.settimeout(60)
        visitor.connect(path)
        connection = http.client.HTTPConnection("katalog.example.no")
        connection.sock = visitor
        connection.request("GET", address, headers=headers)
        with connection.getresponse() as response:
            return response, response.read()


def test_katalog_service_answers_on_its_socket(katalog):
    response, body = ask(katalog, "/healthz", **{"X-Forwarded-Proto": "https"})

    told = json.loads(body)
    assert (response.status, told["status"]) == (200, "ok")
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


def test_katalog_service_sends_a_visitor_without_tls_to_it(katalog):
    response, _body = ask(katalog, "/akutt/")

    assert response.status == 301
    assert response.headers["Location"] == "https://katalog.example.no/akutt/"


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "katalog.service"])
def test_every_other_service_does_its_work(name, server_environment, server_folder):
    for command in commands(name):
        process = subprocess.run(
            command, cwd=settings.BASE_DIR, env=server_environment, capture_output=True, text=True
        )
        assert process.returncode == 0, process.stderr

    if name == "katalog-backup.service":
        (path,) = (server_folder / "backup").iterdir()
        assert f"{path}: " in process.stdout


def test_every_timer_starts_a_service_and_says_when():
    assert len(TIMERS) == 2
    for name in TIMERS:
        unit = read_unit(name)
        assert name.replace(".timer", ".service") in SERVICES
        assert unit["Install"]["WantedBy"] == ["timers.target"]
        assert unit["Timer"]["Persistent"] == ["true"]


def test_every_service_is_shut_in():
    """The same hardening for all: no rights, no network, no writing but where it must."""
    own = {"Type", "ExecStart", "ExecReload", "KillMode", "TimeoutStopSec", "Restart", "RestartSec", "Nice"}
    units = [read_unit(name)["Service"] for name in SERVICES]
    hardening = [{k: v for k, v in unit.items() if k not in own | {"ReadWritePaths"}} for unit in units]

    assert hardening[0] == hardening[1] == hardening[2]
    expected = {"PrivateNetwork": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "User": "katalog"}
    assert {key: hardening[0][key] for key in expected} == {key: [value] for key, value in expected.items()}
    assert hardening[0]["RestrictAddressFamilies"] == ["AF_UNIX"]
    assert hardening[0]["CapabilityBoundingSet"] == [""]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze finnes ikke her")
def test_systemd_understands_every_unit(tmp_path):
    names = [*SERVICES, *TIMERS, "katalog.socket"]
    for name in names:
        text = (DEPLOY / name).read_text("utf-8").replace("/srv/katalog/.venv/bin/python", "/bin/true")
        (tmp_path / name).write_text(text)

    process = subprocess.run(["systemd-analyze", "verify", *names], cwd=tmp_path, capture_output=True, text=True)

    assert process.returncode == 0, process.stderr
    assert not [line for line in process.stderr.splitlines() if "katalog" in line], process.stderr

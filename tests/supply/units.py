"""The files of deploy/ as they would run on the server, with their paths moved to this checkout."""

import shlex
import sys

from django.conf import settings

DEPLOY = settings.BASE_DIR / "deploy"
SERVICES = sorted(path.name for path in DEPLOY.glob("*.service"))
TIMERS = sorted(path.name for path in DEPLOY.glob("*.timer"))


def read_unit(name):
    """Return a unit's options by section: {"Service": {"ExecStart": ["…"]}}."""
    sections, current = {}, None
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            current.setdefault(key, []).append(value)
    return sections


def commands(name):
    """Return what a service starts, with the Python that runs the tests."""
    for line in read_unit(name)["Service"]["ExecStart"]:
        program, *arguments = shlex.split(line)
        assert program == "/srv/katalog/.venv/bin/python"
        yield [sys.executable, *arguments]


def environment(url, **changed):
    """The variables of katalog.env.example, filled in as the guide says, with a database of the tests."""
    lines = (DEPLOY / "katalog.env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given["SECRET_KEY"] == ""
    return (
        given
        | {"SECRET_KEY": "Zq3v9Lw7-xT1nB5kR8_mC2jH6dF4gS0pY9aU7eW3iO1rK5tQ8zX", "DATABASE_URL": url}
        | changed
    )

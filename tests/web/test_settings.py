"""What the settings refuse and what they set, each in a process of its own: settings are read once."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

GOOD_KEY = "Zq3v9Lw7-xT1nB5kR8_mC2jH6dF4gS0pY9aU7eW3iO1rK5tQ8zX"
PRODUCTION = {"ALLOWED_HOSTS": "katalog.example.no", "SECRET_KEY": GOOD_KEY}
SHOW = """
import json
from tilbud import settings
print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=str))
"""


def run(*arguments, **environment):
    """Run Python in the project with only `environment` and what Python itself needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=kept | {"DATABASE_URL": "sqlite://:memory:", "PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
    )


def settings_with(**environment):
    process = run("-c", SHOW, **environment)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DEBUG": "ja"}, "DEBUG må være 1 eller 0, ikke «ja»."),
        ({"PRODUCTION": "true"}, "PRODUCTION må være 1 eller 0, ikke «true»."),
        ({"BEHIND_PROXY": ""}, "BEHIND_PROXY må være 1 eller 0, ikke «»."),
        ({"ALLOWED_HOSTS": "katalog.example.no"}, "SECRET_KEY mangler eller er for svak. Lag en med: "),
        ({"PRODUCTION": "1"}, "SECRET_KEY mangler eller er for svak."),
        (PRODUCTION | {"SECRET_KEY": ""}, "SECRET_KEY mangler eller er for svak."),
        (PRODUCTION | {"SECRET_KEY": GOOD_KEY[:49]}, "SECRET_KEY mangler eller er for svak."),
        (PRODUCTION | {"SECRET_KEY": "hemmelig" * 10}, "SECRET_KEY mangler eller er for svak."),
        (
            PRODUCTION | {"SECRET_KEY": "bare-for-utvikling-paa-egen-maskin-aldri-i-drift-0123456789"},
            "SECRET_KEY mangler eller er for svak.",
        ),
        (PRODUCTION | {"DEBUG": "1"}, "Ta bort DEBUG i drift."),
        (PRODUCTION | {"PRODUCTION": "0"}, "PRODUCTION=0 går bare på egen maskin."),
        (PRODUCTION | {"ALLOWED_HOSTS": "*"}, "«*» er ikke lov i drift."),
        (PRODUCTION | {"ALLOWED_HOSTS": "localhost,*"}, "«*» er ikke lov i drift."),
        (PRODUCTION | {"ALLOWED_HOSTS": " , ", "PRODUCTION": "1"}, "ALLOWED_HOSTS må nevne vertsnavnene"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_start_with_unsafe_settings_is_refused(environment, sentence):
    process = run("manage.py", "check", **environment)

    assert process.returncode != 0
    assert sentence in process.stderr


def test_settings_by_default_are_for_this_machine_only():
    values = settings_with()

    assert set(values["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert values["DEBUG"] is False
    assert values["IS_PRODUCTION"] is False


def test_settings_in_production_are_strict():
    values = settings_with(**PRODUCTION)

    assert values["IS_PRODUCTION"] is True
    assert values["DEBUG"] is False
    assert values["SESSION_COOKIE_SECURE"] is True
    assert values["CSRF_COOKIE_SECURE"] is True
    assert values["SECURE_SSL_REDIRECT"] is True
    assert values["SECURE_HSTS_SECONDS"] >= 31536000


def test_production_passes_the_checks_of_django():
    process = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert process.returncode == 0, process.stderr


def test_request_for_another_name_is_refused(client):
    response = client.get("/healthz", headers={"host": "katalog.example.no"})

    assert response.status_code == 400
